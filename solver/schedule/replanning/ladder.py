"""重排阶梯: a substitute → another date inside the team → a new draw of the team → an extension."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from solver.schedule.explaining.alone import Reason
from solver.schedule.explaining.bench import Bench, OutOfWork
from solver.schedule.explaining.fixes import Candidate, Desk
from solver.schedule.explaining.reasons import reasons
from solver.schedule.judging.moving import refigured
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, id_order
from solver.schedule.replanning.applying import apply
from solver.schedule.replanning.cars import short_of_cars, spread
from solver.schedule.replanning.changes import Change, diff, spots
from solver.schedule.replanning.events import Event, Pin, Unpin, read_events
from solver.schedule.replanning.ledger import EXTEND, REDATE, REDRAW, Ledger, Step
from solver.schedule.team.plan import TeamPlan
from solver.schedule.timetable import Timetable, Unscheduled
from solver.schedule.wording import days_words, ids_words
from solver.schedule.writing import problem_sha256

COUPLING = ("INSPECTOR_DOUBLE_BOOKED", "CAR_CAP")
TRIES = 12
"""Questions of the model for one visit that needs another team or a later deadline."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """重排结果. ``problem``: as it is after the events, the old plan being ``published`` and the past pinned.

    ``timetable`` is judged by it. ``steps``: what was done or is proposed. ``changes``: old → new.
    """

    timetable: Timetable
    steps: tuple[Step, ...]
    changes: tuple[Change, ...]
    problem: Problem


def replan(
    problem: Problem,
    timetable: Timetable,
    events: Iterable[Event | Mapping[str, object]],
    today: int | str | date | None = None,
    limits: Limits | None = None,
) -> Replanned:
    """重排. Only teams that an event touches are solved again; all other routes stay as they are.

    ``today``: a day (position) or date; visits of it and before never move, nor do pinned ones, also those
    that an event among these pins.
    ``ReplanError``: an event says nothing about this problem.
    """
    known = [read_events([one], problem)[0] if isinstance(one, Mapping) else one for one in events]
    ledger = Ledger(
        problem,
        {(route.team, route.day): route for route in timetable.routes},
        *_until(problem, today),
        limits or Limits(),
        spots(timetable),
    )
    for event in sorted(known, key=lambda event: not isinstance(event, Pin | Unpin)):
        apply(ledger, event)
    ledger.publish()
    _redate(ledger)
    _cars(ledger)
    return _result(ledger, timetable)


def _until(problem: Problem, today: int | str | date | None) -> tuple[int, int]:
    """The last day that can no longer be changed, and the first for which somebody may still stand in."""
    if today is None:
        return -1, 0
    if isinstance(today, int):
        return today, max(0, today)
    told = today if isinstance(today, str) else today.isoformat()
    return sum(day <= told for day in problem.days) - 1, sum(day < told for day in problem.days)


def _redate(ledger: Ledger) -> None:
    for team in sorted(ledger.touched, key=id_order):
        _settle(ledger, team, ledger.plan(team), ledger.touched[team])


def _settle(ledger: Ledger, team: Id, plan: TeamPlan, why: str) -> None:
    """Take the plan over, and tell whom it moves."""
    before = {name: key[1] for key, route in ledger.routes.items() if key[0] == team for name in route.visits}
    ledger.settle(team, plan)
    moved = [
        name
        for route in plan.routes
        for name in route.visits
        if before.get(name, route.day) != route.day or name not in before
    ]
    if moved:
        moved = sorted(moved, key=id_order)
        for name in moved:
            ledger.why.setdefault(
                name, f"第 {team} 组{why}，为其让位。" if name in before else "空出时间后补排。"
            )
        words = f"第 {team} 组（{why.rstrip('。')}）组内改期 {len(moved)} 户：{ids_words(moved)}。"
        ledger.steps.append(Step(REDATE, {"team": team, "visits": list(moved)}, words, team))


def _cars(ledger: Ledger) -> None:
    """Where cars no longer suffice, whole tours go to other days; what finds none is planned anew."""
    for office in short_of_cars(ledger):
        cars = ledger.problem.cars[office]
        why = f"{office} 号办公地点每天只有 {cars} 辆车"
        moved, lost = spread(ledger, office)
        for name in (name for route in (*moved, *lost) for name in route.visits):
            ledger.why.setdefault(name, f"因{why}。")
        for team in sorted({route.team for route in moved}, key=id_order):
            own = sorted(
                (name for route in moved if route.team == team for name in route.visits), key=id_order
            )
            words = f"第 {team} 组（{why}）组内改期 {len(own)} 户：{ids_words(own)}。"
            ledger.steps.append(Step(REDATE, {"team": team, "visits": list(own)}, words, team))
        for team in sorted({route.team for route in lost}, key=id_order):
            _settle(ledger, team, ledger.plan(team), why)


def _result(ledger: Ledger, old: Timetable) -> Replanned:
    problem = ledger.problem
    routes = tuple(ledger.routes.values())
    planned = {name for route in routes for name in route.visits}
    missing = [one.id for one in problem.visits if one.id not in planned]
    told = {one.visit: one for one in old.unscheduled}
    same = [told[name] for name in missing if name in told and _untouched(ledger, name)]
    fresh = reasons(
        problem,
        routes,
        [name for name in missing if name not in {one.visit for one in same}],
        ledger.limits,
        ledger.travel,
    )
    unscheduled = tuple(sorted((*same, *fresh), key=lambda one: id_order(one.visit)))
    new = _figured(ledger, old, unscheduled)
    for one in fresh:
        if one.visit in ledger.old or one.visit in ledger.why:
            _last_rungs(ledger, new, one)
    changes = diff(problem, old, new, _reasons_of(ledger, unscheduled))
    return Replanned(new, tuple(ledger.steps), changes, problem)


def _reasons_of(ledger: Ledger, unscheduled: Sequence[Unscheduled]) -> dict[Id, str]:
    """The event's sentence; for what has no place any more, also why."""
    why = dict(ledger.why)
    for one in unscheduled:
        why[one.visit] = why.get(one.visit, "") + one.message
    return why


