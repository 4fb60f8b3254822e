"""The commands for parties and for citizens."""

import hashlib
from pathlib import Path

from typer.testing import CliRunner

from solver.seed import commitment
from supervision.cli import app
from supervision.errors import InvalidInput

RUN = CliRunner()


def test_a_secret_follows_from_the_one_for_the_pairing_and_comes_with_its_commitment() -> None:
    lines = RUN.invoke(app, ["draw", "secret"]).output.split()
    given, secret, second = (line.rpartition("：")[2] for line in lines)
    assert commitment(bytes.fromhex(secret)).hex() == given
    tagged = b"pair/1 secret".ljust(32, b"\0") + bytes.fromhex(second)
    assert hashlib.sha256(tagged).hexdigest() == secret


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
