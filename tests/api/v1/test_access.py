"""Who may do what, over HTTP: denied unless granted, and only inside one's region."""

import re
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from supervision.database import Database
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from tests.api.v1.conftest import Caller
from tests.api.v1.county import DRAFT, Office, uscc
from tests.conftest import MOMENT

PLANNER, APPROVER, WITNESS = Role.PLANNER, Role.APPROVER, Role.WITNESS
INSPECTOR, AUDITOR, ADMINISTRATOR = Role.INSPECTOR, Role.AUDITOR, Role.ADMINISTRATOR
OFFICE = {PLANNER, APPROVER, AUDITOR}
KEEPERS = {PLANNER, ADMINISTRATOR}
STAFF = OFFICE | {ADMINISTRATOR, INSPECTOR}
TASK, DRAW, VISIT = "360681-2026-P01-T01", "360681-2026-0001", "360681-2026-0001-V0001"
ACCOUNT = {
    "username": "new",
    "display_name": "新",
    "password": "long enough",
    "organ_code": "360681",
    "roles": ["planner"],
}
ORGAN = {"code": "360681-2", "name": "分局", "region_code": "360681"}
FINDING = {"inspected_on": "2026-11-20", "result": "1", "items": []}
ROUND = {"round": 1, "randomness": "00" * 32, "signature": "00" * 48}
LOTTERY = {"game": "ssq", "issue": "2026135", "result": "1-2-3"}
REPLACEMENT = {"uscc": uscc(1), "reason": "deregistered", "evidence": "已注销"}
REASSIGNMENT = {"inspector_id": 99, "reason": "illness", "evidence": "病假条"}
SCHEDULE = "360681-2026-S01"
PERIOD = {"starts": "2026-11-23", "ends": "2026-12-11"}
BASE = {"name": "局机关", "latitude": 28.29, "longitude": 117.22}
LEAVE = {"inspector_id": 99, "starts": "2026-11-20", "ends": "2026-11-21", "reason": "病假"}
Access = list[tuple[str, Any, set[Role]]]
ACTS: Access = [
    ("POST /organs", ORGAN, {ADMINISTRATOR}),
    ("POST /accounts", ACCOUNT, {ADMINISTRATOR}),
    ("PATCH /accounts/nobody", {"active": False}, {ADMINISTRATOR}),
    ("POST /imports/99/cancel", None, KEEPERS),
    (f"PATCH /entities/{uscc(1)}", {"industry": "F"}, KEEPERS),
    ("PUT /keyword-table", {"csv": ""}, KEEPERS),
    ("PUT /calendar", {"year": 2026, "days": []}, {PLANNER, ADMINISTRATOR}),
    ("POST /keyword-table/apply", None, KEEPERS),
    ("POST /recusals", {"inspector_id": 99, "uscc": uscc(1), "reason": "近亲属"}, {PLANNER, APPROVER}),
    ("DELETE /recusals/99", None, {PLANNER, APPROVER}),
    ("POST /leaves", LEAVE, {PLANNER, APPROVER}),
    ("DELETE /leaves/99", None, {PLANNER, APPROVER}),
    ("POST /risk-snapshots", {"month": "2027-01-01"}, KEEPERS),
    ("POST /plans", {"year": 2026, "name": "计划"}, {PLANNER}),
    ("POST /tasks", {"plan": "360681-2026-P09", "draft": DRAFT}, {PLANNER}),
    (f"PUT /tasks/{TASK}", DRAFT, {PLANNER}),
    (f"PUT /tasks/{TASK}/parties", {"parties": [{"username": "planner"}]}, {PLANNER}),
    (f"POST /tasks/{TASK}/freeze", None, {PLANNER}),
    (f"POST /draws/{DRAW}/approve", None, {APPROVER}),
    (f"POST /draws/{DRAW}/run", None, {PLANNER}),
    (f"POST /draws/{DRAW}/void", {"reason": "plan-error", "note": "有误"}, {APPROVER}),
    (f"POST /draws/{DRAW}/missing", None, {PLANNER, APPROVER}),
    (f"POST /draws/{DRAW}/beacon", ROUND, {PLANNER, APPROVER, WITNESS}),
    (f"POST /draws/{DRAW}/beacon/fetch", None, {PLANNER, APPROVER, WITNESS}),
    (f"POST /draws/{DRAW}/lottery", LOTTERY, {PLANNER, APPROVER, WITNESS}),
    (f"POST /draws/{DRAW}/open", None, {APPROVER}),
    (f"POST /draws/{DRAW}/replacements", REPLACEMENT, {PLANNER}),
    (f"POST /draws/{DRAW}/replacements/99/approve", None, {APPROVER}),
    (f"POST /draws/{DRAW}/replacements/99/refuse", {"because": "请核查"}, {APPROVER}),
    ("POST /campaigns", {"task": "360681-2026-P09-T01", "name": "联合抽查"}, {PLANNER}),
    (f"PUT /campaigns/360681-2026-C09/tasks/{TASK}", None, {PLANNER}),
    (f"DELETE /campaigns/360681-2026-C09/tasks/{TASK}", None, {PLANNER}),
    ("POST /campaigns/360681-2026-C09/seal", None, {PLANNER}),
    (f"POST /draws/{DRAW}/pair", None, {PLANNER}),
    (f"POST /draws/{DRAW}/pairing/table", {}, {PLANNER}),
    (f"POST /draws/{DRAW}/pairing/draw", None, {PLANNER}),
    (f"POST /draws/{DRAW}/pairing/missing", None, {PLANNER, APPROVER}),
    (f"POST /draws/{DRAW}/reassignments", REASSIGNMENT, {PLANNER}),
    (f"POST /draws/{DRAW}/reassignments/99/approve", None, {APPROVER}),
    (f"POST /draws/{DRAW}/reassignments/99/refuse", {"because": "不必"}, {APPROVER}),
    (f"POST /draws/{DRAW}/slips", {"uscc": uscc(1)}, {PLANNER, APPROVER, INSPECTOR}),
    (f"POST /visits/{VISIT}/return", {"reason": "请核对"}, {APPROVER}),
    ("POST /bases", BASE, KEEPERS),
    ("PUT /bases/99", BASE, KEEPERS),
    ("DELETE /bases/99", None, KEEPERS),
    (f"PUT /visits/{VISIT}/terms", {"minutes": 60}, {PLANNER}),
    (f"PUT /entities/{uscc(1)}/hours", {"openings": []}, KEEPERS),
    ("POST /schedules", {"tasks": [TASK], **PERIOD}, {PLANNER}),
    ("POST /schedules?mode=validate", {"tasks": [TASK], **PERIOD}, {PLANNER}),
    ("POST /schedules?mode=detect", {"visits": []}, {PLANNER}),
    (f"POST /schedules/{SCHEDULE}/solve", None, {PLANNER}),
    (f"POST /schedules/{SCHEDULE}/stop", None, {PLANNER}),
    (f"POST /schedules/{SCHEDULE}/cancel", None, {PLANNER}),
    (f"POST /schedules/{SCHEDULE}/issue", None, {APPROVER}),
    (f"POST /schedules/{SCHEDULE}/replan", {"reason": "病假"}, {PLANNER}),
    (f"POST /schedules/{SCHEDULE}/move", {"visit": VISIT, "day": "2026-11-24"}, {PLANNER}),
    (f"PUT /schedules/{SCHEDULE}/pins/{VISIT}", None, {PLANNER}),
    (f"DELETE /schedules/{SCHEDULE}/pins/{VISIT}", None, {PLANNER}),
    ("POST /releases", {"visits": ["none"]}, {APPROVER}),
    ("POST /calendar-feed", None, {INSPECTOR}),
    ("DELETE /calendar-feed", None, {INSPECTOR}),
]
VIEWS: Access = [
    ("GET /accounts", None, {ADMINISTRATOR, AUDITOR, PLANNER}),
    ("GET /organs", None, {ADMINISTRATOR, AUDITOR, PLANNER, APPROVER}),
    ("GET /imports", None, {*KEEPERS, AUDITOR}),
    ("GET /imports/1/quarantine", None, {*KEEPERS, AUDITOR}),
    ("GET /imports/1/quarantine.csv", None, {*KEEPERS, AUDITOR}),
    ("GET /entities", None, STAFF),
    ("GET /entities?risk_class=A", None, OFFICE),
    (f"GET /entities/{uscc(1)}", None, STAFF),
    (f"GET /entities/{uscc(1)}/risk", None, OFFICE),
    ("GET /inspectors", None, STAFF),
    ("GET /items", None, STAFF),
    ("GET /recusals", None, STAFF),
    ("GET /leaves", None, STAFF),
    ("GET /calendar?year=2026", None, STAFF),
    ("GET /risk-snapshots", None, {*OFFICE, ADMINISTRATOR}),
    ("GET /plans", None, OFFICE),
    ("GET /tasks", None, OFFICE),
    (f"GET /tasks/{TASK}", None, {*OFFICE, WITNESS}),
    (f"GET /tasks/{TASK}/preview", None, OFFICE),
    ("GET /draws", None, {*OFFICE, WITNESS}),
    (f"GET /draws/{DRAW}", None, {*OFFICE, WITNESS}),
    (f"GET /draws/{DRAW}/entities", None, OFFICE),
    (f"GET /draws/{DRAW}/sources", None, {*OFFICE, WITNESS}),
    (f"GET /draws/{DRAW}/replacements", None, OFFICE),
    ("GET /campaigns", None, OFFICE),
    ("GET /campaigns/360681-2026-C09", None, OFFICE),
    (f"GET /draws/{DRAW}/links", None, {AUDITOR}),
    (f"GET /draws/{DRAW}/links/check", None, {AUDITOR}),
    (f"GET /draws/{DRAW}/pairing", None, {*OFFICE, WITNESS}),
    (f"GET /draws/{DRAW}/pairing/preview", None, OFFICE),
    (f"GET /draws/{DRAW}/pairing/table", None, OFFICE),
    (f"GET /draws/{DRAW}/pairing/problem", None, OFFICE),
    (f"GET /draws/{DRAW}/reassignments", None, OFFICE),
    (f"GET /draws/{DRAW}/verification", None, {*OFFICE, WITNESS}),
    ("GET /bases", None, {*OFFICE, ADMINISTRATOR}),
    (f"GET /visits/{VISIT}/terms", None, OFFICE),
    (f"GET /entities/{uscc(1)}/hours", None, OFFICE),
    ("GET /schedules", None, OFFICE),
    *(
        (f"GET /schedules/{SCHEDULE}{path}", None, OFFICE)
        for path in (
            "",
            "/events",
            "/timetable",
            "/problem",
            "/visits",
            "/visits.csv",
            "/visits.xlsx",
            "/analyze",
            "/recommend",
            f"/explain/{VISIT}",
            f"/diff/{SCHEDULE}",
        )
    ),
    (f"GET /visits?task={TASK}", None, OFFICE),
    ("GET /assignments", None, {INSPECTOR}),
    ("GET /assignments/times", None, {INSPECTOR}),
    ("GET /waiting", None, OFFICE),
    ("GET /unsettled", None, OFFICE),
    ("GET /journal", None, {*OFFICE, ADMINISTRATOR}),
    ("GET /journal/check", None, {AUDITOR, ADMINISTRATOR}),
]


