"""转述: sentences of the solver with names in the place of numbers, and short words for their codes."""

import re
from collections.abc import Mapping, Sequence

from api.i18n import SOURCE, lazy
from api.office.answers import Translate
from api.office.pairing_told import closed_up
from api.office.schedules_board import Board
from supervision.schedule.notes import recognised

VIOLATIONS: Mapping[str, str] = {
    "WRONG_TEAM": lazy("不是抽定的检查组"),
    "TEAM_DAY_TWICE": lazy("同一天有两条行程"),
    "TEAM_ABSENT": lazy("检查组当天有人不在岗"),
    "OUT_OF_HOURS": lazy("超出工作时间"),
    "DAY_NOT_ALLOWED": lazy("这一户当天不能检查"),
    "OUT_OF_WINDOW": lazy("不在营业时间内"),
    "OVER_LUNCH": lazy("跨过午休"),
    "TRAVEL_TOO_SHORT": lazy("路上时间不够"),
    "TOO_MANY_VISITS": lazy("超过每天最多户数"),
    "CAR_CAP": lazy("车辆不够"),
    "INSPECTOR_DOUBLE_BOOKED": lazy("有人同时在两个组"),
    "PINNED_MOVED": lazy("已锁定，不能改"),
    "APPOINTMENT_MISSED": lazy("错过约定的时间"),
    "RECUSED": lazy("须回避"),
    "SKILL_MISSING": lazy("检查组没有所需资格"),
}
"""What the judge finds, in a few words."""
REASONS: Mapping[str, str] = {
    "NO_COORDINATES": lazy("没有坐标"),
    "CALENDAR_YEAR_UNKNOWN": lazy("节假日安排还没有公布"),
    "RECUSED_ALL": lazy("检查组须回避"),
    "SKILL_MISSING": lazy("检查组没有所需资格"),
    "NO_COMMON_DAY": lazy("没有双方都行的日子"),
    "CLOSES_TOO_EARLY": lazy("打烊太早"),
    "DAY_TOO_SHORT": lazy("一天的时间不够"),
    "CAPACITY": lazy("检查组的日子排满了"),
    "INSPECTOR_DOUBLE_BOOKED": lazy("有人同时要去别的组"),
    "CAR_CAP": lazy("车辆不够"),
    "DROPPED_FOR_COST": lazy("路太远，不划算"),
    "NO_TEAM": lazy("还没有抽定检查组"),
    "NOT_FOUND": lazy("没有算到底，还没有找到位置"),
}
"""Why a visit could not be placed, in a few words."""
KINDS: Mapping[str, str] = {
    "add_day": lazy("检查组增加一天外出"),
    "extend_deadline": lazy("延长检查期限"),
    "open_longer": lazy("请检查对象延长接待时间"),
    "longer_day": lazy("延长当天工作时间"),
    "more_visits": lazy("每组每天多检查一户"),
    "other_team": lazy("改由其他检查组检查（须重新抽取）"),
    "drop_other": lazy("本次不查另一户"),
    "add_car": lazy("增加一辆车"),
    "give_coordinates": lazy("补录经纬度"),
    "shorten": lazy("缩短检查时长"),
}
"""What a fix is, in a few words."""
FIXES: Mapping[str, tuple[str, str]] = {
    "add_day": (lazy("核对请假"), "/office/register/leaves"),
    "extend_deadline": (lazy("修改时间要求"), "terms"),
    "open_longer": (lazy("修改时间要求"), "terms"),
    "longer_day": (lazy("改设置后重新编制"), "/office/schedules/new"),
    "more_visits": (lazy("改设置后重新编制"), "/office/schedules/new"),
    "other_team": (lazy("办理换人"), "draws"),
    "drop_other": (lazy("看这一户"), "visit"),
    "add_car": (lazy("办公地点和车辆"), "/office/schedules/bases"),
    "give_coordinates": (lazy("导入坐标"), "/office/schedules/bases#places"),
    "shorten": (lazy("修改时间要求"), "terms"),
}
"""Kind of a fix → what leads to where it is done, and where that is."""


