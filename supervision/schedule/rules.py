"""Decisions on schedules, on plain values: options, times of day, openings, figures, states."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from supervision.errors import InvalidInput, SupervisionError
from supervision.schedule.tables import ScheduleState

MOST_VISITS, MOST_TEAMS, MOST_PLACES = 20_000, 2_000, 2_000
"""Of a problem handed in whole; ``MOST_PLACES``: rows of a table of ways that comes with it."""
HANDED_IN_SECONDS = 600
"""求解时限 of a problem handed in whole."""
LONGEST_PERIOD = 366
"""Days from the first to the last of a schedule."""
MOST_TASKS = 50
NINE, NOON, LATEST = "09:00", "12:00", "23:59"
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
TimeOfDay = Annotated[str, StringConstraints(pattern=TIME)]
STATE_NAMES = {
    ScheduleState.DRAFT: "待求解",
    ScheduleState.SOLVING: "正在求解",
    ScheduleState.READY: "待下发",
    ScheduleState.ISSUED: "已下发",
    ScheduleState.SUPERSEDED: "已被新安排取代",
    ScheduleState.CANCELLED: "已取消",
    ScheduleState.FAILED: "求解未成功",
}
OPEN = (ScheduleState.DRAFT, ScheduleState.READY, ScheduleState.FAILED)
"""States in which it may be solved (again)."""
WITH_TIMETABLE = (ScheduleState.READY, ScheduleState.ISSUED, ScheduleState.SUPERSEDED)


class NoBase(SupervisionError):
    code = "no_base"
    status = 422
    sentence = (
        "机关“{organ}”还没有办公地点，无法计算路程。"
        "请先在“检查安排—办公地点”中添加出发地点的名称和经纬度，再编制安排。"
    )


class NothingToSchedule(SupervisionError):
    code = "nothing_to_schedule"
    status = 422
    sentence = (
        "所选任务没有待安排的检查：检查组尚未抽定，或检查都已完成。请选择已抽定检查组、尚未查完的任务。"
    )


class NoWorkingDay(SupervisionError):
    code = "no_working_day"
    status = 422
    sentence = "{starts} 至 {ends} 之间没有可用的工作日，请延长安排期间，或核对工作日历。"


class ProblemTooLarge(SupervisionError):
    code = "schedule_problem_too_large"
    status = 422
    sentence = "排期问题过大：{what}共 {count} 个，最多 {most} 个。请按片区或任务分开求解。"


class WrongTime(SupervisionError):
    code = "wrong_time"
    status = 422
    sentence = "时间“{text}”填写有误，请按 24 小时制填写，例如 09:30。"


class MoveRefused(SupervisionError):
    code = "move_refused"
    status = 409
    sentence = "不能这样调整：{problems}"


class StaleVersion(SupervisionError):
    code = "stale_version"
    status = 409
    sentence = "安排“{schedule}”已被修改为第 {version} 版，请刷新后再调整。"


class Options(BaseModel):
    """排期设置 of a schedule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clock: tuple[TimeOfDay, TimeOfDay, TimeOfDay, TimeOfDay] = ("09:00", NOON, "13:30", "17:30")
    """上班、午休、午休结束、下班."""
    max_visits: Annotated[int, Field(ge=1, le=20)] = 4
    """Visits of a team on one day."""
    base_minutes: Annotated[int, Field(ge=0, le=480)] = 30
    minutes_per_item: Annotated[int, Field(ge=0, le=240)] = 15
    day_cost: Annotated[int, Field(ge=0, le=86_400)] = 1800
    """Seconds of driving that one day out of a team weighs."""
    miss_cost: Annotated[int, Field(ge=0, le=864_000)] = 21_600
    change_cost: Annotated[int, Field(ge=0, le=864_000)] = 7200
    sharing: Literal["day", "time"] = "time"
    """Whether an inspector goes out with one team a day, or with several one after the other."""
    aims: Literal["lexicographic", "weighted"] = "lexicographic"
    merge: bool = True
    """进一次门、查多项事: visits to one entity become one where that is possible."""
    allow_provisional: bool = True
    """Whether days of a year may be used whose holidays are not announced."""
    assume_travel_minutes: Annotated[int, Field(ge=1, le=240)] | None = None
    """按固定路程: minutes that any way to or from a place without coordinates counts; none: such visits are
    not scheduled, with the reason ``NO_COORDINATES``."""
    far_km: Annotated[int, Field(ge=1, le=2000)] = 150
    limit_seconds: Annotated[int, Field(ge=1, le=3600)] | None = None
    """求解时限; where it fires the result depends on the machine, and the schedule says so."""
    events: Annotated[tuple[dict[str, Any], ...], Field(max_length=1000)] = ()
    """What happened since, in the words of docs/schedule.md: for a problem handed in whole, whose timetable
    is mended and not made anew."""
    today: date | None = None
    """Which day it is for such events: its visits and earlier ones stay. None: the day of the office, or no
    day where the whole period is over (an old plan is tried out)."""

    @model_validator(mode="after")
    def _in_order(self) -> "Options":
        if not all(earlier < later for earlier, later in pairwise(self.clock)):
            raise ValueError("the four times of day must rise")
        return self

    @property
    def seconds(self) -> tuple[int, ...]:
        """The clock in seconds since midnight."""
        return tuple(seconds_of(text) for text in self.clock)

    @property
    def lunch(self) -> int:
        """Second of the working axis at which lunch is cut out."""
        begins, noon, *_ = self.seconds
        return noon - begins

    @property
    def day_length(self) -> int:
        begins, noon, after, ends = self.seconds
        return noon - begins + ends - after


