"""空缺席位: seats to be filled beside teams that stay, as a problem of its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from solver.pairing.lawful import Bounds, Door, conclude, every_row, lay, taken
from solver.pairing.problem import Affinity, Problem, Seat, Task
from solver.pairing.table import Row

EFFORT = 30.0


@dataclass(frozen=True, slots=True)
class Vacancies:
    """空缺: the seats of ``vacant`` rows, while the ``kept`` rows stay. ``gone`` people take none of them.

    Eligible is who was so before, but for the team that stays, people recused from somebody in it, and people
    whose visits (in all, or in the period) are used up.
    """

    whole: Problem
    kept: tuple[Row, ...]
    vacant: tuple[Row, ...]
    gone: frozenset[str]

    def problem(self) -> Problem:
        """The small problem. Who has fewer visits left in one period than in another is held to the fewer."""
        left = self._left_in_period()
        caps: dict[str, int] = {}
        for (who, _), visits in left.items():
            caps[who] = min(visits, caps.get(who, visits))
        return self._made(self._tasks(), caps)

    def solvable(self) -> Problem | None:
        """The same, or a narrower one if that has no outcome; ``None`` if the seats cannot be filled."""
        problem = self.problem()
        if outcome(problem, Bounds.of(problem)) is not None:
            return problem
        left = self._left_in_period()
        exact = self._made(self._tasks(), {})
        bounds = Bounds.of(exact)
        found = outcome(exact, Bounds(bounds.least, bounds.most, left))
        return None if found is None else self._narrowed(found, left)

    def _narrowed(self, found: Iterable[Row], left: Mapping[Door, int]) -> Problem:
        """Where visits left differ by period, only as many tasks as are left, those of ``found`` first."""
        caps: dict[str, int] = {}
        for (who, _), visits in left.items():
            caps[who] = max(visits, caps.get(who, visits))
        taken_up = {(task, who) for task, _, who in found}
        tasks = self._tasks()
        offered: dict[Door, list[str]] = defaultdict(list)
        for task in tasks:
            for who in {who for seat in task.seats for who in seat.eligible}:
                offered[who, task.period].append(task.id)
        allowed = set()
        for (who, period), ids in offered.items():
            count = left.get((who, period), len(ids))
            first = sorted(ids, key=lambda task: ((task, who) not in taken_up, task))
            allowed |= {(task, who) for task in (first if count >= caps.get(who, 0) else first[:count])}
        return self._made((_only(task, allowed) for task in tasks), caps)

    def _made(self, given: Iterable[Task], caps: Mapping[str, int]) -> Problem:
        tasks = tuple(given)
        people = {who for task in tasks for seat in task.seats for who in seat.eligible}
        present = Counter(who for _, _, who in self.kept)
        inspectors = (
            replace(
                one,
                past_load=one.past_load + present[one.id],
                min_load=0,
                max_load=None if one.max_load is None else max(0, one.max_load - present[one.id]),
                period_cap=caps.get(one.id),
            )
            for one in self.whole.inspectors
            if one.id in people
        )
        recusals = (pair for pair in self.whole.colleague_recusals if people.issuperset(pair))
        return Problem(
            inspectors=tuple(inspectors),
            tasks=tasks,
            colleague_recusals=tuple(recusals),
            affinity=_affinity(self.whole.affinity, {task.id for task in tasks}, people),
            bits=self.whole.bits,
        )

    def _tasks(self) -> list[Task]:
        demand = Counter((task, seat) for task, seat, _ in self.vacant)
        open_tasks = {task for task, _ in demand}
        team: dict[str, set[str]] = defaultdict(set)
        for name, _, who in self.kept:
            team[name].add(who)
        apart: dict[str, set[str]] = defaultdict(set)
        for first, second in self.whole.colleague_recusals:
            apart[first].add(second)
            apart[second].add(first)
        spent = self._spent()
        left = self._left_in_period()
        found = []
        for task in self.whole.tasks:
            if task.id not in open_tasks:
                continue
            out = self.gone | spent | team[task.id] | {who for mate in team[task.id] for who in apart[mate]}
            out |= {who for (who, period), n in left.items() if period == task.period and n <= 0}
            seats = (
                Seat(seat.id, tuple(who for who in seat.eligible if who not in out), demand[task.id, seat.id])
                for seat in task.seats
                if demand[task.id, seat.id]
            )
            found.append(Task(task.id, tuple(seats), task.period))
        return found

    def _spent(self) -> set[str]:
        """People with as many visits as they may make."""
        present = Counter(who for _, _, who in self.kept)
        return {
            one.id
            for one in self.whole.inspectors
            if one.max_load is not None and present[one.id] >= one.max_load
        }

    def _left_in_period(self) -> dict[Door, int]:
        """Visits left to people with a period cap, in the periods of the vacant seats."""
        when = {task.id: task.period for task in self.whole.tasks}
        busy = Counter((who, when.get(task)) for task, _, who in self.kept)
        periods = {when[task] for task, _, _ in self.vacant}
        return {
            (one.id, period): max(0, one.period_cap - busy[one.id, period])
            for one in self.whole.inspectors
            if one.period_cap is not None
            for period in periods
        }


def _only(task: Task, allowed: set[tuple[str, str]]) -> Task:
    """The task open to those alone who are allowed on it."""
    seats = (
        replace(seat, eligible=tuple(who for who in seat.eligible if (task.id, who) in allowed))
        for seat in task.seats
    )
    return replace(task, seats=tuple(seats))


def outcome(problem: Problem, bounds: Bounds) -> tuple[Row, ...] | None:
    """A lawful outcome, if there is one."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = lay(model, problem, every_row(problem), bounds)
    verdict, values = conclude(model, EFFORT)
    return taken(chosen, values) if verdict in ("best", "found") else None


def _affinity(affinity: Affinity | None, tasks: set[str], people: set[str]) -> Affinity | None:
    if affinity is None:
        return None
    kept = (one for one in affinity.scores if one[0] in tasks and one[1] in people)
    return replace(affinity, scores=tuple(kept))
