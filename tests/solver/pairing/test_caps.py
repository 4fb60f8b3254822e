"""The lowest cap on any chance, as a fraction, and who stands in the way of a lower one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings

from solver.pairing import Inspector, PairingInfeasible, Problem, Seat, Task
from solver.pairing.chances.settled import Settled, settle, usual_cap
from solver.pairing.errors import CapTooLow
from solver.pairing.network import parts
from solver.pairing.network.caps import refuse
from tests.solver.pairing.linear import Program
from tests.solver.pairing.pairing_cases import pairs_problem
from tests.solver.pairing.strategies import roomy_problems


def settled(problem: Problem) -> list[Settled]:
    return [settle(part.net) for part in parts(problem)[0]]


def lowest(problem: Problem) -> Fraction:
    return max(one.lowest.cap for one in settled(problem))


@settings(max_examples=300, deadline=None)
@given(roomy_problems())
def test_the_lowest_cap_is_that_of_a_linear_program(problem: Problem) -> None:
    try:
        found = settled(problem)
    except PairingInfeasible:
        return
    loads = {who.id: load for one in found for who, load in zip(one.net.people, one.loads, strict=True)}
    reference = Program(problem, {one.id: loads.get(one.id, Fraction(0)) for one in problem.inspectors})
    cap = max(one.lowest.cap for one in found)
    assert float(cap) == pytest.approx(reference.lowest_cap(), abs=1e-6)


def test_two_of_six_alike_people_cannot_all_be_less_likely_than_a_third() -> None:
    assert lowest(pairs_problem(tasks=6, people=6)) == Fraction(1, 3)


def test_a_narrow_seat_sets_the_cap_for_all() -> None:
    staff = tuple(Inspector(f"i{k}") for k in range(1, 9))
    everyone = tuple(one.id for one in staff)
    tasks = (
        Task("t1", (Seat("lead", ("i1", "i2")),)),
        *(Task(f"t{k}", (Seat("member", everyone),)) for k in range(2, 9)),
    )
    # Everybody makes one visit in all; t1 must be shared by two.
    assert lowest(Problem(staff, tasks)) == Fraction(1, 2)


def test_a_cut_that_no_single_seat_shows_is_found() -> None:
    # t1, t2 and t3 share i1 … i4, of whom i4 may serve t3 alone; loads 3/4 each. i4 must then take 3/4 of t3.
    staff = tuple(Inspector(f"i{k}") for k in range(1, 5))
    tasks = (
        Task("t1", (Seat("member", ("i1", "i2", "i3")),)),
        Task("t2", (Seat("member", ("i1", "i2", "i3")),)),
        Task("t3", (Seat("member", ("i1", "i2", "i3", "i4")),)),
    )
    assert lowest(Problem(staff, tasks)) == Fraction(3, 4)


def test_certain_pairings_do_not_count() -> None:
    staff = tuple(Inspector(f"i{k}") for k in range(1, 6))
    tasks = (
        Task("t1", (Seat("lead", ("i1",)), Seat("member", ("i2", "i3", "i4", "i5")))),
        Task("t2", (Seat("lead", ("i1",)), Seat("member", ("i2", "i3", "i4", "i5")))),
    )
    assert lowest(Problem(staff, tasks)) == Fraction(1, 4)


def test_where_nothing_is_open_any_cap_will_do() -> None:
    problem = Problem((Inspector("i1"),), (Task("t1", (Seat("lead", ("i1",)),)),))
    assert lowest(problem) == 0
    assert usual_cap(lowest(problem)) == 1


def test_the_usual_cap_is_a_sixteenth_above_the_lowest() -> None:
    assert usual_cap(Fraction(1, 3)) == Fraction(17, 48)
    assert usual_cap(Fraction(31, 32)) == 1


def test_a_lower_cap_is_refused_with_the_seat_and_people_in_the_way() -> None:
    staff = tuple(Inspector(f"i{k}") for k in range(1, 9))
    everyone = tuple(one.id for one in staff)
    tasks = (
        Task("t1", (Seat("lead", ("i1", "i2")),)),
        *(Task(f"t{k}", (Seat("member", everyone),)) for k in range(2, 9)),
    )
    (part,) = settled(Problem(staff, tasks))
    with pytest.raises(CapTooLow) as refusal:
        refuse(part.rest, Fraction(2, 5), part.lowest.cap)
    assert (refusal.value.cap, refusal.value.lowest) == (Fraction(2, 5), Fraction(1, 2))
    assert refusal.value.seats == (("t1", "lead"),)
    assert refusal.value.inspectors == ("i1", "i2")


def test_a_cap_of_many_digits_is_refused_like_any_other() -> None:
    (part,) = settled(pairs_problem(tasks=6, people=6))
    cap = Fraction(10**30 // 3 - 1, 10**30)
    with pytest.raises(CapTooLow) as refusal:
        refuse(part.rest, cap, part.lowest.cap)
    assert (refusal.value.cap, len(refusal.value.seats)) == (cap, 6)


def test_someone_with_few_tasks_to_choose_from_is_named_too() -> None:
    staff = tuple(Inspector(f"i{k}") for k in range(1, 5))
    tasks = (
        Task("t1", (Seat("member", ("i1", "i2", "i3")),)),
        Task("t2", (Seat("member", ("i1", "i2", "i3")),)),
        Task("t3", (Seat("member", ("i1", "i2", "i3", "i4")),)),
    )
    (part,) = settled(Problem(staff, tasks))
    with pytest.raises(CapTooLow) as refusal:
        refuse(part.rest, Fraction(7, 10), part.lowest.cap)
    assert refusal.value.seats == (("t3", "member"),)
    assert refusal.value.inspectors == ("i4",)


def test_a_certain_visit_in_the_same_period_hides_nobody_from_the_refusal() -> None:
    problem = Problem(
        inspectors=(Inspector("a", period_cap=3), Inspector("b")),
        tasks=(
            Task("t1", (Seat("m", ("a", "b"), demand=2),), period="w"),
            *(Task(f"t{at}", (Seat("m", ("a", "b")),), period="w") for at in (2, 3)),
        ),
    )
    (part,) = settled(problem)
    assert part.lowest.cap == Fraction(1, 2)
    with pytest.raises(CapTooLow) as refusal:
        refuse(part.rest, Fraction(1, 3), part.lowest.cap)
    assert refusal.value.seats == (("t2", "m"), ("t3", "m"))
    assert refusal.value.inspectors == ("a", "b")


@settings(max_examples=200, deadline=None)
@given(roomy_problems())
def test_every_refusal_of_a_cap_names_seats_and_people(problem: Problem) -> None:
    try:
        found = settled(problem)
    except PairingInfeasible:
        return
    for part in found:
        if part.lowest.cap > 0:
            with pytest.raises(CapTooLow) as refusal:
                refuse(part.rest, part.lowest.cap * Fraction(99, 100), part.lowest.cap)
            assert refusal.value.seats
            assert refusal.value.inspectors
