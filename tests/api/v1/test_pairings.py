"""Pairing over the API: table first, then second secrets, then the teams; and what the public sees of it."""

import hashlib
import json
from fractions import Fraction

from starlette.testclient import TestClient

from solver.pairing import Problem
from solver.pairing.seeding import first_secret
from tests.api.v1 import county
from tests.api.v1.county import Office, every


def drawn(office: Office, **more: object) -> tuple[str, str]:
    """A closed draw, ready to be paired: task and draw."""
    office.fill_registers()
    task = office.new_task(**more)
    return task, office.draw(task)


def second(name: str, task: str) -> bytes:
    return hashlib.sha256(f"second {name} {task}".encode()).digest()


def drawn_twice(office: Office, monkeypatch: object) -> tuple[str, str]:
    """As ``drawn``, of a task whose parties keep second secrets."""
    office.fill_registers()
    task = office.new_task(second_reveal=True)
    own = county.secret
    monkeypatch.setattr(  # type: ignore[attr-defined]
        county, "secret", lambda name, of: first_secret(second(name, of)).hex()
    )
    draw_id = office.draw(task)
    monkeypatch.setattr(county, "secret", own)  # type: ignore[attr-defined]
    return task, draw_id


def test_a_preview_tells_loads_and_the_cost_of_a_cap_and_writes_nothing(office: Office) -> None:
    _task, draw_id = drawn(office)
    found = office.planner.see(f"/draws/{draw_id}/pairing/preview", caps=["1/2", "1/100", "1"])
    assert (found["feasible"], found["visits"], found["seats"], found["people"]) == (True, 22, 44, 6)
    assert [Fraction(each["expected"]) for each in found["loads"]] == [Fraction(44, 6)] * 6
    assert Fraction(found["lowest_cap"]) == Fraction(1, 3)
    costs = {each["cap"]: each["entropy_nats"] for each in found["costs"]}
    assert costs["1/100"] is None, "no table keeps it"
    assert costs["1/2"] <= costs["1"] * 1.0001
    assert office.planner.get(f"/api/v1/draws/{draw_id}/pairing").status_code == 404
    wrong = office.planner.get(f"/api/v1/draws/{draw_id}/pairing/preview?caps=5/4")
    assert (wrong.status_code, wrong.json()["params"]["field"]) == (422, "概率上限")


def test_more_visits_for_each_are_previewed_and_then_paired(office: Office) -> None:
    _task, draw_id = drawn(office, max_visits=1)
    preview = f"/draws/{draw_id}/pairing/preview"
    assert not office.planner.see(preview)["feasible"], "44 seats, 6 people"
    assert office.planner.see(preview, max_visits=8)["feasible"]
    assert office.planner.post(f"/api/v1/draws/{draw_id}/pair").status_code == 422
    paired = office.planner.act("POST", f"/draws/{draw_id}/pair?cap=1/2&max_visits=8")
    assert max(paired["loads"].values()) == 8
    assert paired["cap"] == "1/2"
    problem = office.auditor.see(f"/draws/{draw_id}/pairing/problem")
    assert {each["max_load"] for each in problem["inspectors"]} == {8}, "and the public sees it"


