"""The field site over the scene of ``tests.supervision.factories``, and an inspector signed in on a phone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.security import COOKIE, form_token
from supervision.database import Database
from supervision.people.rules import Actor, token_hash
from supervision.people.tables import Organ, SignIn
from supervision.settings import Settings
from tests.supervision.factories import MOMENT, Scene, set_scene


class Phone(TestClient):
    """Somebody signed in on the field site."""

    token = ""

    def fill(self, path: str, **fields: Any) -> Any:
        """Send one of the site's forms."""
        return self.post(path, data={"csrf_token": form_token(self.token), **fields})


@pytest.fixture
def scene(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    return set_scene(database, organ, enrol)


@pytest.fixture
def sign_in(database: Database, app_over: Callable[..., FastAPI]) -> Callable[[Actor], Phone]:
    settings = Settings(_env_file=None, public_address="https://ssj.example.gov.cn/")  # type: ignore[call-arg]
    app = app_over(database, settings, lambda: MOMENT)

    def enter(actor: Actor) -> Phone:
        phone = Phone(app, follow_redirects=False)
        phone.token = f"token-of-{actor.username}"
        with database.writing() as session:
            session.add(
                SignIn(
                    token_hash=token_hash(phone.token),
                    account_id=actor.account_id,
                    created_at=MOMENT,
                    expires_at=MOMENT + timedelta(hours=1),
                )
            )
        phone.cookies.set(COOKIE, phone.token)
        return phone

    return enter


@pytest.fixture
def phone(scene: Scene, sign_in: Callable[[Actor], Phone]) -> Phone:
    """That of the lead of every team."""
    return sign_in(scene.team[0])


def text_of(page: str) -> str:
    """A page's words without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
