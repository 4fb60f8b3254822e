"""The calendar of working days over the API."""

from tests.api.v1.county import Office
from tests.supervision.reference.test_calendar import NOTICE_2027
from tests.supervision.reference.test_notices import NOTICE_2026

NATIONAL = "国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"


def test_a_year_is_shown_with_where_it_comes_from(office: Office) -> None:
    known = office.auditor.see("/calendar", year=2026)
    assert (known["source"], known["stored"], known["provisional"]) == ("package", False, False)
    assert known["working_days"] == 248
    assert {"day": "2026-10-10", "working": True, "name": "国庆节"} in known["days"]
    unknown = office.auditor.see("/calendar", year=2027)
    assert (unknown["source"], unknown["provisional"], unknown["days"]) == (None, True, [])


def test_a_notice_is_previewed_and_then_entered(office: Office) -> None:
    body = {"year": 2027, "notice": NOTICE_2027}
    seen = office.planner.act("PUT", "/calendar", body | {"preview": True})
    assert len(seen["days"]) == 32
    assert office.auditor.see("/calendar", year=2027)["provisional"]
    saved = office.planner.act("PUT", "/calendar", body)
    assert saved["days"] == seen["days"]
    assert saved["changed_by"] == "planner"
    assert office.auditor.see("/calendar", year=2027) == saved


def test_days_are_entered_one_by_one_and_differences_from_the_library_are_told(office: Office) -> None:
    days = office.planner.see("/calendar", year=2026)["days"]
    days = [each for each in days if each["day"] != "2026-10-10"] + [
        {"day": "2026-10-11", "working": True, "name": "国庆节"}
    ]
    saved = office.planner.act("PUT", "/calendar", {"year": 2026, "days": days})
    assert [(each["day"], each["working"]) for each in saved["differences"]] == [
        ("2026-10-10", False),
        ("2026-10-11", True),
    ]
    back = office.planner.act("PUT", "/calendar", {"year": 2026, "notice": NOTICE_2026})
    assert back["differences"] == []


def test_what_is_unclear_is_a_problem_with_its_sentence(office: Office) -> None:
    wrong = {"year": 2026, "notice": NATIONAL.replace("共7天", "共8天")}
    answer = office.planner.put("/api/v1/calendar", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "calendar_unclear")
    assert "写的是共 8 天" in answer.json()["detail"]
    answer = office.planner.put(
        "/api/v1/calendar", json={"year": 2027, "notice": "国庆节：10月1日至7日放假。"}
    )
    assert answer.json()["code"] == "calendar_incomplete"
    assert office.planner.put("/api/v1/calendar", json={"year": 2026}).status_code == 422