def paired(office: Office) -> None:
    """A county with one paired draw."""
    office.fill_registers()
    draw_id = office.draw(office.new_task())
    assert draw_id == DRAW
    office.planner.act("POST", f"/draws/{draw_id}/pair")


def test_each_act_and_view_is_refused_to_exactly_the_roles_that_lack_it(
    office: Office, enrol: Callable[..., Actor], calling: Callable[[Actor], Caller]
) -> None:
    paired(office)
    callers = {role: calling(enrol(role, f"other-{role}", inspector_id=None)) for role in Role}
    wrong = []
    for asked, body, allowed in ACTS + VIEWS:
        method, _, path = asked.partition(" ")
        for role, caller in callers.items():
            answer = caller.request(method, f"/api/v1{path}", json=body)
            refused = answer.status_code == 403 and answer.json()["code"] == "forbidden"
            if refused == (role in allowed):
                wrong.append((asked, role.value, answer.status_code))
    assert wrong == []


def test_nobody_enters_findings_of_another_team(
    office: Office, database: Database, calling: Callable[[Actor], Caller]
) -> None:
    paired(office)
    office.enrol_inspectors(database, calling)
    visit = office.planner.see(f"/visits/{VISIT}")
    team = {seat["name"] for seat in visit["team"]}
    outsiders = [caller for name, caller in office.inspectors.items() if name not in team]
    for caller in (*outsiders, office.planner, office.approver, office.witness):
        answer = caller.post(f"/api/v1/visits/{VISIT}/findings", json=FINDING)
        assert answer.status_code in (403, 404)
    assert office.planner.see(f"/visits/{VISIT}")["findings"] == []


