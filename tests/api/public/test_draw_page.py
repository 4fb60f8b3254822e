"""The page of a draw: sealed and overdue, sources, absent parties, replacements, campaigns, the log, anonymity."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from solver.blind import salt
from solver.campaign import Campaign as Record
from supervision.database import Database
from supervision.draw import opening, records, replacing
from supervision.draw import service as draws
from supervision.draw.tables import Campaign, Draw, DrawSource, SourceKind
from supervision.pairing import service as pairing
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.plan.tables import Disclosure
from tests.api.published import LATER
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, FRAME_KEY, NOW, Office


@pytest.fixture
def office(planner: Actor, approver: Actor, witness: Actor) -> Office:
    return Office(planner, approver, witness)


@pytest.fixture
def settled(database: Database, organ: Organ) -> Database:
    county.fill(database, organ.id or 0, 600)
    return database


def sealed(database: Database, office: Office, days: int) -> Draw:
    with database.writing() as session:
        task = county.new_task(
            session, office, disclosure=Disclosure.SEALED, open_by=LATER + timedelta(days=days)
        )
        return county.drawn(session, office, task)


def test_a_sealed_draw_says_when_it_will_be_opened_and_shows_no_result(
    empty: TestClient, settled: Database, office: Office
) -> None:
    draw = sealed(settled, office, 5)
    page = empty.get(f"/draws/{draw.draw_id}").text
    assert "结果封存中" in page
    assert "逾期未启封" not in page
    assert (draw.closing_hash or "") in page
    assert (draw.seed or "") not in page
    told = empty.get(f"/draws/{draw.draw_id}.json").json()
    assert (told["seed"], told["cells"], told["result"], told["names_public"]) == (None, [], None, False)
    assert (told["anonymity"]["counted"], told["anonymity"]["asked"]) == (False, 5)
    for piece in ("reveals.json", "result.csv", "cells.json", "drawn"):
        assert empty.get(f"/draws/{draw.draw_id}/{piece}").status_code == 404
    for piece in ("plan.json", "frame.csv.gz", "closing.json", "summary.json", "evidence.zip"):
        assert empty.get(f"/draws/{draw.draw_id}/{piece}").status_code == 200


def test_an_overdue_opening_is_shown_in_red(empty: TestClient, settled: Database, office: Office) -> None:
    draw = sealed(settled, office, -1)
    page = empty.get(f"/draws/{draw.draw_id}").text
    assert "逾期未启封" in page
    assert "notice--error" in page
    assert (draw.seed or "") not in page


def test_after_the_opening_everything_is_there_and_logged(
    empty: TestClient, settled: Database, office: Office
) -> None:
    draw = sealed(settled, office, 5)
    with settled.writing() as session:
        opening.open_draw(session, office.approver, draw.draw_id, LATER)
    told = empty.get(f"/draws/{draw.draw_id}.json").json()
    assert told["seed"] == draw.seed
    assert [entry["kind"] for entry in told["log"]] == ["plan", "reveal", "reveal", "closing", "opening"]
    page = empty.get(f"/draws/{draw.draw_id}").text
    for entry in told["log"]:
        assert f'href="/log/entries/{entry["index"]}"' in page
    assert "启封" in page
    assert f'href="/verify?draw={draw.draw_id}"' in page
    assert f'href="/draws/{draw.draw_id}/mine"' in page
    assert "至少混在" in page


def test_public_sources_stand_with_their_results(
    empty: TestClient, settled: Database, office: Office
) -> None:
    with settled.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        session.add(
            DrawSource(
                draw_id=draw.id or 0,
                position=2,
                kind=SourceKind.BEACON,
                chain="ab" * 32,
                round=12_345,
                due_at=NOW,
                randomness="cd" * 32,
                signature="ef" * 48,
                settled_at=NOW,
            )
        )
        session.add(
            DrawSource(
                draw_id=draw.id or 0,
                position=3,
                kind=SourceKind.LOTTERY,
                game="ssq",
                issue="2026135",
                result="02-09-14",
                settled_at=NOW,
            )
        )
    page = empty.get(f"/draws/{draw.draw_id}").text
    for text in ("第 12,345 轮", "cd" * 32, "彩票 ssq 第 2026135 期", "02-09-14"):
        assert text in page
    beacon = empty.get(f"/draws/{draw.draw_id}/beacon.json").json()
    assert f"python3 verify_draw.py {draw.draw_id}-evidence.zip" in page  # the bundle has the beacon
    assert beacon == {"round": 12_345, "randomness": "cd" * 32, "signature": "ef" * 48}


def test_a_replacement_stands_by_ids_of_the_frame_and_its_firms_are_told_why(
    empty: TestClient, settled: Database, office: Office
) -> None:
    with settled.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        spare = {cell for cell, population, _a, k, _t in draw.cells or () if population - k > 2}
        gone = next(entity for row, entity in records.drawn(session, draw.id or 0) if row.cell in spare)
        made = replacing.propose_replacement(
            session, office.planner, draw.draw_id, gone.uscc, "deregistered", "卷宗甲", LATER
        )
        replacing.approve_replacement(session, office.approver, draw.draw_id, made.id or 0, LATER)
        came = records.drawn(session, draw.id or 0)[-1][1]
    told = empty.get(f"/draws/{draw.draw_id}.json").json()
    [replaced] = told["replacements"]
    assert replaced["reason_name"] == "已注销或被吊销"
    assert "卷宗甲" not in str(told)
    page = empty.get(f"/draws/{draw.draw_id}").text
    assert f'title="{replaced["new"]}"' in page
    assert gone.uscc not in page
    assert came.uscc not in page
    for who, sentence in ((gone.uscc, "已由别户替补"), (came.uscc, "作为替补列入检查")):
        code = salt(FRAME_KEY, who).hex()
        assert sentence in empty.post(f"/draws/{draw.draw_id}/mine", data={"uscc": who, "code": code}).text
    names = empty.get(f"/draws/{draw.draw_id}/drawn.json").json()["items"]
    assert {gone.uscc, came.uscc} <= {row["uscc"] for row in names}
    assert told["drawn_n"] == len(names) - 1


def test_the_other_plans_of_a_campaign_are_led_to(
    empty: TestClient, settled: Database, office: Office
) -> None:
    with settled.writing() as session:
        first = county.drawn(session, office, county.new_task(session, office))
        second = county.drawn(session, office, county.new_task(session, office))
        found = Campaign(
            organ_id=first.organ_id,
            code="360681-2026-C01",
            year=2026,
            serial=1,
            name="餐饮联合抽查",
            task_id=first.task_id,
            frame_key=FRAME_KEY.hex(),
            created_by="planner",
            created_at=NOW,
        )
        session.add(found)
        for draw in (first, second):
            draw.campaign = "360681-2026-C01"
            found.record = Record.of("360681-2026-C01", (first.plan_hash, second.plan_hash)).record.decode()
            session.add(draw)
    page = empty.get(f"/draws/{first.draw_id}").text
    assert "餐饮联合抽查" in page
    assert f'<a href="/draws/{second.draw_id}">' in page
    assert FRAME_KEY.hex() not in page
    assert f"python3 verify_draw.py {first.draw_id}-evidence.zip" in page  # the bundle has the record
    assert empty.get(f"/draws/{first.draw_id}/campaign.json").json()["plans"] == sorted(
        (first.plan_hash, second.plan_hash)
    )


def test_a_void_draw_leads_to_the_draw_that_follows_it(
    empty: TestClient, settled: Database, office: Office
) -> None:
    with settled.writing() as session:
        first = county.frozen(session, office, county.new_task(session, office))
        draws.void(session, office.approver, first.draw_id, "plan-error", "比例有误", NOW)
        again = county.new_task(session, office)
        again.redraw_of_id, again.redraw_reason = first.task_id, "原抽取作废"
        session.add(again)
        second = county.drawn(session, office, again)
    assert f'href="/draws/{second.draw_id}"' in empty.get(f"/draws/{first.draw_id}").text
    assert f'href="/draws/{first.draw_id}"' in empty.get(f"/draws/{second.draw_id}").text
