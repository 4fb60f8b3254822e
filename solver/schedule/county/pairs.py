"""临时搭对: a county of many teams with few visits each (every visit has its own drawn pair of people).

First every team's own best outings are moved among days and times until nobody is in two places: where that
works, no plan can be better. Else what cannot stand is taken apart, and neighbourhoods of teams are solved
to the end (CP-SAT), the ones that are worse off than alone first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from solver.schedule.county.choosing import Worth, choose, worth
from solver.schedule.county.options import Lister, Option
from solver.schedule.county.placing import Calendar, Placed, place_all
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, id_order
from solver.schedule.team.guard import Guard
from solver.schedule.timetable import Route

WHOLE = 12_000
"""So many options are given to the solver at once; more are solved neighbourhood by neighbourhood."""
TRIES = 40
"""Times that each outing may push out others, on average."""
SMALLEST, LARGEST = 2_000, 8_000
"""Options of a neighbourhood."""
CALM = 4_000
"""Options of a neighbourhood, once nothing is missed or moved that a team alone would not miss or move."""
PATIENCE = 12
"""Neighbourhoods of one size tried in vain, before they grow."""
BUILDING = 1e-4
"""Deterministic seconds that each option of a neighbourhood counts, for building the model."""
SHARE = 40
"""A neighbourhood gets one in so many of the deterministic seconds."""
LATER = 4
"""Of a published plan that was mended already, everything at once gets one in so many of them."""

Plan = Mapping[Id, tuple[Placed, ...]]


@dataclass(frozen=True, slots=True)
class Alone:
    """一组单独的最优: routes of the team as if there were no other; ``worth`` is what no plan of it can
    undercut."""

    routes: tuple[Route, ...]
    worth: Worth
    proven: bool


@dataclass(frozen=True, slots=True)
class Found:
    """共同方案: per team what is placed. ``best``: proven for all of them together."""

    placed: Mapping[Id, tuple[Placed, ...]]
    best: bool


@dataclass(frozen=True, slots=True)
class County:
    """一片: teams that are planned together, each with its lister and what it would do alone."""

    problem: Problem
    listers: Mapping[Id, Lister]
    alone: Mapping[Id, Alone]
    cars: Mapping[int, int]
    """Office → cars, of offices whose teams are all here."""
    weigh: Mapping[Id, int]

    @property
    def teams(self) -> tuple[Id, ...]:
        return tuple(sorted(self.alone, key=id_order))

    @property
    def members(self) -> dict[Id, tuple[str, ...]]:
        """Team → all who go out with it on some day."""
        found: dict[Id, set[str]] = defaultdict(set)
        for (team, _), members in going(self, self.teams).items():
            found[team] |= members
        return {team: tuple(sorted(found[team])) for team in self.teams}

    def side_by_side(self) -> tuple[Calendar, dict[int, Sequence[Option]]]:
        """Everybody's own best outings in one calendar, and those for which there is no place."""
        calendar, (jobs, wishes) = Calendar(self.problem, self.cars), self.own_best()
        return calendar, place_all(calendar, jobs, TRIES * len(jobs), self.weigh, wishes)

    def own_best(self) -> tuple[dict[int, tuple[Option, ...]], dict[int, Placed]]:
        """Each team's own best outings, with all days and times that cost no more and change no more; and
        where those stand that were published so.
        """
        jobs: dict[int, tuple[Option, ...]] = {}
        wishes: dict[int, Placed] = {}
        for team in self.teams:
            for route in self.alone[team].routes:
                moved = sum(self.problem.would_change(visit, team, route.day) for visit in route.visits)
                most = route.travel + self.problem.day_cost
                ways = self.listers[team].of_visits(route.visits)
                good = tuple(way for way in ways if way.cost <= most and way.changes <= moved)
                if not moved and any(visit in self.problem.published for visit in route.visits):
                    today = [self._as_told(way) for way in good if way.day == route.day]
                    if today:
                        wishes[len(jobs)] = min(today, key=lambda pair: pair[0])[1]
                jobs[len(jobs)] = good
        return jobs, wishes

    def _as_told(self, way: Option) -> tuple[int, Placed]:
        """The outing at the departure nearest to its published times, and by how much these are missed."""
        lister, slot = self.listers[way.team], way.slot
        told = [self.problem.published.get(visit) for visit in lister.order(way)]
        first = next(at for at, one in enumerate(told) if one is not None)
        soonest = slot.starts(slot.earliest, lister.table)
        spot = told[first]
        late = 0 if spot is None else spot.start - soonest[first]
        leaves = min(max(slot.earliest, slot.earliest + late), slot.latest)
        starts = slot.starts(leaves, lister.table)
        off = sum(abs(one.start - now) for one, now in zip(told, starts, strict=True) if one is not None)
        return off, Placed(way, leaves)

    def taken_apart(
        self, calendar: Calendar, left: Mapping[int, Sequence[Option]], tries: int = TRIES
    ) -> Calendar:
        """A lawful plan in any case: outings that found no place are tried visit by visit, on any day.
        ``tries``: how often each may push out others (0: what has its place keeps it).
        """
        jobs: dict[int, tuple[Option, ...]] = {}
        wishes: dict[int, Placed] = {}
        for _, placed in sorted(calendar.placed.items()):
            team = placed.option.team
            if self.problem.published:
                wishes[len(jobs)] = placed
            jobs[len(jobs)] = self.listers[team].of_visits(self.listers[team].order(placed.option))
        for _, ways in sorted(left.items()):
            for visit in sorted(ways[0].visits, key=id_order):
                jobs[len(jobs)] = self.listers[ways[0].team].of_visits([visit])
        found = Calendar(self.problem, self.cars)
        able = {key: ways for key, ways in jobs.items() if ways}
        place_all(found, able, tries * len(jobs), self.weigh, wishes)
        return found

    def grouped(self, placed: Iterable[Placed]) -> dict[Id, tuple[Placed, ...]]:
        found: dict[Id, list[Placed]] = {team: [] for team in self.teams}
        for one in placed:
            found[one.option.team].append(one)
        return {team: tuple(sorted(each, key=lambda one: one.option.day)) for team, each in found.items()}

    def worth(self, team: Id, placed: Sequence[Placed]) -> Worth:
        return worth(placed, self.listers[team].frame.ids, self.weigh)

    def total(self, plan: Plan) -> Worth:
        each = [self.worth(team, placed) for team, placed in plan.items()]
        return Worth(sum(w.missing for w in each), sum(w.changes for w in each), sum(w.cost for w in each))

    def worse_off(self, plan: Plan) -> list[Id]:
        """Teams that would do better alone, those that lose most first."""
        losses = []
        for team, placed in plan.items():
            now = self.worth(team, placed).rank(self.problem)
            best = self.alone[team].worth.rank(self.problem)
            if now > best:
                loss = tuple(b - n for n, b in zip(now, best, strict=True))
                losses.append((loss, id_order(team), team))
        return [team for _, _, team in sorted(losses)]

    def rank(self, plan: Plan) -> tuple[int, ...]:
        return self.total(plan).rank(self.problem)


