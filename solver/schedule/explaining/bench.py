"""试算: the exact model asked about one team, others standing still; every question is counted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from solver.schedule.explaining.beside import Beside
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, Team, Visit, id_order
from solver.schedule.team.frame import Frame
from solver.schedule.team.plan import fits, fits_tours, list_or_search, plan_team
from solver.schedule.timetable import Route
from solver.schedule.travel import Travel

NO_LIMIT = 10**9


class OutOfWork(Exception):
    """No more questions may be asked for this visit."""


@dataclass(slots=True)
class Work:
    """工作量: questions that may still be asked. Counting, not the clock, keeps answers the same."""

    left: int = NO_LIMIT

    def one(self) -> None:
        if self.left <= 0:
            raise OutOfWork
        self.left -= 1


@dataclass(frozen=True)
class Bench:
    """试算台: the problem, the plan as it is, and the model."""

    problem: Problem
    travel: Travel
    beside: Beside
    limits: Limits = field(default_factory=Limits)
    work: Work = field(default_factory=Work)

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

    def fits(self, problem: Problem, travel: Travel | None = None) -> bool:
        """Whether the one team of ``problem`` can do all its visits."""
        self.work.one()
        names = [one.id for one in problem.visits]
        return fits(problem, travel or self.travel, problem.teams[0].id, names)

    def asking(self, problem: Problem) -> Callable[[Collection[Id]], bool]:
        """Whether the one team of ``problem`` can do these of its visits; its tours are listed once."""
        frame = Frame.of(problem, self.travel, problem.teams[0].id)
        tours = list_or_search(frame, self.limits)

        def ask(names: Collection[Id]) -> bool:
            self.work.one()
            return fits_tours(frame, tours, names)

        return ask

    def waiting(self, team: Id) -> tuple[Id, ...]:
        """Visits of the team that have no place."""
        planned = set(self.beside.visits(team))
        return tuple(one.id for one in self.problem.visits if one.team == team and one.id not in planned)

    def missing(self, problem: Problem, travel: Travel | None = None) -> tuple[Id, ...]:
        """What the one team of ``problem`` leaves out, solved by the aims as the whole is."""
        self.work.one()
        wanted = replace(problem, published=self.problem.published)
        return plan_team(wanted, travel or self.travel, problem.teams[0].id, self.limits).missing

    def cost(self, problem: Problem, travel: Travel | None = None) -> int | None:
        """Least seconds for the one team of ``problem`` to do all its visits; ``None`` where it cannot."""
        self.work.one()
        plain = replace(problem, aims="lexicographic")
        plan = plan_team(plain, travel or self.travel, problem.teams[0].id, self.limits)
        return None if plan.missing else plan.cost
