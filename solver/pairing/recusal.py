"""同事回避: two people never in one team, a rule outside the flow network.

A lottery first draws again (rung L2). Where that would take too long, it bars one of each offending two from
the task they met on, by a coin, and draws once more (rung L2-repair). Every lawful outcome leaves one of the
two out, so trying both ways, one meeting at a time, is a complete search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from solver.pairing.errors import PairingInfeasible, PairingUnresolved
from solver.pairing.problem import Problem, Task
from solver.pairing.shortage import Shortage

SEARCH_LIMIT = 200
TEAM_STEPS = 20_000

Row = tuple[str, str, str]
Pair = tuple[str, str]
Barred = frozenset[tuple[str, str]]
Meeting = tuple[str, str, str]
"""(task, inspector, inspector) of two recused people in one team."""


def meetings(rows: Iterable[Row], recused: frozenset[Pair]) -> list[Meeting]:
    """The recused pairs that sit in one team, in canonical order."""
    if not recused:
        return []
    teams = defaultdict(list)
    for task, _, inspector in rows:
        teams[task].append(inspector)
    return [
        (task, *pair)
        for task in sorted(teams)
        for pair in combinations(sorted(teams[task]), 2)
        if pair in recused
    ]


def repair(
    cast: Callable[[Barred], tuple[Row, ...] | None],
    recused: frozenset[Pair],
    coin: Callable[[Meeting], bool],
) -> tuple[Row, ...]:
    """Rows without a meeting. ``cast`` draws with some (task, inspector) barred; ``None``: nothing is lawful.

    Raises `PairingInfeasible` once both ways out of every meeting have failed, `PairingUnresolved` after
    ``SEARCH_LIMIT`` draws.
    """

    def ways(meeting: Meeting) -> tuple[tuple[str, str], tuple[str, str]]:
        task, first, second = meeting
        one, other = (task, first), (task, second)
        return (one, other) if coin(meeting) else (other, one)

    barred: Barred = frozenset()
    draws = 0
    while draws < SEARCH_LIMIT // 2:  # all meetings at once: a round or two, unless people are scarce
        rows = cast(barred)
        draws += 1
        if rows is None:
            break
        met = meetings(rows, recused)
        if not met:
            return rows
        barred |= {ways(meeting)[0] for meeting in met}
    waiting: list[Barred] = [frozenset()]
    touched: dict[Meeting, tuple[Row, ...]] = {}
    while waiting:
        if draws >= SEARCH_LIMIT:
            raise _unresolved(touched)
        barred = waiting.pop()
        rows = cast(barred)
        draws += 1
        if rows is None:
            continue
        met = meetings(rows, recused)
        if not met:
            return rows
        touched[met[0]] = tuple(row for row in rows if row[0] == met[0][0])
        preferred, other = ways(met[0])
        waiting += [barred | {other}, barred | {preferred}]
    raise PairingInfeasible((_shortage(touched),))


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


def _shortage(touched: dict[Meeting, tuple[Row, ...]]) -> Shortage:
    seats = sorted({(task, seat) for rows in touched.values() for task, seat, _ in rows})
    people = sorted({person for _, *pair in touched for person in pair})
    needed = sum(len(rows) for rows in {rows[0][0]: rows for rows in touched.values()}.values())
    return Shortage("recusal", tuple(seats), tuple(people), needed, 1)


def _unresolved(touched: dict[Meeting, tuple[Row, ...]]) -> PairingUnresolved:
    return PairingUnresolved(
        "同事回避关系过密，在规定的尝试次数内没有找到可行的检查组。请增派人员，或核对回避关系。",
        pairs=[list(pair) for pair in sorted({(first, second) for _, first, second in touched})],
        tasks=sorted({task for task, _, _ in touched}),
    )
