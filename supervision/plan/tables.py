"""Tables of plans and tasks."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel, UniqueConstraint

from supervision.database import UtcDateTime, choice


class Plan(SQLModel, table=True):
    """年度抽查工作计划."""

    __table_args__ = (UniqueConstraint("organ_id", "year", "serial"),)
    id: int | None = Field(default=None, primary_key=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    year: int
    serial: int
    code: str = Field(unique=True, max_length=40)
    """抽查计划编号, e.g. ``360681-2026-P01``."""
    name: str = Field(max_length=200)
    created_by: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)


class TaskState(StrEnum):
    """任务状态, in the order of the work."""

    DRAFT = "draft"
    FROZEN = "frozen"
    APPROVED = "approved"
    DRAWN = "drawn"
    PAIRED = "paired"
    DONE = "done"
    VOID = "void"


class DrawMode(StrEnum):
    """抽取方式: a rate for each class, or a fixed number shared out by weights."""

    RATE = "rate"
    FIXED = "fixed"


class DrawUnit(StrEnum):
    """抽签单元: what teams are drawn for (docs/bundle-1.md)."""

    ENTITY = "entity"
    BUNDLE = "bundle"
    DAY_ROUTE = "day-route"


class Disclosure(StrEnum):
    """公开方式: at once with the draw, or sealed until it is opened."""

    OPEN = "open"
    SEALED = "sealed"


class Task(SQLModel, table=True):
    """抽查任务: one batch of a plan (R4): items, scope, rate, dates, team."""

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    code: str = Field(unique=True, max_length=48)
    """抽查任务编号, e.g. ``360681-2026-P01-T01``."""
    name: str = Field(max_length=200)
    directed: bool
    """定向: a condition narrows the scope (L5)."""
    region_prefix: str = Field(max_length=6)
    industries: str = Field(default="", max_length=64)
    """Section letters, e.g. ``CF``; empty: all."""
    tags: str = Field(default=" ", max_length=400)
    """Entities with any of these tags; empty: all."""
    item_ids: list[int] = Field(sa_type=JSON)
    by_class: bool = True
    """Whether rates differ by risk class; if not, the class does not enter the draw."""
    mode: DrawMode = Field(sa_type=choice(DrawMode))
    rates: dict[str, int] = Field(sa_type=JSON)
    """``rate``: class → parts per million; ``fixed``: class → weight."""
    number: int | None = None
    """``fixed``: how many entities."""
    team_size: int = 2
    departments: list[str] = Field(default_factory=list, sa_type=JSON)
    """联合检查: each of these departments sends one member of every team."""
    rotation: bool = True
    """轮换: whoever visited an entity the last time does not visit it now."""
    cross_station: bool = False
    """所所交叉: nobody visits an entity of his own station."""
    max_visits: int | None = None
    """Visits of this task that one inspector takes at most."""
    cap: str | None = Field(default=None, max_length=32)
    """概率上限 of any pairing as a fraction, e.g. ``1/4``; none: close to the lowest there is."""
    second_reveal: bool = False
    """二次揭示: the parties' second secrets enter the pairing once its table is fixed."""
    draw_unit: DrawUnit = Field(default=DrawUnit.ENTITY, sa_type=choice(DrawUnit))
    """抽签单元: each entity gets its team, or each bundle of entities, or each finished day-route."""
    unit_size: int | None = None
    """Entities in one bundle, about; most entities of one route. None with ``entity``."""
    starts: date
    ends: date
    publish_drawn_list: bool = True
    reveal_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """揭示截止: needed where a public source is named; no reveal is taken after it."""
    use_beacon: bool = False
    """Whether the first drand round after the deadline enters the seed."""
    lotteries: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    """``{"game": code, "issue": code}`` of the lottery draws that enter the seed."""
    disclosure: Disclosure = Field(default=Disclosure.OPEN, sa_type=choice(Disclosure))
    open_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Sealed: opened at this moment at the latest."""
    campaign: str | None = Field(default=None, max_length=64, index=True)
    """联合抽取: code of the campaign that the task has joined."""
    snapshot_id: int | None = Field(default=None, foreign_key="risk_snapshot.id")
    state: TaskState = Field(default=TaskState.DRAFT, sa_type=choice(TaskState), index=True)
    redraw_of_id: int | None = Field(default=None, foreign_key="task.id")
    redraw_reason: str | None = Field(default=None, sa_type=Text)
    created_by: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
