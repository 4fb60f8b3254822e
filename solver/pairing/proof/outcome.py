"""检查组是否合规: the rules an assignment has to keep, counted from the problem and the table alone."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from solver.pairing.lottery import Assignment
from solver.pairing.problem import Problem
from solver.pairing.proof.report import Violation
from solver.pairing.table import Row, Table
from solver.pairing.words.wording import seat_name


def lawful(problem: Problem, table: Table, assignment: Assignment) -> Iterator[Violation]:
    """Every violation of an assignment (step ``assignment``), its digest and its seed apart."""
    rows = assignment.rows
    yield from order(rows)
    yield from _seats(problem, rows)
    yield from teams(problem, rows)
    yield from _caps(problem, rows)
    yield from _loads(table, assignment)
    yield from _within_table(table, rows)
    for task, how in sorted(assignment.rung.items()):
        if table.rung.get(task) != how:
            yield Violation("rung", f"检查任务 {task} 载明的回避方式 {how} 与概率表不同。", task)


def order(rows: tuple[Row, ...]) -> Iterator[Violation]:
    for before, after in pairwise(rows):
        if before >= after:
            task, seat, who = after
            said = f"匹配结果中检查任务 {task} {seat_name(seat)} {who} 一行重复或次序不对。"
            yield Violation("order", said, task, who)


def _seats(problem: Problem, rows: tuple[Row, ...]) -> Iterator[Violation]:
    seats = {(task.id, seat.id): seat for task in problem.tasks for seat in task.seats}
    filled = Counter((task, seat) for task, seat, _ in rows)
    for (task, name), seat in seats.items():
        if filled[task, name] != seat.demand:
            said = f"检查任务 {task} 的{seat_name(name)}应有 {seat.demand} 人，实有 {filled[task, name]} 人。"
            yield Violation("seat_demand", said, task)
    eligible = {key: frozenset(seats[key].eligible) for key in filled if key in seats}
    for task, name, person in rows:
        if (task, name) not in seats:
            yield Violation("unknown_seat", f"检查任务 {task} 没有{seat_name(name)}。", task, person)
        elif person not in eligible[task, name]:
            said = f"{person} 不符合检查任务 {task} 的{seat_name(name)}的条件。"
            yield Violation("not_eligible", said, task, person)


def teams(problem: Problem, rows: tuple[Row, ...]) -> Iterator[Violation]:
    """Nobody twice in a team, no recused colleagues together."""
    members = defaultdict(list)
    for task, _, person in rows:
        members[task].append(person)
    recused = frozenset(problem.colleague_recusals)
    for task, team in sorted(members.items()):
        for person, times in sorted(Counter(team).items()):
            if times > 1:
                said = f"{person} 在检查任务 {task} 中出现 {times} 次。"
                yield Violation("twice_in_team", said, task, person)
        for first, second in combinations(sorted(set(team)), 2):
            if (first, second) in recused:
                said = f"{first} 与 {second} 应当回避，却同在检查任务 {task} 的检查组。"
                yield Violation("colleague_recusal", said, task, first)


def _caps(problem: Problem, rows: tuple[Row, ...]) -> Iterator[Violation]:
    total = Counter(person for _, _, person in rows)
    for one in problem.inspectors:
        load = total[one.id]
        if load < one.min_load:
            said = f"{one.id} 共 {load} 次，低于最低任务量 {one.min_load} 次。"
            yield Violation("min_load", said, inspector=one.id)
        if one.max_load is not None and load > one.max_load:
            said = f"{one.id} 共 {load} 次，超过最高任务量 {one.max_load} 次。"
            yield Violation("max_load", said, inspector=one.id)
    yield from periods(problem, rows)


def periods(problem: Problem, rows: tuple[Row, ...]) -> Iterator[Violation]:
    """Nobody has more visits in a period than ``period_cap``."""
    period = {task.id: task.period for task in problem.tasks}
    busy = Counter((person, period.get(task, "")) for task, _, person in rows)
    caps = {one.id: one.period_cap for one in problem.inspectors}
    for (person, when), visits in sorted(busy.items()):
        cap = caps.get(person)
        if cap is not None and visits > cap:
            said = f"{person} 在{when or '本期'}有 {visits} 次，超过每期上限 {cap} 次。"
            yield Violation("period_cap", said, inspector=person)


def _loads(table: Table, assignment: Assignment) -> Iterator[Violation]:
    """What is stated is what was drawn, and lies between the floor and the ceiling of the table's load."""
    counted = Counter(person for _, _, person in assignment.rows)
    for person in sorted(set(assignment.loads) | set(counted)):
        stated = assignment.loads.get(person, 0)
        if stated != counted[person]:
            said = f"{person} 载明 {stated} 次，实为 {counted[person]} 次。"
            yield Violation("stated_load", said, inspector=person)
    for person, load in table.loads.items():
        low, high = math.floor(load), math.ceil(load)
        if not low <= counted[person] <= high:
            said = f"{person} 共 {counted[person]} 次，不在概率表载明的 {low} 至 {high} 次之内。"
            yield Violation("uneven", said, inspector=person)


def _within_table(table: Table, rows: tuple[Row, ...]) -> Iterator[Violation]:
    """Only what the table gives a chance can happen; what it makes certain has to."""
    one = 1 << table.bits
    drawn = set(rows)
    for task, seat, person, n in table.rows:
        if (task, seat, person) in drawn:
            drawn.discard((task, seat, person))
        elif n == one and table.rung.get(task) != "L3":
            said = f"{person} 在检查任务 {task} 的{seat_name(seat)}概率为 1，却未列入。"
            yield Violation("certain_missing", said, task, person)
    for task, seat, person in sorted(drawn):
        said = f"{person} 在检查任务 {task} 的{seat_name(seat)}概率为 0，却被列入。"
        yield Violation("not_in_table", said, task, person)
