"""措辞: days, times of day and spans as people in an office say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from solver.schedule.problem import Fixed, Id, Problem


def day_words(problem: Problem, day: int) -> str:
    """``9月15日``; the number of the day where the calendar has no such day."""
    if not 0 <= day < len(problem.days):
        return f"第 {day} 个工作日"
    try:
        told = date.fromisoformat(problem.days[day])
    except ValueError:
        return problem.days[day]
    return f"{told.month}月{told.day}日"


def days_words(problem: Problem, days: Iterable[int], most: int = 4) -> str:
    """``9月15日、9月16日等 7 天``; ``无`` for none."""
    listed = sorted(set(days))
    if not listed:
        return "无"
    shown = "、".join(day_words(problem, day) for day in listed[:most])
    return shown if len(listed) <= most else f"{shown}等 {len(listed)} 天"


def time_words(problem: Problem, second: int, *, ends: bool = False) -> str:
    """Second of the working axis as a time of day: ``09:30`` (``ends``: lunch begins rather than is over).

    Without ``clock`` nobody knows when work begins: ``上班后 1 小时 30 分``.
    """
    if not problem.clock:
        if not second:
            return "上班时"
        return f"上班后 {span_words(second)}" if second > 0 else f"上班前 {span_words(-second)}"
    marks = [_of_day(text) for text in problem.clock]
    told = marks[0] + second
    if len(marks) == 4:
        lunch = problem.lunch if problem.lunch is not None else marks[1] - marks[0]
        if second > lunch or (second == lunch and not ends):
            told += marks[2] - marks[1]
    minutes = -(-told // 60) if ends else told // 60
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def moment_words(problem: Problem, day: int, second: int, *, ends: bool = False) -> str:
    """``9月15日 09:30``."""
    return f"{day_words(problem, day)} {time_words(problem, second, ends=ends)}"


def fixed_words(problem: Problem, fixed: Fixed) -> str:
    """``9月15日 09:30``, or the day alone."""
    return (
        day_words(problem, fixed.day)
        if fixed.start is None
        else moment_words(problem, fixed.day, fixed.start)
    )


def span_words(seconds: int) -> str:
    """``1 小时 20 分``, upwards to whole minutes; seconds alone where there is less than a minute."""
    sign = "-" if seconds < 0 else ""
    if abs(seconds) < 60:
        return f"{seconds} 秒"
    hours, rest = divmod(-(-abs(seconds) // 60), 60)
    if not hours:
        return f"{sign}{rest} 分钟"
    return f"{sign}{hours} 小时" + (f" {rest} 分" if rest else "")


def ids_words(ids: Iterable[Id], most: int = 6) -> str:
    """``3、8、12 等 9 户``: what visits are called, in their order."""
    listed = list(ids)
    shown = "、".join(str(one) for one in listed[:most])
    return shown if len(listed) <= most else f"{shown} 等 {len(listed)} 户"


def _of_day(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 3600 + int(minutes) * 60
