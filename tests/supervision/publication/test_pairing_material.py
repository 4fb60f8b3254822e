"""The files of a pairing: public with the draw, under aliases, and enough to hold the lot again elsewhere."""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from sqlmodel import select

from solver import verify_pairing
from solver.log.checkpoint import Signer
from solver.pairing import Problem, assignment_json, draw, solve, table_json
from solver.pairing.proof.answer import table_from_json
from solver.pairing.seeding import pairing_seed
from supervision.database import Database
from supervision.pairing import reassigning, seconds
from supervision.pairing import service as pairing
from supervision.plan.tables import Disclosure
from supervision.publication import material as draw_material
from supervision.publication import pairing_material as material
from supervision.publication.rules import NotPublished
from supervision.register.tables import Inspector
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office

DRAW = "360681-2026-0001"
SIGNER = Signer("test.example/log", bytes(32))
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
    with database.reading() as session:
        assert list(material.pairing_pieces(session, DRAW)) == material.pairing_names(False, 1)
    readme = (tmp_path / "README.txt").read_text("utf-8")
    command = next(line.split() for line in readme.splitlines() if "python3 verify_pairing.py" in line)
    run_alone(command[1:], tmp_path)
    seed = readme.partition("本次匹配的种子 ")[2][:64]
    run_alone(["verify_pairing.py", *again, "--seed", seed, "--again", "1"], tmp_path)
    with database.reading() as session:
        (line,) = material.commands_again(session, DRAW, [1])
    run_alone(line.split()[1:], tmp_path)
    assert line.endswith(f"--again 1 --seed {seed}")


def run_alone(arguments: list[str], folder: Path) -> None:
    """The one-file verifier in a Python of its own that sees nothing of this project."""
    done = subprocess.run(
        [sys.executable, "-I", *arguments], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "ok replay" in done.stderr


def unpacked(database: Database, folder: Path) -> list[str]:
    """Both bundles of the draw, in a folder; the command with which the teams are held against the log."""
    with database.reading() as session:
        (folder / f"{DRAW}-evidence.zip").write_bytes(draw_material.packed(session, DRAW, SIGNER))
        for name, body in material.pairing_bundle(session, DRAW).items():
            (folder / name).write_bytes(body)
    readme = (folder / "README.txt").read_text("utf-8")
    return next(
        line.split()[1:]
        for line in readme.splitlines()
        if "python3" in line and line.endswith("evidence.zip")
    )


def failing_step(arguments: list[str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-I", *arguments, "--json"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    return str(json.loads(done.stdout)["failed"])


def test_seed_and_digests_are_those_that_the_evidence_of_the_draw_has(
    database: Database, paired: None, tmp_path: Path
) -> None:
    command = unpacked(database, tmp_path)
    assert command[-2:] == ["--evidence", f"{DRAW}-evidence.zip"]
    run_alone(command, tmp_path)
    seed = (tmp_path / "README.txt").read_text("utf-8").partition("本次匹配的种子 ")[2][:64]
    again = ["reassignment-1-problem.json", "reassignment-1.json", "--seed", seed, "--again", "1"]
    run_alone(["verify_pairing.py", *again, *command[-2:]], tmp_path)


def test_a_second_secret_thought_of_after_the_table_is_found_out(
    database: Database, paired: None, tmp_path: Path
) -> None:
    command = unpacked(database, tmp_path)
    place = command.index(county.SECRETS[1].hex())
    problem = Problem.from_json(json.loads((tmp_path / "problem.json").read_bytes()))
    table = table_from_json(problem, json.loads((tmp_path / "pairing.json").read_bytes()))
    draw_seed = bytes.fromhex(command[command.index("--draw-seed") + 1])
    chosen = b"\x09" * 32
    for seconds_told, words in (([None, chosen], ["-", chosen.hex()]), ([None, None], ["-", "-"])):
        seed = pairing_seed(draw_seed, table.table_sha256, seconds_told)
        answer = assignment_json(table, draw(table, seed))
        (tmp_path / "pairing.json").write_text(json.dumps(answer), "utf-8")
        told = [*command[: place - 1], *words, *command[place + 1 :]]
        run_alone(told[:-2], tmp_path)
        assert failing_step(told, tmp_path) == "evidence"


def test_a_seed_that_is_not_the_draw_s_is_found_out(database: Database, paired: None, tmp_path: Path) -> None:
    command = unpacked(database, tmp_path)
    problem = Problem.from_json(json.loads((tmp_path / "problem.json").read_bytes()))
    table = table_from_json(problem, json.loads((tmp_path / "pairing.json").read_bytes()))
    seed = pairing_seed(b"\x07" * 32, table.table_sha256, [None, county.SECRETS[1]])
    (tmp_path / "pairing.json").write_text(json.dumps(assignment_json(table, draw(table, seed))), "utf-8")
    command[command.index("--draw-seed") + 1] = "07" * 32
    run_alone(command[:-2], tmp_path)
    assert failing_step(command, tmp_path) == "evidence"


def test_another_table_than_the_logged_one_is_found_out(
    database: Database, paired: None, tmp_path: Path
) -> None:
    command = unpacked(database, tmp_path)
    problem = Problem.from_json(json.loads((tmp_path / "problem.json").read_bytes()))
    other = solve(replace(problem, cap=Fraction(1)))
    (tmp_path / "problem.json").write_text(json.dumps(other.problem.to_json()), "utf-8")
    (tmp_path / "pairing.json").write_text(json.dumps(table_json(other)), "utf-8")
    told = ["verify_pairing.py", "problem.json", "pairing.json"]
    assert failing_step(told, tmp_path) == "None"
    assert failing_step([*told, *command[-2:]], tmp_path) == "evidence"


def test_what_is_no_evidence_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for body in (b"", b"PK", b"{}"):
        (tmp_path / "no.zip").write_bytes(body)
        assert verify_pairing.main(["P.json", "A.json", "--evidence", str(tmp_path / "no.zip")]) == 1
        assert "不是抽取的验证包" in capsys.readouterr().err


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
        assert list(material.pairing_pieces(session, DRAW)) == material.pairing_names(True, 0)
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
