"""牵连时的试算: where few teams share people or cars, a fix is tried on all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from solver.schedule.county.components import components, tight_offices
from solver.schedule.county.coupled import plan_together
from solver.schedule.explaining.alone import shortened, there
from solver.schedule.explaining.bench import Bench
from solver.schedule.problem import Problem, Team, Visit
from solver.schedule.timetable import Params
from solver.schedule.travel import Travel

MOST = 4
"""Teams that are solved together for one fix; of more, the others stand still."""


def holds_together(bench: Bench, visit: Visit, kind: str, params: Params) -> bool:
    """Whether the changed problem, its coupled teams solved together, has the visit and no fewer others."""
    if kind not in CHANGES:
        return True
    problem = CHANGES[kind](bench.problem, visit, params)
    home = next(one.team for one in problem.visits if one.id == visit.id)
    groups = [*components(problem, tight_offices(problem))]
    group = next((one for one in groups if home in one), ())
    if not 1 < len(group) <= MOST:
        return True
    for _ in group:
        bench.work.one()
    plans = plan_together(problem, Travel.of(problem), group, bench.limits)
    missing = {name for plan in plans for name in plan.missing}
    planned = {name for route in bench.beside.routes for name in route.visits}
    before = {one.id for one in problem.visits if one.team in group} - planned
    return visit.id not in missing and len(missing) < len(before)


def _team(change: Callable[[Problem, Team, Mapping[str, object]], Team]) -> Change:
    def made(problem: Problem, _: Visit, params: Params) -> Problem:
        teams = tuple(
            change(problem, one, params) if one.id == params["team"] else one for one in problem.teams
        )
        return replace(problem, teams=teams)

    return made


def _visit(change: Callable[[Visit, Mapping[str, object]], Visit]) -> Change:
    def made(problem: Problem, visit: Visit, params: Params) -> Problem:
        visits = tuple(change(one, params) if one.id == visit.id else one for one in problem.visits)
        return replace(problem, visits=visits)

    return made


def _add_day(problem: Problem, team: Team, params: Mapping[str, object]) -> Team:
    day = _number(params, "day")
    span = there(problem, team, day) or (0, problem.day_length)
    return replace(team, days=tuple(sorted({*team.days, day})), hours={**team.hours, day: span})


def _longer_day(problem: Problem, team: Team, params: Mapping[str, object]) -> Team:
    day = _number(params, "day")
    begin, end = team.hours.get(day, (0, problem.day_length))
    return replace(team, hours={**team.hours, day: (begin, end + _number(params, "seconds"))})


def _extend(visit: Visit, params: Mapping[str, object]) -> Visit:
    last = visit.days[-1] if visit.days else -1
    return replace(visit, days=(*visit.days, *range(last + 1, _number(params, "day") + 1)))


def _open(visit: Visit, params: Mapping[str, object]) -> Visit:
    window = _number(params, "from"), _number(params, "to")
    return replace(visit, windows=(*visit.windows, window), windows_on={})


def _other_team(visit: Visit, params: Mapping[str, object]) -> Visit:
    team = params["team"]
    return replace(visit, team=team if isinstance(team, int | str) else None)


def _number(params: Mapping[str, object], key: str) -> int:
    value = params[key]
    if not isinstance(value, int):
        raise TypeError(value)
    return value


Change = Callable[[Problem, Visit, Params], Problem]

CHANGES: Mapping[str, Change] = {
    "add_day": _team(_add_day),
    "longer_day": _team(_longer_day),
    "extend_deadline": _visit(_extend),
    "open_longer": _visit(_open),
    "other_team": _visit(_other_team),
    "shorten": lambda problem, visit, params: _visit(
        lambda one, given: shortened(problem, one, _number(given, "dur"))
    )(problem, visit, params),
    "more_visits": lambda problem, _, params: replace(problem, max_visits=_number(params, "max_visits")),
}
