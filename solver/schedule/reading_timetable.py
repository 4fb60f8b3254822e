"""读入检查安排: T.json becomes a ``Timetable``, also one that somebody changed by hand.

Only its shape is checked here; what is unlawful about it is for the judge to say, unknown ids included. Times
and sums that the file does not give are worked out from the routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solver.schedule.checking import DAY_SECONDS, MOST, Faults, shown
from solver.schedule.problem import Id, Problem
from solver.schedule.timetable import Fix, Route, Timetable, Unscheduled
from solver.schedule.travel import Travel
from solver.schedule.writing import renumbered

KNOWN = (
    "travel_s", "team_days", "objective_s", "bound_s", "proven_teams", "reproducible", "peak_cars", "changed",
    "problem_sha256", "plan_sha256", "engine",
)  # fmt: skip
ROUTE_KNOWN = ("date", "leave_s", "return_s", "travel_s")


def timetable_of(problem: Problem, faults: Faults, value: object, *, by_hand: bool = False) -> Timetable:
    """``ScheduleInputError`` with every fault of the file's shape.

    ``by_hand``: dates, days and lengths that do not agree are kept for the judge (``Timetable.amiss``).
    """
    file = faults.keys(value, "文件", ("routes", "unscheduled"), KNOWN)
    reading = _Routes(problem, faults, by_hand)
    routes = faults.list(file.get("routes", []), "routes", reading.route)
    lost = faults.list(
        file.get("unscheduled", []),
        "unscheduled",
        lambda one, at: _unscheduled(faults, one, at, reading.position),
    )

    def number(key: str, default: int, low: int = 0) -> int:
        found = file.get(key)
        return default if found is None else faults.integer(found, key, low, 10**15)

    travel = number("travel_s", sum(one.travel for one in routes))
    objective = number("objective_s", travel + problem.day_cost * len(routes) + problem.miss_cost * len(lost))
    days = number("team_days", len(routes))
    if days != len(routes):
        if by_hand:
            reading.amiss.append(("team_days", days, len(routes)))
        else:
            faults.note("team_days", "out_of_range", low=len(routes), high=len(routes), found=days)
    found = Timetable(
        problem_sha256=faults.text(file.get("problem_sha256", ""), "problem_sha256"),
        routes=routes,
        unscheduled=lost,
        travel=travel,
        objective=objective,
        bound=number("bound_s", 0),
        proven=faults.list(file.get("proven_teams", []), "proven_teams", faults.id),
        reproducible=faults.boolean(file.get("reproducible", True), "reproducible"),
        changed=faults.list(file.get("changed", []), "changed", faults.id),
        peak_cars=_peaks(faults, file.get("peak_cars", {})),
        engine={
            str(key): faults.text(one, f"engine.{key}")
            for key, one in _mapping(faults, file, "engine").items()
        },
        amiss=tuple(reading.amiss),
    )
    faults.refuse_if_any()
    return found


class _Routes:
    """Reads routes; ids that the problem does not know are kept, for the judge."""

    def __init__(self, problem: Problem, faults: Faults, by_hand: bool) -> None:
        self.problem, self.faults, self.by_hand = problem, faults, by_hand
        self.amiss: list[tuple[str, int | str, int | str]] = []
        self.offices = {one.id: one.office for one in problem.teams}
        self.durations = {one.id: one.duration for one in problem.visits}
        given = problem.given_days or tuple(range(len(problem.days)))
        self.position = {at: day for day, at in enumerate(given)}
        self.travel: Travel | None = None

    def route(self, value: Any, place: str) -> Route:
        faults = self.faults
        value = faults.keys(value, place, ("team", "day", "visits", "start_s"), ROUTE_KNOWN)
        team = faults.id(value.get("team", 0), f"{place}.team")
        visits = faults.list(value.get("visits", []), f"{place}.visits", faults.id)
        starts = faults.list(value.get("start_s", []), f"{place}.start_s", self._moment)
        if len(starts) != len(visits) and not self.by_hand:
            faults.note(place, "same_length", key="start_s", found=len(starts), visits=len(visits))
            starts = (starts + (0,) * len(visits))[: len(visits)]
        day = self._day(value.get("day", 0), f"{place}.day")
        date = value.get("date")
        if date is not None and 0 <= day < len(self.problem.days) and date != self.problem.days[day]:
            told = self.problem.days[day]
            if self.by_hand:
                self.amiss.append((f"{place}.date", shown(date), told))
            else:
                faults.note(place, "date_mismatch", found=shown(date), day=value.get("day"), date=told)
        given = [value.get(key) for key in ("leave_s", "return_s", "travel_s")]
        worked = (0, 0, 0) if None not in given else self._figures(team, visits, starts)
        leaves, returns, travel = (
            known if one is None else faults.integer(one, f"{place}.{key}", -MOST, MOST)
            for one, known, key in zip(given, worked, ("leave_s", "return_s", "travel_s"), strict=True)
        )
        return Route(team, day, visits, starts, leaves, returns, travel)

    def _moment(self, value: Any, place: str) -> int:
        return self.faults.integer(value, place, -DAY_SECONDS, 2 * DAY_SECONDS)

    def _day(self, value: Any, place: str) -> int:
        if type(value) is not int:
            self.faults.note(place, "not_integer", found=shown(value))
            return 0
        if value not in self.position and self.by_hand:
            return value
        if value not in self.position:
            self.faults.note(place, "day_index", found=value, days=len(self.position))
            return 0
        return self.position[value]

    def _figures(self, team: Id, visits: tuple[Id, ...], starts: tuple[int, ...]) -> tuple[int, int, int]:
        if (
            not visits
            or len(starts) != len(visits)
            or team not in self.offices
            or any(one not in self.durations for one in visits)
        ):
            return 0, 0, 0
        self.travel = self.travel or Travel.of(self.problem)
        go = self.travel.table(self.offices[team], visits)
        n = len(visits)
        back = starts[-1] + self.durations[visits[-1]] + int(go[n, 0])
        return starts[0] - int(go[0, 1]), back, sum(int(go[at, (at + 1) % (n + 1)]) for at in range(n + 1))


def _unscheduled(faults: Faults, value: Any, place: str, days: Mapping[int, int]) -> Unscheduled:
    if type(value) in (int, str):
        return Unscheduled(faults.id(value, place), "")
    value = faults.keys(value, place, ("visit",), ("code", "params", "message", "fixes"))
    fixes = faults.list(value.get("fixes", []), f"{place}.fixes", lambda one, at: _fix(faults, one, at, days))
    return Unscheduled(
        visit=faults.id(value.get("visit", 0), f"{place}.visit"),
        code=faults.text(value.get("code", ""), f"{place}.code"),
        params=renumbered(_mapping(faults, value, "params", place), days),
        message=faults.text(value.get("message", ""), f"{place}.message"),
        fixes=fixes,
    )


def _fix(faults: Faults, value: Any, place: str, days: Mapping[int, int]) -> Fix:
    value = faults.keys(value, place, ("kind",), ("params", "message"))
    kind = faults.text(value.get("kind", ""), f"{place}.kind")
    params = renumbered(_mapping(faults, value, "params", place), days)
    return Fix(kind, params, faults.text(value.get("message", ""), f"{place}.message"))


def _mapping(faults: Faults, value: Mapping[str, Any], key: str, place: str = "") -> Mapping[str, Any]:
    found = value.get(key, {})
    if not isinstance(found, Mapping):
        faults.note(f"{place}.{key}" if place else key, "not_object", found=shown(found))
        return {}
    return found


def _peaks(faults: Faults, value: Any) -> dict[int, int]:
    peaks = {}
    for key, one in _mapping(faults, {"peak_cars": value}, "peak_cars").items():
        if str(key).isdigit():
            peaks[int(key)] = faults.integer(one, f"peak_cars.{key}")
        else:
            faults.note("peak_cars", "unknown_key", key=shown(key))
    return peaks
