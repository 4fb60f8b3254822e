"""未能安排的原因: data, then the visit by itself, then what stands in its way; with fixes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from solver.schedule.explaining.alone import Reason, alone, common_days, data_error
from solver.schedule.explaining.bench import Bench, OutOfWork
from solver.schedule.explaining.conflicts import minimal
from solver.schedule.explaining.fixes import fixes
from solver.schedule.explaining.inserting import takes
from solver.schedule.explaining.sentences import reason_words
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, Team, Visit, id_order
from solver.schedule.timetable import Route, Unscheduled
from solver.schedule.travel import Travel

CONFLICT_WORK = 40
FIX_WORK = 24
"""Work (questions of the model, by weight) for one visit's conflict, and for its fixes."""


def all_work(problem: Problem) -> int:
    """Work for a whole timetable: about as much as the planning of its teams takes."""
    return 200 + 20 * len(problem.teams)


def reasons(
    problem: Problem,
    routes: Collection[Route],
    missing: Collection[Id],
    limits: Limits | None = None,
    travel: Travel | None = None,
) -> tuple[Unscheduled, ...]:
    """未能安排: each of ``missing`` with its code, numbers, sentence and fixes, in order of id.

    ``routes``: the whole plan. Work is counted, so that the same plan has the same reasons; beyond
    ``all_work`` conflicts are no longer made minimal and fixes no longer looked for (``explain`` does both
    for any one visit).
    """
    bench = Bench.of(problem, routes, limits, travel)
    spent = 0
    found = []
    for name in sorted(missing, key=id_order):
        told, used = reason_of(bench, name, rest=all_work(problem) - spent)
        spent += used
        found.append(told)
    return tuple(found)


