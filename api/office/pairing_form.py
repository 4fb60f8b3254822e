"""检查组安排 in the task form: departments, rotation, stations, caps and the second reveal."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from starlette.datastructures import FormData

from api.formats import format_percent
from api.i18n import lazy
from api.office.answers import Translate
from supervision.plan.rules import MOST_VISITS, TaskDraft

CAPS = ("1/2", "1/3", "1/4", "1/5", "1/6", "1/8", "1/10", "1/20")
"""概率上限 that the form offers; another one that a task has is offered beside them."""
BOXES = ("rotation", "cross_station", "second_reveal")
WRONG_VISITS = lazy("请填写 1 至 10000 之间的整数，不限制时留空。")
WRONG_CAP = lazy("请从列出的概率上限中选择。")
FIELDS: Mapping[str, str] = {
    "参与部门": "departments",
    "每人最多检查户数": "max_visits",
    "概率上限": "cap",
    "二次揭示": "second_reveal",
}
"""What the services call a field → its name in the form."""

Entered = dict[str, Any]


def blank() -> Entered:
    """The second reveal is ticked: without it nobody can show that the table was not made for its outcome."""
    return {
        "departments": [],
        "rotation": "1",
        "cross_station": "",
        "max_visits": "",
        "cap": "",
        "second_reveal": "1",
    }


def read(form: FormData) -> Entered:
    entered: Entered = {name: str(form.get(name, "")).strip()[:40] for name in ("max_visits", "cap")}
    entered |= {name: "1" if form.get(name) == "1" else "" for name in BOXES}
    departments = [str(each).strip()[:100] for each in form.getlist("departments")]
    entered["departments"] = [each for each in departments if each]
    return entered


def entered_of(draft: TaskDraft) -> Entered:
    return {
        "departments": list(draft.departments),
        "rotation": "1" if draft.rotation else "",
        "cross_station": "1" if draft.cross_station else "",
        "max_visits": str(draft.max_visits or ""),
        "cap": str(draft.cap or ""),
        "second_reveal": "1" if draft.second_reveal else "",
    }


def fields(entered: Entered, errors: dict[str, str]) -> dict[str, Any]:
    """The draft's fields; what cannot be read is named in ``errors``."""
    return {
        "departments": tuple(entered["departments"]),
        "rotation": entered["rotation"] == "1",
        "cross_station": entered["cross_station"] == "1",
        "max_visits": _visits(entered["max_visits"], errors),
        "cap": _cap(entered["cap"], errors),
        "second_reveal": entered["second_reveal"] == "1",
    }


def cap_options(_: Translate, chosen: str) -> Sequence[tuple[str, str]]:
    """The offered caps, and the one that the task has."""
    offered = [*CAPS, *([chosen] if chosen and chosen not in CAPS and _share(chosen) else [])]
    words = _("不超过 {share}（{percent}）")
    return [(cap, words.format(share=cap, percent=format_percent(Fraction(cap)))) for cap in offered]


def visits_of(text: str) -> int | None:
    """每人最多检查户数 as it was typed; none where it is no such number."""
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MOST_VISITS:
        return int(text)
    return None


def _visits(text: str, errors: dict[str, str]) -> int | None:
    found = visits_of(text)
    if text and found is None:
        errors["max_visits"] = WRONG_VISITS
    return found


def _cap(text: str, errors: dict[str, str]) -> str | None:
    if not text:
        return None
    share = _share(text)
    if share is None:
        errors["cap"] = WRONG_CAP
        return None
    return str(share)


def _share(text: str) -> Fraction | None:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return share if 0 < share <= 1 else None
