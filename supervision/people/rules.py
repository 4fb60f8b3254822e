"""Decisions on who may do what, and where. Denied unless granted."""

import hashlib
from dataclasses import dataclass

from supervision.errors import Forbidden, OutOfScope, SupervisionError
from supervision.people.tables import Role

ROLE_NAMES = {
    Role.PLANNER: "计划编制",
    Role.APPROVER: "审批",
    Role.WITNESS: "抽取见证",
    Role.INSPECTOR: "执法检查",
    Role.AUDITOR: "审计监督",
    Role.ADMINISTRATOR: "系统管理",
}
SHORTEST_PASSWORD = 10


class WrongPassword(SupervisionError):
    code = "wrong_password"
    status = 401
    sentence = "用户名或密码不正确。"


class WeakPassword(SupervisionError):
    code = "weak_password"
    status = 422
    sentence = "密码太短：至少 {least} 个字符。"


class TooManyAttempts(SupervisionError):
    code = "too_many_attempts"
    status = 429
    sentence = "登录尝试过于频繁，请 {seconds} 秒后再试。"


@dataclass(frozen=True, slots=True)
class Actor:
    """当前操作人: an account as the acts see it."""

    account_id: int
    username: str
    name: str
    organ_id: int
    organ_code: str
    organ_name: str
    region_prefix: str
    roles: frozenset[Role]
    inspector_id: int | None = None

    def has(self, *roles: Role) -> bool:
        """Whether any of the roles is granted."""
        return bool(self.roles & set(roles))


def require(actor: Actor, *roles: Role) -> None:
    """Refuse unless the actor has one of the roles."""
    if not actor.has(*roles):
        raise Forbidden(role="、".join(ROLE_NAMES[role] for role in roles))


def require_region(actor: Actor, region: str) -> None:
    """Refuse a region code or prefix outside the actor's scope. The only scope check for values."""
    if not in_scope(actor.region_prefix, region):
        raise OutOfScope(region=region, scope=actor.region_prefix)


def in_scope(prefix: str, region: str) -> bool:
    return region.startswith(prefix)


def scope_of(region_code: str) -> str:
    """The prefix of everything inside a region: two digits for a province, four for a city, six for a county.

    Levels are pairs of digits: county 360730 must not reach its neighbour 360731.
    """
    while region_code.endswith("00"):
        region_code = region_code[:-2]
    return region_code


def token_hash(token: str) -> str:
    """What is kept of a bearer token or session cookie (256 random bits, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()
