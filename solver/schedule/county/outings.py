"""外出时段: when a team can leave its office to do a set of visits in one go, and for how long it is away.

For a fixed order of visits and a fixed opening of each, the time of return as a function of the departure
is ``max(departure + driving and work, earliest return)``. So one stretch of departures without any waiting
(or, where waiting cannot be avoided, the latest departure alone) says all: every other way to do them keeps
people longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from solver.schedule.problem import Window

FEW = 6
"""Of so many stops every order is tried; of more the promising ones, and the order in which they were
given."""
BEAM = 100
"""Ways to begin an outing of many stops that are gone on with, of each number of stops."""

Table = Sequence[Sequence[int]]
"""Seconds from each place to each: row and column 0 are the office, then the visits at hand."""


@dataclass(frozen=True, slots=True)
class Stop:
    """一站: a place of the table, seconds of work, and the stretches ``[from, to]`` within which it may
    begin."""

    place: int
    duration: int
    begins: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """外出时段: departures ``[earliest, latest]``, each followed by a return exactly ``length`` later.

    ``stops``: the order of places; ``begins``: the stretch used at each.
    """

    stops: tuple[Stop, ...]
    begins: tuple[Window, ...]
    earliest: int
    latest: int
    length: int
    travel: int

    def starts(self, leaves: int, table: Table) -> tuple[int, ...]:
        """When each visit begins, for one of the departures."""
        now, here, starts = leaves, 0, []
        for stop, (opens, _) in zip(self.stops, self.begins, strict=True):
            now = max(now + table[here][stop.place], opens)
            starts.append(now)
            now, here = now + stop.duration, stop.place
        return tuple(starts)

    def serves(self, other: Slot) -> bool:
        """Whether wherever ``other`` fits among the other duties of a day, this one fits, at no more
        travel."""
        return (
            self.travel <= other.travel
            and max(self.earliest, other.earliest)
            <= min(self.latest, other.earliest + other.length - self.length)
            and max(self.earliest, other.latest)
            <= min(self.latest, other.latest + other.length - self.length)
        )


def slots(stops: Sequence[Stop], table: Table, hours: Window, ordered: bool = False) -> tuple[Slot, ...]:
    """All ways to do ``stops`` on one day, or those in this order, that are not served by another: least
    travel, then soonest back first. Of more than ``FEW`` stops the promising ways, those in the order given
    among them.
    """
    many = len(stops) > FEW and not ordered
    found = sorted(_all_slots(stops, table, hours, ordered or many), key=_merit)
    if many:
        found = sorted([*found, *_promising_slots(stops, table, hours)], key=_merit)
    kept: list[Slot] = []
    for slot in found:
        if not any(one.serves(slot) for one in kept):
            kept = [one for one in kept if not slot.serves(one)] + [slot]
    return tuple(sorted(kept, key=_merit))


def _merit(slot: Slot) -> tuple[int, int, int, int, tuple[int, ...], tuple[Window, ...]]:
    order = tuple(stop.place for stop in slot.stops)
    return slot.travel, slot.earliest + slot.length, slot.length, slot.latest, order, slot.begins


def _all_slots(stops: Sequence[Stop], table: Table, hours: Window, ordered: bool) -> Iterator[Slot]:
    chosen: list[tuple[Stop, Window]] = []

    def extend(left: tuple[int, ...], here: int, ready: int) -> Iterator[Slot]:
        if not left:
            slot = _slot(chosen, table, hours)
            if slot is not None:
                yield slot
            return
        for number in left[:1] if ordered else left:
            stop = stops[number]
            for opens, last in stop.begins:
                start = max(ready + table[here][stop.place], opens)
                if start <= last:
                    chosen.append((stop, (opens, last)))
                    others = tuple(one for one in left if one != number)
                    yield from extend(others, stop.place, start + stop.duration)
                    chosen.pop()

    yield from extend(tuple(range(len(stops))), 0, hours[0])


def _promising_slots(stops: Sequence[Stop], table: Table, hours: Window) -> Iterator[Slot]:
    """Stop by stop: of beginnings that end at the same stop after the same ones, none both later and longer
    than another is gone on with, and those of least travel alone.
    """
    begun: list[tuple[int, int, int, int, tuple[tuple[Stop, Window], ...]]] = [(0, hours[0], 0, 0, ())]
    for _ in stops:
        longer: list[tuple[int, int, int, int, tuple[tuple[Stop, Window], ...]]] = []
        for travel, ready, done, here, chosen in begun:
            for number, stop in enumerate(stops):
                if done >> number & 1:
                    continue
                leg = table[here][stop.place]
                opening = next((one for one in stop.begins if ready + leg <= one[1]), None)
                if opening is not None:
                    then = max(ready + leg, opening[0]) + stop.duration
                    way = (*chosen, (stop, opening))
                    longer.append((travel + leg, then, done | 1 << number, stop.place, way))
        longer.sort(key=lambda one: one[:4])
        begun, soonest = [], dict[tuple[int, int], int]()
        for one in longer:
            _, ready, done, here, _ = one
            if ready < soonest.get((done, here), ready + 1):
                soonest[done, here] = ready
                begun.append(one)
            if len(begun) == BEAM:
                break
    for *_, chosen in begun:
        slot = _slot(chosen, table, hours)
        if slot is not None:
            yield slot


def _slot(chosen: Sequence[tuple[Stop, Window]], table: Table, hours: Window) -> Slot | None:
    """Forwards the earliest return, backwards the latest departure; ``None`` where the hours do not hold
    it."""
    ready, here, travel = hours[0], 0, 0
    for stop, (opens, last) in chosen:
        leg = table[here][stop.place]
        ready, here, travel = max(ready + leg, opens) + stop.duration, stop.place, travel + leg
        if ready - stop.duration > last:
            return None
    travel += table[here][0]
    ready += table[here][0]
    if ready > hours[1]:
        return None
    latest, after = hours[1], 0
    for stop, (_, last) in reversed(chosen):
        latest = min(latest - table[stop.place][after] - stop.duration, last)
        after = stop.place
    latest -= table[0][after]
    away = travel + sum(stop.duration for stop, _ in chosen)
    earliest = min(ready - away, latest)
    length = max(away, ready - latest)
    return Slot(
        tuple(stop for stop, _ in chosen),
        tuple(begins for _, begins in chosen),
        earliest,
        latest,
        length,
        travel,
    )
