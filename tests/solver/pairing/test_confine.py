"""Recused colleagues in one seat of a team only, chosen by a public hash, one of them at most (rung L1)."""

from __future__ import annotations

import hashlib

from solver.pairing import Inspector, Problem, Seat, Task
from solver.pairing.chances.scores import Scores
from solver.pairing.chances.settled import kept_apart, settle
from solver.pairing.network import Network, parts
from solver.pairing.network.confine import confined

EVERYONE = tuple(f"i{k}" for k in range(1, 9))


def problem(tasks: int, *recusals: tuple[str, str], leads: tuple[str, ...] = EVERYONE) -> Problem:
    teams = tuple(Task(f"t{k}", (Seat("lead", leads), Seat("member", EVERYONE))) for k in range(1, tasks + 1))
    return Problem(tuple(Inspector(name) for name in EVERYONE), teams, recusals)


def net(given: Problem) -> Network:
    (part,) = parts(given)[0]
    return part.net


def seats_of(found: Network, person: str) -> dict[str, set[str]]:
    """The seats a person may take, by task."""
    seats: dict[str, set[str]] = {}
    for seat, who in zip(found.edge_seat.tolist(), found.edge_person.tolist(), strict=True):
        if found.people[who].id == person:
            task, name = found.seats[seat]
            seats.setdefault(task, set()).add(name)
    return seats


def test_without_two_recused_people_who_could_meet_nothing_is_confined() -> None:
    assert confined(net(problem(3)), ()) is None
    apart = Problem(
        tuple(Inspector(name) for name in ("i1", "i2", "i3")),
        (Task("t1", (Seat("a", ("i1", "i3")),)), Task("t2", (Seat("a", ("i2", "i3")),))),
        (("i1", "i2"),),
    )
    assert confined(net(apart), apart.colleague_recusals) is None


def test_the_seat_is_the_one_a_public_hash_names() -> None:
    given = problem(20, ("i1", "i2"))
    found = confined(net(given), given.colleague_recusals)
    assert found is not None
    for task in given.tasks:
        digest = hashlib.sha256(b"pair/1 confine".ljust(32, b"\0") + f"{task.id}\0i1".encode()).digest()
        named = ("lead", "member")[digest[-1] % 2]
        assert seats_of(found, "i1")[task.id] == seats_of(found, "i2")[task.id] == {named}
    assert {name for names in seats_of(found, "i1").values() for name in names} == {"lead", "member"}
    assert seats_of(found, "i3") == {task.id: {"lead", "member"} for task in given.tasks}
    assert len(found.group_seat) == 20


def test_people_tied_by_others_recusals_are_one_group() -> None:
    given = problem(5, ("i1", "i2"), ("i2", "i3"), ("i5", "i6"))
    found = confined(net(given), given.colleague_recusals)
    assert found is not None
    assert seats_of(found, "i1") == seats_of(found, "i2") == seats_of(found, "i3")
    assert len(found.group_seat) == 2 * 5


def test_a_seat_that_could_then_not_be_filled_is_passed_over() -> None:
    # Only i1 and i2 may lead: were they confined to the member's seat, nobody could lead.
    given = problem(12, ("i1", "i2"), leads=("i1", "i2"))
    found = confined(net(given), given.colleague_recusals)
    assert found is not None
    assert set(map(frozenset, seats_of(found, "i1").values())) == {frozenset({"lead"})}


def test_confinement_that_costs_next_to_nothing_is_taken_and_loads_stay() -> None:
    given = problem(8, ("i1", "i2"))
    tight = kept_apart(net(given), given, Scores(given))
    assert len(tight.net.group_seat) == 8
    assert tight.loads == settle(net(given)).loads


def test_confinement_that_makes_loads_less_equal_is_not_taken() -> None:
    # Three people for teams of two: with i1 and i2 never together, i3 would have to go every time.
    staff = tuple(Inspector(name) for name in ("i1", "i2", "i3"))
    tasks = tuple(Task(f"t{k}", (Seat("member", ("i1", "i2", "i3"), 2),)) for k in range(3))
    given = Problem(staff, tasks, (("i1", "i2"),))
    assert len(kept_apart(net(given), given, Scores(given)).net.group_seat) == 0
