"""整体建议: what would help most visits at once, each tried on the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from solver.schedule.explaining.alone import alone, common_days, open_days, there
from solver.schedule.explaining.bench import Bench, OutOfWork
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, Team, Visit, id_order
from solver.schedule.timetable import Params, Timetable
from solver.schedule.wording import day_words, ids_words

WORK = 80
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Recommendation:
    """整体建议. ``kind`` and ``params`` as of fixes; ``gained``: visits that could be scheduled then."""

    kind: str
    params: Params
    gained: int
    visits: tuple[Id, ...]
    message: str


def recommend(
    problem: Problem, timetable: Timetable, limits: Limits | None = None
) -> tuple[Recommendation, ...]:
    """整体建议 for a timetable, those that gain most first; at most five, none that gains nothing."""
    bench = Bench.of(problem, timetable.routes, limits)
    bench.work.left = WORK
    missing: dict[Id, list[Visit]] = defaultdict(list)
    for one in timetable.unscheduled:
        visit = bench.visit(one.visit)
        if visit.team is not None:
            missing[visit.team].append(visit)
    desk = _Desk(bench, dict(sorted(missing.items(), key=lambda item: id_order(item[0]))))
    found: list[Recommendation] = []
    try:
        for make in (desk.days, desk.deadline, desk.visits_a_day, desk.cars):
            found += make()
    except OutOfWork:
        pass
    found.sort(key=lambda one: (-one.gained, one.kind, str(sorted(one.params.items()))))
    return tuple(found[:SHOWN])


@dataclass(frozen=True)
class _Desk:
    bench: Bench
    missing: dict[Id, list[Visit]]

    @property
    def problem(self) -> Problem:
        return self.bench.problem

    def days(self) -> Iterable[Recommendation]:
        """One day more for a team: the day that most of its missing visits could use."""
        for name, visits in self.missing.items():
            team = self.bench.team(name)
            wanted: dict[int, int] = defaultdict(int)
            for visit in visits:
                for day in open_days(self.problem, visit.days):
                    if day not in team.days:
                        wanted[day] += 1
            for day in sorted(wanted, key=lambda day: (-wanted[day], day))[:3]:
                span = there(self.problem, team, day)
                if span is None:
                    continue
                days = tuple(sorted((*team.days, day)))
                more = replace(team, days=days, hours={**team.hours, day: span})
                gained = self._gained(self.bench.beside.left(more), visits)
                if gained:
                    params: Params = {"team": name, "day": day}
                    words = f"第 {name} 组{day_words(self.problem, day)}增加一天外出"
                    yield _told("add_day", params, gained, words)
                    break

    def deadline(self) -> Iterable[Recommendation]:
        """Every deadline at the end of the period."""
        last = len(self.problem.days) - 1

        def later(one: Visit) -> Visit:
            return replace(one, days=(*one.days, *range(one.days[-1] + 1, last + 1))) if one.days else one

        gained = self._all(later)
        if gained:
            words = f"将未排上各户的检查期限统一延至{day_words(self.problem, last)}"
            yield _told("extend_deadline", {"day": last}, gained, words)

    def visits_a_day(self) -> Iterable[Recommendation]:
        """One visit more a day for every team."""
        most = self.problem.max_visits + 1
        gained = self._all(None, most)
        if gained:
            words = f"每组每天最多检查户数由 {most - 1} 户增至 {most} 户"
            yield _told("more_visits", {"max_visits": most}, gained, words)

    def cars(self) -> Iterable[Recommendation]:
        """One car more at an office, every day: teams one after the other take what it brings."""
        for office in sorted(self.problem.cars):
            left: dict[int, int] = defaultdict(lambda: 1)
            gained: list[Id] = []
            for name, visits in self.missing.items():
                team = self.bench.team(name)
                full = set(self.bench.beside.full(team)) if team.office == office else set()
                for day in sorted(full):
                    if left[day] > 0 and any(day in common_days(self.problem, team, one) for one in visits):
                        more = self._with_day(team, day)
                        now = [one for one in visits if one.id not in gained]
                        new = self._gained(more, now)
                        if new:
                            left[day] -= 1
                            gained += new
            if gained:
                cars = self.problem.cars[office] + 1
                params: Params = {"office": office, "cars": cars}
                yield _told("add_car", params, gained, f"{office} 号办公地点增加到 {cars} 辆车")

    def _with_day(self, team: Team, day: int) -> Team:
        left = self.bench.beside.left(team)
        bare = self.bench.beside.left(team, cars=False)
        if day not in bare.days:
            return left
        return replace(left, days=tuple(sorted({*left.days, day})), hours=bare.hours)

    def _all(self, change: Callable[[Visit], Visit] | None, most: int | None = None) -> list[Id]:
        """Gained over all teams by one change of the whole."""
        gained: list[Id] = []
        for name, visits in self.missing.items():
            team = self.bench.beside.left(self.bench.team(name))
            gained += self._gained(team, visits, change, most)
        return gained

    def _gained(
        self,
        team: Team,
        visits: Iterable[Visit],
        change: Callable[[Visit], Visit] | None = None,
        most: int | None = None,
    ) -> list[Id]:
        """Which of these the team could do besides all it does now, one after the other by id."""
        now: list[Id] = list(self.bench.beside.visits(team.id))
        new: list[Id] = []
        travel = self.bench.travel
        for visit in sorted(visits, key=lambda one: id_order(one.id)):
            wish = change(visit) if change is not None else visit
            if alone(self.problem, travel, team, wish) is not None:
                continue
            wanted = {*new, visit.id}

            def own(one: Visit, wanted: set[Id] = wanted) -> Visit:
                return change(one) if change is not None and one.id in wanted else one

            cut = self.bench.cut(team, [*now, *new, visit.id], own)
            if self.bench.fits(cut if most is None else replace(cut, max_visits=most)):
                new.append(visit.id)
        return new


def _told(kind: str, params: Params, gained: list[Id], words: str) -> Recommendation:
    visits = tuple(sorted(gained, key=id_order))
    message = f"{words}，可多安排 {len(visits)} 户（{ids_words(visits)}）。"
    return Recommendation(kind, params, len(visits), visits, message)
