"""违规: what the judge finds, with a stable code, the place, the numbers and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from solver.schedule.problem import Id
from solver.schedule.timetable import Params

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "UNKNOWN_ID": "{what}“{id}”不在排期问题中。",
        "VISIT_TWICE": "检查对象 {visit} 被安排了 {times} 次，只能安排一次。",
        "VISIT_LOST": "检查对象 {visit} 既未安排，也未列入“未能安排”。",
        "WRONG_TEAM": "检查对象 {visit} 抽定由第 {drawn} 组检查，却排给了第 {team} 组。",
        "TEAM_DAY_TWICE": "第 {team} 组{date}排了 {times} 条行程，一天只能有一条。",
        "TEAM_ABSENT": "第 {team} 组{date}不能外出：{who}。",
        "OUT_OF_HOURS": "第 {team} 组{date}{act}的时间为 {time}，超出当天 {opens}—{closes} 的工作时间。",
        "DAY_NOT_ALLOWED": "检查对象 {visit} 不能安排在{date}，可选日期：{allowed}。",
        "OUT_OF_WINDOW": "检查对象 {visit} 安排在{date} {begins}—{ends}，不在其可检查时段 {windows} 内。",
        "OVER_LUNCH": "检查对象 {visit} 安排在{date} {begins}—{ends}，跨过了午休。",
        "TRAVEL_TOO_SHORT": "第 {team} 组{date}最早 {arrives} 才能到达检查对象 {visit}，却安排在 {begins}"
        " 开始（上一户之后还需路程 {way}）。",
        "TOO_MANY_VISITS": "第 {team} 组{date}安排了 {visits} 户，每天最多 {most} 户。",
        "CAR_CAP": "{date}从 {office} 号办公地点出车 {routes} 辆，只有 {cars} 辆车。",
        "INSPECTOR_DOUBLE_BOOKED": "检查人员 {inspector} {date}同时被排在第 {teams} 组。",
        "PINNED_MOVED": "检查对象 {visit} 已锁定在{fixed}，现为{now}。",
        "APPOINTMENT_MISSED": "检查对象 {visit} 已约定{fixed}，现为{now}。",
        "RECUSED": "{inspectors} 须回避检查对象 {visit}，却在第 {team} 组。",
        "SKILL_MISSING": "检查对象 {visit} 需要 {skills}，第 {team} 组当天无人具备。",
        "WRONG_FIGURES": "{where}的{figure}写为 {stated}，按行程核算应为 {actual}。",
    }
)


FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "visits": "检查对象",
        "start_s": "开始时间",
        "leave_s": "出发时间（秒）",
        "return_s": "返回时间（秒）",
        "travel_s": "路程（秒）",
        "team_days": "出车组日数",
        "objective_s": "总代价（秒）",
        "bound_s": "下界（秒）",
        "changed": "变动名单",
    }
)


@dataclass(frozen=True, slots=True)
class Violation:
    """一处违规. ``code`` and ``params`` are stable (docs/schedule.md, section 2); days are positions.

    ``team``, ``visit`` and ``day`` say where, as far as there is one such place.
    """

    code: str
    params: Params
    message: str
    team: Id | None = None
    visit: Id | None = None
    day: int | None = None


def violation(
    code: str,
    params: Params,
    words: Mapping[str, object] | None = None,
    *,
    team: Id | None = None,
    visit: Id | None = None,
    day: int | None = None,
) -> Violation:
    """The violation, its sentence filled with ``params`` and, where people say them otherwise, ``words``."""
    said = {**params, **(words or {})}
    if "figure" in params:
        said["figure"] = FIGURES.get(str(params["figure"]), params["figure"])
    told = SENTENCES[code].format_map(said)
    return Violation(code, params, told, team, visit, day)


def figure_params(figure: str, stated: object, actual: object) -> Params:
    """Params of ``WRONG_FIGURES``: whole numbers as they are, anything else as text."""
    return {"figure": figure, "stated": _plain(stated), "actual": _plain(actual)}


def _plain(value: object) -> int | str:
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)