STAGES: Mapping[str, str] = {
    "teams": lazy("逐组求最优。可以离开本页，稍后回来查看。"),
    "couplings": lazy("把共用人员或车辆的组放在一起求解。"),
    "days": lazy("调匀各天的出车数。"),
    "reasons": lazy("查明排不下的原因，试验可行的办法。"),
}
"""What a solver is at, in words."""


LONG = 5
"""Digits of a staff number that no count or year of a sentence has."""


def stage_words(_: Translate, stage: str) -> str:
    return _(STAGES.get(stage, stage) or lazy("系统在后台计算，可以离开本页，稍后回来查看。"))


def noted(_: Translate, notes: Sequence[str]) -> list[str]:
    """编制说明 in the language of the page."""
    found = []
    for text in notes:
        known = recognised(text)
        found.append(_(known[0]).format(**known[1]) if known else text)
    return found


def told(board: Board, sentence: str) -> str:
    """The sentence with enterprises, teams and people by name."""
    names: dict[str, str] = {
        f"第 {team.id} 组": f"{board.team_name(team.id)}组" for team in board.problem.teams if team.members
    }
    names |= {f"{place} 号办公地点": office for place, office in enumerate(board.offices)}
    names |= {str(visit): f"“{about.name}”" for visit, about in board.about.items() if about.name}
    names |= {code: name for code, name in board.people.items() if not code.isdecimal() or len(code) >= LONG}
    pattern = _pattern(names)
    return closed_up(pattern.sub(lambda found: names[found.group()], sentence)) if pattern else sentence


def _pattern(names: Mapping[str, str]) -> re.Pattern[str] | None:
    """Any of the names, the longest first; what begins or ends with a letter or digit is a word."""
    found = []
    for name in sorted(names, key=len, reverse=True):
        before = r"(?<![0-9A-Za-z+-])" if name[0].isascii() else ""
        after = r"(?![0-9A-Za-z+-])" if name[-1].isascii() else ""
        found.append(f"{before}{re.escape(name)}{after}")
    return re.compile("|".join(found)) if found else None


def finding(_: Translate, board: Board, code: str, sentence: str) -> str:
    """A finding of the judge: in Chinese the sentence, else the code's words."""
    return told(board, sentence) if _.lang == SOURCE else _(VIOLATIONS.get(code, sentence))


def reason(_: Translate, board: Board, code: str, sentence: str) -> str:
    """Why a visit could not be placed: in Chinese the sentence, else the code's words."""
    return told(board, sentence) if _.lang == SOURCE and sentence else _(REASONS.get(code, sentence or code))


def fixed(_: Translate, board: Board, kind: str, sentence: str) -> str:
    """A way out: in Chinese the sentence, else the kind's words."""
    return told(board, sentence) if _.lang == SOURCE else _(KINDS.get(kind, sentence))


def recommended(_: Translate, board: Board, kind: str, gained: int, sentence: str) -> str:
    """What would help the whole: in Chinese the sentence, else the kind's words with the visits gained."""
    if _.lang == SOURCE:
        return told(board, sentence)
    return _("{what}（可多排 {n} 户）").format(what=_(KINDS.get(kind, sentence)), n=gained)


def fix_link(here: str, kind: str, visit: str, params: Mapping[str, object]) -> tuple[str, str]:
    """(text, address) of where a fix is made; empty where it is made nowhere here."""
    text, where = FIXES.get(kind, ("", ""))
    if where == "terms" and not (visit or params.get("visit")):
        return "", ""
    if where == "terms":
        return text, f"{here}/visits/{params.get('visit', visit)}#terms"
    if where == "visit":
        return text, f"{here}/visits/{params.get('instead', params.get('visit', visit))}"
    if where == "draws":
        return text, "/office/draws"
    return text, where
