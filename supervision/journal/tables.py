"""Tables of the journal and of acts already answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from supervision.database import UtcDateTime


class Entry(SQLModel, table=True):
    """留痕: one act. ``hash`` covers the canonical bytes of the entry and the hash before it."""

    __tablename__ = "journal_entry"
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str = Field(max_length=64)
    """Username, or ``system``."""
    organ_code: str = Field(max_length=32, index=True)
    act: str = Field(max_length=64, index=True)
    subject: str = Field(max_length=128, index=True)
    """What was acted on, as ``kind:key``, e.g. ``draw:360681-2026-0001``."""
    detail: dict[str, Any] = Field(sa_type=JSON)
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AnsweredAct(SQLModel, table=True):
    """幂等键: the answer that an act with an ``Idempotency-Key`` was given, to be given again."""

    __tablename__ = "answered_act"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    key: str = Field(primary_key=True, max_length=128)
    request_sha256: str = Field(max_length=64)
    status: int
    body: str
    at: datetime = Field(sa_type=UtcDateTime)
