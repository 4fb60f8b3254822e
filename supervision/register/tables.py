"""Tables of the registers (一单两库): entities, inspectors, items, and their imports."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel, UniqueConstraint

from supervision.database import UtcDateTime, choice


class RegisterKind(StrEnum):
    """名录库种类."""

    ENTITY = "entity"
    INSPECTOR = "inspector"
    ITEM = "item"


class ImportState(StrEnum):
    """导入状态."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Import(SQLModel, table=True):
    """导入批次: one file taken into one register, and what became of its rows."""

    __tablename__ = "register_import"
    id: int | None = Field(default=None, primary_key=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    kind: RegisterKind = Field(sa_type=choice(RegisterKind))
    filename: str = Field(max_length=255)
    sha256: str = Field(max_length=64)
    mapping: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """Field → header, where the default headers do not fit."""
    state: ImportState = Field(default=ImportState.WAITING, sa_type=choice(ImportState), index=True)
    position: int = 0
    """Bytes (CSV) or rows (XLSX) read so far, out of ``size``."""
    size: int = 0
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    set_aside: int = 0
    cancel_asked: bool = False
    error: str | None = Field(default=None, sa_type=Text)
    started_by: str = Field(max_length=64)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class QuarantinedRow(SQLModel, table=True):
    """待处理行: a row that could not be taken, kept with its line and reason until it is fixed."""

    __tablename__ = "quarantined_row"
    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="register_import.id", index=True)
    line: int
    reason: str = Field(max_length=32, index=True)
    column: str = Field(default="", max_length=100)
    value: str = Field(default="", max_length=200)
    message: str = Field(sa_type=Text)
    cells: dict[str, Any] = Field(sa_type=JSON)
    """The row as read, by header, so that it can be downloaded, fixed and imported again."""


class EntityStatus(StrEnum):
    """登记状态."""

    ACTIVE = "active"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    MOVED_OUT = "moved_out"


class Entity(SQLModel, table=True):
    """检查对象/经营主体: whoever may be inspected."""

    id: int | None = Field(default=None, primary_key=True)
    uscc: str = Field(unique=True, max_length=18)
    name: str = Field(max_length=200)
    name_grams: str = Field(default="", sa_type=Text)
    """The name cut into overlapping pairs of characters, for full-text search on both databases."""
    kind: str = Field(max_length=16, index=True)
    type_name: str = Field(default="", max_length=100)
    """The registered type as written (企业类型)."""
    established: date | None = None
    capital: str = Field(default="", max_length=100)
    scope: str = Field(default="", sa_type=Text)
    """经营范围."""
    address: str = Field(default="", max_length=300)
    region_code: str = Field(max_length=6, index=True)
    industry: str = Field(max_length=1, index=True)
    """Section A–T of GB/T 4754—2017, or ``Z`` where none could be told."""
    tags: str = Field(default=" ", max_length=400)
    """Item tags between single spaces, with a space at both ends: `` food_sale catering ``."""
    inferred: bool = True
    """Whether industry and tags come from the keyword table rather than from the authority."""
    status: EntityStatus = Field(default=EntityStatus.ACTIVE, sa_type=choice(EntityStatus))
    contact: str = Field(default="", max_length=64)
    phone: str = Field(default="", max_length=64)
    longitude: float | None = None
    latitude: float | None = None
    digest: str = Field(max_length=32)
    """Of the imported values: a re-import with the same digest changes nothing."""
    import_id: int | None = Field(default=None, foreign_key="register_import.id")
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Inspector(SQLModel, table=True):
    """执法检查人员: only certified officers of the organ (R8)."""

    __table_args__ = (UniqueConstraint("organ_id", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    code: str = Field(max_length=32)
    """工号."""
    name: str = Field(max_length=64)
    department: str = Field(default="", max_length=100)
    station: str = Field(default="", max_length=100)
    certificate: str = Field(max_length=64)
    """执法证号."""
    certificate_until: date
    region_prefix: str = Field(max_length=6)
    """执法区域: the inspector may visit entities whose region code starts with it."""
    qualifications: str = Field(default=" ", max_length=400)
    """岗位资格, between single spaces, as tags of an entity."""
    may_lead: bool = False
    active: bool = True
    past_load: int = 0
    """Visits carried in earlier rounds outside this system, offset for an even workload."""
    phone: str = Field(default="", max_length=64)
    digest: str = Field(max_length=32)
    import_id: int | None = Field(default=None, foreign_key="register_import.id")
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Recusal(SQLModel, table=True):
    """回避 (R9): an inspector who must not visit an entity, or (``colleague_id``) not with a colleague."""

    __table_args__ = (UniqueConstraint("inspector_id", "entity_id", "colleague_id"),)
    id: int | None = Field(default=None, primary_key=True)
    inspector_id: int = Field(foreign_key="inspector.id", index=True)
    entity_id: int | None = Field(default=None, foreign_key="entity.id", index=True)
    colleague_id: int | None = Field(default=None, foreign_key="inspector.id")
    reason: str = Field(max_length=200)
    decided_by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)


class Leave(SQLModel, table=True):
    """请假/不在岗: an inspector is away from one day to another, both included."""

    __tablename__ = "inspector_leave"
    id: int | None = Field(default=None, primary_key=True)
    inspector_id: int = Field(foreign_key="inspector.id", index=True)
    starts: date
    ends: date
    reason: str = Field(max_length=200)
    """Personal: it stays in the office."""
    recorded_by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)


class ItemKind(StrEnum):
    """事项类别 (R11)."""

    GENERAL = "general"
    KEY = "key"


class Item(SQLModel, table=True):
    """抽查事项: without a published legal basis it cannot enter a task (R1)."""

    __table_args__ = (UniqueConstraint("organ_id", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    code: str = Field(max_length=32)
    subject: str = Field(default="", max_length=100)
    """抽查类别."""
    name: str = Field(max_length=200)
    kind: ItemKind = Field(default=ItemKind.GENERAL, sa_type=choice(ItemKind))
    objects: str = Field(default="", max_length=200)
    """检查对象, as the list words it."""
    method: str = Field(default="", max_length=100)
    inspecting_organ: str = Field(default="", max_length=100)
    legal_basis: str = Field(default="", sa_type=Text)
    tag: str = Field(default="", max_length=64)
    """Entities with this tag are concerned; empty: all."""
    qualification: str = Field(default="", max_length=64)
    """One member of the team must hold it; empty: none needed."""
    ratio_min_ppm: int | None = None
    ratio_max_ppm: int | None = None
    published_url: str = Field(default="", max_length=300)
    active: bool = True
    digest: str = Field(max_length=32)
    import_id: int | None = Field(default=None, foreign_key="register_import.id")
    updated_at: datetime = Field(sa_type=UtcDateTime)
