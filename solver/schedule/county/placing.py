"""安插: the same outings at other days and times, so that nobody is in two places and the cars suffice.

Outings wait in a pool. One is taken, and put where it disturbs none; where there is no such place it pushes
out those that were hardest to place the fewest times, and these wait in turn. No clock and no luck: the
dice are seeded by the county's size alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from solver.schedule.county.options import Option
from solver.schedule.problem import Id, Problem

Key = int
DAY_LONG = (-1, 1 << 40)


@dataclass(frozen=True, slots=True)
class Placed:
    """An option with its departure."""

    option: Option
    leaves: int

    @property
    def returns(self) -> int:
        return self.leaves + self.option.slot.length


class Calendar:
    """排班簿: who is out when. Keys tell outings apart."""

    def __init__(self, problem: Problem, cars: Mapping[int, int]) -> None:
        """``cars``: office → routes a day; only of offices all of whose teams are entered here."""
        self.by_time = problem.sharing == "time"
        self.cars = cars
        self.teams = {team.id: team for team in problem.teams}
        self.office = {team.id: team.office for team in problem.teams}
        self.placed: dict[Key, Placed] = {}
        self.busy: dict[tuple[str, int], dict[Key, tuple[int, int]]] = defaultdict(dict)
        self.team_out: dict[tuple[Id, int], Key] = {}
        self.out: dict[tuple[int, int], dict[Key, None]] = defaultdict(dict)

    def members(self, option: Option) -> tuple[str, ...]:
        """Who goes out."""
        return tuple(sorted(set(self.teams[option.team].members_on(option.day))))

    def place(self, key: Key, option: Option, leaves: int) -> None:
        self.placed[key] = placed = Placed(option, leaves)
        for member in self.members(option):
            self.busy[member, option.day][key] = (leaves, placed.returns) if self.by_time else DAY_LONG
        self.team_out[option.team, option.day] = key
        self.out[self.office[option.team], option.day][key] = None

    def remove(self, key: Key) -> None:
        option = self.placed.pop(key).option
        for member in self.members(option):
            del self.busy[member, option.day][key]
        del self.team_out[option.team, option.day]
        del self.out[self.office[option.team], option.day][key]

    def moments(self, option: Option) -> list[int]:
        """Departures worth a look: the first, the last, and those that touch another duty of a member."""
        slot = option.slot
        found = {slot.earliest}
        if self.by_time and slot.latest > slot.earliest:
            found.add(slot.latest)
            for member in self.members(option):
                for begin, end in self.busy[member, option.day].values():
                    found.update((end, begin - slot.length))
        return sorted(moment for moment in found if slot.earliest <= moment <= slot.latest)

    def in_the_way(self, option: Option, leaves: int) -> set[Key]:
        """Outings that exclude this one, but for the cars."""
        returns = leaves + option.slot.length
        found = {
            key
            for member in self.members(option)
            for key, (begin, end) in self.busy[member, option.day].items()
            if begin < returns and leaves < end
        }
        own = self.team_out.get((option.team, option.day))
        return found if own is None else found | {own}

    def full(self, option: Option, gone: Iterable[Key] = ()) -> int:
        """How many more must stay at home on that day for want of cars, when ``gone`` do."""
        place = self.office[option.team], option.day
        if place[0] not in self.cars:
            return 0
        left = len(self.out[place]) - sum(key in self.out[place] for key in gone)
        return max(0, left + 1 - self.cars[place[0]])

    def crowd(self, option: Option) -> int:
        """Outings of the office on that day."""
        return len(self.out[self.office[option.team], option.day])


def place_all(
    calendar: Calendar,
    jobs: Mapping[Key, Sequence[Option]],
    tries: int,
    weigh: Mapping[Id, int],
    wishes: Mapping[Key, Placed] = MappingProxyType({}),
) -> dict[Key, Sequence[Option]]:
    """Puts the jobs (key → options, of which one is needed) into the calendar, moving each other but
    nothing that was there before; those with a wish first, and there if they can. Leaves the calendar as it
    stood when least was left, by weight of visits, and returns that.
    """
    dice = Random(len(jobs))
    fixed = frozenset(calendar.placed)
    hard: dict[Key, int] = defaultdict(int)
    weight = {key: sum(weigh.get(visit, 1) for visit in ways[0].visits) for key, ways in jobs.items()}
    order = sorted(jobs, key=lambda key: (key not in wishes, len(jobs[key]), key))
    pool = [key for key in order if not _put(calendar, key, jobs[key], wishes.get(key))]
    best = sum(weight[key] for key in pool), dict(calendar.placed), tuple(pool)
    while pool and tries > 0:
        key = pool.pop()
        if not _put(calendar, key, jobs[key], wishes.get(key)):
            tries -= 1
            hard[key] += 1
            pushed = _push(calendar, key, jobs[key], hard, fixed, dice)
            if pushed is None:
                pool.insert(0, key)
            else:
                pool.extend(sorted(pushed))
        left = sum(weight[key] for key in pool)
        if left < best[0]:
            best = left, dict(calendar.placed), tuple(pool)
    for key in tuple(calendar.placed):
        calendar.remove(key)
    for key, placed in best[1].items():
        calendar.place(key, placed.option, placed.leaves)
    return {key: jobs[key] for key in sorted(best[2])}


def _put(calendar: Calendar, key: Key, options: Sequence[Option], wish: Placed | None) -> bool:
    if wish is not None and _free(calendar, wish.option, wish.leaves):
        calendar.place(key, wish.option, wish.leaves)
        return True
    return _put_freely(calendar, key, options)


def _free(calendar: Calendar, option: Option, leaves: int) -> bool:
    return not calendar.full(option) and not calendar.in_the_way(option, leaves)


def _put_freely(calendar: Calendar, key: Key, options: Sequence[Option]) -> bool:
    chosen: tuple[tuple[int, int, int, int], Option, int] | None = None
    for option in options:
        if calendar.full(option):
            continue
        merit = (option.changes, option.cost, calendar.crowd(option), option.day)
        if chosen is not None and merit >= chosen[0]:
            continue
        for leaves in calendar.moments(option):
            if not calendar.in_the_way(option, leaves):
                chosen = merit, option, leaves
                break
    if chosen is None:
        return False
    calendar.place(key, chosen[1], chosen[2])
    return True


def _push(
    calendar: Calendar,
    key: Key,
    options: Sequence[Option],
    hard: Mapping[Key, int],
    fixed: frozenset[Key],
    dice: Random,
) -> set[Key] | None:
    """Puts ``key`` where what it pushes out was least hard to place; ``None``: only what is fixed is in its
    way."""
    chosen: tuple[tuple[int, float], Option, int, set[Key]] | None = None
    for option in options:
        for leaves in calendar.moments(option):
            out = calendar.in_the_way(option, leaves)
            if out & fixed:
                continue
            excess = calendar.full(option, out)
            if excess:
                place = calendar.office[option.team], option.day
                others = [one for one in calendar.out[place] if one not in out and one not in fixed]
                if len(others) < excess:
                    continue
                out |= set(sorted(others, key=lambda one: (hard.get(one, 0), one))[:excess])
            merit = sum(hard.get(one, 0) + 1 for one in out), dice.random()
            if chosen is None or merit < chosen[0]:
                chosen = merit, option, leaves, out
    if chosen is None:
        return None
    _, option, leaves, out = chosen
    for one in sorted(out):
        calendar.remove(one)
    calendar.place(key, option, leaves)
    return out
