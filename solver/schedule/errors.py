"""排期的错误: what is wrong with a file, every fault with its place and a sentence, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from solver.errors import SolverError

SENTENCES: Mapping[str, str] = {
    "json_syntax": "不是合法的 JSON 文本：{reason}。",
    "duplicate_key": "项 {key} 出现了不止一次。",
    "not_object": "应当是一个对象（花括号），现为 {found}。",
    "not_list": "应当是一个列表（方括号），现为 {found}。",
    "missing_key": "缺少必填项 {key}。",
    "unknown_key": "含有未定义的项 {key}，请核对拼写。",
    "not_integer": "应当是整数，现为 {found}。",
    "not_number": "应当是数字，现为 {found}。",
    "not_boolean": "应当是 true 或 false，现为 {found}。",
    "not_text": "应当是文本，现为 {found}。",
    "not_id": "编号应当是整数或不超过 200 字的文本，现为 {found}。",
    "out_of_range": "应在 {low} 到 {high} 之间，现为 {found}。",
    "place_turned": "应在 {low} 到 {high} 之间，现为 {found}：经纬度可能填反了。",
    "not_one_of": "应为 {choices} 之一，现为 {found}。",
    "duplicate_id": "编号 {id} 与前面的重复。",
    "duplicate_day": "日期 {day} 与前面的重复。",
    "bad_date": "日期应写作 2026-09-14 的形式，现为 {found}。",
    "day_index": "第 {found} 天不存在：days 中共有 {days} 天，从 0 起编号。",
    "window_upside_down": "时间段的开始 {begin} 晚于结束 {end}。",
    "window_shape": "时间段应写作 [开始, 结束] 两个整数。",
    "unknown_team": "检查组 {id} 不在 teams 之中。",
    "unknown_visit": "检查对象 {id} 不在 visits 之中。",
    "unknown_office": "第 {found} 个办公地点不存在：counties 中共有 {offices} 个，从 0 起编号。",
    "no_team": "检查对象 {id} 没有检查组；只有按路线或按片区排期（draw unit）时才可以留空。",
    "half_place": "经度和纬度应当同时填写。",
    "matrix_shape": "路程表应为 {size} 行、每行 {size} 个数（先各办公地点，再按文件顺序的各检查对象）。",
    "clock_shape": "作息时间应为四个依次变晚的时刻，例如 09:00、12:00、13:30、17:30。",
    "same_length": "{key} 应当与 visits 一样多，现为 {found} 与 {visits}。",
    "date_mismatch": "日期 {found} 与第 {day} 天 {date} 不一致。",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """一处错误: where it stands in the file (``visits[12].tw``), a stable code, and the sentence."""

    place: str
    code: str
    params: Mapping[str, object]
    message: str

    @classmethod
    def of(cls, place: str, code: str, /, **params: object) -> Self:
        return cls(place, code, params, f"{place}：{SENTENCES[code].format_map(params)}")


class ScheduleInputError(SolverError):
    """排期文件有误: all faults that were found; ``message`` tells the first ones."""

    SENTENCES: ClassVar = {
        "schedule_problem": "排期问题文件有 {count} 处错误：{first}",
        "schedule_timetable": "检查安排文件有 {count} 处错误：{first}",
    }
    SHOWN = 5

    def __init__(self, code: str, params: Mapping[str, object], message: str) -> None:
        super().__init__(code, params, message)
        self.faults: tuple[Fault, ...] = ()

    def __reduce__(self) -> tuple[object, ...]:
        return ScheduleInputError.listing, (self.code, self.faults)

    @classmethod
    def listing(cls, code: str, faults: Sequence[Fault]) -> ScheduleInputError:
        """The refusal with all its faults."""
        first = "".join(f"\n  {one.message}" for one in faults[: cls.SHOWN])
        if len(faults) > cls.SHOWN:
            first += f"\n  另有 {len(faults) - cls.SHOWN} 处。"
        refusal = cls.of(code, count=len(faults), first=first)
        refusal.faults = tuple(faults)
        return refusal


class ScheduleError(SolverError):
    """排期未能进行: the problem was read, but this cannot be done with it."""

    SENTENCES: ClassVar = {
        "no_team": "有 {count} 个检查对象没有检查组（例如 {id}），请先抽组，或改用按片区、按路线的抽取单位。",
        "no_such_visit": "检查对象 {id} 不在排期问题之中。",
        "worker_died": "求解进程意外退出，未产生任何结果；请减少进程数后重试。",
    }
