"""试抽: with what probability a draw stands where recused people may meet (rung L2), or tickets instead (L3).

The trial seeds are public and fixed, so that anybody finds the same figure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from solver.pairing.arrays import Ints
from solver.pairing.errors import PairingInfeasible
from solver.pairing.lottery import PartLottery
from solver.pairing.lottery.groups import facing
from solver.pairing.lottery.parts import Part, networks, rungs
from solver.pairing.network import parts
from solver.pairing.problem import Problem
from solver.pairing.table import Rows, Tickets, tag

TRIALS = 250
ENOUGH = 5
HOPELESS = 25
"""Meetings to be expected in one draw above which no trial is made: about one in e^25 would stand."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """How colleague recusals are kept: rung of each task, ``acceptance`` of parts drawn again, tickets.

    ``loads`` are those given, but for people whom lawful tickets load otherwise.
    """

    rows: Rows
    rung: Mapping[str, str]
    acceptance: Mapping[str, Fraction]
    tickets: tuple[Tickets, ...]
    loads: Mapping[str, Fraction]


def keep_recusals(problem: Problem, rows: Rows, loads: Mapping[str, Fraction]) -> Kept:
    """Trial draws for the parts that need them; tickets, in place of rows, where too few draws stand.

    Raises `PairingInfeasible` or `PairingUnresolved` where no tickets are found either.
    """
    if not problem.colleague_recusals:
        return Kept(rows, dict.fromkeys((task.id for task in problem.tasks), "L0"), {}, (), loads)
    acceptance: dict[str, Fraction] = {}
    hopeless = [{task} for task in _surely_met(problem, rows)]
    for part in networks(problem, rows):
        if part.redrawn:
            share = accepted(part, rows)
            if share is None:
                seats = np.unique(rows.seat[part.rows]).tolist()
                hopeless.append({rows.seats[seat][0] for seat in seats})
            else:
                acceptance[part.task] = share
    if not hopeless:
        return Kept(rows, rungs(problem, rows), acceptance, (), loads)
    rows, loads, tickets = _ticketed(problem, rows, loads, hopeless)
    ticketed = {task for one in tickets for task in one.tasks}
    return Kept(
        rows,
        rungs(problem, rows, tickets),
        {task: share for task, share in acceptance.items() if task not in ticketed},
        tickets,
        loads,
    )


def accepted(part: Part, rows: Rows) -> Fraction | None:
    """The share of trial draws that stand, once five have; ``None`` if 250 draws hold fewer."""
    if _expected(part, rows) > HOPELESS:
        return None
    lottery, stand = PartLottery(part), 0
    for number in range(TRIALS):
        seed = hashlib.sha256(tag("trial") + number.to_bytes(4, "big")).digest()
        stand += not lottery.trial(seed)
        if stand == ENOUGH:
            return Fraction(ENOUGH, number + 1)
    return None


def _expected(part: Part, rows: Rows) -> float:
    """Meetings in one draw, if seats were filled independently."""
    chance = np.append(rows.n[part.rows] / (1 << part.bits), 1.0)
    return float(np.sum(chance[part.meetings.left] * chance[part.meetings.right]))


def _surely_met(problem: Problem, rows: Rows) -> set[str]:
    """Tasks where two recused people are certain to sit."""
    settled = np.flatnonzero(rows.n == 1 << problem.bits)
    met = facing(problem, rows.people, _tasks(problem)[rows.seat[settled]], rows.person[settled])
    return {problem.tasks[at].id for at in met.task.tolist()}


def _ticketed(
    problem: Problem, rows: Rows, loads: Mapping[str, Fraction], hopeless: Sequence[set[str]]
) -> tuple[Rows, Mapping[str, Fraction], tuple[Tickets, ...]]:
    """Tickets for the hopeless tasks, those of one connected part of the problem together."""
    from solver.pairing import tickets  # its solver is slow to import

    made: list[Tickets] = []
    for part in parts(problem)[0]:
        everyone = {task.id for task in part.net.tasks}
        wanted = set().union(*(tasks for tasks in hopeless if not tasks.isdisjoint(everyone)))
        if not wanted:
            continue
        try:
            ticket, new = tickets.make(problem, rows, loads, problem.bits, wanted)
        except PairingInfeasible:  # perhaps for want of people who are settled elsewhere in the part
            wanted = everyone
            ticket, new = tickets.make(problem, rows, loads, problem.bits, wanted)
        made.append(ticket)
        outside = [row for row in rows if row[0] not in wanted]
        rows = Rows.of(problem, outside + [row for row in new if row[0] in wanted])
    made.sort(key=lambda one: one.tasks)
    return rows, tickets.lawful_loads(rows, loads, problem.bits, made), tuple(made)


def _tasks(problem: Problem) -> Ints:
    """The task of each seat."""
    return np.repeat(np.arange(len(problem.tasks)), [len(task.seats) for task in problem.tasks])