def going(county: County, teams: Iterable[Id]) -> dict[tuple[Id, int], frozenset[str]]:
    """Who goes out with each team on each of its days."""
    return {
        (team, day): frozenset(frame.team.members_on(day))
        for team in teams
        for frame in [county.listers[team].frame]
        for day in frame.days
    }


def mend(
    county: County,
    options: Mapping[Id, tuple[Option, ...]],
    plan: Plan,
    limits: Limits,
    guard: Guard,
    complete: bool,
    calm: Plan | None = None,
) -> Found:
    """Makes a lawful plan better, as far as the limits go. ``complete``: ``options`` are all there are.
    ``calm``: a lawful plan that moves little of what was published, from which to try first.
    """
    mending = _Mending(county, options, plan, limits, guard)
    count, most, work = sum(map(len, options.values())), WHOLE, limits.work
    mended = calm is not None and count > SMALLEST
    if calm is not None and mended:
        mending.plan = calm
        mending.improve()
        if county.rank(plan) < county.rank(mending.plan):
            mending.plan = plan
            mending.improve()
        most, work = LARGEST, min(work / LATER, mending.budget)
    if count <= most and work > 0 and guard.left() != 0:
        best = mending.step(county.teams, work)
        if best and complete:
            return Found(mending.plan, True)
    if not mended:
        mending.improve()
    proven = all(one.proven for one in county.alone.values()) and not county.worse_off(mending.plan)
    return Found(mending.plan, proven)


