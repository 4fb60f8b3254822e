"""调匀出车: the same tours on other days, so that no day has many cars out and none stands idle.

Every tour keeps its team, its visits, their order and its travel. Lowest peak at each office first, then
the flattest days (least sum of squares), then as near as can be to where it was. Where nobody serves in two
teams this is a flow: tours run to their team's days, these to the office's days, whose next car is dearer
each time. The loads that can be reached form a base polyhedron, so the flattest has the lowest peak too.
Shared people need CP-SAT, which the flow's answer bounds from below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solver.schedule.county.components import clashes
from solver.schedule.county.leveling import level_shared
from solver.schedule.county.options import Lister
from solver.schedule.county.outings import Slot, Stop, slots
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, id_order
from solver.schedule.team.driving import drive
from solver.schedule.team.frame import Frame
from solver.schedule.team.guard import Guard
from solver.schedule.timetable import Route
from solver.schedule.travel import Travel

Moves = Mapping[int, tuple[Slot, ...]]


@dataclass(frozen=True, slots=True)
class Tour:
    """可改日的行程: a route and the days on which the same tour can be driven, each with its times."""

    route: Route
    office: int
    members: Mapping[int, frozenset[str]]
    """Day → who goes out with the team, of all days in ``moves``."""
    moves: Moves


def flatten(
    problem: Problem, routes: Sequence[Route], limits: Limits, guard: Guard | None = None
) -> tuple[Route, ...]:
    """The same tours, re-dated; in order of team, then day. Lawful routes stay lawful, and if cars can be
    made to suffice by other days alone, they do. Once the ``guard`` strikes, days stay as they are.
    """
    guard = guard or Guard.of(limits)
    offices = {team.id: team.office for team in problem.teams}
    teams = {team.id: team for team in problem.teams}
    given = sorted(routes, key=lambda route: (id_order(route.team), route.day))
    listers = _listers(problem, given)
    tours = []
    for route in given:
        moves = _moves(problem, listers[route.team], route)
        members = {day: frozenset(teams[route.team].members_on(day)) for day in moves}
        tours.append(Tour(route, offices[route.team], members, moves))
    found: list[Route] = []
    for group in _groups(tours):
        days = level(group)
        moved = [_redated(listers[tour.route.team], tour, day) for tour, day in zip(group, days, strict=True)]
        if clashes(problem, moved):
            bound = [(tour.office, day) for tour, day in zip(group, days, strict=True)]
            placed = level_shared(problem.sharing, group, bound, limits, guard)
            moved = [
                _redated(listers[tour.route.team], tour, *where)
                for tour, where in zip(group, placed, strict=True)
            ]
        found.extend(moved)
    return tuple(sorted(found, key=lambda route: (id_order(route.team), route.day)))


def _listers(problem: Problem, routes: Sequence[Route]) -> dict[Id, Lister]:
    travel = Travel.of(problem)
    visits: dict[Id, list[Id]] = defaultdict(list)
    for route in routes:
        visits[route.team].extend(route.visits)
    return {team: Lister(Frame.of(problem, travel, team, own)) for team, own in visits.items()}


def _moves(problem: Problem, lister: Lister, route: Route) -> Moves:
    """Day → times of the same tour; its own day always. More changes to a published plan are none of them."""
    frame = lister.frame
    number = {visit.id: at for at, visit in enumerate(frame.visits)}
    order = [number[visit] for visit in route.visits]
    most = sum(problem.would_change(visit, route.team, route.day) for visit in route.visits)
    found: dict[int, tuple[Slot, ...]] = {route.day: ()}
    for kind in frame.classes:
        days = [frame.days[at] for at in kind.days if all(frame.on[one, at] for one in order)]
        if not days:
            continue
        stops = [Stop(one + 1, frame.visits[one].duration, kind.starts[one]) for one in order]
        ways = slots(stops, lister.table, (kind.begin, kind.end), ordered=True)
        for day in days:
            moved = sum(problem.would_change(visit, route.team, day) for visit in route.visits)
            if ways and moved <= most:
                found[day] = ways
    return dict(sorted(found.items()))


def _redated(
    lister: Lister, tour: Tour, day: int, slot: Slot | None = None, leaves: int | None = None
) -> Route:
    """The tour on that day: unmoved as it was, else at the slot's departure (or as soon as can be)."""
    route = tour.route
    if slot is None or leaves is None:
        if day == route.day:
            return route
        frame = lister.frame
        order = [frame.ids.index(visit) for visit in route.visits]
        usual = drive(frame, frame.days.index(day), order)
        if usual is not None and slot is None:
            return usual
        slot = slot or tour.moves[day][0]
        leaves = slot.earliest
    starts = slot.starts(leaves, lister.table)
    return Route(route.team, day, route.visits, starts, leaves, leaves + slot.length, slot.travel)


def _groups(tours: Sequence[Tour]) -> list[list[Tour]]:
    """Offices that share people are thought of together."""
    above: dict[object, object] = {}

    def top(one: object) -> object:
        while above.setdefault(one, one) != one:
            one = above[one]
        return one

    for tour in tours:
        for member in sorted(frozenset().union(*tour.members.values())):
            above[top(("person", member))] = top(("office", tour.office))
    found: dict[object, list[Tour]] = defaultdict(list)
    for tour in tours:
        found[top(("office", tour.office))].append(tour)
    return list(found.values())


def level(tours: Sequence[Tour]) -> list[int]:
    """The day of each tour where only its own team stands in its way: a flow of least cost."""
    import numpy as np
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # 0.8 s to import

    weight = 1 + sum(max(abs(day - tour.route.day) for day in tour.moves) for tour in tours)
    nodes: dict[object, int] = {"sink": 0}
    arcs: list[tuple[int, int, int]] = []

    def node(key: object) -> int:
        return nodes.setdefault(key, len(nodes))

    out: dict[tuple[int, int], set[Id]] = defaultdict(set)
    labels: list[tuple[int, int]] = []
    team_days: dict[tuple[Id, int], int] = {}
    for number, tour in enumerate(tours):
        for day in tour.moves:
            team = tour.route.team, day
            labels.append((number, day))
            arcs.append((node(("tour", number)), node(team), abs(day - tour.route.day)))
            team_days[team] = tour.office
            out[tour.office, day].add(tour.route.team)
    arcs.extend((node(team), node(("office", office, team[1])), 0) for team, office in team_days.items())
    for place, teams in out.items():
        arcs.extend((node(("office", *place)), 0, weight * (2 * nth + 1)) for nth in range(len(teams)))
    solver = SimpleMinCostFlow()
    columns = np.array(arcs, dtype=np.int64).T
    ends = columns[:2].astype(np.int32)
    numbers = solver.add_arcs_with_capacity_and_unit_cost(
        ends[0], ends[1], np.ones_like(columns[2]), columns[2]
    )
    supplies = np.zeros(len(nodes), dtype=np.int64)
    supplies[[nodes["tour", number] for number in range(len(tours))]] = 1
    supplies[0] = -len(tours)
    solver.set_nodes_supplies(np.arange(len(nodes), dtype=np.int32), supplies)
    if solver.solve() != SimpleMinCostFlow.Status.OPTIMAL:
        raise RuntimeError("a team was out twice on one day before its tours were to be re-dated")
    flows = np.asarray(solver.flows(numbers))[: len(labels)]
    chosen = dict(label for label, flow in zip(labels, flows.tolist(), strict=True) if flow)
    return [chosen[number] for number in range(len(tours))]
