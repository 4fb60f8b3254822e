"""From register files to a replayed, published inspection, through the API alone."""

import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from starlette.testclient import TestClient

from supervision.database import Database
from supervision.people.rules import Actor
from tests.api.v1.conftest import Caller
from tests.api.v1.county import RATES, Office, every, secret

VERIFIER = Path("solver/verify_draw.py")


def test_a_register_becomes_a_published_inspection_that_anyone_can_replay(
    office: Office,
    database: Database,
    calling: Callable[[Actor], Caller],
    anyone: TestClient,
    tmp_path: Path,
) -> None:
    office.fill_registers()
    office.enrol_inspectors(database, calling)
    task = office.new_task()
    draw_id = office.draw(task)
    pairing = office.planner.act("POST", f"/draws/{draw_id}/pair")
    assert sorted(pairing["loads"].values()) == [7, 7, 7, 7, 8, 8]  # 44 seats among six
    visits = office.enter_findings(task)
    drawn = every(office.planner, f"/draws/{draw_id}/entities", limit=7)
    assert len(visits) == len(drawn) == 22  # 80 x 5 % + 40 x 10 % + 20 x 20 % + 20 x 50 %
    waiting = every(office.approver, "/waiting", limit=4)
    assert sorted(row["visit_code"] for row in waiting) == visits
    assert {row["publish_by"] for row in waiting} == {"2026-12-18"}  # 20 working days after 20 November
    [release] = office.approver.act("POST", "/releases", {"visits": visits})["items"]
    assert release["row_count"] == 22

    published = anyone.get(f"/api/v1/public/releases/{release['code']}").json()
    assert [row["uscc"] for row in published["results"]] == [row["uscc"] for row in drawn]
    assert {row["result_text"] for row in published["results"]} == {"未发现问题"}
    entity = anyone.get(f"/api/v1/public/entities/{drawn[0]['uscc']}").json()
    assert entity["results"][0]["draw_id"] == draw_id
    found = anyone.get("/api/v1/public/entities", params={"q": drawn[0]["name"][4:]}).json()
    assert drawn[0]["uscc"] in [row["uscc"] for row in found["items"]]
    statistics = anyone.get("/api/v1/public/statistics").json()
    assert (statistics["draws"], statistics["entities_drawn"], statistics["on_time"]) == (1, 22, 22)

    report = office.auditor.see(f"/draws/{draw_id}/verification")
    assert report["ok"], report["steps"]
    public = anyone.get(f"/api/v1/public/draws/{draw_id}").json()
    names = ("plan.json", "frame.csv.gz", "reveals.json", "result.csv", "closing.json")
    for name in names:
        (tmp_path / name).write_bytes(anyone.get(f"/api/v1/public/draws/{draw_id}/{name}").content)
    replay = subprocess.run(
        [sys.executable, VERIFIER, *(tmp_path / name for name in names[:3])],
        capture_output=True,
        check=True,
    )
    assert replay.stdout == (tmp_path / "result.csv").read_bytes()
    assert json.loads(replay.stderr)["result_sha256"] == public["result_sha256"]


def test_a_preview_gives_exact_probabilities_and_expectations(office: Office) -> None:
    office.fill_registers()
    preview = office.planner.see(f"/tasks/{office.new_task()}/preview")
    chances = {cell["risk_class"]: Fraction(cell["probability"]) for cell in preview["cells"]}
    assert chances == {name: Fraction(rate, 1_000_000) for name, rate in RATES.items()}
    assert (preview["eligible"], preview["expected"]) == (160, "22/1")
    assert all("/" in cell["expected"] for cell in preview["cells"])


def test_nobody_sees_a_secret_before_the_draw_is_closed(office: Office, anyone: TestClient) -> None:
    office.fill_registers()
    task = office.new_task()
    office.commit(task)
    draw_id = office.freeze(task)
    office.approver.act("POST", f"/draws/{draw_id}/approve")
    answer = office.witness.act("POST", f"/tasks/{task}/reveals", {"secret": secret("witness", task)})
    assert answer["revealed_at"]
    assert answer["secret"] is None
    for name in ("planner", "enterprise"):
        office.parties[name].act("POST", f"/tasks/{task}/reveals", {"secret": secret(name, task)})

    def everywhere() -> str:
        pages = (f"/tasks/{task}/parties", f"/draws/{draw_id}", "/journal", "/draws")
        seen = [json.dumps(office.planner.see(page)) for page in pages]
        seen.append(anyone.get(f"/api/v1/public/draws/{draw_id}").text)
        seen.append(anyone.get(f"/api/v1/public/draws/{draw_id}/reveals.json").text)
        return "".join(seen)

    assert secret("witness", task) not in everywhere()
    office.planner.act("POST", f"/draws/{draw_id}/run")
    assert secret("witness", task) in everywhere()


