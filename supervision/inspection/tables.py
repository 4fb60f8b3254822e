"""Tables of visits and findings."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Text
from sqlmodel import Field, SQLModel, UniqueConstraint

from supervision.database import UtcDateTime, choice


class VisitState(StrEnum):
    """检查状态."""

    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    REPLACED = "replaced"
    """Cancelled: another entity came in its place."""


class Visit(SQLModel, table=True):
    """一次检查: one team at one drawn entity, for all items that concern it."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    draw_id: int = Field(foreign_key="draw.id", index=True)
    drawn_id: int = Field(foreign_key="drawn_entity.id", unique=True)
    entity_id: int = Field(foreign_key="entity.id", index=True)
    code: str = Field(unique=True, max_length=60)
    """``<draw_id>-V<position>``; says nothing of who is visited."""
    bundle: str | None = Field(default=None, max_length=16)
    """片区 or 日行程 that its team was drawn for; none where each entity was drawn for by itself."""
    state: VisitState = Field(default=VisitState.ASSIGNED, sa_type=choice(VisitState), index=True)
    publish_by: date | None = None
    """Last day of publication (R21), known once the inspection date is entered."""
    publish_by_provisional: bool = False
    """The holiday calendar of a year in between is not announced yet."""


class Finding(SQLModel, table=True):
    """检查结果: what a team entered; a correction is a new version, never an overwrite."""

    __table_args__ = (UniqueConstraint("visit_id", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(foreign_key="visit.id", index=True)
    version: int
    inspected_on: date
    result: str = Field(max_length=2)
    """National result code 1–8."""
    note: str = Field(default="", sa_type=Text)
    entered_by: str = Field(max_length=64)
    entered_at: datetime = Field(sa_type=UtcDateTime)
    reviewed_by: str | None = Field(default=None, max_length=64)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    returned_because: str | None = Field(default=None, sa_type=Text)


class ItemOutcome(StrEnum):
    """单项结果 (互联网+监管)."""

    PASS = "pass"
    FAIL = "fail"
    NOT_CHECKED = "not_checked"
    NOT_APPLICABLE = "not_applicable"


class ItemFinding(SQLModel, table=True):
    """单项检查结果."""

    __tablename__ = "item_finding"
    finding_id: int = Field(primary_key=True, foreign_key="finding.id")
    item_id: int = Field(primary_key=True, foreign_key="item.id")
    outcome: ItemOutcome = Field(sa_type=choice(ItemOutcome))
    note: str = Field(default="", max_length=500)


class CalendarFeed(SQLModel, table=True):
    """日历订阅: the secret address of an inspector's ICS feed; only its hash is kept; revocable."""

    __tablename__ = "calendar_feed"
    inspector_id: int = Field(primary_key=True, foreign_key="inspector.id")
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    content_sha256: str | None = Field(default=None, max_length=64)
    """Of what was sent last; ``changed_at``: since when it says so, for who asks whether anything changed."""
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
