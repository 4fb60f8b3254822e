"""排期板: a timetable with the names and times of day that people read, as every page of it needs them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from api.i18n import lazy
from api.office.schedules_words import clock, team_name
from solver.schedule.problem import Id, Place, Problem, Team, Visit
from solver.schedule.timetable import Route, Timetable

DayKind = Literal["work", "makeup", "rest", "holiday", "outside"]
DAY_KINDS: Mapping[DayKind, str] = {
    "makeup": lazy("补班"),
    "rest": lazy("周末"),
    "holiday": lazy("放假"),
    "outside": lazy("不在排期内"),
}


@dataclass(frozen=True, slots=True)
class About:
    """检查户 of a visit as people know it. ``parts``: codes of the visits it stands for (合并)."""

    name: str
    address: str = ""
    region: str = ""
    task: str = ""
    parts: tuple[str, ...] = ()
    """Codes of the visits it stands for."""


@dataclass(frozen=True, slots=True)
class Stop:
    """一户: a visit on its route, in seconds of the axis and (``begin``, ``end``) by the clock."""

    visit: str
    about: About
    team: str
    team_name: str
    day: int
    date: date
    number: int
    starts: int
    ends: int
    begin: str
    end: str
    items: int
    place: Place | None
    pinned: bool
    appointed: bool
    fixed: bool
    """May not be moved by hand now: pinned, appointed, or in the past."""


@dataclass(frozen=True, slots=True)
class Trip:
    """一日行程 of a team."""

    team: str
    team_name: str
    day: int
    date: date
    leaves: int
    returns: int
    leave: str
    back: str
    travel: int
    stops: tuple[Stop, ...]
    office: Place


@dataclass(frozen=True, slots=True)
class Day:
    """日期栏."""

    date: date
    kind: DayKind
    index: int | None
    """Position among the days of the problem; none where nothing can be on it."""
    provisional: bool = False

    @property
    def iso(self) -> str:
        return self.date.isoformat()


@dataclass(frozen=True)
class Board:
    """排期板. ``about``: visit → whom it is about; ``people``: staff number → name.

    ``today``: what lies on it or before it stands.
    """

    problem: Problem
    timetable: Timetable
    about: Mapping[Id, About] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    today: date | None = None
    offices: tuple[str, ...] = ()
    """Names of the problem's offices, in their order."""

    @cached_property
    def visits(self) -> Mapping[Id, Visit]:
        return {visit.id: visit for visit in self.problem.visits}

    @cached_property
    def teams(self) -> Mapping[Id, Team]:
        return {team.id: team for team in self.problem.teams}

    @cached_property
    def dates(self) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in self.problem.days)

    @cached_property
    def trips(self) -> tuple[Trip, ...]:
        """Every route, by team and day."""
        return tuple(self._trip(route) for route in self.timetable.routes)

    @cached_property
    def stops(self) -> Mapping[str, Stop]:
        return {stop.visit: stop for trip in self.trips for stop in trip.stops}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {str(team.id): team_name(team, self.people) for team in self.problem.teams}

    def team_name(self, team: Id | None) -> str:
        return self._names.get(str(team), str(team or ""))

    def named(self, visit: Id) -> str:
        return self.of(visit).name

    def of(self, visit: Id) -> About:
        return self.about.get(visit) or About(str(visit), parts=(str(visit),))

    def visit_by_text(self, text: str) -> Visit | None:
        """The visit that an address names."""
        return next((visit for visit in self.problem.visits if str(visit.id) == text), None)

    def teams_of(self, inspector: str) -> set[str]:
        return {str(team.id) for team in self.problem.teams if inspector in team.members}

    def goes(self, inspector: str, trip: Trip) -> bool:
        """Whether somebody goes on a trip, by standing in as well."""
        return inspector in self.members_on(trip.team, trip.day)

    def members_on(self, team: str, day: int) -> tuple[str, ...]:
        """Who goes with a team on a day: its members, or who stands in for them."""
        return self._teams_by_text[team].members_on(day)

    @cached_property
    def _teams_by_text(self) -> Mapping[str, Team]:
        return {str(team.id): team for team in self.problem.teams}

    def office_of(self, team: str) -> int:
        """Position of the office that a team sets out from."""
        return self._teams_by_text[team].office

    def office_name(self, office: int) -> str:
        """办公地点 by its name; by its number where the office has been removed meanwhile."""
        return self.offices[office] if office < len(self.offices) else f"{office + 1}"

    @cached_property
    def office_choices(self) -> list[tuple[str, str]]:
        """(position, name) of the offices that teams set out from."""
        used = sorted({team.office for team in self.problem.teams})
        return [(str(office), self.office_name(office)) for office in used]

    @cached_property
    def team_choices(self) -> list[tuple[str, str]]:
        """(id, name) of the teams that have something to do here."""
        busy = {trip.team for trip in self.trips} | {str(visit.team) for visit in self.problem.visits}
        known = [(str(team.id), self.team_name(team.id)) for team in self.problem.teams]
        return [each for each in known if each[0] in busy]

    @cached_property
    def inspector_choices(self) -> list[tuple[str, str]]:
        codes = sorted({code for team in self.problem.teams for code in team.members})
        return [(code, self.people.get(code, code)) for code in codes]

    @cached_property
    def cars(self) -> Counter[int]:
        """Day → teams out on it."""
        return Counter(trip.day for trip in self.trips)

    def clock(self, second: int, *, ending: bool = False) -> str:
        return clock(self.problem, second, ending=ending)

    def week(self, monday: date) -> list[Day]:
        """The days of a week, the free ones among them; Saturday and Sunday only where work is on them."""
        found = [self.day(monday + timedelta(days=n)) for n in range(7)]
        return [day for day in found if day.index is not None or day.date.weekday() < 5]

    def day(self, value: date) -> Day:
        known = self._places.get(value)
        if known is not None:
            kind: DayKind = "makeup" if value.weekday() >= 5 else "work"
            return Day(value, kind, known, known in self.problem.provisional)
        if not self.dates or not self.dates[0] <= value <= self.dates[-1]:
            return Day(value, "outside", None)
        return Day(value, "rest" if value.weekday() >= 5 else "holiday", None)

    @cached_property
    def _places(self) -> Mapping[date, int]:
        return {day: place for place, day in enumerate(self.dates)}

    @cached_property
    def mondays(self) -> list[date]:
        """The weeks that the days of the problem touch."""
        return sorted({day - timedelta(days=day.weekday()) for day in self.dates})

    def open_days(self, visit: Visit) -> tuple[int, ...]:
        """Days on which the visit may be, by itself and by its team, from today on."""
        team = self.teams.get(visit.team) if visit.team is not None else None
        days = set(visit.days) & set(team.days if team else visit.days)
        return tuple(sorted(day for day in days if self.today is None or self.dates[day] > self.today))

    def _trip(self, route: Route) -> Trip:
        team = self.teams[route.team]
        return Trip(
            team=str(route.team),
            team_name=self.team_name(route.team),
            day=route.day,
            date=self.dates[route.day],
            leaves=route.leaves,
            returns=route.returns,
            leave=self.clock(route.leaves),
            back=self.clock(route.returns, ending=True),
            travel=route.travel,
            stops=tuple(self._stops(route)),
            office=self.problem.offices[team.office],
        )

    def _stops(self, route: Route) -> list[Stop]:
        day = self.dates[route.day]
        past = self.today is not None and day <= self.today
        found = []
        for number, (name, start) in enumerate(zip(route.visits, route.starts, strict=True), start=1):
            visit = self.visits[name]
            end = start + visit.duration
            found.append(
                Stop(
                    visit=str(name),
                    about=self.of(name),
                    team=str(route.team),
                    team_name=self.team_name(route.team),
                    day=route.day,
                    date=day,
                    number=number,
                    starts=start,
                    ends=end,
                    begin=self.clock(start),
                    end=self.clock(end, ending=True),
                    items=visit.items,
                    place=visit.place,
                    pinned=visit.pinned is not None,
                    appointed=visit.appointment is not None,
                    fixed=past or visit.pinned is not None or visit.appointment is not None,
                )
            )
        return found
