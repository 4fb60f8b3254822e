"""排期用语: times of day, spans and dates of a timetable, as people read them."""

from collections.abc import Mapping
from datetime import date

from api.i18n import lazy
from api.office.answers import Translate
from solver.schedule.problem import Problem, Team

WEEKDAYS = (
    lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日"),
)  # fmt: skip
DAY_BEGINS = "09:00"
"""Where a problem tells no clock: times count from here."""
HOUR, MINUTE = 3600, 60
MANY_HOURS = 10


def team_name(team: Team, people: Mapping[str, str]) -> str:
    """``王建国、李敏``; a team without members goes by its id."""
    return "、".join(people.get(code, code) for code in team.members) or str(team.id)


def clock(problem: Problem, second: int, *, ending: bool = False) -> str:
    """``13:30``: a second of the axis as the time of day, lunch between. What ends at noon ends before lunch.

    To the minute below, so that spans read as long as they are.
    """
    begin, lunch, resume = _marks(problem)
    over = problem.lunch is not None and (second > problem.lunch or (second == problem.lunch and not ending))
    moment = begin + second + (resume - lunch if over else 0)
    minutes = moment // MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def span(_: Translate, seconds: int) -> str:
    """``45 分钟``, ``3 小时 20 分``."""
    minutes = round(seconds / MINUTE)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{n} 分钟").format(n=rest)
    if not rest:
        return _("{n} 小时").format(n=f"{hours:,}")
    return _("{n} 小时 {m} 分").format(n=f"{hours:,}", m=rest)


def long_span(_: Translate, seconds: int) -> str:
    """As ``span``; of many hours whole ones alone."""
    hours = round(seconds / HOUR)
    return _("{n} 小时").format(n=f"{hours:,}") if hours >= MANY_HOURS else span(_, seconds)


def weekday(_: Translate, day: date) -> str:
    return _(WEEKDAYS[day.weekday()])


def day_text(_: Translate, day: date) -> str:
    """``11-23 周一``."""
    return f"{day:%m-%d} {weekday(_, day)}"


def _marks(problem: Problem) -> tuple[int, int, int]:
    """Seconds from midnight: work begins, lunch begins, lunch ends."""
    if len(problem.clock) == 4:
        begin, lunch, resume, _end = (_seconds(each) for each in problem.clock)
        return begin, lunch, resume
    return _seconds(problem.clock[0] if problem.clock else DAY_BEGINS), 0, 0


def _seconds(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * HOUR + int(minutes) * MINUTE