def _untouched(ledger: Ledger, name: Id) -> bool:
    visit = ledger.visit(name)
    return visit is not None and name not in ledger.why and visit.team not in ledger.plans


def _figured(ledger: Ledger, old: Timetable, unscheduled: Sequence[Unscheduled]) -> Timetable:
    """The timetable with its totals; teams not touched keep their proof."""
    problem, plans = ledger.problem, ledger.plans
    routes = tuple(ledger.routes.values())
    new = refigured(problem, replace(old, routes=routes, unscheduled=tuple(unscheduled), bound=0))
    new = replace(new, problem_sha256=problem_sha256(problem))
    before = sum(route.travel + problem.day_cost for route in old.routes if route.team in plans)
    teams = {visit.id: visit.team for visit in problem.visits}
    gone = sum(one.visit not in teams or teams[one.visit] in plans for one in old.unscheduled)
    missed = gone * problem.miss_cost
    still = sum(
        route.travel + problem.day_cost for route in routes if route.team in plans and ledger.frozen(route)
    )
    bound = old.bound - before - missed + still + sum(plan.bound for plan in plans.values())
    # whoever stays out only for want of people or cars might now fit: an event may have freed some
    waiting = {teams.get(one.visit) for one in unscheduled if one.code in COUPLING}
    proven = {name for name in old.proven if name not in plans and name not in waiting} | {
        name for name, plan in plans.items() if plan.proven
    }
    return replace(
        new,
        bound=max(0, min(bound, new.objective)),
        proven=tuple(sorted(proven, key=id_order)),
        reproducible=old.reproducible and not any(plan.cut for plan in plans.values()),
    )


def _last_rungs(ledger: Ledger, timetable: Timetable, one: Unscheduled) -> None:
    """A new draw of the team, and an extension: each tried on the model."""
    problem = ledger.problem
    bench = Bench.of(problem, timetable.routes, ledger.limits, ledger.travel)
    bench.work.left = TRIES
    visit = bench.visit(one.visit)
    team = bench.team(visit.team) if visit.team is not None else None
    desk = Desk(bench, team, visit, Reason(one.code, one.params))
    named = [found.params["team"] for found in _held(desk.other_team(), most=3)]
    teams = [team for team in named if isinstance(team, int | str)]
    could = f"可抽的检查组有第 {ids_words(teams)} 组" if teams else "目前各组都排不下"
    params = {
        "visit": visit.id,
        "teams": list[int | str](teams),
    }
    words = f"检查对象 {visit.id} 本组已排不下，须重新抽取检查组：{could}。"
    ledger.steps.append(Step(REDRAW, params, words, visit.team))
    for found in _held(desk.extend_deadline(), most=1):
        until = found.params["day"]
        if isinstance(until, int):
            words = (
                f"或申请将检查对象 {visit.id} 的检查期限延至{days_words(problem, [until])}，仍由本组检查。"
            )
            ledger.steps.append(Step(EXTEND, dict(found.params), words, visit.team))


def _held(candidates: Iterable[Candidate], most: int) -> list[Candidate]:
    found: list[Candidate] = []
    try:
        for one in sorted(candidates, key=lambda one: one.price):
            if len(found) < most and one.holds():
                found.append(one)
    except OutOfWork:
        pass
    return found
