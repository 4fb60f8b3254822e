"""Decisions on plans and tasks, on plain values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from solver.rates import FixedMode, RateMode, scale_of
from supervision.clock import today
from supervision.errors import InvalidInput, SupervisionError
from supervision.plan.tables import Disclosure, DrawMode, DrawUnit, TaskState
from supervision.register.tables import Item, ItemKind
from supervision.risk.tables import RiskClass

PPM = 1_000_000
MOST_VISITS = 10_000
"""The largest number of visits of one task that may be asked of one inspector."""
LONGEST_SEAL = timedelta(days=90)
"""A sealed draw is opened at the latest so long after the last day of its task."""
Rates = RateMode | FixedMode
Department = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
SourceCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
STATE_NAMES = {
    TaskState.DRAFT: "编制中",
    TaskState.FROZEN: "已冻结，待审批",
    TaskState.APPROVED: "已审批，待揭示和抽取",
    TaskState.DRAWN: "已抽取，待匹配",
    TaskState.PAIRED: "检查中",
    TaskState.DONE: "已完成",
    TaskState.VOID: "已作废",
}
MOST_IN_UNIT = 200
USUAL_SIZES = {DrawUnit.BUNDLE: 20, DrawUnit.DAY_ROUTE: 4}
"""Entities of one bundle; most of one day-route."""
UNIT_NAMES = {
    DrawUnit.ENTITY: "逐户抽取",
    DrawUnit.BUNDLE: "按片区抽取",
    DrawUnit.DAY_ROUTE: "按日行程抽取",
}


class UnpublishedItem(SupervisionError):
    code = "unpublished_item"
    status = 422
    sentence = "事项“{item}”没有检查依据或已停用，清单之外无检查，不能纳入任务。"


class RatioAboveCeiling(SupervisionError):
    code = "ratio_above_ceiling"
    status = 422
    sentence = "抽取比例超过一般事项“{items}”规定的上限，请降低比例，或将该事项移出任务。"


class LotteryDraft(BaseModel):
    """彩票开奖: a game and an issue whose numbers will enter the seed, e.g. ``ssq`` and ``2026134``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    game: SourceCode
    issue: SourceCode


