"""Three parties, a beacon, a sealed opening, a replacement and a campaign, through the API alone."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from supervision.database import Database
from supervision.draw import upkeep
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.settings import Settings
from tests.api.v1.conftest import Caller, Clock
from tests.api.v1.county import DRAFT, Office, secret
from tests.conftest import MOMENT
from tests.supervision.draw.beacons import OWN, chain, signed

__all__ = ["chain"]
pytestmark = pytest.mark.usefixtures("chain")
REVEAL_BY = MOMENT + timedelta(hours=2)
OPEN_BY = MOMENT + timedelta(days=10)
AFTER = REVEAL_BY + timedelta(minutes=5)


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


BEACON = {"reveal_by": text(REVEAL_BY), "use_beacon": True}
SEALED = {"disclosure": "sealed", "open_by": text(OPEN_BY)}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"beacon_chain": OWN.hash})


def approved(office: Office, **more: Any) -> tuple[str, str]:
    """Task and draw, approved; three parties have committed."""
    office.fill_registers()
    task = office.new_task(**more)
    office.commit(task)
    draw_id = office.freeze(task)
    office.approver.act("POST", f"/draws/{draw_id}/approve")
    return task, draw_id


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_three_parties_and_a_beacon_make_a_sealed_draw_that_is_opened_and_verified(
    office: Office, clock: Clock, anyone: TestClient
) -> None:
    task, draw_id = approved(office, **BEACON, **SEALED)
    office.reveal(task)
    [source] = office.witness.see(f"/draws/{draw_id}/sources")["items"]
    round_ = signed(source["round"])
    path = f"/api/v1/draws/{draw_id}/beacon"
    assert refusal(office.planner.post(path, json=round_)) == (409, "source_too_early")
    assert refusal(office.planner.post(f"/api/v1/draws/{draw_id}/run")) == (409, "source_missing")
    clock.moment = AFTER
    assert refusal(office.planner.post(path, json=signed(source["round"] + 1))) == (422, "beacon_round")
    entered = office.planner.act("POST", f"/draws/{draw_id}/beacon", round_ | {"from": "a relay"})
    assert entered["randomness"] == round_["randomness"]
    draw = office.planner.act("POST", f"/draws/{draw_id}/run")
    assert (draw["state"], draw["sealed"], draw["seed"], draw["opened_at"]) == ("closed", True, None, None)
    shown = anyone.get(f"/api/v1/public/draws/{draw_id}").json()
    assert (shown["seed"], shown["cells"], {p["secret"] for p in shown["parties"]}) == (None, [], {None})
    opened = office.approver.act("POST", f"/draws/{draw_id}/open")
    assert opened["opened_at"] == text(AFTER)
    assert opened["seed"] is not None
    report = office.auditor.see(f"/draws/{draw_id}/verification")
    assert report["ok"], report["steps"]
    reveals = anyone.get(f"/api/v1/public/draws/{draw_id}/reveals.json").json()
    own = [secret(name, task) for name in ("planner", "witness", "enterprise")]
    assert reveals == [*own, round_["randomness"]]


def test_two_parties_are_not_enough_as_shipped(office: Office) -> None:
    office.fill_registers()
    task = office.new_task()
    parties = [{"username": "planner", "kind": "organiser"}, {"username": "witness", "kind": "discipline"}]
    answer = office.planner.put(f"/api/v1/tasks/{task}/parties", json={"parties": parties})
    assert refusal(answer) == (422, "too_few_parties")
    assert "企业代表" in answer.json()["detail"]


def test_an_absent_party_is_noted_and_a_lottery_typed_twice(office: Office, clock: Clock) -> None:
    lottery = {"game": "ssq", "issue": "2026135"}
    task, draw_id = approved(office, **BEACON, lotteries=[lottery])
    for name in ("planner", "witness"):
        office.parties[name].act("POST", f"/tasks/{task}/reveals", {"secret": secret(name, task)})
    clock.moment = REVEAL_BY + timedelta(seconds=30)
    late = office.enterprise.post(
        f"/api/v1/tasks/{task}/reveals", json={"secret": secret("enterprise", task)}
    )
    assert refusal(late) == (409, "reveal_too_late")
    noted = office.planner.act("POST", f"/draws/{draw_id}/missing")["items"]
    assert [party["missing_at"] for party in noted] == [None, None, text(clock.moment)]
    clock.moment = AFTER
    [beacon, _] = office.planner.see(f"/draws/{draw_id}/sources")["items"]
    office.planner.act("POST", f"/draws/{draw_id}/beacon", signed(beacon["round"]))
    typed = lottery | {"result": "02-09-14-21-27-30-11"}
    first = office.planner.act("POST", f"/draws/{draw_id}/lottery", typed)
    assert (first["settled_at"], len(first["typed"])) == (None, 1)
    second = office.approver.act("POST", f"/draws/{draw_id}/lottery", typed)
    assert second["result"] == typed["result"]
    assert office.planner.act("POST", f"/draws/{draw_id}/run")["state"] == "closed"
    assert office.auditor.see(f"/draws/{draw_id}/verification")["ok"]


def test_an_absence_begun_in_time_and_finished_with_the_round_in_sight_is_refused(
    office: Office, clock: Clock
) -> None:
    _, draw_id = approved(office, **BEACON)
    clock.moment = REVEAL_BY + timedelta(seconds=30)
    answers: list[Any] = []

    async def held_back() -> dict[str, Any]:
        clock.moment = AFTER
        return {"type": "http.request", "body": b"{}"}

    async def send(message: Any) -> None:
        answers.append(message)

    token = office.planner.headers["Authorization"].encode()
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/api/v1/draws/{draw_id}/missing",
        "query_string": b"",
        "headers": [(b"authorization", token), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
    }

    async def call() -> None:
        await office.planner.app(scope, held_back, send)

    asyncio.run(call())
    assert answers[0]["status"] == 409
    assert json.loads(answers[1]["body"])["code"] == "missing_too_late"


def test_a_deadline_opens_by_itself(
    office: Office, clock: Clock, database: Database, anyone: TestClient
) -> None:
    task, draw_id = approved(office, **SEALED)
    office.reveal(task)
    office.planner.act("POST", f"/draws/{draw_id}/run")
    clock.moment = OPEN_BY + timedelta(seconds=1)
    upkeep.keep_up(database, clock)
    assert office.planner.see(f"/draws/{draw_id}")["opened_at"] == text(clock.moment)
    assert anyone.get(f"/api/v1/public/draws/{draw_id}").json()["seed"] is not None


def test_without_a_relay_a_round_is_handed_in(office: Office, clock: Clock) -> None:
    task, draw_id = approved(office, **BEACON)
    office.reveal(task)
    clock.moment = AFTER
    answer = office.planner.post(f"/api/v1/draws/{draw_id}/beacon/fetch")
    assert refusal(answer) == (409, "no_relay")


def test_a_replacement_takes_two_people_and_is_told_by_ids_of_the_frame(
    office: Office, anyone: TestClient
) -> None:
    office.fill_registers()
    draw_id = office.draw(office.new_task())
    office.planner.act("POST", f"/draws/{draw_id}/pair")
    uscc = office.planner.see(f"/draws/{draw_id}/entities")["items"][0]["uscc"]
    body = {"uscc": uscc, "reason": "deregistered", "evidence": "登记系统显示已注销"}
    path = f"/draws/{draw_id}/replacements"
    proposed = office.planner.act("POST", path, body, headers={"Idempotency-Key": "one"})
    assert office.planner.act("POST", path, body, headers={"Idempotency-Key": "one"}) == proposed
    done = office.approver.act("POST", f"{path}/{proposed['number']}/approve")
    assert (done["state"], done["new_uscc"] != uscc) == ("approved", True)
    listed = [row["uscc"] for row in office.planner.see(f"/draws/{draw_id}/entities", limit=200)["items"]]
    assert uscc not in listed
    assert done["new_uscc"] in listed
    [told] = anyone.get(f"/api/v1/public/draws/{draw_id}").json()["replacements"]
    assert told["reason"] == "deregistered"
    assert "登记系统显示已注销" not in json.dumps(told, ensure_ascii=False)
    assert office.auditor.see(f"/draws/{draw_id}/verification")["ok"]


def test_a_campaign_is_started_joined_left_and_sealed_only_when_all_is_approved(
    office: Office, database: Database, enrol: Callable[..., Actor], calling: Callable[[Actor], Caller]
) -> None:
    office.fill_registers()
    task = office.new_task()
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360681-9", "贵溪市消防救援大队", "360681", MOMENT)
    fire = calling(enrol(Role.PLANNER, "fire", organ_code="360681-9"))
    files = {"file": ("item.csv", ITEMS.encode(), "text/csv")}
    assert fire.post("/api/v1/imports", data={"kind": "item"}, files=files).status_code == 202
    office.app.state.jobs.join()
    plan = fire.act("POST", "/plans", {"year": 2026, "name": "消防抽查计划"})
    draft = DRAFT | {"items": ["XF-01"]}
    other = fire.act("POST", "/tasks", {"plan": plan["code"], "draft": draft})["code"]
    campaign = office.planner.act("POST", "/campaigns", {"task": task, "name": "联合抽查"})["code"]
    joined = fire.act("PUT", f"/campaigns/{campaign}/tasks/{other}")
    assert [member["task_code"] for member in joined["members"]] == [task, other]
    assert fire.see(f"/tasks/{other}")["campaign"] == campaign
    answer = office.planner.post(f"/api/v1/campaigns/{campaign}/seal")
    assert refusal(answer) == (409, "campaign_plans_open")
    left = fire.act("DELETE", f"/campaigns/{campaign}/tasks/{other}")
    assert len(left["members"]) == 1
    draw_id = office.draw_alone_in(campaign, task)
    assert office.planner.see(f"/campaigns/{campaign}")["members"][0]["draw_id"] == draw_id
    assert json.loads(office.planner.see("/campaigns")["items"][0]["record"])["campaign"] == campaign
    assert office.auditor.see(f"/draws/{draw_id}/verification")["ok"]


ITEMS = (
    "事项编号,抽查类别,抽查事项,检查对象,事项类别,检查方式,检查依据\n"
    "XF-01,消防,消防检查,企业,一般,现场检查,《中华人民共和国消防法》第五十三条\n"
)
