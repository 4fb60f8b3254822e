"""公开日志: writing it, and giving its checkpoints and proofs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from solver.canonical import canonical
from solver.log.checkpoint import Checkpoint, Signer
from solver.merkle import leaf_hash
from supervision.paging import Page
from supervision.transparency import records
from supervision.transparency.public import Consistency, DrawProofs, Inclusion, PublicLogEntry
from supervision.transparency.rules import (
    BrokenLog,
    Node,
    NoSuchTree,
    completed_by,
    consistency_ranges,
    entry_bytes,
    inclusion_ranges,
    last_of,
    parent,
    range_hash,
    rows_of,
)
from supervision.transparency.tables import LogEntry

Range = tuple[int, int]


def append(session: Session, kind: str, fields: Mapping[str, Any], now: datetime) -> LogEntry:
    """登入公开日志: append one entry, in the transaction of its act; what is here is public from then on.

    If the clock stepped back, the entry bears the moment of the one before.
    """
    before = records.last_for_append(session)
    at = now.replace(microsecond=0)
    if before is not None:
        at = max(at, before.at)
    index = before.index + 1 if before else 0
    body = entry_bytes(kind, fields, at, index)
    entry = LogEntry(
        index=index,
        kind=kind,
        at=at,
        draw_id=fields.get("draw_id"),
        body=body.decode("ascii"),
        hashes=_kept(session, index, leaf_hash(body)),
    )
    session.add(entry)
    session.flush()
    return entry


def head(session: Session, origin: str, size: int | None = None) -> Checkpoint:
    """检查点 of the newest size, or of an earlier one, not yet signed."""
    return Checkpoint(origin, *_root(session, size))


def checkpoint(session: Session, signer: Signer, size: int | None = None) -> str:
    """签发检查点: signed by the log, with the cosignatures of that size. The same at every call."""
    found = head(session, signer.name, size)
    lines = [c.line for c in records.cosignatures(session, found.size) if c.text == found.text]
    return signer.sign(found) + "".join(lines)


def inclusion(session: Session, index: int, size: int | None = None) -> Inclusion:
    """包含证明 of entry ``index`` in the tree of ``size``, the newest if none is asked for."""
    size, root = _root(session, size)
    if not 0 <= index < size:
        raise NoSuchTree(size=records.size(session))
    leaf, *proof = _hashes(session, [(index, index + 1), *inclusion_ranges(index, size)])
    return Inclusion(index, size, leaf.hex(), root.hex(), tuple(one.hex() for one in proof))


def consistency(session: Session, old: int, size: int | None = None) -> Consistency:
    """一致性证明: that the tree of ``size`` begins with that of ``old``."""
    size, root = _root(session, size)
    if not 0 <= old <= size:
        raise NoSuchTree(size=records.size(session))
    old_root, *proof = _hashes(session, [(0, old), *consistency_ranges(old, size)])
    return Consistency(old, size, old_root.hex(), root.hex(), tuple(one.hex() for one in proof))


def entries(
    session: Session, *, before: int | None = None, limit: int = 100, draw_id: str = "", kind: str = ""
) -> Page[PublicLogEntry, int]:
    """日志条目, newest first, below number ``before``."""
    found = records.page(session, before=before, limit=limit + 1, draw_id=draw_id, kind=kind)
    rows = tuple(PublicLogEntry.of(row) for row in found[:limit])
    return Page(rows, rows[-1].index if len(found) > limit else None)


def entry(session: Session, index: int) -> PublicLogEntry:
    """日志条目 of a number."""
    found = records.by_index(session, [index])
    if index not in found:
        raise NoSuchTree(size=records.size(session))
    return PublicLogEntry.of(found[index])


def proofs_of_draw(session: Session, signer: Signer, draw_id: str) -> DrawProofs | None:
    """日志证明 for a draw's bundle: its entries and its campaign's, proven under the newest checkpoint.

    None while the plan is not in the log. ``earlier`` is the checkpoint that stood when the plan was logged.
    """
    own = list(records.of_draw(session, draw_id))
    plan = next((row for row in own if row.kind == "plan"), None)
    if plan is None:
        return None
    plan_hash = json.loads(plan.body)["plan_hash"]
    joint = [row for row in records.of_kind(session, "campaign") if plan_hash in _plans_of(row)]
    size, earlier = records.size(session), plan.index + 1
    proven = [
        {"index": row.index, "entry": json.loads(row.body), "proof": list(proof.proof)}
        for row in sorted([*own, *joint], key=lambda row: row.index)
        for proof in [inclusion(session, row.index, size)]
    ]
    log = {
        "key": str(signer.key),
        "entries": proven,
        "consistency": list(consistency(session, earlier, size).proof),
    }
    return DrawProofs(
        checkpoint=checkpoint(session, signer, size).encode(),
        earlier=checkpoint(session, signer, earlier).encode(),
        log_json=canonical(log),
    )


def _plans_of(campaign: LogEntry) -> Sequence[str]:
    plans: Sequence[str] = json.loads(campaign.body)["record"]["plans"]
    return plans


def _kept(session: Session, index: int, leaf: bytes) -> str:
    """What ``LogEntry.hashes`` keeps of entry ``index``."""
    lefts = completed_by(index)
    kept = records.by_index(session, {last_of(node) for node in lefts})
    hashes = [leaf]
    for node in lefts:
        hashes.append(parent(kept[last_of(node)].whole(node[0]), hashes[-1]))
    return b"".join(hashes).hex()


def _root(session: Session, size: int | None) -> tuple[int, bytes]:
    """The size asked for, or the newest, and its root."""
    newest = records.size(session)
    if size is None:
        size = newest
    if not 0 <= size <= newest:
        raise NoSuchTree(size=newest)
    return size, _hashes(session, [(0, size)])[0]


def _hashes(session: Session, ranges: Sequence[Range]) -> list[bytes]:
    """The root over each of these ranges of entries."""
    kept = records.by_index(session, rows_of(ranges))

    def hash_of(node: Node) -> bytes:
        index = last_of(node)
        if index not in kept:
            raise BrokenLog(index=index)
        return kept[index].whole(node[0])

    return [range_hash(start, end, hash_of) for start, end in ranges]
