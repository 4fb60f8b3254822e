"""``double-random verify`` on files, without a database."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from solver.bundle import pack
from supervision.cli import app
from tests.solver.test_own_line import HONEST, RESULT
from tests.vectors.evidence import honest
from tests.vectors.ledger import FORGER, LOG, WITNESS, Key

RUN = CliRunner()


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    file = tmp_path / "evidence.zip"
    file.write_bytes(pack(honest("open").files()))
    return file


def test_an_honest_bundle_passes_step_by_step(packed: Path) -> None:
    told = RUN.invoke(app, ["verify", str(packed), "--log-key", LOG.verifier])
    assert told.exit_code == 0
    assert "[一致] 公开日志的检查点由日志签名" in told.output
    assert "验证通过。抽中" in told.output
    assert "日志公钥取自验证包本身" not in told.output


def test_a_key_that_comes_from_the_bundle_itself_is_said_to(packed: Path) -> None:
    told = RUN.invoke(app, ["verify", str(packed)])
    assert told.exit_code == 0
    assert "日志公钥取自验证包本身，没有与别处得到的比对" in told.output


def test_the_key_may_stand_in_a_file_and_a_stranger_s_key_is_told(packed: Path, tmp_path: Path) -> None:
    key = tmp_path / "log.key"
    key.write_text(FORGER.verifier + "\n", "utf-8")
    told = RUN.invoke(app, ["verify", str(packed), "--log-key", str(key)])
    assert told.exit_code == 1
    assert "[不一致] 公开日志的检查点由日志签名" in told.output
    assert "验证未通过，原因在这一步：公开日志的检查点由日志签名。" in told.output


def test_a_witness_who_is_asked_for_has_cosigned(packed: Path) -> None:
    assert RUN.invoke(app, ["verify", str(packed), "--witness", WITNESS.verifier]).exit_code == 0
    other = Key("another.example.org", 9, kind=4).verifier
    told = RUN.invoke(app, ["verify", str(packed), "--witness", WITNESS.verifier, "--witness", other])
    assert told.exit_code == 1
    assert "检查点上没有 another.example.org 的签名。" in told.output


def test_a_sealed_draw_is_neither_right_nor_wrong_yet(tmp_path: Path) -> None:
    for name, data in honest("sealed").files().items():
        (tmp_path / name).write_bytes(data)
    told = RUN.invoke(app, ["verify", str(tmp_path)])
    assert told.exit_code == 3
    assert "[未核验] 按方案重算抽取" in told.output


def test_a_bundle_without_a_log_shows_no_order_of_events(tmp_path: Path) -> None:
    for name, data in honest("open").files().items():
        if name not in ("log.json", "checkpoint", "earlier"):
            (tmp_path / name).write_bytes(data)
    told = RUN.invoke(app, ["verify", str(tmp_path)])
    assert told.exit_code == 3
    assert "包里没有公开日志" in told.output


def test_an_enterprise_checks_its_own_proof(tmp_path: Path) -> None:
    proof, cells = tmp_path / "own.json", tmp_path / "cells.json"
    proof.write_bytes(HONEST)
    cells.write_bytes(RESULT.cells_bytes)
    told = RUN.invoke(app, ["verify", str(proof), "--cells", str(cells)])
    assert told.exit_code == 0
    assert "每户入选概率 3/10" in told.output
    proof.write_bytes(HONEST.replace(b'"a":30', b'"a":29'))
    told = RUN.invoke(app, ["verify", str(proof)])
    assert told.exit_code == 1
    assert "本户证明不成立：所称的入选概率与方案不一致。" in told.output


def test_a_file_that_is_not_there_is_not_taken_for_a_draw() -> None:
    told = RUN.invoke(app, ["verify", "nowhere/evidence.zip"])
    assert told.exception is not None
    assert "evidence.zip" in str(told.exception)
