"""What the pages of plans, tasks and draws show, made from what the services return."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from api.office.answers import Translate
from api.office.labels import industry_label
from api.office.task_form import percent_text
from supervision.draw.rules import REST
from supervision.draw.viewing import Stratum
from supervision.plan.rules import UNIT_NAMES
from supervision.plan.service import CellPreview, Preview
from supervision.plan.tables import Disclosure, DrawMode, DrawUnit, Plan, Task
from supervision.reference.regions import region_name
from supervision.register.tables import Item
from supervision.risk.rules import CLASS_LABELS
from supervision.risk.tables import RiskClass

MOST_CELLS = 120
"""Cells shown on the page; the file beside it has them all."""


@dataclass(frozen=True, slots=True)
class CellRow:
    """预览行: one cell in words, with its exact chance."""

    region: str
    industry: str
    risk_class: str
    entities: int
    probability: Fraction
    exact: str
    expected: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """等级小计."""

    risk_class: str
    meaning: str
    entities: int
    probability: Fraction
    exact: str
    expected: str


@dataclass(frozen=True, slots=True)
class PreviewView:
    """预览 as the page shows it."""

    eligible: int
    expected: str
    share: Fraction | None
    at_cap: int
    unclassified: int
    below_floor: bool
    above_ceiling: tuple[str, ...]
    by_class: bool
    snapshot_month: Any
    classes: Sequence[ClassRow]
    cells: Sequence[CellRow]
    left_out: int
    strata: Sequence[tuple[str, int, str]]
    lumped: int
    """Public strata that hold more than one cell."""


def fraction_text(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def number_text(value: Fraction) -> str:
    """An expected number to one decimal; whole numbers without."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return f"{round(Decimal(value.numerator) / value.denominator, 1):,}"


def preview_view(_: Translate, found: Preview, strata: Sequence[Stratum], by_class: bool) -> PreviewView:
    cells = cell_rows(_, found.cells, by_class)
    return PreviewView(
        eligible=found.eligible,
        expected=number_text(found.expected),
        share=found.expected / found.eligible if found.eligible else None,
        at_cap=found.at_cap,
        unclassified=found.unclassified,
        below_floor=found.below_floor,
        above_ceiling=found.above_ceiling,
        by_class=by_class,
        snapshot_month=found.snapshot.month if found.snapshot else None,
        classes=_class_rows(_, found.cells) if by_class else (),
        cells=cells[:MOST_CELLS],
        left_out=max(0, len(cells) - MOST_CELLS),
        strata=[(path_label(_, s.path), s.entities, number_text(s.expected)) for s in strata],
        lumped=sum(1 for stratum in strata if stratum.cells > 1),
    )


def cell_rows(_: Translate, cells: Sequence[CellPreview], by_class: bool) -> list[CellRow]:
    return [
        CellRow(
            region=region_name(cell.region),
            industry=industry_label(_, cell.industry),
            risk_class=cell.risk_class if by_class else _("不区分"),
            entities=cell.entities,
            probability=cell.probability,
            exact=fraction_text(cell.probability),
            expected=number_text(cell.expected),
        )
        for cell in cells
    ]


def _class_rows(_: Translate, cells: Sequence[CellPreview]) -> list[ClassRow]:
    entities: Counter[str] = Counter()
    chance: dict[str, Fraction] = {}
    for cell in cells:
        entities[cell.risk_class] += cell.entities
        chance[cell.risk_class] = cell.probability
    return [
        ClassRow(
            risk_class=grade,
            meaning=_(CLASS_LABELS[RiskClass(grade)]),
            entities=entities[grade],
            probability=chance[grade],
            exact=fraction_text(chance[grade]),
            expected=number_text(entities[grade] * chance[grade]),
        )
        for grade in sorted(entities)
    ]


def path_label(_: Translate, path: str) -> str:
    """A public stratum in words: ``360681/F`` → county and industry; small ones together are 其他."""
    region, slash, industry = path.partition("/")
    place = _("其他区域合并") if region == REST else region_name(region)
    if not slash:
        return place
    return f"{place} · {_('其他行业合并') if industry == REST else industry_label(_, industry)}"


