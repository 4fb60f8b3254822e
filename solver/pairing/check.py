"""核验: does a published assignment keep every rule? Written apart from the network and its solver.

`check` reads only the problem, as the planner wrote it, and counts. With the seed it also draws again and
compares; that last step alone uses the lottery.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from solver.pairing.lottery import Assignment, draw
from solver.pairing.marginals import Table
from solver.pairing.problem import Problem
from solver.pairing.wording import seat_name

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Violation:
    """违反: ``rule`` is stable (seat_demand, not_eligible, twice_in_team, …), ``message`` for the reader."""

    rule: str
    message: str
    task: str | None = None
    inspector: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """核验结论: everything that is wrong, not just the first thing."""

    violations: tuple[Violation, ...]
    tasks: int
    rows: int
    replayed: bool

    @property
    def ok(self) -> bool:
        return not self.violations

    def __str__(self) -> str:
        scope = f"检查任务 {self.tasks} 项、{self.rows} 人次{'，并已按种子重算' if self.replayed else ''}"
        if self.ok:
            return f"核验通过：{scope}，未发现违反规则之处。"
        lines = "\n".join(f"- {violation.message}" for violation in self.violations)
        return f"核验未通过：{scope}，发现 {len(self.violations)} 处问题：\n{lines}"


def check(problem: Problem, table: Table, assignment: Assignment, seed: bytes | None) -> Report:
    """List every violation. ``seed=None`` checks the rules without drawing again (a sealed seed)."""
    violations = [
        *_seats(problem, assignment.rows),
        *_teams(problem, assignment.rows),
        *_caps(problem, assignment.rows),
        *_loads(problem, table, assignment),
        *_digests(problem, table, assignment),
    ]
    if seed is not None:
        violations += _replay(table, assignment, seed)
    return Report(tuple(violations), len(problem.tasks), len(assignment.rows), seed is not None)


def _seats(problem: Problem, rows: tuple[Row, ...]) -> Iterator[Violation]:
    seats = {(task.id, seat.id): seat for task in problem.tasks for seat in task.seats}
    filled = Counter((task, seat) for task, seat, _ in rows)
    for (task, name), seat in seats.items():
        if filled[task, name] != seat.demand:
            said = f"检查任务 {task} 的{seat_name(name)}应有 {seat.demand} 人，实有 {filled[task, name]} 人。"
            yield Violation("seat_demand", said, task)
    for task, name, person in rows:
        known = seats.get((task, name))
        if known is None:
            yield Violation("unknown_seat", f"检查任务 {task} 没有{seat_name(name)}。", task, person)
        elif person not in known.eligible:
            said = f"{person} 不符合检查任务 {task} 的{seat_name(name)}的条件。"
            yield Violation("not_eligible", said, task, person)


def _teams(problem: Problem, rows: tuple[Row, ...]) -> Iterator[Violation]:
    teams = defaultdict(list)
    for task, _, person in rows:
        teams[task].append(person)
    recused = {frozenset(pair) for pair in problem.colleague_recusals}
    for task, team in sorted(teams.items()):
        for person, times in sorted(Counter(team).items()):
            if times > 1:
                said = f"{person} 在检查任务 {task} 中出现 {times} 次。"
                yield Violation("twice_in_team", said, task, person)
        for first, second in combinations(sorted(set(team)), 2):
            if frozenset((first, second)) in recused:
                said = f"{first} 与 {second} 应当回避，却同在检查任务 {task} 的检查组。"
                yield Violation("colleague_recusal", said, task, first)


def _caps(problem: Problem, rows: tuple[Row, ...]) -> Iterator[Violation]:
    period = {task.id: task.period for task in problem.tasks}
    busy = Counter((person, period.get(task, "")) for task, _, person in rows)
    total = Counter(person for _, _, person in rows)
    for one in problem.inspectors:
        load = total[one.id]
        if load < one.min_load:
            said = f"{one.id} 共 {load} 次，低于最低任务量 {one.min_load} 次。"
            yield Violation("min_load", said, inspector=one.id)
        if one.max_load is not None and load > one.max_load:
            said = f"{one.id} 共 {load} 次，超过最高任务量 {one.max_load} 次。"
            yield Violation("max_load", said, inspector=one.id)
    caps = {one.id: one.period_cap for one in problem.inspectors}
    for (person, when), visits in sorted(busy.items()):
        cap = caps.get(person)
        if cap is not None and visits > cap:
            said = f"{person} 在{when or '本期'}有 {visits} 次，超过每期上限 {cap} 次。"
            yield Violation("period_cap", said, inspector=person)


def _loads(problem: Problem, table: Table, assignment: Assignment) -> Iterator[Violation]:
    counted = Counter(person for _, _, person in assignment.rows)
    for person in sorted(set(assignment.loads) | set(counted)):
        stated = assignment.loads.get(person, 0)
        if stated != counted[person]:
            said = f"{person} 载明 {stated} 次，实为 {counted[person]} 次。"
            yield Violation("stated_load", said, inspector=person)
    if "L2-repair" in assignment.rung.values():
        return  # loads are the most equal ones under the people barred, not those of the table
    for person, low, high in table.load_range:
        if not low <= counted[person] <= high:
            said = f"{person} 共 {counted[person]} 次，不在最均衡的 {low} 至 {high} 次之内。"
            yield Violation("uneven", said, inspector=person)
    evenness = sum((one.past_load + counted[one.id]) ** 2 for one in problem.inspectors)
    if evenness != table.evenness:
        said = f"任务量平方和为 {evenness}，最均衡时应为 {table.evenness}。"
        yield Violation("uneven", said)


def _digests(problem: Problem, table: Table, assignment: Assignment) -> Iterator[Violation]:
    if table.problem.problem_sha256 != problem.problem_sha256:
        yield Violation("other_problem", "匹配表不是由这个匹配问题得出的：两者摘要不同。")
    lines = "".join("\t".join(row) + "\n" for row in sorted(assignment.rows))
    if hashlib.sha256(lines.encode()).hexdigest() != assignment.assignment_sha256:
        yield Violation("digest", "匹配结果与其摘要不符，结果已被改动。")


def _replay(table: Table, assignment: Assignment, seed: bytes) -> Iterator[Violation]:
    again = draw(table, seed)
    if again.assignment_sha256 != assignment.assignment_sha256:
        yield Violation("replay", "按种子重算得到的匹配结果与此不同。")
    elif again.rung != assignment.rung or again.rejected != assignment.rejected:
        yield Violation("replay", "按种子重算得到的方式或作废记录与此不同。")
