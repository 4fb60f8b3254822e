"""车少了: whole tours go to other days, as few visits as can be; only what finds no day is planned anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from solver.schedule.judging.routes import judge_route
from solver.schedule.judging.ways import Facts
from solver.schedule.problem import Id, id_order
from solver.schedule.replanning.ledger import Ledger
from solver.schedule.timetable import Route

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar, LinearExprT


def short_of_cars(ledger: Ledger) -> dict[int, list[int]]:
    """Office → days to come on which more routes leave than it has cars."""
    problem = ledger.problem
    offices = {team.id: team.office for team in problem.teams}
    out = Counter((offices[route.team], route.day) for route in ledger.routes.values())
    found: dict[int, list[int]] = defaultdict(list)
    for (office, day), used in sorted(out.items()):
        if day > ledger.until and office in problem.cars and used > problem.cars[office]:
            found[office].append(day)
    return dict(found)


def spread(ledger: Ledger, office: int) -> tuple[list[Route], list[Route]]:
    """Tours of the office on days with a car: those that changed their day, and those that find none.

    Visits, order and times of a tour stay as they are (CP-SAT, one worker, a deterministic limit).
    """
    facts = Facts(ledger.problem)
    offices = {team.id: team.office for team in ledger.problem.teams}
    mine = sorted(
        (one for one in ledger.routes.values() if offices[one.team] == office and not ledger.frozen(one)),
        key=lambda route: (id_order(route.team), route.day),
    )
    chosen = _days(ledger, facts, office, mine)
    moved, lost = [], []
    for route in mine:
        del ledger.routes[route.team, route.day]
    for route, day in zip(mine, chosen, strict=True):
        if day is None:
            lost.append(route)
            continue
        ledger.routes[route.team, day] = replace(route, day=day)
        if day != route.day:
            moved.append(route)
    return moved, lost


def _days(ledger: Ledger, facts: Facts, office: int, tours: Sequence[Route]) -> list[int | None]:
    """Each tour's day; ``None``: it finds no car, or nobody."""
    from ortools.sat.python import cp_model  # 0.5 s to import

    from solver.schedule.county.choosing import steady

    problem = ledger.problem
    rest = [route for route in ledger.routes.values() if route not in set(tours)]
    cars_out = Counter(route.day for route in rest if facts.teams[route.team].office == office)
    busy = {(name, route.day) for route in rest for name in facts.teams[route.team].members_on(route.day)}
    taken = {(route.team, route.day) for route in rest}
    model = cp_model.CpModel()
    cost: list[LinearExprT] = []
    by_car: dict[int, list[IntVar]] = defaultdict(list)
    by_key: dict[tuple[Id, int], list[IntVar]] = defaultdict(list)
    placed: list[dict[int, IntVar]] = []
    for route in tours:
        team = facts.teams[route.team]
        options: dict[int, IntVar] = {}
        for day in range(ledger.until + 1, len(problem.days)):
            people = [(name, day) for name in team.members_on(day)]
            if (team.id, day) in taken or any(key in busy for key in people):
                continue
            if any(judge_route(facts, replace(route, day=day))):
                continue
            goes = model.new_bool_var("")
            options[day] = goes
            by_car[day].append(goes)
            for key in [(f"team {team.id}", day), *people]:
                by_key[key].append(goes)
            if day != route.day:
                cost.append(len(route.visits) * goes)
        lost = model.new_bool_var("")
        model.add_exactly_one([*options.values(), lost])
        cost.append(1000 * len(route.visits) * (1000 if _held(facts, route) else 1) * lost)
        placed.append(options)
    for day, goers in by_car.items():
        model.add(sum(goers) <= max(0, problem.cars[office] - cars_out[day]))
    for goers in by_key.values():
        model.add_at_most_one(goers)
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    steady(solver, ledger.limits.work)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [None] * len(tours)
    return [
        next((day for day, goes in options.items() if solver.boolean_value(goes)), None) for options in placed
    ]


def _held(facts: Facts, route: Route) -> bool:
    """Whether something on it is pinned, and must not move."""
    return any(facts.visits[name].pinned is not None for name in route.visits)
