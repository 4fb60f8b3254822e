"""Replacements at the desk: proposed by one, decided by another, and nobody chooses who comes."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from supervision.database import Database
from supervision.draw import records
from supervision.pairing import service as pairing
from supervision.people import records as accounts
from supervision.people.rules import Actor
from supervision.people.tables import Role
from tests.api.office.conftest import Clerk, plain
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office
from tests.supervision.draw.test_replacing import first_of_a_large_cell

AT_DESK = Callable[[Actor], Clerk]
DRAW = "/office/draws/360681-2026-0001"
HERE = f"{DRAW}/replacements"
WHY = {"reason": "deregistered", "evidence": "登记系统显示 2026-11-18 已注销"}
pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def gone(database: Database, office: Office, filled: None) -> str:
    """Credit code of a drawn and paired entity whose stratum has further ones."""
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        return first_of_a_large_cell(session, draw)[1].uscc


def test_the_drawn_list_leads_to_the_form_and_the_next_ticket_comes(
    database: Database, office: Office, at_desk: AT_DESK, gone: str
) -> None:
    planner, approver = at_desk(office.planner), at_desk(office.approver)
    assert f"{HERE}?uscc={gone}#propose" in planner.page(DRAW)
    assert f"{HERE}?uscc={gone}#propose" not in approver.page(DRAW)
    form = planner.page(HERE, uscc=gone.lower())
    with database.reading() as session:
        drawn = records.drawn(session, 1)
        name = next(entity.name for _row, entity in drawn if entity.uscc == gone)
        names = {entity.name for _row, entity in drawn}
    assert name in form
    assert planner.act(HERE, uscc=gone, **WHY) == f"{HERE}?done=replacement_proposed"
    assert "批准替补" not in planner.page(HERE)
    waiting = plain(approver.page(HERE))
    assert f"待审批：{name}" in waiting
    assert "同层下一个签号的对象进入抽中名单并交原检查组检查" in waiting
    assert WHY["evidence"] in waiting
    assert "审批替补" in approver.page("/office")
    assert "审批替补" not in planner.page("/office")
    assert "待审批 1 件" in plain(approver.page(DRAW))
    assert approver.act(f"{HERE}/1/approve") == f"{HERE}?done=replacement_approved"
    with database.reading() as session:
        coming = records.drawn(session, 1)[-1][1]
    assert coming.name not in names
    history = plain(planner.page(HERE))
    assert f"{name} {gone} 已注销或被吊销 已替补 {coming.name}" in history.replace("信用代码 ", "")
    drawn_list = planner.page(DRAW)
    assert coming.uscc in drawn_list
    assert f"uscc={gone}#" not in drawn_list
    assert "审批替补" not in approver.page("/office")


def test_a_refused_proposal_leaves_the_visit_and_says_why(
    database: Database, office: Office, at_desk: AT_DESK, gone: str
) -> None:
    planner, approver = at_desk(office.planner), at_desk(office.approver)
    planner.act(HERE, uscc=gone, **WHY)
    empty = approver.press(f"{HERE}/1/refuse", because_1=" ")
    assert empty.status_code == 422
    assert '<a href="#because_1">' in empty.text
    long = approver.press(f"{HERE}/1/refuse", because_1="不" * 2500)
    assert "不" * 2500 in long.text
    assert approver.act(f"{HERE}/1/refuse", because_1="请先实地核查") == f"{HERE}?done=replacement_refused"
    assert "请先实地核查" in planner.page(HERE)
    assert f"uscc={gone}#" in planner.page(DRAW)
    again = approver.press(f"{HERE}/1/approve")
    assert again.status_code == 409
    assert "未同意" in again.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"uscc": "91360681999999999X"}, "uscc"),
        ({"uscc": ""}, "uscc"),
        ({"reason": "dislike"}, "reason"),
        ({"evidence": " "}, "evidence"),
    ],
)
def test_a_wrong_proposal_is_refused_at_its_field_and_kept(
    office: Office, at_desk: AT_DESK, gone: str, wrong: dict[str, str], field: str
) -> None:
    typed = {"uscc": gone, **WHY} | wrong
    answer = at_desk(office.planner).press(HERE, **typed)
    assert answer.status_code in (404, 422)
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}"' in answer.text
    assert typed["evidence"].strip() in answer.text
    assert typed["uscc"] in answer.text


def test_the_same_entity_is_not_proposed_twice_and_not_by_an_approver(
    office: Office, at_desk: AT_DESK, gone: str
) -> None:
    planner = at_desk(office.planner)
    planner.act(HERE, uscc=gone, **WHY)
    twice = planner.press(HERE, uscc=gone, **WHY)
    assert twice.status_code == 409
    assert "再次提出" in twice.text
    assert "提交审批" not in at_desk(office.approver).page(HERE)
    assert at_desk(office.approver).press(HERE, uscc=gone, **WHY).status_code == 403
    assert planner.press(f"{HERE}/1/approve").status_code == 403


def test_who_proposed_it_is_not_offered_its_approval(
    database: Database, office: Office, at_desk: AT_DESK, gone: str, enrol: Callable[..., Actor]
) -> None:
    from supervision.people import service as people

    both = enrol(Role.PLANNER, "both")
    with database.writing() as session:
        people.change_account(session, people.SYSTEM, "both", roles=[Role.PLANNER, Role.APPROVER], now=NOW)
        account = accounts.account_by_username(session, "both")
        assert account is not None
        both = people.actor_for(session, account)
    clerk = at_desk(both)
    clerk.act(HERE, uscc=gone, **WHY)
    assert "批准替补" not in clerk.page(HERE)
    refused = clerk.press(f"{HERE}/1/approve")
    assert refused.status_code == 403
    assert "由另一名审批人办理" in refused.text
    assert "审批替补" not in clerk.page("/office")


def test_the_visit_page_offers_it_to_planners_while_nothing_was_found(
    database: Database, office: Office, at_desk: AT_DESK, gone: str
) -> None:
    planner = at_desk(office.planner)
    visit = planner.page(DRAW).partition(f"uscc={gone}#propose")[0].rpartition("/office/visits/")[2][:22]
    assert f"{HERE}?uscc={gone}#propose" in planner.page(f"/office/visits/{visit}")
    assert "提出替补" not in at_desk(office.approver).page(f"/office/visits/{visit}")


def test_before_the_pairing_and_while_sealed_the_page_says_what_comes_first(
    database: Database, office: Office, at_desk: AT_DESK
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office, disclosure="sealed", open_by=NOW + timedelta(days=9))
        draw = county.drawn(session, office, task)
    planner = at_desk(office.planner)
    assert "启封之后才能办理替补" in planner.page(HERE)
    assert "提交审批" not in planner.page(HERE)
    with database.reading() as session:
        [row, *_] = records.drawn(session, draw.id or 0)
    sealed = planner.press(HERE, uscc=row[1].uscc, **WHY)
    assert sealed.status_code == 409
    assert "还没有启封" in sealed.text
    at_desk(office.approver).act("/office/tasks/360681-2026-P01-T01/open")
    assert "匹配之后才能办理替补" in planner.page(HERE)
    assert planner.press(HERE, uscc=row[1].uscc, **WHY).status_code == 409
