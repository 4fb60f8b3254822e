"""变动清单: what is different between two timetables, visit by visit, old → new with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solver.schedule.problem import Id, Problem, id_order
from solver.schedule.timetable import Timetable
from solver.schedule.wording import moment_words


@dataclass(frozen=True, slots=True)
class Spot:
    """位置 of a visit: team, day (position) and start (seconds)."""

    team: Id
    day: int
    start: int


@dataclass(frozen=True, slots=True)
class Change:
    """一处变动. ``old`` or ``new`` is missing where the visit had or has no place. ``reason``: a sentence."""

    visit: Id
    old: Spot | None
    new: Spot | None
    reason: str

    @property
    def moved(self) -> bool:
        """Another day or team, or none: more than a new time on the same day."""
        one, other = self.old, self.new
        return one is None or other is None or (one.team, one.day) != (other.team, other.day)


def spots(timetable: Timetable) -> dict[Id, Spot]:
    """Where each planned visit stands."""
    return {
        name: Spot(route.team, route.day, start)
        for route in timetable.routes
        for name, start in zip(route.visits, route.starts, strict=True)
    }


def diff(
    problem: Problem, old: Timetable, new: Timetable, reasons: Mapping[Id, str] | None = None
) -> tuple[Change, ...]:
    """变动清单 in order of id. ``reasons``: why, where that is known."""
    before, after = spots(old), spots(new)
    left_out = {one.visit: one.message for one in new.unscheduled}
    found = []
    for name in sorted(before.keys() | after.keys(), key=id_order):
        one, other = before.get(name), after.get(name)
        if one != other:
            told = (reasons or {}).get(name) or left_out.get(name)
            words = _words(problem, one, other)
            found.append(Change(name, one, other, f"{words}；{told}" if told else f"{words}。"))
    return tuple(found)


def _words(problem: Problem, old: Spot | None, new: Spot | None) -> str:
    if old is None and new is not None:
        return f"新安排在{_when(problem, new)}"
    if new is None and old is not None:
        return f"原{_when(problem, old)}的安排取消"
    if old is None or new is None:
        return "未变动"
    if (old.team, old.day) == (new.team, new.day):
        return f"日期不变，开始时间由{moment_words(problem, old.day, old.start)} 调整为 {_time(problem, new)}"
    return f"由{_when(problem, old)}改为{_when(problem, new)}"


def _when(problem: Problem, spot: Spot) -> str:
    return f"{moment_words(problem, spot.day, spot.start)}（第 {spot.team} 组）"


def _time(problem: Problem, spot: Spot) -> str:
    return moment_words(problem, spot.day, spot.start).split(" ", 1)[-1]
