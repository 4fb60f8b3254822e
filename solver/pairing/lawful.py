"""合规匹配的约束模型: every rule of a problem, colleague recusals included, as one model of CP-SAT.

For what a flow cannot tell: recusals between colleagues, the fewest changes, the cheapest way out. Answers
depend on the model alone: one worker, a fixed seed, and limits in deterministic time, not by the clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from solver.pairing.problem import Problem

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar, LinearExpr

    Amount = int | LinearExpr

Row = tuple[str, str, str]
Door = tuple[str, str]
"""(inspector, period)."""
Verdict = Literal["best", "found", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of a model; an inspector or door without an entry is unbounded. Values may be variables."""

    least: Mapping[str, Amount]
    most: Mapping[str, Amount]
    in_period: Mapping[Door, Amount]

    @staticmethod
    def of(problem: Problem) -> Bounds:
        periods = {task.period for task in problem.tasks}
        return Bounds(
            least={one.id: one.min_load for one in problem.inspectors if one.min_load},
            most={one.id: one.max_load for one in problem.inspectors if one.max_load is not None},
            in_period={
                (one.id, period): one.period_cap
                for one in problem.inspectors
                if one.period_cap is not None
                for period in periods
            },
        )


def every_row(problem: Problem) -> Iterator[Row]:
    """Every (task, seat, inspector) that eligibility allows, in order."""
    for task in problem.tasks:
        for seat in task.seats:
            for person in seat.eligible:
                yield task.id, seat.id, person


def lay(
    model: CpModel,
    problem: Problem,
    rows: Iterable[Row],
    bounds: Bounds,
    unfilled: Mapping[tuple[str, str], Amount] | None = None,
) -> dict[Row, IntVar]:
    """Put the rules into ``model``; a variable for each row that may be used.

    ``unfilled``: people a seat may go without (variables), by (task, seat).
    """
    chosen = {row: model.new_bool_var("") for row in rows}
    by_seat: dict[tuple[str, str], list[IntVar]] = defaultdict(list)
    by_pair: dict[tuple[str, str], list[IntVar]] = defaultdict(list)
    by_door: dict[Door, list[IntVar]] = defaultdict(list)
    by_person: dict[str, list[IntVar]] = defaultdict(list)
    period = {task.id: task.period for task in problem.tasks}
    for (task, seat, person), variable in chosen.items():
        by_seat[task, seat].append(variable)
        by_pair[task, person].append(variable)
        by_door[person, period[task]].append(variable)
        by_person[person].append(variable)
    free = unfilled or {}
    for each in problem.tasks:
        for seat_ in each.seats:
            place = (each.id, seat_.id)
            model.add(sum(by_seat[place]) + free.get(place, 0) == seat_.demand)
    for variables in by_pair.values():
        if len(variables) > 1:
            model.add_at_most_one(variables)
    for task, first, second in apart(problem, by_pair):
        model.add_at_most_one(by_pair[task, first] + by_pair[task, second])
    for door, cap in bounds.in_period.items():
        if by_door[door]:
            model.add(sum(by_door[door]) <= cap)
    for person, cap in bounds.most.items():
        if by_person[person]:
            model.add(sum(by_person[person]) <= cap)
    for person, least in bounds.least.items():
        model.add(sum(by_person[person]) >= least)
    return chosen


def apart(problem: Problem, present: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """(task, inspector, inspector) of recused pairs who are both among ``present`` (task, inspector)."""
    if not problem.colleague_recusals:
        return
    teams: dict[str, set[str]] = defaultdict(set)
    for task, person in present:
        teams[task].add(person)
    others: dict[str, set[str]] = defaultdict(set)
    for first, second in problem.colleague_recusals:
        others[first].add(second)
    for task in sorted(teams):
        for first in sorted(teams[task] & others.keys()):
            for second in sorted(others[first] & teams[task]):
                yield task, first, second


@dataclass(slots=True)
class Patience:
    """Deterministic time left for many small searches together."""

    left: float


def conclude(
    model: CpModel, effort: float, patience: Patience | None = None
) -> tuple[Verdict, Sequence[int]]:
    """Solve within ``effort`` units of deterministic time: verdict, and the value of each variable."""
    from ortools.sat.python import cp_model  # 0.5 s to import

    solver = _solver(effort)
    status = solver.solve(model)
    if patience is not None:
        patience.left -= solver.response_proto.deterministic_time
    if status == cp_model.INFEASIBLE:
        return "none", ()
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "unknown", ()
    return ("best" if status == cp_model.OPTIMAL else "found"), list(solver.response_proto.solution)


def every_answer(
    model: CpModel, chosen: Mapping[Row, IntVar], most: int, effort: float
) -> tuple[bool, list[tuple[Row, ...]]]:
    """Answers one after the other, ``most`` plus one at most; and whether these are proved to be all."""
    from ortools.sat.python import cp_model

    found: list[tuple[Row, ...]] = []

    class Listed(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            found.append(tuple(sorted(row for row, one in chosen.items() if self.boolean_value(one))))
            if len(found) > most:
                self.stop_search()

    solver = _solver(effort)
    solver.parameters.enumerate_all_solutions = True
    status = solver.solve(model, Listed())
    return status in (cp_model.OPTIMAL, cp_model.INFEASIBLE) and len(found) <= most, found


def _solver(effort: float) -> CpSolver:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort
    return solver


def taken(chosen: Mapping[Row, IntVar], values: Sequence[int]) -> tuple[Row, ...]:
    """The rows of an answer, in order."""
    return tuple(sorted(row for row, variable in chosen.items() if values[variable.index]))
