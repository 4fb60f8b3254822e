"""The lottery of pair/1: one outcome per table and seed, compiled or not, whatever else is drawn beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from solver import verify_pairing
from solver.pairing.errors import PairingInputError, PairingUnresolved
from solver.pairing.lottery import Assignment, Lottery, PartLottery, Rejection, compiled, draw
from solver.pairing.lottery.parts import parts
from solver.pairing.lottery.stream import Dice, Words
from solver.pairing.problem import Problem, Seat, Task
from solver.pairing.table import Rows, Table, Tickets
from tests.solver.pairing.lottery_cases import even, lead_and_member, mixture, people, table_of, violations

NEVER = 10**18


@pytest.fixture
def compiled_from(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets from how many arcs on, counted from now, the kernels are used."""

    def count(arcs: int) -> None:
        monkeypatch.setattr(compiled.Walker, "arcs_drawn", 0)
        monkeypatch.setattr(compiled, "COMPILED_FROM", arcs)

    return count


def recused(problem: Problem, *pairs: tuple[str, str]) -> Problem:
    return replace(problem, colleague_recusals=pairs)


def some_tables() -> dict[str, Table]:
    """One of each kind, a few of them with several things at once."""
    crowd = lead_and_member(12, 15, 1, bits=9, period_cap=4)
    met = recused(lead_and_member(8, 15, 2, bits=11), ("p00", "p06"), ("p01", "p02"), ("p08", "p09"))
    crew = people(9)
    names = tuple(one.id for one in crew)
    apart = Problem(
        crew,
        tuple(Task(f"t{at}", (Seat("a", names[:3]), Seat("b", names[3:], 2))) for at in range(6)),
        colleague_recusals=(("p03", "p04"), ("p04", "p05"), ("p07", "p08")),
    )
    return {
        "even": even(4, 7),
        "4 bits": mixture(lead_and_member(10, 15, 3, bits=4), 3),
        "40 bits": mixture(lead_and_member(10, 15, 4, bits=40), 4),
        "doors": mixture(crowd, 5),
        "drawn again": mixture(met, 6),
        "one seat": mixture(apart, 7, outcomes=3),
        "tickets": tickets_beside_a_part(),
        "settled": mixture(even(5, 5).problem, 8, outcomes=1),
        "empty": table_of(Problem((), ()), {}),
    }


