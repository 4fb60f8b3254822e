"""另行打开席位: the fewest seats to be drawn anew besides those given up, where these cannot be filled alone.

For instance a member who may lead becomes lead, and the member's seat is drawn as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from solver.pairing.lawful import Bounds, conclude, lay, taken
from solver.pairing.problem import Problem
from solver.pairing.table import Row

EFFORT = 30.0
LARGEST = 100_000
"""Eligible rows up to which the tasks of a wider circle are looked at."""


def fewest(
    problem: Problem,
    rows: tuple[Row, ...],
    given_up: tuple[Row, ...],
    gone: frozenset[str],
    done: frozenset[str],
) -> tuple[Row, ...] | None:
    """The rows to be opened, as few as possible; ``None`` if no lawful teams are left even then.

    Looked for in the teams concerned first; then among the tasks of those who might step in; then in all.
    """
    found: tuple[Row, ...] | None = None
    before: frozenset[str] = frozenset()
    for circle in _circles(problem, rows, given_up, done):
        if circle == before or (before and _size(problem, circle) > LARGEST):
            continue
        before = circle
        opened = _opened(problem, rows, given_up, gone, circle)
        if opened is not None and (found is None or len(opened) < len(found)):
            found = opened
        if found is not None and len(found) <= 1:
            break
    return found


def _circles(
    problem: Problem, rows: tuple[Row, ...], given_up: tuple[Row, ...], done: frozenset[str]
) -> Iterator[frozenset[str]]:
    own = frozenset(task for task, _, _ in given_up)
    yield own
    helpers = {
        who for task in problem.tasks if task.id in own for seat in task.seats for who in seat.eligible
    }
    yield own | {task for task, _, who in rows if who in helpers and task not in done}
    yield frozenset(task.id for task in problem.tasks if task.id not in done)


def _size(problem: Problem, circle: frozenset[str]) -> int:
    return sum(len(seat.eligible) for task in problem.tasks if task.id in circle for seat in task.seats)


def _opened(
    problem: Problem,
    rows: tuple[Row, ...],
    given_up: tuple[Row, ...],
    gone: frozenset[str],
    circle: frozenset[str],
) -> tuple[Row, ...] | None:
    """The rows within the circle that must move, as few as possible; all others stay."""
    from ortools.sat.python import cp_model

    movable = {row for row in rows if row[0] in circle}.difference(given_up)
    fixed = [row for row in rows if row[0] not in circle]
    inside = replace(
        problem, tasks=tuple(task for task in problem.tasks if task.id in circle), affinity=None, cap=None
    )
    may = [
        (task.id, seat.id, who)
        for task in inside.tasks
        for seat in task.seats
        for who in seat.eligible
        if who not in gone or (task.id, seat.id, who) in movable
    ]
    model = cp_model.CpModel()
    chosen = lay(model, inside, may, _left(problem, inside, fixed))
    # First the fewest rows that move, then, of equal ones, rows early in order.
    at = {row: place for place, row in enumerate(sorted(movable), start=1)}
    weight = len(at) * (len(at) + 1) + 1
    model.minimize(sum((weight + place) * (1 - chosen[row]) for row, place in at.items() if row in chosen))
    verdict, values = conclude(model, EFFORT)
    if verdict not in ("best", "found"):
        return None
    return tuple(sorted(movable.difference(taken(chosen, values))))


def _left(problem: Problem, inside: Problem, fixed: list[Row]) -> Bounds:
    """What the rows outside the circle leave of everybody's bounds. Minimum loads are not asked for again.

    Who has more visits than he may by now (a bound was lowered after the draw) gets no further ones.
    """
    when = {task.id: task.period for task in problem.tasks}
    visits = Counter(who for _, _, who in fixed)
    busy = Counter((who, when.get(task)) for task, _, who in fixed)
    return Bounds(
        least={},
        most={
            one.id: max(0, one.max_load - visits[one.id])
            for one in problem.inspectors
            if one.max_load is not None
        },
        in_period={
            (one.id, period): max(0, one.period_cap - busy[one.id, period])
            for one in problem.inspectors
            if one.period_cap is not None
            for period in {task.period for task in inside.tasks}
        },
    )
