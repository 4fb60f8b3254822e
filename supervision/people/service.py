"""Acts on organs, accounts and sign-ins."""

import re
import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pwdlib import PasswordHash
from sqlmodel import Session

from supervision.errors import AlreadyExists, InvalidInput, NotFound
from supervision.journal.service import record
from supervision.people import records
from supervision.people.rules import (
    SHORTEST_PASSWORD,
    Actor,
    WeakPassword,
    WrongPassword,
    require,
    require_region,
    scope_of,
    token_hash,
)
from supervision.people.tables import Account, AccountRole, Organ, Role, SignIn
from supervision.reference.regions import region_table

_hasher = PasswordHash.recommended()
_hashing = threading.Semaphore(
    2
)  # an argon2id hash takes half a second and 64 MiB: bound how many run at once
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$6Hb2TAAQJ7A7SoZLjCnTyA$qs7paioPjE7QyTxDaWNAqLHQ9THUXC2zqX5yI++79EE"

SYSTEM = Actor(0, "system", "系统", 0, "-", "系统", "", frozenset(Role))
"""The actor of commands run on the server itself."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """账号一览行."""

    username: str
    display_name: str
    organ_code: str
    organ_name: str
    region_prefix: str
    roles: tuple[Role, ...]
    active: bool


def add_organ(session: Session, actor: Actor, code: str, name: str, region_code: str, now: datetime) -> Organ:
    """登记机关."""
    require(actor, Role.ADMINISTRATOR)
    require_region(actor, region_code)
    if not (code.startswith(region_code) and code.isascii() and code.replace("-", "").isalnum()):
        raise InvalidInput(field="机关编码", problem="须以区划代码开头，只能用字母、数字和连字符。")
    # A zone of its own may have a code that the national table lacks; its province is always in it.
    if not re.fullmatch(r"[0-9]{6}|[0-9]{4}|[0-9]{2}", region_code) or not region_table().get(
        region_code[:2] + "0000"
    ):
        raise InvalidInput(
            field="区划代码", problem=f"没有“{region_code}”这个区划，请填 2、4 或 6 位数字代码。"
        )
    if not name.strip():
        raise InvalidInput(field="机关名称", problem="不能为空。")
    if records.organ_by_code(session, code):
        raise AlreadyExists(what="机关", key=code)
    organ = Organ(code=code, name=name, region_code=region_code)
    session.add(organ)
    session.flush()
    record(session, actor, "organ.add", f"organ:{code}", {"name": name, "region": region_code}, now)
    return organ


def add_account(
    session: Session,
    actor: Actor,
    *,
    username: str,
    display_name: str,
    password: str,
    organ_code: str,
    roles: Iterable[Role],
    now: datetime,
    region_prefix: str | None = None,
    inspector_id: int | None = None,
) -> Account:
    """开设账号. The account sees its organ's region unless a narrower prefix is given."""
    require(actor, Role.ADMINISTRATOR)
    organ = records.organ_by_code(session, organ_code)
    if organ is None:
        raise NotFound(what="机关", key=organ_code)
    prefix = scope_of(organ.region_code) if region_prefix is None else region_prefix
    require_region(actor, organ.region_code)
    require_region(actor, prefix)
    if inspector_id is not None and records.inspector_in_scope(session, actor, inspector_id) is None:
        raise NotFound(what="执法检查人员", key=inspector_id)
    if records.account_by_username(session, username):
        raise AlreadyExists(what="账号", key=username)
    account = Account(
        username=username,
        display_name=display_name,
        password_hash=hash_password(password),
        organ_id=organ.id or 0,
        region_prefix=prefix,
        inspector_id=inspector_id,
        created_at=now,
    )
    session.add(account)
    session.flush()
    _grant(session, account, roles)
    detail = {"organ": organ_code, "roles": sorted(roles), "region": prefix}
    record(session, actor, "account.add", f"account:{username}", detail, now)
    return account


