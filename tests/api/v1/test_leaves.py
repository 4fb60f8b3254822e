"""Leaves over the API."""

from tests.api.v1.county import Office

LEAVE = {"inspector_id": 1, "starts": "2026-11-20", "ends": "2026-12-31", "reason": "病假"}


def test_a_leave_is_recorded_listed_and_cancelled(office: Office) -> None:
    office.fill_registers()
    first = office.planner.act("POST", "/leaves", LEAVE)
    second = office.approver.act("POST", "/leaves", LEAVE | {"inspector_id": 2})
    assert first["recorded_by"] == "planner"
    listed = office.auditor.see("/leaves")["items"]
    assert [each["id"] for each in listed] == [second["id"], first["id"]], "newest first"
    assert office.auditor.see("/leaves", inspector=1)["items"] == [first]
    page = office.auditor.see("/leaves", limit=1)
    assert office.auditor.see("/leaves", limit=1, cursor=page["next"])["items"] == [first]
    office.planner.act("DELETE", f"/leaves/{first['id']}")
    assert [each["id"] for each in office.auditor.see("/leaves")["items"]] == [second["id"]]


def test_a_leave_that_ends_before_it_begins_is_refused_with_its_field(office: Office) -> None:
    office.fill_registers()
    answer = office.planner.post("/api/v1/leaves", json=LEAVE | {"ends": "2026-11-19"})
    assert answer.status_code == 422
    assert answer.json()["params"]["field"] == "请假截止日期"
    assert answer.headers["content-type"] == "application/problem+json"
