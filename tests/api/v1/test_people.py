"""Signing in, accounts and organs over HTTP."""

from collections.abc import Callable

from starlette.testclient import TestClient

from supervision.people.rules import Actor
from tests.api.v1.conftest import Caller
from tests.conftest import PASSWORD


def test_a_token_from_signing_in_works_until_signing_out(anyone: TestClient, planner: Actor) -> None:
    answer = anyone.post("/api/v1/sessions", json={"username": "planner", "password": PASSWORD})
    assert answer.status_code == 201
    signed = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert anyone.get("/api/v1/me", headers=signed).json()["roles"] == ["planner"]
    assert anyone.delete("/api/v1/sessions", headers=signed).status_code == 204
    refused = anyone.get("/api/v1/me", headers=signed)
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "not_signed_in"


def test_the_eleventh_attempt_within_a_minute_is_turned_away(anyone: TestClient, planner: Actor) -> None:
    def attempt() -> int:
        return anyone.post("/api/v1/sessions", json={"username": "planner", "password": "x"}).status_code

    assert [attempt() for _ in range(11)] == [401] * 10 + [429]


def test_an_administrator_opens_and_closes_an_account(
    administrator: Actor, calling: Callable[[Actor], Caller]
) -> None:
    admin = calling(administrator)
    new = {
        "username": "zhang.min",
        "display_name": "张敏",
        "password": "一二三四五六七八九十",
        "roles": ["planner"],
    }
    made = admin.post("/api/v1/accounts", json={**new, "organ_code": "360681"})
    assert (made.status_code, made.headers["location"]) == (201, "/api/v1/accounts/zhang.min")
    assert admin.act("PATCH", "/accounts/zhang.min", {"active": False})["active"] is False
    assert [row["username"] for row in admin.see("/accounts")["items"]] == ["administrator", "zhang.min"]
    again = admin.post("/api/v1/accounts", json={**new, "organ_code": "360681"})
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")


def test_an_account_for_an_unknown_inspector_is_refused(
    administrator: Actor, calling: Callable[[Actor], Caller]
) -> None:
    new = {"username": "li", "display_name": "李", "password": "correct horse", "roles": ["inspector"]}
    answer = calling(administrator).post(
        "/api/v1/accounts", json={**new, "organ_code": "360681", "inspector_id": 99}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_administrator_adds_no_organ_outside_the_region(
    administrator: Actor, calling: Callable[[Actor], Caller]
) -> None:
    admin = calling(administrator)
    new = {"code": "360622", "name": "余江区市场监督管理局", "region_code": "360622"}
    answer = admin.post("/api/v1/organs", json=new)
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    assert [organ["code"] for organ in admin.see("/organs")["items"]] == ["360681"]
