"""A problem handed in whole that is wrong: every error with its place, of this shape alone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.v1.county import Office
from tests.api.v1.test_schedules import TINY, solved, work

__all__ = ["work"]


def places(office: Office, body: Any) -> list[str]:
    answer = office.planner.post("/api/v1/schedules?mode=validate", json=body)
    assert answer.status_code == 200, answer.text
    return [each["params"]["place"] for each in answer.json()["findings"] if each["level"] == "error"]


def test_a_problem_without_visits_or_with_something_else_for_them_is_told_by_its_reader(
    office: Office,
) -> None:
    assert places(office, {key: value for key, value in TINY.items() if key != "visits"}) == ["文件"]
    assert places(office, TINY | {"visits": None}) == ["visits"]
    assert places(office, {"teams": [], "visits": []})[0] == "文件"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, ["body.tasks.tasks", "body.tasks.starts", "body.tasks.ends"]),
        ({"problem": 3}, ["body.problem.problem"]),
        ({"problem": TINY, "x": 1}, ["body.problem.x"]),
    ],
)
def test_a_wrong_request_is_told_by_the_shape_that_it_has(
    office: Office, body: Any, where: list[str]
) -> None:
    answer = office.planner.post("/api/v1/schedules", json=body)
    assert answer.status_code == 422
    assert [each["where"] for each in answer.json()["errors"]] == where


def test_a_refusal_to_solve_lists_every_error_with_its_place(office: Office) -> None:
    broken = TINY | {
        "visits": [visit | {"dur": -1, "team": 9} for visit in TINY["visits"]],
        "max_visits": "4",
    }
    answer = office.planner.post("/api/v1/schedules?mode=solve", json=broken)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == "schedule_problem"
    assert sorted(each["where"] for each in told["errors"]) == [
        "max_visits", *(f"visits[{n}].{key}" for n in range(3) for key in ("dur", "team")),
    ]  # fmt: skip
    assert all(each["problem"].startswith(each["where"]) for each in told["errors"])


def mended(office: Office, work: Callable[[], int], body: Any) -> tuple[set[str], int]:
    """Dates and number of visits of the routes after the events."""
    old = TINY | {"days": ["2026-03-02", "2026-03-03"]}
    code = solved(office, work, old)["id"]
    answer = office.planner.post(f"/api/v1/schedules/{code}/replan", json=body)
    assert answer.status_code == 202, answer.text
    assert work() == 1
    assert office.planner.see(f"/schedules/{answer.json()['id']}")["state"] == "ready"
    routes = office.planner.see(f"/schedules/{answer.json()['id']}/timetable")["routes"]
    return {route["date"] for route in routes}, sum(len(route["visits"]) for route in routes)


def test_a_plan_whose_period_is_over_is_mended_as_of_before_it_began(
    office: Office, work: Callable[[], int]
) -> None:
    away = [{"kind": "away", "inspector": "A", "days": ["2026-03-02"]}]
    assert mended(office, work, {"problem_events": away}) == ({"2026-03-03"}, 3)


def test_what_day_it_is_may_be_told_and_what_was_before_stays(
    office: Office, work: Callable[[], int]
) -> None:
    away = [{"kind": "away", "inspector": "A", "days": ["2026-03-03"]}]
    dates, visits = mended(office, work, {"problem_events": away, "today": "2026-03-02"})
    assert dates <= {"2026-03-02"}
    assert visits == 3


def test_a_number_is_no_date(office: Office) -> None:
    answer = office.planner.get("/api/v1/assignments/times?since=0")
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "query.since")


def test_a_visit_that_is_cancelled_in_a_problem_is_in_the_difference(
    office: Office, work: Callable[[], int]
) -> None:
    code = solved(office, work, TINY)["id"]
    body = {"problem_events": [{"kind": "cancelled", "visit": 1}], "today": "2026-11-22"}
    made = office.planner.post(f"/api/v1/schedules/{code}/replan", json=body).json()["id"]
    assert work() == 1
    (item,) = [
        each for each in office.planner.see(f"/schedules/{code}/diff/{made}")["items"] if each["visit"] == "1"
    ]
    assert (item["new_day"], item["cause"]) == (None, "removed")
