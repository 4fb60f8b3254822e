"""Tables of pairings, teams and reassignments."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, Text
from sqlmodel import Field, SQLModel, UniqueConstraint

from supervision.database import UtcDateTime, choice
from supervision.draw.tables import ReplacementState


class Pairing(SQLModel, table=True):
    """匹配: the table of chances of a draw, fixed first, and the lot that gave every drawn entity its team.

    Problem, table and outcome name people by aliases that say nothing without ``alias_key``, so that they can
    be published whole.
    """

    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(foreign_key="draw.id", unique=True)
    method: str = Field(max_length=32)
    problem: bytes = Field(sa_type=LargeBinary)
    """The problem solved, as gzip JSON: seats, who may fill them, past loads."""
    problem_sha256: str = Field(max_length=64)
    alias_key: str = Field(default="", max_length=64)
    """Never public: with it an inspector's code gives the alias. Empty: codes were used (pair/0)."""
    units: bytes | None = Field(default=None, sa_type=LargeBinary)
    """bundles.json with its points, or the list of day-routes, gzip; none where teams are drawn by entity."""
    bundles_sha256: str | None = Field(default=None, max_length=64)
    table: bytes | None = Field(default=None, sa_type=LargeBinary)
    """概率表 as gzip JSON (A.json without the assignment)."""
    table_sha256: str | None = Field(default=None, max_length=64)
    awaited: list[int] = Field(default_factory=list, sa_type=JSON)
    """Positions of the parties whose second secret is waited for."""
    committed_by: str = Field(default="", max_length=64)
    committed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    second: int = 0
    """How many second secrets entered the seed; none: the pairing follows from what was known before it."""
    seed: str | None = Field(default=None, max_length=64)
    outcome: bytes | None = Field(default=None, sa_type=LargeBinary)
    """A.json, gzip: the table and the teams as they were drawn."""
    assignment_sha256: str | None = Field(default=None, max_length=64)
    loads: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Inspector code → visits in this pairing."""
    paired_by: str | None = Field(default=None, max_length=64)
    paired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def is_drawn(self) -> bool:
        """Whether the lot has been held."""
        return self.paired_at is not None


class TeamMember(SQLModel, table=True):
    """检查组成员: an inspector in a seat of a visit."""

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("visit_id", "inspector_id"),)
    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(foreign_key="visit.id", index=True)
    inspector_id: int = Field(foreign_key="inspector.id", index=True)
    seat: str = Field(max_length=120)
    """``lead`` 组长, ``department:X``, ``qualification:X``, or ``member``."""


class Reassignment(SQLModel, table=True):
    """换人: others take the seats of an inspector who cannot go, by a lot with a table of its own."""

    __table_args__ = (UniqueConstraint("draw_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(foreign_key="draw.id", index=True)
    inspector_id: int = Field(foreign_key="inspector.id", index=True)
    visits: list[str] = Field(sa_type=JSON)
    """Codes of the visits to which somebody else is sent."""
    reason: str = Field(max_length=32)
    evidence: str = Field(sa_type=Text)
    """Never public."""
    state: ReplacementState = Field(sa_type=choice(ReplacementState), index=True)
    proposed_by: str = Field(max_length=64)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, max_length=64)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused_because: str | None = Field(default=None, sa_type=Text)
    number: int | None = None
    """Of those approved for the draw, from 1, as in the log."""
    problem: bytes | None = Field(default=None, sa_type=LargeBinary)
    outcome: bytes | None = Field(default=None, sa_type=LargeBinary)
    """A.json of the lot, gzip."""
    table_sha256: str | None = Field(default=None, max_length=64)
    seed: str | None = Field(default=None, max_length=64)
    assignment_sha256: str | None = Field(default=None, max_length=64)
    units: dict[str, list[str]] = Field(default_factory=dict, sa_type=JSON)
    """Task of its problem → visits, where these are several that stay together."""
    changed: list[Any] = Field(default_factory=list, sa_type=JSON)
    """``[visit, seat, code of who goes, code of who comes]``."""
