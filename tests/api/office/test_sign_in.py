"""Signing in and out: who gets in, where it leads, and what a foreign page cannot do."""

from collections.abc import Callable
from datetime import datetime

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.office.sign_in import local_path
from api.security import COOKIE
from supervision.database import Database
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.settings import Settings
from tests.api.office.conftest import Clerk
from tests.conftest import PASSWORD

GUARDED = [
    "/office", "/office/register", "/office/register/entities", "/office/register/imports", "/office/risk",
    "/office/plans", "/office/tasks/X", "/office/draws", "/office/draws/parts/X", "/office/results",
    "/office/visits/X", "/office/journal", "/office/people",
]  # fmt: skip


def test_the_right_password_gives_a_cookie_that_scripts_and_other_sites_do_not_get(
    anyone: TestClient, planner: Actor
) -> None:
    answer = anyone.post("/office/sign-in", data={"username": "planner", "password": PASSWORD})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/office"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie.split("; ")
    assert anyone.get("/office").status_code == 200


def test_over_https_the_cookie_is_marked_secure(
    database: Database, settings: Settings, moment: datetime, planner: Actor
) -> None:
    app = create_app(database, settings.model_copy(update={"secure_cookies": True}), lambda: moment)
    client = TestClient(app, follow_redirects=False)
    answer = client.post("/office/sign-in", data={"username": "planner", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower().split("; ")


def test_a_wrong_name_and_a_wrong_password_are_refused_alike(anyone: TestClient, planner: Actor) -> None:
    wrong_password = anyone.post("/office/sign-in", data={"username": "planner", "password": "wrong"})
    wrong_name = anyone.post("/office/sign-in", data={"username": "nobody", "password": PASSWORD})
    assert wrong_password.status_code == wrong_name.status_code == 401
    assert wrong_password.text.replace("planner", "") == wrong_name.text.replace("nobody", "")
    assert COOKIE not in anyone.cookies


def test_the_eleventh_attempt_of_a_minute_is_refused_even_with_the_right_password(
    anyone: TestClient, planner: Actor
) -> None:
    for _ in range(10):
        anyone.app.state.sign_in_guard.check("planner", "10.0.0.1")  # type: ignore[attr-defined]
    answer = anyone.post("/office/sign-in", data={"username": "planner", "password": PASSWORD})
    assert answer.status_code == 429
    assert COOKIE not in anyone.cookies


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/office/plans?a=1", "/office/plans?a=1"),
        ("//evil.example/office", "/office"),
        ("https://evil.example/office", "/office"),
        ("/\\evil.example", "/office"),
        ("/office/\r\nSet-Cookie: a=b", "/office"),
        ("/field", "/office"),
        ("/office/sign-out", "/office"),
        ("", "/office"),
    ],
)
def test_after_signing_in_nobody_is_led_to_another_site(asked: str, given: str) -> None:
    assert local_path(asked, "office") == given


def test_a_sign_in_form_of_another_site_is_refused(anyone: TestClient, planner: Actor) -> None:
    form = {"username": "planner", "password": PASSWORD}
    foreign = anyone.post("/office/sign-in", data=form, headers={"Origin": "https://evil.example"})
    fetched = anyone.post("/office/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == fetched.status_code == 403
    assert COOKIE not in anyone.cookies


def test_signing_out_ends_the_session_itself_and_needs_the_forms_token(
    planner: Actor, at_desk: Callable[[Actor], Clerk]
) -> None:
    clerk = at_desk(planner)
    assert clerk.post("/office/sign-out").status_code == 403
    assert clerk.get("/office").status_code == 200
    assert clerk.act("/office/sign-out") == "/office/sign-in?left=1"
    clerk.cookies.set(COOKIE, clerk.token)
    assert clerk.get("/office").headers["location"].startswith("/office/sign-in")


@pytest.mark.parametrize("path", GUARDED)
def test_every_page_asks_who_is_there(anyone: TestClient, path: str) -> None:
    answer = anyone.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/office/sign-in?next={path}"


def test_an_inspector_is_led_to_the_field_and_a_witness_to_the_draws(
    anyone: TestClient, enrol: Callable[..., Actor], at_desk: Callable[[Actor], Clerk], witness: Actor
) -> None:
    inspector = enrol(Role.INSPECTOR)
    answer = anyone.post("/office/sign-in", data={"username": inspector.username, "password": PASSWORD})
    assert answer.headers["location"] == "/field"
    assert at_desk(witness).get("/office").headers["location"] == "/office/draws"


def test_the_field_has_the_same_door(anyone: TestClient, enrol: Callable[..., Actor]) -> None:
    enrol(Role.INSPECTOR)
    assert anyone.get("/field/sign-in").status_code == 200
    answer = anyone.post("/field/sign-in", data={"username": "inspector", "password": PASSWORD})
    assert answer.headers["location"] == "/field"


def test_an_act_without_the_forms_token_is_refused(planner: Actor, at_desk: Callable[[Actor], Clerk]) -> None:
    clerk = at_desk(planner)
    assert clerk.post("/office/plans", data={"name": "计划", "year": "2026"}).status_code == 403
    wrong = clerk.post("/office/plans", data={"name": "计划", "year": "2026", "csrf_token": "0" * 64})
    assert wrong.status_code == 403
    assert clerk.act("/office/plans", name="计划", year="2026").startswith("/office/plans/360681-2026-P01")
