"""抽查任务表单: what a planner typed, and the draft it means. Shares are typed in percent, kept exactly."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from api.i18n import lazy
from api.office import pairing_form, source_form
from supervision.plan.rules import PPM, TaskDraft
from supervision.plan.tables import DrawMode
from supervision.risk.tables import RiskClass

Entered = dict[str, Any]
"""Name of a field → what was typed: text, or a list of the boxes ticked."""

CLASS_RATES, ONE_RATE, CLASS_WEIGHTS, EQUAL_NUMBER = (
    "class_rates",
    "one_rate",
    "class_weights",
    "equal_number",
)
METHOD_LABELS = {
    CLASS_RATES: "按比例，各信用风险等级不同",
    ONE_RATE: "按比例，所有对象相同",
    CLASS_WEIGHTS: "按固定户数，各等级按权重分配",
    EQUAL_NUMBER: "按固定户数，所有对象机会相同",
}
METHOD_HINT_LABELS = {
    CLASS_RATES: "填写下方“各等级抽查比例”。",
    ONE_RATE: "填写下方“统一比例”，信用风险等级不参与抽取。",
    CLASS_WEIGHTS: "填写下方“抽取户数”和“各等级权重”。",
    EQUAL_NUMBER: "填写下方“抽取户数”，信用风险等级不参与抽取。",
}
TEXTS = ("name", "region_prefix", "directed", "method", "rate_all", "number", "team_size", "starts", "ends")
LISTS = ("industries", "tags", "items")
GRADES = tuple(grade.value for grade in RiskClass)
FIELDS: Mapping[str, str] = {
    "抽查事项": "items",
    "结束日期": "ends",
    "抽查类型": "directed",
    "抽查比例": "method",
    "抽取户数": "number",
    "重抽原因": "redraw_reason",
    **pairing_form.FIELDS,
    **source_form.FIELDS,
}
"""What the services call a field → its name in the form."""
PROBLEMS: Mapping[str, str] = {
    "name": lazy("请填写 1 至 200 个字的任务名称。"),
    "region_prefix": lazy("请选择抽查区域。"),
    "industries": lazy("请从列出的行业门类中选择。"),
    "tags": lazy("请从列出的监管标签中选择。"),
    "items": lazy("请至少选择一个抽查事项，最多 200 个。"),
    "number": lazy("请填写 1 至 10000000 之间的整数。"),
    "team_size": lazy("请选择 2 至 10 人。"),
    "starts": lazy("请填写开始日期，例如 2026-12-01。"),
    "ends": lazy("请填写结束日期，例如 2026-12-31。"),
    "departments": lazy("请从列出的部门中选择，最多 9 个。"),
    "max_visits": pairing_form.WRONG_VISITS,
    "cap": pairing_form.WRONG_CAP,
    "draw_unit": pairing_form.WRONG_UNIT,
    "unit_size": pairing_form.WRONG_SIZE,
    "method": lazy("请选择抽取办法。"),
}
WRONG_RATE = lazy("请填写 0 至 100 之间的百分数，最多四位小数，例如 3 或 0.5。")
WRONG_WEIGHT = lazy("请填写 0 至 1000000 之间的整数。")


@dataclass
class WrongForm(Exception):
    """填写有误: field → what is wrong with it, as a text to be translated."""

    errors: dict[str, str]


def blank(region_prefix: str, year: int) -> Entered:
    """An empty form: the shares that many counties use, two inspectors, the rest of the year."""
    return {
        "name": "",
        "region_prefix": region_prefix,
        "directed": "0",
        "industries": [],
        "tags": [],
        "items": [],
        "method": CLASS_RATES,
        **dict(zip((f"rate_{grade}" for grade in GRADES), ("1", "3", "10", "30"), strict=True)),
        "rate_all": "3",
        "number": "",
        **dict(zip((f"weight_{grade}" for grade in GRADES), ("1", "3", "10", "30"), strict=True)),
        "team_size": "2",
        "starts": "",
        "ends": f"{year}-12-31",
        "publish_drawn_list": "1",
        **pairing_form.blank(),
        **source_form.blank(),
    }


def read(form: FormData) -> Entered:
    """What was typed, kept as it is for showing it again."""
    entered: Entered = {name: str(form.get(name, "")).strip()[:300] for name in TEXTS}
    for grade in GRADES:
        for kind in ("rate", "weight"):
            entered[f"{kind}_{grade}"] = str(form.get(f"{kind}_{grade}", "")).strip()[:30]
    entered |= {name: [str(value) for value in form.getlist(name)] for name in LISTS}
    entered["publish_drawn_list"] = "1" if form.get("publish_drawn_list") == "1" else ""
    return entered | pairing_form.read(form) | source_form.read(form)


def entered_of(draft: TaskDraft) -> Entered:
    """A draft as it would have been typed."""
    rates = {grade.value: rate for grade, rate in draft.rates.items()}
    fixed = draft.mode is DrawMode.FIXED
    entered = blank(draft.region_prefix, draft.ends.year) | {
        "name": draft.name,
        "directed": "1" if draft.directed else "0",
        "industries": list(draft.industries),
        "tags": list(draft.tags),
        "items": list(draft.items),
        "method": _method(draft),
        "number": str(draft.number or ""),
        "team_size": str(draft.team_size),
        "starts": draft.starts.isoformat(),
        "ends": draft.ends.isoformat(),
        "publish_drawn_list": "1" if draft.publish_drawn_list else "",
        **pairing_form.entered_of(draft),
        **source_form.entered_of(draft),
    }
    if fixed:
        return entered | {f"weight_{grade}": str(rate) for grade, rate in rates.items()}
    if not draft.by_class:
        return entered | {"rate_all": percent_text(rates["A"])}
    return entered | {f"rate_{grade}": percent_text(rate) for grade, rate in rates.items()}


def draft_from(entered: Entered) -> TaskDraft:
    """The draft, or WrongForm naming every field that cannot be read."""
    errors: dict[str, str] = {}
    method = entered["method"]
    if method not in METHOD_LABELS:
        errors["method"] = PROBLEMS["method"]
    fields: dict[str, Any] = {
        "name": entered["name"],
        "directed": entered["directed"] == "1",
        "region_prefix": entered["region_prefix"],
        "industries": "".join(entered["industries"]),
        "tags": tuple(entered["tags"]),
        "items": tuple(entered["items"]),
        "by_class": method in (CLASS_RATES, CLASS_WEIGHTS),
        "mode": DrawMode.FIXED if method in (CLASS_WEIGHTS, EQUAL_NUMBER) else DrawMode.RATE,
        "rates": _rates(entered, method, errors),
        "number": entered["number"] if method in (CLASS_WEIGHTS, EQUAL_NUMBER) else None,
        "team_size": entered["team_size"],
        "starts": entered["starts"],
        "ends": entered["ends"],
        "publish_drawn_list": entered["publish_drawn_list"] == "1",
        **pairing_form.fields(entered, errors),
        **source_form.fields(entered, errors),
    }
    if fields["number"] == "":
        errors["number"] = PROBLEMS["number"]
    try:
        draft = TaskDraft.model_validate(fields)
    except ValidationError as wrong:
        for problem in wrong.errors():
            name = str(problem["loc"][0])
            errors.setdefault(name, PROBLEMS.get(name, WRONG_RATE))
        raise WrongForm(errors) from wrong
    if errors:
        raise WrongForm(errors)
    return draft


def ppm_from(text: str) -> int:
    """``0.5`` or ``0.5%`` → 5000 parts per million, exactly; ValueError for what is no such share."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("%").strip()
    try:
        share = Decimal(plain) * 10_000
    except InvalidOperation:
        raise ValueError(text) from None
    if not share.is_finite() or not 0 <= share <= PPM or share != share.to_integral_value():
        raise ValueError(text)
    return int(share)


def percent_text(ppm: int) -> str:
    """5000 → ``0.5``."""
    text = f"{Decimal(ppm) / 10_000:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rates(entered: Entered, method: str, errors: dict[str, str]) -> dict[str, int]:
    if method == EQUAL_NUMBER:
        return dict.fromkeys(GRADES, 1)
    if method == ONE_RATE:
        return dict.fromkeys(GRADES, _number(entered, "rate_all", errors))
    kind = "weight" if method == CLASS_WEIGHTS else "rate"
    return {grade: _number(entered, f"{kind}_{grade}", errors) for grade in GRADES}


def _number(entered: Entered, name: str, errors: dict[str, str]) -> int:
    text = entered[name]
    try:
        if not name.startswith("weight"):
            return ppm_from(text)
        if text.isascii() and text.isdigit() and int(text) <= PPM:
            return int(text)
    except ValueError:
        errors[name] = WRONG_RATE
        return 0
    errors[name] = WRONG_WEIGHT
    return 0


def _method(draft: TaskDraft) -> str:
    if draft.mode is DrawMode.FIXED:
        return CLASS_WEIGHTS if draft.by_class else EQUAL_NUMBER
    return CLASS_RATES if draft.by_class else ONE_RATE
