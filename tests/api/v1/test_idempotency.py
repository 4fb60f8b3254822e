"""An act repeated under one key happens once; an act that fails leaves nothing behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from supervision.database import Database
from supervision.journal.tables import AnsweredAct, Entry
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan.tables import Plan
from tests.api.v1.conftest import Caller
from tests.api.v1.county import Office, entities_csv

KEY = {"Idempotency-Key": "5f0c3f1e"}
PLAN = {"year": 2026, "name": "2026年度抽查计划"}


def plans_in(database: Database) -> list[str]:
    with database.reading() as session:
        return [plan.code for plan in session.exec(select(Plan))]


def test_the_same_request_under_the_same_key_gets_the_same_answer_once(
    planner: Actor, calling: Callable[[Actor], Caller], database: Database
) -> None:
    caller = calling(planner)
    first = caller.post("/api/v1/plans", json=PLAN, headers=KEY)
    again = caller.post("/api/v1/plans", json=PLAN, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"] == "/api/v1/plans/360681-2026-P01"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert plans_in(database) == ["360681-2026-P01"]
    with database.reading() as session:
        acts = [entry.act for entry in session.exec(select(Entry)) if entry.act == "plan.create"]
    assert acts == ["plan.create"]


def test_a_key_used_for_another_request_is_refused(
    planner: Actor, calling: Callable[[Actor], Caller], database: Database
) -> None:
    caller = calling(planner)
    caller.post("/api/v1/plans", json=PLAN, headers=KEY)
    other = caller.post("/api/v1/plans", json={**PLAN, "name": "另一个计划"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(plans_in(database)) == 1


def test_two_people_may_use_the_same_key(
    planner: Actor, enrol: Callable[..., Actor], calling: Callable[[Actor], Caller], database: Database
) -> None:
    for actor in (planner, enrol(Role.PLANNER, "second")):
        assert calling(actor).post("/api/v1/plans", json=PLAN, headers=KEY).status_code == 201
    assert len(plans_in(database)) == 2


def test_of_ten_equal_requests_at_once_one_acts_and_all_get_its_answer(
    planner: Actor, calling: Callable[[Actor], Caller], database: Database
) -> None:
    callers = [calling(planner) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda one: one.post("/api/v1/plans", json=PLAN, headers=KEY), callers))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 9
    assert plans_in(database) == ["360681-2026-P01"]


def test_ten_different_plans_at_once_all_come_about_or_ask_to_be_tried_again(
    planner: Actor, calling: Callable[[Actor], Caller], database: Database
) -> None:
    callers = [calling(planner) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda one: one.post("/api/v1/plans", json=PLAN), callers))
    made = [answer.json()["code"] for answer in answers if answer.status_code == 201]
    refused = [answer.json()["code"] for answer in answers if answer.status_code != 201]
    assert len(set(made)) == len(made) == len(plans_in(database))
    assert set(refused) <= {"simultaneous"}


def test_a_refused_act_may_be_tried_again_under_its_key(
    planner: Actor, calling: Callable[[Actor], Caller], database: Database
) -> None:
    caller = calling(planner)
    early = caller.post("/api/v1/plans", json={**PLAN, "year": 2030}, headers=KEY)
    assert (early.status_code, early.json()["code"]) == (422, "invalid_input")
    assert caller.post("/api/v1/plans", json=PLAN, headers=KEY).status_code == 201
    assert len(plans_in(database)) == 1


def test_a_file_sent_twice_under_one_key_is_imported_once(office: Office) -> None:
    def send() -> Any:
        files = {"file": ("entity.csv", entities_csv(5).encode(), "text/csv")}
        return office.planner.post("/api/v1/imports", data={"kind": "entity"}, files=files, headers=KEY)

    first = send()
    office.app.state.jobs.join()
    again = send()  # with another boundary between its parts
    office.app.state.jobs.join()
    assert (again.status_code, again.headers["idempotency-replayed"]) == (202, "true")
    assert first.json()["id"] == again.json()["id"]
    assert len(office.planner.see("/imports")["items"]) == 1


def test_neither_passwords_nor_their_digests_are_kept(
    administrator: Actor, calling: Callable[[Actor], Caller], database: Database
) -> None:
    account = {
        "username": "zhang",
        "display_name": "张敏",
        "password": "first password",
        "organ_code": "360681",
        "roles": ["planner"],
    }
    caller = calling(administrator)
    first = caller.post("/api/v1/accounts", json=account, headers=KEY)
    again = caller.post("/api/v1/accounts", json={**account, "password": "other password"}, headers=KEY)
    assert (first.status_code, again.headers.get("idempotency-replayed")) == (201, "true")
    with database.reading() as session:
        [kept] = session.exec(select(AnsweredAct))
    assert "password" not in kept.body


def test_the_address_of_a_calendar_is_not_kept(
    enrol: Callable[..., Actor], office: Office, calling: Callable[[Actor], Caller], database: Database
) -> None:
    office.fill_registers()
    inspector = calling(enrol(Role.INSPECTOR, "li", inspector_id=1))
    assert inspector.post("/api/v1/calendar-feed", headers=KEY).status_code == 201
    with database.reading() as session:
        assert session.exec(select(AnsweredAct)).all() == []


@pytest.mark.parametrize("key", ["", "有", "a b", "x" * 129])
def test_a_malformed_key_is_refused(
    planner: Actor, calling: Callable[[Actor], Caller], database: Database, key: str
) -> None:
    headers = {"Idempotency-Key": key.encode()}
    answer = calling(planner).post("/api/v1/plans", json=PLAN, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert plans_in(database) == []


def test_the_answer_leaves_only_after_the_transaction_is_committed(
    app: FastAPI, database: Database, planner: Actor, calling: Callable[[Actor], Caller]
) -> None:
    seen: list[int] = []

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        async def watch(message: Any) -> None:
            if message["type"] == "http.response.start":
                seen.append(len(plans_in(database)))
            await send(message)

        await app(scope, receive, watch)

    token = calling(planner).headers["Authorization"]
    answer = TestClient(watched).post("/api/v1/plans", json=PLAN, headers={"Authorization": token})
    assert (answer.status_code, seen) == (201, [1])


def test_an_act_refused_half_way_leaves_nothing_behind(office: Office, database: Database) -> None:
    office.fill_registers()
    task = office.new_task()
    parties = [{"username": "planner", "title": "组织方"}, {"username": "nobody", "title": "见证人"}]
    answer = office.planner.put(f"/api/v1/tasks/{task}/parties", json={"parties": parties})
    assert answer.status_code == 404
    assert office.planner.see(f"/tasks/{task}/parties")["items"] == []
