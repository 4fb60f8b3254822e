"""The lottery: one outcome per seed, every lawful outcome possible, nobody favoured."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.pairing import (
    Inspector,
    PairingInputError,
    PairingUnresolved,
    Problem,
    Seat,
    Task,
    check,
    draw,
    lottery,
    solve,
)
from solver.pairing.pair0_flow import Network, free_arcs
from solver.pairing.recusal import repair
from tests.solver.pairing.pairing_cases import Rows, loads_of, most_equal, outcomes, pairs_problem, seed
from tests.solver.pairing.strategies import open_problems


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def key(of_seed: bytes, purpose: bytes) -> bytes:
    return sha(b"pair/0 " + purpose + b"\0" + bytes(4) + of_seed)


def price(rows: Rows, of_seed: bytes) -> int:
    """The sum of 40-bit prices of docs/pairing.md, written out a second time."""
    return sum(
        int.from_bytes(sha(key(of_seed, b"edge") + "\0".join(row).encode())[:5], "big") for row in rows
    )


@pytest.mark.parametrize("number", range(12))
def test_the_outcome_is_the_cheapest_of_all_90_by_the_published_bytes(number: int) -> None:
    found = outcomes(pairs_problem(4, 4))
    even = most_equal(pairs_problem(4, 4), found)
    assert len(even) == 90
    expected = min(even, key=lambda rows: price(rows, seed(number)))
    assert draw(solve(pairs_problem(4, 4)), seed(number)).rows == tuple(sorted(expected))


@pytest.mark.parametrize("number", range(12))
def test_the_first_in_the_published_random_order_make_the_extra_visit(number: int) -> None:
    # 3 pairs = 6 visits for 4 people: two of them go twice.
    problem = pairs_problem(3, 4)
    order = sorted(
        [one.id for one in problem.inspectors], key=lambda one: sha(key(seed(number), b"load") + one.encode())
    )
    drawn = draw(solve(problem), seed(number))
    assert [person for person in order if drawn.loads[person] == 2] == order[:2]
    same_loads = [rows for rows in outcomes(problem) if loads_of(problem, rows) == drawn.loads]
    assert drawn.rows == tuple(sorted(min(same_loads, key=lambda rows: price(rows, seed(number)))))


def test_all_90_lawful_outcomes_of_4_tasks_and_4_people_in_pairs_occur() -> None:
    problem = pairs_problem(4, 4)
    table = solve(problem)
    seen = {draw(table, seed(number)).rows for number in range(1_500)}
    assert seen == {tuple(sorted(rows)) for rows in most_equal(problem, outcomes(problem))}


def test_on_6_tasks_and_6_people_in_pairs_everyone_meets_every_task_a_third_of_the_time() -> None:
    table = solve(pairs_problem(6, 6))
    draws = 2_000
    met = Counter(
        (task, person) for number in range(draws) for task, _, person in draw(table, seed(number)).rows
    )
    assert len(met) == 36
    sigma = (draws * (1 / 3) * (2 / 3)) ** 0.5
    worst = max(abs(count - draws / 3) for count in met.values())
    assert worst < 5 * sigma


def test_the_extra_visit_falls_on_everyone_equally_often() -> None:
    # 5 pairs = 10 visits for 4 people: two of four make 3 visits, each with probability 1/2.
    table = solve(pairs_problem(5, 4))
    draws = 1_000
    extra = Counter(
        person
        for number in range(draws)
        for person, load in draw(table, seed(number)).loads.items()
        if load == 3
    )
    sigma = (draws / 4) ** 0.5
    assert all(abs(extra[f"i{k}"] - draws / 2) < 5 * sigma for k in (1, 2, 3, 4))


@settings(max_examples=60, deadline=None)
@given(open_problems(), st.randoms(use_true_random=False))
def test_the_order_of_people_tasks_and_seats_in_the_register_changes_nothing(problem, random) -> None:
    def shuffled(values):
        return tuple(random.sample(values, len(values)))

    mixed = Problem(
        inspectors=shuffled(problem.inspectors),
        tasks=shuffled(
            [
                replace(task, seats=shuffled([replace(s, eligible=shuffled(s.eligible)) for s in task.seats]))
                for task in problem.tasks
            ]
        ),
    )
    assert mixed == problem
    assert mixed.problem_sha256 == problem.problem_sha256
    if outcomes(problem):
        assert draw(solve(mixed), seed(9)) == draw(solve(problem), seed(9))


def test_the_same_seed_gives_the_same_digest_and_another_seed_another_outcome() -> None:
    table = solve(pairs_problem(20, 8))
    again = solve(pairs_problem(20, 8))
    digests = [draw(table, seed(number)).assignment_sha256 for number in range(30)]
    assert digests == [draw(again, seed(number)).assignment_sha256 for number in range(30)]
    assert len(set(digests)) == 30


def test_the_digest_is_that_of_tab_separated_lines() -> None:
    problem = Problem((Inspector("i1"), Inspector("i2")), (Task("t1", (Seat("member", ("i1", "i2"), 2),)),))
    drawn = draw(solve(problem), seed(0))
    assert drawn.assignment_sha256 == hashlib.sha256(b"t1\tmember\ti1\nt1\tmember\ti2\n").hexdigest()


def test_another_county_in_the_same_run_does_not_move_this_countys_lot() -> None:
    def county(name: str, people: int) -> tuple[tuple[Inspector, ...], tuple[Task, ...]]:
        names = tuple(f"{name}-i{k}" for k in range(people))
        tasks = tuple(Task(f"{name}-t{k}", (Seat("member", names, 2),)) for k in range(6))
        return tuple(Inspector(one) for one in names), tasks

    here, there = county("360681", 5), county("360602", 7)
    alone = draw(solve(Problem(*here)), seed(4)).rows
    both = draw(solve(Problem(here[0] + there[0], here[1] + there[1])), seed(4)).rows
    assert tuple(row for row in both if row[0].startswith("360681")) == alone
    assert len(both) == 24


def test_equally_cheap_outcomes_are_noticed_and_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    table = solve(pairs_problem(4, 4))
    honest = lottery._prices
    asked: list[bytes] = []

    def first_all_alike(settled, of_key):
        asked.append(of_key)
        return np.zeros(settled.part.edges, dtype=np.int64) if len(asked) == 1 else honest(settled, of_key)

    monkeypatch.setattr(lottery, "_prices", first_all_alike)
    drawn = draw(table, seed(0))
    assert len(asked) == 2
    assert asked[0] != asked[1]
    assert check(table.problem, table, drawn, None).ok
    assert drawn.rejected == ()


def recusal_problem(pairs: int) -> Problem:
    problem = pairs_problem(tasks=12, people=12)
    named = [one.id for one in problem.inspectors]
    every_two = [(a, b) for at, a in enumerate(named) for b in named[at + 1 :]]
    return replace(problem, colleague_recusals=tuple(every_two[:: len(every_two) // pairs][:pairs]))


def test_colleagues_who_must_not_meet_never_do_and_each_rejected_draw_is_reported() -> None:
    problem = recusal_problem(pairs=3)
    table = solve(problem)
    drawn = [draw(table, seed(number)) for number in range(60)]
    assert all(check(problem, table, one, None).ok for one in drawn)
    assert {rung for one in drawn for rung in one.rung.values()} == {"L0", "L2"}
    assert all((len(one.rejected) > 0) == ("L2" in one.rung.values()) for one in drawn)
    recused = set(problem.colleague_recusals)
    assert all(
        (first, second) in recused
        for one in drawn
        for refused in one.rejected
        for _, first, second in refused.meetings
    )


def test_many_recusals_are_repaired_by_keeping_one_of_the_two_off_the_task() -> None:
    problem = recusal_problem(pairs=44)
    table = solve(problem)
    for number in range(5):
        drawn = draw(table, seed(number))
        assert set(drawn.rung.values()) == {"L2-repair"}
        assert len(drawn.rejected) == 5
        assert check(problem, table, drawn, seed(number)).ok


def test_a_search_that_finds_neither_a_way_nor_a_proof_says_so() -> None:
    stubborn = (("t1", "member", "i1"), ("t1", "member", "i2"))
    with pytest.raises(PairingUnresolved, match="回避关系过密") as refusal:
        repair(lambda _: stubborn, frozenset({("i1", "i2")}), lambda _: True)
    assert refusal.value.code == "pairing_unresolved"
    assert refusal.value.params == {"pairs": [["i1", "i2"]], "tasks": ["t1"]}


def test_a_solver_that_hands_back_a_dear_flow_is_caught() -> None:
    # One unit from node 0 to node 1 over two arcs, of price 1 and 2; the second is no answer.
    one, two = np.array([1, 1]), np.array([1, 2])
    net = Network(2, np.array([0, 0]), np.array([1, 1]), one, two, np.array([1, -1]))
    assert free_arcs(net, np.array([1, 0])).tolist() == [False, False]
    with pytest.raises(RuntimeError, match="not of least cost"):
        free_arcs(net, np.array([0, 1]))


def test_an_empty_seed_is_refused() -> None:
    with pytest.raises(PairingInputError, match="种子"):
        draw(solve(pairs_problem(1, 2)), b"")
