"""Tables of the transparency log. The database refuses to change or delete a row of them (migration 0002)."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from supervision.database import UtcDateTime

HEX = 64
"""Hexadecimal digits of a SHA-256 hash."""


class LogEntry(SQLModel, table=True):
    """日志条目: one public act, numbered without gaps from 0."""

    __tablename__ = "log_entry"
    index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(max_length=32, index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    """In whole seconds; never earlier than that of the entry before."""
    draw_id: str | None = Field(default=None, max_length=64, index=True)
    body: str = Field(sa_type=Text)
    """The entry: canonical JSON, ASCII, at most 65,535 bytes. The columns above only repeat parts of it."""
    hashes: str = Field(sa_type=Text)
    """Hexadecimal, one after another: the leaf's hash, and the root of every whole subtree of 2, 4, 8 …
    entries that ends with this one. They give any root and any proof from a few rows."""

    @property
    def leaf(self) -> bytes:
        """叶摘要: SHA-256(0x00 ‖ body)."""
        return bytes.fromhex(self.hashes[:HEX])

    def whole(self, height: int) -> bytes:
        """Root of the whole subtree of ``2**height`` entries that ends with this one."""
        return bytes.fromhex(self.hashes[HEX * height : HEX * (height + 1)])


class LogCosignature(SQLModel, table=True):
    """见证联署: a witness has seen the log at this size, and that it had only grown."""

    __tablename__ = "log_cosignature"
    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    witness: str = Field(primary_key=True, max_length=128)
    """The name of the witness's key."""
    at: datetime = Field(sa_type=UtcDateTime)
    """When, as the witness says and signs."""
    text: str = Field(sa_type=Text)
    """The three lines that were signed."""
    line: str = Field(sa_type=Text)
    """The signature line."""


class LogStamp(SQLModel, table=True):
    """时间戳: an authority's word (RFC 3161) that this checkpoint existed at a moment."""

    __tablename__ = "log_stamp"
    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    """The moment in the token."""
    authority: str = Field(max_length=200)
    """The name in the authority's certificate, or the address asked."""
    checkpoint: str = Field(sa_type=Text)
    """The stamped bytes: the checkpoint with the log's signature alone."""
    token: bytes
    """The authority's whole answer (``TimeStampResp``), as ``openssl ts -verify -in`` takes it."""