def test_only_a_party_commits_and_reveals(office: Office) -> None:
    office.fill_registers()
    task = office.new_task()
    for path, body in (("commitments", {"commitment": "0" * 64}), ("reveals", {"secret": "0" * 64})):
        answer = office.auditor.post(f"/api/v1/tasks/{task}/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_a_party")


def test_who_froze_a_task_cannot_approve_it(
    office: Office, database: Database, calling: Callable[[Actor], Caller], planner: Actor
) -> None:
    office.fill_registers()
    task = office.new_task()
    office.commit(task)
    draw_id = office.freeze(task)
    with database.writing() as session:
        both = [Role.PLANNER, Role.APPROVER]
        people.change_account(session, people.SYSTEM, "planner", MOMENT, roles=both)
    answer = calling(planner).post(f"/api/v1/draws/{draw_id}/approve")
    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes")


def test_phone_and_contact_are_for_the_team_alone(
    office: Office, database: Database, calling: Callable[[Actor], Caller]
) -> None:
    paired(office)
    office.enrol_inspectors(database, calling)
    seen = office.planner.see(f"/visits/{VISIT}")
    assert (seen["contact"], seen["phone"]) == ("", "")
    own = office.inspectors[seen["team"][0]["name"]].see(f"/visits/{VISIT}")
    assert (own["contact"], own["phone"]) == ("张三", "13900000000")


