"""Tables of schedules: offices that teams set out from, terms of visits, schedules, and what they say."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, LargeBinary, Text
from sqlmodel import Field, SQLModel, UniqueConstraint

from supervision.database import UtcDateTime, choice


class Base(SQLModel, table=True):
    """办公地点: where teams set out from; an organ has one at least, stations may have their own."""

    __table_args__ = (UniqueConstraint("organ_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    name: str = Field(max_length=100)
    station: str = Field(default="", max_length=100)
    """科所 whose people set out from here; empty: everybody whose station has no place of its own."""
    latitude: float
    longitude: float
    cars: int | None = None
    """Cars a day; none: no limit."""
    changed_by: str = Field(max_length=64)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class OpeningHours(SQLModel, table=True):
    """营业时间 of an entity, for every visit to it. Terms of a visit take their place."""

    __tablename__ = "opening_hours"
    entity_id: int = Field(primary_key=True, foreign_key="entity.id")
    openings: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """As in ``VisitTerms``."""
    closed: list[str] = Field(default_factory=list, sa_type=JSON)
    """停业日期, ISO."""
    changed_by: str = Field(max_length=64)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class VisitTerms(SQLModel, table=True):
    """检查时间要求 of one visit: how long it takes, and when it may be."""

    __tablename__ = "visit_terms"
    visit_id: int = Field(primary_key=True, foreign_key="visit.id")
    minutes: int | None = None
    """用时; none: by the number of items."""
    openings: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """``{"weekdays": [1…7], "dates": ["2026-12-01"], "from": "09:00", "to": "11:30"}``: dates go before
    weekdays, weekdays before openings that name neither; empty: the whole working day."""
    closed: list[str] = Field(default_factory=list, sa_type=JSON)
    """停业日期, ISO."""
    earliest: date | None = None
    latest: date | None = None
    appointment_on: date | None = None
    """约定 with the entity."""
    appointment_at: str | None = Field(default=None, max_length=5)
    """``HH:MM``; none: at any time of that day."""
    pinned_on: date | None = None
    """锁定 by hand: day and time stay as they are."""
    pinned_at: str | None = Field(default=None, max_length=8)
    """``HH:MM:SS``."""
    note: str = Field(default="", max_length=500)
    changed_by: str = Field(max_length=64)
    changed_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def pinned(self) -> bool:
        return self.pinned_on is not None


class ScheduleState(StrEnum):
    """安排状态."""

    DRAFT = "draft"
    SOLVING = "solving"
    READY = "ready"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Schedule(SQLModel, table=True):
    """检查安排: a problem posed, the timetable that answers it, and whether people go by it.

    Never public: inspections come unannounced.
    """

    __table_args__ = (UniqueConstraint("organ_id", "year", "serial"),)
    id: int | None = Field(default=None, primary_key=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    year: int
    serial: int
    code: str = Field(unique=True, max_length=48)
    """安排编号, e.g. ``360681-2026-S01``."""
    name: str = Field(max_length=200)
    starts: date
    ends: date
    task_ids: list[int] = Field(default_factory=list, sa_type=JSON)
    """Empty: the problem was handed in whole."""
    options: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """``rules.Options``."""
    problem: bytes = Field(sa_type=LargeBinary)
    """P.json (docs/schedule.md), gzip. Visits are named by their codes, teams by those of their members."""
    problem_sha256: str = Field(max_length=64)
    parts: dict[str, list[str]] = Field(default_factory=dict, sa_type=JSON)
    """合并: visit of the problem → codes of the visits it stands for, where these are several."""
    notes: list[str] = Field(default_factory=list, sa_type=JSON)
    """What the planner ought to know of the problem: provisional years, visits that could not be merged."""
    timetable: bytes | None = Field(default=None, sa_type=LargeBinary)
    """T.json, gzip."""
    plan_sha256: str | None = Field(default=None, max_length=64)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """``rules.figures_of``: counts, travel, team-days, whether proven."""
    state: ScheduleState = Field(default=ScheduleState.DRAFT, sa_type=choice(ScheduleState), index=True)
    version: int = 1
    """Raised by every change to the timetable."""
    replaces_id: int | None = Field(default=None, foreign_key="schedule.id")
    reason: str = Field(default="", max_length=500)
    """Why it takes the place of another."""
    job: str | None = Field(default=None, max_length=100)
    """Key of the job that solves it."""
    error: str | None = Field(default=None, sa_type=Text)
    made_by: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcDateTime)
    solved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    issued_by: str | None = Field(default=None, max_length=64)
    issued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ScheduledVisit(SQLModel, table=True):
    """已下发的检查时间: when a visit is, by the schedule that was issued; for the office and its team."""

    __tablename__ = "scheduled_visit"
    __table_args__ = (UniqueConstraint("schedule_id", "visit_id"),)
    id: int | None = Field(default=None, primary_key=True)
    schedule_id: int = Field(foreign_key="schedule.id", index=True)
    visit_id: int = Field(foreign_key="visit.id", index=True)
    current: bool = Field(default=True, index=True)
    """In force; of one visit one row at most is."""
    team: str = Field(sa_type=Text)
    """Codes of the members in order, with ``+`` between them."""
    day: date | None = None
    """None: it could not be placed, for the reason ``code``."""
    start_s: int | None = None
    """Second of the working axis."""
    end_s: int | None = None
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    place: int | None = None
    """Its place on the route of the day, from 1."""
    sequence: int = 1
    """SEQUENCE of its calendar entry (RFC 5545): rises whenever day, time or team change."""
    pinned: bool = False
    code: str | None = Field(default=None, max_length=32)
    message: str = Field(default="", sa_type=Text)
    """Why it could not be placed, in one sentence."""
