"""签票所涉部分: the tasks of rung L3 in whole visits, and the search for one lawful outcome of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from solver.pairing.errors import PairingInfeasible, PairingUnresolved
from solver.pairing.lawful import Bounds, Door, Verdict, apart, conclude, every_answer, every_row, lay, taken
from solver.pairing.problem import Problem
from solver.pairing.table import Row, Rows
from solver.pairing.words.gap import Shortage

EFFORT = 20.0
"""Deterministic time for a search that must not fail."""
LISTED = 400
LISTING = 4.0
"""Rows up to which outcomes are listed one by one, and deterministic time for it."""
Outcome = tuple[Row, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TicketPart:
    """The tasks in hand: rows that may be used, and bounds in whole visits.

    ``least`` and ``most`` are floor and ceiling of the loads, ``in_period`` what the period caps leave, all
    after what is certain in other tasks. ``within``: the bounds of the problem itself.
    """

    problem: Problem
    rows: Rows
    usable: tuple[Row, ...]
    least: Mapping[str, int]
    most: Mapping[str, int]
    in_period: Mapping[Door, int]
    within: Mapping[str, tuple[int, int]]

    @staticmethod
    def of(
        problem: Problem, rows: Rows, loads: Mapping[str, Fraction], wanted: Iterable[str] | None
    ) -> TicketPart:
        """The part of ``problem`` made of the tasks ``wanted`` (all, if ``None``)."""
        inside, whole = _inside(problem, wanted), 1 << problem.bits
        ids = {task.id for task in inside.tasks}
        when = {task.id: task.period for task in problem.tasks}
        own = [row for row in rows if row[0] in ids]
        others = [row for row in rows if row[0] not in ids]
        certain = [(task, who) for task, _, who, n in others if n == whole]
        elsewhere = Counter(who for _, who in certain)
        busy = Counter((who, when[task]) for task, who in certain)
        load = {one.id: loads[one.id] - elsewhere[one.id] for one in inside.inspectors}
        box = {who: (max(0, math.floor(visits)), math.ceil(visits)) for who, visits in load.items()}
        within = {}
        for one in inside.inspectors:
            most = len(ids) if one.max_load is None else one.max_load - elsewhere[one.id]
            within[one.id] = (max(0, one.min_load - elsewhere[one.id]), most)
        # Who is still to be drawn for other tasks as well keeps his visits here, or no load would hold.
        units = Counter[str]()
        for _, _, who, n in own:
            units[who] += n
        for who in {who for _, _, who, n in others if n < whole} & within.keys():
            here = Fraction(units[who], whole)
            box[who] = within[who] = (math.ceil(here), math.floor(here))
        return TicketPart(
            problem=inside,
            rows=Rows.of(inside, own),
            usable=tuple((task, seat, who) for task, seat, who, _ in own),
            least={who: low for who, (low, _) in box.items()},
            most={who: high for who, (_, high) in box.items()},
            in_period={
                (one.id, period): one.period_cap - busy[one.id, period]
                for one in inside.inspectors
                if one.period_cap is not None
                for period in sorted({task.period for task in inside.tasks})
            },
            within=within,
        )

    def bounds(self, kept: Iterable[Row] = ()) -> Bounds:
        """What the bounds leave to the other tasks when these rows are kept."""
        rows = list(kept)
        when = {task.id: task.period for task in self.problem.tasks}
        counted = Counter(who for _, _, who in rows)
        busy = Counter((who, when[task]) for task, _, who in rows)
        return Bounds(
            least={who: n - counted[who] for who, n in self.least.items() if n > counted[who]},
            most={who: n - counted[who] for who, n in self.most.items()},
            in_period={door: n - busy[door] for door, n in self.in_period.items()},
        )

    def met(self, rows: Iterable[Row]) -> set[str]:
        """Tasks in which recused people meet."""
        return {task for task, _, _ in apart(self.problem, ((task, who) for task, _, who in rows))}

    def loads_kept(self, rows: Iterable[Row]) -> bool:
        counted = Counter(who for _, _, who in rows)
        return all(n <= counted[who] <= self.most[who] for who, n in self.least.items())

    def listed(self, most: int) -> tuple[bool, list[Outcome]]:
        """``most`` + 1 outcomes at most, one by one; whether they are all there are. Nothing if large."""
        from ortools.sat.python import cp_model

        if len(self.usable) > LISTED:
            return False, []
        model = cp_model.CpModel()
        chosen = lay(model, self.problem, self.usable, self.bounds())
        return every_answer(model, chosen, most, LISTING)


def feasible(part: TicketPart) -> tuple[TicketPart, Outcome]:
    """The part, with more rows or other loads if it takes them to have a lawful outcome; and an outcome.

    Raises `PairingInfeasible` or `PairingUnresolved`.
    """
    if outcome := _an_outcome(part):
        return part, outcome
    wider = replace(part, usable=tuple(every_row(part.problem)))
    if outcome := _an_outcome(wider):
        return wider, outcome
    verdict, outcome = _nearest_loads(wider)
    if verdict in ("none", "unknown"):
        raise _refusal(part.problem, verdict)
    # Whoever has to leave his floor and ceiling carries that one load in all outcomes.
    loads = Counter(who for _, _, who in outcome)
    off = {who: loads[who] for who in wider.within if not wider.least[who] <= loads[who] <= wider.most[who]}
    return replace(wider, least={**wider.least, **off}, most={**wider.most, **off}), outcome


def _inside(problem: Problem, wanted: Iterable[str] | None) -> Problem:
    ids = {task.id for task in problem.tasks} if wanted is None else set(wanted)
    tasks = tuple(task for task in problem.tasks if task.id in ids)
    people = {who for task in tasks for seat in task.seats for who in seat.eligible}
    return replace(
        problem,
        tasks=tasks,
        inspectors=tuple(one for one in problem.inspectors if one.id in people),
        colleague_recusals=tuple(pair for pair in problem.colleague_recusals if people.issuperset(pair)),
        affinity=None,
        cap=None,
    )


def _an_outcome(part: TicketPart) -> Outcome:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = lay(model, part.problem, part.usable, part.bounds())
    values = conclude(model, EFFORT)[1]
    return taken(chosen, values) if values else ()


def _nearest_loads(part: TicketPart) -> tuple[Verdict, Outcome]:
    """A lawful outcome whose loads leave floor and ceiling by as few visits in all as possible."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    off, least, most = [], {}, {}
    for who, (low, high) in part.within.items():
        under = model.new_int_var(0, max(0, part.least[who] - low), "")
        over = model.new_int_var(0, max(0, high - part.most[who]), "")
        off += [under, over]
        least[who], most[who] = part.least[who] - under, part.most[who] + over
    chosen = lay(model, part.problem, part.usable, Bounds(least, most, part.in_period))
    model.minimize(sum(off))
    verdict, values = conclude(model, EFFORT)
    return verdict, taken(chosen, values) if values else ()


def _refusal(problem: Problem, verdict: Verdict) -> PairingInfeasible | PairingUnresolved:
    present = [(task, who) for task, _, who in every_row(problem)]
    facing = list(apart(problem, present))
    tasks = {task for task, _, _ in facing}
    names = tuple(sorted({who for _, *pair in facing for who in pair}))
    if verdict != "none":
        return PairingUnresolved(
            "同事回避关系过密，在规定的计算量内既没有找到可行的检查组，也没有证明无解。"
            "请增派人员，或核对回避关系。",
            tasks=sorted(tasks),
            inspectors=list(names),
        )
    seats: Sequence[tuple[str, str, int]] = [
        (task.id, seat.id, seat.demand) for task in problem.tasks if task.id in tasks for seat in task.seats
    ]
    needed = sum(demand for _, _, demand in seats)
    places = tuple((task, seat) for task, seat, _ in seats)
    return PairingInfeasible((Shortage("recusal", places, names, needed, 1),))
