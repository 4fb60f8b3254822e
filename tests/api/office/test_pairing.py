"""匹配页 from desk to desk: preview, cap, table, second secrets, teams, and why these."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select, update

from api.office import pairing_ahead
from api.pairings import TableShelf
from supervision.database import Database
from supervision.pairing.tables import Pairing
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.register.tables import Inspector
from tests.api.office.conftest import Clerk, plain
from tests.supervision import county

AT_DESK = Callable[[Actor], Clerk]
TASK = "/office/tasks/360681-2026-P01-T01"
PART = "/office/draws/parts/360681-2026-P01-T01"
HERE = "/office/draws/360681-2026-0001/pairing"


@pytest.fixture
def drawn(database: Database, office: county.Office, filled: None) -> None:
    """A draw without a second reveal, waiting for its pairing."""
    _draw(database, office)


@pytest.fixture
def drawn_twice(database: Database, office: county.Office, filled: None) -> None:
    """A draw whose parties keep second secrets."""
    _draw(database, office, second_reveal=True)


def _draw(database: Database, office: county.Office, **more: Any) -> None:
    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office, **more))


def test_before_the_table_the_page_says_that_it_can_be_done_and_with_what_chances(
    drawn: None, office: county.Office, at_desk: AT_DESK
) -> None:
    planner = at_desk(office.planner)
    assert HERE in planner.page(TASK)
    page = plain(planner.page(HERE))
    assert "可以匹配" in page
    assert "概率上限" in page
    assert "不设上限" in page
    assert "生成概率表并产生检查组" in page
    assert "本任务没有二次揭示" in page
    assert "检查员" in page
    assert planner.page(HERE, cap="1").count('value="1" checked') == 1


def test_without_a_second_reveal_one_button_makes_table_and_teams(
    drawn: None, office: county.Office, at_desk: AT_DESK
) -> None:
    planner = at_desk(office.planner)
    assert planner.act(f"{HERE}/pair", cap="") == f"{HERE}?done=paired"
    page = plain(planner.page(HERE))
    assert "匹配完成" in page
    assert "本次没有二次揭示" in page
    assert "检查中" in plain(planner.page(TASK))
    assert "360681-2026-0001-V0001" in planner.page("/office/draws/360681-2026-0001")


def test_table_second_secrets_and_lottery_pass_from_desk_to_desk(
    drawn_twice: None, office: county.Office, at_desk: AT_DESK
) -> None:
    planner, witness = at_desk(office.planner), at_desk(office.witness)
    assert "生成并登记概率表" in planner.page(HERE)
    assert planner.act(f"{HERE}/table", cap="1") == f"{HERE}?done=table_logged"
    page = plain(planner.page(HERE))
    assert "概率上限 100%" in page, "the cap that was chosen"
    assert "正在等待交出匹配随机数" in page
    early = planner.press(f"{HERE}/draw")
    assert early.status_code == 409
    assert "还没有交出匹配随机数" in early.text
    for clerk, second in zip((planner, witness), county.SECRETS, strict=True):
        assert "交出匹配随机数" in clerk.page("/office/draws")
        assert clerk.act(f"{PART}/second", second=second.hex()) == f"{PART}?done=second_handed_in"
    assert "抽签产生检查组" in planner.page(HERE)
    assert planner.act(f"{HERE}/draw") == f"{HERE}?done=paired"
    page = plain(planner.page(HERE, check=1))
    assert "匹配完成" in page
    assert "本次没有二次揭示" not in page
    assert "不一致" not in page
    assert page.count(" 一致 ") >= 6
    assert "任务量：实际与期望" in page


def test_a_second_secret_that_does_not_go_with_the_first_is_refused_at_its_field(
    drawn_twice: None, office: county.Office, at_desk: AT_DESK
) -> None:
    at_desk(office.planner).act(f"{HERE}/table")
    answer = at_desk(office.witness).press(f"{PART}/second", second="77" * 32)
    assert answer.status_code == 422
    assert '<a href="#second">' in answer.text
    assert "77" * 32 not in answer.text, "what was typed is not shown again"


def test_a_party_that_stays_away_is_noted_and_the_teams_are_drawn_without_it(
    drawn_twice: None, office: county.Office, at_desk: AT_DESK
) -> None:
    planner = at_desk(office.planner)
    planner.act(f"{HERE}/table")
    assert planner.press(f"{HERE}/missing").status_code == 409, "nobody has handed anything in"
    at_desk(office.witness).act(f"{PART}/second", second=county.SECRETS[1].hex())
    assert planner.act(f"{HERE}/missing") == f"{HERE}?done=second_missing_noted"
    page = plain(planner.page(HERE))
    assert "已记未交" in page
    planner.act(f"{HERE}/draw")
    assert "已产生检查组" in planner.page(HERE)


def test_who_is_short_is_told_by_name_with_the_changes_that_would_do(
    database: Database, office: county.Office, filled: None, at_desk: AT_DESK
) -> None:
    _draw(database, office, max_visits=1, rates=dict.fromkeys("ABCD", 200_000), by_class=False)
    planner = at_desk(office.planner)
    page = planner.page(HERE)
    read = plain(page)
    assert "现有人员组不成合规的检查组" in read
    assert "还缺" in read
    assert "检查员1（J01）" in read
    assert "改动最小的办法" in read
    assert "每人最多检查户数" in read, "the change that is named can be made here"
    assert "证件到期（检查员0（J00））" in read
    assert "/office/register/leaves" in page
    assert "生成概率表" not in read
    refused = planner.press(f"{HERE}/pair")
    assert refused.status_code == 422
    assert "还缺" in refused.text
    with database.reading() as session:
        assert session.exec(select(Pairing)).all() == [], "nothing was saved"


def test_the_most_visits_of_one_person_are_raised_on_the_page_and_stand_from_then_on(
    database: Database, office: county.Office, filled: None, at_desk: AT_DESK
) -> None:
    _draw(database, office, max_visits=1, rates=dict.fromkeys("ABCD", 200_000), by_class=False)
    planner = at_desk(office.planner)
    assert 'name="max_visits"' in planner.page(HERE)
    page = planner.page(HERE, max_visits=100)
    assert "可以匹配" in page
    assert '<input type="hidden" name="max_visits" value="100">' in page
    assert "每人最多 1 户" in plain(planner.page(TASK)), "looking changes nothing"
    assert planner.act(f"{HERE}/pair", max_visits="100") == f"{HERE}?done=paired"
    assert "每人最多 100 户" in plain(planner.page(TASK))
    assert "max_visits" in plain(planner.page("/office/journal"))


def test_with_nobody_in_the_register_the_page_says_what_to_do(
    drawn: None, database: Database, office: county.Office, at_desk: AT_DESK
) -> None:
    with database.writing() as session:
        session.exec(update(Inspector).values(certificate_until=date(2026, 1, 1)))
    page = plain(at_desk(office.planner).page(HERE))
    assert "现在不能匹配" in page
    assert "请先导入名录，并检查证件有效期" in page


def test_before_the_draw_there_is_nothing_to_pair(
    database: Database, office: county.Office, filled: None, at_desk: AT_DESK
) -> None:
    with database.writing() as session:
        county.frozen(session, office, county.new_task(session, office))
    assert "抽取还没有完成" in at_desk(office.planner).page(HERE)


def test_the_chances_are_kept_as_files_with_names_for_the_office_alone(
    drawn: None, office: county.Office, at_desk: AT_DESK
) -> None:
    planner = at_desk(office.planner)
    planner.act(f"{HERE}/pair")
    table = planner.get(f"{HERE}/table.csv").text
    assert '"360681-2026-0001-V0001","贵溪市第' in table
    assert "/1048576" in table
    assert planner.get(f"{HERE}/teams.csv").text.count("360681-2026-0001-V") >= 5
    assert planner.get(f"{HERE}/loads.csv").text.count("检查员") == 11, "the twelfth has no valid certificate"
    for kind in ("table", "teams", "loads"):
        assert planner.get(f"{HERE}/{kind}.xlsx").content.startswith(b"PK")
        assert at_desk(office.witness).get(f"{HERE}/{kind}.csv").status_code == 403


def test_a_number_that_two_organs_gave_names_the_one_of_the_draw(
    drawn: None, database: Database, office: county.Office, at_desk: AT_DESK
) -> None:
    with database.writing() as session:
        other = Organ(code="360681X", name="贵溪市另一机关", region_code="360681")
        session.add(other)
        session.flush()
        namesake = (
            session.exec(select(Inspector).where(Inspector.code == "J05")).one().model_dump(exclude={"id"})
        )
        session.add(Inspector(**namesake | {"organ_id": other.id, "name": "别的机关的人"}))
    planner = at_desk(office.planner)
    assert "别的机关的人" not in planner.page(HERE)
    planner.act(f"{HERE}/pair")
    table = planner.get(f"{HERE}/table.csv").text
    assert "检查员5 J05" in table
    assert "别的机关的人" not in table


def test_each_team_is_explained_by_its_chances(drawn: None, office: county.Office, at_desk: AT_DESK) -> None:
    planner = at_desk(office.planner)
    planner.act(f"{HERE}/pair")
    page = plain(planner.page(f"{HERE}/360681-2026-0001-V0001"))
    assert "为什么是这个组" in page
    assert "抽中的概率为" in page
    assert "本来可能去这一户的人" in page
    assert "检查员0 J00 证件到期" in page
    assert planner.get(f"{HERE}/360681-2026-0001-V9999").status_code == 404


def test_a_large_table_is_worked_out_in_the_background(
    drawn: None, office: county.Office, at_desk: AT_DESK, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing_ahead, "LARGE", 0)
    monkeypatch.setattr(pairing_ahead, "shelf", TableShelf())
    planner = at_desk(office.planner)
    assert "正在计算概率表" in planner.page(HERE)
    app.state.jobs.join()
    assert "可以匹配" in planner.page(HERE)
    assert planner.get(f"{HERE}/progress.json").json()["state"] == "done"
    assert planner.act(f"{HERE}/pair") == f"{HERE}?done=table_begun"
    app.state.jobs.join()
    assert "匹配完成" in planner.page(HERE)


def test_what_failed_in_the_background_is_told_once(
    drawn: None, office: county.Office, at_desk: AT_DESK, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing_ahead, "LARGE", 0)
    monkeypatch.setattr(pairing_ahead, "shelf", TableShelf())
    planner = at_desk(office.planner)
    planner.act(f"{HERE}/pair", cap="1/1000")
    app.state.jobs.join()
    assert "概率上限" in plain(planner.get(HERE).text.partition("error-summary")[2][:2000])
    app.state.jobs.join()
    assert "error-summary" not in planner.get(HERE).text


def test_an_auditor_sees_the_chances_and_no_button(
    drawn: None, office: county.Office, auditor: Actor, at_desk: AT_DESK
) -> None:
    page = at_desk(auditor).page(HERE)
    assert "可以匹配" in page
    assert "生成概率表" not in page
    assert at_desk(auditor).press(f"{HERE}/pair").status_code == 403
    assert at_desk(office.witness).get(HERE).status_code == 403


def test_an_inspector_who_cannot_go_is_replaced_by_lot_and_by_two_people(
    drawn: None, office: county.Office, at_desk: AT_DESK
) -> None:
    planner, approver = at_desk(office.planner), at_desk(office.approver)
    changes = "/office/draws/360681-2026-0001/reassignments"
    assert "还没有产生检查组" in planner.page(changes)
    planner.act(f"{HERE}/pair")
    who, visits = next(
        (number, found)
        for number in range(2, 13)
        if (
            found := re.findall(
                r'name="visits" type="checkbox" value="([^"]+)"', planner.page(changes, inspector=number)
            )
        )
    )
    fields = {"inspector": str(who), "reason": "illness", "evidence": "病假条", "visits": visits[:1]}
    refused = planner.press(changes, **fields | {"evidence": ""})
    assert '<a href="#evidence">' in refused.text
    assert planner.act(changes, **fields) == f"{changes}?done=reassign_proposed"
    assert "等待审批。提出换人的人不能审批" in planner.page(changes)
    assert "审批换人" in approver.page("/office")
    assert approver.act(f"{changes}/1/approve") == f"{changes}?done=reassign_approved"
    page = plain(approver.page(changes))
    assert "患病或受伤" in page
    assert f"检查员{who - 1} J{who - 1:02d}" in page
    assert "已有 1 件" in plain(planner.page(HERE))
    assert "不一致" not in planner.page(HERE, check=1)


def test_teams_drawn_for_bundles_are_told_by_visit_with_the_chances_of_their_bundle(
    database: Database, office: county.Office, filled: None, at_desk: AT_DESK
) -> None:
    _draw(database, office, draw_unit="bundle", unit_size=5)
    planner = at_desk(office.planner)
    assert "按片区抽取，每个单元 5 户" in plain(planner.page(TASK))
    assert "可以匹配" in plain(planner.page(HERE))
    assert planner.act(f"{HERE}/pair", cap="") == f"{HERE}?done=paired"
    page = plain(planner.page(HERE))
    assert "V0001" in page
    assert "B0001 （5 户）" in page
    why = plain(planner.page(f"{HERE}/360681-2026-0001-V0001"))
    assert "组长" in why
