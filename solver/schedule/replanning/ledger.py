"""在案安排: the problem and its routes while events are worked in, and what may not be touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from solver.schedule.explaining.beside import Beside
from solver.schedule.judging.routes import judge_route
from solver.schedule.judging.ways import Facts
from solver.schedule.limits import Limits
from solver.schedule.problem import Fixed, Id, Inspector, Problem, Published, Team, Visit
from solver.schedule.replanning.changes import Spot
from solver.schedule.team.frame import starts_on
from solver.schedule.team.plan import TeamPlan, plan_team
from solver.schedule.timetable import Params, Route
from solver.schedule.travel import Travel

SUBSTITUTE = "substitute"
REDATE = "redate"
REDRAW = "redraw"
EXTEND = "extend"
STANDS = "stands"


@dataclass(frozen=True, slots=True)
class Step:
    """一级措施. ``kind``: ``substitute`` 替班, ``redate`` 组内改期, ``redraw`` 重抽检查组, ``extend`` 延期;

    ``stands`` 不再变动: it lies in the past or is today's, and somebody must see to it.
    """

    kind: str
    params: Params
    message: str
    team: Id | None = None


@dataclass
class Ledger:
    """在案安排. ``until``: the last day (position) that can no longer be changed; -1: none.

    ``since``: the first day on which somebody may still stand in: today, or the day after ``until``.
    """

    problem: Problem
    routes: dict[tuple[Id, int], Route]
    until: int
    since: int
    limits: Limits
    old: dict[Id, Spot]
    steps: list[Step] = field(default_factory=list)
    touched: dict[Id, str] = field(default_factory=dict)
    """Team → why it is solved again."""
    kept: set[tuple[Id, int]] = field(default_factory=set)
    """(team, day) that stay as they are beyond the past: somebody stands in there."""
    why: dict[Id, str] = field(default_factory=dict)
    """Visit → the event that concerns it."""
    plans: dict[Id, TeamPlan] = field(default_factory=dict)
    _travel: tuple[tuple[Visit, ...], Travel] | None = None

    @property
    def travel(self) -> Travel:
        """Ways between the places as they are now."""
        if self._travel is None or self._travel[0] is not self.problem.visits:
            self._travel = self.problem.visits, Travel.of(self.problem)
        return self._travel[1]

    @property
    def beside(self) -> Beside:
        return Beside(self.problem, tuple(self.routes.values()))

    def frozen(self, route: Route) -> bool:
        """Past, today's, or with somebody who stands in."""
        return route.day <= self.until or (route.team, route.day) in self.kept

    # -- the problem changes

    def visit(self, name: Id) -> Visit | None:
        return next((one for one in self.problem.visits if one.id == name), None)

    def team(self, name: Id) -> Team:
        return next(one for one in self.problem.teams if one.id == name)

    def put_visit(self, visit: Visit) -> None:
        visits = tuple(visit if one.id == visit.id else one for one in self.problem.visits)
        self.problem = replace(self.problem, visits=visits)

    def put_team(self, team: Team) -> None:
        teams = tuple(team if one.id == team.id else one for one in self.problem.teams)
        self.problem = replace(self.problem, teams=teams)

    def put_inspector(self, one: Inspector) -> None:
        rest = tuple(other for other in self.problem.inspectors if other.id != one.id)
        self.problem = replace(self.problem, inspectors=(*rest, one))

    def take_out(self, name: Id) -> None:
        """A visit leaves the problem, and the table of ways."""
        at = next(number for number, one in enumerate(self.problem.visits) if one.id == name)
        row = len(self.problem.offices) + at
        matrix = self.problem.matrix
        if matrix is not None:
            matrix = tuple(
                line[:row] + line[row + 1 :] for number, line in enumerate(matrix) if number != row
            )
        visits = tuple(one for one in self.problem.visits if one.id != name)
        published = {key: value for key, value in self.problem.published.items() if key != name}
        self.problem = replace(self.problem, visits=visits, matrix=matrix, published=published)

    def publish(self) -> None:
        """What stands now is what changes are counted against; the past is pinned."""
        published = {
            name: Published(spot.team, spot.day, spot.start)
            for name, spot in self.old.items()
            if self.visit(name) is not None
        }
        visits = tuple(
            replace(one, pinned=Fixed(self.old[one.id].day, self.old[one.id].start))
            if one.id in self.old and self.old[one.id].day <= self.until
            else one
            for one in self.problem.visits
        )
        self.problem = replace(self.problem, published=published, visits=visits)

    # -- one team is solved again

    def movable(self, team: Id) -> tuple[Id, ...]:
        """Visits of the team that stand on no frozen route."""
        fixed = {name for route in self.routes.values() if self.frozen(route) for name in route.visits}
        return tuple(one.id for one in self.problem.visits if one.team == team and one.id not in fixed)

    def room(self, team: Id, without: Iterable[int] = ()) -> Team:
        """The team with the days that are still open to it beside all others."""
        left = self.beside.left(self.team(team))
        closed = {day for name, day in self.kept if name == team} | set(without)
        days = tuple(day for day in left.days if day > self.until and day not in closed)
        return replace(left, days=days)

    def plan(self, team: Id, without: Iterable[int] = ()) -> TeamPlan:
        """The best plan for what may still be moved: by the aims of the problem."""
        names = self.movable(team)
        wanted = set(names)
        own = tuple(one for one in self.problem.visits if one.id in wanted)
        cut = replace(
            self.problem,
            teams=(self.room(team, without),),
            visits=own,
            cars={},
            matrix=None,
            aims="lexicographic",
        )
        return plan_team(cut, self.travel, team, self.limits)

    def settle(self, team: Id, plan: TeamPlan) -> None:
        """Put the new routes in; a day that keeps its visits keeps its times, where it lawfully can."""
        facts = Facts(self.problem)
        before = {key: route for key, route in self.routes.items() if key[0] == team}
        for key, route in before.items():
            if not self.frozen(route):
                del self.routes[key]
        for route in plan.routes:
            old = before.get((team, route.day))
            calm = None if old is None else self._as_it_was(facts, old, route)
            self.routes[team, route.day] = calm or route
            if calm is not None and calm.travel > route.travel:
                plan = replace(plan, proven=False)
        self.plans[team] = plan

    def _as_it_was(self, facts: Facts, old: Route, new: Route) -> Route | None:
        """The old times, where visits went away, or one came for no more driving that way."""
        here = set(new.visits)
        stay = [(name, start) for name, start in zip(old.visits, old.starts, strict=True) if name in here]
        came = here - set(old.visits)
        if not came:
            return _lawful(facts, new, stay)
        if len(came) > 1 or len(stay) < len(old.visits):
            return None
        (name,) = came
        visit, team = facts.visits[name], facts.teams[new.team]
        for at in range(len(stay) + 1):
            before = stay[:at]
            known = [facts.visits[one] for one, _ in before]
            way = facts.legs(team, [*known, visit])[at] or 0
            ready = (
                before[-1][1] + known[-1].duration + way if before else facts.hours(team, new.day)[0] + way
            )
            for start in sorted({max(ready, low) for low, _ in starts_on(self.problem, visit, new.day)}):
                calm = _lawful(facts, new, [*before, (name, start), *stay[at:]])
                if calm is not None and calm.travel <= new.travel:
                    return calm
        return None


def _lawful(facts: Facts, route: Route, stops: Sequence[tuple[Id, int]]) -> Route | None:
    """The team's day over these visits at these times, if the judge has nothing against it."""
    visits = [facts.visits[name] for name, _ in stops]
    legs = [leg or 0 for leg in facts.legs(facts.teams[route.team], visits)]
    starts = tuple(start for _, start in stops)
    back = starts[-1] + visits[-1].duration + legs[-1]
    names = tuple(name for name, _ in stops)
    calm = Route(route.team, route.day, names, starts, starts[0] - legs[0], back, sum(legs))
    return None if any(judge_route(facts, calm)) else calm
