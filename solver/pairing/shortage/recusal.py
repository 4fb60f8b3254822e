"""同事回避: teams that cannot be formed because of who must not meet, whatever else happens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from solver.pairing.problem import Problem, Task
from solver.pairing.words.gap import Shortage

TEAM_STEPS = 20_000


def tasks_without_team(problem: Problem) -> Iterator[Shortage]:
    """Tasks that recusals alone make impossible, whatever happens elsewhere."""
    apart: dict[str, set[str]] = defaultdict(set)
    for first, second in problem.colleague_recusals:
        apart[first].add(second)
        apart[second].add(first)
    if not apart:
        return
    for task in problem.tasks:
        people = {person for seat in task.seats for person in seat.eligible}
        recused = {person for person in people if not apart[person].isdisjoint(people)}
        if recused and not _team_exists(task, apart):
            seats = tuple((task.id, seat.id) for seat in task.seats)
            needed = sum(seat.demand for seat in task.seats)
            yield Shortage("recusal", seats, tuple(sorted(recused)), needed, 1)


def _team_exists(task: Task, apart: dict[str, set[str]]) -> bool:
    """Whether some team fills all seats (true also when ``TEAM_STEPS`` did not suffice to tell)."""
    chairs = [seat.eligible for seat in task.seats for _ in range(seat.demand)]
    chairs.sort(key=len)
    steps = 0

    def fill(chair: int, barred: frozenset[str]) -> bool:
        nonlocal steps
        if chair == len(chairs):
            return True
        for person in sorted(chairs[chair], key=lambda one: len(apart[one])):
            steps += 1
            if steps > TEAM_STEPS:
                return True
            if person not in barred and fill(chair + 1, barred | {person} | apart[person]):
                return True
        return False

    return fill(0, frozenset())
