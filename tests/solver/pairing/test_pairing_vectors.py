"""The known answers of pair/1: what they state is what is drawn, and the verifier finds every step in order."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

import pytest

from solver import verify_pairing
from solver.pairing.lottery import draw
from solver.pairing.problem import Problem
from solver.pairing.proof.answer import table_from_json
from solver.pairing.proof.answer_writing import assignment_json
from tests.vectors.pairings import FOLDER

NAMES = ("simple", "lead_member", "doors", "groups", "drawn_again", "tickets")


def seed(name: str) -> bytes:
    return hashlib.sha256(f"pair/1 {name}".encode()).digest()


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_draws_the_known_answer(name: str) -> None:
    problem = Problem.from_json(json.loads((FOLDER / f"{name}.problem.json").read_text("utf-8")))
    answer = json.loads((FOLDER / f"{name}.answer.json").read_text("utf-8"))
    table = table_from_json(problem, answer)
    assert assignment_json(table, draw(table, seed(name))) == answer
    line = f"| {seed(name).hex()} | {table.table_sha256} | {answer['assignment_sha256']} |"
    assert line in (FOLDER / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_verifier_finds_every_step_of_a_known_answer_in_order(name: str) -> None:
    files = [(FOLDER / f"{name}.{kind}.json").read_bytes() for kind in ("problem", "answer")]
    assert set(verify_pairing.verify(files[0], files[1], seed(name)).done.values()) == {"ok"}
    other = verify_pairing.verify(files[0], files[1], b"another seed")
    assert [step for step, how in other.done.items() if how != "ok"] == ["replay"]


def test_the_known_answers_hold_every_rung_and_rejected_draws() -> None:
    answers = [json.loads((FOLDER / f"{name}.answer.json").read_text("utf-8")) for name in NAMES]
    assert set(Counter(how for one in answers for how in one["rung"].values())) == {"L0", "L1", "L2", "L3"}
    assert sum(len(one["rejected"]) for one in answers) >= 2