def change_account(
    session: Session,
    actor: Actor,
    username: str,
    now: datetime,
    *,
    roles: Sequence[Role] | None = None,
    active: bool | None = None,
    password: str | None = None,
) -> None:
    """变更账号: roles, password, or whether it may sign in. Ends its sessions."""
    require(actor, Role.ADMINISTRATOR)
    account = records.account_by_username(session, username)
    if account is None:
        raise NotFound(what="账号", key=username)
    require_region(actor, records.organ_by_id(session, account.organ_id).region_code)
    require_region(actor, account.region_prefix)  # an account that sees more than its organ's region
    if username == actor.username and (
        active is False or (roles is not None and Role.ADMINISTRATOR not in roles)
    ):
        # Nobody could undo it from the pages where this is the only administrator.
        raise InvalidInput(
            field="账号", problem="不能停用自己，也不能撤销自己的系统管理角色，请由另一名管理员办理。"
        )
    if roles is not None:
        records.drop_grants(session, account.id or 0)
        _grant(session, account, roles)
    if active is not None:
        account.active = active
    if password is not None:
        account.password_hash = hash_password(password)
    records.drop_sign_ins(session, account.id or 0)
    detail = {"roles": roles and sorted(roles), "active": active, "password": password is not None}
    record(session, actor, "account.change", f"account:{username}", detail, now)


def accounts(session: Session, actor: Actor) -> list[AccountView]:
    """账号一览, inside the actor's region."""
    require(actor, Role.ADMINISTRATOR, Role.AUDITOR, Role.PLANNER)
    found = records.accounts_in_scope(session, actor)
    organs = {organ.id: organ for organ in records.organs(session)}
    roles: dict[int, list[Role]] = {}
    for grant in records.grants(session, [account.id or 0 for account in found]):
        roles.setdefault(grant.account_id, []).append(grant.role)
    return [
        AccountView(
            username=account.username,
            display_name=account.display_name,
            organ_code=organs[account.organ_id].code,
            organ_name=organs[account.organ_id].name,
            region_prefix=account.region_prefix,
            roles=tuple(sorted(roles.get(account.id or 0, []))),
            active=account.active,
        )
        for account in found
    ]


def account(session: Session, actor: Actor, username: str) -> AccountView:
    """账号, one of the actor's region."""
    found = next((row for row in accounts(session, actor) if row.username == username), None)
    if found is None:
        raise NotFound(what="账号", key=username)
    return found


def organs(session: Session, actor: Actor) -> list[Organ]:
    """机关一览, inside the actor's region."""
    require(actor, Role.ADMINISTRATOR, Role.AUDITOR, Role.PLANNER, Role.APPROVER)
    return records.organs_in_scope(session, actor)


def check_password(session: Session, username: str, password: str) -> None:
    """核对密码. A wrong name and a wrong password are refused alike, and take equally long.

    It only reads: the hash takes half a second, in which no other act shall wait for the write lock.
    """
    account = records.account_by_username(session, username)
    with _hashing:
        right = _hasher.verify(password, account.password_hash if account else _NOBODY)
    if account is None or not right or not account.active:
        raise WrongPassword()


def sign_in(session: Session, username: str, now: datetime, hours: int) -> tuple[str, Actor]:
    """登录, once the password is checked: a token, shown once, and the actor."""
    account = records.account_by_username(session, username)
    if account is None or not account.active:
        raise WrongPassword()
    records.drop_expired(session, now)
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=token_hash(token),
            account_id=account.id or 0,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    actor = actor_for(session, account)
    record(session, actor, "account.sign_in", f"account:{username}", {}, now)
    return token, actor


def sign_out(session: Session, actor: Actor, token: str, now: datetime) -> None:
    """退出登录."""
    found = records.sign_in(session, token_hash(token), now)
    if found is not None:
        session.delete(found)
        record(session, actor, "account.sign_out", f"account:{actor.username}", {}, now)


def actor_of(session: Session, token: str, now: datetime) -> Actor | None:
    """Whose token it is; nobody's if unknown, expired or of a closed account."""
    found = records.sign_in(session, token_hash(token), now)
    account = records.account_by_id(session, found.account_id) if found else None
    return actor_for(session, account) if account is not None and account.active else None


def actor_named(session: Session, username: str) -> Actor | None:
    """Who acts by that name, while the account is open; for work that goes on after its request."""
    account = records.account_by_username(session, username)
    return actor_for(session, account) if account is not None and account.active else None


def actor_for(session: Session, account: Account) -> Actor:
    organ = records.organ_by_id(session, account.organ_id)
    return Actor(
        account_id=account.id or 0,
        username=account.username,
        name=account.display_name,
        organ_id=organ.id or 0,
        organ_code=organ.code,
        organ_name=organ.name,
        region_prefix=account.region_prefix,
        roles=frozenset(grant.role for grant in records.grants(session, [account.id or 0])),
        inspector_id=account.inspector_id,
    )


def hash_password(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(least=SHORTEST_PASSWORD)
    with _hashing:
        return _hasher.hash(password)


def _grant(session: Session, account: Account, roles: Iterable[Role]) -> None:
    session.add_all(AccountRole(account_id=account.id or 0, role=role) for role in set(roles))
