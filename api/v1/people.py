"""Accounts and organs, kept by administrators inside their region."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.deps import Reading, SignedIn
from api.v1.idempotency import Acting, created
from api.v1.models import (
    CODE_PATTERN,
    LARGEST_ID,
    USERNAME_PATTERN,
    Command,
    Line,
    Page,
    Region,
    Username,
    View,
    example,
)
from api.v1.paging import Paged
from api.v1.resource import resource
from supervision.people import service as people
from supervision.people.tables import Role

router: APIRouter = resource("people")

Password = Annotated[str, Field(min_length=10, max_length=1024)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
OrganCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=32)]


class NewAccount(Command):
    """开设账号. Without ``region_prefix`` the account sees its organ's region."""

    model_config = Command.model_config | example(
        username="zhang.min",
        display_name="张敏",
        password="correct horse battery",
        organ_code="360681",
        roles=["planner"],
    )

    username: Annotated[str, StringConstraints(pattern=USERNAME_PATTERN, max_length=64)]
    display_name: Name
    password: Password
    organ_code: OrganCode
    roles: Annotated[list[Role], Field(max_length=6)]
    region_prefix: Region | None = None
    inspector_id: Annotated[int, Field(ge=1, le=LARGEST_ID, description="名录中的检查人员")] | None = None


class AccountChange(Command):
    """变更账号: what is not given stays. Ends the account's sessions."""

    model_config = Command.model_config | example(roles=["planner", "auditor"])

    roles: Annotated[list[Role], Field(max_length=6)] | None = None
    active: bool | None = None
    password: Password | None = None


class AccountView(View):
    """账号."""

    model_config = View.model_config | example(
        username="zhang.min",
        display_name="张敏",
        organ_code="360681",
        organ_name="贵溪市市场监督管理局",
        region_prefix="360681",
        roles=["planner"],
        active=True,
    )

    username: str
    display_name: str
    organ_code: str
    organ_name: str
    region_prefix: str
    roles: list[Role]
    active: bool


class NewOrgan(Command):
    """登记机关. The code begins with the region's."""

    model_config = Command.model_config | example(
        code="360681", name="贵溪市市场监督管理局", region_code="360681"
    )

    code: OrganCode
    name: Annotated[Line, StringConstraints(max_length=100)]
    region_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class OrganView(View):
    """机关."""

    model_config = View.model_config | example(
        code="360681", name="贵溪市市场监督管理局", region_code="360681"
    )

    code: str
    name: str
    region_code: str


@router.get("/accounts", summary="List accounts")
def list_accounts(session: Reading, actor: SignedIn, paging: Paged) -> Page[AccountView]:
    """账号一览, inside the actor's region, by username."""
    after = paging.text or ""
    found = [row for row in people.accounts(session, actor) if row.username > after]
    return paging.page(found, lambda row: row.username, AccountView.model_validate)


@router.post("/accounts", summary="Open an account", **created("/accounts/{username}"))
def add_account(body: NewAccount, act: Acting) -> AccountView:
    """开设账号: for administrators of the region."""
    people.add_account(act.session, act.actor, now=act.now, **body.model_dump())
    return AccountView.model_validate(people.account(act.session, act.actor, body.username))


@router.get("/accounts/{username}", summary="Show an account")
def show_account(username: Username, session: Reading, actor: SignedIn) -> AccountView:
    return AccountView.model_validate(people.account(session, actor, username))


@router.patch("/accounts/{username}", summary="Change an account")
def change_account(username: Username, body: AccountChange, act: Acting) -> AccountView:
    """变更账号: roles, password, or whether it may sign in."""
    people.change_account(act.session, act.actor, username, act.now, **body.model_dump())
    return AccountView.model_validate(people.account(act.session, act.actor, username))


@router.get("/organs", summary="List organs")
def list_organs(session: Reading, actor: SignedIn, paging: Paged) -> Page[OrganView]:
    """机关一览, inside the actor's region, by code."""
    after = paging.text or ""
    found = [organ for organ in people.organs(session, actor) if organ.code > after]
    return paging.page(found, lambda organ: organ.code, OrganView.model_validate)


@router.post("/organs", status_code=201, summary="Register an organ")
def add_organ(body: NewOrgan, act: Acting) -> OrganView:
    """登记机关: for administrators of the region."""
    organ = people.add_organ(act.session, act.actor, body.code, body.name, body.region_code, act.now)
    return OrganView.model_validate(organ)
