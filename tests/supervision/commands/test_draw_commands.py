"""The commands for parties, for citizens, and for pairings on the mathematical form."""

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from solver.seed import commitment
from supervision.cli import app
from supervision.errors import InvalidInput

RUN = CliRunner()
PROBLEM = {
    "inspectors": [{"id": name} for name in ("i1", "i2", "i3", "i4")],
    "tasks": [
        {"id": task, "seats": [{"id": "lead", "demand": 2, "eligible": ["i1", "i2", "i3", "i4"]}]}
        for task in ("t1", "t2")
    ],
}


def run_pair(folder: Path, problem: object, seed: str = "00ff") -> tuple[int, dict[str, object]]:
    """Exit code and what was written."""
    (folder / "P.json").write_text(json.dumps(problem))
    out = folder / "A.json"
    done = RUN.invoke(app, ["pair", "--problem", str(folder / "P.json"), "--seed", seed, "--out", str(out)])
    if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, json.loads(out.read_text())


def test_a_secret_follows_from_the_one_for_the_pairing_and_comes_with_its_commitment() -> None:
    lines = RUN.invoke(app, ["draw", "secret"]).output.split()
    given, secret, second = (line.rpartition("：")[2] for line in lines)
    assert commitment(bytes.fromhex(secret)).hex() == given
    tagged = b"pair/1 secret".ljust(32, b"\0") + bytes.fromhex(second)
    assert hashlib.sha256(tagged).hexdigest() == secret


def test_a_pairing_is_written_and_the_same_seed_gives_the_same_one(tmp_path: Path) -> None:
    code, first = run_pair(tmp_path, PROBLEM)
    assert code == 0
    assert len(first["assignment"]) == 4  # type: ignore[arg-type]
    assert run_pair(tmp_path, PROBLEM)[1] == first


def test_a_pairing_that_cannot_be_exits_with_3_and_names_the_seats(tmp_path: Path) -> None:
    short = PROBLEM | {"inspectors": [{"id": "i1"}]}
    for task in short["tasks"]:
        task["seats"] = [{"id": "lead", "demand": 2, "eligible": ["i1"]}]  # type: ignore[index]
    code, told = run_pair(tmp_path, short)
    assert code == 3
    shortage = told["infeasible"][0]  # type: ignore[index]
    assert shortage["short"] == 1
    assert shortage["seats"] == [["t1", "lead"]]


@pytest.mark.parametrize("seed", ["xyz", "abc"])
def test_a_seed_that_is_not_hex_is_refused(tmp_path: Path, seed: str) -> None:
    with pytest.raises(InvalidInput, match="十六进制"):
        run_pair(tmp_path, PROBLEM, seed)


def test_a_problem_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    done = RUN.invoke(
        app, ["pair", "--problem", str(tmp_path / "no.json"), "--seed", "00", "--out", "A.json"]
    )
    assert isinstance(done.exception, InvalidInput)


def test_a_secret_written_to_a_file_is_for_its_owner_alone_and_never_shown(tmp_path: Path) -> None:
    kept = tmp_path / "secret.txt"
    output = RUN.invoke(app, ["draw", "secret", "--out", str(kept)]).output
    secret, second = (line.rpartition("：")[2] for line in kept.read_text("utf-8").splitlines())
    assert commitment(bytes.fromhex(secret)).hex() in output
    assert secret not in output
    assert second not in output
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_secret_never_overwrites_another(tmp_path: Path) -> None:
    kept = tmp_path / "secret.txt"
    kept.write_text("older")
    done = RUN.invoke(app, ["draw", "secret", "--out", str(kept)])
    assert isinstance(done.exception, InvalidInput)
    assert kept.read_text() == "older"
