"""The table of a problem: chances, loads, caps, certainties, recusals; known values and every order of input."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.pairing import (
    Affinity,
    CapTooLow,
    Inspector,
    PairingInfeasible,
    PairingUnresolved,
    Problem,
    Seat,
    Table,
    Task,
    cap_costs,
    check,
    draw,
    preview,
    shortage,
    solve,
)
from solver.pairing.arrays import Ints
from solver.pairing.network import caps, levels
from solver.pairing.network.flow import Arcs, Flow, meet
from solver.progress import Cancelled
from tests.solver.pairing.pairing_cases import outcomes, pairs_problem, seed
from tests.solver.pairing.random_problems import random_problem
from tests.solver.pairing.strategies import PEOPLE, open_problems, roomy_problems

ONE = 1 << 20


def chances(table: Table) -> dict[tuple[str, str, str], float]:
    return {(task, seat, who): n / (1 << table.bits) for task, seat, who, n in table.rows}


def test_four_visits_in_pairs_give_every_pairing_one_half() -> None:
    table = solve(pairs_problem(4, 4))
    assert {n for *_, n in table.rows} == {ONE // 2}
    assert len(table.rows) == 16
    assert (table.lowest_cap, table.cap) == (Fraction(1, 2), Fraction(17, 32))
    assert set(table.loads.values()) == {2}
    assert table.entropy == pytest.approx(16 * 0.5 * math.log(2))
    assert (table.forced, set(table.rung.values())) == ((), {"L0"})
    assert table.gap < 1e-6


def test_six_visits_in_pairs_give_every_pairing_one_third_as_near_as_units_allow() -> None:
    table = solve(pairs_problem(6, 6))
    assert {n for *_, n in table.rows} <= {ONE // 3, ONE // 3 + 1}
    assert len(table.rows) == 36


def test_whoever_may_do_less_elsewhere_is_likelier_here() -> None:
    # Loads 3/4 each. i4 serves t3 alone, so 3/4 of it; the other 1/4 and all of t1, t2 are shared alike.
    staff = tuple(Inspector(f"i{k}") for k in range(1, 5))
    three, four = ("i1", "i2", "i3"), ("i1", "i2", "i3", "i4")
    tasks = (
        Task("t1", (Seat("member", three),)),
        Task("t2", (Seat("member", three),)),
        Task("t3", (Seat("member", four),)),
    )
    told = chances(solve(Problem(staff, tasks)))
    assert told["t3", "member", "i4"] == pytest.approx(3 / 4)
    assert told["t3", "member", "i1"] == pytest.approx(1 / 12, abs=2e-6)
    assert told["t1", "member", "i2"] == pytest.approx(1 / 3, abs=2e-6)


def test_affinity_favours_by_the_odds_it_states() -> None:
    # One visit for one of two people of equal burden: nothing to even out, so the odds are the score's.
    staff = (Inspector("i1", max_load=1), Inspector("i2", max_load=1))
    both = ("i1", "i2")
    tasks = (Task("t1", (Seat("member", both),)), Task("t2", (Seat("member", both),)))
    liked = Affinity(2.0, (("t1", "i1", math.log(3) / 2), ("t1", "i2", 0.0)))
    told = chances(solve(Problem(staff, tasks, affinity=liked, cap=Fraction(1))))
    # i1 to t1 and i2 to t2, or the other way round: p and 1 - p, twice over, so the odds are the root of 3.
    assert told["t1", "member", "i1"] == pytest.approx(math.sqrt(3) / (1 + math.sqrt(3)), abs=1e-5)


def test_a_cap_flattens_what_affinity_would_have_favoured() -> None:
    problem = replace(
        pairs_problem(4, 4),
        affinity=Affinity(50.0, (("t1", "i1", 1.0),)),
        cap=Fraction(3, 5),
    )
    assert chances(solve(problem))["t1", "member", "i1"] == pytest.approx(0.6, abs=1e-5)


def test_at_the_lowest_cap_itself_everything_is_settled_by_it() -> None:
    problem = replace(pairs_problem(6, 6), cap=Fraction(1, 3))
    table = solve(problem)
    assert table.cap == table.lowest_cap == Fraction(1, 3)
    assert check(problem, table, draw(table, seed(1)), seed(1)).ok


def test_a_cap_below_the_lowest_is_refused() -> None:
    with pytest.raises(CapTooLow) as refusal:
        solve(replace(pairs_problem(6, 6), cap=Fraction(1, 4)))
    assert (refusal.value.lowest, len(refusal.value.seats)) == (Fraction(1, 3), 6)


def test_counties_are_settled_apart_and_share_only_the_cap() -> None:
    def county(name: str) -> Problem:
        staff = tuple(Inspector(f"{name}{k}", past_load=k) for k in range(1, 6))
        everyone = tuple(one.id for one in staff)
        teams = (Task(f"{name}-t{k}", (Seat("member", everyone, 2),)) for k in range(4))
        return Problem(staff, tuple(teams), cap=Fraction(9, 10))

    first, second = county("a"), county("b")
    both = replace(first, inspectors=first.inspectors + second.inspectors, tasks=second.tasks + first.tasks)
    table = solve(both)
    assert list(table.rows) == [*solve(first).rows, *solve(second).rows]
    assert table.loads == {**solve(first).loads, **solve(second).loads}


@settings(max_examples=25, deadline=None)
@given(roomy_problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_changes_a_digest(problem: Problem, chance: object) -> None:
    def mixed(values: tuple[object, ...]) -> tuple[object, ...]:
        listed = list(values)
        chance.shuffle(listed)  # type: ignore[attr-defined]
        return tuple(listed)

    turned = Problem(mixed(problem.inspectors), mixed(problem.tasks))  # type: ignore[arg-type]
    try:
        table = solve(problem)
    except PairingInfeasible:
        return
    assert solve(turned).table_sha256 == table.table_sha256


@settings(max_examples=40, deadline=None)
@given(roomy_problems(), st.sampled_from([None, Fraction(1)]), st.integers(0, 2**32))
def test_another_maximum_flow_gives_the_same_table(
    problem: Problem, cap: Fraction | None, shuffle: int
) -> None:
    def another(arcs: Arcs, supply: Ints) -> Flow:
        """A solver that sees arcs and nodes in another order, so that it finds other flows of equal value."""
        chance = np.random.default_rng(shuffle)
        order, name = chance.permutation(len(arcs)), chance.permutation(arcs.nodes)
        turned = Arcs(arcs.nodes, name[arcs.tails[order]], name[arcs.heads[order]], arcs.capacity[order])
        renamed, amount = np.zeros_like(supply), np.zeros(len(arcs), dtype=np.int64)
        renamed[name] = supply
        flow = meet(turned, renamed)
        amount[order] = flow.amount
        return Flow(amount, None if flow.side is None else flow.side[name], flow.unmet)

    def told() -> object:
        try:
            return solve(replace(problem, cap=cap)).table_sha256
        except PairingInfeasible as refusal:
            return refusal.shortages

    usual = told()
    with pytest.MonkeyPatch.context() as patch:
        for user in (levels, caps, shortage):
            patch.setattr(user, "meet", another)
        assert told() == usual


@settings(max_examples=100, deadline=None)
@given(roomy_problems())
def test_every_table_is_sound_and_its_preview_tells_the_same(problem: Problem) -> None:
    seen = preview(problem)
    if not seen.feasible:
        with pytest.raises(PairingInfeasible) as refusal:
            solve(problem)
        assert refusal.value.shortages == seen.shortages
        return
    table = solve(problem)
    assert check(problem, table, draw(table, seed(1)), seed(1)).ok
    assert (seen.loads, seen.lowest_cap, seen.cap) == (table.loads, table.lowest_cap, table.cap)
    assert seen.forced == table.forced
    assert table.gap <= 1e-3


@st.composite
def recused(draw_: st.DrawFn) -> Problem:
    pairs = [(a, b) for a in PEOPLE for b in PEOPLE if a < b]
    apart = draw_(st.lists(st.sampled_from(pairs), min_size=1, max_size=2))
    return replace(draw_(open_problems()), colleague_recusals=tuple(apart))


@settings(max_examples=100, deadline=None)
@given(recused())
def test_recusals_are_kept_or_proved_impossible_and_the_table_is_sound(problem: Problem) -> None:
    found = outcomes(problem)
    try:
        table = solve(problem)
    except PairingInfeasible:
        assert not found
        return
    except PairingUnresolved:
        raise AssertionError("four tasks are few enough to search") from None
    for number in range(3):
        drawn = draw(table, seed(number))
        assert drawn.rows in {tuple(sorted(rows)) for rows in found}
        assert check(problem, table, drawn, seed(number)).ok


def test_whom_no_ticket_names_expects_no_visit() -> None:
    # Of 16 people any two may not meet, but i1 and i2: without recusals each would expect 1/8 of a visit.
    names = tuple(f"i{k}" for k in range(1, 17))
    apart = tuple((a, b) for a in names for b in names if a < b and {a, b} != {"i1", "i2"})
    problem = Problem(
        tuple(Inspector(name) for name in names), (Task("t1", (Seat("member", names, 2),)),), apart
    )
    table = solve(problem)
    assert table.rung == {"t1": "L3"}
    assert {who for who, load in table.loads.items() if load} == {"i1", "i2"}
    assert check(problem, table, draw(table, seed(1)), seed(1)).ok


def test_where_one_seat_can_keep_colleagues_apart_no_draw_is_rejected() -> None:
    everyone = tuple(f"i{k}" for k in range(1, 13))
    problem = Problem(
        tuple(Inspector(name) for name in everyone),
        tuple(Task(f"t{k}", (Seat("lead", everyone), Seat("member", everyone))) for k in range(12)),
        colleague_recusals=(("i1", "i2"),),
    )
    table = solve(problem)
    assert set(table.rung.values()) == {"L1"}
    assert not table.acceptance
    assert all(not draw(table, seed(number)).rejected for number in range(20))


def test_where_it_cannot_draws_are_rejected_and_the_acceptance_is_told() -> None:
    # Teams of two among four, i1 and i2 apart: confining them to one place in the team makes i3 and i4 busier.
    problem = replace(pairs_problem(2, 4), colleague_recusals=(("i1", "i2"),))
    table = solve(problem)
    assert set(table.rung.values()) <= {"L1", "L2"}
    problem = replace(pairs_problem(3, 3), colleague_recusals=(("i1", "i2"),))
    table = solve(problem)
    assert set(table.rung.values()) == {"L3"}
    everybody = Counter(who for _, _, who in draw(table, seed(0)).rows)
    assert everybody["i3"] == 3


def test_what_a_cap_costs_grows_as_it_falls_and_impossible_ones_are_left_out() -> None:
    problem = replace(pairs_problem(6, 6), affinity=Affinity(4.0, (("t1", "i1", 1.0), ("t2", "i2", 1.0))))
    caps = [Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(1)]
    costs = cap_costs(problem, caps)
    assert [cap for cap, _ in costs] == caps[1:]
    # Without a cap the affinity draws chances together; the lowest cap forbids it altogether.
    assert costs[0][1] == pytest.approx(12 * math.log(3))
    assert costs[0][1] > costs[1][1] > costs[2][1]


def test_progress_is_told_by_tasks_and_can_stop_the_work() -> None:
    told: list[tuple[int, int, str]] = []
    solve(pairs_problem(3, 4), lambda done, total, stage: told.append((done, total, stage)))
    assert (told[0], told[-1]) == ((0, 6, "pairing"), (6, 6, "pairing"))

    def stop(done: int, total: int, stage: str) -> None:
        raise Cancelled("cancelled", {}, "停")

    with pytest.raises(Cancelled):
        solve(pairs_problem(3, 4), stop)


def test_a_register_without_tasks_gives_an_empty_table() -> None:
    table = solve(Problem((Inspector("i1"),), ()))
    assert len(table.rows) == 0
    assert (table.loads["i1"], table.lowest_cap, table.cap) == (Fraction(0), Fraction(0), Fraction(1))


def test_with_few_bits_sums_still_hold_exactly() -> None:
    problem = replace(pairs_problem(7, 5), bits=4)
    table = solve(problem)
    assert check(problem, table, draw(table, seed(2)), seed(2)).ok


def test_a_certain_team_whose_seats_are_open_is_spread_over_the_seats_and_has_no_entropy() -> None:
    names = ("i1", "i2", "i3")
    seats = (Seat("dept", names), Seat("lead", ("i1", "i2")), Seat("member", names))
    table = solve(Problem(tuple(Inspector(name) for name in names), (Task("t1", seats),)))
    told = chances(table)
    assert len(told) == 8
    assert told["t1", "lead", "i1"] == pytest.approx(1 / 2, abs=2e-6)
    assert told["t1", "dept", "i3"] == pytest.approx(1 / 2, abs=2e-6)
    assert (table.forced, table.entropy) == ((), 0.0)
    assert table.gap < 1e-9


def test_a_period_cap_of_any_size_above_the_visits_there_are_is_the_same_as_none() -> None:
    names = tuple(f"i{number}" for number in range(7))
    seats = (Seat("lead", names[:4]), Seat("member", names[1:]))
    tasks = tuple(Task(f"t{number}", seats, f"w{number % 2}") for number in range(9))
    tables = [
        solve(
            Problem(
                tuple(Inspector(name, period_cap=limit) for name in names),
                tasks,
                cap=Fraction(499_979, 999_983),  # a fine cap: flows are counted in small units
                bits=40,
            )
        )
        for limit in (None, 9, 10**9)
    ]
    assert all(check(table.problem, table, None, None).ok for table in tables)
    free, wide, boundless = ([n for *_, n in table.rows] for table in tables)
    assert wide == boundless
    assert max(abs(a - b) for a, b in zip(free, wide, strict=True)) <= 2**12


@pytest.mark.parametrize("hair", [Fraction(1, 10**6), Fraction(1, 10**9), Fraction(1, 10**15)])
def test_a_cap_a_hair_above_the_lowest_is_kept_and_costs_no_entropy_beside_the_lowest(hair: Fraction) -> None:
    kept = 0
    for number in range(54, 62):
        problem = replace(random_problem(number), colleague_recusals=(), cap=None, bits=20)
        ahead = preview(problem)
        if not ahead.feasible or not 0 < ahead.lowest_cap < 1:
            continue
        tight, above = (
            solve(replace(problem, cap=ahead.lowest_cap * (1 + more))) for more in (Fraction(0), hair)
        )
        assert check(above.problem, above, None, None).ok, number
        assert above.entropy >= tight.entropy - 1e-3 or problem.affinity, number
        assert above.gap <= 0.15, number
        kept += 1
    assert kept >= 4
