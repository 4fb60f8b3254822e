"""What the log hands out: immutable values, all of them public."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supervision.transparency.rules import KIND_NAMES
from supervision.transparency.tables import LogEntry


@dataclass(frozen=True, slots=True)
class PublicLogEntry:
    """日志条目. ``entry`` is what ``body`` says."""

    index: int
    kind: str
    kind_name: str
    at: datetime
    draw_id: str | None
    body: str
    leaf: str
    """叶摘要, in hex."""

    @property
    def entry(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @classmethod
    def of(cls, row: LogEntry) -> "PublicLogEntry":
        name = KIND_NAMES.get(row.kind, row.kind)
        return cls(row.index, row.kind, name, row.at, row.draw_id, row.body, row.leaf.hex())


@dataclass(frozen=True, slots=True)
class Inclusion:
    """包含证明: entry ``index`` is in the tree of ``size`` entries under ``root``. Hashes in hex."""

    index: int
    size: int
    leaf: str
    root: str
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """一致性证明: the tree of ``size`` entries begins with that of ``old``. Hashes in hex."""

    old: int
    size: int
    old_root: str
    root: str
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Witnessed:
    """见证联署 of the newest size at which a witness cosigned; none yet where ``size`` is."""

    name: str
    key: str
    size: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Stamped:
    """时间戳: the checkpoint of ``size`` existed at ``at``, says the authority."""

    size: int
    at: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class DrawProofs:
    """日志证明 of one draw: the files ``checkpoint``, ``earlier`` and ``log.json`` of its bundle."""

    checkpoint: bytes
    earlier: bytes
    log_json: bytes