def test_risk_classes_are_shown_to_planners_and_not_to_inspectors(
    office: Office, enrol: Callable[..., Actor], calling: Callable[[Actor], Caller]
) -> None:
    paired(office)
    assert office.planner.see(f"/entities/{uscc(7)}")["risk_class"] == "D"
    assert calling(enrol(Role.INSPECTOR)).see(f"/entities/{uscc(7)}")["risk_class"] is None
    assert office.planner.see("/entities", risk_class="D", limit=200)["next"] is None
    assert len(office.planner.see("/entities", risk_class="D", limit=200)["items"]) == 20


def test_another_county_finds_nothing_here(
    office: Office, database: Database, enrol: Callable[..., Actor], calling: Callable[[Actor], Caller]
) -> None:
    paired(office)
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360622", "余江区市场监督管理局", "360622", MOMENT)
        away = enrol_all(session, "360622")
    caller = calling(away)
    addresses = (
        f"/entities/{uscc(1)}",
        f"/entities/{uscc(1)}/risk",
        "/imports/1",
        "/imports/1/quarantine",
        "/plans/360681-2026-P01",
        f"/tasks/{TASK}",
        f"/tasks/{TASK}/preview",
        f"/tasks/{TASK}/parties",
        f"/draws/{DRAW}",
        f"/draws/{DRAW}/entities",
        f"/draws/{DRAW}/links",
        f"/draws/{DRAW}/pairing",
        f"/draws/{DRAW}/verification",
        f"/visits/{VISIT}",
        f"/visits?task={TASK}",
        "/accounts/planner",
        "/risk-snapshots/1",
    )
    seen = {path: caller.get(f"/api/v1{path}").status_code for path in addresses}
    assert seen == dict.fromkeys(addresses, 404)
    for path in (
        "/entities",
        "/inspectors",
        "/items",
        "/plans",
        "/tasks",
        "/draws",
        "/imports",
        "/recusals",
        "/leaves",
    ):
        assert caller.see(path)["items"] == [], path
    acts = [(asked, body) for asked, body, _ in ACTS if "/tasks/" in asked or "/draws/" in asked]
    for asked, body in acts:
        method, _, path = asked.partition(" ")
        assert caller.request(method, f"/api/v1{path}", json=body).status_code == 404, asked


def enrol_all(session: Any, organ: str) -> Actor:
    account = people.add_account(
        session,
        people.SYSTEM,
        username="away",
        display_name="外县",
        password="long enough",
        organ_code=organ,
        roles=list(Role),
        now=MOMENT,
    )
    return people.actor_for(session, account)


def test_every_address_but_the_public_ones_asks_for_a_token(app: FastAPI, anyone: TestClient) -> None:
    described = app.openapi()["paths"]
    asked = 0
    for path, operations in described.items():
        if path.startswith(("/api/v1/public", "/api/v1/log")) or path == "/api/v1/sessions":
            continue
        for method in operations:
            answer = anyone.request(method, re.sub(r"\{[a-z_]+\}", "1", path))
            assert answer.headers["content-type"] == "application/problem+json", path
            if operations[method].get("requestBody") is None or answer.status_code != 422:
                assert answer.status_code == 401, (method, path)
            asked += 1
    assert asked > 50


def test_a_cookie_alone_cannot_act(
    office: Office, anyone: TestClient, database: Database, planner: Actor
) -> None:
    token = office.planner.headers["Authorization"].removeprefix("Bearer ")
    anyone.cookies.set("dr_session", token)
    assert anyone.get("/api/v1/me").status_code == 200
    answer = anyone.post("/api/v1/plans", json={"year": 2026, "name": "伪造"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
