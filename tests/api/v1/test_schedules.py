"""Schedules over HTTP: checked, solved, watched, issued, made anew, and closed to whoever may not."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from starlette.testclient import TestClient

from supervision.database import Database
from supervision.jobs.kinds import engine
from supervision.people.rules import Actor
from supervision.settings import Settings
from tests.api.v1.conftest import Caller, Clock
from tests.api.v1.county import ENTITIES, Office, uscc

TASK = "360681-2026-P01-T01"
PERIOD = {"starts": "2026-11-23", "ends": "2026-12-11"}
BASE = {"name": "局机关", "latitude": 28.29, "longitude": 117.22}
PLACES = "统一社会信用代码,经度,纬度\n" + "".join(
    f"{uscc(n)},{117.22 + (n % 13) * 0.01:.4f},{28.29 + (n % 7) * 0.01:.4f}\n" for n in range(ENTITIES)
)
TINY: dict[str, Any] = {
    "name": "tiny",
    "daylen": 25_200,
    "max_visits": 4,
    "day_cost": 1800,
    "miss_cost": 21_600,
    "days": ["2026-11-23", "2026-11-24"],
    "counties": [[28.29, 117.22]],
    "teams": [{"id": 0, "county": 0, "office": 0, "members": ["A", "B"], "avail": [0, 1]}],
    "visits": [
        {"id": n, "county": 0, "lat": 28.29 + n / 100, "lon": 117.22, "dur": 2700, "tw": [0, 25_200],
         "days": [0, 1], "team": 0}
        for n in range(3)
    ],
}  # fmt: skip


@pytest.fixture
def paired(office: Office) -> Office:
    """A county with one paired draw, an office, and coordinates for all."""
    office.fill_registers()
    office.planner.act("POST", f"/draws/{office.draw(office.new_task())}/pair")
    return office


@pytest.fixture
def located(paired: Office) -> Office:
    paired.planner.act("POST", "/bases", BASE)
    taken = import_places(paired.planner, PLACES)
    assert (taken["read"], taken["places"], taken["refused"]) == (ENTITIES, ENTITIES, [])
    return paired


@pytest.fixture
def work(database: Database, settings: Settings, clock: Clock) -> Callable[[], int]:
    """Does the jobs that wait."""
    return lambda: engine(database, settings, clock).run_all()


def import_places(caller: Caller, text: str) -> dict[str, Any]:
    files = {"file": ("places.csv", text.encode(), "text/csv")}
    answer = caller.post("/api/v1/schedule-places", files=files)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def asked(office: Office, body: Any, mode: str = "solve", **more: Any) -> Any:
    return office.planner.post(f"/api/v1/schedules?mode={mode}", json=body, **more)


def solved(office: Office, work: Callable[[], int], body: Any = None) -> dict[str, Any]:
    answer = asked(office, body or {"tasks": [TASK], **PERIOD})
    assert answer.status_code == 202, answer.text
    assert work() == 1
    return dict(office.planner.see(f"/schedules/{answer.json()['id']}"))


def test_a_schedule_is_asked_for_and_found_at_the_address_that_is_answered(
    located: Office, work: Callable[[], int]
) -> None:
    answer = asked(located, {"tasks": [TASK], **PERIOD, "options": {"max_visits": 5}})
    assert answer.status_code == 202
    begun = answer.json()
    assert begun["state"] == "solving"
    assert answer.headers["location"] == "/api/v1/schedules/360681-2026-S01"
    assert work() == 1
    found = located.planner.get(answer.headers["location"]).json()
    assert (found["state"], found["id"]) == ("ready", "360681-2026-S01")
    assert found["figures"]["unscheduled"] == 0
    assert found["options"]["max_visits"] == 5
    timetable = located.planner.see("/schedules/360681-2026-S01/timetable")
    assert timetable["plan_sha256"] == found["plan_sha256"]
    assert timetable["problem_sha256"] == found["problem_sha256"]
    assert {"routes", "unscheduled", "travel_s", "team_days", "objective_s", "bound_s", "proven_teams",
            "reproducible", "peak_cars", "changed", "engine"} <= timetable.keys()  # fmt: skip
    rows = located.planner.see("/schedules/360681-2026-S01/visits")["items"]
    assert len(rows) == found["figures"]["visits"] > 10
    assert all(row["day"] and "09:00" <= row["start"] < row["end"] <= "17:30" for row in rows)
    assert [each["id"] for each in located.planner.see("/schedules")["items"]] == ["360681-2026-S01"]


def test_a_whole_problem_is_taken_under_a_key_and_bare(office: Office, work: Callable[[], int]) -> None:
    plans = [solved(office, work, body)["plan_sha256"] for body in ({"problem": TINY}, TINY)]
    assert plans[0] == plans[1]
    timetable = office.planner.see("/schedules/360681-2026-S01/timetable")
    assert sum(len(route["visits"]) for route in timetable["routes"]) == 3
    assert office.planner.see("/schedules/360681-2026-S01/problem")["name"] == "tiny"
    refused = office.approver.post("/api/v1/schedules/360681-2026-S01/issue")
    assert (refused.status_code, refused.json()["code"]) == (409, "schedule_not_of_office")


def test_the_same_request_under_one_key_is_done_once(located: Office) -> None:
    body, key = {"tasks": [TASK], **PERIOD}, {"Idempotency-Key": "once"}
    first, second = asked(located, body, headers=key), asked(located, body, headers=key)
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(located.planner.see("/schedules")["items"]) == 1


def test_validation_tells_every_error_at_once_and_keeps_nothing(office: Office) -> None:
    broken = json.loads(json.dumps(TINY))
    broken["visits"][0]["dur"] = "long"
    broken["visits"][1]["days"] = [7]
    broken["visits"][2]["team"] = 9
    del broken["max_visits"]
    answer = asked(office, {"problem": broken}, "validate")
    assert answer.status_code == 200
    found = answer.json()
    assert not found["ok"]
    assert {each["level"] for each in found["findings"]} == {"error"}
    codes = [each["code"] for each in found["findings"]]
    assert sorted(codes) == ["day_index", "missing_key", "not_integer", "unknown_team"]
    assert "visits[0].dur" in [each["params"]["place"] for each in found["findings"]]
    assert asked(office, TINY, "validate").json()["ok"]
    assert asked(office, {"problem": broken}).status_code == 422
    empty = TINY | {"days": [], "teams": [], "visits": []}
    assert [each["code"] for each in asked(office, empty, "validate").json()["findings"]] == ["no_days"]
    assert asked(office, empty).status_code == 422
    assert office.planner.see("/schedules")["items"] == []


def test_detection_tells_what_cannot_be_scheduled_and_why(office: Office) -> None:
    hard = json.loads(json.dumps(TINY))
    hard["visits"][0] |= {"lat": None, "lon": None}
    hard["visits"][1]["tw"] = [0, 1200]
    found = asked(office, {"problem": hard}, "detect").json()
    told = {each["code"] for each in found["findings"] if each["level"] == "unscheduled"}
    assert found["ok"]
    assert told == {"NO_COORDINATES", "CLOSES_TOO_EARLY"}


def test_tasks_without_an_office_or_coordinates_are_told_what_to_do(paired: Office) -> None:
    body = {"tasks": [TASK], **PERIOD}
    found = asked(paired, body, "validate").json()
    assert [each["code"] for each in found["findings"]] == ["no_base"]
    assert asked(paired, body).json()["code"] == "no_base"
    paired.planner.act("POST", "/bases", BASE)
    found = asked(paired, body, "detect").json()
    assert {each["code"] for each in found["findings"]} == {"NO_COORDINATES"}
    assert "没有经纬度" in found["notes"][0]


def events_of(text: str) -> Iterator[tuple[str, Any]]:
    """Events of a stream, as a browser reads them."""
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            yield fields["event"], json.loads(fields["data"])


def test_whoever_listens_hears_the_progress_and_the_end(located: Office, work: Callable[[], int]) -> None:
    code = asked(located, {"tasks": [TASK], **PERIOD}).json()["id"]
    worker = threading.Thread(target=work)
    worker.start()
    with located.planner.stream("GET", f"/api/v1/schedules/{code}/events") as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = list(events_of("".join(answer.iter_text())))
    worker.join()
    assert [name for name, _ in heard[:-1]] == ["progress"] * (len(heard) - 1)
    assert len(heard) >= 2
    name, last = heard[-1]
    assert (name, last["state"], last["id"]) == ("end", "ready", code)
    again = list(events_of(located.planner.get(f"/api/v1/schedules/{code}/events").text))
    assert [event for event, _ in again] == ["end"]


def test_events_are_for_those_who_may_see_the_schedule(located: Office, anyone: TestClient) -> None:
    code = asked(located, {"tasks": [TASK], **PERIOD}).json()["id"]
    assert anyone.get(f"/api/v1/schedules/{code}/events").status_code == 401
    assert located.witness.get(f"/api/v1/schedules/{code}/events").status_code == 403
    assert located.planner.get("/api/v1/schedules/360681-2026-S99/events").status_code == 404


def test_a_solving_that_is_cancelled_keeps_nothing(located: Office, work: Callable[[], int]) -> None:
    code = asked(located, {"tasks": [TASK], **PERIOD}).json()["id"]
    assert located.planner.act("POST", f"/schedules/{code}/cancel")["state"] == "cancelled"
    assert work() == 0
    refused = located.planner.get(f"/api/v1/schedules/{code}/timetable")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert located.planner.post(f"/api/v1/schedules/{code}/stop").status_code == 409


def test_a_schedule_is_issued_by_somebody_else_and_made_anew_after_an_illness(
    located: Office, work: Callable[[], int]
) -> None:
    code = solved(located, work)["id"]
    assert located.planner.post(f"/api/v1/schedules/{code}/issue").status_code == 403
    assert located.approver.act("POST", f"/schedules/{code}/issue")["state"] == "issued"
    rows = located.planner.see(f"/schedules/{code}/visits")["items"]
    first = rows[0]
    ill = {
        "kind": "away",
        "inspector": first["team"].split("+")[0],
        "starts": first["day"],
        "ends": first["day"],
    }
    answer = located.planner.post(
        f"/api/v1/schedules/{code}/replan", json={"reason": "病假一天", "events": [ill]}
    )
    assert answer.status_code == 202, answer.text
    made = answer.json()
    assert (made["id"], made["replaces"]) == ("360681-2026-S02", code)
    assert work() == 1
    differences = located.planner.see(f"/schedules/{code}/diff/{made['id']}")["items"]
    assert first["code"] in [each["visit"] for each in differences]
    assert len(differences) <= 4  # of some twenty: one or two of that day, and who makes room for them
    located.approver.act("POST", f"/schedules/{made['id']}/issue")
    assert located.planner.see(f"/schedules/{code}")["state"] == "superseded"


def test_a_visit_is_moved_pinned_and_explained(located: Office, work: Callable[[], int]) -> None:
    code = solved(located, work)["id"]
    row = located.planner.see(f"/schedules/{code}/visits")["items"][0]
    told = located.planner.see(f"/schedules/{code}/explain/{row['code']}")
    assert told["message"]
    assert told["date"] == row["day"]
    late = {"visit": row["code"], "day": row["day"], "start": "11:59"}
    tried = located.planner.act("POST", f"/schedules/{code}/move", late | {"try_only": True})
    assert not tried["lawful"]
    refused = located.planner.post(f"/api/v1/schedules/{code}/move", json=late)
    assert (refused.status_code, refused.json()["code"]) == (409, "move_refused")
    if told["days"]:
        other = {"visit": row["code"], "day": told["days"][0]["date"], "version": 1}
        assert (
            located.planner.act("POST", f"/schedules/{code}/move", other | {"try_only": True})["version"] == 1
        )
    pinned = located.planner.act("PUT", f"/schedules/{code}/pins/{row['code']}")
    assert pinned["version"] == 2
    terms = located.planner.see(f"/visits/{row['code']}/terms")
    assert (terms["pinned_on"], terms["pinned_at"][:5]) == (row["day"], row["start"])
    located.planner.act("DELETE", f"/schedules/{code}/pins/{row['code']}")
    assert located.planner.see(f"/schedules/{code}/analyze")["days"]
    assert "items" in located.planner.see(f"/schedules/{code}/recommend")


def test_a_problem_handed_in_whole_is_mended_by_the_events_of_its_own_words(
    office: Office, work: Callable[[], int]
) -> None:
    code = solved(office, work, TINY)["id"]
    answer = office.planner.post(
        f"/api/v1/schedules/{code}/replan",
        json={"problem_events": [{"kind": "away", "inspector": "A", "days": ["2026-11-23"]}]},
    )
    assert answer.status_code == 202, answer.text
    assert work() == 1
    made = answer.json()["id"]
    found = office.planner.see(f"/schedules/{made}")
    assert found["state"] == "ready", found
    routes = office.planner.see(f"/schedules/{made}/timetable")["routes"]
    assert {route["date"] for route in routes} <= {"2026-11-24"}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"kind": "away", "inspector": "Z", "days": ["2026-11-23"]}, "event_inspector"),
        ({"kind": "closed", "visit": 99, "days": ["2026-11-23"]}, "event_visit"),
        ({"kind": "closed", "visit": 0, "days": ["2026-11-29"]}, "event_day"),
        ({"kind": "missed", "visit": 0}, "event_kind"),
        ({"kind": "cars", "office": 4, "cars": 1}, "event_office"),
    ],
)
def test_an_event_that_says_nothing_of_the_problem_is_refused_at_once(
    office: Office, work: Callable[[], int], event: dict[str, Any], code: str
) -> None:
    made = solved(office, work, TINY)["id"]
    answer = office.planner.post(f"/api/v1/schedules/{made}/replan", json={"problem_events": [event]})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert [each["id"] for each in office.planner.see("/schedules")["items"]] == [made]


def test_sheets_hold_every_visit(located: Office, work: Callable[[], int]) -> None:
    code = solved(located, work)["id"]
    rows = located.planner.see(f"/schedules/{code}/visits")["items"]
    sheet = located.planner.get(f"/api/v1/schedules/{code}/visits.csv")
    assert sheet.status_code == 200
    assert len(sheet.content.decode("utf-8-sig").splitlines()) == len(rows) + 1
    assert located.planner.get(f"/api/v1/schedules/{code}/visits.xlsx").content[:2] == b"PK"


def test_terms_and_hours_are_kept_and_wrong_lines_of_a_file_are_told(paired: Office) -> None:
    visit = paired.planner.see("/visits", task=TASK)["items"][0]
    terms = {
        "minutes": 90,
        "closed": ["2026-12-01"],
        "appointment_on": "2026-12-02",
        "appointment_at": "10:00",
    }
    assert paired.planner.act("PUT", f"/visits/{visit['code']}/terms", terms)["minutes"] == 90
    assert paired.auditor.see(f"/visits/{visit['code']}/terms")["appointment_at"] == "10:00"
    outside = paired.planner.put(f"/api/v1/visits/{visit['code']}/terms", json={"latest": "2027-03-01"})
    assert outside.status_code == 422
    opening = {"weekdays": [1, 2, 3], "from": "09:00", "to": "12:00"}
    kept = paired.planner.act("PUT", f"/entities/{visit['uscc']}/hours", {"openings": [opening]})
    assert kept["openings"][0]["from"] == "09:00"
    paired.planner.act("POST", "/bases", BASE)
    text = (
        "统一社会信用代码,经度,纬度,营业时间\n"
        f"{uscc(1)},117.2,28.3,每天 9:00-17:00\n{uscc(2)},28.3,117.2,\n{uscc(3)},121.4,31.2,\n"
        f"{uscc(4)},,,随时\n91360681MA9999999X,117.2,28.3,\n"
    )
    taken = import_places(paired.planner, text)
    assert (taken["read"], taken["places"], taken["hours"]) == (5, 2, 1)
    assert [row["line"] for row in taken["refused"]] == [3, 5, 6]
    assert [row["line"] for row in taken["doubtful"]] == [4]
    old = import_places(paired.planner, f"统一社会信用代码,经度,纬度\r{uscc(5)},117.2,28.3\r")
    assert (old["read"], old["places"]) == (1, 1)  # ends of lines as of old


def test_offices_are_added_changed_and_removed_by_their_own_organ(office: Office) -> None:
    made = office.planner.act("POST", "/bases", BASE | {"cars": 3})
    assert office.planner.post("/api/v1/bases", json=BASE).status_code == 409
    assert office.planner.act("PUT", f"/bases/{made['id']}", BASE | {"cars": 2})["cars"] == 2
    assert [each["cars"] for each in office.auditor.see("/bases")["items"]] == [2]
    office.planner.act("DELETE", f"/bases/{made['id']}")
    assert office.planner.see("/bases")["items"] == []


def test_an_inspector_sees_no_schedule(
    located: Office, work: Callable[[], int], database: Database, calling: Callable[[Actor], Caller]
) -> None:
    code = solved(located, work)["id"]
    located.enrol_inspectors(database, calling)
    one = next(iter(located.inspectors.values()))
    for path in ("", "/timetable", "/visits", "/events", "/problem", "/analyze"):
        assert one.get(f"/api/v1/schedules/{code}{path}").status_code == 403, path
    assert one.get("/api/v1/schedules").status_code == 403
    assert one.see("/assignments/times")["items"] == []  # nothing is issued yet
    located.approver.act("POST", f"/schedules/{code}/issue")
    own = {row["code"] for row in one.see("/assignments", limit=200)["items"]}
    times = one.see("/assignments/times")["items"]
    assert {row["visit"] for row in times} == own
    assert [row["starts_at"] for row in times] == sorted(row["starts_at"] for row in times)
    assert one.see("/assignments/times", since="2027-01-01")["items"] == []


def county_of(teams: int) -> dict[str, Any]:
    """A problem that takes a good while: twenty visits for each team, all over the county."""
    dice = Random(5)
    days = [f"2026-11-{day:02d}" for day in (23, 24, 25, 26, 27, 30)]
    return TINY | {
        "name": "county",
        "days": days,
        "teams": [
            {"id": n, "county": 0, "office": 0, "members": [f"A{n}", f"B{n}"], "avail": list(range(6))}
            for n in range(teams)
        ],
        "visits": [
            {
                "id": n,
                "county": 0,
                "lat": 28.29 + dice.uniform(-0.2, 0.2),
                "lon": 117.22 + dice.uniform(-0.2, 0.2),
                "dur": 2700,
                "tw": [0, 25_200],
                "days": list(range(6)),
                "team": n % teams,
            }
            for n in range(teams * 20)
        ],
    }


def while_it_runs(office: Office, work: Callable[[], int], act: str) -> dict[str, Any]:
    """Begin to solve a county, act once teams are being planned, and wait for the end."""
    code = asked(office, county_of(120)).json()["id"]
    worker = threading.Thread(target=work)
    worker.start()
    while (seen := office.planner.see(f"/schedules/{code}"))["progress"]["total"] == 0:
        assert seen["state"] == "solving", seen["error"]
        time.sleep(0.1)
    office.planner.act("POST", f"/schedules/{code}/{act}")
    worker.join()
    return dict(office.planner.see(f"/schedules/{code}"))


def test_stopping_keeps_the_best_so_far_and_says_so(office: Office, work: Callable[[], int]) -> None:
    found = while_it_runs(office, work, "stop")
    assert found["state"] == "ready"
    assert not found["figures"]["reproducible"]
    assert found["figures"]["visits"] + found["figures"]["unscheduled"] == 2400
    assert found["figures"]["proven_teams"] < 120


def test_cancelling_what_runs_keeps_nothing(office: Office, work: Callable[[], int]) -> None:
    found = while_it_runs(office, work, "cancel")
    assert (found["state"], found["plan_sha256"], found["figures"]) == ("cancelled", None, {})
