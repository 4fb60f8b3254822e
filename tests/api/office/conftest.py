"""A small county behind the office's pages, and its clerks with a browser's cookies."""

import html
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.security import COOKIE, form_token
from supervision.database import Database
from supervision.people.rules import Actor, token_hash
from supervision.people.tables import SignIn
from supervision.register import search
from supervision.settings import Settings
from tests.supervision import county

ENTITIES = 120


class Clerk(TestClient):
    """Somebody signed in at a browser. Redirects are not followed, so that a test sees them."""

    token = ""

    def page(self, path: str, **params: Any) -> str:
        """The text of a page that must be there."""
        answer = self.get(path, params=params or None)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def press(self, path: str, files: Any = None, **fields: Any) -> Any:
        """Press a form's button."""
        return self.post(path, data={"csrf_token": form_token(self.token), **fields}, files=files)

    def act(self, path: str, files: Any = None, **fields: Any) -> str:
        """Press a button that must lead on; returns where it leads."""
        answer = self.press(path, files, **fields)
        assert answer.status_code == 303, html.unescape(answer.text)
        return str(answer.headers["location"])


def plain(text: str) -> str:
    """A page as read: without tags, blanks drawn together."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(text)))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As the tests' county, whose draws have two parties."""
    return settings.model_copy(update={"party_kinds": "organiser discipline"})


@pytest.fixture
def app(
    database: Database, app_over: Callable[..., FastAPI], settings: Settings, moment: datetime
) -> FastAPI:
    return app_over(database, settings, lambda: moment)


@pytest.fixture
def anyone(app: FastAPI) -> TestClient:
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def at_desk(app: FastAPI, database: Database, moment: datetime) -> Callable[[Actor], Clerk]:
    """Turns an actor into somebody at a browser, without the half second that a password takes."""

    def clerk(actor: Actor) -> Clerk:
        found = Clerk(app, follow_redirects=False)
        found.token = secrets.token_urlsafe(32)
        found.cookies.set(COOKIE, found.token)
        expires = moment + timedelta(days=30)
        with database.writing() as session:
            session.add(
                SignIn(
                    token_hash=token_hash(found.token),
                    account_id=actor.account_id,
                    created_at=moment,
                    expires_at=expires,
                )
            )
        return found

    return clerk


@pytest.fixture
def filled(database: Database, planner: Actor) -> None:
    """120 entities whose names can be searched, 12 inspectors, 3 items and a snapshot."""
    county.fill(database, planner.organ_id, ENTITIES)
    with database.writing() as session:
        from sqlmodel import select

        from supervision.register.tables import Entity

        for entity in session.exec(select(Entity)):
            entity.name_grams = search.grams(entity.name)
            session.add(entity)


@pytest.fixture
def office(planner: Actor, approver: Actor, witness: Actor) -> county.Office:
    return county.Office(planner, approver, witness)