class _Mending:
    def __init__(
        self,
        county: County,
        options: Mapping[Id, tuple[Option, ...]],
        plan: Plan,
        limits: Limits,
        guard: Guard,
    ) -> None:
        self.county, self.options, self.plan, self.limits = county, options, plan, limits
        self.guard = guard
        self.budget = limits.work
        self.dice = Random(len(options))
        self.members = county.members
        self.near: dict[str, list[Id]] = defaultdict(list)
        for team in county.teams:
            for member in self.members[team]:
                self.near[member].append(team)

    def step(self, free: Sequence[Id], work: float) -> bool:
        """The best for the ``free`` teams while the others stay, kept if it is no worse; whether it is
        proven.
        """
        county, chosen = self.county, set(free)
        rest = Calendar(county.problem, county.cars)
        for team, placed in self.plan.items():
            if team not in chosen:
                for one in placed:
                    rest.place(len(rest.placed), one.option, one.leaves)
        options = [option for team in free for option in self.options[team]]
        hint = [one for team in free for one in self.plan[team]]
        choice = choose(county.problem, options, rest, hint, county.weigh, work, self.guard)
        self.budget -= BUILDING * len(options) + (0.0 if choice is None else choice.work)
        if choice is None:
            return False
        grouped = county.grouped(choice.placed)
        tried = {**self.plan, **{team: grouped[team] for team in free}}
        if county.rank(tried) <= county.rank(self.plan):
            self.plan = tried
        return choice.best

    def improve(self) -> None:
        """Neighbourhood by neighbourhood, larger where nothing came of it."""
        fruitless, size, everything = 0, SMALLEST, sum(map(len, self.options.values()))
        while self.budget > 0 and self.guard.left() != 0:
            losers = self.county.worse_off(self.plan)
            if not losers:
                break
            before = self.county.rank(self.plan)
            self.step(self._neighbourhood(losers[fruitless % len(losers)], size), self.limits.work / SHARE)
            fruitless = 0 if self.county.rank(self.plan) < before else fruitless + 1
            if fruitless >= min(PATIENCE, max(2, len(losers))):
                if size >= min(self._largest(), everything):
                    break
                size, fruitless = size * 2, 0

    def _largest(self) -> int:
        """Smaller where only seconds are left to win, and people have been told their days."""
        county = self.county
        now, floor = county.total(self.plan), [one.worth for one in county.alone.values()]
        least = sum(one.missing for one in floor), sum(one.changes for one in floor)
        return CALM if county.problem.published and (now.missing, now.changes) <= least else LARGEST

    def _neighbourhood(self, seed: Id, size: int) -> list[Id]:
        """The team, those that share people with it, and those that share people with these: ``size``
        options.
        """
        chosen, ring, count = {seed: None}, [seed], len(self.options[seed])
        while ring and count < size:
            members = sorted({member for team in ring for member in self.members[team]})
            near = dict.fromkeys(team for member in members for team in self.near[member])
            others = [team for team in near if team not in chosen]
            if not others:  # tied by cars alone
                others = [team for team in self.county.teams if team not in chosen]
            self.dice.shuffle(others)
            ring = []
            for team in others:
                count += len(self.options[team])
                if count > size:
                    break
                ring.append(team)
                chosen[team] = None
        return sorted(chosen, key=id_order)
