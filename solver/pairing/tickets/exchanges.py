"""交换: two people change places between two tasks; whatever was kept before is kept after.

Nobody's number of visits moves, so every bound on loads holds on; eligibility, teams, recusals and period
caps are looked at for each exchange.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from solver.pairing.tickets.part import Outcome, TicketPart

ROUNDS = 3
"""Exchanges tried per meeting before mending is given up."""


class Places:
    """Who sits where, and which exchanges are lawful. Made once; `take` puts another outcome in."""

    def __init__(self, part: TicketPart) -> None:
        self._caps = part.in_period
        self._usable = frozenset(part.usable)
        self._apart: dict[str, set[str]] = defaultdict(set)
        for first, second in part.problem.colleague_recusals:
            self._apart[first].add(second)
            self._apart[second].add(first)
        self._when = {task.id: task.period for task in part.problem.tasks}
        self.take(())

    def take(self, outcome: Outcome) -> None:
        self.rows = list(outcome)
        self._team: dict[str, set[str]] = defaultdict(set)
        self._busy: Counter[tuple[str, str]] = Counter()
        for task, _, who in outcome:
            self._team[task].add(who)
            self._busy[who, self._when[task]] += 1

    def outcome(self) -> Outcome:
        return tuple(sorted(self.rows))

    def meetings(self) -> Iterator[tuple[int, int]]:
        """Places of rows whose two people must not meet, task by task."""
        at = defaultdict(list)
        for place, (task, _, who) in enumerate(self.rows):
            if not self._apart[who].isdisjoint(self._team[task]):
                at[task].append(place)
        for task in sorted(at):
            for a, b in combinations(at[task], 2):
                if self.rows[b][2] in self._apart[self.rows[a][2]]:
                    yield a, b

    def exchange(self, a: int, b: int) -> bool:
        """Let the people of rows ``a`` and ``b`` change places, if that is lawful."""
        (task, seat, who), (other, chair, mate) = self.rows[a], self.rows[b]
        if task == other or who == mate:
            return False
        if (task, seat, mate) not in self._usable or (other, chair, who) not in self._usable:
            return False
        if not (self._fits(task, mate, who) and self._fits(other, who, mate)):
            return False
        before, after = self._when[task], self._when[other]
        if before != after:
            if not (self._room(who, after) and self._room(mate, before)):
                return False
            self._busy.subtract([(who, before), (mate, after)])
            self._busy.update([(who, after), (mate, before)])
        self.rows[a], self.rows[b] = (task, seat, mate), (other, chair, who)
        self._team[task] = self._team[task] - {who} | {mate}
        self._team[other] = self._team[other] - {mate} | {who}
        return True

    def _fits(self, task: str, new: str, old: str) -> bool:
        rest = self._team[task] - {old}
        return new not in rest and self._apart[new].isdisjoint(rest)

    def _room(self, who: str, period: str) -> bool:
        cap = self._caps.get((who, period))
        return cap is None or self._busy[who, period] < cap


def mended(places: Places, outcome: Outcome, lots: Sequence[int]) -> Outcome | None:
    """The outcome after one exchange or so for each meeting; ``None`` where that does not part everybody.

    ``lots``: which of the two gives way, and from where on somebody to change with is looked for.
    """
    places.take(outcome)
    turn = iter(lots)
    for _ in range(ROUNDS * (1 + sum(1 for _ in places.meetings()))):
        met = next(places.meetings(), None)
        if met is None:
            return places.outcome()
        first, start = next(turn, 0), next(turn, 0)
        pair = met if first % 2 else met[::-1]
        count = len(places.rows)
        if not any(places.exchange(a, (start + step) % count) for a in pair for step in range(count)):
            return None
    return None


def shuffled(places: Places, outcome: Outcome, lots: Iterable[int]) -> Outcome:
    """The outcome after the lawful ones among these exchanges: of row ``lots[0]`` with row ``lots[1]`` …"""
    places.take(outcome)
    count = len(outcome)
    words = iter(lots)
    for a, b in zip(words, words, strict=False):
        places.exchange(a % count, b % count)
    return places.outcome()
