"""Sound tables of every kind, made without a solver: rows first, what is said about them afterwards.

Rows that fill each seat are drawn at random; loads, period caps, bounds and rungs are then read off them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from random import Random

from solver.pairing.problem import Affinity, Inspector, Problem, Seat, Task
from solver.pairing.table import Rows, Table, Tickets

Row4 = tuple[str, str, str, int]
LETTERS = ("甲", "乙", "é", "𠮷", "Z", "a", "_", "丁-7", "ß", "Ω")


def random_table(number: int) -> Table:
    """One sound table: small, of several parts, with doors, pairs, groups, settled rows, all but tickets."""
    dice = Random(number)
    one = 1 << (bits := dice.choice((4, 6, 10, 20, 20, 33, 40)))
    people = [f"{dice.choice(LETTERS)}{k}" for k in range(dice.randint(5, 12))]
    seats: list[tuple[str, Seat]] = []
    rows: list[Row4] = []
    for k in range(dice.randint(1, 9)):
        task = f"{dice.choice(LETTERS)}任务{k}"
        busy: Counter[str] = Counter()
        for name in dice.sample(("lead", "member", "qualification:电梯", "z"), dice.randint(1, 3)):
            filled = _fill(dice, one, people, busy)
            seats.append((task, Seat(name, tuple(filled), sum(filled.values()) // one)))
            rows += [(task, name, who, n) for who, n in filled.items() if n]
    periods = {task: dice.choice(("", "周一", "周二")) for task, _ in seats}
    pairs = tuple(dice.sample(list(combinations(people, 2)), dice.choice((0, 0, 1, 2, 4))))
    problem = _problem(dice, people, seats, periods, pairs, rows, bits)
    return sound_table(problem, rows)


def _fill(dice: Random, one: int, people: list[str], busy: Counter[str]) -> dict[str, int]:
    """Chances that add up to a demand of 0, 1 or 2, nobody above what he has left in this task."""
    free = [who for who in people if busy[who] < one]
    some = dice.sample(free, dice.randint(1, len(free)))
    left = min(dice.choice((0, 1, 1, 1, 1, 2)), sum(one - busy[who] for who in some) // one) * one
    found = dict.fromkeys(some, 0)
    for at, who in enumerate(some):
        rest = sum(one - busy[other] for other in some[at + 1 :])
        least, most = max(0, left - rest), min(left, one - busy[who])
        fair = left // (len(some) - at)
        n = max(least, min(most, fair + dice.randint(-fair, fair) // 2))
        found[who] = n
        busy[who] += n
        left -= n
    return found


def _problem(
    dice: Random,
    people: list[str],
    seats: list[tuple[str, Seat]],
    periods: dict[str, str],
    pairs: tuple[tuple[str, str], ...],
    rows: list[Row4],
    bits: int,
) -> Problem:
    load, busy = Counter[str](), Counter[tuple[str, str]]()
    for task, _, who, n in rows:
        load[who] += n
        busy[who, periods[task]] += n
    inspectors = []
    for who in people:
        floor, ceiling = load[who] >> bits, -(-load[who] >> bits)
        most = max(-(-n >> bits) for key, n in (busy | {(who, ""): busy[who, ""]}).items() if key[0] == who)
        inspectors.append(
            Inspector(
                who,
                past_load=dice.randint(0, 3),
                min_load=dice.choice((0, floor)),
                max_load=dice.choice((None, ceiling, ceiling + 1)),
                period_cap=dice.choice((None, None, most)),
            )
        )
    tasks = {
        task: Task(task, tuple(seat for at, seat in seats if at == task), periods[task]) for task, _ in seats
    }
    affinity = Affinity(0.25, ((next(iter(tasks)), people[0], 1e-7), (next(iter(tasks)), people[1], 2.5)))
    return Problem(tuple(inspectors), tuple(tasks.values()), pairs, dice.choice((None, affinity)), None, bits)


def sound_table(problem: Problem, rows: list[Row4], tickets: tuple[Tickets, ...] = ()) -> Table:
    """The table of these rows: loads, cap, entropy and rungs are what the rows say."""
    one = 1 << problem.bits
    load, pair = Counter[str](), Counter[tuple[str, str]]()
    for task, _, who, n in rows:
        load[who] += n
        pair[task, who] += n
    by_ticket = {task for one_of in tickets for task in one_of.tasks}
    highest = max((n for (task, _), n in pair.items() if n < one and task not in by_ticket), default=one)
    rung, firsts = rungs(problem, rows, by_ticket)
    return Table(
        problem,
        Rows.of(problem, rows),
        cap=Fraction(highest, one),
        lowest_cap=Fraction(highest, 2 * one),
        loads={who.id: Fraction(load[who.id], one) for who in problem.inspectors},
        rung=rung,
        forced=tuple(sorted((task, seat, who) for task, seat, who, n in rows if n == one)),
        entropy=math.fsum(-n / one * math.log(n / one) for n in pair.values()),
        gap=0.0005,
        acceptance=dict.fromkeys(firsts, Fraction(1, 2)),
        tickets=tickets,
    )


def rungs(problem: Problem, rows: list[Row4], by_ticket: set[str]) -> tuple[dict[str, str], list[str]]:
    """Section 6 of pair/1, word for word; and the first tasks of the parts with L2."""
    one = 1 << problem.bits
    found = {task.id: "L0" for task in problem.tasks}
    for task in problem.tasks:
        here = [row for row in rows if row[0] == task.id]
        seats = defaultdict(set)
        for _, seat, who, _ in here:
            seats[who].add(seat)
        met = [pair for pair in problem.colleague_recusals if pair[0] in seats and pair[1] in seats]
        if met:
            found[task.id] = "L1" if all(_confined(pair, met, here, one) for pair in met) else "L2"
    first_tasks = []
    for part in parts(problem, rows, by_ticket):
        if any(found[task] == "L2" for task in part):
            found |= dict.fromkeys(part, "L2")
            first_tasks.append(min(part))
    return found | dict.fromkeys(by_ticket, "L3"), sorted(first_tasks)


def _confined(pair: tuple[str, str], met: list[tuple[str, str]], here: list[Row4], one: int) -> bool:
    group = set(pair)
    for _ in met:
        group |= {who for other in met for who in other if group & set(other)}
    seats = {seat for _, seat, who, _ in here if who in pair}
    rows = [n for _, seat, who, n in here if seat in seats and who in group]
    return len(seats) == 1 and sum(n < one for n in rows) > 1 and sum(rows) <= one


def parts(problem: Problem, rows: list[Row4], by_ticket: set[str]) -> list[set[str]]:
    """Tasks whose open rows are tied by inspectors."""
    found: list[tuple[set[str], set[str]]] = []
    for task in problem.tasks:
        who = {row[2] for row in rows if row[0] == task.id and row[3] < 1 << problem.bits}
        if who and task.id not in by_ticket:
            tied = [part for part in found if part[1] & who]
            found = [part for part in found if part not in tied]
            found.append(
                ({task.id}.union(*(part[0] for part in tied)), who.union(*(part[1] for part in tied)))
            )
    return [tasks for tasks, _ in found]


def with_tickets(table: Table, outcomes: list[tuple[tuple[str, ...], int]], tasks: tuple[str, ...]) -> Table:
    """The table with some tasks decided by tickets (outcome, weight) instead."""
    problem = table.problem
    at = [task for task in problem.tasks if task.id in tasks]
    seats = tuple((task.id, seat.id) for task in at for seat in task.seats for _ in range(seat.demand))
    ticket = Tickets(tasks, seats, tuple(w for _, w in outcomes), tuple(o for o, _ in outcomes))
    sums = Counter[tuple[str, str, str]]()
    for outcome, weight in outcomes:
        for seat, who in zip(seats, outcome, strict=True):
            sums[(*seat, who)] += weight
    rows = [row for row in table.rows if row[0] not in tasks]
    rows += [(*key, n) for key, n in sums.items()]
    return sound_table(replace(problem), rows, (*table.tickets, ticket))
