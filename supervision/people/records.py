"""Queries on organs, accounts and sign-ins, and the region scope of every other query."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, delete, select

from supervision.people.rules import Actor
from supervision.people.tables import Account, AccountRole, Organ, SignIn
from supervision.register.tables import Inspector


def within_scope(column: Any, actor: Actor) -> ColumnElement[bool]:
    """The condition that keeps a query inside the actor's region: the only one in the product.

    Region codes are at most six digits, so that those beginning with a prefix are a range, which an index
    serves.
    """
    return within(column, actor.region_prefix)


def within(column: Any, prefix: str) -> ColumnElement[bool]:
    """The condition that a region code begins with a prefix."""
    if not prefix:
        return true()
    return col(column) == prefix if len(prefix) == 6 else col(column).between(prefix, prefix.ljust(6, "9"))


def organ_by_code(session: Session, code: str) -> Organ | None:
    return session.exec(select(Organ).where(Organ.code == code)).first()


def organ_by_id(session: Session, organ_id: int) -> Organ:
    return session.exec(select(Organ).where(Organ.id == organ_id)).one()


def organs(session: Session) -> list[Organ]:
    return list(session.exec(select(Organ).order_by(Organ.code)))


def organs_in_scope(session: Session, actor: Actor) -> list[Organ]:
    return list(
        session.exec(select(Organ).where(within_scope(Organ.region_code, actor)).order_by(Organ.code))
    )


def account_by_username(session: Session, username: str) -> Account | None:
    return session.exec(select(Account).where(Account.username == username)).first()


def account_by_id(session: Session, account_id: int) -> Account | None:
    return session.get(Account, account_id)


def accounts_in_scope(session: Session, actor: Actor) -> list[Account]:
    query = (
        select(Account)
        .join(Organ, col(Organ.id) == col(Account.organ_id))
        .where(within_scope(Organ.region_code, actor))
        .order_by(Account.username)
    )
    return list(session.exec(query))


def inspector_in_scope(session: Session, actor: Actor, inspector_id: int) -> Inspector | None:
    query = select(Inspector).join(Organ, col(Organ.id) == col(Inspector.organ_id))
    return session.exec(
        query.where(Inspector.id == inspector_id, within_scope(Organ.region_code, actor))
    ).first()


def grants(session: Session, account_ids: list[int]) -> list[AccountRole]:
    return list(session.exec(select(AccountRole).where(col(AccountRole.account_id).in_(account_ids))))


def drop_grants(session: Session, account_id: int) -> None:
    session.exec(delete(AccountRole).where(col(AccountRole.account_id) == account_id))


def sign_in(session: Session, hashed: str, now: datetime) -> SignIn | None:
    query = select(SignIn).where(SignIn.token_hash == hashed, col(SignIn.expires_at) > now)
    return session.exec(query).first()


def drop_sign_ins(session: Session, account_id: int) -> None:
    session.exec(delete(SignIn).where(col(SignIn.account_id) == account_id))


def drop_expired(session: Session, now: datetime) -> None:
    session.exec(delete(SignIn).where(col(SignIn.expires_at) <= now))