def reason_of(bench: Bench, name: Id, rest: int | None = None) -> tuple[Unscheduled, int]:
    """One visit, and how much work that took. Of ``rest``, a quarter is kept for others' conflicts."""
    most = all_work(bench.problem)
    rest = most if rest is None else rest
    visit = bench.visit(name)
    team = bench.team(visit.team) if visit.team is not None else None
    bench.work.left = conflict_work = max(0, min(CONFLICT_WORK, rest))
    reason, team = _reason(bench, team, visit)
    used = max(0, conflict_work - bench.work.left)
    bench.work.left = fix_work = max(0, min(FIX_WORK, rest - used - most // 4))
    found = fixes(bench, team, visit, reason) if rest > 0 else ()
    used += fix_work - bench.work.left
    words = reason_words(bench.problem, team, visit, reason.code, reason.params)
    return Unscheduled(name, reason.code, reason.params, words, found), used


def _reason(bench: Bench, team: Team | None, visit: Visit) -> tuple[Reason, Team | None]:
    """The reason, and the team it speaks of."""
    if team is None:
        return _without_team(bench, visit), None
    by_itself = alone(bench.problem, bench.travel, team, visit)
    if by_itself is not None:
        return by_itself, team
    return _Standing(bench, team, visit).reason(), team


def _without_team(bench: Bench, visit: Visit) -> Reason:
    """No team was drawn: what bars all of them, as far as the one that gets furthest."""
    error = data_error(bench.problem, bench.travel, visit)
    if error is not None:
        return error
    found = [
        alone(bench.problem, bench.travel, team, visit)
        for team in bench.problem.teams
        if team.county == visit.county
    ]
    barred = [one for one in found if one is not None]
    if not found or len(barred) < len(found):
        return Reason("NO_TEAM", {})
    furthest = max(barred, key=lambda one: one.rank)
    if furthest.code == "RECUSED_ALL":
        names = sorted({str(name) for one in barred for name in _names(one)})
        return Reason("RECUSED_ALL", {"inspectors": list(names)})
    return furthest


def _names(reason: Reason) -> Sequence[object]:
    named = reason.params.get("inspectors")
    return named if isinstance(named, list) else ()


@dataclass(frozen=True)
class _Standing:
    """A visit that could be made by itself, and what else its team has to do."""

    bench: Bench
    team: Team
    visit: Visit

    def reason(self) -> Reason:
        planned = self.bench.beside.visits(self.team.id)
        ask = self.bench.asking(self.team, [self.visit.id, *planned])

        unknown: list[Sequence[Id]] = []

        def broken(names: Sequence[Id]) -> bool:
            """Known not to fit; what can no longer be asked is not known."""
            if self._put_in(self.team, names):
                return False
            try:
                return not ask(names)
            except OutOfWork:
                unknown.append(names)
                return False

        everything = [self.visit.id, *planned]
        try:
            whole = self._put_in(self.team, everything) or ask(everything)
        except OutOfWork:
            return self._unasked(planned, broken, unknown)
        if not whole:
            return self._capacity(planned, broken, unknown)
        self.bench.work.left += 3
        return self._coupling(planned)

    def _unasked(
        self, planned: Collection[Id], broken: Callable[[Sequence[Id]], bool], unknown: Sequence[object]
    ) -> Reason:
        """It cannot be asked: what can be said at sight of the plan, without the model."""
        names, beside = [*planned], self.bench.beside
        if not self._put_in(self.team, names):
            return self._capacity(planned, broken, unknown)
        if self._put_in(beside.left(self.team), names):
            return Reason("NOT_FOUND", {})
        return self._cars() if self._put_in(beside.left(self.team, cars=False), names) else self._people()

    def _put_in(self, team: Team, names: Sequence[Id]) -> bool:
        """Whether, of the plan, ``names`` leave a day that takes the visit as the others stand."""
        stay = set(names)
        planned = {day: tuple(one for one in own if one in stay) for day, own in self._planned.items()}
        return takes(self.bench, team, planned, self.visit)

    @property
    def _planned(self) -> dict[int, tuple[Id, ...]]:
        return {route.day: route.visits for route in self.bench.beside.own(self.team.id)}

    def _barred(self, team: Team, names: Sequence[Id]) -> bool:
        """Whether the team, narrowed by others, can no longer do all of these."""
        try:
            return not self.bench.fits(self.bench.cut(team, names))
        except OutOfWork:
            return False

    def _capacity(
        self, planned: Collection[Id], broken: Callable[[Sequence[Id]], bool], unknown: Sequence[object]
    ) -> Reason:
        """``unknown`` collects what ``broken`` could not ask: then the set is not known to be minimal."""
        problem = self.bench.problem
        mine = set(common_days(problem, self.team, self.visit))
        days = {name: set(common_days(problem, self.team, self.bench.visit(name))) for name in planned}
        near = [name for name in planned if days[name] <= mine]
        visits = minimal(broken, self.visit.id, planned, near)
        used = sorted(mine.union(*(days[name] for name in visits if name != self.visit.id)))
        told: dict[str, int | str | list[int | str]] = {"visits": list(visits), "days": list(used)}
        return Reason("CAPACITY", told | {"minimal": 0} if unknown else told)

    def _coupling(self, planned: Collection[Id]) -> Reason:
        names = [self.visit.id, *planned]
        beside = self.bench.beside
        without_people = self._barred(beside.left(self.team, cars=False), names)
        without_cars = self._barred(beside.left(self.team, people=False), names)
        if without_cars and not without_people:
            return self._cars()
        if without_people or without_cars or self._barred(beside.left(self.team), names):
            return self._people()
        return self._cost(planned)

    def _days(self) -> tuple[int, ...]:
        return common_days(self.bench.problem, self.team, self.visit)

    def _cars(self) -> Reason:
        office = self.team.office
        full = self.bench.beside.full(self.team)
        mine = self._days()
        days = [day for day in full if day in mine] or full
        cars = self.bench.problem.cars.get(office, 0)
        return Reason("CAR_CAP", {"office": office, "cars": cars, "days": list(days)})

    def _people(self) -> Reason:
        """Who is out elsewhere on most of the days, and with which team."""
        # where nobody is missed on the visit's own days, it is on those that its neighbours would move to
        out = self._elsewhere(self._days()) or self._elsewhere(self.team.days)
        if not out:
            return self._cars()
        name = min(out, key=lambda one: (-len(set().union(*out[one].values())), one))
        teams = out[name]
        team = min(teams, key=lambda one: (-len(teams[one]), id_order(one)))
        days = sorted(set().union(*teams.values()))
        return Reason("INSPECTOR_DOUBLE_BOOKED", {"inspector": name, "team": team, "days": list(days)})

    def _elsewhere(self, days: Collection[int]) -> dict[str, dict[Id, set[int]]]:
        """Member → other team → days on which the member is out with it."""
        out: dict[str, dict[Id, set[int]]] = {}
        for day in days:
            for name, route in self.bench.beside.elsewhere(self.team, day):
                out.setdefault(name, {}).setdefault(route.team, set()).add(day)
        return out

    def _cost(self, planned: Collection[Id]) -> Reason:
        if self.bench.problem.aims != "weighted":
            return Reason("NOT_FOUND", {})
        left = self.bench.beside.left(self.team)
        try:
            before = self.bench.cost(self.bench.cut(left, planned))
            after = self.bench.cost(self.bench.cut(left, [self.visit.id, *planned]))
        except OutOfWork:
            return Reason("NOT_FOUND", {})
        if before is None or after is None or after - before <= self.bench.problem.miss_cost:
            return Reason("NOT_FOUND", {})
        return Reason("DROPPED_FOR_COST", {"cost": after - before})
