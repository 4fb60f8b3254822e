"""Two other ways to pair at random under the same rules, for comparison: neither knows the chances it gives.

``cp_sat``: the rules as constraints over 0-1 variables, a random objective, the solver's own best solution.
``keyed_flow``: a random price for each edge, the cheapest flow. Both are given the loads of our table, so
that they need not find out what is even; colleague recusals only CP-SAT can be told.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

import numpy as np
from ortools.graph.python import min_cost_flow
from ortools.sat.python import cp_model

from solver.pairing import Problem

Rows = list[tuple[str, str, str]]
Loads = Mapping[str, Fraction]
PRICES = 1_000_000


def cp_sat(problem: Problem, loads: Loads, seed: int, limit: float) -> tuple[Rows, str]:
    """One worker, ``limit`` seconds: the rows of the best solution found (perhaps none), and its status."""
    model, chance = cp_model.CpModel(), random.Random(seed)
    by_person: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
    by_door: defaultdict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
    edges: list[tuple[str, str, str, cp_model.IntVar]] = []
    for task in problem.tasks:
        here: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
        for seat in task.seats:
            chosen = []
            for who in seat.eligible:
                edge = model.new_bool_var("")
                edges.append((task.id, seat.id, who, edge))
                chosen.append(edge)
                here[who].append(edge)
                by_person[who].append(edge)
                by_door[who, task.period].append(edge)
            model.add(sum(chosen) == seat.demand)
        for several in here.values():
            if len(several) > 1:
                model.add_at_most_one(several)
        for a, b in problem.colleague_recusals:
            if a in here and b in here:
                model.add_at_most_one(here[a] + here[b])
    for one in problem.inspectors:
        model.add_linear_constraint(sum(by_person[one.id]), floor(loads[one.id]), ceil(loads[one.id]))
        if one.period_cap is not None:
            for (who, _), several in by_door.items():
                if who == one.id:
                    model.add(sum(several) <= one.period_cap)
    model.minimize(sum(chance.randrange(PRICES) * edge for *_, edge in edges))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [], solver.status_name(status)
    rows = [(task, seat, who) for task, seat, who, edge in edges if solver.value(edge)]
    return rows, solver.status_name(status)


def keyed_flow(problem: Problem, loads: Loads, seed: int) -> Rows:
    """The cheapest flow under random prices: seat → [task, person] → [person, period] → person → out."""
    nodes: dict[object, int] = {}

    def node(name: object) -> int:
        return nodes.setdefault(name, len(nodes))

    tails: list[int] = []
    heads: list[int] = []
    room: list[int] = []

    def arc(tail: int, head: int, capacity: int) -> None:
        tails.append(tail)
        heads.append(head)
        room.append(capacity)

    edges: Rows = []
    inner: dict[tuple[int, int], int] = {}
    supply: Counter[int] = Counter()
    caps = {one.id: one.period_cap for one in problem.inspectors}
    for task in problem.tasks:
        seats_of = Counter(who for seat in task.seats for who in seat.eligible)
        for seat in task.seats:
            tail = node((task.id, seat.id))
            supply[tail] += seat.demand
            for who in seat.eligible:
                door = node((who,))
                if caps[who] is not None:
                    person, door = door, node((who, task.period, "period"))
                    inner[door, person] = caps[who] or 0
                if seats_of[who] > 1:
                    after, door = door, node((task.id, who, "once"))
                    inner[door, after] = 1
                edges.append((task.id, seat.id, who))
                arc(tail, door, 1)
    for (tail, head), capacity in inner.items():
        arc(tail, head, capacity)
    out = node("out")
    for one in problem.inspectors:
        low, high = floor(loads[one.id]), ceil(loads[one.id])
        supply[node((one.id,))] -= low
        if high > low:
            arc(node((one.id,)), out, high - low)
    supply[out] -= sum(supply.values())
    prices = np.zeros(len(tails), dtype=np.int64)
    prices[: len(edges)] = np.random.default_rng(seed).integers(0, PRICES, len(edges))
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(np.array(tails), np.array(heads), np.array(room), prices)
    flow.set_nodes_supplies(np.arange(len(nodes)), np.array([supply[at] for at in range(len(nodes))]))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("no flow meets the loads")
    used = flow.flows(np.arange(len(edges)))
    return [edge for edge, much in zip(edges, used.tolist(), strict=True) if much]
