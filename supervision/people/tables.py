"""Tables of organs, accounts, roles and sign-ins."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from supervision.database import UtcDateTime, choice


class Role(StrEnum):
    """角色."""

    PLANNER = "planner"
    APPROVER = "approver"
    WITNESS = "witness"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Organ(SQLModel, table=True):
    """机关: a market regulator, the unit that plans and draws."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=32)
    """Stands at the head of every draw's number, e.g. ``360681``."""
    name: str = Field(max_length=100)
    region_code: str = Field(max_length=6, index=True)


class Account(SQLModel, table=True):
    """账号. ``region_prefix`` bounds what the account may see: ``36`` a province, ``360681`` a county."""

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(unique=True, max_length=64)
    display_name: str = Field(max_length=64)
    password_hash: str = Field(max_length=255)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    region_prefix: str = Field(max_length=6)
    inspector_id: int | None = Field(default=None, foreign_key="inspector.id", index=True)
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


class AccountRole(SQLModel, table=True):
    """授权: one role of one account."""

    __tablename__ = "account_role"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    role: Role = Field(sa_type=choice(Role), primary_key=True)


class SignIn(SQLModel, table=True):
    """登录会话: only the hash of its token is kept."""

    __tablename__ = "sign_in"
    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
