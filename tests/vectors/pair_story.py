"""Honest pairings, and the hands of a cheat: problem and answer as he would hand them out, digests mended.

Digests are computed here once more, as plainly as docs/pair-1.md states them; what the seed draws comes from the
library, whose known answers are in ``pair-1/``.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from solver.pairing.lottery import draw
from solver.pairing.problem import Problem
from solver.pairing.proof.answer_writing import assignment_json
from solver.pairing.table import Tickets
from tests.solver.pairing.random_tables import sound_table

Json = Any
NUMBER = 0x9A17


def canon(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def tag(purpose: str) -> bytes:
    return f"pair/1 {purpose}".encode().ljust(32, b"\0")


def lines(rows: list[Json], *keys: str) -> bytes:
    return "".join("\t".join(str(row[key]) for key in keys) + "\n" for row in rows).encode()


def table_sha256(answer: Json) -> str:
    keys = ("v", "problem_sha256", "bits", "cap", "lowest_cap", "loads", "rung")
    tickets = answer["tickets"]
    sealed = hashlib.sha256(canon(tickets)).hexdigest() if tickets else None
    head = {key: answer[key] for key in keys} | {"tickets_sha256": sealed}
    rows = lines(answer["table"], "task", "seat", "inspector", "n")
    return hashlib.sha256(tag("table") + canon(head) + b"\n" + rows).hexdigest()


def assignment_sha256(answer: Json) -> str:
    return hashlib.sha256(lines(answer["assignment"], "task", "seat", "inspector")).hexdigest()


@dataclass(slots=True)
class Story:
    """What is handed out: ``problem`` and ``answer`` as JSON values, the seed that is told."""

    problem: Json
    answer: Json
    seed: bytes
    text: dict[str, bytes] = field(default_factory=dict)
    """Bytes that no JSON value gives, by "problem" or "answer"."""

    def files(self) -> tuple[bytes, bytes]:
        told = {"problem": self.problem, "answer": self.answer}
        written = {name: json.dumps(value, ensure_ascii=False).encode() for name, value in told.items()}
        return (written | self.text)["problem"], (written | self.text)["answer"]

    def row(self, task: str, seat: str, inspector: str) -> Json:
        """A row of the table."""
        key = (task, seat, inspector)
        return next(x for x in self.answer["table"] if (x["task"], x["seat"], x["inspector"]) == key)

    def person(self, inspector: str) -> Json:
        """An inspector of the problem."""
        return next(x for x in self.problem["inspectors"] if x["id"] == inspector)

    def team(self, task: str) -> list[Json]:
        return [row for row in self.answer["assignment"] if row["task"] == task]

    def sit(self, task: str, seat: str, *people: str) -> None:
        """Other people on a seat, as the outcome."""
        kept = [x for x in self.answer["assignment"] if (x["task"], x["seat"]) != (task, seat)]
        kept += [{"task": task, "seat": seat, "inspector": who} for who in people]
        kept.sort(key=lambda x: (x["task"], x["seat"], x["inspector"]))
        self.answer["assignment"] = kept
        self.mend_assignment()

    def mend(self) -> None:
        """All that is told of the rows and of the problem is made to agree with them."""
        answer, one = self.answer, 1 << self.answer["bits"]
        answer["problem_sha256"] = Problem.from_json(self.problem).problem_sha256
        pairs = Counter[tuple[str, str]]()
        for row in answer["table"]:
            pairs[row["task"], row["inspector"]] += row["n"]
        answer["entropy_nats"] = math.fsum(-n / one * math.log(n / one) for n in pairs.values() if n > 0)
        answer["table_sha256"] = table_sha256(answer)

    def mend_assignment(self) -> None:
        self.answer["assignment_sha256"] = assignment_sha256(self.answer)


@dataclass(frozen=True, slots=True)
class PairFraud:
    """One way to cheat at a pairing: ``step`` has to refuse it, ``done`` says in Chinese what was done."""

    name: str
    step: str
    done: str
    story: Callable[[], Story]


PAIR_FRAUDS: list[PairFraud] = []
Lie = Callable[[Story], None]


def pair_fraud(step: str, done: str, good: str = "open") -> Callable[[Lie], Lie]:
    """Enter a lie about the honest story ``good`` into the table, under the name of its function."""

    def enter(lie: Lie) -> Lie:
        def story() -> Story:
            told = honest(good)
            lie(told)
            return told

        PAIR_FRAUDS.append(PairFraud(lie.__name__.replace("_", "-"), step, done, story))
        return lie

    return enter


def seat(name: str, *eligible: str, demand: int = 1) -> Json:
    return {"id": name, "demand": demand, "eligible": list(eligible)}


OPEN = {
    "inspectors": [
        {"id": "安", "min_load": 1, "period_cap": 1},
        {"id": "柏", "max_load": 1},
        {"id": "岑", "max_load": 1},
        {"id": "丁", "min_load": 2, "past_load": 1},
        {"id": "鄂", "max_load": 2},
        {"id": "方"},
    ],
    "tasks": [
        {"id": "t1", "period": "周一", "seats": [seat("lead", "安", "柏"), seat("member", "柏", "丁", "鄂")]},
        {"id": "t2", "period": "周一", "seats": [seat("lead", "安", "丁"), seat("member", "鄂", "方")]},
        {"id": "t3", "period": "周二", "seats": [seat("member", "柏", "岑", "丁")]},
        {
            "id": "t4",
            "period": "周二",
            "seats": [seat("lead", "方"), seat("member", "岑", "丁", "鄂", demand=2)],
        },
    ],
    "colleague_recusals": [["柏", "岑"]],
    "affinity": {"weight": 0.5, "scores": {"t1": {"安": 0.3}}},
    "cap": "3/4",
    "bits": 8,
}
OPEN_ROWS = {
    ("t1", "lead"): {"安": 128, "柏": 128},
    ("t1", "member"): {"柏": 64, "丁": 96, "鄂": 96},
    ("t2", "lead"): {"安": 128, "丁": 128},
    ("t2", "member"): {"鄂": 128, "方": 128},
    ("t3", "member"): {"柏": 64, "岑": 64, "丁": 128},
    ("t4", "lead"): {"方": 256},
    ("t4", "member"): {"岑": 128, "丁": 192, "鄂": 192},
}

FOUR = ("g", "h", "k", "m")
REDRAWN = {
    "inspectors": [{"id": who} for who in FOUR],
    "tasks": [{"id": task, "seats": [seat("member", *FOUR, demand=2)]} for task in ("u1", "u2")],
    "colleague_recusals": [["g", "h"], ["h", "k"]],
    "bits": 6,
}
REDRAWN_ROWS = {(task, "member"): dict.fromkeys(FOUR, 32) for task in ("u1", "u2")}

TICKETS = REDRAWN | {"colleague_recusals": [["g", "h"], ["h", "k"], ["k", "m"], ["g", "m"]]}
LOTS = Tickets(
    ("u1", "u2"),
    (("u1", "member"), ("u1", "member"), ("u2", "member"), ("u2", "member")),
    (16, 48),
    (("g", "k", "h", "m"), ("h", "m", "g", "k")),
)
TICKET_ROWS = {
    ("u1", "member"): {"g": 16, "h": 48, "k": 16, "m": 48},
    ("u2", "member"): {"g": 48, "h": 16, "k": 48, "m": 16},
}


def _told(problem: Json, rows: Json, tickets: tuple[Tickets, ...] = ()) -> Story:
    posed = Problem.from_json(problem)
    listed = [(*key, who, n) for key, chances in rows.items() for who, n in chances.items()]
    table = sound_table(posed, listed, tickets)
    for number in range(NUMBER, NUMBER + 64):
        seed = number.to_bytes(32, "big")
        drawn = draw(table, seed)
        if drawn.rejected or "L2" not in table.rung.values():
            return Story(posed.to_json(), assignment_json(table, drawn), seed)
    raise AssertionError("no draw was rejected")


GOOD = {
    "open": _told(OPEN, OPEN_ROWS),
    "redrawn": _told(REDRAWN, REDRAWN_ROWS),
    "tickets": _told(TICKETS, TICKET_ROWS, (LOTS,)),
}
"""Honest pairings: doors, pairs of seats, a group and a settled row; rejected draws; tickets."""


def honest(name: str) -> Story:
    """A copy of an honest story, to be lied about."""
    return copy.deepcopy(GOOD[name])