def test_nothing_public_tells_a_risk_class_or_a_phone(
    office: Office, database: Database, calling: Callable[[Actor], Caller], anyone: TestClient
) -> None:
    office.fill_registers()
    office.enrol_inspectors(database, calling)
    task = office.new_task()
    draw_id = office.draw(task)
    office.planner.act("POST", f"/draws/{draw_id}/pair")
    visits = office.enter_findings(task)
    [release] = office.approver.act("POST", "/releases", {"visits": visits})["items"]
    uscc = office.planner.see(f"/draws/{draw_id}/entities")["items"][0]["uscc"]
    lists = ("items", "plans", "tasks", "draws", "releases", "statistics")
    pages = [*lists, f"draws/{draw_id}", f"releases/{release['code']}", f"entities/{uscc}", "entities?q=商店"]
    for page in pages:
        answer = anyone.get(f"/api/v1/public/{page}")
        assert answer.status_code == 200, page
        for hidden in ("risk_class", "13900000000", "13800000000", "张三", "检查员"):
            assert hidden not in answer.text, page


def test_an_inspector_fetches_assignments_and_a_calendar(
    office: Office, database: Database, calling: Callable[[Actor], Caller], anyone: TestClient
) -> None:
    office.fill_registers()
    office.enrol_inspectors(database, calling)
    draw_id = office.draw(office.new_task())
    office.planner.act("POST", f"/draws/{draw_id}/pair")
    own = {name: every(caller, "/assignments", limit=3) for name, caller in office.inspectors.items()}
    assert sum(map(len, own.values())) == 44  # 22 visits, two inspectors each
    assert all(name in visit["team"] for name, visits in own.items() for visit in visits)
    name, caller = next(iter(office.inspectors.items()))
    address = caller.act("POST", "/calendar-feed")["address"].removeprefix("http://127.0.0.1:8000")
    feed = anyone.get(address)
    assert (feed.status_code, feed.text.count("BEGIN:VEVENT")) == (200, len(own[name]))
    assert "13900000000" not in feed.text
    caller.act("DELETE", "/calendar-feed")
    assert anyone.get(address).status_code == 404


def test_a_returned_finding_is_entered_again_and_a_published_one_corrected(
    office: Office, database: Database, calling: Callable[[Actor], Caller], anyone: TestClient
) -> None:
    office.fill_registers()
    office.enrol_inspectors(database, calling)
    task = office.new_task()
    draw_id = office.draw(task)
    office.planner.act("POST", f"/draws/{draw_id}/pair")
    visit = office.planner.see("/visits", task=task)["items"][0]
    lead, path = office.inspectors[visit["team"][0]], f"/visits/{visit['code']}"
    items = [{"code": "SCJG-001", "outcome": "fail"}, {"code": "SCJG-002", "outcome": "pass"}]
    finding = {"inspected_on": "2026-11-20", "result": "8", "items": items, "note": "标签不规范"}
    lead.act("POST", f"{path}/findings", finding)
    returned = office.approver.act("POST", f"{path}/return", {"reason": "请补充照片编号"})
    assert (returned["state"], returned["findings"][0]["returned_because"]) == ("returned", "请补充照片编号")
    lead.act("POST", f"{path}/findings", finding)
    office.approver.act("POST", "/releases", {"visits": [visit["code"]]})
    assert [row["visit_code"] for row in office.planner.see("/unsettled")["items"]] == [visit["code"]]
    lead.act("POST", f"{path}/findings", {**finding, "result": "5", "correction": "已责令改正"})
    office.approver.act("POST", "/releases", {"visits": [visit["code"]]})
    results = anyone.get(f"/api/v1/public/entities/{visit['uscc']}").json()["results"]
    assert [(row["result"], bool(row["corrects"]), bool(row["replaced_by"])) for row in results] == [
        ("5", True, False),
        ("8", False, True),
    ]
