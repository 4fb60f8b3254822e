"""Tables of draws: parties, frozen frames, results, closing records."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel, UniqueConstraint

from solver.canonical import Alg
from supervision.database import UtcDateTime, choice


class DrawState(StrEnum):
    """抽取状态."""

    FROZEN = "frozen"
    APPROVED = "approved"
    CLOSED = "closed"
    VOID = "void"


class PartyKind(StrEnum):
    """参与方类别."""

    ORGANISER = "organiser"
    DISCIPLINE = "discipline"
    ENTERPRISE = "enterprise"
    OTHER = "other"


class SourceKind(StrEnum):
    """公开随机源: a drand round, or the numbers of a lottery."""

    BEACON = "beacon"
    LOTTERY = "lottery"


class ReplacementState(StrEnum):
    """替补状态."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class DrawParty(SQLModel, table=True):
    """抽取参与方: commits to a secret before the plan is frozen, reveals it after the plan is approved."""

    __tablename__ = "draw_party"
    __table_args__ = (UniqueConstraint("task_id", "position"), UniqueConstraint("task_id", "account_id"))
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    position: int
    title: str = Field(max_length=64)
    """Shown to the public, e.g. 组织方, 派驻纪检监察组, 企业代表."""
    kind: PartyKind = Field(default=PartyKind.OTHER, sa_type=choice(PartyKind))
    account_id: int = Field(foreign_key="account.id", index=True)
    commitment: str | None = Field(default=None, max_length=64)
    committed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    secret: str | None = Field(default=None, max_length=64)
    """Hex; empty until it is revealed."""
    revealed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    missing_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was noted that the secret was not handed in by the deadline."""
    second: str | None = Field(default=None, max_length=64)
    """第二份随机数 for the pairing, hex: the secret follows from it (docs/pair-1.md, section 8)."""
    second_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    second_missing_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was noted that the second secret was not handed in."""


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
    sealed: bool = False
    """封存型: what was drawn stays closed to the public until the opening."""
    open_by: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """Sealed: the moment at which it is opened, whatever anybody does."""
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """启封: from here on reveals, seed and result are public."""
    campaign: str | None = Field(default=None, max_length=64, index=True)
    """联合抽取: code of the campaign whose tickets it draws with."""

    @property
    def blinded(self) -> bool:
        """盲化: ids and paths of its frame say nothing without the key."""
        return bool(json.loads(self.plan_json).get("frame") == "blinded")

    @property
    def alg(self) -> Alg:
        """摘要算法 that its plan names."""
        named: Alg = json.loads(self.plan_json).get("alg", "sha256")
        return named

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None

    @property
    def is_shut(self) -> bool:
        """封存未启封: of a sealed draw nothing is told yet, be it drawn or not."""
        return self.sealed and not self.is_open


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
    replaces: int | None = None
    """替补: the position of the entity in whose place this one, the next ticket of the cell, was put."""


class DrawSource(SQLModel, table=True):
    """公开随机源 of one draw: what the plan names, and what was entered for it."""

    __tablename__ = "draw_source"
    __table_args__ = (UniqueConstraint("draw_id", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(foreign_key="draw.id", index=True)
    position: int
    """Among the reveals of the plan, after the parties'."""
    kind: SourceKind = Field(sa_type=choice(SourceKind))
    chain: str | None = Field(default=None, max_length=64)
    round: int | None = Field(default=None, sa_type=BigInteger)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The moment of the beacon's round."""
    game: str | None = Field(default=None, max_length=64)
    issue: str | None = Field(default=None, max_length=64)
    result: str | None = Field(default=None, max_length=200)
    """A lottery's numbers, once two people typed them alike."""
    randomness: str | None = Field(default=None, max_length=64)
    signature: str | None = Field(default=None, max_length=256)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LotteryEntry(SQLModel, table=True):
    """开奖录入: what one person typed for a lottery; it counts once another person typed the same."""

    __tablename__ = "lottery_entry"
    __table_args__ = (UniqueConstraint("source_id", "username"),)
    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="draw_source.id", index=True)
    username: str = Field(max_length=64)
    result: str = Field(max_length=200)
    entered_at: datetime = Field(sa_type=UtcDateTime)


class Replacement(SQLModel, table=True):
    """替补: the next ticket of a cell takes the place of an entity that cannot be inspected."""

    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(foreign_key="draw.id", index=True)
    position: int
    """Of the drawn entity that goes."""
    reason: str = Field(max_length=32)
    evidence: str = Field(sa_type=Text)
    """Never public: what was found, e.g. the number of a record."""
    state: ReplacementState = Field(sa_type=choice(ReplacementState), index=True)
    proposed_by: str = Field(max_length=64)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, max_length=64)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused_because: str | None = Field(default=None, sa_type=Text)
    new_position: int | None = None
    """Of the drawn entity that came in its place."""


class Campaign(SQLModel, table=True):
    """联合抽取: departments of one region draw with the same tickets, so that the same firms come up."""

    id: int | None = Field(default=None, primary_key=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    """Of the organiser."""
    code: str = Field(unique=True, max_length=64)
    """Organ, year and serial, e.g. ``360681-2026-C01``."""
    year: int
    serial: int
    name: str = Field(max_length=200)
    task_id: int = Field(foreign_key="task.id", unique=True)
    """The organiser's task: it names the parties and the public sources for all."""
    frame_key: str = Field(max_length=64)
    """Never public: blinds the frames of all its draws alike."""
    record: str | None = Field(default=None, sa_type=Text)
    """The campaign record, byte for byte, once it is sealed."""
    created_by: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sealed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
