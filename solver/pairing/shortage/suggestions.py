"""建议: the cheapest changes that let a problem without lawful assignment be met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from solver.pairing.errors import PairingInputError
from solver.pairing.lawful import Row
from solver.pairing.problem import Inspector, Problem, Seat, Task
from solver.pairing.shortage.relief import cheapest_changes, pieces
from solver.pairing.shortage.relief_flow import cheapest_by_flow
from solver.pairing.words.changes import Change, Kind, Suggestion

if TYPE_CHECKING:
    from solver.pairing.words.gap import Shortage

Neighbours = Mapping[tuple[str, str], Sequence[str]]
"""(task, seat) → inspectors of the problem who are not eligible there, but could be made so by the office."""
COST: dict[Kind, int] = {
    "period_cap": 1,
    "min_load": 1,
    "max_load": 2,
    "neighbour": 3,
    "outside": 10,
    "later": 30,
}
"""Price of one unit of each kind: the less a change disturbs, the cheaper it is."""


def suggest(
    problem: Problem, shortages: Sequence[Shortage], neighbours: Neighbours | None = None
) -> tuple[Suggestion, ...]:
    """建议: the changes of least total price that make ``problem`` feasible, colleague recusals kept.

    Looked for in the pieces of the plan that ``shortages`` name (in all, if there are none); a piece for
    which the search found nothing within its limits adds nothing. Applied together (`relaxed`), they suffice.
    A bound of 0 is never raised: it says that nobody is to be sent.
    """
    known = {one.id for one in problem.inspectors}
    seats = {(task.id, seat.id) for task in problem.tasks for seat in task.seats}
    extra = []
    for (task, seat), people in (neighbours or {}).items():
        for person in people:
            if person not in known or (task, seat) not in seats:
                where = f"检查任务 {task} 席位 {seat}"
                raise PairingInputError(f"{where}的可支援人员 {person} 不在匹配问题中。", where=where)
            extra.append((task, seat, person))
    found = []
    for piece in pieces(problem, extra):
        if _concerned(piece, shortages):
            here = {task.id for task in piece.tasks}
            offered = [row for row in extra if row[0] in here]
            changes = cheapest_changes(piece, offered, COST)
            if changes is None:
                alone = [one for one in shortages if one.kind == "recusal" and here.issuperset(_tasks(one))]
                changes = (*cheapest_by_flow(piece, offered, COST), *_apart(piece, alone, offered))
            found += [_told(problem, change) for change in changes]
    return tuple(found)


def _apart(piece: Problem, shortages: Sequence[Shortage], offered: Sequence[Row]) -> Iterator[Change]:
    """What the tasks without a team need, each by itself: of a large piece only these can be looked at."""
    for shortage in shortages:
        tasks = _tasks(shortage)
        free = tuple(Inspector(one.id) for one in piece.inspectors)
        alone = replace(piece, inspectors=free, tasks=tuple(task for task in piece.tasks if task.id in tasks))
        yield from cheapest_changes(alone, [row for row in offered if row[0] in tasks], COST) or ()


def _tasks(shortage: Shortage) -> set[str]:
    return {task for task, _ in shortage.seats}


def relaxed(problem: Problem, suggestions: Iterable[Suggestion]) -> Problem:
    """The problem after these changes; people from outside are called ``外援1``, ``外援2`` …"""
    people = {one.id: one for one in problem.inspectors}
    tasks = {task.id: task for task in problem.tasks}
    names = (name for n in range(1, 10**6) if (name := f"外援{n}") not in people)
    for change in suggestions:
        if change.inspector is not None and change.task is None:
            one = people[change.inspector]
            people[one.id] = _rebounded(one, change)
        elif change.kind == "later" and change.task is not None:
            del tasks[change.task]
        elif change.task is not None:
            new = [change.inspector] if change.inspector else [next(names) for _ in range(change.amount)]
            people |= {who: Inspector(who) for who in new if who not in people}
            tasks[change.task] = _opened(tasks[change.task], change.seat or "", new)
    affinity = problem.affinity
    if affinity is not None:
        affinity = replace(affinity, scores=tuple(one for one in affinity.scores if one[0] in tasks))
    return replace(problem, inspectors=tuple(people.values()), tasks=tuple(tasks.values()), affinity=affinity)


def _rebounded(one: Inspector, change: Suggestion) -> Inspector:
    before = change.before or 0
    if change.kind == "min_load":
        return replace(one, min_load=before - change.amount)
    if change.kind == "max_load":
        return replace(one, max_load=before + change.amount)
    return replace(one, period_cap=before + change.amount)


def _opened(task: Task, seat: str, people: Sequence[str]) -> Task:
    def wider(one: Seat) -> Seat:
        return replace(one, eligible=tuple({*one.eligible, *people})) if one.id == seat else one

    return replace(task, seats=tuple(wider(one) for one in task.seats))


def _concerned(piece: Problem, shortages: Sequence[Shortage]) -> bool:
    tasks = {task.id for task in piece.tasks}
    people = {one.id for one in piece.inspectors}
    return not shortages or any(
        not tasks.isdisjoint(task for task, _ in one.seats) or not people.isdisjoint(one.inspectors)
        for one in shortages
    )


def _told(problem: Problem, change: Change) -> Suggestion:
    cost = COST[change.kind] * change.amount
    match change.kind, change.name:
        case (("period_cap" | "max_load" | "min_load"), (who,)):
            before = next(getattr(one, change.kind) for one in problem.inspectors if one.id == who)
            return Suggestion(change.kind, change.amount, cost, who, before, change.periods)
        case "neighbour", (task, seat, who):
            return Suggestion(change.kind, 1, cost, inspector=who, task=task, seat=seat)
        case "outside", (task, seat):
            return Suggestion(change.kind, change.amount, cost, task=task, seat=seat)
        case _:
            return Suggestion(change.kind, 1, cost, task=change.name[0])
