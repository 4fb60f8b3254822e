"""匹配名单审计: how much randomness an outsider's list of pairings shows, whoever made it and however.

Nothing is known but who went where, in the order of the list. Two questions are asked. Does a simple rule
tell the list, such as walking down a list of names? Then no more randomness went into it than the rule
leaves open. And do colleagues meet as often as in random lists with the same teams and visits (`swaps`)? A
list without findings is not thereby proved random: only a table published before its seed proves that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb, lgamma, log, log2
from typing import Literal

import numpy as np

from solver.fairness.swaps import NOBODY, Bools, Ints, lists_alike
from solver.pairing.errors import PairingInputError

Pattern = Literal["walk", "fixed_teams", "none"]
Team = tuple[int, ...]
FOLLOWED = 0.9
"""From this share of the steps on, a walk explains the list."""
ENOUGH = 10
"""Steps below which nothing is concluded."""
RARE = 0.001


@dataclass(frozen=True, slots=True)
class Order:
    """次序检验: ``steps`` from one person of the list to the next; how many a rule foretells.

    ``listed``: the next in order of names (who may not go is passed over); ``repeated``: whoever came after
    the same person the last time, of ``again`` steps where there was a last time. ``by_chance``: share to
    be expected.
    """

    steps: int
    listed: int
    again: int
    repeated: int
    by_chance: float

    @property
    def share(self) -> float:
        """The greater of both shares, with at least `ENOUGH` steps to go by."""
        shares = [hits / steps for hits, steps in self._pairs if steps >= ENOUGH]
        return max(shares, default=0.0)

    @property
    def by_name(self) -> bool:
        """Whether the order of names foretells no less than the order seen before."""
        return self.steps - self.listed <= self.again - self.repeated or self.again < ENOUGH

    @property
    def exceptions(self) -> int:
        """Steps that the better rule does not foretell."""
        return min((steps - hits for hits, steps in self._pairs if steps >= ENOUGH), default=self.steps)

    @property
    def _pairs(self) -> tuple[tuple[int, int], tuple[int, int]]:
        return (self.listed, self.steps), (self.repeated, self.again)


@dataclass(frozen=True, slots=True)
class Meetings:
    """同组检验: how many different pairs of colleagues met, beside random lists alike this one (`swaps`).

    ``fewer`` and ``more``: share of the random lists with as few, or as many, pairs (this one counted along).
    ``samples`` 0: there are too few teams to compare, or too many rows of one person.
    """

    seen: int
    expected: float
    fewer: float
    more: float
    samples: int


@dataclass(frozen=True, slots=True)
class PairingAudit:
    """匹配名单审计结论."""

    tasks: int
    inspectors: int
    rows: int
    duplicates: int
    """Rows that repeat an earlier one."""
    ineligible: int | None
    """Rows of people who may not go there; None where who may go is not known."""
    loads: tuple[tuple[int, int], ...]
    """(visits, people), rising; those who may go and never did count with 0."""
    neighbours: int
    """Teams of two or more who stand side by side in the order of names; ``teams``: of so many."""
    teams: int
    different_teams: int
    order: Order
    meetings: Meetings
    returns: int | None
    """Times that somebody came again to an entity; None where entities are not told."""
    pattern: Pattern
    at_most: float
    """The list holds no more bits than this; an order that is not of names counts as if drawn."""
    all_lawful: float
    """Bits if every choice of eligible people were equally open to each task by itself."""

    @property
    def suspicious(self) -> bool:
        """Whether a rule was found, or colleagues meet as in fewer than 1 of 1,000 random lists."""
        return self.pattern != "none" or min(self.meetings.fewer, self.meetings.more) <= RARE

    def to_json(self) -> dict[str, object]:
        order, met = self.order, self.meetings
        return {
            "tasks": self.tasks,
            "inspectors": self.inspectors,
            "rows": self.rows,
            "duplicates": self.duplicates,
            "ineligible": self.ineligible,
            "loads": [list(each) for each in self.loads],
            "neighbour_teams": self.neighbours,
            "teams": self.teams,
            "different_teams": self.different_teams,
            "order": {
                "steps": order.steps,
                "listed": order.listed,
                "again": order.again,
                "repeated": order.repeated,
                "share": round(order.share, 4),
                "by_chance": round(order.by_chance, 4),
            },
            "pairs_met": met.seen,
            "pairs_expected": round(met.expected, 2) if met.samples else None,
            "p_as_few": round(met.fewer, 4) if met.samples else None,
            "p_as_many": round(met.more, 4) if met.samples else None,
            "samples": met.samples,
            "returns": self.returns,
            "pattern": self.pattern,
            "bits_at_most": round(self.at_most, 1),
            "bits_all_lawful": round(self.all_lawful, 1),
            "suspicious": self.suspicious,
        }

    def __str__(self) -> str:
        from solver.fairness.pairing_words import told

        return told(self)


def audit(
    rows: Sequence[tuple[str, str]],
    eligible: Mapping[str, Sequence[str]] | None = None,
    entities: Mapping[str, str] | None = None,
) -> PairingAudit:
    """审计 (task, inspector) rows in the order of the list; the rows of one task are its team.

    ``eligible``: who may go to a task, by any seat; a task it does not name may be visited by anyone listed.
    ``entities``: whom a task visits, so that returns can be counted. `PairingInputError` for an empty list.
    """
    if not rows:
        raise PairingInputError("名单里没有任何搭配，无从审计。", where="名单")
    told = list(dict.fromkeys(rows))
    named: dict[str, list[str]] = {}
    for task, who in told:
        named.setdefault(task, []).append(who)
    may = {task: set(eligible[task]) for task in named if task in eligible} if eligible else {}
    names = sorted({who for _, who in told}.union(*may.values()))
    number = {who: place for place, who in enumerate(names)}
    teams = [tuple(number[who] for who in team) for team in named.values()]
    who_may = _who_may(named, may, number)
    visits = Counter(who for team in teams for who in team)
    order = _order(teams, who_may, len(names))
    pattern, at_most = _pattern(teams, order, len(names))
    open_to = [len(names) if who_may is None else int(who_may[at].sum()) for at in range(len(teams))]
    lawful = sum(log2(max(comb(people, len(team)), 1)) for people, team in zip(open_to, teams, strict=True))
    return PairingAudit(
        tasks=len(teams),
        inspectors=len(names),
        rows=len(rows),
        duplicates=len(rows) - len(told),
        ineligible=sum(who not in may[task] for task, who in told if task in may) if eligible else None,
        loads=tuple(sorted(Counter(visits[who] for who in range(len(names))).items())),
        neighbours=sum(_side_by_side(team, len(names)) for team in teams),
        teams=sum(len(team) > 1 for team in teams),
        different_teams=len({frozenset(team) for team in teams}),
        order=order,
        meetings=_meetings(teams, who_may, len(names)),
        returns=_returns(told, entities) if entities else None,
        pattern=pattern,
        at_most=min(at_most, lawful),
        all_lawful=lawful,
    )


def _who_may(
    named: Mapping[str, list[str]], may: Mapping[str, set[str]], number: Mapping[str, int]
) -> Bools | None:
    """Task × person; whoever did go may go, lest a wrong row stop every exchange."""
    if not may:
        return None
    found = np.ones((len(named), len(number)), dtype=np.bool_)
    for row, (task, team) in zip(found, named.items(), strict=True):
        if task in may:
            row[:] = False
            row[[number[who] for who in may[task].union(team)]] = True
    return found


def _side_by_side(team: Team, people: int) -> bool:
    """Whether a team of two or more stands together in the ring of names."""
    if not 1 < len(team) < people:
        return False
    places = sorted(team)
    gaps = [(after - before) % people for before, after in pairwise([*places, places[0]])]
    return sum(gap == 1 for gap in gaps) == len(team) - 1


def _order(teams: Sequence[Team], may: Bools | None, people: int) -> Order:
    """Both rules, tried on each step from one person to the next, within teams and from team to team."""
    walk = [(who, at) for at, team in enumerate(teams) for who in team]
    last: dict[int, int] = {}
    listed = again = repeated = 0
    for (before, _), (who, at) in pairwise(walk):
        listed += who == _next(before, None if may is None else may[at], people)
        if before in last:
            again += 1
            repeated += last[before] == who
        last[before] = who
    return Order(len(walk) - 1, listed, again, repeated, 1 / max(people - 1, 1))


def _next(before: int, may: Bools | None, people: int) -> int:
    """The next in the ring of names who may go."""
    at = (before + 1) % people
    if may is None:
        return at
    open_to = np.flatnonzero(may)
    place = int(np.searchsorted(open_to, at))
    return int(open_to[place % len(open_to)]) if len(open_to) else at


def _pattern(teams: Sequence[Team], order: Order, people: int) -> tuple[Pattern, float]:
    """A rule that tells the list, and the bits it leaves open: a start, and each exception with its place.

    An order that is not that of names may have been drawn itself, so that its bits count as well.
    """
    if order.share >= FOLLOWED:
        places = order.steps + 1
        hidden = 0.0 if order.by_name else lgamma(people) / log(2)
        return "walk", hidden + log2(people) + order.exceptions * (log2(places) + log2(people))
    kept = {frozenset(team) for team in teams if len(team) > 1}
    whole = [team for team in teams if len(team) > 1]
    apart = sum(map(len, kept)) == len({who for team in kept for who in team})
    if len(whole) >= ENOUGH and apart and 2 * len(kept) <= len(whole):
        return "fixed_teams", len(whole) * log2(len(kept)) if len(kept) > 1 else 0.0
    return "none", float("inf")


def _meetings(teams: Sequence[Team], may: Bools | None, people: int) -> Meetings:
    seen = len({pair for team in teams for pair in combinations(sorted(set(team)), 2)})
    if len(teams) < ENOUGH or people < 3 or seen == 0:
        return Meetings(seen, 0.0, 1.0, 1.0, 0)
    samples = 999 if len(teams) <= 5_000 else 199
    found = [_different(now, people) for now in lists_alike(teams, may, samples)]
    fewer = sum(each <= seen for each in found)
    more = sum(each >= seen for each in found)
    return Meetings(
        seen, sum(found) / samples, (fewer + 1) / (samples + 1), (more + 1) / (samples + 1), samples
    )


def _different(now: Ints, people: int) -> int:
    return len(np.unique(np.concatenate(list(_codes(now, people)))))


def _codes(now: Ints, people: int) -> Iterator[Ints]:
    """A number for each pair of colleagues in each team."""
    for one, other in combinations(range(now.shape[1]), 2):
        both = (now[:, one] != NOBODY) & (now[:, other] != NOBODY)
        first, second = now[both, one], now[both, other]
        yield np.minimum(first, second) * people + np.maximum(first, second)


def _returns(rows: Sequence[tuple[str, str]], entities: Mapping[str, str]) -> int:
    times = Counter((entities[task], who) for task, who in rows if task in entities)
    return sum(many - 1 for many in times.values())
