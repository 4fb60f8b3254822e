"""见证: those outside the office who sign that they have seen the log, and that it only grew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from solver.errors import CheckpointError
from solver.log.checkpoint import (
    Checkpoint,
    Note,
    Signer,
    VerifierKey,
    parse_note,
    verify,
    verify_cosignature,
)
from solver.merkle import check_consistency
from supervision.transparency import records
from supervision.transparency.public import Witnessed
from supervision.transparency.rules import (
    CosignedLater,
    ForkedCheckpoint,
    NoSuchTree,
    NotCosigned,
    WitnessRefuses,
)
from supervision.transparency.service import head
from supervision.transparency.tables import LogCosignature

CLOCKS_DIFFER = timedelta(minutes=5)


def accept(
    session: Session, note: Note, origin: str, witnesses: Sequence[VerifierKey], now: datetime
) -> list[LogCosignature]:
    """接收联署: keep what our witnesses signed under a checkpoint of ours; anything else is refused.

    Nobody need sign in for this: the witness's signature is the permission. The first one of a size stays.
    """
    checkpoint = note.checkpoint
    try:
        own = head(session, origin, checkpoint.size)
    except NoSuchTree:
        raise ForkedCheckpoint(size=checkpoint.size) from None
    if own != checkpoint:
        raise ForkedCheckpoint(size=checkpoint.size)
    signed = [(key, verify_cosignature(note, key)) for key in witnesses if note.by(key)]
    if not signed:
        raise NotCosigned()
    return [_keep(session, note, key, unix, now) for key, unix in signed]


def witnessed(session: Session, witnesses: Sequence[VerifierKey]) -> list[Witnessed]:
    """见证单位 of the settings, each with the newest checkpoint it cosigned."""
    newest = {row.witness: row for row in records.cosignatures(session)}
    found = []
    for key in witnesses:
        row = newest.get(key.name)
        found.append(Witnessed(key.name, str(key), row.size if row else None, row.at if row else None))
    return found


def cosign(
    signer: Signer,
    note: Note,
    log: VerifierKey,
    seen: Note | None,
    proof: Sequence[bytes] | None,
    now: datetime,
) -> str:
    """联署, on a witness's own machine: sign only what continues the checkpoint it has seen last.

    Refuses a checkpoint that the log did not sign, that is smaller than the one seen, or that no
    consistency proof joins to it.
    """
    new = verify(note, log)
    if seen is not None:
        _continues(verify(seen, log), new, proof)
    return signer.cosign(note, int(now.timestamp()))


def _continues(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes] | None) -> None:
    if new.size < old.size:
        raise WitnessRefuses(reason=f"新检查点只有 {new.size} 条，少于上次见过的 {old.size} 条，日志被截短。")
    if new.size == old.size and new.root != old.root:
        raise WitnessRefuses(reason=f"同为 {new.size} 条，根摘要却与上次见过的不同，日志分叉。")
    if proof is None and old.size not in (0, new.size):
        raise WitnessRefuses(reason=f"缺少从 {old.size} 条到 {new.size} 条的一致性证明（--proof）。")
    if not check_consistency(old.size, new.size, old.root, new.root, proof or ()):
        raise WitnessRefuses(reason=f"一致性证明不成立：上次见过的 {old.size} 条不是新日志的开头，日志分叉。")


def _keep(session: Session, note: Note, key: VerifierKey, unix: int, now: datetime) -> LogCosignature:
    found = records.cosignature(session, note.checkpoint.size, key.name)
    if found is not None:
        return found
    if unix > (now + CLOCKS_DIFFER).timestamp():
        raise CosignedLater(name=key.name)
    [*_, signature] = note.by(key)
    row = LogCosignature(
        size=note.checkpoint.size,
        witness=key.name,
        at=datetime.fromtimestamp(unix, UTC),
        text=note.text,
        line=signature.line,
    )
    session.add(row)
    session.flush()
    return row


def cosignature_holds(row: LogCosignature, witnesses: Sequence[VerifierKey]) -> bool | None:
    """Whether a kept line is its witness's; none where the settings no longer name the witness."""
    note = parse_note(f"{row.text}\n{row.line}")
    known = [key for key in witnesses if note.by(key)]
    if not known:
        return None
    try:
        verify_cosignature(note, known[0])
    except CheckpointError:
        return False
    return True
