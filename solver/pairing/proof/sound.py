"""概率表是否成立: sections 2 and 6 of docs/pair-1.md, in integers.

Nothing here knows how the table was found; ``problem`` is the planner's, not the one inside the table.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from solver.pairing.arrays import Ints, totals
from solver.pairing.lottery.parts import networks, rungs
from solver.pairing.problem import Problem
from solver.pairing.proof.outcome import periods, teams
from solver.pairing.proof.report import Violation
from solver.pairing.table import Row, Table, Tickets
from solver.pairing.words.wording import seat_name

ENTROPY_ERROR = 1e-6


def well_formed(problem: Problem, table: Table) -> Iterator[Violation]:
    """Step ``table``: rows of this problem, in order and in range, and what stands in the head."""

    def wrong(rule: str, said: str) -> Violation:
        return Violation(rule, said, step="table")

    if table.problem.problem_sha256 != problem.problem_sha256:
        yield wrong("other_problem", "匹配表不是由这个匹配问题得出的：两者摘要不同。")
    if not 0 <= table.lowest_cap <= table.cap <= 1:
        yield wrong("cap_range", f"概率上限 {table.cap} 应在最低可行上限 {table.lowest_cap} 与 1 之间。")
    if problem.cap is not None and table.cap != problem.cap:
        yield wrong("other_cap", f"概率上限 {table.cap} 不是匹配问题要求的 {problem.cap}。")
    if set(table.loads) != {one.id for one in problem.inspectors} or min(table.loads.values(), default=0) < 0:
        yield wrong("loads", "概率表没有逐一载明每名执法检查人员的任务量。")
    rows = table.rows
    known = rows.seats == tuple((task.id, seat.id) for task in problem.tasks for seat in task.seats)
    if not known or rows.people != tuple(one.id for one in problem.inspectors):
        yield wrong("other_problem", "概率表的席位或人员不是匹配问题中的。")
        return
    for column, size in ((rows.seat, len(rows.seats)), (rows.person, len(rows.people))):
        if len(column) and not 0 <= column.min() <= column.max() < size:
            yield wrong("unknown_row", "概率表提到了匹配问题里没有的席位或人员。")
            return
    if (np.diff(rows.seat * len(rows.people) + rows.person) <= 0).any():
        yield wrong("order", "概率表有重复的行，或次序不对。")
    if len(rows) and not 1 <= rows.n.min() <= rows.n.max() <= 1 << table.bits:
        yield wrong("range", f"概率表的 n 应为 1 到 2^{table.bits} 的整数。")


def sound(problem: Problem, table: Table) -> Iterator[Violation]:
    """Steps ``sound`` and ``tickets`` of a table that is `well_formed`."""
    facts = _Facts(problem, table)
    yield from facts.eligible()
    yield from facts.seats()
    yield from facts.pairs()
    yield from facts.loads()
    yield from facts.periods()
    yield from _rungs(problem, table)
    yield from facts.told()
    yield from ticket_violations(problem, table)


def entropy(table: Table) -> float:
    """The entropy (nats) of the table, over (task, inspector) pairs: what ``entropy`` has to say."""
    sums = _Facts(table.problem, table).pair_sums
    chance = sums[sums < 1 << table.bits] / float(1 << table.bits)
    return math.fsum((-chance * np.log(chance)).tolist())


def _wrong(rule: str, said: str, task: str | None = None, who: str | None = None) -> Violation:
    return Violation(rule, said, task, who, step="sound")


class _Facts:
    """The rows added up by seat, pair, inspector and period."""

    def __init__(self, problem: Problem, table: Table) -> None:
        self._problem, self._table, self._one = problem, table, 1 << problem.bits
        rows = self._rows = table.rows
        self._seat_task = np.repeat(
            np.arange(len(problem.tasks)), [len(task.seats) for task in problem.tasks]
        ).astype(np.int64)
        self._task: Ints = self._seat_task[rows.seat]
        self._by_ticket = np.array(
            [table.rung.get(task.id) == "L3" for task in problem.tasks], dtype=np.bool_
        )
        self._pairs, at = np.unique(self._task * max(len(rows.people), 1) + rows.person, return_inverse=True)
        self.pair_sums = totals(at, rows.n, len(self._pairs))

    def eligible(self) -> Iterator[Violation]:
        rows, place = self._rows, {who: at for at, who in enumerate(self._rows.people)}
        seats = [seat for task in self._problem.tasks for seat in task.seats]
        keys = [at * len(place) + place[who] for at, seat in enumerate(seats) for who in seat.eligible]
        allowed = np.isin(rows.seat * len(place) + rows.person, np.array(keys, dtype=np.int64))
        for at in np.flatnonzero(~allowed).tolist():
            (task, seat), who = rows.seats[rows.seat[at]], rows.people[rows.person[at]]
            yield _wrong(
                "row_not_eligible", f"{who} 不符合检查任务 {task} 的{seat_name(seat)}的条件。", task, who
            )

    def seats(self) -> Iterator[Violation]:
        demands = [seat.demand for task in self._problem.tasks for seat in task.seats]
        found = totals(self._rows.seat, self._rows.n, len(demands)).tolist()
        for (task, seat), demand, n in zip(self._rows.seats, demands, found, strict=True):
            if n != demand * self._one:
                said = f"检查任务 {task} 的{seat_name(seat)}概率之和不等于应有的 {demand} 人。"
                yield _wrong("seat_sum", said, task)

    def pairs(self) -> Iterator[Violation]:
        people, problem = self._rows.people, self._problem
        highest = math.ceil(self._table.cap * self._one)
        tasks = self._pairs // max(len(people), 1)
        above = (self.pair_sums > highest) & (self.pair_sums < self._one) & ~self._by_ticket[tasks]
        for at in np.flatnonzero(above | (self.pair_sums > self._one)).tolist():
            task, who = problem.tasks[tasks[at]].id, people[self._pairs[at] % len(people)]
            said = f"{who} 参加检查任务 {task} 的概率超过上限 {self._table.cap}。"
            yield _wrong("above_cap", said, task, who)

    def loads(self) -> Iterator[Violation]:
        rows, one = self._rows, self._one
        found = totals(rows.person, rows.n, len(rows.people)).tolist()
        counts = np.bincount(rows.person, minlength=len(rows.people)).tolist()
        in_tickets = set(rows.person[self._by_ticket[self._task]].tolist())
        for at, person in enumerate(self._problem.inspectors):
            load = self._table.loads[person.id]
            low, high = math.floor(load), math.ceil(load)
            near = at in in_tickets or abs(found[at] - load * one) < counts[at] + 1
            if not (low * one <= found[at] <= high * one and near):
                said = f"{person.id} 的概率之和与所载任务量 {load} 不符。"
                yield _wrong("load_sum", said, who=person.id)
            if low < person.min_load or (person.max_load is not None and high > person.max_load):
                said = f"{person.id} 的任务量 {load} 超出最低、最高任务量。"
                yield _wrong("load_bounds", said, who=person.id)

    def periods(self) -> Iterator[Violation]:
        rows, tasks = self._rows, self._problem.tasks
        names = sorted({task.period for task in tasks} | {""})
        number = {name: at for at, name in enumerate(names)}
        of_task = np.array([number[task.period] for task in tasks], dtype=np.int64)
        keys, at = np.unique(rows.person * len(names) + of_task[self._task], return_inverse=True)
        sums = totals(at, rows.n, len(keys)).tolist()
        for key, n in zip(keys.tolist(), sums, strict=True):
            person, when = self._problem.inspectors[key // len(names)], names[key % len(names)]
            if person.period_cap is not None and n > person.period_cap * self._one:
                said = f"{person.id} 在{when or '本期'}的任务量超过每期上限 {person.period_cap} 次。"
                yield _wrong("period_sum", said, who=person.id)

    def told(self) -> Iterator[Violation]:
        """What stands beside the table and is not digested."""
        table, rows = self._table, self._rows
        sure = np.flatnonzero(rows.n == self._one)
        seats, people = rows.seat[sure].tolist(), rows.person[sure].tolist()
        certain = {(*rows.seats[seat], rows.people[who]) for seat, who in zip(seats, people, strict=True)}
        for task, seat, who in table.forced:
            if (task, seat, who) not in certain:
                said = f"{who} 在检查任务 {task} 的{seat_name(seat)}列为必然搭配，概率却不是 1。"
                yield _wrong("forced", said, task, who)
        found = entropy(table)
        if not abs(table.entropy - found) <= ENTROPY_ERROR * max(1.0, found):
            yield _wrong("entropy", f"载明的熵 {table.entropy} 与概率表的 {found} 不符。")
        if not 0 <= table.gap < math.inf:
            yield _wrong("gap", f"载明的差距 {table.gap} 应为不小于 0 的数。")


def _rungs(problem: Problem, table: Table) -> Iterator[Violation]:
    claimed = Tickets(tuple(task for task, how in table.rung.items() if how == "L3"), (), (), ())
    found = rungs(problem, table.rows, (claimed,))
    if set(table.rung) != set(found):
        yield _wrong("rung", "概率表没有逐一载明每项检查任务的回避方式。")
        return
    for task, how in found.items():
        if table.rung[task] != how:
            said = f"检查任务 {task} 载明的回避方式为 {table.rung[task]}，应为 {how}。"
            yield _wrong("rung", said, task)
    every = networks(problem, table.rows, (claimed,)) if "L2" in found.values() else ()
    redrawn = {part.task for part in every if part.redrawn}
    if set(table.acceptance) != redrawn or not all(0 < share <= 1 for share in table.acceptance.values()):
        yield _wrong("acceptance", "载明的抽签通过率与需要重抽的各部分不符。")


def ticket_violations(problem: Problem, table: Table) -> Iterator[Violation]:
    """Step ``tickets``: lawful outcomes whose weights add up to the rows."""

    def wrong(said: str, rule: str = "ticket") -> Violation:
        return Violation(rule, said, step="tickets")

    named = [task for ticket in table.tickets for task in ticket.tasks]
    if sorted(named) != sorted(task for task, how in table.rung.items() if how == "L3"):
        yield wrong("签票的任务与回避方式为 L3 的任务不同。")
        return
    firsts = [ticket.tasks[:1] for ticket in table.tickets]
    if (
        firsts != sorted(firsts)
        or () in firsts
        or any(list(x.tasks) != sorted(x.tasks) for x in table.tickets)
    ):
        yield wrong("签票或其任务的次序不对。")
    sums: Counter[Row] = Counter()
    for ticket in table.tickets:
        found = [wrong(said) for said in _ticket(problem, ticket)]
        yield from found
        if found:
            return
        for outcome, weight in zip(ticket.outcomes, ticket.weights, strict=True):
            rows = _rows_of(ticket, outcome)
            for violation in (*teams(problem, rows), *periods(problem, rows)):
                yield wrong(f"有的签票不合规：{violation.message}", violation.rule)
            sums.update(dict.fromkeys(rows, weight))
    inside = set(named)
    if sums != {row[:3]: row[3] for row in table.rows if row[0] in inside}:
        yield wrong("概率表与签票的权重之和不同。", "ticket_sum")
    for who in _out_of_load(table, inside):
        yield wrong(f"有的签票使 {who} 的任务量超出所载范围。", "ticket_load")


def _rows_of(ticket: Tickets, outcome: tuple[str, ...]) -> tuple[Row, ...]:
    return tuple((*seat, who) for seat, who in zip(ticket.seats, outcome, strict=True))


def _ticket(problem: Problem, ticket: Tickets) -> Iterator[str]:
    """What is wrong with the shape of one ticket: seats, weights, who sits where."""
    tasks = set(ticket.tasks)
    seats = [(task.id, seat) for task in problem.tasks if task.id in tasks for seat in task.seats]
    if ticket.seats != tuple((task, seat.id) for task, seat in seats for _ in range(seat.demand)):
        yield "签票的席位与匹配问题不同。"
    weights = ticket.weights
    if min(weights, default=0) < 1 or sum(weights) != 1 << problem.bits:
        yield f"签票的权重应为正整数，其和应为 2^{problem.bits}。"
    if len(ticket.outcomes) != len(weights) or any(len(x) != len(ticket.seats) for x in ticket.outcomes):
        yield "签票的人数或张数与席位、权重不符。"
        return
    eligible = {(task, seat.id): frozenset(seat.eligible) for task, seat in seats}
    for outcome in ticket.outcomes:
        rows = _rows_of(ticket, outcome)
        if list(rows) != sorted(set(rows)):
            yield "签票中同一席位的人重复或次序不对。"
        for task, seat, who in rows:
            if who not in eligible.get((task, seat), ()):
                yield f"签票中 {who} 不符合检查任务 {task} 的{seat_name(seat)}的条件。"


def _out_of_load(table: Table, inside: set[str]) -> Iterator[str]:
    """Whom some ticket, with the rest rounded either way, takes beyond the floor or ceiling of his load."""
    least, most, others = Counter[str](), Counter[str](), Counter[str]()
    for ticket in table.tickets:
        counts = [Counter(outcome) for outcome in ticket.outcomes]
        for who in set().union(*counts):
            least[who] += min(count[who] for count in counts)
            most[who] += max(count[who] for count in counts)
    for task, _, who, n in table.rows if most else ():
        if task not in inside:
            others[who] += n
    for who in sorted(most):
        load, rest = table.loads[who], Fraction(others[who], 1 << table.bits)
        low, high = least[who] + math.floor(rest), most[who] + math.ceil(rest)
        if low < math.floor(load) or high > math.ceil(load):
            yield who
