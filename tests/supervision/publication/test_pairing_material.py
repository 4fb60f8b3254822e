"""The files of a pairing: public with the draw, under aliases, and enough to hold the lot again elsewhere."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from supervision.database import Database
from supervision.pairing import reassigning, seconds
from supervision.pairing import service as pairing
from supervision.plan.tables import Disclosure
from supervision.publication import pairing_material as material
from supervision.publication.rules import NotPublished
from supervision.register.tables import Inspector
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office

DRAW = "360681-2026-0001"
PIECES = ["pairing.json", "problem.json", "second.json"]


@pytest.fixture
def paired(database: Database, office: Office) -> None:
    """A pairing that one second secret entered, and a reassignment."""
    with database.writing() as session:
        task = county.new_task(session, office, second_reveal=True)
        county.drawn(session, office, task)
        pairing.commit_table(session, office.planner, DRAW, NOW, ALIAS_KEY)
        seconds.reveal_second(session, office.witness, task.code, county.SECRETS[1].hex(), NOW)
        seconds.note_second_missing(session, office.planner, DRAW, NOW)
        pairing.draw_teams(session, office.planner, DRAW, NOW)
        asked = reassigning.propose_reassignment(session, office.planner, DRAW, 3, "illness", "住院", NOW)
        reassigning.approve_reassignment(session, office.approver, DRAW, asked.id or 0, NOW)


def test_the_bundle_verifies_itself_by_the_command_it_tells(
    database: Database, paired: None, tmp_path: Path
) -> None:
    with database.reading() as session:
        packed = material.pairing_packed(session, DRAW)
        assert packed == material.pairing_packed(session, DRAW)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    again = ["reassignment-1-problem.json", "reassignment-1.json"]
    assert names == sorted([*PIECES, *again, "README.txt", "verify_pairing.py"])
    readme = (tmp_path / "README.txt").read_text("utf-8")
    command = next(line.split() for line in readme.splitlines() if "python3 verify_pairing.py" in line)
    run_alone(command[1:], tmp_path)
    seed = readme.partition("本次匹配的种子 ")[2].split()[0]
    run_alone(["verify_pairing.py", *again, "--seed", seed, "--again", "1"], tmp_path)


def run_alone(arguments: list[str], folder: Path) -> None:
    """The one-file verifier in a Python of its own that sees nothing of this project."""
    done = subprocess.run(
        [sys.executable, "-I", *arguments], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "ok replay" in done.stderr


def test_no_file_names_an_inspector(database: Database, paired: None) -> None:
    with database.reading() as session:
        files = material.pairing_bundle(session, DRAW)
        people = list(session.exec(select(Inspector)))
    text = b"".join(body for name, body in files.items() if name.endswith((".json", ".txt"))).decode()
    for one in people:
        assert f'"{one.code}"' not in text
        assert one.name not in text
    assert json.loads(files["second.json"]) == [None, county.SECRETS[1].hex()]


def test_before_the_teams_are_drawn_the_table_is_there_alone(database: Database, office: Office) -> None:
    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office, second_reveal=True))
        with pytest.raises(NotPublished):
            material.pairing_pieces(session, DRAW)
        pairing.commit_table(session, office.planner, DRAW, NOW, ALIAS_KEY)
        files = material.pairing_bundle(session, DRAW)
    assert sorted(files) == ["README.txt", "pairing.json", "problem.json", "verify_pairing.py"]
    assert "assignment" not in json.loads(files["pairing.json"])
    assert "--draw-seed" not in files["README.txt"].decode()


def test_of_a_sealed_draw_nothing_of_its_pairing_is_public(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(
            session, office, disclosure=Disclosure.SEALED, open_by=datetime(2026, 12, 31, tzinfo=UTC)
        )
        county.drawn(session, office, task)
        pairing.pair(session, office.planner, DRAW, NOW, ALIAS_KEY)
        with pytest.raises(NotPublished):
            material.pairing_packed(session, DRAW)
