"""Writing the transparency log and giving its roots and proofs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from solver.merkle import leaf_hash
from supervision.transparency import records
from supervision.transparency.rules import completed_by, entry_bytes, last_of, parent
from supervision.transparency.tables import LogEntry


def append(session: Session, kind: str, fields: Mapping[str, Any], now: datetime) -> LogEntry:
    """登入公开日志: append one entry, in the transaction of its act; what is here is public from then on.

    If the clock stepped back, the entry bears the moment of the one before.
    """
    before = records.last_for_append(session)
    at = now.replace(microsecond=0)
    if before is not None:
        at = max(at, before.at)
    index = before.index + 1 if before else 0
    body = entry_bytes(kind, fields, at)
    entry = LogEntry(
        index=index,
        kind=kind,
        at=at,
        draw_id=fields.get("draw_id"),
        body=body.decode("ascii"),
        hashes=_hashes(session, index, leaf_hash(body)),
    )
    session.add(entry)
    session.flush()
    return entry


def _hashes(session: Session, index: int, leaf: bytes) -> str:
    """What ``LogEntry.hashes`` keeps of entry ``index``."""
    lefts = completed_by(index)
    kept = records.by_index(session, {last_of(node) for node in lefts})
    hashes = [leaf]
    for node in lefts:
        hashes.append(parent(kept[last_of(node)].whole(node[0]), hashes[-1]))
    return b"".join(hashes).hex()
