"""Known answers of pair/1: writes ``pair-1/`` anew (``python -m tests.vectors.pairings``).

The tables are mixtures of lawful outcomes and made without the solver, so that a better solver leaves them alone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from solver.pairing.lottery import draw
from solver.pairing.problem import Inspector, Problem, Seat, Task
from solver.pairing.proof.answer_writing import assignment_json
from solver.pairing.table import Table
from tests.solver.pairing.lottery_cases import even, lead_and_member, mixture
from tests.solver.pairing.random_tables import sound_table, with_tickets

FOLDER = Path(__file__).parent / "pair-1"
README = """Known answers of pair/1 (docs/pair-1.md): `NAME.problem.json` is P.json and `NAME.answer.json` A.json
(laid out for reading). Written by `python -m tests.vectors.pairings`. The seed is SHA-256 of `pair/1 NAME`.

| case | rows | rejected | seed | table_sha256 | assignment_sha256 |
|---|---|---|---|---|---|
{}

`doors` has period caps, `groups` rung L1, `drawn_again` L2, `tickets` L3 for two of four tasks.
"""
NAMES = ("甲", "乙", "丙", "丁", "戊", "己")


def cases() -> dict[str, Table]:
    return {
        "simple": sound(even(4, 4)),
        "lead_member": sound(mixture(lead_and_member(6, 9, 1), 1, outcomes=12)),
        "doors": sound(mixture(lead_and_member(7, 12, 2, bits=12, period_cap=2), 2, outcomes=9)),
        "groups": sound(mixture(member_seats(("乙", "丙"), ("丁", "戊")), 3, outcomes=12)),
        "drawn_again": replace(
            sound(mixture(two_seats(("乙", "丙"), ("丁", "戊")), 4, outcomes=8)),
            acceptance={"t1": Fraction(1, 4)},
        ),
        "tickets": tickets(),
    }


def sound(table: Table) -> Table:
    return sound_table(table.problem, list(table.rows))


def member_seats(*recused: tuple[str, str]) -> Problem:
    """Recused people who could fill one seat only: a group keeps them apart (L1)."""
    seats = (Seat("lead", NAMES[:1] + NAMES[5:]), Seat("member", NAMES[1:5], 2))
    return Problem(
        tuple(Inspector(name) for name in NAMES),
        tuple(Task(f"t{at}", seats) for at in range(1, 6)),
        colleague_recusals=recused,
        bits=16,
    )


def two_seats(*recused: tuple[str, str]) -> Problem:
    """Recused people who could fill several seats: draws in which they meet are rejected (L2)."""
    seats = (Seat("lead", NAMES), Seat("member", NAMES))
    return Problem(
        tuple(Inspector(name) for name in NAMES),
        tuple(Task(f"t{at}", seats) for at in range(1, 6)),
        colleague_recusals=recused,
        bits=16,
    )


def tickets() -> Table:
    """Two tasks by ticket (L3), two others by lottery."""
    ticketed = ("庚", "辛", "壬", "癸")
    problem = Problem(
        tuple(Inspector(name) for name in NAMES + ticketed),
        tuple(
            Task(f"t{at}", (Seat("lead", who), Seat("member", who)))
            for at, who in ((1, NAMES), (2, ticketed), (3, NAMES), (4, ticketed))
        ),
        colleague_recusals=(("庚", "辛"), ("壬", "癸")),
        bits=10,
    )
    outcomes: list[tuple[tuple[str, ...], int]] = [
        (("庚", "壬", "辛", "癸"), 500),
        (("壬", "辛", "庚", "癸"), 300),
        (("癸", "庚", "壬", "辛"), 224),
    ]
    return with_tickets(sound(mixture(problem, 5, outcomes=6)), outcomes, ("t2", "t4"))


def seed_of(name: str) -> bytes:
    return hashlib.sha256(f"pair/1 {name}".encode()).digest()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    lines = []
    for name, table in cases().items():
        drawn = draw(table, seed_of(name))
        for kind, value in (("problem", table.problem.to_json()), ("answer", assignment_json(table, drawn))):
            text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            (FOLDER / f"{name}.{kind}.json").write_text(text, encoding="utf-8")
        told = (name, len(table.rows), len(drawn.rejected), seed_of(name).hex())
        lines.append("| " + " | ".join(map(str, (*told, table.table_sha256, drawn.assignment_sha256))) + " |")
    (FOLDER / "README.md").write_text(README.format("\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
