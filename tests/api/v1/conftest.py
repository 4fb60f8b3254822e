"""The application over the test's database, and people who call its API."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from supervision.database import Database
from supervision.people.rules import Actor, token_hash
from supervision.people.tables import Role, SignIn
from supervision.settings import Settings


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


class Caller(TestClient):
    """Somebody signed in. ``act`` sends a body and expects success."""

    def act(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = self.request(method, f"/api/v1{path}", json=body, **more)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def see(self, path: str, **params: Any) -> Any:
        answer = self.get(f"/api/v1{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def clock(moment: datetime) -> Clock:
    return Clock(moment)


@pytest.fixture
def app(database: Database, app_over: Callable[..., FastAPI], settings: Settings, clock: Clock) -> FastAPI:
    """The application over the test's own database."""
    return app_over(database, settings, clock)


@pytest.fixture
def anyone(app: FastAPI) -> TestClient:
    """Somebody who has not signed in."""
    return TestClient(app)


def token_for(database: Database, actor: Actor, moment: datetime) -> str:
    """A token of the actor's, without the half second that checking a password takes."""
    token = secrets.token_urlsafe(32)
    with database.writing() as session:
        session.add(
            SignIn(
                token_hash=token_hash(token),
                account_id=actor.account_id,
                created_at=moment,
                expires_at=moment + timedelta(days=30),
            )
        )
    return token


@pytest.fixture
def calling(app: FastAPI, database: Database, moment: datetime) -> Callable[[Actor], Caller]:
    """Turns an actor into somebody who calls the API."""

    def caller(actor: Actor) -> Caller:
        token = token_for(database, actor, moment)
        return Caller(app, headers={"Authorization": f"Bearer {token}"})

    return caller


@pytest.fixture
def office(
    app: FastAPI,
    calling: Callable[[Actor], Caller],
    planner: Actor,
    approver: Actor,
    witness: Actor,
    auditor: Actor,
    administrator: Actor,
    enrol: Callable[..., Actor],
) -> "county.Office":
    """The county's regulator with empty registers, and a witness of the enterprises."""
    people = (planner, approver, witness, auditor, administrator, enrol(Role.WITNESS, "enterprise"))
    return county.Office(app, *map(calling, people))


from tests.api.v1 import county  # noqa: E402  it needs Caller, above