class TaskDraft(BaseModel):
    """抽查任务草案: everything a planner decides before the freeze."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    directed: bool = False
    region_prefix: Annotated[str, StringConstraints(pattern=r"^([0-9]{2}){1,3}$")]
    industries: Annotated[str, StringConstraints(pattern=r"^[A-TZ]{0,21}$")] = ""
    tags: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")], ...] = ()
    items: Annotated[tuple[Annotated[str, StringConstraints(max_length=32)], ...], Field(max_length=200)]
    """Codes of the item list."""
    by_class: bool = True
    mode: DrawMode = DrawMode.RATE
    rates: dict[RiskClass, Annotated[int, Field(ge=0, le=PPM)]]
    """``rate``: parts per million of each class; ``fixed``: weight of each class."""
    number: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    team_size: Annotated[int, Field(ge=2, le=10)] = 2
    departments: Annotated[tuple[Department, ...], Field(max_length=9)] = ()
    """联合检查: each of these departments sends one member of every team; empty: all send together."""
    rotation: bool = True
    """轮换: whoever visited an entity the last time does not visit it now."""
    cross_station: bool = False
    """所所交叉: nobody visits an entity of his own station."""
    max_visits: Annotated[int, Field(ge=1, le=MOST_VISITS)] | None = None
    """Visits of this task that one inspector takes at most."""
    cap: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,8}(/[1-9][0-9]{0,8})?$")] | None = None
    """概率上限 of any pairing, e.g. ``1/4``; none: close to the lowest there is."""
    second_reveal: bool = False
    """二次揭示: parties hand in a second secret once the table of chances is fixed."""
    draw_unit: DrawUnit = DrawUnit.ENTITY
    """抽签单元: what teams are drawn for; in the plan before the draw."""
    unit_size: Annotated[int, Field(ge=1, le=MOST_IN_UNIT)] | None = None
    """Entities in one bundle, or most of one day-route; none: 20, or 4."""
    starts: date
    ends: date
    publish_drawn_list: bool = True
    reveal_by: AwareDatetime | None = None
    """揭示截止: needed where a public source is named."""
    use_beacon: bool = False
    """The first round of the drand chain after the deadline, and a margin, enters the seed."""
    lotteries: Annotated[tuple[LotteryDraft, ...], Field(max_length=5)] = ()
    disclosure: Disclosure = Disclosure.OPEN
    open_by: AwareDatetime | None = None
    """启封期限 of a sealed draw."""

    @property
    def has_public_source(self) -> bool:
        return self.use_beacon or bool(self.lotteries)


@dataclass(frozen=True, slots=True)
class CellCount:
    """分层计数: how many eligible entities share region, industry and class."""

    region: str
    industry: str
    risk_class: str
    entities: int


def check_draft(draft: TaskDraft, items: Sequence[Item], today: date) -> None:
    """Refuse a draft that the law or plain sense forbids (R1, R4, R6, L5, R27)."""
    if len(set(draft.items)) != len(draft.items) or not draft.items:
        raise InvalidInput(field="抽查事项", problem="请至少选择一个事项，且不要重复。")
    known = {item.code: item for item in items}
    for code in draft.items:
        item = known.get(code)
        if item is None:
            raise InvalidInput(field="抽查事项", problem=f"事项清单中没有编号“{code}”。")
        if not item.active or not item.legal_basis.strip():
            raise UnpublishedItem(item=item.name)
    if draft.ends < draft.starts:
        raise InvalidInput(field="结束日期", problem="不能早于开始日期。")
    if draft.ends < today:
        raise InvalidInput(field="结束日期", problem="不能早于今天。")
    narrowed = bool(draft.industries or draft.tags)
    if draft.directed and not narrowed:
        raise InvalidInput(field="抽查类型", problem="定向抽查须限定行业或对象标签。")
    if narrowed and not draft.directed:
        raise InvalidInput(field="抽查类型", problem="不定向抽查面向全部对象，不能限定行业或标签。")
    _check_teams(draft)
    _check_rates(draft)


def _check_teams(draft: TaskDraft) -> None:
    if len(set(draft.departments)) != len(draft.departments):
        raise InvalidInput(field="参与部门", problem="同一部门不能重复。")
    if len(draft.departments) == 1:
        raise InvalidInput(field="参与部门", problem="联合检查至少有两个部门；只有一个部门时不填。")
    if draft.unit_size is not None and draft.draw_unit is DrawUnit.ENTITY:
        raise InvalidInput(field="每个单元的户数", problem="逐户抽签时不填。")
    if draft.cap is not None and Fraction(draft.cap) > 1:
        raise InvalidInput(field="概率上限", problem="应大于 0 且不超过 1，例如 1/4。")


def _check_rates(draft: TaskDraft) -> None:
    if set(draft.rates) != set(RiskClass):
        raise InvalidInput(field="抽查比例", problem="请给出 A、B、C、D 四类各自的数值。")
    if not any(draft.rates.values()):
        raise InvalidInput(field="抽查比例", problem="至少有一类大于 0。")
    if draft.by_class and not all(draft.rates.values()):
        raise InvalidInput(field="抽查比例", problem="每一类都须大于 0：信用好不免抽。")
    if not draft.by_class and len(set(draft.rates.values())) != 1:
        raise InvalidInput(field="抽查比例", problem="不按信用风险等级抽取时，四类的数值须相同。")
    if (draft.mode is DrawMode.FIXED) != (draft.number is not None):
        raise InvalidInput(field="抽取户数", problem="按固定数量抽取时必填，按比例抽取时不填。")


def check_sources(draft: TaskDraft, now: datetime) -> None:
    """Refuse moments that could not be kept, and sources that could not be told apart (draw/1 parts 3, 4)."""
    if draft.has_public_source and draft.reveal_by is None:
        raise InvalidInput(field="揭示截止时间", problem="使用公共随机数或彩票开奖时必填。")
    if draft.reveal_by is not None and draft.reveal_by <= now:
        raise InvalidInput(field="揭示截止时间", problem="须晚于现在，请改到各方来得及揭示的时间。")
    if len(set(draft.lotteries)) != len(draft.lotteries):
        raise InvalidInput(field="彩票开奖", problem="同一游戏的同一期不能重复。")
    if (draft.disclosure is Disclosure.SEALED) != (draft.open_by is not None):
        raise InvalidInput(field="启封期限", problem="封存型抽取必填，公开型抽取不填。")
    if draft.open_by is None:
        return
    if draft.open_by <= max(now, draft.reveal_by or now):
        raise InvalidInput(field="启封期限", problem="须晚于现在和揭示截止时间：先抽取，后启封。")
    if today(draft.open_by) > draft.ends + LONGEST_SEAL:
        raise InvalidInput(field="启封期限", problem=f"不得晚于任务结束后 {LONGEST_SEAL.days} 天。")


def above_ceiling(items: Sequence[Item], expected: Fraction, eligible: int) -> list[Item]:
    """超过比例上限的一般事项: key items have no ceiling, and 100 % of nobody passes none (R11)."""
    return [
        item
        for item in items
        if item.kind is ItemKind.GENERAL
        and item.ratio_max_ppm is not None
        and expected * PPM > item.ratio_max_ppm * eligible
    ]


def size_of(unit: DrawUnit, size: int | None) -> int | None:
    """每个单元的户数, as it is frozen with the plan."""
    return None if unit is DrawUnit.ENTITY else size or USUAL_SIZES[unit]


def mode_of(mode: DrawMode, rates: Mapping[str, int], number: int | None) -> Rates:
    """The task's numbers as the draw takes them."""
    if mode is DrawMode.RATE:
        return RateMode(PPM, dict(rates))
    return FixedMode(number or 0, dict(rates))


def class_probabilities(mode: Rates, cells: Sequence[CellCount]) -> dict[str, Fraction]:
    """The exact probability with which an entity of each class is drawn."""
    population: Counter[str] = Counter()
    for cell in cells:
        population[cell.risk_class] += cell.entities
    scale = scale_of(mode, population)
    return {grade: Fraction(numerator, scale.D) for grade, numerator in scale.a.items()}
