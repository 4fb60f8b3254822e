"""``double-random log …``: what an office, a witness and a citizen each run on their own machine."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from solver.log.checkpoint import parse_note, verify_cosignature
from supervision import cli
from supervision.database import Database, upgrade
from supervision.settings import settings
from supervision.transparency import records
from supervision.transparency.keys import witness_signer
from tests.supervision.transparency.authority import Authority
from tests.supervision.transparency.log import ORIGIN, SIGNER, fill, grow

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    upgrade(url)
    found = Database(url)
    with found.writing() as session:
        fill(session)
    yield found
    found.close()


@pytest.fixture
def run(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs a command over a log of seven entries; exit code, output, errors."""
    (tmp_path / "log.key").write_bytes(SIGNER.seed)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", str(database.url))
    monkeypatch.setenv("DR_LOG_KEY_FILE", str(tmp_path / "log.key"))
    monkeypatch.setenv("DR_LOG_ORIGIN", ORIGIN)
    settings.cache_clear()

    def command(*words: str, **chosen: str) -> tuple[int, str, str]:
        for name, value in chosen.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["double-random", "log", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        shown = capsys.readouterr()
        return int(left.value.code or 0), shown.out, shown.err

    yield command
    settings.cache_clear()


def test_the_key_is_printed_for_others_to_keep(run: Run) -> None:
    assert run("key") == (0, f"{SIGNER.key}\n", "")


def test_an_exported_log_is_checked_without_the_database(run: Run, tmp_path: Path) -> None:
    assert "已导出 4 个文件" in run("export", "public")[1]
    assert run("fsck", "public", "--key", str(SIGNER.key))[:2] == run("fsck", "public")[:2]
    status, out, _ = run("fsck", "public", DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert status == 0
    assert "公开日志完整：test.example/log，共 7 条" in out
    entries = tmp_path / "public/tile/entries/000.p/7"
    entries.write_bytes(entries.read_bytes().replace(b'"position":1', b'"position":2'))
    status, out, _ = run("fsck", "public")
    assert (status, out) == (1, "第 5 条的内容被改动，与其摘要不符。\n")


def test_a_folder_without_a_log_is_named(run: Run) -> None:
    status, out, err = run("fsck", "empty")
    assert (status, out) == (2, "")
    assert "empty" in err
    assert "缺 checkpoint" in err


def test_a_checkpoint_kept_earlier_must_be_the_beginning(
    run: Run, database: Database, tmp_path: Path
) -> None:
    run("export", "then")
    with database.writing() as session:
        grow(session, 30)
    run("export", "now")
    status, out, _ = run("fsck", "now", "--checkpoint", "then/checkpoint")
    assert status == 0
    assert "另与 1 个已保存的检查点一致" in out
    status, out, _ = run("fsck", "then", "--checkpoint", "now/checkpoint")
    assert status == 1
    assert "见过 30 条，现在只有 7 条，日志被截短" in out
    assert run("fsck", "--checkpoint", "then/checkpoint")[0] == 0
    (tmp_path / "then/checkpoint").write_text("junk")
    assert run("fsck", "now", "--checkpoint", "then/checkpoint")[0] == 2


def test_an_entry_is_proven_to_others(run: Run) -> None:
    told = json.loads(run("prove", "2", "--from", "1")[1])
    assert told["entry"]["kind"] == "campaign"
    assert (told["inclusion"]["index"], told["inclusion"]["size"]) == (2, 7)
    assert (told["consistency"]["old"], told["consistency"]["size"]) == (1, 7)
    assert parse_note(told["checkpoint"]).checkpoint.size == 7
    assert run("prove", "7")[0] == 2


def test_a_witness_makes_a_key_cosigns_and_the_office_accepts(
    run: Run, database: Database, tmp_path: Path
) -> None:
    public = run("witness-key", "xiehui.example.org", "--key", "w.key")[1].strip()
    key = witness_signer(tmp_path / "w.key").witness_key
    assert public == str(key)
    run("export", "log")
    words = ("--key", "w.key", "--log-key", str(SIGNER.key), "--state", "seen")
    assert run("cosign", "log/checkpoint", *words, "--out", "signed")[0] == 0
    assert verify_cosignature(parse_note((tmp_path / "signed").read_bytes()), key) > 0
    status, out, _ = run("accept", "signed", DR_WITNESS_KEYS=public)
    assert (status, out) == (0, "已接收 xiehui.example.org 对 7 条检查点的联署。\n")
    with database.writing() as session:
        grow(session, 12)
        assert [row.size for row in records.cosignatures(session)] == [7]
    run("export", "log")
    refused = run("cosign", "log/checkpoint", *words)
    assert refused[0] == 2
    assert "缺少从 7 条到 12 条的一致性证明" in refused[2]
    assert parse_note((tmp_path / "seen").read_bytes()).checkpoint.size == 7
    run("prove", "0", "--from", "7", "--out", "proof.json")
    status, out, _ = run("cosign", "log/checkpoint", *words, "--proof", "proof.json")
    assert status == 0
    assert parse_note(out).checkpoint.size == 12
    assert parse_note((tmp_path / "seen").read_bytes()).checkpoint.size == 12


def test_a_stamp_is_taken_online_or_carried_by_hand(run: Run, database: Database, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "tsa")
    assert "DR_TSA_ROOTS" in run("stamp")[2]
    assert run("stamp", "--request", "ask.tsq", DR_TSA_ROOTS=str(authority.roots))[0] == 0
    (tmp_path / "answer.tsr").write_bytes(authority.answer((tmp_path / "ask.tsq").read_bytes()))
    status, out, _ = run("stamp", "--response", "answer.tsr")
    assert status == 0
    assert "7 条的检查点已盖时间戳" in out
    with database.writing() as session:
        grow(session, 8)
    with authority.serving() as address:
        assert "8 条的检查点已盖时间戳" in run("stamp", DR_TSA_URL=address)[1]
    status, out, _ = run("fsck")
    assert status == 0
    assert "另与 2 个已保存的检查点一致" in out
    run("export", "log")
    assert "另与 2 个已保存的检查点一致" in run("fsck", "log")[1]
