"""Whatever is sent, the answer is a problem that names what is wrong: never a broken server."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from supervision.database import Database
from supervision.people.rules import Actor
from supervision.settings import Settings
from tests.api.v1.conftest import Caller, Clock
from tests.api.v1.county import DRAFT, Office

BODIES: dict[str, bytes] = {
    "a NUL": json.dumps({"year": 2026, "name": "计划\0"}).encode(),
    "half a surrogate": rb'{"year":2026,"name":"\ud800"}',
    "a surrogate in a key": rb'{"year":2026,"name":"x","\udfff":1}',
    "a number as text": b'{"year":"2026","name":"x"}',
    "a number that is none": b'{"year":NaN,"name":"x"}',
    "a huge number": b'{"year":' + b"9" * 5000 + b',"name":"x"}',
    "beyond 64 bits": b'{"year":9223372036854775808,"name":"x"}',
    "a fraction": b'{"year":2026.5,"name":"x"}',
    "a list": b"[]",
    "null": b"null",
    "nothing": b"",
    "no JSON": b"{year: 2026}",
    "no UTF-8": b'{"year":2026,"name":"\xff\xfe"}',
    "deep nesting": b'{"year":2026,"name":' + b"[" * 100_000,
    "too long a name": json.dumps({"year": 2026, "name": "长" * 201}).encode(),
    "blanks alone": json.dumps({"year": 2026, "name": " \t\n"}).encode(),
    "an unknown field": b'{"year":2026,"name":"x","organ":"360000"}',
    "a missing field": b'{"year":2026}',
    "true for a number": b'{"year":true,"name":"x"}',
}


def check_problem(answer: Any, *statuses: int) -> None:
    assert answer.status_code in statuses, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= body.keys()
    assert body["status"] == answer.status_code


def test_every_malformed_body_is_refused_as_invalid(
    planner: Actor, calling: Callable[[Actor], Caller]
) -> None:
    caller = calling(planner)
    for what, body in BODIES.items():
        answer = caller.post("/api/v1/plans", content=body, headers={"Content-Type": "application/json"})
        check_problem(answer, 422)
        assert answer.json()["code"] == "invalid_request", what
        assert answer.json()["errors"], what
    assert caller.see("/plans")["items"] == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "有"])
def test_a_body_that_is_not_called_json_is_refused(
    planner: Actor, calling: Callable[[Actor], Caller], kind: str
) -> None:
    body = b'{"year":2026,"name":"x"}'
    answer = calling(planner).post("/api/v1/plans", content=body, headers={"Content-Type": kind.encode()})
    check_problem(answer, 422)


def test_text_that_merely_spells_a_nul_is_kept(planner: Actor, calling: Callable[[Actor], Caller]) -> None:
    name = r"说明 \u0000 是六个字符"
    assert calling(planner).act("POST", "/plans", {"year": 2026, "name": name})["name"] == name


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/entities", "q=%00"),
        ("/entities", "q=" + "x" * 101),
        ("/entities", "region=36068x"),
        ("/entities", "status=alive"),
        ("/entities", "risk_class=E"),
        ("/journal", "act=a%00"),
        ("/journal", "subject=" + "x" * 129),
        ("/tasks", "plan=%ff%fe"),
        ("/recusals", "inspector=99999999999999999999"),
        ("/recusals", "inspector=0"),
        ("/waiting", "cursor=dDk5OTktOTktOTl-eA"),
        ("/visits", ""),
        ("/public/entities", "q="),
        ("/public/entities", "q=%00"),
        ("/public/draws", "organ=%27"),
    ],
)
def test_a_malformed_query_is_refused(office: Office, path: str, query: str) -> None:
    check_problem(office.planner.get(f"/api/v1{path}?{query}"), 422)


@pytest.mark.parametrize(
    "path",
    [
        "/plans/%00",
        "/plans/a%2Fb",
        "/plans/" + "x" * 65,
        "/plans/有",
        "/entities/91360681",
        "/entities/" + "I" * 18,
        "/imports/99999999999999999999",
        "/imports/-1",
        "/imports/1.5",
        "/risk-snapshots/2147483648",
        "/accounts/..%2F..",
        "/public/draws/360681-2026-0001/key.json",
        "/nowhere",
    ],
)
def test_a_malformed_address_is_refused(office: Office, path: str) -> None:
    check_problem(office.planner.get(f"/api/v1{path}"), 404, 422)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("starts", "2026-02-30"),
        ("starts", "0000-01-01"),
        ("starts", "10000-01-01"),
        ("starts", 1_790_000_000),
        ("ends", "2026-11-19"),
        ("ends", "2026-12-31T00:00:00Z"),
        ("team_size", 1),
        ("team_size", 10**30),
        ("items", []),
        ("items", ["none"]),
        ("items", ["SCJG-001", "SCJG-001"]),
        ("rates", {"A": 1}),
        ("rates", {"A": -1, "B": 1, "C": 1, "D": 1}),
        ("rates", {"A": 1_000_001, "B": 1, "C": 1, "D": 1}),
        ("rates", {"A": 0, "B": 1, "C": 1, "D": 1}),
        ("region_prefix", "3606811"),
        ("tags", ["a b"]),
        ("number", 5),
        ("name", "x" * 201),
    ],
)
def test_a_task_that_makes_no_sense_is_refused(office: Office, name: str, value: Any) -> None:
    office.import_items()
    plan = office.planner.act("POST", "/plans", {"year": 2026, "name": "计划"})["code"]
    answer = office.planner.post("/api/v1/tasks", json={"plan": plan, "draft": {**DRAFT, name: value}})
    check_problem(answer, 422)


def test_a_task_outside_the_region_is_refused(office: Office) -> None:
    office.import_items()
    plan = office.planner.act("POST", "/plans", {"year": 2026, "name": "计划"})["code"]
    draft = {**DRAFT, "region_prefix": "360622"}
    answer = office.planner.post("/api/v1/tasks", json={"plan": plan, "draft": draft})
    check_problem(answer, 403)
    assert answer.json()["code"] == "out_of_scope"


@pytest.mark.parametrize(
    ("fields", "file"),
    [
        ({}, b"x"),
        ({"kind": "car"}, b"x"),
        ({"kind": "entity", "mapping": "[]"}, b"x"),
        ({"kind": "entity", "mapping": "{"}, b"x"),
        ({"kind": "entity", "mapping": '{"wheel":"轮"}'}, b"x"),
        ({"kind": "entity", "mapping": '{"name":"a\\u0000"}'}, b"x"),
        ({"kind": "entity", "mapping": "\0"}, b"x"),
        ({"kind": "entity"}, None),
    ],
)
def test_a_malformed_import_is_refused(office: Office, fields: dict[str, str], file: bytes | None) -> None:
    files = {} if file is None else {"file": ("a.csv", file)}
    check_problem(office.planner.post("/api/v1/imports", data=fields, files=files or None), 422)


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"\xff\xfe\x00", b"PK\x03\x04broken", b"a,b\n1,2\n"])
def test_an_unreadable_file_fails_its_import_with_a_sentence(office: Office, content: bytes) -> None:
    begun = office.planner.post(
        "/api/v1/imports", data={"kind": "entity"}, files={"file": ("名录\n.csv", content)}
    )
    assert begun.status_code == 202
    office.app.state.jobs.join()
    found = office.planner.see(f"/imports/{begun.json()['id']}")
    assert found["state"] == "failed"
    assert found["error"].endswith("。")


def test_rows_set_aside_can_be_listed_and_downloaded(office: Office) -> None:
    text = "企业名称,统一社会信用代码\n好,91360681MA00000000\n,\n"
    begun = office.import_file("entity", text)
    rows = office.planner.see(f"/imports/{begun['id']}/quarantine")["items"]
    assert [(row["line"], row["reason"]) for row in rows] == [(2, "bad_uscc")]
    answer = office.planner.get(f"/api/v1/imports/{begun['id']}/quarantine.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "统一社会信用代码" in answer.text
    assert "91360681MA00000000" in answer.text


def test_too_large_a_body_is_refused(
    database: Database, settings: Settings, clock: Clock, planner: Actor, calling: Callable[[Actor], Caller]
) -> None:
    caller = calling(planner)
    answer = caller.post("/api/v1/plans", json={"year": 2026, "name": "x" * (1 << 20)})
    check_problem(answer, 413)
    small = create_app(database, settings.model_copy(update={"max_upload_mb": 1}), clock)
    sender = TestClient(small, headers=caller.headers)
    files = {"file": ("a.csv", b"x" * (1 << 20) + b"y")}
    answer = sender.post("/api/v1/imports", data={"kind": "entity"}, files=files)
    check_problem(answer, 413)
    assert answer.json()["code"] == "too_large"


def test_an_unknown_method_is_refused_with_those_that_exist(app: FastAPI, office: Office) -> None:
    answer = office.planner.request("PROPFIND", "/api/v1/plans")
    check_problem(answer, 405)
    assert answer.headers["allow"] == "GET, POST"
