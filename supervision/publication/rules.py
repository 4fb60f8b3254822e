"""Decisions on publication, on plain values: deadlines, and what the public may see when."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from solver.rates import FixedMode, scale_of
from supervision.clock import today
from supervision.draw.tables import DrawState
from supervision.errors import InvalidInput, NotFound, SupervisionError
from supervision.plan.tables import TaskState

PUBLIC_TASKS = (TaskState.APPROVED, TaskState.DRAWN, TaskState.PAIRED, TaskState.DONE, TaskState.VOID)
"""States in which a task is announced; a void one stays for ever."""
PUBLIC_DRAWS = (DrawState.APPROVED, DrawState.CLOSED, DrawState.VOID)


class NotPublished(NotFound):
    code = "not_published"
    sentence = "没有找到已公开的{what}“{key}”。请检查编号，或返回上一页重新选择。"


class PublisherInspected(SupervisionError):
    code = "publisher_inspected"
    status = 403
    sentence = "检查“{visit}”由您参与检查或录入，不能由您本人审核公示，请由其他审批人办理。"


class NothingToPublish(SupervisionError):
    code = "nothing_to_publish"
    status = 422
    sentence = "没有选择要公示的检查结果，请至少选择一项。"


def check_type(directed: bool) -> str:
    """抽查类型 (L5)."""
    return "定向抽查" if directed else "不定向抽查"


def days_left(publish_by: date, now: datetime) -> int:
    """Calendar days to the last day of publication; below 0 it has passed (R21)."""
    return (publish_by - today(now)).days


def on_time_rate(published: Iterable[tuple[datetime, date, int]]) -> tuple[int, int]:
    """按期公示: of (moment of publication, last day, number) the number on time, and the whole number."""
    on_time = whole = 0
    for moment, last_day, number in published:
        whole += number
        on_time += number * (today(moment) <= last_day)
    return on_time, whole


def is_open(state: DrawState, plan_json: str, publish_drawn_list: bool, task: TaskState) -> bool:
    """Whether a draw may be replayed by everyone: its reveals, seed and result lines are public.

    Not before it is closed. With an open frame the result lines are credit codes; where the task keeps the
    drawn list to itself (unannounced checks), they wait until every result is published.
    """
    if state is not DrawState.CLOSED:
        return False
    return json.loads(plan_json).get("frame") == "blinded" or publish_drawn_list or task is TaskState.DONE


def denominator(plan_json: str, cells: Sequence[Sequence[Any]]) -> int:
    """公分母 ``D`` of draw/1, from the plan and the table of cells."""
    plan: Mapping[str, Any] = json.loads(plan_json)
    if plan["mode"] == "rate":
        return int(plan["den"])
    population: Counter[str] = Counter()
    for name, count, *_ in cells:
        population[name.rpartition("/")[2]] += count
    return scale_of(FixedMode(plan["n"], plan["weights"]), population).D


def row_number(cursor: str | None) -> int | None:
    """The row that a cursor of a list ordered by age names."""
    if cursor is None or (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        return None if cursor is None else int(cursor)
    raise InvalidInput(field="after", problem="请使用上一页给出的值。")
