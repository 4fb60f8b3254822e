"""Queries on the journal."""

from collections.abc import Collection, Generator
from contextlib import closing

from sqlmodel import Session, col, select, text

from supervision.journal.tables import AnsweredAct, Entry

_LOCK = 0x64_6F_75_62_6C_65  # PostgreSQL advisory lock "double": one writer of the chain at a time


def lock(session: Session) -> None:
    """One writer at a time until the transaction ends (SQLite has one anyway).

    The journal and the public log share this lock: with two, acts that take them in different orders
    would wait for each other for ever.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def last(session: Session) -> Entry | None:
    """The newest entry; locks the chain."""
    lock(session)
    return session.exec(select(Entry).order_by(col(Entry.seq).desc()).limit(1)).first()


def page(
    session: Session,
    *,
    before: int | None,
    limit: int,
    act: str = "",
    subject: str = "",
    organ: str = "",
    region: str = "",
) -> list[Entry]:
    """Newest first. ``organ``: of this organ alone; ``region``: of all organs whose code begins so."""
    query = select(Entry).order_by(col(Entry.seq).desc()).limit(limit)
    if before is not None:
        query = query.where(col(Entry.seq) < before)
    if act:
        query = query.where(col(Entry.act).startswith(act, autoescape=True))
    if subject:
        query = query.where(Entry.subject == subject)
    if organ:
        query = query.where(Entry.organ_code == organ)
    if region:
        query = query.where(col(Entry.organ_code).startswith(region, autoescape=True))
    return list(session.exec(query))


def actors_of(session: Session, subject: str, acts: Collection[str]) -> set[str]:
    """Who did any of these acts on a subject."""
    query = select(Entry.actor).where(Entry.subject == subject, col(Entry.act).in_(acts))
    return set(session.exec(query))


def everything(session: Session) -> Generator[Entry, None, None]:
    """Every entry in its order; closing the generator closes its cursor."""
    found = session.exec(select(Entry).order_by(col(Entry.seq)).execution_options(yield_per=1000))
    with closing(found):
        yield from found


def answered(session: Session, account_id: int, key: str) -> AnsweredAct | None:
    """The answer kept under a key; an equal request that runs at the same moment is waited for."""
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, :account))")
        session.connection().execute(lock, {"key": key, "account": account_id})
    return session.get(AnsweredAct, (account_id, key))
