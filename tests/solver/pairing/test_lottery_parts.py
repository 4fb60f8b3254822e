"""The network of each part of a table, the rungs of its tasks and the randomness it is drawn with, byte by byte."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from solver.pairing.lottery import draw
from solver.pairing.lottery.parts import networks, parts, rungs
from solver.pairing.lottery.stream import BLOCK, Dice, Stream
from solver.pairing.network.graph import connected
from solver.pairing.problem import Inspector, Problem, Seat, Task
from solver.pairing.table import Rows
from tests.solver.pairing.lottery_cases import even, people, table_of


def test_a_stream_is_shake_256_in_blocks_of_65536() -> None:
    part_id, seed = bytes(range(32)), b"any length"

    def block(number: int) -> bytes:
        head = b"pair/1 coin".ljust(32, b"\0") + part_id + b"\0\0\0\x07" + b"\0\0\0\x03"
        return hashlib.shake_256(head + number.to_bytes(4, "big") + seed).digest(65_536)

    stream = Stream("coin", part_id, 7, 3, seed)
    both = block(0) + block(1)
    assert BLOCK == 65_536
    assert stream.octets(70_000) == both[:70_000]
    assert stream.words(3).tolist() == [int.from_bytes(both[at : at + 8], "big") for at in (0, 8, 16)]
    assert stream.bits(11).tolist() == [both[at // 8] >> at % 8 & 1 for at in range(11)]
    chunks = stream.chunks()
    words = np.concatenate([next(chunks) for _ in range(3)])
    assert len(words) == 16_384
    assert words.astype(">u8").tobytes() == both
    assert next(Dice(part_id, 7, seed).words(3)) != int(words[0])  # another purpose, other words


def test_a_part_is_known_by_its_open_rows() -> None:
    names = ("甲", "乙", "丙")
    problem = Problem(
        tuple(Inspector(name) for name in names),
        (Task("t1", (Seat("lead", names),)), Task("t2", (Seat("lead", names[:1]),))),
        bits=4,
    )
    table = table_of(problem, {("t1", "lead", "甲"): 7, ("t1", "lead", "乙"): 9, ("t2", "lead", "甲"): 16})
    (part,) = parts(table)
    lines = "t1\tlead\t乙\t9\nt1\tlead\t甲\t7\n".encode()
    assert part.part_id == hashlib.sha256(b"pair/1 part".ljust(32, b"\0") + lines).digest()
    assert part.task == "t1"
    assert ("t2", "lead", "甲") in draw(table, b"x").rows


def test_arcs_are_laid_out_kind_by_kind() -> None:
    # p0 may take both seats of t (pair arc) and has a door; p1 and p2 are recused and share one seat (group arc).
    crew = (Inspector("p0", period_cap=1), Inspector("p1"), Inspector("p2"), Inspector("p3"))
    seats = (Seat("a", ("p0", "p1", "p2")), Seat("b", ("p0", "p3")))
    problem = Problem(crew, (Task("t", seats, "W1"),), colleague_recusals=(("p1", "p2"),), bits=4)
    chances = {
        ("t", "a", "p0"): 6,
        ("t", "a", "p1"): 3,
        ("t", "a", "p2"): 7,
        ("t", "b", "p0"): 4,
        ("t", "b", "p3"): 12,
    }
    (part,) = parts(table_of(problem, chances))
    seat_a, seat_b, p0, p1, p2, p3, group, pair, door, ground = range(10)
    assert part.values.tolist() == [6, 3, 7, 4, 12, 10, 10, 10, 10, 3, 7, 12]
    assert part.tails.tolist() == [seat_a, group, group, seat_b, seat_b, seat_a, pair, door, p0, p1, p2, p3]
    assert part.heads.tolist() == [pair, p1, p2, pair, p3, group, door, p0, *[ground] * 4]


def test_doors_stand_in_order_of_inspector_and_then_of_period() -> None:
    crew = people(2, period_cap=1)
    weeks = ("W2", "W1")
    problem = Problem(crew, tuple(Task(f"t{w}", (Seat("a", ("p00", "p01")),), w) for w in weeks), bits=4)
    (part,) = parts(
        table_of(
            problem,
            {
                ("tW1", "a", "p00"): 1,
                ("tW1", "a", "p01"): 15,
                ("tW2", "a", "p00"): 6,
                ("tW2", "a", "p01"): 10,
            },
        )
    )
    assert part.values.tolist() == [1, 15, 6, 10, 1, 6, 15, 10, 7, 25]


def test_rungs_tell_how_colleague_recusals_are_kept() -> None:
    crew = people(8)
    names = tuple(one.id for one in crew)
    one = 16

    def task(name: str, *seats: tuple[str, ...]) -> Task:
        return Task(name, tuple(Seat(f"s{at}", who) for at, who in enumerate(seats)))

    problem = Problem(
        crew,
        (
            task("away", names[2:4]),
            task("one seat", names[:3]),
            task("two seats", ("p00", "p04"), ("p01", "p05")),
            task("beside", ("p04", "p06")),
            task("settled", ("p07",)),
        ),
        colleague_recusals=(("p00", "p01"),),
        bits=4,
    )
    chances = {
        ("away", "s0", "p02"): 5,
        ("away", "s0", "p03"): 11,
        ("one seat", "s0", "p00"): 5,
        ("one seat", "s0", "p01"): 11,
        ("beside", "s0", "p06"): one,
        ("settled", "s0", "p07"): one,
        ("two seats", "s0", "p04"): one,
        ("two seats", "s1", "p05"): one,
    }
    rows = Rows.of(problem, [(*row, n) for row, n in chances.items()])
    assert rungs(problem, rows) == dict.fromkeys(("away", "beside", "settled", "two seats"), "L0") | {
        "one seat": "L1"
    }
    # Now both may sit at "two seats", and p04 ties "beside" to it; "one seat" is tied by p00.
    chances |= {
        ("two seats", "s0", "p00"): 4,
        ("two seats", "s0", "p04"): 12,
        ("two seats", "s1", "p01"): 4,
        ("two seats", "s1", "p05"): 12,
        ("beside", "s0", "p04"): 3,
        ("beside", "s0", "p06"): 13,
    }
    rows = Rows.of(problem, [(*row, n) for row, n in chances.items()])
    assert rungs(problem, rows) == {
        "away": "L0",
        "one seat": "L2",
        "two seats": "L2",
        "beside": "L2",
        "settled": "L0",
    }
    assert [(part.task, part.redrawn) for part in networks(problem, rows)] == [
        ("away", False),
        ("beside", True),
    ]


def test_recused_people_who_add_up_to_more_than_one_are_not_grouped() -> None:
    problem = replace(even(2, 3, bits=4).problem, colleague_recusals=(("i1", "i2"),))
    chances = {"i1": 10, "i2": 8, "i3": 14}
    table = table_of(problem, {(t, "member", i): n for t in ("t1", "t2") for i, n in chances.items()})
    assert table.rung == {"t1": "L2", "t2": "L2"}


def test_chains_of_tasks_and_people_are_one_part() -> None:
    # t0 - p0 - t1 - p1 - … - t199: each task shares one inspector with the next.
    left = np.repeat(np.arange(200), 2)[1:-1]
    right = 200 + np.repeat(np.arange(199), 2)
    assert connected(401, left, right).tolist() == [0] * 399 + [399, 400]
