"""Sound tables made by hand: mixtures of lawful outcomes, and even ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from random import Random

from solver.pairing.lottery import Assignment
from solver.pairing.lottery.parts import rungs
from solver.pairing.problem import Inspector, Problem, Seat, Task
from solver.pairing.table import Rows, Table, Tickets

Row = tuple[str, str, str]


def table_of(
    problem: Problem, chances: dict[Row, int], tickets: Sequence[Tickets] = (), cap: Fraction = Fraction(1)
) -> Table:
    """The table with these chances (out of ``2^bits``)."""
    one = 1 << problem.bits
    rows = Rows.of(problem, [(*row, n) for row, n in chances.items() if n])
    expected = Counter[str]()
    for _, _, person, n in rows:
        expected[person] += n
    loads = {person.id: Fraction(expected[person.id], one) for person in problem.inspectors}
    return Table(problem, rows, cap, cap, loads, rungs(problem, rows, tickets), tickets=tuple(tickets))


def even(tasks: int, people: int, bits: int = 20) -> Table:
    """Every pair of ``people`` alike as likely as the other for each of ``tasks`` visits."""
    names = tuple(f"i{at}" for at in range(1, people + 1))
    seats = (Seat("member", names, 2),)
    problem = Problem(
        tuple(Inspector(name) for name in names),
        tuple(Task(f"t{at}", seats) for at in range(1, tasks + 1)),
        bits=bits,
    )
    share, rest = divmod(2 << bits, people)
    chances = {
        (task.id, "member", name): share + ((at - shift * rest) % people < rest)
        for shift, task in enumerate(problem.tasks)
        for at, name in enumerate(names)
    }
    return table_of(problem, chances)


def mixture(problem: Problem, seed: int, outcomes: int = 40) -> Table:
    """Random lawful outcomes, each with a random weight: a table that some lottery can surely meet."""
    chance = Random(seed)
    one = 1 << problem.bits
    cuts = sorted(chance.randint(0, one) for _ in range(outcomes - 1))
    chances = Counter[Row]()
    for begin, end in zip([0, *cuts], [*cuts, one], strict=True):
        for row in lawful_outcome(problem, chance):
            chances[row] += end - begin
    return table_of(problem, chances)


def lawful_outcome(problem: Problem, chance: Random) -> list[Row]:
    """One outcome that keeps every rule, found by trying."""
    while True:
        rows: list[Row] = []
        for task in problem.tasks:
            team: set[str] = set()
            for seat in task.seats:
                free = sorted(set(seat.eligible) - team)
                chosen = chance.sample(free, seat.demand) if len(free) >= seat.demand else []
                team |= set(chosen)
                rows += [(task.id, seat.id, person) for person in chosen]
        if not violations(problem, rows):
            return rows


def violations(problem: Problem, rows: Sequence[Row]) -> list[str]:
    """Every rule that these rows break, by plain counting."""
    wrong = []
    period = {task.id: task.period for task in problem.tasks}
    for task in problem.tasks:
        for seat in task.seats:
            sitting = [person for at, name, person in rows if (at, name) == (task.id, seat.id)]
            if len(sitting) != seat.demand or not set(sitting) <= set(seat.eligible):
                wrong.append(f"{task.id} {seat.id}: {sitting}")
        team = sorted(person for at, _, person in rows if at == task.id)
        if len(set(team)) < len(team):
            wrong.append(f"{task.id}: twice {team}")
        wrong += [
            f"{task.id}: {pair}" for pair in combinations(team, 2) if pair in problem.colleague_recusals
        ]
    busy = Counter((person, period[task]) for task, _, person in rows)
    load = Counter(person for _, _, person in rows)
    for one in problem.inspectors:
        if load[one.id] < one.min_load or (one.max_load is not None and load[one.id] > one.max_load):
            wrong.append(f"{one.id}: {load[one.id]} visits")
        for (person, when), visits in busy.items():
            if person == one.id and one.period_cap is not None and visits > one.period_cap:
                wrong.append(f"{person}: {visits} visits in {when}")
    return wrong


def off_balance(table: Table, drawn: Assignment) -> list[str]:
    """Loads, and visits in a period, that are neither floor nor ceiling of what is expected."""
    one = 1 << table.bits
    period = {task.id: task.period for task in table.problem.tasks}
    capped = {person.id for person in table.problem.inspectors if person.period_cap is not None}
    expected, found = Counter[object](), Counter[object]()
    for task, _, person, n in table.rows:
        expected[person] += n
        expected[person, period[task]] += n if person in capped else 0
    for task, _, person in drawn.rows:
        found[person] += 1
        found[person, period[task]] += person in capped
    return [str(what) for what, n in expected.items() if not n - one < found[what] * one < n + one]


def people(count: int, **limits: int) -> tuple[Inspector, ...]:
    return tuple(Inspector(f"p{at:02}", **limits) for at in range(count))


def lead_and_member(tasks: int, count: int, seed: int, bits: int = 20, **limits: int) -> Problem:
    """A lead out of a third of the people, a member out of all of some eight: some may take either seat."""
    chance = Random(seed)
    crew = people(count, **limits)
    names = [one.id for one in crew]
    return Problem(
        crew,
        tuple(
            Task(
                f"t{at:02}",
                (
                    Seat("lead", tuple(chance.sample(names[: count // 3], 3))),
                    Seat("member", tuple(chance.sample(names, 8)), 2),
                ),
                f"W{at % 3}",
            )
            for at in range(tasks)
        ),
        bits=bits,
    )
