"""检查组安排 in the task form: departments, rotation, stations, caps and the second reveal."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from starlette.datastructures import FormData

from api.formats import format_percent
from api.i18n import lazy
from api.office.answers import Translate
from supervision.plan.rules import MOST_IN_UNIT, MOST_VISITS, TaskDraft
from supervision.plan.tables import DrawUnit

CAPS = ("1/2", "1/3", "1/4", "1/5", "1/6", "1/8", "1/10", "1/20")
"""概率上限 that the form offers; another one that a task has is offered beside them."""
UNIT_LABELS = {
    DrawUnit.ENTITY: lazy("逐户抽取：每一户各抽一个检查组"),
    DrawUnit.BUNDLE: lazy("按片区抽取：先按公开规则分片，再为每个片区抽检查组"),
    DrawUnit.DAY_ROUTE: lazy("按日行程抽取：先排好每天的行程，再为每条行程抽检查组"),
}
BOXES = ("rotation", "cross_station", "second_reveal")
TEXTS = ("max_visits", "cap", "draw_unit", "unit_size")
WRONG_VISITS = lazy("请填写 1 至 10000 之间的整数，不限制时留空。")
WRONG_UNIT = lazy("请选择抽签单元。")
WRONG_SIZE = lazy("请填写 1 至 200 之间的整数，不清楚时留空。")
WRONG_CAP = lazy("请从列出的概率上限中选择。")
FIELDS: Mapping[str, str] = {
    "参与部门": "departments",
    "每人最多检查户数": "max_visits",
    "概率上限": "cap",
    "二次揭示": "second_reveal",
    "每个单元的户数": "unit_size",
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
        "draw_unit": DrawUnit.ENTITY.value,
        "unit_size": "",
    }


def read(form: FormData) -> Entered:
    entered: Entered = {name: str(form.get(name, "")).strip()[:40] for name in TEXTS}
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
        "draw_unit": draft.draw_unit.value,
        "unit_size": str(draft.unit_size or ""),
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
        "draw_unit": entered["draw_unit"] or DrawUnit.ENTITY.value,
        "unit_size": _size(entered, errors),
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


def unit_options(_: Translate) -> list[tuple[str, str]]:
    return [(unit.value, _(label)) for unit, label in UNIT_LABELS.items()]


def _size(entered: Entered, errors: dict[str, str]) -> int | None:
    """每个单元的户数; where teams are drawn by entity, what was typed there is immaterial."""
    text = entered["unit_size"]
    if not text or entered["draw_unit"] in ("", DrawUnit.ENTITY.value):
        return None
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MOST_IN_UNIT:
        return int(text)
    errors["unit_size"] = WRONG_SIZE
    return None


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
