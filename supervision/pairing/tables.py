"""Tables of pairings and teams."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, SQLModel, UniqueConstraint

from supervision.database import UtcDateTime


class Pairing(SQLModel, table=True):
    """匹配: the lot that gave every drawn entity its team."""

    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(foreign_key="draw.id", unique=True)
    method: str = Field(max_length=32)
    problem: bytes = Field(sa_type=LargeBinary)
    """The problem solved, as gzip JSON: seats, who may fill them, past loads."""
    problem_sha256: str = Field(max_length=64)
    seed: str = Field(max_length=64)
    assignment_sha256: str = Field(max_length=64)
    loads: dict[str, Any] = Field(sa_type=JSON)
    """Inspector code → visits in this pairing."""
    paired_by: str = Field(max_length=64)
    paired_at: datetime = Field(sa_type=UtcDateTime)


class TeamMember(SQLModel, table=True):
    """检查组成员: an inspector in a seat of a visit."""

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("visit_id", "inspector_id"),)
    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(foreign_key="visit.id", index=True)
    inspector_id: int = Field(foreign_key="inspector.id", index=True)
    seat: str = Field(max_length=80)
    """``lead`` 组长, ``qualification:X``, or ``member``."""