def rates_text(_: Translate, task: Task) -> str:
    """``A 1%，B 3%，C 10%，D 30%``, or the number and its weights."""
    if task.mode is DrawMode.RATE:
        if not task.by_class:
            return f"{percent_text(task.rates['A'])}%"
        return "，".join(f"{grade} {percent_text(rate)}%" for grade, rate in sorted(task.rates.items()))
    number = _("{n} 户").format(n=f"{task.number or 0:,}")
    if not task.by_class:
        return number
    weights = "：".join(str(rate) for _grade, rate in sorted(task.rates.items()))
    return f"{number}，A：B：C：D = {weights}"


def team_text(_: Translate, task: Task) -> str:
    """``每组 2 人；轮换；概率上限 1/4``."""
    found = [_("每组 {n} 人").format(n=task.team_size)]
    if task.departments:
        found.append(_("{names}各派一人").format(names="、".join(task.departments)))
    if task.rotation:
        found.append(_("轮换"))
    if task.cross_station:
        found.append(_("所所交叉"))
    if task.max_visits:
        found.append(_("每人最多 {n} 户").format(n=task.max_visits))
    if task.draw_unit is not DrawUnit.ENTITY:
        name = _(UNIT_NAMES[task.draw_unit])
        found.append(_("{unit}，每个单元 {n} 户").format(unit=name, n=task.unit_size))
    if task.cap:
        found.append(_("概率上限 {share}").format(share=task.cap))
    return "；".join(found)


def source_facts(_: Translate, task: Task, sources: Sequence[str], given_by: str) -> list[tuple[Any, ...]]:
    """公开随机源与公开方式 in pairs. ``given_by``: the campaign whose organiser decided them, if any."""
    facts: list[tuple[Any, ...]] = []
    if task.campaign:
        facts.append((_("联合抽取"), (task.campaign, f"/office/campaigns/{task.campaign}"), "link"))
    facts.append((_("公开随机源"), "；".join(sources) or _("不使用，结果只取决于各参与方")))
    if task.reveal_by is not None:
        facts.append((_("揭示截止时间"), task.reveal_by, "datetime"))
    sealed = task.disclosure is Disclosure.SEALED
    facts.append((_("公开方式"), _("封存型，到期启封") if sealed else _("公开型，抽取的同时公开")))
    if sealed:
        facts.append((_("启封期限"), task.open_by, "datetime"))
    if given_by:
        facts.append((_("以上各项"), _("与联合抽取组织方任务相同")))
    return facts


def task_facts(
    _: Translate, task: Task, plan: Plan, items: Sequence[Item], tag_names: dict[str, str]
) -> list[tuple[Any, ...]]:
    """The task in pairs for a summary list."""
    tags = "、".join(tag_names.get(tag, tag) for tag in task.tags.split())
    facts: list[tuple[Any, ...]] = [
        (_("所属计划"), (plan.name, f"/office/plans/{plan.code}"), "link"),
        (_("抽查类型"), _("定向抽查") if task.directed else _("不定向抽查")),
        (_("抽查区域"), region_name(task.region_prefix)),
    ]
    if task.industries:
        facts.append((_("行业门类"), "、".join(industry_label(_, code) for code in task.industries)))
    if tags:
        facts.append((_("监管标签"), tags))
    return [
        *facts,
        (_("抽查事项"), "；".join(f"{item.code} {item.name}" for item in items)),
        (_("抽取办法"), _("按信用风险等级") if task.by_class else _("不区分信用风险等级")),
        (_("比例或户数"), rates_text(_, task)),
        (_("检查期限"), f"{task.starts} — {task.ends}"),
        (_("检查组"), team_text(_, task)),
        (_("二次揭示"), _("有，概率表登记之后再交出匹配随机数") if task.second_reveal else _("没有")),
        (_("抽中名单"), _("检查前公开") if task.publish_drawn_list else _("结果公示后公开")),
        (_("编制"), f"{task.created_by}", "text"),
    ]
