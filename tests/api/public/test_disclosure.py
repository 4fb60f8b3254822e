"""What a draw shows when its list is not public before the visits, or its frame is open."""

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from supervision.database import Database
from supervision.draw.tables import Draw
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.plan.tables import Task
from supervision.risk.tables import RiskClass
from tests.api.public.conftest import Built, visitor
from tests.supervision import county
from tests.supervision.county import Office

EQUAL = dict.fromkeys(RiskClass, 30_000)


@pytest.fixture
def office(planner: Actor, approver: Actor, witness: Actor) -> Office:
    return Office(planner, approver, witness)


def opened(database: Database, organ: Organ, office: Office, **more: object) -> Draw:
    """A closed draw without classes: its frame is open, with credit codes in clear."""
    with database.writing() as session:
        county.settle(session, organ.id or 0, 100)
        task = county.new_task(session, office, by_class=False, rates=EQUAL, **more)
        return county.drawn(session, office, task)


def test_a_blinded_draw_can_be_replayed_before_its_list_is_public(own: Built) -> None:
    site, anyone = own.site, visitor(own.database)
    with own.database.writing() as session:
        task = session.exec(select(Task).where(Task.code == site.task_code)).one()
        task.publish_drawn_list = False
        session.add(task)
    page = anyone.get(f"/draws/{site.draw_id}").text
    assert "不预先通知" in page
    assert "python3 verify_draw.py" in page
    for suffix in ("", ".json", ".csv", ".xlsx"):
        assert anyone.get(f"/draws/{site.draw_id}/drawn{suffix}").status_code == 404
    assert site.unpublished not in anyone.get(f"/draws/{site.draw_id}.json").text


def test_an_open_draw_shows_one_probability_for_all(
    empty: TestClient, database: Database, organ: Organ, office: Office
) -> None:
    draw = opened(database, organ, office)
    page = empty.get(f"/draws/{draw.draw_id}").text
    assert "对每一户完全相同" in page
    assert "盲化" not in page
    assert "3%" in page
    assert "python3 verify_draw.py" in page
    assert len(empty.get(f"/draws/{draw.draw_id}/drawn.json").json()["items"]) == 3


def test_an_open_draw_keeps_everything_that_names_the_drawn_until_the_list_is_public(
    empty: TestClient, database: Database, organ: Organ, office: Office
) -> None:
    draw = opened(database, organ, office)
    with database.writing() as session:  # an office that changes its mind after the freeze
        session.exec(select(Task)).one().publish_drawn_list = False
    drawn = [line.split(",")[0] for line in (draw.result or "").splitlines()]
    assert len(drawn) == 3
    page = empty.get(f"/draws/{draw.draw_id}").text
    assert "届时可以重算" in page
    assert "python3 verify_draw.py" not in page
    assert draw.result_sha256 in page  # nobody can change it meanwhile
    for address in ("", ".json", "/check", "/check.json"):
        text = empty.get(f"/draws/{draw.draw_id}{address}").text
        assert not any(uscc in text for uscc in drawn), address
    for piece in ("reveals.json", "result.csv", "drawn.csv"):
        assert empty.get(f"/draws/{draw.draw_id}/{piece}").status_code == 404
