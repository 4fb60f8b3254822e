"""What is certain, what is excluded and what is open, once the expected loads are given."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings

from solver.pairing import Inspector, PairingInfeasible, Problem, Seat, Task
from solver.pairing.chances.settled import Settled, settle
from solver.pairing.network import Network, parts
from solver.pairing.network.graph import connected, strong_groups
from tests.solver.pairing.linear import Edge, Program
from tests.solver.pairing.pairing_cases import pairs_problem
from tests.solver.pairing.strategies import roomy_problems


def settled(problem: Problem) -> list[Settled]:
    return [settle(part.net) for part in parts(problem)[0]]


def edges(net: Network) -> list[Edge]:
    pairs = zip(net.edge_seat.tolist(), net.edge_person.tolist(), strict=True)
    return [(*net.seats[seat], net.people[person].id) for seat, person in pairs]


def told(found: list[Settled]) -> tuple[set[Edge], set[Edge]]:
    """Certain edges, and those that have a chance."""
    certain: set[Edge] = set()
    possible: set[Edge] = set()
    for one in found:
        names, count = edges(one.net), one.net.edges
        for name, sure, is_open in zip(names, one.rest.certain, one.rest.open[:count], strict=True):
            certain |= {name} if sure else set()
            possible |= {name} if sure or is_open else set()
    return certain, possible


@settings(max_examples=300, deadline=None)
@given(roomy_problems())
def test_certain_and_possible_rows_are_those_of_a_linear_program(problem: Problem) -> None:
    try:
        found = settled(problem)
    except PairingInfeasible:
        return
    loads = {who.id: load for one in found for who, load in zip(one.net.people, one.loads, strict=True)}
    reference = Program(problem, {one.id: loads.get(one.id, Fraction(0)) for one in problem.inspectors})
    certain, possible = told(found)
    assert certain == reference.always()
    assert possible == reference.sometimes()


def test_among_people_treated_alike_everything_is_open() -> None:
    certain, possible = told(settled(pairs_problem(tasks=6, people=6)))
    assert certain == set()
    assert len(possible) == 6 * 6


def test_the_only_certified_lead_is_certain_and_cannot_be_the_member() -> None:
    staff = tuple(Inspector(name) for name in ("i1", "i2", "i3"))
    seats = (Seat("lead", ("i1",)), Seat("member", ("i1", "i2", "i3")))
    certain, possible = told(settled(Problem(staff, (Task("t1", seats),))))
    assert certain == {("t1", "lead", "i1")}
    assert possible == {("t1", "lead", "i1"), ("t1", "member", "i2"), ("t1", "member", "i3")}


def test_even_loads_alone_can_settle_who_goes_where() -> None:
    # i1 is needed for t1; evenness then keeps i1 out of t2 although the rules would let i1 go there.
    staff = (Inspector("i1"), Inspector("i2"))
    tasks = (Task("t1", (Seat("lead", ("i1",)),)), Task("t2", (Seat("lead", ("i1", "i2")),)))
    certain, possible = told(settled(Problem(staff, tasks)))
    assert certain == possible == {("t1", "lead", "i1"), ("t2", "lead", "i2")}


def test_strong_groups_of_two_rings_joined_one_way() -> None:
    tails, heads = np.array([0, 1, 2, 2, 3, 4, 5]), np.array([1, 2, 0, 3, 4, 3, 0])
    group = strong_groups(6, tails, heads)
    assert group[0] == group[1] == group[2]
    assert group[3] == group[4]
    assert len({group[0], group[3], group[5]}) == 3


def test_strong_groups_of_a_large_graph_are_those_of_its_rings() -> None:
    # 40 rings of 250 nodes, each with an arc to the next ring: larger than what is left to Tarjan at once.
    node = np.arange(10_000)
    ring = node // 250
    following = ring * 250 + (node + 1) % 250
    bridge = node[: 39 * 250 : 250]
    group = strong_groups(10_000, np.append(node, bridge), np.append(following, bridge + 250))
    assert all(len(set(group[ring == each].tolist())) == 1 for each in range(40))
    assert len(set(group.tolist())) == 40


def test_connected_pieces_are_named_by_their_least_node() -> None:
    label = connected(6, np.array([5, 3, 4]), np.array([3, 1, 0]))
    assert label.tolist() == [0, 1, 2, 1, 0, 1]
