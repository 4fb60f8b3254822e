"""Small problems settled by going through every lawful outcome: nothing of the solver, no flows, no LP.

Outcomes are told by their loads: how many there are with those loads, and which rows any or all of them
contain. The most equal expected loads are the point of the hull of all loads nearest to "minus past loads",
found exactly by Wolfe's algorithm (1976) in fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from solver.pairing import Problem
from tests.solver.pairing.pairing_cases import Row, Rows, teams

Loads = tuple[int, ...]
Vector = tuple[Fraction, ...]
Busy = tuple[tuple[str, str, int], ...]
NEAR = Fraction(1, 10**9)
"""Smaller than any weight that a corner can need, in five dimensions and with loads up to ten."""


@dataclass(frozen=True, slots=True)
class Told:
    """All lawful outcomes with the same loads: their number, rows of any of them, rows of all of them."""

    number: int
    some: frozenset[Row]
    every: frozenset[Row]


def told_by_loads(problem: Problem) -> dict[Loads, Told]:
    """Every lawful outcome, by loads in order of the inspectors. Empty: there is none."""
    names = [one.id for one in problem.inspectors]
    recused = {frozenset(pair) for pair in problem.colleague_recusals}
    states: dict[tuple[Loads, Busy], Told] = {((0,) * len(names), ()): Told(1, frozenset(), frozenset())}
    for task in sorted(problem.tasks, key=lambda each: each.period):
        allowed = [team for team in teams(task) if not _recused(team, recused)]
        after: dict[tuple[Loads, Busy], list[Told]] = {}
        for (loads, busy), told in states.items():
            for team in allowed:
                state = _with(problem, loads, busy, task.period, team)
                if state is not None:
                    rows = frozenset(team)
                    after.setdefault(state, []).append(Told(told.number, told.some | rows, told.every | rows))
        states = {state: _joined(many) for state, many in after.items()}
    found: dict[Loads, list[Told]] = {}
    for (loads, _), told in states.items():
        if all(load >= one.min_load for load, one in zip(loads, problem.inspectors, strict=True)):
            found.setdefault(loads, []).append(told)
    return {loads: _joined(many) for loads, many in found.items()}


def _joined(many: Sequence[Told]) -> Told:
    return Told(
        sum(each.number for each in many),
        frozenset().union(*(each.some for each in many)),
        frozenset.intersection(*(each.every for each in many)),
    )


def _recused(team: Rows, recused: set[frozenset[str]]) -> bool:
    return any(frozenset((a, b)) in recused for (_, _, a), (_, _, b) in combinations(team, 2))


def _with(problem: Problem, loads: Loads, busy: Busy, period: str, team: Rows) -> tuple[Loads, Busy] | None:
    """Loads and visits of this period with one more team, unless a bound is passed."""
    visits = Counter({who: many for when, who, many in busy if when == period})
    sent = Counter(who for _, _, who in team)
    visits += sent
    more = tuple(load + sent[one.id] for load, one in zip(loads, problem.inspectors, strict=True))
    for load, one in zip(more, problem.inspectors, strict=True):
        if one.max_load is not None and load > one.max_load:
            return None
        if one.period_cap is not None and visits[one.id] > one.period_cap:
            return None
    return more, tuple((period, who, many) for who, many in sorted(visits.items()))


def most_equal_loads(problem: Problem, corners: Sequence[Loads]) -> Vector:
    """λ: of all means of these loads, the one with the least sum of (past + load)²."""
    past = [one.past_load for one in problem.inspectors]
    shifted = [
        tuple(Fraction(load + before) for load, before in zip(corner, past, strict=True))
        for corner in corners
    ]
    nearest = least_norm(shifted)
    return tuple(each - before for each, before in zip(nearest, past, strict=True))


def can_occur(loads: Loads, mean: Vector, corners: Sequence[Loads]) -> bool:
    """Whether outcomes with these loads have a chance in some table with the mean: a step away from them stays in the hull."""
    beyond = [m + NEAR * (m - load) for m, load in zip(mean, loads, strict=True)]
    shifted = [
        tuple(Fraction(load) - at for load, at in zip(corner, beyond, strict=True)) for corner in corners
    ]
    return not any(least_norm(shifted))


def least_norm(points: Sequence[Vector]) -> Vector:
    """The point of least Euclidean norm in the hull of the points (Wolfe 1976), exactly."""
    first = min(points, key=lambda point: _dot(point, point))
    active, weights = [first], [Fraction(1)]
    while True:
        here = _mix(active, weights)
        enters = min(points, key=lambda point: _dot(here, point))
        if _dot(here, enters) >= _dot(here, here) or enters in active:
            return here
        active, weights = [*active, enters], [*weights, Fraction(0)]
        while True:
            wanted = _flat(active)
            if all(weight > 0 for weight in wanted):
                weights = wanted
                break
            step = min(now / (now - want) for now, want in zip(weights, wanted, strict=True) if want <= 0)
            weights = [now + step * (want - now) for now, want in zip(weights, wanted, strict=True)]
            kept = [place for place, weight in enumerate(weights) if weight > 0]
            active, weights = [active[place] for place in kept], [weights[place] for place in kept]


def _flat(active: Sequence[Vector]) -> list[Fraction]:
    """Weights, perhaps negative, of the point of least norm in the flat through the active points."""
    size = len(active)
    rows = [
        [Fraction(0), *(Fraction(1) for _ in active), Fraction(1)],
        *([Fraction(1), *(_dot(one, other) for other in active), Fraction(0)] for one in active),
    ]
    for column in range(size + 1):
        pivot = next(row for row in range(column, size + 1) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for row in range(size + 1):
            if row != column and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[-1] for row in rows[1:]]


def _mix(points: Sequence[Vector], weights: Sequence[Fraction]) -> Vector:
    return tuple(_dot(column, weights) for column in zip(*points, strict=True))


def _dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def broken(problem: Problem, rows: Rows) -> Iterator[str]:
    """Every rule an outcome breaks, counted again from the problem alone."""
    team: dict[str, list[tuple[str, str]]] = {}
    for task, name, who in rows:
        team.setdefault(task, []).append((name, who))
    for each in problem.tasks:
        filled = Counter(name for name, _ in team.get(each.id, ()))
        for seat in each.seats:
            if filled[seat.id] != seat.demand:
                yield f"{each.id} {seat.id}: {filled[seat.id]} of {seat.demand}"
            wrong = {who for name, who in team.get(each.id, ()) if name == seat.id} - set(seat.eligible)
            if wrong:
                yield f"{each.id} {seat.id}: {wrong} not eligible"
        names = [who for _, who in team.get(each.id, ())]
        if len(set(names)) < len(names):
            yield f"{each.id}: twice in {names}"
        for a, b in problem.colleague_recusals:
            if a in names and b in names:
                yield f"{each.id}: {a} meets {b}"
    period = {each.id: each.period for each in problem.tasks}
    for one in problem.inspectors:
        visits = [task for task, _, who in rows if who == one.id]
        if len(visits) < one.min_load or (one.max_load is not None and len(visits) > one.max_load):
            yield f"{one.id}: {len(visits)} visits"
        busiest = max(Counter(period[task] for task in visits).values(), default=0)
        if one.period_cap is not None and busiest > one.period_cap:
            yield f"{one.id}: {busiest} visits in a period"
    unknown = {task for task, _, _ in rows} - set(period)
    if unknown:
        yield f"unknown tasks {unknown}"
