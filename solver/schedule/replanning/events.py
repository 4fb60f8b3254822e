"""事件: what has happened since the plan was made."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from solver.errors import SolverError
from solver.schedule.problem import Id, Problem, Visit
from solver.schedule.reading import visit_from_json


class ReplanError(SolverError):
    """重排事件有误: an event that says nothing about this problem."""

    SENTENCES: ClassVar = {
        "event_malformed": "第 {number} 个事件的 {key} 不符合要求。",
        "event_kind": "第 {number} 个事件的类型“{kind}”不认识。",
        "event_visit": "事件所指的检查对象 {visit} 不在排期问题中。",
        "event_inspector": "事件所指的检查人员 {inspector} 不在任何检查组中。",
        "event_day": "事件所指的日期 {day} 不在排期期间内。",
        "event_past": "日期 {day} 已过或就是今天，不能再安排。",
        "event_team": "新增检查对象 {visit} 的检查组 {team} 不存在。",
        "event_twice": "检查对象 {visit} 已在排期问题中，不能再新增。",
        "event_office": "事件所指的 {office} 号办公地点不存在。",
        "event_unplaced": "检查对象 {visit} 尚未安排，无法锁定。",
        "event_no_travel": "排期问题自带路程表，新增的检查对象 {visit} 不在表中，请重新导出路程表后再排。",
        "substitute_unfit": "{substitute} 不能在{days}替 {inspector}：不是替班人员、当天不在岗、须回避、"
        "缺技能或另有外出。",
    }


@dataclass(frozen=True, slots=True)
class Away:
    """人员不在. ``days``: positions. ``substitute``: drawn by the office (``None``: first by id)."""

    inspector: str
    days: tuple[int, ...]
    substitute: str | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """企业停业 on these days."""

    visit: Id
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Appointment:
    """约定时间 with the entity."""

    visit: Id
    day: int
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """锁定: the visit stays where it is."""

    visit: Id


@dataclass(frozen=True, slots=True)
class Unpin:
    """解锁."""

    visit: Id


@dataclass(frozen=True, slots=True)
class Cancelled:
    """取消: the visit need not be made any more."""

    visit: Id


@dataclass(frozen=True, slots=True)
class Added:
    """新增 a visit."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Cars:
    """车辆变化: so many cars a day at the office from now on."""

    office: int
    cars: int


Event = Away | Closed | Appointment | Pin | Unpin | Cancelled | Added | Cars


def read_events(plain: Iterable[Mapping[str, object]], problem: Problem) -> tuple[Event, ...]:
    """Events of a file (docs/schedule.md, section 6). Days are positions in the file, or ISO dates."""
    return tuple(_Reader(problem, number, one).event() for number, one in enumerate(plain, 1))


def check_events(problem: Problem, plain: Iterable[Mapping[str, object]]) -> None:
    """Read events and hold what they name against the problem, in the order in which they are worked in.

    ``ReplanError``: one is malformed, or names a visit, an inspector, a team or an office that is not there.
    What depends on the plan and on the day is found when they are worked in.
    """
    visits: set[Id] = {visit.id for visit in problem.visits}
    teams = {team.id for team in problem.teams}
    people = {one.id for one in problem.inspectors}
    for team in problem.teams:
        people.update(team.members, *team.stand_ins.values())
    events = read_events(plain, problem)
    for event in sorted(events, key=lambda event: not isinstance(event, Pin | Unpin)):
        match event:
            case Away() if event.inspector not in people:
                raise ReplanError.of("event_inspector", inspector=event.inspector)
            case Closed() | Appointment() | Pin() | Unpin() | Cancelled() if event.visit not in visits:
                raise ReplanError.of("event_visit", visit=event.visit)
            case Cars() if event.office >= len(problem.offices):
                raise ReplanError.of("event_office", office=event.office)
            case Added():
                _check_added(problem, event.visit, visits, teams)
                visits.add(event.visit.id)
            case Cancelled():
                visits.discard(event.visit)


def _check_added(problem: Problem, visit: Visit, visits: Container[Id], teams: Container[Id]) -> None:
    if visit.id in visits:
        raise ReplanError.of("event_twice", visit=visit.id)
    if problem.matrix is not None:
        raise ReplanError.of("event_no_travel", visit=visit.id)
    if visit.team is not None and visit.team not in teams:
        raise ReplanError.of("event_team", visit=visit.id, team=visit.team)


@dataclass(frozen=True, slots=True)
class _Reader:
    problem: Problem
    number: int
    plain: Mapping[str, object]

    def event(self) -> Event:
        if not isinstance(self.plain, Mapping):
            raise ReplanError.of("event_malformed", number=self.number, key="（整体）")
        kind = self.plain.get("kind")
        match kind:
            case "away":
                substitute = self.plain.get("substitute")
                if substitute is not None and not isinstance(substitute, str):
                    raise self._bad("substitute")
                return Away(self._text("inspector"), self._days(), substitute)
            case "closed":
                return Closed(self._id(), self._days())
            case "appointment":
                start = self.plain.get("start")
                return Appointment(
                    self._id(),
                    self._day(self.plain.get("day")),
                    None if start is None else self._number(start, "start"),
                )
            case "pin":
                return Pin(self._id())
            case "unpin":
                return Unpin(self._id())
            case "cancelled":
                return Cancelled(self._id())
            case "added":
                return Added(self._visit())
            case "cars":
                return Cars(
                    self._number(self.plain.get("office"), "office"),
                    self._number(self.plain.get("cars"), "cars"),
                )
        raise ReplanError.of("event_kind", number=self.number, kind=kind)

    def _bad(self, key: str) -> ReplanError:
        return ReplanError.of("event_malformed", number=self.number, key=key)

    def _number(self, value: object, key: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._bad(key)
        return value

    def _text(self, key: str) -> str:
        value = self.plain.get(key)
        if not isinstance(value, str) or not value:
            raise self._bad(key)
        return value

    def _id(self) -> Id:
        value = self.plain.get("visit")
        if not isinstance(value, int | str) or isinstance(value, bool):
            raise self._bad("visit")
        return value

    def _day(self, value: object) -> int:
        """A position in the problem; files name days by where they stood there."""
        days, given = self.problem.days, self.problem.given_days
        if isinstance(value, str) and value in days:
            return days.index(value)
        if isinstance(value, int) and not isinstance(value, bool):
            if given and value in given:
                return given.index(value)
            if not given and 0 <= value < len(days):
                return value
        raise ReplanError.of("event_day", day=value)

    def _days(self) -> tuple[int, ...]:
        value = self.plain.get("days")
        if not isinstance(value, list):
            raise self._bad("days")
        return tuple(sorted({self._day(day) for day in value}))

    def _visit(self) -> Visit:
        """A visit as in ``P.json``."""
        plain = self.plain.get("visit")
        if not isinstance(plain, Mapping):
            raise self._bad("visit")
        return visit_from_json(self.problem, plain)
