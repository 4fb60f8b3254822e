"""原因与办法的说法: one Chinese sentence each, with the numbers in it."""

from __future__ import annotations

from collections.abc import Sequence

from solver.schedule.problem import Id, Problem, Team, Visit
from solver.schedule.timetable import Fix, Params
from solver.schedule.wording import day_words, days_words, ids_words, span_words, time_words

#: ``CAPACITY`` where the set is not known to be minimal (``minimal`` 0).
CROWDED = "CAPACITY, not minimal"
#: ``NO_COMMON_DAY`` where the visit, or the team, has no day at all.
NO_DAY, NO_TEAM_DAY = "NO_COMMON_DAY, visit without days", "NO_COMMON_DAY, team without days"
#: ``NO_COMMON_DAY`` of a visit that only a pin keeps on its day.
PINNED = "NO_COMMON_DAY, visit pinned"
REASONS = {
    "NO_COORDINATES": "检查对象 {visit} 没有经纬度，无法计算路程，不能排期。",
    "CALENDAR_YEAR_UNKNOWN": "检查对象 {visit} 的可选日期都在 {years} 年，该年放假调休安排尚未公布，"
    "本次不允许按暂定日历排期。",
    "RECUSED_ALL": "检查对象 {visit} 须由 {inspectors} 回避，{who}不能前往。",
    "SKILL_MISSING": "检查对象 {visit} 需要 {skills}，{who}无人具备。",
    "NO_COMMON_DAY": "检查对象 {visit} 可检查的日期为 {visit_days}，{who}能外出的日期为 {team_days}，"
    "没有一天相同。",
    NO_DAY: "检查对象 {visit} 没有可检查的日期：期限、停业日和约定的日期合在一起，一天也不剩。",
    NO_TEAM_DAY: "检查对象 {visit} 可检查的日期为 {visit_days}，{who}没有能外出的日期。",
    PINNED: "检查对象 {visit} 已锁定在 {visit_days}，{who}当天不能外出。请解除锁定后重新安排。",
    "CLOSES_TOO_EARLY": "检查对象 {visit} 的检查需要 {dur}，{who}最早 {arrives} 到达，而该户 {closes} "
    "结束受检，时间不够。",
    "DAY_TOO_SHORT": "去检查对象 {visit} 往返加检查共需 {needs}，{who}当天只有 {has}，放不下。",
    "NO_TEAM": "检查对象 {visit} 还没有抽定检查组。",
    "CAPACITY": "{who}{days}可外出，放不下 {visits} 这 {count} 户：其中任意去掉一户，其余才排得下。",
    CROWDED: "{who}{days}可外出，连同已排的共 {count} 户，检查对象 {visit} 排不下；户数较多，"
    "没有逐户核对是哪几户相互冲突。",
    "INSPECTOR_DOUBLE_BOOKED": "检查对象 {visit} 单就{who}排得下，但 {inspector} {days}已随第 {team} 组外出，"
    "不能同时去两处。",
    "CAR_CAP": "检查对象 {visit} 单就{who}排得下，但 {office} 号办公地点 {days}的 {cars} 辆车已全部派出。",
    "DROPPED_FOR_COST": "检查对象 {visit} 可以安排，但要多花 {cost}，超过放弃一户的代价 {miss}，"
    "按“加权”目标未安排。",
    "NOT_FOUND": "检查对象 {visit} 排得下，但计算在找到位置之前已停止，请放宽求解限度后重新排期。",
}


def reason_words(problem: Problem, team: Team | None, visit: Visit, code: str, params: Params) -> str:
    """The sentence of a reason."""
    who = f"第 {team.id} 组" if team is not None else "各组"
    words: dict[str, object] = {
        **params,
        "visit": visit.id,
        "who": who,
        "miss": span_words(problem.miss_cost),
    }
    for key in ("days", "visit_days", "team_days"):
        if key in params:
            words[key] = days_words(problem, _ints(params[key]))
    for key in ("dur", "needs", "has", "cost"):
        if key in params:
            words[key] = span_words(_int(params[key]))
    for key in ("inspectors", "skills", "years"):
        if key in params:
            words[key] = "、".join(map(str, _list(params[key])))
    if code == "CLOSES_TOO_EARLY":
        words["arrives"] = time_words(problem, _int(params["arrives"]))
        words["closes"] = time_words(problem, _int(params["closes"]), ends=True)
    if code == "NO_COMMON_DAY":
        code = _no_common_day(visit, params)
    if code == "CAPACITY":
        names: list[Id] = list(_list(params["visits"]))
        words["visits"], words["count"] = ids_words(names), len(names)
        if params.get("minimal") == 0:
            code = CROWDED
    return REASONS[code].format_map(words)


def _no_common_day(visit: Visit, params: Params) -> str:
    if not params["visit_days"]:
        return NO_DAY
    if not params["team_days"]:
        return NO_TEAM_DAY
    return PINNED if visit.pinned is not None and visit.appointment is None else "NO_COMMON_DAY"


def fix_of(problem: Problem, kind: str, params: Params, visit: Visit) -> Fix:
    """A fix with its sentence."""
    return Fix(kind, params, _fix_words(problem, kind, params, visit))


def _fix_words(problem: Problem, kind: str, params: Params, visit: Visit) -> str:
    day = day_words(problem, _int(params["day"])) if "day" in params else ""
    match kind:
        case "give_coordinates":
            return f"补录检查对象 {visit.id} 的经纬度。"
        case "add_day":
            return f"第 {params['team']} 组{day}增加一天外出。"
        case "extend_deadline":
            last = day_words(problem, visit.days[-1]) if visit.days else "（无）"
            return f"将检查对象 {visit.id} 的检查期限由{last}延至{day}。"
        case "open_longer":
            begin, end = _int(params["from"]), _int(params["to"])
            span = f"{time_words(problem, begin)}—{time_words(problem, end, ends=True)}"
            return f"商请检查对象 {visit.id} 在 {span} 接受检查。"
        case "longer_day":
            return f"第 {params['team']} 组{day}延长工作时间 {span_words(_int(params['seconds']))}。"
        case "more_visits":
            return f"每组每天最多检查户数由 {problem.max_visits} 户增至 {params['max_visits']} 户。"
        case "other_team":
            return f"检查对象 {visit.id} 改由第 {params['team']} 组检查（须重新抽取该户的检查组）。"
        case "drop_other":
            return f"改为本次不查检查对象 {params['instead']}，腾出时间安排检查对象 {visit.id}。"
        case "add_car":
            return f"{day}为 {params['office']} 号办公地点增加一辆车。"
        case "shorten":
            cut = span_words(_int(params["dur"]))
            return f"将检查对象 {visit.id} 的检查时长由 {span_words(visit.duration)}缩短到 {cut}。"
    raise KeyError(kind)


def _int(value: int | str | list[int | str]) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _list(value: int | str | list[int | str]) -> Sequence[int | str]:
    return value if isinstance(value, list) else [value]


def _ints(value: int | str | list[int | str]) -> list[int]:
    return [_int(one) for one in _list(value)]
