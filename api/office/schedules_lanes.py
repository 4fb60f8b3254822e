"""甘特图的行: one for each inspector, or one for each team, as many as one page holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from api.office.answers import Translate
from api.office.schedules_board import Board, Trip
from api.office.schedules_views import Chosen, chosen_trips
from api.office.schedules_words import span

By = Literal["people", "teams"]
LANES = 25
"""Rows of one page: they fit a screen or two, on a phone as well."""


@dataclass(frozen=True, slots=True)
class Lane:
    """甘特图的一行. ``key``: staff number, or id of the team; ``trips`` by day and time."""

    key: str
    name: str
    trips: Sequence[Trip]


@dataclass(frozen=True, slots=True)
class Paged:
    """一页. ``first`` and ``last`` count from 1; ``page`` from 0."""

    lanes: Sequence[Lane]
    page: int
    first: int
    last: int
    total: int

    @property
    def more(self) -> bool:
        return self.last < self.total


def by_of(text: str) -> By:
    """按人员, unless teams are asked for."""
    return "teams" if text == "teams" else "people"


def lanes(board: Board, by: By, chosen: Chosen, day: int | None = None) -> list[Lane]:
    """Rows of what the filter leaves; of one day only those who are out, of all days everybody."""
    trips = [trip for trip in chosen_trips(board, chosen) if day is None or trip.day == day]
    found = _of_people(board, chosen, trips) if by == "people" else _of_teams(board, chosen, trips)
    return [lane for lane in found if lane.trips or (day is None and not chosen.office)]


def paged(every: Sequence[Lane], page: int) -> Paged:
    """The page asked for, or the last there is."""
    page = max(0, min(page, (len(every) - 1) // LANES))
    shown = every[page * LANES : (page + 1) * LANES]
    first = page * LANES + 1 if shown else 0
    return Paged(shown, page, first, page * LANES + len(shown), len(every))


def lane_rows(_: Translate, shown: Sequence[Lane]) -> list[dict[str, Any]]:
    """The same as a table: days out, visits, time on the way."""
    return [
        {
            "key": lane.key.replace("+", "%2B"),
            "name": lane.name,
            "days": len({trip.day for trip in lane.trips}),
            "visits": sum(len(trip.stops) for trip in lane.trips),
            "travel": span(_, sum(trip.travel for trip in lane.trips)),
            "dates": "、".join(f"{trip.date:%m-%d}（{len(trip.stops)}）" for trip in lane.trips),
        }
        for lane in shown
    ]


def trips_of(shown: Sequence[Lane]) -> list[Trip]:
    """Each trip once, though two of its members have a row."""
    found = {(trip.team, trip.day): trip for lane in shown for trip in lane.trips}
    return list(found.values())


def _of_people(board: Board, chosen: Chosen, trips: Sequence[Trip]) -> list[Lane]:
    out: dict[str, list[Trip]] = {}
    for trip in trips:
        for code in board.members_on(trip.team, trip.day):
            out.setdefault(code, []).append(trip)
    known = dict(board.inspector_choices) | {code: board.people.get(code, code) for code in out}
    return [
        Lane(code, name, sorted(out.get(code, ()), key=lambda trip: (trip.day, trip.leaves)))
        for code, name in sorted(known.items())
        if not chosen.inspector or code == chosen.inspector
    ]


def _of_teams(board: Board, chosen: Chosen, trips: Sequence[Trip]) -> list[Lane]:
    out: dict[str, list[Trip]] = {}
    for trip in trips:
        out.setdefault(trip.team, []).append(trip)
    own = board.teams_of(chosen.inspector) if chosen.inspector else None
    return [
        Lane(team, name, out.get(team, ())) for team, name in board.team_choices if own is None or team in own
    ]
