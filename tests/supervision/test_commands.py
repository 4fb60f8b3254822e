"""The command line: what it prints, and its exit code."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from supervision import cli
from supervision.database import Database
from supervision.people import service as people
from supervision.people.tables import Account, Organ, Role
from supervision.register.tables import Entity, Import, Inspector
from supervision.settings import settings
from tests.supervision.register.files import HEADER, code, shop, written
from tests.supervision.register.test_import_people_and_items import PEOPLE, officer

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on a database file of its own; exit code, output, errors."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'var' / 'test.db'}")
    monkeypatch.setenv("COLUMNS", "160")
    settings.cache_clear()

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["double-random", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        shown = capsys.readouterr()
        return int(left.value.code or 0), shown.out, shown.err

    yield command
    settings.cache_clear()


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[], Database]:
    return lambda: Database(f"sqlite:///{tmp_path / 'var' / 'test.db'}")


def test_an_import_into_nothing_makes_the_database_and_says_what_became_of_each_row(
    run: Run, opened: Callable[[], Database], tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(1), shop(2, region="360102"), shop(3, 企业名称=""), shop(1)])
    status, out, _ = run("register", "import", str(file))
    assert status == 0
    for row in ("读取 4", "新增 2", "变更 0", "无变化 0", "待处理 2", "必填项为空 1", "文件内重复 1"):
        label, number = row.split()
        assert any(label in line and f" {number} " in line for line in out.splitlines()), (row, out)
    assert "double-random register quarantine export 1 待处理.csv" in out
    database = opened()
    with database.reading() as session:
        assert {each.region_code for each in session.exec(select(Entity))} == {"360681", "360102"}
    database.close()


def test_what_was_set_aside_is_exported_to_be_mended(run: Run, tmp_path: Path) -> None:
    run("register", "import", str(written(tmp_path / "a.csv", [shop(3, 企业名称="")])))
    target = tmp_path / "待处理.csv"
    status, _, _ = run("register", "quarantine", "export", "1", str(target))
    assert status == 0
    assert target.read_text("utf-8-sig").splitlines()[0] == ",".join([*HEADER, "行号", "原因"])
    assert run("register", "status")[0] == 0
    assert "必填项为空：1 行" in run("register", "status", "1")[1]


@pytest.mark.parametrize(
    ("content", "words", "sentence"),
    [
        (b"", [], "文件是空的"),
        ("甲,乙\n1,2\n".encode(), [], "文件缺少必需的列"),
        ("甲,乙\n1,2\n".encode(), ["--map", "企业名称"], "应写成 字段=列名"),
        ("甲,乙\n1,2\n".encode(), ["--map", "颜色=甲"], "没有名为“颜色”的字段"),
        ("甲,乙\n1,2\n".encode(), ["--map", "企业名称=丙"], "没有名为“丙”的列"),
        ("甲,乙\n1,2\n".encode(), ["--organ", "999999"], "没有找到机关“999999”"),
        ("甲,乙\n1,2\n".encode(), ["--kind", "inspector"], "还没有机关"),
    ],
)
def test_a_file_or_option_that_cannot_be_used_is_one_sentence_and_exit_code_2(
    run: Run, tmp_path: Path, content: bytes, words: list[str], sentence: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    status, _, err = run("register", "import", str(file), *words)
    assert status == 2
    assert sentence in err.replace("\n", "")
    assert "Traceback" not in err


def test_headers_are_mapped_by_their_chinese_name(run: Run, tmp_path: Path) -> None:
    header = ("店名", "代码", *HEADER[2:])
    file = written(tmp_path / "a.csv", [shop(1)], header)
    status, out, _ = run("register", "import", str(file), "--map", "企业名称=店名", "--map", "uscc=代码")
    assert (status, "新增" in out) == (0, True)


def test_an_organs_import_stays_in_its_region_and_its_inspectors_are_its_own(
    run: Run, opened: Callable[[], Database], tmp_path: Path
) -> None:
    run("account", "add-organ", "360681", "贵溪市市场监督管理局")
    file = written(tmp_path / "a.csv", [shop(1), shop(2, region="360102")])
    assert "不在管辖范围" in run("register", "import", str(file), "--organ", "360681")[1]
    people_file = written(tmp_path / "p.csv", [officer(1)], PEOPLE)
    assert run("register", "import", str(people_file), "--kind", "inspector")[0] == 0
    database = opened()
    with database.reading() as session:
        assert session.exec(select(Entity)).one().uscc == code(1)
        inspector, organ = session.exec(select(Inspector)).one(), session.exec(select(Organ)).one()
        assert inspector.organ_id == organ.id
        assert [each.organ_id for each in session.exec(select(Import))] == [organ.id, organ.id]
    database.close()


def test_an_account_is_opened_with_its_roles(
    run: Run, opened: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DR_NEW_PASSWORD", "correct horse battery")
    run("account", "add-organ", "360681", "贵溪市市场监督管理局")
    words = ("account", "create", "zhang", "--organ", "360681", "--role", "planner", "--role", "auditor")
    assert run(*words)[0] == 0
    database = opened()
    with database.reading() as session:
        actor = people.actor_for(session, session.exec(select(Account)).one())
        assert (actor.roles, actor.region_prefix) == ({Role.PLANNER, Role.AUDITOR}, "360681")
    database.close()
    status, _, err = run(*words)
    assert (status, "已经存在" in err) == (2, True)


def test_a_snapshot_and_an_explanation_are_printed(run: Run, tmp_path: Path) -> None:
    run("register", "import", str(written(tmp_path / "a.csv", [shop(1), shop(2)])))
    status, out, _ = run("risk", "snapshot")
    assert status == 0
    assert "SHA-256" in out
    assert any("A" in line and "0" in line for line in out.splitlines())
    status, out, _ = run("risk", "explain", code(1))
    assert (status, "成立" in out) == (0, True)
    assert run("risk", "explain", code(9))[0] == 2
    assert run("risk", "snapshot", "--month", "2026年")[0] == 2


def test_the_journal_is_checked_and_the_database_upgraded(run: Run, tmp_path: Path) -> None:
    run("register", "import", str(written(tmp_path / "a.csv", [shop(1)])))
    assert "共 2 条" in run("db", "check-journal")[1]
    assert run("db", "upgrade")[0] == 0
    assert run("migrate")[0] == 0


def test_help_loads_neither_the_solver_nor_the_web() -> None:
    script = "import sys; import supervision.cli; print([m for m in ('ortools', 'fastapi', 'alembic') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("demo", "--no-serve", "--county", "999999"), "没有“999999”这个区划"),
        (("demo", "--no-serve", "--county", "县"), "没有“县”这个区划"),
        (("demo", "--no-serve", "--register", "nowhere.csv"), "nowhere.csv"),
        (("serve", "--port", "65536"), "65535"),
        (("account", "add-organ", "999999", "某局"), "没有“999999”这个区划"),
        (("account", "add-organ", "9x", "某局"), "没有“9x”这个区划"),
        (("account", "add-organ", "360681", " "), "机关名称"),
    ],
)
def test_an_unknown_county_file_or_port_is_refused_before_anything_is_done(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    code, _, errors = run(*words)
    assert code == 2
    assert said in errors
    assert "Traceback" not in errors
