"""Signing in and out, and who is signed in."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from api.deps import Config, Now, Reading, SignedIn, Writing, session_token
from api.security import SignInGuard, address_of
from api.v1.bodies import strict_request
from api.v1.idempotency import ActRoute
from api.v1.models import Command, View, example
from api.v1.resource import resource
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role

door = APIRouter(tags=["sessions"], route_class=ActRoute, dependencies=[Depends(strict_request)])
router = resource("sessions")


class SignIn(Command):
    """登录."""

    model_config = Command.model_config | example(username="planner", password="correct horse battery")

    username: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class ActorView(View):
    """当前操作人: an account with its roles and region."""

    model_config = View.model_config | example(
        username="planner",
        name="计划编制 同志",
        organ_code="360681",
        organ_name="贵溪市市场监督管理局",
        region_prefix="360681",
        roles=["planner"],
    )

    username: str
    name: str
    organ_code: str
    organ_name: str
    region_prefix: Annotated[str, Field(description="管辖范围：区划代码的开头")]
    roles: list[Role]

    @classmethod
    def of(cls, actor: Actor) -> "ActorView":
        return cls(
            username=actor.username,
            name=actor.name,
            organ_code=actor.organ_code,
            organ_name=actor.organ_name,
            region_prefix=actor.region_prefix,
            roles=sorted(actor.roles),
        )


class SessionView(View):
    """登录会话: the token is shown once; send it as ``Authorization: Bearer …``."""

    model_config = View.model_config | example(
        token="qXo3…",
        expires_at="2026-11-20T12:00:00Z",
        account={
            "username": "planner",
            "name": "计划编制 同志",
            "organ_code": "360681",
            "organ_name": "贵溪市市场监督管理局",
            "region_prefix": "360681",
            "roles": ["planner"],
        },
    )

    token: str
    expires_at: datetime
    account: ActorView


@door.post("/sessions", status_code=201, summary="Sign in")
def sign_in(
    request: Request, body: SignIn, reading: Reading, session: Writing, now: Now, settings: Config
) -> SessionView:
    """登录: a bearer token. Attempts are limited per address and per username. Never kept for replay."""
    guard: SignInGuard = request.app.state.sign_in_guard
    guard.check(body.username, address_of(request))
    hours = settings.sign_in_hours
    people.check_password(reading, body.username, body.password)
    guard.passed(body.username)
    token, actor = people.sign_in(session, body.username, now, hours)
    return SessionView(token=token, expires_at=now + timedelta(hours=hours), account=ActorView.of(actor))


@router.delete("/sessions", status_code=204, summary="Sign out")
def sign_out(request: Request, session: Writing, actor: SignedIn, now: Now) -> None:
    """退出登录: the token that is sent stops working. Signing out twice is harmless, so no key is needed."""
    people.sign_out(session, actor, session_token(request) or "", now)


@router.get("/me", summary="Who is signed in")
def me(actor: SignedIn) -> ActorView:
    return ActorView.of(actor)