def seconds_of(text: str) -> int:
    """Seconds since midnight of ``HH:MM`` or ``HH:MM:SS``; refuses anything else."""
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(len(part) == 2 and part.isdecimal() for part in parts):
        raise WrongTime(text=text)
    hour, minute, second = (*map(int, parts), 0)[:3]
    if hour > 23 or minute > 59 or second > 59:
        raise WrongTime(text=text)
    return hour * 3600 + minute * 60 + second


def to_axis(text: str, options: Options) -> int:
    """A time of day on the working axis: before work 0, during lunch the second of lunch."""
    begins, noon, after, ends = options.seconds
    at = min(max(seconds_of(text), begins), ends)
    return min(at, noon) - begins + max(at - after, 0)


def to_clock(second: int, options: Options, *, ending: bool = False) -> int:
    """Seconds since midnight of a second of the axis; what ends at lunch ends before it."""
    begins, _, after, _ = options.seconds
    lunch = options.lunch
    before = second < lunch or (second == lunch and ending)
    return begins + second if before else after + second - lunch


def clock_of_file(clock: Sequence[str], options: Options) -> Options:
    """The options with the clock of a problem handed in whole; without one, seconds since nine, no lunch."""
    hours = tuple(min(each, LATEST) for each in clock) or (NINE, LATEST, LATEST, LATEST)
    return options.model_copy(update={"clock": hours})


def hhmm(second_of_day: int) -> str:
    return f"{second_of_day // 3600:02d}:{second_of_day % 3600 // 60:02d}"


class Opening(BaseModel):
    """营业时段. Dates go before weekdays (1 Monday … 7 Sunday), these before openings that name neither."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(max_length=7)] = ()
    dates: Annotated[tuple[date, ...], Field(max_length=200)] = ()
    opens: Annotated[TimeOfDay, Field(alias="from")]
    closes: Annotated[TimeOfDay, Field(alias="to")]

    @model_validator(mode="after")
    def _in_order(self) -> "Opening":
        if self.opens >= self.closes:
            raise ValueError("an opening ends after it begins")
        return self

    def stored(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)


def openings_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Opening, ...]:
    """Openings as they are kept in a table."""
    return tuple(Opening.model_validate(each) for each in stored)


def windows_on(
    openings: Sequence[Opening], day: date, options: Options
) -> tuple[tuple[int, int], ...] | None:
    """Windows of the axis in which a place is open on a day; none at all where it is shut; ``None``: all day.

    Where openings name weekdays, the others are shut unless some opening names neither dates nor weekdays;
    openings that name dates say nothing of other days.
    """
    if not openings:
        return None
    by_date = [each for each in openings if day in each.dates]
    by_weekday = [each for each in openings if not each.dates and day.isoweekday() in each.weekdays]
    plain = [each for each in openings if not each.dates and not each.weekdays]
    chosen = by_date or by_weekday or plain
    if not chosen and not any(each.weekdays and not each.dates for each in openings):
        return None
    spans = sorted((to_axis(each.opens, options), to_axis(each.closes, options)) for each in chosen)
    joined: list[tuple[int, int]] = []
    for begins, ends in spans:
        if begins >= ends:
            continue
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return tuple(joined)


def check_size(problem: Mapping[str, Any]) -> None:
    """Refuse a P.json that nobody could solve here, before anything reads it."""
    counties, travel, visits = problem.get("counties"), problem.get("travel"), problem.get("visits")
    places = sum(len(each) for each in (counties, visits) if isinstance(each, list))
    table = max(places, len(travel)) if isinstance(travel, list) else 0
    sizes = (
        ("检查", visits, MOST_VISITS),
        ("检查组", problem.get("teams"), MOST_TEAMS),
        ("工作日", problem.get("days"), LONGEST_PERIOD),
    )
    for what, found, most in sizes:
        if isinstance(found, list) and len(found) > most:
            raise ProblemTooLarge(what=what, count=len(found), most=most)
    if table > MOST_PLACES:
        raise ProblemTooLarge(what="路程表中的地点", count=table, most=MOST_PLACES)


def check_period(starts: date, ends: date) -> None:
    if not 0 <= (ends - starts).days < LONGEST_PERIOD:
        raise InvalidInput(
            field="安排期间", problem=f"截止日期不能早于开始日期，且最长 {LONGEST_PERIOD} 天。"
        )


def team_key(codes: Iterable[str]) -> str:
    """检查组: the same members are the same team, whatever their seats."""
    return "+".join(sorted(codes))


@dataclass(frozen=True, slots=True)
class Fairness:
    """匀称: least, most and mean of a number over teams or days."""

    least: int
    most: int
    mean: float

    @classmethod
    def of(cls, numbers: Sequence[int]) -> "Fairness":
        if not numbers:
            return cls(0, 0, 0.0)
        return cls(min(numbers), max(numbers), round(sum(numbers) / len(numbers), 2))


def figures_of(timetable: Mapping[str, Any]) -> dict[str, Any]:
    """主要数字 of a timetable (T.json): what lists and journals show."""
    routes, proven = timetable["routes"], timetable.get("proven_teams", [])
    teams = {route["team"] for route in routes}
    return {
        "visits": sum(len(route["visits"]) for route in routes),
        "unscheduled": len(timetable["unscheduled"]),
        "teams": len(teams),
        "team_days": timetable["team_days"],
        "days": len({route["date"] for route in routes}),
        "travel_s": timetable["travel_s"],
        "objective_s": timetable["objective_s"],
        "bound_s": timetable["bound_s"],
        "proven_teams": len(proven),
        "reproducible": timetable["reproducible"],
        "changed": len(timetable.get("changed", [])),
        "peak_cars": timetable.get("peak_cars", {}),
    }
