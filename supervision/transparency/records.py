"""Queries on the transparency log."""

from collections.abc import Collection, Generator, Sequence
from contextlib import closing

from sqlmodel import Session, col, select

from supervision.journal.records import lock
from supervision.transparency.tables import LogCosignature, LogEntry, LogStamp

LARGEST = 2**31 - 1
"""The largest number that the column holds."""


def last_for_append(session: Session) -> LogEntry | None:
    """The newest entry; nobody else appends until the transaction ends."""
    lock(session)
    return newest(session)


def newest(session: Session) -> LogEntry | None:
    return session.exec(select(LogEntry).order_by(col(LogEntry.index).desc()).limit(1)).first()


def size(session: Session) -> int:
    """Number of entries."""
    last = session.exec(select(col(LogEntry.index)).order_by(col(LogEntry.index).desc()).limit(1)).first()
    return 0 if last is None else last + 1


def by_index(session: Session, indices: Collection[int]) -> dict[int, LogEntry]:
    """The entries of these numbers, as far as they exist."""
    possible = sorted(index for index in set(indices) if 0 <= index <= LARGEST)
    found = session.exec(select(LogEntry).where(col(LogEntry.index).in_(possible)))
    return {entry.index: entry for entry in found}


def slice_of(session: Session, start: int, end: int) -> Sequence[LogEntry]:
    """Entries from ``start`` up to, not with, ``end``."""
    query = select(LogEntry).where(col(LogEntry.index) >= start, col(LogEntry.index) < end)
    return session.exec(query.order_by(col(LogEntry.index))).all()


def everything(session: Session) -> Generator[LogEntry, None, None]:
    """Every entry in its order; closing the generator closes its cursor."""
    found = session.exec(select(LogEntry).order_by(col(LogEntry.index)).execution_options(yield_per=1000))
    with closing(found):
        yield from found


def page(
    session: Session, *, before: int | None, limit: int | None, draw_id: str = "", kind: str = ""
) -> Sequence[LogEntry]:
    """Newest first, below number ``before``."""
    query = select(LogEntry).order_by(col(LogEntry.index).desc())
    if before is not None:
        query = query.where(col(LogEntry.index) < min(before, LARGEST))
    if draw_id:
        query = query.where(LogEntry.draw_id == draw_id)
    if kind:
        query = query.where(LogEntry.kind == kind)
    return session.exec(query if limit is None else query.limit(limit)).all()


def of_draw(session: Session, draw_id: str) -> Sequence[LogEntry]:
    """Entries that name a draw, in log order."""
    query = select(LogEntry).where(LogEntry.draw_id == draw_id).order_by(col(LogEntry.index))
    return session.exec(query).all()


def of_kind(session: Session, kind: str) -> Sequence[LogEntry]:
    query = select(LogEntry).where(LogEntry.kind == kind).order_by(col(LogEntry.index))
    return session.exec(query).all()


def cosignatures(session: Session, of_size: int | None = None) -> Sequence[LogCosignature]:
    """Oldest first; of one size, or of all."""
    query = select(LogCosignature).order_by(col(LogCosignature.size), col(LogCosignature.witness))
    if of_size is not None:
        query = query.where(LogCosignature.size == of_size)
    return session.exec(query).all()


def cosignature(session: Session, of_size: int, witness: str) -> LogCosignature | None:
    return session.get(LogCosignature, (of_size, witness))


def stamps(session: Session, limit: int | None = None) -> Sequence[LogStamp]:
    """Newest first."""
    query = select(LogStamp).order_by(col(LogStamp.size).desc())
    return session.exec(query if limit is None else query.limit(limit)).all()


def stamp(session: Session, of_size: int) -> LogStamp | None:
    return session.get(LogStamp, of_size)
