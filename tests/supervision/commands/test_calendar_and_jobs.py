"""The commands for the working calendar and for jobs."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from supervision import cli
from supervision.clock import now
from supervision.database import Database, upgrade
from supervision.jobs import kinds, service
from supervision.people.service import SYSTEM
from supervision.settings import settings
from tests.supervision.jobs.kinds import KINDS
from tests.supervision.reference.test_calendar import NOTICE_2027
from tests.supervision.reference.test_notices import NOTICE_2026

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    found = f"sqlite:///{tmp_path / 'var' / 'test.db'}"
    monkeypatch.setenv("DATABASE_URL", found)
    monkeypatch.setenv("COLUMNS", "160")
    return found


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on a database file of its own; exit code, output, errors."""

    def command(*words: str) -> tuple[int, str, str]:
        settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["double-random", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        shown = capsys.readouterr()
        return int(left.value.code or 0), shown.out, shown.err

    yield command
    settings.cache_clear()


def test_a_year_is_shown_with_its_days_and_its_source(run: Run) -> None:
    status, out, _ = run("calendar", "show", "2026")
    assert status == 0
    assert "2026 年：248 个工作日。来源：软件包 chinesecalendar" in out
    assert "2026-10-10 周六 上班 国庆节" in out
    _, out, _ = run("calendar", "show", "2027")
    assert "尚未公布，按周一至周五计，日期为暂定" in out


def test_a_notice_is_previewed_imported_and_withdrawn(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "通知.txt"
    file.write_bytes(NOTICE_2027.encode("gb18030"))
    _, out, _ = run("calendar", "import", str(file), "--preview")
    assert "2027-10-10 周日 上班 国庆节" in out
    assert "尚未公布" in run("calendar", "show", "2027")[1]
    _, out, _ = run("calendar", "import", str(file))
    assert "已保存 2027 年的工作日历。重算了 0 个暂定的公示期限。" in out
    assert "来源：国务院办公厅通知" in run("calendar", "show", "2027")[1]
    assert "已撤回 2027 年" in run("calendar", "withdraw", "2027")[1]
    assert "尚未公布" in run("calendar", "show", "2027")[1]


def test_what_differs_from_the_library_is_told_and_what_is_unclear_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE_2026.replace("10月10日（周六）上班", "10月11日（周日）上班"), encoding="utf-8")
    _, out, _ = run("calendar", "import", str(file))
    assert "注意：2026-10-10 本单位日历为放假，软件包为上班，以本单位日历为准。" in out
    file.write_text(NOTICE_2026.replace("共7天", "共8天"), encoding="utf-8")
    status, _, errors = run("calendar", "import", str(file))
    assert status == 2
    assert "写的是共 8 天，起止日期之间是 7 天" in errors


def test_the_library_is_kept_once(run: Run) -> None:
    assert "存入 23 年。" in run("calendar", "seed")[1]
    assert "都已录入" in run("calendar", "seed")[1]


def test_jobs_are_worked_listed_cancelled_and_retried_from_a_shell(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "kinds", lambda: KINDS)
    upgrade(url)
    database = Database(url)
    with database.writing() as session:
        for key, kind in (("a", "quick"), ("b", "refused"), ("c", "quick")):
            service.submit(session, SYSTEM, kind, key, {}, now())
    assert "作业 3 c：已取消" in run("jobs", "cancel", "3")[1]
    assert "办理了 2 个作业。" in run("jobs", "run")[1]
    lines = run("jobs", "list")[1].splitlines()
    assert lines[0].startswith("3 c 已取消")
    assert lines[1] == "2 b 失败 第1次 “日期”填写有误：不能早于今天。"
    assert lines[2] == "1 a 已完成 第1次 half 1/2"
    assert "作业 3 c：等待" in run("jobs", "retry", "3")[1]
    assert "办理了 1 个作业。" in run("jobs", "run")[1]
    status, _, errors = run("jobs", "stop", "3")
    assert status == 2
    assert "后台作业“c”当前状态为“已完成”，不能提前结束。" in errors
    database.close()


def test_an_engine_that_is_not_built_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DR_ENGINE", "dask")
    status, _, errors = run("jobs", "run")
    assert status == 2
    assert "请改为 DR_ENGINE=inline" in errors
