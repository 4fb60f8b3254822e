"""改期: what moving a visit to another day would mean, in words; the days that suit it next best."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.office.answers import Translate
from api.office.schedules_board import Board
from api.office.schedules_told import finding
from api.office.schedules_words import clock, day_text, span
from solver.schedule.judging import Moved, judge_move
from solver.schedule.problem import Id, Visit
from solver.schedule.timetable import Timetable

if TYPE_CHECKING:
    from solver.schedule.explaining import OtherDay

BEST = 5
MOST_TOLD = 6
"""Findings and changes that are told one by one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """判断: whether a visit may go to a day, at what cost, and what else would change."""

    day: str
    """ISO."""
    title: str
    allowed: bool
    sentence: str
    more: Sequence[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """可改的日子."""

    day: str
    title: str
    cost: str


def verdict(_: Translate, board: Board, visit: Visit, day: int, moved: Moved) -> Verdict:
    """The judge's word on moving ``visit`` to ``day``."""
    title = day_text(_, board.dates[day])
    iso = board.problem.days[day]
    if moved.violations:
        told = [finding(_, board, each.code, each.message) for each in moved.violations]
        return Verdict(iso, title, False, _("这样改不符合规则："), list(dict.fromkeys(told))[:MOST_TOLD])
    more = [_("改后 {time} 开始。").format(time=_start(board, moved.timetable, visit.id))]
    more += _others(_, board, moved.timetable, visit.id)
    return Verdict(iso, title, True, cost_words(_, board, moved), more)


def choices(_: Translate, board: Board, visit: Visit, now_on: int) -> list[Choice]:
    """The five next-best days on which no rule is broken, the cheapest first."""
    found = []
    for day in board.open_days(visit):
        if day != now_on:
            moved = judge_move(board.problem, board.timetable, visit.id, day)
            if not moved.violations:
                found.append((moved.cost_after - moved.cost_before, day, moved))
    found.sort(key=lambda each: each[:2])
    return [
        Choice(board.problem.days[day], day_text(_, board.dates[day]), cost_words(_, board, moved))
        for _cost, day, moved in found[:BEST]
    ]


def cost_words(_: Translate, board: Board, moved: Moved) -> str:
    """``路上多 12 分钟，多出动 1 天。``"""
    before, after = board.timetable, moved.timetable
    way, days = after.travel - before.travel, len(after.routes) - len(before.routes)
    told = []
    if way > 0:
        told.append(_("路上多 {span}").format(span=span(_, way)))
    elif way < 0:
        told.append(_("路上少 {span}").format(span=span(_, -way)))
    else:
        told.append(_("路上时间不变"))
    if days > 0:
        told.append(_("多出动 {n} 天").format(n=days))
    elif days < 0:
        told.append(_("少出动 {n} 天").format(n=-days))
    return _("，").join(told) + _("。")


def compared(_: Translate, board: Board, visit: Visit) -> list[str]:
    """为什么是这一天: the next-best days with the team solved anew for each, whom they would disturb."""
    from solver.schedule.explaining import explain

    return [_other_day(_, board, each) for each in explain(board.problem, board.timetable, visit.id).days]


def _other_day(_: Translate, board: Board, other: "OtherDay") -> str:
    cost = _("代价相同")
    if other.extra:
        words = _("多花 {span}") if other.extra > 0 else _("少花 {span}")
        cost = words.format(span=span(_, abs(other.extra)))
    whom = _("别的户都不动")
    if other.moves:
        names = _("、").join(board.named(each) for each in other.moves[:MOST_TOLD])
        whom = _("要移动 {n} 户：{names}").format(n=len(other.moves), names=names)
    told = _("{day}：{cost}，{whom}。").format(day=day_text(_, board.dates[other.day]), cost=cost, whom=whom)
    if other.drops:
        told += _("有 {n} 户会排不下。").format(n=len(other.drops))
    return told


def _start(board: Board, timetable: Timetable, visit: Id) -> str:
    return next(clock(board.problem, start) for start in _starts(timetable, visit))


def _starts(timetable: Timetable, visit: Id) -> list[int]:
    return [
        start
        for route in timetable.routes
        for each, start in zip(route.visits, route.starts, strict=True)
        if each == visit
    ]


def _others(_: Translate, board: Board, after: Timetable, moved: Id) -> list[str]:
    """Other visits of the two days whose time is another then."""
    told = []
    for route in after.routes:
        for name, start in zip(route.visits, route.starts, strict=True):
            stop = board.stops.get(str(name))
            if name != moved and stop is not None and stop.starts != start:
                words = _("{name}改为 {time} 开始（原 {old}）。")
                told.append(
                    words.format(name=stop.about.name, time=clock(board.problem, start), old=stop.begin)
                )
    if len(told) > MOST_TOLD:
        return [_("另有 {n} 户的时间前后有变。").format(n=len(told))]
    return told
