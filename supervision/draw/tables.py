"""Tables of draws: parties, frozen frames, results, closing records."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, LargeBinary, Text
from sqlmodel import Field, SQLModel, UniqueConstraint

from supervision.database import UtcDateTime, choice


class DrawState(StrEnum):
    """抽取状态."""

    FROZEN = "frozen"
    APPROVED = "approved"
    CLOSED = "closed"
    VOID = "void"


class DrawParty(SQLModel, table=True):
    """抽取参与方: commits to a secret before the plan is frozen, reveals it after the plan is approved."""

    __tablename__ = "draw_party"
    __table_args__ = (UniqueConstraint("task_id", "position"), UniqueConstraint("task_id", "account_id"))
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    position: int
    title: str = Field(max_length=64)
    """Shown to the public, e.g. 组织方, 派驻纪检监察组, 企业代表."""
    account_id: int = Field(foreign_key="account.id", index=True)
    commitment: str | None = Field(default=None, max_length=64)
    committed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    secret: str | None = Field(default=None, max_length=64)
    """Hex; empty until it is revealed."""
    revealed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Draw(SQLModel, table=True):
    """抽取: one frozen plan of draw/1 and its only possible outcome."""

    __table_args__ = (UniqueConstraint("organ_id", "year", "serial"),)
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", unique=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    year: int
    serial: int
    draw_id: str = Field(unique=True, max_length=48)
    """Organ, year and gap-free serial, e.g. ``360681-2026-0001``."""
    state: DrawState = Field(sa_type=choice(DrawState), index=True)
    plan_json: str = Field(sa_type=Text)
    """The canonical plan, byte for byte."""
    plan_hash: str = Field(max_length=64, unique=True)
    register_root: str = Field(max_length=64)
    register_n: int
    frozen_by: str = Field(max_length=64)
    frozen_at: datetime = Field(sa_type=UtcDateTime)
    approved_by: str | None = Field(default=None, max_length=64)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seed: str | None = Field(default=None, max_length=64)
    result: str | None = Field(default=None, sa_type=Text)
    """The lines ``id,cell,ticket`` of draw/1."""
    result_sha256: str | None = Field(default=None, max_length=64)
    cells: list[Any] | None = Field(default=None, sa_type=JSON)
    cells_sha256: str | None = Field(default=None, max_length=64)
    closing_json: str | None = Field(default=None, sa_type=Text)
    closing_hash: str | None = Field(default=None, max_length=64)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    void_reason: str | None = Field(default=None, sa_type=Text)


class FrozenFrame(SQLModel, table=True):
    """名录快照: the frame of a draw, and what links its lines to entities."""

    __tablename__ = "frozen_frame"
    draw_id: int = Field(primary_key=True, foreign_key="draw.id")
    frame: bytes = Field(sa_type=LargeBinary)
    """What everyone replays, gzip; blinded where the plan uses a confidential class."""
    links: bytes = Field(sa_type=LargeBinary)
    """Never public: gzip lines ``frame id,USCC,entity id,path`` in clear, in frame order."""
    key: str | None = Field(default=None, max_length=64)
    """Never public: the frame key of the blinding, for auditors."""


class DrawnEntity(SQLModel, table=True):
    """抽中对象: in the order drawn. The link to its line of the frame stays here, unpublished."""

    __tablename__ = "drawn_entity"
    __table_args__ = (UniqueConstraint("draw_id", "position"), UniqueConstraint("draw_id", "entity_id"))
    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(foreign_key="draw.id", index=True)
    position: int
    entity_id: int = Field(foreign_key="entity.id", index=True)
    frame_id: str = Field(max_length=40)
    cell: str = Field(max_length=80)
    ticket: str = Field(max_length=64)
