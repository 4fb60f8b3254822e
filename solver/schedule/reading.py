"""读入排期问题: P.json becomes a ``Problem``; all faults are told at once, each with place and sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from solver.schedule.checking import DAY_SECONDS, MOST, Faults, shown
from solver.schedule.problem import (
    Aims,
    Fixed,
    Id,
    Inspector,
    Place,
    Problem,
    Published,
    Sharing,
    Team,
    Visit,
    Window,
)
from solver.schedule.timetable import Timetable

NEEDED = (
    "name", "daylen", "max_visits", "day_cost", "miss_cost", "days", "counties", "teams", "visits",
)  # fmt: skip
KNOWN = (
    "seed", "inspectors", "lunch", "clock", "cars", "sharing", "aims", "travel", "published", "change_cost",
    "unknown_years", "allow_provisional", "far_km", "merge_saves", "travel_step",
)  # fmt: skip
TEAM_NEEDED = ("id", "county", "office", "members", "avail")
TEAM_KNOWN = ("hours", "skills", "stand_ins")
VISIT_NEEDED = ("id", "county", "dur", "tw", "days")
VISIT_KNOWN = (
    "lat", "lon", "items", "team", "tw_on", "closed", "earliest", "deadline", "appointment", "pinned",
    "entity", "tasks", "departments", "skills", "recused", "over_lunch",
)  # fmt: skip
INSPECTOR_KNOWN = ("days", "hours", "skills", "spare")


def read_problem(path: Path) -> Problem:
    """The problem of a file; ``OSError`` where it cannot be read, else as ``problem_from_text``."""
    return problem_from_text(path.read_bytes())


def problem_from_text(text: str | bytes) -> Problem:
    """The problem of a JSON text; ``ScheduleInputError`` with every fault."""
    faults = Faults("schedule_problem", lenient=True)
    return _Reading(faults, faults.parse(text)).problem()


def problem_from_json(value: object) -> Problem:
    """The problem of a JSON value; ``ScheduleInputError`` with every fault."""
    return _Reading(Faults("schedule_problem", lenient=True), value).problem()


def visit_from_json(problem: Problem, value: object) -> Visit:
    """One more visit of ``problem``, as its file would have it; ``ScheduleInputError`` with every fault."""
    filed = problem.given_days or tuple(range(len(problem.days)))
    days = [day for _, day in sorted(zip(filed, problem.days, strict=True))]
    file = {
        **dict.fromkeys(NEEDED, 0),
        "days": days,
        "counties": [[one.lat, one.lon] for one in problem.offices],
        "daylen": problem.day_length,
        "lunch": problem.lunch,
    }
    reading = _Reading(Faults("schedule_problem", lenient=True), file)
    visit = reading._visit(value, "visit")
    reading.faults.refuse_if_any()
    return visit


def timetable_from_json(problem: Problem, value: object, *, by_hand: bool = False) -> Timetable:
    """A timetable of ``problem`` out of T.json; what a route does not say about its times is worked out.

    ``by_hand``: what does not agree within the file is kept for the judge instead of being refused.
    """
    from solver.schedule.reading_timetable import timetable_of

    return timetable_of(problem, Faults("schedule_timetable"), value, by_hand=by_hand)


def timetable_from_text(problem: Problem, text: str | bytes, *, by_hand: bool = False) -> Timetable:
    """As ``timetable_from_json``, out of a JSON text."""
    from solver.schedule.reading_timetable import timetable_of

    faults = Faults("schedule_timetable")
    return timetable_of(problem, faults, faults.parse(text), by_hand=by_hand)


class _Reading:
    """One reading of one file."""

    def __init__(self, faults: Faults, value: object) -> None:
        self.faults = faults
        self.file = faults.keys(value, "文件", NEEDED, KNOWN)
        given = faults.list(self.file.get("days", []), "days", faults.date)
        seen: set[str] = set()
        for at, day in enumerate(given):
            if day and day in seen:
                faults.note(f"days[{at}]", "duplicate_day", day=day)
            seen.add(day)
        self.given_days = tuple(sorted(range(len(given)), key=lambda at: given[at]))
        self.days = tuple(given[at] for at in self.given_days)
        self.position = {at: day for day, at in enumerate(self.given_days)}
        self.offices = faults.list(self.file.get("counties", []), "counties", self._office)
        self.length = self._number("daylen", 1, DAY_SECONDS, 1)
        lunch = self.file.get("lunch")
        self.lunch = None if lunch is None else faults.integer(lunch, "lunch", 0, DAY_SECONDS)

    def problem(self) -> Problem:
        faults, file = self.faults, self.file
        inspectors = faults.list(file.get("inspectors", []), "inspectors", self._inspector)
        people = {one.id: one for one in inspectors}
        teams = faults.list(file.get("teams", []), "teams", lambda one, at: self._team(one, at, people))
        visits = faults.list(file.get("visits", []), "visits", self._visit)
        for place, ids in (
            ("inspectors", [one.id for one in inspectors]),
            ("teams", [one.id for one in teams]),
            ("visits", [one.id for one in visits]),
        ):
            faults.unique(cast(list[Id], ids), place)
        known = {one.id for one in teams}
        for at, visit in enumerate(visits):
            if visit.team is not None and visit.team not in known:
                faults.note(f"visits[{at}].team", "unknown_team", id=visit.team)
        years = faults.list(
            file.get("unknown_years", []),
            "unknown_years",
            lambda one, at: faults.integer(one, at, 1900, 9999),
        )
        optional: dict[str, Any] = {
            "change_cost": self._number("change_cost", 0, MOST, 7200),
            "far_km": self._number("far_km", 0, 40_000, 150),
            "merge_saves": self._number("merge_saves", 0, MOST, 900),
            "travel_step": self._number("travel_step", 1, 3600, 1),
        }
        found: dict[str, Any] = {
            "name": faults.text(file.get("name", ""), "name"),
            "max_visits": self._number("max_visits", 1, 10_000, 1),
            "day_cost": self._number("day_cost", 0, MOST, 0),
            "miss_cost": self._number("miss_cost", 0, MOST, 0),
            "clock": self._clock(),
            "cars": self._cars(),
            "published": self._published([one.id for one in visits]),
            "matrix": self._matrix([one.id for one in visits]),
            "allow_provisional": faults.boolean(file.get("allow_provisional", True), "allow_provisional"),
        }
        sharing = faults.one_of(file.get("sharing", "day"), "sharing", ("day", "time"))
        aims = faults.one_of(file.get("aims", "lexicographic"), "aims", ("lexicographic", "weighted"))
        if "seed" in file and file["seed"] is not None:
            faults.integer(file["seed"], "seed", -(2**53), 2**53)
        faults.refuse_if_any()
        return Problem(
            **found,
            **optional,
            day_length=self.length,
            days=self.days,
            offices=self.offices,
            teams=teams,
            visits=visits,
            inspectors=inspectors,
            lunch=self.lunch,
            sharing=cast(Sharing, sharing),
            aims=cast(Aims, aims),
            unknown_years=tuple(sorted(set(years))),
            provisional=tuple(at for at, day in enumerate(self.days) if int(day[:4]) in years),
            given_days=self.given_days,
            ignored=tuple(faults.ignored),
        )

    def _number(self, key: str, low: int, high: int, default: int) -> int:
        if key not in self.file:
            return default
        return self.faults.integer(self.file[key], key, low, high, default)

    def _office(self, value: Any, place: str) -> Place:
        if not isinstance(value, list | tuple) or len(value) != 2:
            self.faults.note(place, "not_list", found=shown(value))
            return Place(0.0, 0.0)
        lat = self.faults.degrees(value[0], f"{place}[0]", 90, value[1])
        return Place(lat, self.faults.degrees(value[1], f"{place}[1]", 180))

    def _day(self, value: Any, place: str) -> int:
        """A position in the file's days, as a position in the days in order."""
        if type(value) is not int:
            self.faults.note(place, "not_integer", found=shown(value))
            return 0
        if value not in self.position:
            self.faults.note(place, "day_index", found=value, days=len(self.days))
            return 0
        return self.position[value]

    def _days(self, value: Any, place: str) -> tuple[int, ...]:
        return tuple(sorted(set(self.faults.list(value, place, self._day))))

    def _day_keys(self, value: Any, place: str) -> dict[int, tuple[Any, str]]:
        """``{"3": …}``: position of a day → value and its place."""
        if not isinstance(value, Mapping):
            self.faults.note(place, "not_object", found=shown(value))
            return {}
        found = {}
        for key, one in value.items():
            where = f"{place}.{key}"
            found[self._day(_position(key), where)] = (one, where)
        return dict(sorted(found.items()))

    def _hours(self, value: Any, place: str) -> dict[int, Window]:
        return {day: self.faults.window(one, at) for day, (one, at) in self._day_keys(value, place).items()}

    def _inspector(self, value: Any, place: str) -> Inspector:
        faults = self.faults
        value = faults.keys(value, place, ("id",), INSPECTOR_KNOWN)
        return Inspector(
            id=faults.name(value.get("id"), f"{place}.id") if "id" in value else "",
            days=None if value.get("days") is None else self._days(value["days"], f"{place}.days"),
            hours=self._hours(value.get("hours", {}), f"{place}.hours"),
            skills=frozenset(faults.names(value.get("skills", []), f"{place}.skills")),
            spare=faults.boolean(value.get("spare", False), f"{place}.spare"),
        )

    def _team(self, value: Any, place: str, people: Mapping[str, Inspector]) -> Team:
        """A team, narrowed to the days, hours and skills of its members (or of who stands in)."""
        faults = self.faults
        value = faults.keys(value, place, TEAM_NEEDED, TEAM_KNOWN)
        members = faults.names(value.get("members", []), f"{place}.members")
        faults.unique(members, f"{place}.members")
        stand_ins = {
            day: faults.names(one, at)
            for day, (one, at) in self._day_keys(value.get("stand_ins", {}), f"{place}.stand_ins").items()
        }
        given = self._hours(value.get("hours", {}), f"{place}.hours")
        # hours of days on which the team does not go out are kept: it might, were the day added
        days, hours = [], {day: span for day, span in given.items() if span != (0, self.length)}
        for day in self._days(value.get("avail", []), f"{place}.avail"):
            present = [people[one] for one in stand_ins.get(day, members) if one in people]
            begin, end = given.get(day, (0, self.length))
            for one in present:
                low, high = one.hours.get(day, (begin, end))
                begin, end = max(begin, low), min(end, high)
            if begin < end and all(one.days is None or day in one.days for one in present):
                days.append(day)
                if (begin, end) != (0, self.length):
                    hours[day] = (begin, end)
        held = [people[one].skills for one in members if one in people]
        return Team(
            id=faults.id(value.get("id"), f"{place}.id") if "id" in value else "",
            county=self._office_number(value.get("county", 0), f"{place}.county"),
            office=self._office_number(value.get("office", 0), f"{place}.office"),
            members=members,
            days=tuple(days),
            hours=dict(sorted(hours.items())),
            skills=frozenset(faults.names(value.get("skills", []), f"{place}.skills")).union(*held),
            stand_ins=stand_ins,
        )

    def _office_number(self, value: Any, place: str) -> int:
        if type(value) is not int:
            self.faults.note(place, "not_integer", found=shown(value))
        elif not 0 <= value < len(self.offices):
            self.faults.note(place, "unknown_office", found=value, offices=len(self.offices))
        else:
            return value
        return 0

    def _visit(self, value: Any, place: str) -> Visit:
        faults = self.faults
        value = faults.keys(value, place, VISIT_NEEDED, VISIT_KNOWN)
        duration = faults.integer(value.get("dur", 0), f"{place}.dur", 0, DAY_SECONDS)
        lunch = self.lunch
        long = lunch is not None and duration > max(lunch, self.length - lunch)
        over = value.get("over_lunch")
        windows_on = {
            day: faults.windows(one, at)
            for day, (one, at) in self._day_keys(value.get("tw_on", {}), f"{place}.tw_on").items()
        }
        return Visit(
            id=faults.id(value.get("id"), f"{place}.id") if "id" in value else "",
            county=self._office_number(value.get("county", 0), f"{place}.county"),
            place=self._place(value, place),
            duration=duration,
            windows=faults.windows(value["tw"], f"{place}.tw") if "tw" in value else (),
            days=self._visit_days(value, place),
            team=None if value.get("team") is None else faults.id(value["team"], f"{place}.team"),
            items=faults.integer(value.get("items", 1), f"{place}.items"),
            windows_on=windows_on,
            appointment=self._fixed(value.get("appointment"), f"{place}.appointment"),
            pinned=self._fixed(value.get("pinned"), f"{place}.pinned"),
            entity=faults.name(value["entity"], f"{place}.entity")
            if value.get("entity") not in (None, "")
            else "",
            tasks=faults.names(value.get("tasks", []), f"{place}.tasks"),
            departments=faults.names(value.get("departments", []), f"{place}.departments"),
            skills=frozenset(faults.names(value.get("skills", []), f"{place}.skills")),
            recused=frozenset(faults.names(value.get("recused", []), f"{place}.recused")),
            over_lunch=long if over is None else faults.boolean(over, f"{place}.over_lunch"),
        )

    def _place(self, value: Mapping[str, Any], place: str) -> Place | None:
        lat, lon = value.get("lat"), value.get("lon")
        if lat is None and lon is None:
            return None
        if lat is None or lon is None:
            self.faults.note(place, "half_place")
            return None
        north = self.faults.degrees(lat, f"{place}.lat", 90, lon)
        return Place(north, self.faults.degrees(lon, f"{place}.lon", 180))

    def _visit_days(self, value: Mapping[str, Any], place: str) -> tuple[int, ...]:
        """Days less closed ones, from the earliest to the deadline."""
        days = set(self._days(value.get("days", []), f"{place}.days"))
        days -= set(self._days(value.get("closed", []), f"{place}.closed"))
        if value.get("earliest") is not None:
            first = self._day(value["earliest"], f"{place}.earliest")
            days = {day for day in days if day >= first}
        if value.get("deadline") is not None:
            last = self._day(value["deadline"], f"{place}.deadline")
            days = {day for day in days if day <= last}
        return tuple(sorted(days))

    def _fixed(self, value: Any, place: str) -> Fixed | None:
        if value is None:
            return None
        value = self.faults.keys(value, place, ("day",), ("start",))
        day = self._day(value["day"], f"{place}.day") if "day" in value else 0
        if value.get("start") is None:
            return Fixed(day)
        return Fixed(day, self.faults.integer(value["start"], f"{place}.start", 0, DAY_SECONDS))

    def _clock(self) -> tuple[str, ...]:
        value = self.file.get("clock")
        if value in (None, []):
            return ()
        told = self.faults.list(value, "clock", self.faults.text)
        minutes = [_minutes(one) for one in told]
        if len(told) != 4 or any(one is None for one in minutes) or minutes != sorted(minutes, key=int):  # type: ignore[arg-type]
            self.faults.note("clock", "clock_shape")
        return told

    def _cars(self) -> dict[int, int]:
        value = self.file.get("cars")
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            most = self.faults.integer(value, "cars")
            return dict.fromkeys(range(len(self.offices)), most)
        found = {}
        for key, one in value.items():
            found[self._office_number(_position(key), f"cars.{key}")] = self.faults.integer(
                one, f"cars.{key}"
            )
        return dict(sorted(found.items()))

    def _published(self, visits: list[Id]) -> dict[Id, Published]:
        value = self.file.get("published", {})
        if not isinstance(value, Mapping):
            self.faults.note("published", "not_object", found=shown(value))
            return {}
        named = {str(one): one for one in visits}
        found: dict[Id, Published] = {}
        for key, one in value.items():
            place = f"published.{key}"
            if key not in named:
                self.faults.note(place, "unknown_visit", id=shown(key))
                continue
            one = self.faults.keys(one, place, ("team", "day", "start"), ())
            if all(part in one for part in ("team", "day", "start")):
                found[named[key]] = Published(
                    self.faults.id(one["team"], f"{place}.team"),
                    self._day(one["day"], f"{place}.day"),
                    self.faults.integer(one["start"], f"{place}.start", 0, DAY_SECONDS),
                )
        return found

    def _matrix(self, visits: list[Id]) -> tuple[tuple[int, ...], ...] | None:
        """Rows and columns put into the order of ids."""
        from solver.schedule.problem import id_order

        value = self.file.get("travel")
        if value is None:
            return None
        offices, size = len(self.offices), len(self.offices) + len(visits)
        square = isinstance(value, list | tuple) and len(value) == size
        if not square or not all(isinstance(row, list | tuple) and len(row) == size for row in value):
            self.faults.note("travel", "matrix_shape", size=size)
            return None
        value = [
            [
                one
                if type(one) is int and 0 <= one <= MOST
                else self.faults.integer(one, f"travel[{at}][{to}]")
                for to, one in enumerate(row)
            ]
            for at, row in enumerate(value)
        ]
        order = [
            *range(offices),
            *(offices + at for at in sorted(range(len(visits)), key=lambda at: id_order(visits[at]))),
        ]
        return tuple(tuple(value[row][column] for column in order) for row in order)


def _position(key: object) -> object:
    """The number that a key of an object stands for; else the key as it is, which is no position."""
    if isinstance(key, str) and len(key) < 10 and key.isascii() and key.isdigit():
        return int(key)
    return key


def _minutes(told: str) -> int | None:
    hour, colon, minute = told.partition(":")
    if not (colon and len(told) == 5 and told.isascii() and hour.isdigit() and minute.isdigit()):
        return None
    return int(hour) * 60 + int(minute) if int(hour) < 25 and int(minute) < 60 else None
