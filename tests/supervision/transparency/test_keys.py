"""Keys: only their owner reads them, and no key ever takes the place of another."""

import stat
from pathlib import Path

import pytest

from solver.errors import CheckpointError
from solver.log.checkpoint import Signer
from supervision.transparency import keys
from supervision.transparency.rules import BadKeyFile


def test_the_log_s_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "log.key"
    made = keys.log_signer(file, "a.example/log")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_bytes()) == 32
    assert keys.log_signer(file, "a.example/log") == made
    assert [path.name for path in file.parent.iterdir()] == ["log.key"]


def test_two_logs_have_two_keys(tmp_path: Path) -> None:
    first, second = (keys.log_signer(tmp_path / name, "a.example/log") for name in ("a.key", "b.key"))
    assert first.key != second.key


def test_a_key_laid_later_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "log.key"
    for content in (b"1" * 32, b"2" * 32):
        keys.lay(file, content)
    assert file.read_bytes() == b"1" * 32


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.key").write_bytes(b"short")
    with pytest.raises(BadKeyFile):
        keys.log_signer(tmp_path / "log.key", "a.example/log")


def test_a_witness_s_key_file_is_read_as_written(tmp_path: Path) -> None:
    file = tmp_path / "witness.key"
    public = keys.new_witness(file, "xiehui.example.org")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.witness_signer(file).witness_key == public
    with pytest.raises(BadKeyFile):
        keys.new_witness(file, "another.example.org")


@pytest.mark.parametrize("text", ["", "PRIVATE+KEY+a+00000000+BA==", "PRIVATE+KEY+a+00000000+!"])
def test_a_file_that_is_no_witness_s_key_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "witness.key").write_text(text)
    with pytest.raises(BadKeyFile):
        keys.witness_signer(tmp_path / "witness.key")


def test_a_key_whose_name_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "witness.key"
    keys.new_witness(file, "xiehui.example.org")
    file.write_text(file.read_text().replace("xiehui", "gongshang"))
    with pytest.raises(BadKeyFile):
        keys.witness_signer(file)


def test_the_setting_names_witnesses_and_no_logs() -> None:
    signers = [Signer(name, bytes([at]) * 32) for at, name in enumerate(("a.example", "b.example"))]
    setting = " , ".join(str(signer.witness_key) for signer in signers) + ","
    assert [key.name for key in keys.witness_keys(setting)] == ["a.example", "b.example"]
    assert keys.witness_keys("") == ()
    with pytest.raises(BadKeyFile):
        keys.witness_keys(str(signers[0].key))
    with pytest.raises(CheckpointError):
        keys.witness_keys("nonsense")
