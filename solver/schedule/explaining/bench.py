"""试算: the exact model asked about one team, others standing still; work is counted, not timed.

What needs no model is answered at sight and costs nothing; what was asked before is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from solver.schedule.explaining.beside import Beside
from solver.schedule.explaining.bounds import overfull
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, Team, Visit, id_order
from solver.schedule.team.frame import Frame
from solver.schedule.team.guard import Guard
from solver.schedule.team.plan import fits_tours, list_or_search, plan_frame
from solver.schedule.team.tours import Tours, list_tours
from solver.schedule.timetable import Route
from solver.schedule.travel import Travel

NO_LIMIT = 10**9
TOURS = 1_500
"""A question weighs one, and one more for so many tours that it chooses from."""
SEARCH = 20
"""Where there are too many tours to list, a search for good ones weighs this."""
PLANNING = 3
"""To plan a team weighs so many times what it weighs to see whether visits fit."""


class OutOfWork(Exception):
    """No more questions may be asked for this visit."""


@dataclass(slots=True)
class Work:
    """工作量 still to do: questions by weight. Counting, not the clock, keeps answers the same.

    The last question may weigh more than what is left, so that a large team is asked about at all.
    """

    left: int = NO_LIMIT

    def one(self) -> None:
        self.some(1)

    def some(self, weight: int) -> None:
        if self.left <= 0:
            raise OutOfWork
        self.left = max(0, self.left - weight)


@dataclass(frozen=True, slots=True)
class Known:
    """已知: answers given before, of one plan and for as long as it stands."""

    missing: dict[object, tuple[Id, ...] | None] = field(default_factory=dict)
    listed: dict[Id, tuple[Frame, Tours]] = field(default_factory=dict)
    days: dict[object, bool] = field(default_factory=dict)
    large: set[Id] = field(default_factory=set)
    """Teams with too many tours to list."""


@dataclass(frozen=True)
class Bench:
    """试算台: the problem, the plan as it is, and the model."""

    problem: Problem
    travel: Travel
    beside: Beside
    limits: Limits = field(default_factory=Limits)
    work: Work = field(default_factory=Work)
    known: Known = field(default_factory=Known)

    @classmethod
    def of(
        cls,
        problem: Problem,
        routes: Collection[Route],
        limits: Limits | None = None,
        travel: Travel | None = None,
    ) -> Bench:
        beside = Beside(problem, tuple(routes))
        return cls(problem, travel or Travel.of(problem), beside, limits or Limits(), Work())

    def visit(self, name: Id) -> Visit:
        return self._visits[name]

    @property
    def _visits(self) -> dict[Id, Visit]:
        found = self.__dict__.get("_by_id")
        if found is None:
            found = {one.id: one for one in self.problem.visits}
            self.__dict__["_by_id"] = found
        return found

    def team(self, name: Id) -> Team:
        return self.beside.teams[name]

    def cut(
        self, team: Team, visits: Collection[Id], change: Callable[[Visit], Visit] | None = None
    ) -> Problem:
        """The problem of one team and these visits alone: they are its own, nothing was published."""
        chosen = tuple(replace(self.visit(name), team=team.id) for name in sorted(visits, key=id_order))
        if change is not None:
            chosen = tuple(change(one) for one in chosen)
        return replace(self.problem, teams=(team,), visits=chosen, published={}, cars={}, matrix=None)

    def fits(self, problem: Problem, travel: Travel | None = None, *, search: bool = True) -> bool:
        """Whether the one team of ``problem`` can do all its visits.

        Without ``search`` a team with too many tours to list is not known to.
        """
        if overfull(problem, travel or self.travel):
            return False
        frame, tours = self._listed(problem, travel, search=search)
        if not tours.complete and not search:
            return False
        self._weigh(tours)
        return fits_tours(frame, tours, frame.ids)

    def asking(self, team: Team, visits: Collection[Id]) -> Callable[[Collection[Id]], bool]:
        """Whether the team as it is can do these of its ``visits``; its tours are listed once.

        ``OutOfWork`` too where there are too many tours to list: it is not known.
        """
        problem = self.cut(team, visits)

        def ask(names: Collection[Id]) -> bool:
            if overfull(problem, self.travel, names):
                return False
            frame, tours = self._own(problem)
            if not tours.complete:
                raise OutOfWork
            few = tours.only(names)
            self._weigh(few)
            return fits_tours(frame, few, names)

        return ask

    def _own(self, problem: Problem) -> tuple[Frame, Tours]:
        """The tours of a team as it is, listed once for all its visits."""
        team = problem.teams[0]
        found = self.known.listed.get(team.id)
        if found is None or not {one.id for one in problem.visits} <= set(found[1].visits):
            every = {one.id for one in problem.visits}.union(self.waiting(team.id))
            found = self._listed(self.cut(team, every), search=False)
            self.known.listed[team.id] = found
        return found

    def _listed(
        self, problem: Problem, travel: Travel | None = None, *, search: bool = True
    ) -> tuple[Frame, Tours]:
        if self.work.left <= 0:
            raise OutOfWork
        frame = Frame.of(problem, travel or self.travel, problem.teams[0].id)
        if not search:
            tours = list_tours(frame, 1 if frame.team.id in self.known.large else self.limits.tours)
            if not tours.complete:
                self.known.large.add(frame.team.id)
            return frame, tours
        tours = list_or_search(frame, self.limits)
        if not tours.complete:
            self.work.some(SEARCH)
        return frame, tours

    def _weigh(self, tours: Tours, times: int = 1) -> None:
        self.work.some(times * (1 + len(tours) // TOURS))

    def waiting(self, team: Id) -> tuple[Id, ...]:
        """Visits of the team that have no place."""
        planned = set(self.beside.visits(team))
        return tuple(one.id for one in self.problem.visits if one.team == team and one.id not in planned)

    def missing(
        self, problem: Problem, travel: Travel | None = None, *, shared: bool = False, search: bool = True
    ) -> tuple[Id, ...] | None:
        """What the one team of ``problem`` leaves out, planned by the aims as the whole is.

        ``shared``: only the team was changed, and other visits of it will ask the same. Without ``search``
        ``None`` where there are too many tours to list.
        """
        team = problem.teams[0]
        ids = tuple(one.id for one in problem.visits)
        key = team.id, team.days, tuple(sorted(team.hours.items())), problem.max_visits, ids
        if shared and key in self.known.missing:
            return self.known.missing[key]
        frame, tours = self._listed(replace(problem, published=self.problem.published), travel, search=search)
        found = None
        if tours.complete or search:
            self._weigh(tours, PLANNING)
            found = plan_frame(frame, tours, self.limits, Guard.of(self.limits)).missing
        if shared:
            self.known.missing[key] = found
        return found

    def cost(self, problem: Problem, travel: Travel | None = None) -> int | None:
        """Least seconds for the one team of ``problem`` to do all its visits; ``None`` where it cannot."""
        plain = replace(problem, aims="lexicographic")
        frame, tours = self._listed(plain, travel)
        self._weigh(tours, PLANNING)
        plan = plan_frame(frame, tours, self.limits, Guard.of(self.limits))
        return None if plan.missing else plan.cost
