"""可选的外出: all that a team with few visits can do on its days, each way priced and with its times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from solver.schedule.county.outings import FEW as FEW_STOPS
from solver.schedule.county.outings import Slot, Stop, Table, slots
from solver.schedule.problem import Id
from solver.schedule.team.driving import drive
from solver.schedule.team.frame import Frame
from solver.schedule.timetable import Route

FEW = 6
"""Teams with so many visits have every subset tried; beyond, a set is tried if it grows out of one that
works."""


@dataclass(frozen=True, slots=True)
class Option:
    """一种外出: a team, a day, its visits, how (``slot``), what it costs with the team-day, and how many of
    the visits would stand elsewhere than in the published plan."""

    team: Id
    day: int
    visits: frozenset[Id]
    slot: Slot
    cost: int
    changes: int


class Lister:
    """Lists the options of a team; days of one class share their slots."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.table: Table = frame.go.tolist()
        self._on: list[list[bool]] = frame.on.tolist()
        self._number = {visit.id: number for number, visit in enumerate(frame.visits)}

    @property
    def able(self) -> tuple[int, ...]:
        """Positions of the visits that the team can do on some day."""
        return tuple(number for number, days in enumerate(self._on) if any(days))

    def of_set(self, numbers: Sequence[int]) -> Iterator[Option]:
        """All ways to do exactly these visits (positions) in one go."""
        frame = self.frame
        visits = frozenset(frame.visits[number].id for number in numbers)
        for kind in frame.classes:
            days = [at for at in kind.days if all(self._on[number][at] for number in numbers)]
            if not days:
                continue
            stops = [Stop(one + 1, frame.visits[one].duration, kind.starts[one]) for one in numbers]
            ways = slots(stops, self.table, (kind.begin, kind.end))
            for at in days:
                day = frame.days[at]
                changes = sum(frame.problem.would_change(visit, frame.team.id, day) for visit in visits)
                for slot in ways:
                    cost = slot.travel + frame.problem.day_cost
                    yield Option(frame.team.id, day, visits, slot, cost, changes)

    def of_visits(self, visits: Sequence[Id]) -> tuple[Option, ...]:
        """As ``of_set``, in order of day and merit; of many visits, in the order given too."""
        numbers = [self._number[visit] for visit in visits]
        found = self.of_set(sorted(numbers) if len(numbers) <= FEW_STOPS else numbers)
        return tuple(sorted(found, key=lambda option: (option.day, option.slot.travel)))

    def order(self, option: Option) -> tuple[Id, ...]:
        """Its visits in the order of driving."""
        return tuple(self.frame.visits[stop.place - 1].id for stop in option.slot.stops)

    def all(self, most: int) -> tuple[Option, ...] | None:
        """Every option of the team; ``None`` when there are more than ``most``, or too many visits in one."""
        found: list[Option] = []
        able = self.able
        works: list[tuple[int, ...]] = [()]
        for size in range(1, min(self.frame.problem.max_visits, len(able)) + 1):
            if len(able) <= FEW:
                tried: Iterator[tuple[int, ...]] = combinations(able, size)
            else:
                tried = ((*old, new) for old in works for new in able if not old or new > old[-1])
            works = []
            for numbers in tried:
                ways = tuple(self.of_set(numbers))
                if ways:
                    works.append(numbers)
                    found.extend(ways)
                if len(found) > most or (ways and size > FEW_STOPS):
                    return None
        return tuple(found)

    def route(self, option: Option, leaves: int) -> Route:
        """The option as a route of the timetable, leaving then; where nobody goes on to another team that
        day, at the times that the team alone would choose.
        """
        slot, frame = option.slot, self.frame
        order = [stop.place - 1 for stop in slot.stops]
        if frame.problem.sharing == "day":
            usual = drive(frame, frame.days.index(option.day), order)
            if usual is not None:
                return usual
        visits = tuple(frame.visits[at].id for at in order)
        starts = slot.starts(leaves, self.table)
        return Route(option.team, option.day, visits, starts, leaves, leaves + slot.length, slot.travel)
