"""最省的放宽: what must give way, at least cost, before every seat can be filled.

One model of CP-SAT per piece of the plan (tasks tied together by people who may join them): all rules, each
with a priced way of giving way. Prices are in `suggestions`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from solver.pairing.lawful import Bounds, Row, conclude, every_row, lay, taken
from solver.pairing.problem import Problem
from solver.pairing.words.changes import Change, Kind, Price

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar

EFFORT = 10.0
LARGEST = 5_000
"""Rows up to which the model is used; larger pieces are left to `relief_flow`."""

Way = tuple[Kind, tuple[str, ...]]
"""What may give way: kind, and the inspector, row, seat or task."""


def pieces(problem: Problem, neighbours: Sequence[Row]) -> Iterator[Problem]:
    """The plan cut into tasks tied together by the people who may join them, neighbours counted."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for task, _, person in (*every_row(problem), *neighbours):
        parent[root("p" + person)] = root("t" + task)
    tasks, people = defaultdict(list), defaultdict(list)
    for task_ in problem.tasks:
        tasks[root("t" + task_.id)].append(task_)
    for one in problem.inspectors:
        people[root("p" + one.id)].append(one)
    for key in dict.fromkeys((*tasks, *people)):
        known = {one.id for one in people[key]}
        pairs = tuple(pair for pair in problem.colleague_recusals if known.issuperset(pair))
        yield replace(
            problem,
            inspectors=tuple(people[key]),
            tasks=tuple(tasks[key]),
            colleague_recusals=pairs,
            affinity=None,
            cap=None,
        )


def cheapest_changes(piece: Problem, neighbours: Sequence[Row], price: Price) -> tuple[Change, ...] | None:
    """The changes of least total price, or ``None`` where the piece is too large to tell."""
    from ortools.sat.python import cp_model

    rows = tuple(every_row(piece))
    if len(rows) > LARGEST:
        return None
    model = cp_model.CpModel()
    extra = sorted(set(neighbours).difference(rows))
    give, chosen = _giving(model, piece, rows, extra)
    model.minimize(sum(price[kind] * variable for (kind, _), variable in give.items()))
    verdict, values = conclude(model, EFFORT)
    if verdict == "unknown":
        return None
    if verdict == "best":
        values = _tidied(model, give, price, values)
    return tuple(_read(piece, give, taken(chosen, values), values))


def _giving(
    model: CpModel, piece: Problem, rows: Sequence[Row], extra: Sequence[Row]
) -> tuple[dict[Way, IntVar], dict[Row, IntVar]]:
    """The rules as a model in which each may give way: by how much it does, and who sits where."""
    give: dict[Way, IntVar] = {}
    bounds_of: tuple[Kind, ...] = ("period_cap", "max_load", "min_load")
    for kind in bounds_of:
        for one in piece.inspectors:
            bound = getattr(one, kind)
            if bound:  # a bound of 0 says that nobody is to be sent: it stays
                most = bound if kind == "min_load" else len(piece.tasks)
                give[kind, (one.id,)] = model.new_int_var(0, most, "")
    seats = {(task.id, seat.id): seat.demand for task in piece.tasks for seat in task.seats}
    outside = {seat: model.new_int_var(0, demand, "") for seat, demand in seats.items()}
    later = {task.id: model.new_bool_var("") for task in piece.tasks}
    unfilled = {seat: outside[seat] + demand * later[seat[0]] for seat, demand in seats.items()}
    fixed = Bounds.of(piece)
    bounds = Bounds(
        {who: bound - give["min_load", (who,)] for who, bound in fixed.least.items()},
        {who: bound + give.get(("max_load", (who,)), 0) for who, bound in fixed.most.items()},
        {door: cap + give.get(("period_cap", door[:1]), 0) for door, cap in fixed.in_period.items()},
    )
    chosen = lay(model, piece, (*rows, *extra), bounds, unfilled)
    give |= {("neighbour", row): chosen[row] for row in extra}
    give |= {("outside", seat): variable for seat, variable in outside.items()}
    give |= {("later", (task,)): variable for task, variable in later.items()}
    return give, chosen


def _tidied(model: CpModel, give: Mapping[Way, IntVar], price: Price, values: Sequence[int]) -> Sequence[int]:
    """Of the answers of equal cost: its largest change is the smallest, then its names come first."""
    least = sum(price[kind] * values[variable.index] for (kind, _), variable in give.items())
    model.add(sum(price[kind] * variable for (kind, _), variable in give.items()) == least)
    largest = model.new_int_var(0, max(values, default=0), "")
    for variable in give.values():
        model.add(variable <= largest)
    order = sum(place * variable for place, variable in enumerate(give.values(), start=1))
    model.minimize(largest * (len(give) + 1) * (least + 1) + order)
    verdict, better = conclude(model, EFFORT)
    return better if verdict in ("best", "found") else values


def _read(
    piece: Problem, give: Mapping[Way, IntVar], rows: Sequence[Row], values: Sequence[int]
) -> Iterator[Change]:
    period = {task.id: task.period for task in piece.tasks}
    caps = {one.id: one.period_cap for one in piece.inspectors}
    busy = Counter((person, period[task]) for task, _, person in rows)
    for (kind, name), variable in give.items():
        amount = values[variable.index]
        if not amount:
            continue
        over: tuple[str, ...] = ()
        if kind == "period_cap":
            cap = caps[name[0]] or 0
            over = tuple(sorted(when for (who, when), n in busy.items() if who == name[0] and n > cap))
        yield Change(kind, name, amount, over)