def tickets_beside_a_part() -> Table:
    names = ("p00", "p01", "p02")
    seat = (Seat("member", names, 2),)
    problem = Problem(people(3), (Task("a", seat), Task("t", seat)), colleague_recusals=(("p01", "p02"),))
    one = 1 << 20
    tickets = Tickets(("t",), (("t", "member"),) * 2, (one - 1, 1), (("p00", "p01"), ("p00", "p02")))
    chances = {("t", "member", "p00"): one, ("t", "member", "p01"): one - 1, ("t", "member", "p02"): 1}
    chances |= {("a", "member", "p00"): one, ("a", "member", "p01"): one // 3}
    chances |= {("a", "member", "p02"): one - one // 3}
    return table_of(problem, chances, [tickets])


def as_json(table: Table) -> dict[str, Any]:
    """What verify_pairing.py reads of a table; what it is told besides is not looked at in a replay."""
    rows = [{"task": t, "seat": s, "inspector": i, "n": n} for t, s, i, n in table.rows]
    return table.head() | {
        "table": rows,
        "forced": [],
        "entropy_nats": 0.0,
        "gap": 0.0,
        "table_sha256": table.table_sha256,
        "tickets": [one.to_json() for one in table.tickets],
        "acceptance": {},
    }


def by_the_verifier(table: Table, seed: bytes) -> tuple[list[tuple[str, str, str]], list[Rejection]]:
    problem = verify_pairing.Problem(table.problem.to_json())
    told = as_json(table)
    del told["tickets_sha256"]
    rows, rejected = verify_pairing.replay(verify_pairing.Table(problem, told), seed)
    return (
        [(problem.tasks[problem.task_of[s]], problem.seat_id[s], problem.people[i]) for s, i in rows],
        [Rejection(one["task"], one["counter"], tuple((*met,) for met in one["met"])) for one in rejected],
    )


@pytest.mark.parametrize("name", some_tables())
def test_walks_kernels_and_the_one_file_verifier_draw_the_same(
    name: str, compiled_from: Callable[[int], None]
) -> None:
    assert compiled.sound_kernels() is not None
    table = some_tables()[name]
    compiled_from(NEVER)
    plain = Lottery(table)
    for number in range(12):
        seed = f"{name} {number}".encode()
        compiled_from(NEVER)
        expected = plain.draw(seed)
        assert (list(expected.rows), list(expected.rejected)) == by_the_verifier(table, seed)
        compiled_from(0)
        assert draw(table, seed) == expected
        assert violations(table.problem, expected.rows) == []


def test_many_random_parts_come_out_the_same_compiled_or_not(compiled_from: Callable[[int], None]) -> None:
    drawn = 0
    for number in range(60):
        problem = lead_and_member(
            3 + number % 17, 15, number, bits=4 + number % 37, period_cap=6 + number % 3
        )
        table = mixture(problem, number, outcomes=2 + number % 9)
        results = []
        for arcs in (0, NEVER):
            compiled_from(arcs)
            results.append([draw(table, bytes([number, again])) for again in range(4)])
        assert results[0] == results[1]
        drawn += len({one.assignment_sha256 for one in results[0]})
    assert drawn > 200


def test_a_lottery_that_turns_to_the_kernels_midway_goes_on_the_same(
    compiled_from: Callable[[int], None],
) -> None:
    table = even(20, 10)
    compiled_from(NEVER)
    plain = [draw(table, bytes([1, number])) for number in range(6)]
    compiled_from(700)  # 210 arcs: from the fourth draw on
    lottery = Lottery(table)
    assert [lottery.draw(bytes([1, number])) for number in range(6)] == plain
    assert compiled.Walker.arcs_drawn == 6 * 210


def test_parts_longer_than_a_block_of_randomness_come_out_the_same(
    compiled_from: Callable[[int], None],
) -> None:
    # 19,380 arcs: more keys than the 8,192 words of a block, and a walk over several blocks.
    table = even(300, 64)
    results = []
    for arcs in (0, NEVER):
        compiled_from(arcs)
        results.append(draw(table, b"long").assignment_sha256)
    assert results[0] == results[1]
    rows, _ = by_the_verifier(table, b"long")
    assert results[0] == Assignment(tuple(rows), {}, {}).assignment_sha256


def without(name: str) -> Callable[[str], object]:
    def refuse(module: str) -> object:
        raise ImportError(f"no {name}: {module}")

    return refuse


def test_without_numba_the_same_is_drawn(
    monkeypatch: pytest.MonkeyPatch, compiled_from: Callable[[int], None], caplog: pytest.LogCaptureFixture
) -> None:
    table = some_tables()["doors"]
    compiled_from(0)
    expected = draw(table, b"seed")
    compiled.sound_kernels.cache_clear()
    monkeypatch.setattr(compiled, "import_module", without("numba"))
    with caplog.at_level("INFO"):
        assert draw(table, b"seed") == expected
    assert "without a compiler" in caplog.text
    compiled.sound_kernels.cache_clear()


def test_kernels_that_draw_otherwise_are_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Wrong:
        """Forgets the coins."""

        def __init__(self, kernels: Any) -> None:
            self.kernels = kernels

        def __getattr__(self, name: str) -> Any:
            return getattr(self.kernels, name)

        def halve(self, *given: Any) -> int:
            coins = np.zeros_like(given[5])
            return int(self.kernels.halve(*given[:5], coins, *given[6:]))

    found = import_module("solver.pairing.lottery.kernels")
    compiled.sound_kernels.cache_clear()
    monkeypatch.setattr(compiled, "import_module", lambda _: Wrong(found))
    assert compiled.sound_kernels() is None
    assert "not used" in caplog.text
    compiled.sound_kernels.cache_clear()


def test_equal_keys_leave_the_arcs_in_order_of_number(
    monkeypatch: pytest.MonkeyPatch, compiled_from: Callable[[int], None]
) -> None:
    def few_keys(dice: Dice, level: int, count: int) -> Words:
        return honest(dice, level, count) >> np.uint64(61)

    honest = Dice.keys
    monkeypatch.setattr(Dice, "keys", few_keys)
    table = even(9, 7)
    drawn = []
    for arcs in (0, NEVER):
        compiled_from(arcs)
        drawn.append([draw(table, bytes([number])).assignment_sha256 for number in range(1, 30)])
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 29


def test_draws_in_which_recused_people_met_are_told_and_drawn_again() -> None:
    table = some_tables()["drawn again"]
    assert "L2" in table.rung.values()
    pairs = set(table.problem.colleague_recusals)
    (part,) = [PartLottery(part) for part in parts(table) if part.redrawn]
    rejected = 0
    for number in range(1, 60):
        seed = bytes([number])
        drawn = draw(table, seed)
        assert violations(table.problem, drawn.rows) == []
        assert [one.counter for one in drawn.rejected] == list(range(len(drawn.rejected)))
        assert {one.task for one in drawn.rejected} <= {part.part.task}
        for one in drawn.rejected:
            assert one.met == tuple(sorted(set(one.met)))
            assert {(first, second) for _, first, second in one.met} <= pairs
        assert part.trial(seed) == (drawn.rejected[0].met if drawn.rejected else ())
        rejected += len(drawn.rejected)
    assert rejected > 5


def test_settled_rows_count_when_recused_people_meet() -> None:
    crew = people(3)
    task = Task("t", (Seat("lead", ("p00",)), Seat("member", ("p01", "p02"))))
    problem = Problem(crew, (task,), colleague_recusals=(("p00", "p01"),), bits=4)
    table = table_of(
        problem, {("t", "lead", "p00"): 16, ("t", "member", "p01"): 8, ("t", "member", "p02"): 8}
    )
    assert table.rung == {"t": "L2"}
    drawn = [draw(table, bytes([number])) for number in range(1, 30)]
    assert {one.rows for one in drawn} == {(("t", "lead", "p00"), ("t", "member", "p02"))}
    told = [one for draws in drawn for one in draws.rejected]
    assert {one.met for one in told} == {(("t", "p00", "p01"),)}
    assert 10 < len(told) < 60


def test_recused_people_who_meet_in_every_draw_are_an_error_and_no_endless_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("solver.pairing.lottery.MAX_DRAWS", 30)
    problem = Problem(
        people(3),
        (
            Task("t", (Seat("lead", ("p00", "p01")), Seat("member", ("p00", "p01")))),
            Task("u", (Seat("lead", ("p02",)),)),
        ),
        colleague_recusals=(("p00", "p01"),),
        bits=4,
    )
    chances = {("t", seat, person): 8 for seat in ("lead", "member") for person in ("p00", "p01")}
    with pytest.raises(PairingUnresolved) as caught:
        draw(table_of(problem, chances | {("u", "lead", "p02"): 16}), b"x")
    assert caught.value.params == {"pairs": [["p00", "p01"]], "tasks": ["t"]}


def test_recused_people_who_surely_meet_are_an_error() -> None:
    task = Task("t", (Seat("lead", ("p00",)), Seat("member", ("p01",))))
    problem = Problem(people(2), (task,), colleague_recusals=(("p00", "p01"),), bits=4)
    with pytest.raises(PairingUnresolved) as caught:
        Lottery(table_of(problem, {("t", "lead", "p00"): 16, ("t", "member", "p01"): 16}))
    assert caught.value.params["tasks"] == ["t"]


def counties() -> list[Table]:
    """Three tables that share nobody."""

    def renamed(where: str, seed: int) -> Problem:
        one = lead_and_member(6, 15, seed, bits=12)
        return Problem.from_json(
            {
                "inspectors": [{"id": where + person.id} for person in one.inspectors],
                "tasks": [
                    {
                        "id": where + task.id,
                        "seats": [
                            {
                                "id": seat.id,
                                "demand": seat.demand,
                                "eligible": [where + p for p in seat.eligible],
                            }
                            for seat in task.seats
                        ],
                    }
                    for task in one.tasks
                ],
                "bits": 12,
            }
        )

    return [mixture(renamed(where, seed), seed) for seed, where in enumerate("xyz")]


def test_counties_drawn_together_or_apart_get_the_same_teams() -> None:
    alone = counties()
    problem = Problem(
        sum((one.problem.inspectors for one in reversed(alone)), ()),
        sum((one.problem.tasks for one in reversed(alone)), ()),
        bits=12,
    )
    together = table_of(problem, {(t, s, i): n for one in alone for t, s, i, n in one.rows})
    assert len(list(parts(together))) >= 3
    for number in range(1, 6):
        seed = bytes([number])
        rows = sorted(row for one in alone for row in draw(one, seed).rows)
        assert list(draw(together, seed).rows) == rows


def test_every_seed_of_one_byte_or_more_has_its_outcome() -> None:
    table = even(5, 6)
    seeds = [b"\0", b"\0\0", b"x" * 32, b"x" * 70_000]
    assert len({draw(table, seed).assignment_sha256 for seed in seeds}) == 4
    assert draw(table, seeds[3]) == Lottery(table).draw(seeds[3])
    for empty in (draw, lambda table, seed: Lottery(table).draw(seed)):
        with pytest.raises(PairingInputError) as caught:
            empty(table, b"")
        assert caught.value.params == {"where": "seed"}


def test_a_table_that_does_not_fill_its_seats_is_refused_and_not_walked() -> None:
    table = even(2, 3, bits=4)
    rows = [(t, s, i, n - ((t, i) == ("t2", "i1"))) for t, s, i, n in table.rows]
    with pytest.raises(PairingInputError) as caught:
        draw(replace(table, rows=Rows.of(table.problem, rows)), b"x")
    assert caught.value.params == {"where": "table", "task": "t2"}


def test_a_table_without_tasks_gives_nobody_anything_to_do() -> None:
    table = table_of(Problem(people(2), ()), {})
    drawn = draw(table, b"x")
    assert drawn.rows == ()
    assert drawn.loads == {"p00": 0, "p01": 0}
    assert drawn.assignment_sha256 == hashlib.sha256(b"").hexdigest()


def test_an_assignment_tells_itself_in_a_sentence() -> None:
    drawn = draw(mixture(even(3, 4).problem, 1), b"x")
    assert str(drawn) == (
        "匹配结果：检查任务 3 项，6 人次，每人 "
        f"{min(drawn.loads.values())} 至 {max(drawn.loads.values())} 次，作废重抽 0 次，方式 L0 3 项，"
        f"摘要 {drawn.assignment_sha256[:16]}…"
    )
    assert drawn.teams()["t1"] == tuple((s, i) for t, s, i in drawn.rows if t == "t1")


def test_loads_between_floor_and_ceiling_are_those_of_the_rows() -> None:
    table = mixture(even(7, 5).problem, 9)
    assert {load.denominator > 1 for load in table.loads.values()} == {True}
    for number in range(1, 20):
        drawn = draw(table, bytes([number]))
        assert sum(drawn.loads.values()) == 14
        for person, load in table.loads.items():
            assert abs(Fraction(drawn.loads[person]) - load) < 1
