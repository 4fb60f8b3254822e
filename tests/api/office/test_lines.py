"""Slips for enterprises and links for auditors, at the desk."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from solver.blind import salt
from supervision.database import Database
from supervision.draw.tables import Draw
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from tests.api.office.conftest import Clerk, plain
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, Office, uscc


@pytest.fixture
def draw(database: Database, filled: None, planner: Actor, approver: Actor, witness: Actor) -> Draw:
    office = Office(planner, approver, witness)
    with database.writing() as session:
        return county.drawn(session, office, county.new_task(session, office))


def test_a_slip_is_a_paper_that_answers_the_form_and_stands_at_no_address(
    draw: Draw, planner: Actor, at_desk: Callable[[Actor], Clerk], database: Database
) -> None:
    clerk = at_desk(planner)
    here = f"/office/draws/{draw.draw_id}"
    assert "出具查询凭证" in clerk.page(here)
    answer = clerk.press(f"{here}/slip", uscc=uscc(7))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    code = salt(FRAME_KEY, uscc(7)).hex()
    text = plain(answer.text)
    assert code in text.replace(" ", "")
    assert f"/draws/{draw.draw_id}/mine" in text
    assert code not in str(answer.request.url)
    with database.reading() as session:
        kept = [
            entry.detail for entry in session.exec(select(Entry).where(Entry.act == "draw.hand_out_salt"))
        ]
    assert kept == [{"uscc": uscc(7)}]
    assert clerk.get(f"{here}/slip").status_code in (404, 405)


def test_a_code_that_is_not_found_is_told_at_the_field_and_the_page_stays(
    draw: Draw, planner: Actor, at_desk: Callable[[Actor], Clerk]
) -> None:
    here = f"/office/draws/{draw.draw_id}"
    for typed in ("", uscc(5000)):
        answer = at_desk(planner).press(f"{here}/slip", uscc=typed)
        assert answer.status_code == 404
        assert f"没有找到经营主体“{typed}”" in answer.text
        assert 'id="uscc-error"' in answer.text
        assert "出具查询凭证" in answer.text


def test_a_form_from_elsewhere_gets_no_slip(
    draw: Draw, planner: Actor, at_desk: Callable[[Actor], Clerk]
) -> None:
    answer = at_desk(planner).post(f"/office/draws/{draw.draw_id}/slip", data={"uscc": uscc(7)})
    assert answer.status_code == 403


def test_the_auditor_sees_every_line_and_the_key_only_after_asking(
    draw: Draw, auditor: Actor, at_desk: Callable[[Actor], Clerk]
) -> None:
    clerk = at_desk(auditor)
    here = f"/office/draws/{draw.draw_id}/links"
    assert here in clerk.page(f"/office/draws/{draw.draw_id}")
    page = clerk.page(here)
    assert page.count(">rest<") == 100  # the stratum in clear: so few are drawn that there is only one
    assert "不一致" not in page
    assert FRAME_KEY.hex() not in page
    assert "after=" in page  # 120 lines, 100 a page
    shown = clerk.press(f"{here}/key")
    assert FRAME_KEY.hex() in shown.text
    assert shown.headers["cache-control"] == "no-store"
    for ending in ("csv", "xlsx"):
        answer = clerk.get(f"{here}/file.{ending}")
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.content) > 4000
    assert clerk.get(f"{here}/file.csv").text.count("\r\n") == 121


def test_nobody_else_reaches_the_links(
    draw: Draw, planner: Actor, approver: Actor, witness: Actor, at_desk: Callable[[Actor], Clerk]
) -> None:
    here = f"/office/draws/{draw.draw_id}/links"
    for actor in (planner, approver, witness):
        clerk = at_desk(actor)
        assert clerk.get(here).status_code == 403
        assert clerk.get(f"{here}/file.csv").status_code == 403
        assert clerk.press(f"{here}/key").status_code == 403
        assert "审计对应表" not in clerk.page(f"/office/draws/{draw.draw_id}")
