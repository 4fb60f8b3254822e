"""排期的文件: problems, timetables and events as commands read and write them; refusals name the option."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supervision.commands.common import errors_to
from supervision.errors import InvalidInput

if TYPE_CHECKING:
    from solver.schedule.problem import Id, Problem
    from solver.schedule.timetable import Timetable


def read_bytes(file: Path, field: str) -> bytes:
    """The bytes of a file that an option names."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(field=field, problem=f"无法读取 {file}：{error.strerror}。") from error


def problem_of(file: Path, field: str = "--problem") -> Problem:
    from solver.schedule.reading import problem_from_text

    found = problem_from_text(read_bytes(file, field))
    if found.ignored:
        from solver.schedule.explaining.detecting import unread

        for one in unread(found):
            errors_to().print(f"{file}：{one.message}", markup=False, soft_wrap=True)
    return found


def timetable_of(
    problem: Problem, file: Path, field: str = "--timetable", *, by_hand: bool = False
) -> Timetable:
    from solver.schedule.reading import timetable_from_text

    return timetable_from_text(problem, read_bytes(file, field), by_hand=by_hand)


def events_of(file: Path) -> list[Any]:
    """A list of events, or an object with ``events``."""
    try:
        value = json.loads(read_bytes(file, "--events"))
    except ValueError as error:
        raise InvalidInput(field="--events", problem=f"{file} 不是合法的 JSON 文本。") from error
    found = value.get("events") if isinstance(value, dict) else value
    if not isinstance(found, list):
        raise InvalidInput(field="--events", problem=f"{file} 应当是事件的列表。")
    return found


def write(file: Path, value: object, field: str = "--out") -> None:
    """The whole file or none."""
    from solver.schedule.writing import write_json

    try:
        write_json(file, value)
    except OSError as error:
        raise InvalidInput(field=field, problem=f"无法写入 {file}：{error.strerror}。") from error


def may_write(file: Path, field: str = "--out") -> None:
    """Refuses before long work what could not be written after it."""
    if file.is_dir() or not file.parent.is_dir():
        raise InvalidInput(field=field, problem=f"无法写入 {file}：所在的文件夹不存在，或者它本身是文件夹。")


def visit_of(problem: Problem, told: str) -> Id:
    """The id that somebody typed."""
    for one in problem.visits:
        if str(one.id) == told:
            return one.id
    raise InvalidInput(field="--visit", problem=f"检查对象 {told} 不在排期问题之中。")


def bare_problem(*files: Path) -> Problem:
    """A problem that knows no more than the days which these timetables name: enough to compare them."""
    from solver.schedule.problem import Problem

    dates: dict[int, str] = {}
    for file in files:
        try:
            value = json.loads(read_bytes(file, "检查安排"))
            routes = value["routes"]
            dates |= {int(one["day"]): str(one["date"]) for one in routes}
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidInput(
                field="检查安排",
                problem=f"{file} 不是检查安排文件，或者其中没有日期；请用 --problem 指明排期问题。",
            ) from error
    last = max(dates, default=-1)
    days = sorted((dates.get(at, ""), at) for at in range(last + 1))
    return Problem(
        name="",
        day_length=1,
        max_visits=1,
        day_cost=0,
        miss_cost=0,
        days=tuple(date for date, _ in days),
        offices=(),
        teams=(),
        visits=(),
        given_days=tuple(at for _, at in days),
    )
