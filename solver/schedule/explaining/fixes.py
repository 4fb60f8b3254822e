"""办法: changes that would let a visit be scheduled. Each was tried on the model before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from solver.schedule.explaining.alone import (
    Reason,
    alone,
    common_days,
    open_days,
    shortened,
    there,
    ways,
)
from solver.schedule.explaining.bench import Bench, OutOfWork
from solver.schedule.explaining.bounds import overfull
from solver.schedule.explaining.inserting import back_first, takes
from solver.schedule.explaining.sentences import fix_of
from solver.schedule.explaining.together import holds_together
from solver.schedule.problem import Id, Place, Problem, Team, Visit, id_order
from solver.schedule.team.frame import halves
from solver.schedule.timetable import Fix, Params
from solver.schedule.travel import Travel

SHOWN = 3
TRIES = 4
"""Of one kind of fix."""
LONGEST = 7200
"""Seconds by which a day is made longer at most."""

KINDS: dict[str, tuple[str, ...]] = {
    "NO_COORDINATES": ("give_coordinates",),
    "CALENDAR_YEAR_UNKNOWN": ("extend_deadline",),
    "RECUSED_ALL": ("other_team",),
    "SKILL_MISSING": ("other_team",),
    "NO_TEAM": ("other_team",),
    "NO_COMMON_DAY": ("extend_deadline", "add_day", "other_team"),
    "CLOSES_TOO_EARLY": ("open_longer", "shorten", "extend_deadline", "other_team"),
    "DAY_TOO_SHORT": ("longer_day", "shorten", "add_day", "extend_deadline", "other_team"),
}
USUAL = (
    "extend_deadline",
    "more_visits",
    "open_longer",
    "longer_day",
    "shorten",
    "add_day",
    "add_car",
    "other_team",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """备选办法, not tried yet. ``price``: trouble in seconds, by which they are ordered; ``holds`` asks."""

    price: int
    kind: str
    params: Params
    holds: Callable[[], bool]


def fixes(bench: Bench, team: Team | None, visit: Visit, reason: Reason) -> tuple[Fix, ...]:
    """At most three that hold, cheapest first, one of a kind; a swap of visits only where nothing else."""
    found: list[Fix] = []
    tries: dict[str, int] = {}
    desk = Desk(bench, team, visit, reason)
    candidates = [one for kind in KINDS.get(reason.code, USUAL) for one in getattr(desk, kind)()]
    asked = True
    for one in sorted(candidates, key=lambda one: (one.price, one.kind)):
        tried = tries.get(one.kind, 0)
        if tried >= TRIES or len(found) == SHOWN:
            continue
        tries[one.kind] = tried + 1
        try:
            holds = one.holds() and holds_together(bench, visit, one.kind, one.params)
        except OutOfWork:  # others may still be seen at sight, or be known
            asked = False
            continue
        if holds:
            tries[one.kind] = TRIES
            found.append(fix_of(bench.problem, one.kind, one.params, visit))
    if asked and not found and reason.code not in KINDS:
        swap = _swap(desk)
        found += [fix_of(bench.problem, swap.kind, swap.params, visit)] if swap else []
    return tuple(found)


def _swap(desk: Desk) -> Candidate | None:
    try:
        return next((one for one in desk.drop_other() if one.holds()), None)
    except OutOfWork:
        return None


@dataclass(frozen=True)
class Desk:
    """One visit, one reason: where candidates of each kind come from."""

    bench: Bench
    team: Team | None
    visit: Visit
    reason: Reason

    @property
    def problem(self) -> Problem:
        return self.bench.problem

    def holds(
        self,
        team: Team,
        change: Callable[[Visit], Visit] | None = None,
        *,
        most: int | None = None,
        travel: Travel | None = None,
        without: Id | None = None,
    ) -> bool:
        """Whether the team, so changed, does the visit and no fewer others; by cost too where it counts.

        What changes for this visit alone helps no other: that it fits besides all that is planned is enough.
        Where the team changes and others wait for a place as well, it is planned again: they might take it.
        """
        bench, name = self.bench, self.visit.id
        now = [one for one in bench.beside.visits(team.id) if one != without]
        waiting = [
            one
            for one in bench.waiting(team.id)
            if one not in (name, without)
            and alone(self.problem, bench.travel, team, bench.visit(one)) is None
        ]

        def own(one: Visit) -> Visit:
            return change(one) if change is not None and one.id == name else one

        def cut(names: Iterable[Id]) -> Problem:
            found = bench.cut(team, {*names, name}, own)
            return found if most is None else replace(found, max_visits=most)

        if self.problem.aims == "weighted":
            missing = bench.missing(cut([*now, *waiting]), travel) or ()
            return name not in missing and len(missing) <= len(waiting)
        its_own = change is not None or team.id != self.visit.team
        put_in = self._inserted(team, own(self.visit), most, travel, without)
        if its_own or not waiting:
            return put_in or bench.fits(cut(now), travel, search=False)
        if not put_in and overfull(cut(now), bench.travel):
            return False
        again = bench.missing(cut([*now, *waiting]), shared=True, search=False)
        return put_in if again is None else name not in again and len(again) <= len(waiting)

    def _inserted(
        self, team: Team, visit: Visit, most: int | None, travel: Travel | None, without: Id | None
    ) -> bool:
        """Whether it fits in by hand: that is quickly seen, and most fixes work so."""
        planned = {
            route.day: tuple(name for name in route.visits if name != without)
            for route in self.bench.beside.own(team.id)
        }
        return takes(self.bench, team, planned, visit, most=most, travel=travel)

    def left(self, team: Team) -> Team:
        return self.bench.beside.left(team)

    # -- the visit

    def give_coordinates(self) -> Iterator[Candidate]:
        """Tried at the office: nearer it cannot be."""
        team = self.team
        if team is None:
            return
        office = self.problem.offices[team.office]

        def here() -> bool:
            moved = replace(
                self.problem,
                visits=tuple(
                    replace(one, place=Place(office.lat, office.lon)) if one.id == self.visit.id else one
                    for one in self.problem.visits
                ),
            )
            return self.holds(
                self.left(team),
                lambda one: replace(one, place=Place(office.lat, office.lon)),
                travel=Travel.of(moved),
            )

        yield Candidate(0, "give_coordinates", {"visit": self.visit.id}, here)

    def extend_deadline(self) -> Iterator[Candidate]:
        team, days = self.team, self.visit.days
        if team is None or not days or self.visit.appointment or self.visit.pinned:
            return  # without any day it is not the deadline alone that stands in the way
        last = days[-1]
        later = [day for day in open_days(self.problem, self.left(team).days) if day > last]
        for at in sorted({0, 1, len(later) // 2, len(later) - 1}):
            if 0 <= at < len(later):
                until = later[at]
                wide = (*days, *range(last + 1, until + 1))
                yield Candidate(
                    300 * (until - last),
                    "extend_deadline",
                    {"visit": self.visit.id, "day": until},
                    lambda wide=wide: self.holds(self.left(team), lambda one: replace(one, days=wide)),  # type: ignore[misc]
                )

    def open_longer(self) -> Iterator[Candidate]:
        """From and to for every day; as little longer as may do, at last the whole day."""
        if self.team is None:
            return
        whole = (0, self.problem.day_length)
        wider = {whole, *self._needed()}
        for begin, end in self.visit.windows:
            wider |= {(begin, min(whole[1], end + more)) for more in (3600, 7200)}
            wider |= {(max(0, begin - more), end) for more in (3600, 7200)}
        has = max((end - begin for begin, end in self.visit.windows), default=0)
        for begin, end in sorted(wider):
            if end - begin > has:
                yield Candidate(
                    end - begin - has,
                    "open_longer",
                    {"visit": self.visit.id, "from": begin, "to": end},
                    self._opened(self.team, begin, end),
                )

    def _opened(self, team: Team, begin: int, end: int) -> Callable[[], bool]:
        def change(one: Visit) -> Visit:
            return replace(one, windows=(*one.windows, (begin, end)), windows_on={})

        return lambda: self.holds(self.left(team), change)

    def _needed(self) -> Iterator[tuple[int, int]]:
        """Windows stretched by exactly what the visit lacks by itself."""
        team = self.team
        if team is None or self.reason.code != "CLOSES_TOO_EARLY" or self.reason.day is None:
            return
        day, long = self.reason.day, self.visit.duration
        arrives = team.hours.get(day, (0, 0))[0] + ways(self.bench.travel, team, self.visit).out
        for begin, end in halves(self.problem, self.visit, day):
            until = max(begin, arrives) + long
            lunch = self.problem.lunch
            if lunch is not None and not self.visit.over_lunch and max(begin, arrives) < lunch < until:
                until = lunch + long
            if until <= self.problem.day_length:
                yield begin, min(-(-until // 300) * 300, self.problem.day_length)
            if arrives <= end - long:
                yield max(0, (end - long) // 300 * 300), end

    def shorten(self) -> Iterator[Candidate]:
        """To no less than half."""
        team, long = self.team, self.visit.duration
        if team is None:
            return
        for dur in sorted({self._lasts(team), long * 3 // 4 // 300 * 300, long // 2 // 300 * 300}):
            if long // 2 // 300 * 300 <= dur < long and dur > 0:
                yield Candidate(
                    2 * (long - dur),
                    "shorten",
                    {"visit": self.visit.id, "dur": dur},
                    lambda dur=dur: self.holds(  # type: ignore[misc]
                        self.left(team), lambda one: shortened(self.problem, one, dur)
                    ),
                )

    def _lasts(self, team: Team) -> int:
        """How long it could last by itself, in whole five minutes."""
        best = 0
        way = ways(self.bench.travel, team, self.visit)
        for day in common_days(self.problem, team, self.visit):
            begin, end = team.hours.get(day, (0, self.problem.day_length))
            for opens, closes in halves(self.problem, self.visit, day):
                best = max(best, min(closes, end - way.back) - max(opens, begin + way.out))
        return best // 300 * 300

    # -- the team

    def add_day(self) -> Iterator[Candidate]:
        """Days on which all members are there; first those on which nobody is out with another team."""
        team = self.team
        if team is None:
            return
        wanted = [day for day in open_days(self.problem, self.visit.days) if day not in team.days]
        spans = {day: there(self.problem, team, day) for day in wanted}
        busy = {day: len(self.bench.beside.elsewhere(team, day)) for day in wanted}
        free = sorted((day for day in wanted if spans[day] is not None), key=lambda day: (busy[day], day))
        for day in free[:TRIES]:
            span = spans[day] or (0, self.problem.day_length)
            days = tuple(sorted((*team.days, day)))
            longer = replace(team, days=days, hours={**team.hours, day: span})
            yield Candidate(
                self.problem.day_cost + 3600 * (1 + busy[day]),
                "add_day",
                {"team": team.id, "day": day},
                lambda longer=longer: self.holds(self.left(longer)),  # type: ignore[misc]
            )

    def longer_day(self) -> Iterator[Candidate]:
        team = self.team
        if team is None:
            return
        left = self.left(team)
        planned = {route.day: route.visits for route in self.bench.beside.own(team.id)}
        for day in common_days(self.problem, left, self.visit):
            visits = [self.bench.visit(name) for name in planned.get(day, ())]
            if len(visits) >= self.problem.max_visits:
                continue
            begin, end = left.hours.get(day, (0, self.problem.day_length))
            if end < team.hours.get(day, (0, self.problem.day_length))[1]:
                continue  # it is not the day that ends, but somebody who must leave with another team
            if any(one.id in team.members_on(day) and day in one.hours for one in self.problem.inspectors):
                continue  # nor where somebody is there for part of the day alone
            returns = back_first(self.problem, self.bench.travel, left, day, [*visits, self.visit])
            if returns is None or not 0 < returns - end <= LONGEST:
                continue
            more = -(-(returns - end) // 300) * 300
            longer = replace(left, hours={**left.hours, day: (begin, end + more)})
            yield Candidate(
                2 * more,
                "longer_day",
                {"team": team.id, "day": day, "seconds": more},
                lambda longer=longer: self.holds(longer),  # type: ignore[misc]
            )

    def more_visits(self) -> Iterator[Candidate]:
        team, now = self.team, self.problem.max_visits
        if team is None:
            return
        for most in (now + 1, now + 2):
            yield Candidate(
                1800 * (most - now),
                "more_visits",
                {"max_visits": most},
                lambda most=most: self.holds(self.left(team), most=most),  # type: ignore[misc]
            )

    # -- others

    def add_car(self) -> Iterator[Candidate]:
        team = self.team
        if team is None:
            return
        bare = self.bench.beside.left(team, cars=False)
        full = self.bench.beside.full(team)
        left = self.left(team)
        for day in common_days(self.problem, bare, self.visit):
            if day in full:
                more = replace(left, days=tuple(sorted({*left.days, day})), hours=bare.hours)
                yield Candidate(
                    self.problem.day_cost + 5400,
                    "add_car",
                    {"office": team.office, "day": day},
                    lambda more=more: self.holds(more),  # type: ignore[misc]
                )

    def other_team(self) -> Iterator[Candidate]:
        """The emptiest teams of the county that could make the visit by itself."""
        drawn = self.team
        home = drawn.county if drawn is not None else self.visit.county
        rest = [team for team in self.problem.teams if team.county == home and team is not drawn]
        rest = [
            left
            for left in (self.left(team) for team in rest if drawn is None or team.id != drawn.id)
            if alone(self.problem, self.bench.travel, left, self.visit) is None
        ]

        def room(team: Team) -> int:
            return len(team.days) * self.problem.max_visits - len(self.bench.beside.visits(team.id))

        for at, team in enumerate(sorted(rest, key=lambda team: (-room(team), id_order(team.id)))[:TRIES]):
            yield Candidate(
                7200 + at,
                "other_team",
                {"visit": self.visit.id, "team": team.id},
                lambda team=team: self.holds(team),  # type: ignore[misc]
            )

    def drop_other(self) -> Iterator[Candidate]:
        """One visit of the conflict for another: those that nobody fixed, the shortest first."""
        team = self.team
        named = self.reason.params.get("visits")
        if team is None or not isinstance(named, list):
            return
        rest = [self.bench.visit(name) for name in named if name != self.visit.id]
        free = [one for one in rest if one.pinned is None and one.appointment is None]
        for other in sorted(free, key=lambda one: (one.items, one.duration, id_order(one.id)))[:TRIES]:
            yield Candidate(
                self.problem.miss_cost,
                "drop_other",
                {"visit": self.visit.id, "instead": other.id},
                lambda other=other: self.holds(self.left(team), without=other.id),  # type: ignore[misc]
            )