def test_table_second_secrets_and_teams_in_their_order(office: Office, monkeypatch: object) -> None:
    task, draw_id = drawn_twice(office, monkeypatch)
    at_once = office.planner.post(f"/api/v1/draws/{draw_id}/pair")
    assert at_once.status_code == 409
    assert "二次揭示" in at_once.json()["detail"]
    early = office.planner.post(f"/api/v1/draws/{draw_id}/pairing/draw")
    assert (early.status_code, early.json()["code"]) == (409, "table_missing")

    table = office.planner.act("POST", f"/draws/{draw_id}/pairing/table", {"cap": "1/2"})
    assert (table["cap"], table["seed"], table["assignment_sha256"]) == ("1/2", None, None)
    assert [each["awaited"] for each in table["seconds"]] == [True] * 3
    waiting = office.planner.post(f"/api/v1/draws/{draw_id}/pairing/draw")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "second_missing")

    wrong = office.witness.post(f"/api/v1/tasks/{task}/second-secret", json={"secret": "00" * 32})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "second_refused")
    for name, caller in office.parties.items():
        handed = caller.act("POST", f"/tasks/{task}/second-secret", {"secret": second(name, task).hex()})
        assert handed["handed_in"]
    paired = office.planner.act("POST", f"/draws/{draw_id}/pairing/draw")
    assert paired["table_sha256"] == table["table_sha256"]
    assert paired["second"] == 3
    assert sum(paired["loads"].values()) == 44
    for code, visits in paired["loads"].items():
        expected = Fraction(paired["expected_loads"][code])
        assert int(expected) <= visits <= -int(-expected // 1)
    report = office.auditor.see(f"/draws/{draw_id}/verification")
    assert report["ok"], report["steps"]


def test_the_seed_of_a_sealed_draw_s_pairing_is_told_when_the_draw_is_open(office: Office) -> None:
    _task, draw_id = drawn(office, disclosure="sealed", open_by="2026-12-31T00:00:00Z")
    assert office.planner.act("POST", f"/draws/{draw_id}/pair", {})["seed"] is None
    for caller in (office.auditor, office.witness):
        told = caller.see(f"/draws/{draw_id}/pairing")
        assert (told["seed"], bool(told["assignment_sha256"])) == (None, True)
    office.approver.act("POST", f"/draws/{draw_id}/open")
    assert len(office.witness.see(f"/draws/{draw_id}/pairing")["seed"]) == 64


def test_an_absent_second_secret_is_noted_once_another_came(office: Office, monkeypatch: object) -> None:
    task, draw_id = drawn_twice(office, monkeypatch)
    office.planner.act("POST", f"/draws/{draw_id}/pairing/table", {})
    nobody = office.planner.post(f"/api/v1/draws/{draw_id}/pairing/missing")
    assert (nobody.status_code, nobody.json()["code"]) == (409, "no_second_yet")
    office.witness.act("POST", f"/tasks/{task}/second-secret", {"secret": second("witness", task).hex()})
    noted = office.planner.act("POST", f"/draws/{draw_id}/pairing/missing")
    assert [bool(each["missing"]) for each in noted["seconds"]] == [True, False, True]
    assert office.planner.act("POST", f"/draws/{draw_id}/pairing/draw")["second"] == 1


def test_the_table_is_read_row_by_row_and_adds_up(office: Office) -> None:
    _task, draw_id = drawn(office)
    paired = office.planner.act("POST", f"/draws/{draw_id}/pair")
    rows = every(office.auditor, f"/draws/{draw_id}/pairing/table", limit=50)
    assert len(rows) == paired["rows"]
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    seats: dict[tuple[str, str], Fraction] = {}
    for row in rows:
        seat = (row["visit"], row["seat"])
        seats[seat] = seats.get(seat, Fraction(0)) + Fraction(row["probability"])
    assert set(seats.values()) == {Fraction(1)}, "every seat is filled once"
    assert {row["code"] for row in rows} == set(paired["loads"])
    assert max(Fraction(row["probability"]) for row in rows) <= Fraction(paired["cap"])


def test_the_problem_that_is_told_is_the_one_that_was_digested(office: Office) -> None:
    _task, draw_id = drawn(office)
    paired = office.planner.act("POST", f"/draws/{draw_id}/pair")
    problem = office.auditor.see(f"/draws/{draw_id}/pairing/problem")
    assert Problem.from_json(problem).problem_sha256 == paired["problem_sha256"]
    assert "GX0" not in json.dumps(problem), "people are called by aliases"


def test_each_team_is_explained(office: Office) -> None:
    task, draw_id = drawn(office)
    office.planner.act("POST", f"/draws/{draw_id}/pair")
    visit = every(office.planner, "/visits", task=task)[0]
    told = office.planner.see(f"/visits/{visit['code']}/why")
    assert [each["seat"] for each in told["team"]] == ["lead", "member"]
    assert all(0 < Fraction(each["probability"]) <= 1 for each in told["team"])
    assert {each["code"] for each in told["team"]} <= {each["code"] for each in told["candidates"]}
    assert all("概率" in each["message"] for each in told["team"])
    assert told["left_out"] == {}


def test_a_reassignment_is_proposed_approved_by_another_and_drawn(office: Office) -> None:
    _task, draw_id = drawn(office)
    paired = office.planner.act("POST", f"/draws/{draw_id}/pair")
    who = next(each for each in every(office.planner, "/inspectors") if paired["loads"].get(each["code"]))
    wanted = {"inspector_id": who["id"], "reason": "illness", "evidence": "病假条"}
    proposed = office.planner.act("POST", f"/draws/{draw_id}/reassignments", wanted)
    assert proposed["state"] == "proposed"
    assert len(proposed["visits"]) == paired["loads"][who["code"]]
    again = office.planner.post(f"/api/v1/draws/{draw_id}/reassignments", json=wanted)
    assert again.status_code == 409
    approved = office.approver.act("POST", f"/draws/{draw_id}/reassignments/{proposed['id']}/approve")
    assert approved["number"] == 1
    assert {each["visit"] for each in approved["changed"]} == set(proposed["visits"])
    assert all(who["code"] in each["out"] and who["code"] not in each["into"] for each in approved["changed"])
    assert office.auditor.see(f"/draws/{draw_id}/reassignments")["items"] == [approved]
    assert office.auditor.see(f"/draws/{draw_id}/verification")["ok"]


def test_a_recusal_after_the_pairing_answers_with_the_visits_to_reassign(office: Office) -> None:
    task, draw_id = drawn(office)
    office.planner.act("POST", f"/draws/{draw_id}/pair")
    visit = every(office.planner, "/visits", task=task)[0]
    code = office.planner.see(f"/visits/{visit['code']}/why")["team"][0]["code"]
    who = next(each["id"] for each in every(office.planner, "/inspectors") if each["code"] == code)
    wanted = {"inspector_id": who, "uscc": visit["uscc"], "reason": "近亲属"}
    (left,) = office.approver.act("POST", "/recusals", wanted)["to_reassign"]
    assert (left["draw_id"], left["visit"], left["uscc"]) == (draw_id, visit["code"], visit["uscc"])
    team = {each["code"] for each in office.planner.see(f"/visits/{visit['code']}/why")["team"]}
    free = next(each["id"] for each in every(office.planner, "/inspectors") if each["code"] not in team)
    wanted = {"inspector_id": free, "uscc": visit["uscc"], "reason": "近亲属"}
    assert office.planner.act("POST", "/recusals", wanted)["to_reassign"] == []


def test_the_public_sees_digests_figures_and_aliases(office: Office, anyone: TestClient) -> None:
    _task, draw_id = drawn(office)
    address = f"/api/v1/public/draws/{draw_id}/pairing"
    assert anyone.get(address).status_code == 404
    paired = office.planner.act("POST", f"/draws/{draw_id}/pair")
    told = anyone.get(address).json()
    assert told["table_sha256"] == paired["table_sha256"]
    assert [each["kind"] for each in told["log"]] == ["pairing", "assignment"]
    assert (told["entered"], told["awaited"], told["opened"]) == (0, False, True)
    assert told["figures"]["pairs_meeting"] == 15, "any two of six"
    assert told["figures"]["round_robin"]["pairs_meeting"] < 15
    teams = anyone.get(f"/api/v1/public/draws/{draw_id}/teams", params={"limit": 200}).json()["items"]
    assert len(teams) == 22
    assert {each["code"] for team in teams for each in team["members"]} == {None}
    assert "GX0" not in json.dumps(teams)
