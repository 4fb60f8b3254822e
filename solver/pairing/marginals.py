"""可行性与均衡任务量: is there a lawful assignment at all, and how equal can the loads be?

A load vector here is the number of visits of each inspector. Among all lawful vectors those with the smallest
sum of (past + new load)² are the most equal ones: no other lowers the heaviest, then the second heaviest, and
so on. They differ from each other by at most one visit a person (Frank & Murota 2022, "Decreasing
minimization on M-convex sets"), so a pair of bounds tells for each inspector what can happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from solver.pairing.errors import PairingInfeasible, PairingUnsupported
from solver.pairing.pair0_flow import Network, cheapest, free_arcs
from solver.pairing.pair0_network import Bools, Ints, Part, parts
from solver.pairing.pair0_shortage import shortages
from solver.pairing.problem import Problem, digest_json
from solver.pairing.recusal import tasks_without_team
from solver.pairing.shortage import idle_shortages

ALGORITHM = "pair/0"


@dataclass(frozen=True, slots=True, eq=False)
class PartTable:
    """One connected part with its most equal loads: ``lowest ≤ load ≤ highest``, at most one apart."""

    part: Part
    lowest: Ints
    highest: Ints
    forced: Bools
    """Edges that every assignment with these loads contains."""
    evenness: int
    """Sum of (past + new load)², the least possible; bounds alone do not ensure it."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """匹配表: what is settled before the seed is known.

    ``load_range`` gives (inspector, least, most) visits over all most equal assignments, ``forced`` the
    (task, seat, inspector) rows common to all of them: they are predictable, and should be known to be.
    Colleague recusals are not yet weighed here; they can only force more.
    ``evenness`` is the sum of (past + new load)² over all inspectors, the least possible.
    """

    problem: Problem
    parts: tuple[PartTable, ...]
    load_range: tuple[tuple[str, int, int], ...]
    forced: tuple[tuple[str, str, str], ...]
    evenness: int
    table_sha256: str = field(init=False)

    def __post_init__(self) -> None:
        digest = digest_json(
            {
                "algorithm": ALGORITHM,
                "problem_sha256": self.problem.problem_sha256,
                "load_range": self.load_range,
                "forced": self.forced,
            }
        )
        object.__setattr__(self, "table_sha256", digest)

    def edges(self) -> Iterator[tuple[str, str, str]]:
        """Every lawful (task, seat, inspector), whether or not it can occur with most equal loads."""
        for settled in self.parts:
            yield from settled.part.rows(np.ones(settled.part.edges, dtype=np.bool_))

    def __str__(self) -> str:
        edges = sum(settled.part.edges for settled in self.parts)
        least = min((low for _, low, _ in self.load_range), default=0)
        most = max((high for _, _, high in self.load_range), default=0)
        return (
            f"匹配表：检查任务 {len(self.problem.tasks)} 项，执法检查人员 {len(self.problem.inspectors)} 人，"
            f"可选搭配 {edges} 个，连通片 {len(self.parts)} 个，每人 {least} 至 {most} 次，"
            f"必然搭配 {len(self.forced)} 个"
        )


def solve(problem: Problem) -> Table:
    """Settle feasibility and the most equal loads.

    Raises `PairingInfeasible` naming every shortage, `PairingUnsupported` for a probability cap or affinity.
    """
    _refuse_unsupported(problem)
    connected, idle = parts(problem)
    missing = list(idle_shortages(idle))
    settled = []
    for part in connected:
        found = settle(part)
        if found is None:
            missing.extend(shortages(part))
        else:
            settled.append(found)
    missing.extend(tasks_without_team(problem) if not missing else ())
    if missing:
        raise PairingInfeasible(tuple(missing))
    bounds = {one.id: (0, 0) for one in idle}
    for one in settled:
        bounds |= {
            person.id: (int(low), int(high))
            for person, low, high in zip(one.part.inspectors, one.lowest, one.highest, strict=True)
        }
    return Table(
        problem=problem,
        parts=tuple(settled),
        load_range=tuple((person.id, *bounds[person.id]) for person in problem.inspectors),
        forced=tuple(sorted(row for one in settled for row in one.part.rows(one.forced))),
        evenness=sum(one.evenness for one in settled) + sum(one.past_load**2 for one in idle),
    )


def settle(part: Part) -> PartTable | None:
    """The most equal loads of one part, or ``None`` if it has no lawful assignment."""
    least, most = part.least, np.minimum(part.most, part.total)
    spare = part.total - int(least.sum())
    if spare < 0 or (least > most).any():
        return None
    # One arc per further visit of each inspector, dearer with every visit: flow fills the lightest first.
    further = most - least
    person = np.repeat(np.arange(len(least)), further)
    visit = np.arange(len(person)) - np.repeat(np.cumsum(further) - further, further)
    level = part.past[person] + least[person] + visit
    # Only the order of the levels matters, so their ranks do, however large past loads are.
    rank = np.unique(level, return_inverse=True)[1].astype(np.int64)
    net = with_loads(part, least, spare, person, rank, np.zeros(part.edges, dtype=np.int64))
    flow = cheapest(net)
    if flow is None:
        return None
    free = free_arcs(net, flow)
    first = len(part.tails)
    taken = flow[first:] > 0
    loads = part.loads(flow[: part.edges] > 0)
    can_rise = np.bincount(person[free[first:] & ~taken], minlength=len(least))
    can_fall = np.bincount(person[free[first:] & taken], minlength=len(least))
    forced = (flow[: part.edges] > 0) & ~free[: part.edges]
    evenness = sum(level * level for level in (part.past + loads).tolist())
    return PartTable(part, loads - np.minimum(can_fall, 1), loads + np.minimum(can_rise, 1), forced, evenness)


def with_loads(part: Part, fixed: Ints, spare: int, person: Ints, cost: Ints, edge_cost: Ints) -> Network:
    """The part's network where inspectors take ``fixed`` visits, and ``spare`` more over unit arcs.

    ``person`` names the inspector of each unit arc and ``cost`` its price; the arcs follow the part's own.
    """
    sink = part.nodes
    supply = np.zeros(part.nodes + 1, dtype=np.int64)
    supply[: len(part.seats)] = part.demand
    supply[len(part.seats) : len(part.seats) + len(fixed)] = -fixed
    supply[sink] = -spare
    inner = np.zeros(len(part.rules), dtype=np.int64)
    return Network(
        nodes=part.nodes + 1,
        tails=np.concatenate([part.tails, len(part.seats) + person]),
        heads=np.concatenate([part.heads, np.full(len(person), sink, dtype=np.int64)]),
        capacity=np.concatenate([part.capacity, np.ones(len(person), dtype=np.int64)]),
        cost=np.concatenate([edge_cost, inner, cost]),
        supply=supply,
    )


def _refuse_unsupported(problem: Problem) -> None:
    if problem.cap is not None:
        raise PairingUnsupported("本版本尚不能保证单一搭配的概率上限（cap），请删去该项后重试。", field="cap")
    if problem.affinity is not None:
        raise PairingUnsupported("本版本尚不能按适配度（affinity）加权，请删去该项后重试。", field="affinity")
