"""分头求解: teams are planned by several processes, and the plan is the same whatever their number.

A worker is a fresh interpreter (``python -m solver.schedule.working``) that is told the problem once and then
one task after the other through its pipes. It needs nothing of whoever started it, so a thread of a server
can start it; and it ends with its pipe, so none is left behind.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from solver.errors import SolverError
from solver.progress import silent
from solver.schedule import problem as drawn
from solver.schedule.errors import ScheduleError
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, id_order
from solver.schedule.team.frame import Frame
from solver.schedule.team.guard import Guard
from solver.schedule.team.plan import TeamPlan, greedy_plan, list_or_search, plan_frame
from solver.schedule.team.tours import Tours
from solver.schedule.timetable import Route
from solver.schedule.travel import Travel

#: Seconds between two looks at the clock and at what people wish.
LOOK = 0.05
#: Seconds a team takes that is planned at once, without search; kept free for those that are left.
AT_ONCE = 0.05
#: Seconds a team takes that is planned without listing its tours.
GIVEN_UP = 0.004
#: Share of the wall guard kept free for what comes after the teams, and seconds for each team.
AFTERWARDS, AFTERWARDS_EACH = 0.1, 0.005
#: Fewer teams than this are not worth a second process.
WORTHWHILE = 4
#: Libraries that would start threads of their own do not.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Team:
    """One team by itself. ``tours``: listed already, so that a worker need not load the compiler."""

    id: Id
    tours: Tours | None = None

    def prepared(self, problem: Problem, travel: Travel, limits: Limits) -> Team:
        return Team(self.id, list_or_search(Frame.of(problem, travel, self.id), limits))

    def plans(self, problem: Problem, travel: Travel, limits: Limits, guard: Guard) -> list[TeamPlan]:
        frame = Frame.of(problem, travel, self.id)
        tours = list_or_search(frame, limits) if self.tours is None else self.tours
        return [plan_frame(frame, tours, limits, guard)]

    def given_up(self, problem: Problem, travel: Travel) -> list[TeamPlan]:
        """No time was left for this team: a lawful plan at once, the nearest visits first."""
        return [greedy_plan(Frame.of(problem, travel, self.id), cut=True)]


@dataclass(frozen=True, slots=True)
class Together:
    """Teams that share people or cars."""

    teams: tuple[Id, ...]
    alone: tuple[TeamPlan, ...]

    def prepared(self, problem: Problem, travel: Travel, limits: Limits) -> Together:
        return self

    def plans(self, problem: Problem, travel: Travel, limits: Limits, guard: Guard) -> list[TeamPlan]:
        from solver.schedule.county.coupled import plan_together

        alone = {plan.team: plan for plan in self.alone}
        try:
            return plan_together(problem, travel, self.teams, limits, alone=alone, guard=guard)
        except ArithmeticError:  # rounding errors defeated the exact model: lawful all the same, no proof
            return self._one_after_the_other(problem, cut=guard.struck)

    def given_up(self, problem: Problem, travel: Travel) -> list[TeamPlan]:
        """No time was left."""
        return self._one_after_the_other(problem, cut=True)

    def _one_after_the_other(self, problem: Problem, *, cut: bool) -> list[TeamPlan]:
        """Of what each would do alone, what those before it leave people and cars for."""
        teams = {one.id: one for one in problem.teams}
        kept: list[Route] = []
        plans = []
        for plan in self.alone:
            routes = []
            for route in plan.routes:
                if not in_the_way(problem, teams, kept, route):
                    kept.append(route)
                    routes.append(route)
            whole = len(routes) == len(plan.routes)
            plans.append(plan if whole else _without(problem, plan, routes, cut=cut))
        return plans


Task = Team | Together


def in_the_way(problem: Problem, teams: Mapping[Id, drawn.Team], kept: Sequence[Route], route: Route) -> bool:
    """Whether somebody is out already with a route that is kept, or no car is left."""
    team = teams[route.team]
    there = [one for one in kept if one.day == route.day]
    cars = sum(teams[one.team].office == team.office for one in there)
    if cars >= problem.cars.get(team.office, cars + 1):
        return True
    going = set(team.members_on(route.day))
    for one in there:
        meets = problem.sharing == "day" or (one.leaves < route.returns and route.leaves < one.returns)
        if meets and not going.isdisjoint(teams[one.team].members_on(one.day)):
            return True
    return False


def _without(problem: Problem, plan: TeamPlan, routes: Sequence[Route], *, cut: bool) -> TeamPlan:
    """The plan with these of its routes alone."""
    done = {visit for route in routes for visit in route.visits}
    lost = [visit for route in plan.routes for visit in route.visits if visit not in done]
    missing = tuple(sorted((*plan.missing, *lost), key=id_order))
    cost = sum(one.travel + problem.day_cost for one in routes) + problem.miss_cost * len(missing)
    return TeamPlan(
        plan.team, tuple(routes), missing, cost, min(plan.bound, cost), proven=False, cut=cut or plan.cut
    )


@dataclass(slots=True)
class Workers:
    """求解进程. Used as a context: at its end no process is left, whatever happened."""

    problem: Problem
    limits: Limits
    guard: Guard
    _hands: list[_Hand] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._end()

    def each(self, tasks: Sequence[Task], stage: str) -> Iterator[list[TeamPlan]]:
        """The plans of every task, in the order of the tasks."""
        tell = self.guard.watch.progress or silent
        if not tasks:
            return
        tell(0, len(tasks), stage)
        several = self.limits.workers > 1 and len(tasks) >= WORTHWHILE
        done: dict[int, list[TeamPlan]] = {}
        for number, plans in self._apart(tasks) if several else self._here(tasks):
            done[number] = plans
            tell(len(done), len(tasks), stage)
        for number in range(len(tasks)):
            yield done[number]

    def _here(self, tasks: Sequence[Task]) -> Iterator[tuple[int, list[TeamPlan]]]:
        travel = Travel.of(self.problem)
        for number, task in enumerate(tasks):
            seconds = self._share(len(tasks) - number)
            if self._late(len(tasks) - number) or self._stopped(task):
                yield number, task.given_up(self.problem, travel)
                continue
            until = None if seconds is None else time.monotonic() + seconds
            guard = Guard(until, self.guard.watch)
            yield number, task.plans(self.problem, travel, self.limits, guard)
            self.guard.struck = self.guard.struck or guard.struck

    def _apart(self, tasks: Sequence[Task]) -> Iterator[tuple[int, list[TeamPlan]]]:
        """Each worker gets the next task as soon as it is free."""
        answers: Answers = queue.SimpleQueue()
        travel = Travel.of(self.problem)
        while len(self._hands) < min(self.limits.workers, len(tasks)):
            self._hands.append(_Hand(self.problem, self.limits))
        free, waiting, running = list(self._hands), deque(range(len(tasks))), set[int]()
        while (waiting or running) and not self._late(len(waiting) + len(running)) and self.guard.left() != 0:
            while free and waiting:
                number = waiting.popleft()
                running.add(number)
                seconds = self._share(len(waiting) + len(running))
                free.pop().ask(number, tasks[number], travel, seconds, answers)
            try:
                hand, number, answer = answers.get(timeout=LOOK)
            except queue.Empty:
                continue
            if isinstance(answer, BaseException):
                raise answer
            plans, struck = answer
            self.guard.struck = self.guard.struck or struck
            running.remove(number)
            free.append(hand)
            yield number, plans
        yield from self._left_over(tasks, sorted({*waiting, *running}))

    def _left_over(
        self, tasks: Sequence[Task], numbers: Sequence[int]
    ) -> Iterator[tuple[int, list[TeamPlan]]]:
        """What was not finished when time was up or somebody asked to stop: planned at once."""
        if not numbers:
            return
        self._end()
        travel = Travel.of(self.problem)
        for done, number in enumerate(numbers):
            if self._late(len(numbers) - done) or self._stopped(tasks[number]):
                yield number, tasks[number].given_up(self.problem, travel)
            else:
                yield number, tasks[number].plans(self.problem, travel, self.limits, self.guard)

    def _share(self, tasks: int) -> float | None:
        """Seconds for the next of so many tasks; some are kept for the others and for what comes after."""
        seconds = self.guard.left()
        if seconds is None or self.limits.seconds is None:
            return seconds
        return max(0.0, seconds - self._kept() - AT_ONCE * tasks / max(1, len(self._hands)))

    def _kept(self) -> float:
        """Seconds for what comes after the teams."""
        return AFTERWARDS * (self.limits.seconds or 0) + AFTERWARDS_EACH * len(self.problem.teams)

    def _stopped(self, task: Task) -> bool:
        """Whether a team is not to be begun any more; those that share people end by themselves."""
        return isinstance(task, Team) and self.guard.left() == 0

    def _late(self, tasks: int) -> bool:
        """Whether the wall guard is about to strike, with so many tasks left that get a plan at once."""
        if self.guard.until is None or self.limits.seconds is None:
            return False
        late = self.guard.until - time.monotonic() < self._kept() / 2 + GIVEN_UP * tasks
        self.guard.struck = self.guard.struck or late
        return late

    def _end(self) -> None:
        for hand in self._hands:
            hand.end()
        self._hands.clear()


class _Hand:
    """A worker, seen from here. A thread asks it and waits for the answer."""

    def __init__(self, problem: Problem, limits: Limits) -> None:
        root = str(Path(__file__).resolve().parents[2])
        paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "solver.schedule.working"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,  # an interrupt at the terminal is for whoever started this, who ends it
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._problem, self._limits, self._told = problem, limits, False

    def ask(self, number: int, task: Task, travel: Travel, seconds: float | None, answers: Answers) -> None:
        """Puts ``(self, number, answer)`` into ``answers`` when it is there."""

        def converse() -> None:
            try:
                assert self._process.stdin is not None
                assert self._process.stdout is not None
                if not self._told:
                    _send(self._process.stdin, (self._problem, self._limits))
                    self._told = True
                prepared = task.prepared(self._problem, travel, self._limits)
                _send(self._process.stdin, (prepared, seconds))
                answer = pickle.load(self._process.stdout)
            except (OSError, EOFError, ValueError, pickle.UnpicklingError):
                answer = ScheduleError.of("worker_died")
            except Exception as error:
                answer = error
            answers.put((self, number, answer))

        threading.Thread(target=converse, daemon=True).start()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


Answers = queue.SimpleQueue[tuple[_Hand, int, Any]]


def _send(pipe: IO[bytes], value: object) -> None:
    pickle.dump(value, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def work(asked: IO[bytes], told: IO[bytes]) -> None:
    """A worker's life: the problem, then tasks until the pipe ends."""
    problem, limits = pickle.load(asked)
    travel = Travel.of(problem)
    tasks: queue.SimpleQueue[tuple[Task, float | None]] = queue.SimpleQueue()

    def listen() -> None:
        try:
            while True:
                tasks.put(pickle.load(asked))
        finally:  # whoever asked is gone: so is the reason to go on, even in the midst of a team
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        task, seconds = tasks.get()
        guard = Guard(None if seconds is None else time.monotonic() + seconds)
        answer: object
        try:
            answer = task.plans(problem, travel, limits, guard), guard.struck
        except Exception as error:
            answer = error if isinstance(error, SolverError) else RuntimeError(repr(error))
        _send(told, answer)


def main() -> None:
    """The worker as a process: its answers have a pipe of their own, so that nobody prints into them."""
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        work(sys.stdin.buffer, told)
    except (EOFError, OSError, pickle.UnpicklingError):  # whoever asked is gone
        os._exit(0)


if __name__ == "__main__":
    main()
