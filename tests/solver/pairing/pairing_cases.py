"""Small problems, and every lawful outcome of them by plain enumeration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from solver.pairing import Inspector, Problem, Seat, Task

Row = tuple[str, str, str]
Rows = tuple[Row, ...]


def seed(number: int) -> bytes:
    return number.to_bytes(32, "big")


def pairs_problem(tasks: int, people: int) -> Problem:
    """``tasks`` visits, each by two of ``people`` alike inspectors."""
    names = tuple(f"i{number}" for number in range(1, people + 1))
    return Problem(
        inspectors=tuple(Inspector(name) for name in names),
        tasks=tuple(Task(f"t{number}", (Seat("member", names, 2),)) for number in range(1, tasks + 1)),
    )


def outcomes(problem: Problem) -> list[Rows]:
    """Every assignment that keeps every rule, loads of any evenness."""
    found: list[Rows] = []
    people = {one.id: one for one in problem.inspectors}
    recused = {frozenset(pair) for pair in problem.colleague_recusals}

    def visit(at: int, rows: Rows, load: Counter[str], busy: Counter[tuple[str, str]]) -> None:
        if at == len(problem.tasks):
            if all(load[one.id] >= one.min_load for one in problem.inspectors):
                found.append(rows)
            return
        task = problem.tasks[at]
        for team in teams(task):
            members = [person for _, _, person in team]
            if any(frozenset(pair) in recused for pair in combinations(members, 2)):
                continue
            more, busier = load + Counter(members), busy.copy()
            busier.update((person, task.period) for person in members)
            if all(_within(people[person], more, busier, task.period) for person in members):
                visit(at + 1, rows + team, more, busier)

    visit(0, (), Counter(), Counter())
    return found


def _within(one: Inspector, load: Counter[str], busy: Counter[tuple[str, str]], period: str) -> bool:
    if one.max_load is not None and load[one.id] > one.max_load:
        return False
    return one.period_cap is None or busy[one.id, period] <= one.period_cap


def teams(task: Task) -> Iterator[Rows]:
    """Every way to fill one task's seats with different people."""

    def fill(seats: Sequence[Seat], taken: frozenset[str]) -> Iterator[Rows]:
        if not seats:
            yield ()
            return
        free = [person for person in seats[0].eligible if person not in taken]
        for chosen in combinations(free, seats[0].demand):
            for rest in fill(seats[1:], taken | set(chosen)):
                yield tuple((task.id, seats[0].id, person) for person in chosen) + rest

    return fill(task.seats, frozenset())


def loads_of(problem: Problem, rows: Rows) -> dict[str, int]:
    counted = Counter(person for _, _, person in rows)
    return {one.id: counted[one.id] for one in problem.inspectors}


def unevenness(problem: Problem, rows: Rows) -> int:
    load = loads_of(problem, rows)
    return sum((one.past_load + load[one.id]) ** 2 for one in problem.inspectors)


def most_equal(problem: Problem, found: list[Rows]) -> list[Rows]:
    """Those outcomes whose loads are the most equal ones."""
    least = min(unevenness(problem, rows) for rows in found)
    return [rows for rows in found if unevenness(problem, rows) == least]
