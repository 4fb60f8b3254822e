"""From the preview to the pairing, through the pages alone, each by the person whose turn it is."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from solver.seed import commitment
from supervision.database import Database
from supervision.people.rules import Actor
from supervision.plan import service as plans
from supervision.register.tables import Inspector
from tests.api.office.conftest import ENTITIES, Clerk, plain
from tests.supervision import county

AT_DESK = Callable[[Actor], Clerk]
HERE = "/office/tasks/360681-2026-P01-T01"
PART = "/office/draws/parts/360681-2026-P01-T01"
DRAW = "/office/draws/360681-2026-0001"


@pytest.fixture
def task(database: Database, office: county.Office, filled: None) -> str:
    """A task still being drawn up."""
    with database.writing() as session:
        return county.new_task(session, office).code


PARTIES = {
    "username_0": "planner",
    "title_0": "组织方",
    "kind_0": "organiser",
    "username_1": "witness",
    "title_1": "纪检组",
    "kind_1": "discipline",
}


def brought_to(database: Database, office: county.Office, stage: Callable[..., object]) -> None:
    """The task as far as a stage of the tests' county."""
    with database.writing() as session:
        stage(session, office, plans.own_task(session, office.planner, "360681-2026-P01-T01"))


def test_the_whole_chain_passes_from_desk_to_desk(task: str, office: county.Office, at_desk: AT_DESK) -> None:
    planner, approver, witness = map(at_desk, (office.planner, office.approver, office.witness))
    assert planner.act(f"{HERE}/parties", **PARTIES) == f"{HERE}?done=parties_named"
    for clerk, secret in zip((planner, witness), county.SECRETS, strict=True):
        assert "提交承诺" in clerk.page(PART)
        clerk.act(f"{PART}/commit", commitment=commitment(secret).hex())
    planner.act(f"{HERE}/freeze")
    approver.act(f"{HERE}/approve")
    for clerk, secret in zip((planner, witness), county.SECRETS, strict=True):
        clerk.act(f"{PART}/reveal", secret=secret.hex())
    planner.act(f"{HERE}/run")
    planner.act(f"{DRAW}/pairing/pair")
    page = plain(planner.page(HERE))
    assert "检查中" in page
    drawn = planner.page(DRAW)
    assert "检查任务量" in drawn
    assert "360681-2026-0001-V0001" in drawn


def test_the_preview_tells_each_class_its_exact_chance(
    task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    page = plain(at_desk(office.planner).page(HERE))
    assert f"可抽取 {ENTITIES}" in page
    assert "D 信用风险高 6 30% 3/10 1.8" in page
    file = at_desk(office.planner).get(f"{HERE}/preview.csv")
    assert '"江西省鹰潭市贵溪市","C 制造业","A","24","1/100","1%"' in file.text


def test_the_preview_warns_below_the_floor_and_names_what_it_lumps(
    database: Database, office: county.Office, filled: None, at_desk: AT_DESK
) -> None:
    with database.writing() as session:
        county.new_task(session, office, by_class=False, rates=dict.fromkeys("ABCD", 20_000))
    page = plain(at_desk(office.planner).page(HERE))
    assert "不定向抽查的总比例低于本年度 3% 的要求" in page


def test_without_a_snapshot_the_page_says_what_to_do_first(
    database: Database, office: county.Office, filled: None, at_desk: AT_DESK
) -> None:
    from supervision.risk.tables import EntityClass, RiskSnapshot

    with database.writing() as session:
        county.new_task(session, office)
        for table in (EntityClass, RiskSnapshot):
            for row in session.exec(select(table)):
                session.delete(row)
            session.flush()
    page = at_desk(office.planner).page(HERE)
    assert "本辖区还没有等级快照，请先生成本月快照。" in page


def test_parties_that_could_not_be_frozen_are_refused_when_named_and_may_be_taken_back(
    task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    planner = at_desk(office.planner)
    answer = planner.press(f"{HERE}/parties", **PARTIES | {"kind_1": "other"})
    assert answer.status_code == 422
    assert "现在缺少：纪检监察" in answer.text
    assert planner.act(f"{HERE}/parties", **PARTIES) == f"{HERE}?done=parties_named"
    nobody = {"username_0": "", "username_1": ""}
    assert planner.act(f"{HERE}/parties", **PARTIES | nobody) == f"{HERE}?done=parties_taken_back"
    assert "还没有确定参与方" in planner.page(HERE)


def test_a_freeze_before_the_commitments_is_refused_on_the_tasks_own_page(
    task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    planner = at_desk(office.planner)
    planner.act(f"{HERE}/parties", **PARTIES)
    answer = planner.press(f"{HERE}/freeze")
    assert answer.status_code == 409
    assert "以下参与方还没有提交承诺：组织方、纪检组" in answer.text
    assert "2026年第四季度双随机抽查" in answer.text


def test_who_drew_the_task_up_is_not_offered_its_approval_and_cannot_take_it(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    brought_to(database, office, county.frozen)
    assert "审批通过" not in at_desk(office.planner).page(HERE)
    assert at_desk(office.planner).press(f"{HERE}/approve").status_code == 403
    assert "审批通过" in at_desk(office.approver).page(HERE)


def test_a_wrong_secret_is_refused_at_its_field_and_never_shown_again(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    brought_to(database, office, county.frozen)
    at_desk(office.approver).act(f"{HERE}/approve")
    wrong = "ab" * 32
    answer = at_desk(office.witness).press(f"{PART}/reveal", secret=wrong)
    assert answer.status_code == 422
    assert '<a href="#secret">' in answer.text
    assert wrong not in answer.text


def test_a_secret_revealed_stays_hidden_until_the_draw_is_closed(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    brought_to(database, office, county.frozen)
    at_desk(office.approver).act(f"{HERE}/approve")
    witness, secret = at_desk(office.witness), county.SECRETS[1].hex()
    witness.act(f"{PART}/reveal", secret=secret)
    for clerk in (witness, at_desk(office.planner)):
        assert secret not in clerk.page(PART)
    assert secret not in at_desk(office.approver).page(DRAW)


def test_a_witness_sees_the_own_parts_and_nothing_else_of_the_office(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    brought_to(database, office, county.committed)
    witness = at_desk(office.witness)
    assert "2026年第四季度双随机抽查" in witness.page("/office/draws")
    for path in (
        "/office/plans",
        HERE,
        "/office/risk",
        "/office/results",
        "/office/journal",
        "/office/people",
    ):
        assert witness.get(path).status_code == 403, path


def test_who_is_no_party_is_refused_the_part(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK, auditor: Actor
) -> None:
    brought_to(database, office, county.committed)
    assert at_desk(auditor).get(PART).status_code == 403


def test_a_void_draw_shows_its_reason_and_is_followed_by_a_new_task(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    brought_to(database, office, county.frozen)
    approver, planner = at_desk(office.approver), at_desk(office.planner)
    empty = approver.press(f"{HERE}/void", reason="", note="")
    assert empty.status_code == 422
    assert '<a href="#reason">' in empty.text
    assert re.search(r"<details[^>]* open>(?:(?!</details>).)*name=\"reason\"", empty.text, re.S)
    approver.act(f"{HERE}/void", reason="register-error", note="名录漏了一批新设企业")
    assert "名录或等级有误：名录漏了一批新设企业" in planner.page(HERE)
    form = planner.page("/office/plans/360681-2026-P01/tasks/new", redraw_of="360681-2026-P01-T01")
    assert "重新抽取：接续已作废的任务 360681-2026-P01-T01" in form
    from tests.api.office.test_task_form import TYPED

    again = TYPED | {"redraw_of": "360681-2026-P01-T01"}
    refused = planner.press("/office/plans/360681-2026-P01/tasks", **again)
    assert '<a href="#redraw_reason">' in refused.text
    new = planner.act("/office/plans/360681-2026-P01/tasks", **again | {"redraw_reason": "名录已补齐"})
    assert "原因：名录已补齐" in planner.page(new)


def test_a_pairing_that_cannot_be_names_each_shortage_and_the_next_step(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    brought_to(database, office, county.drawn)
    with database.writing() as session:
        for inspector in session.exec(select(Inspector).where(Inspector.code > "J02")):
            inspector.certificate_until = date(2026, 11, 30)
            session.add(inspector)
    answer = at_desk(office.planner).press(f"{DRAW}/pairing/pair")
    assert answer.status_code == 422
    assert "现有人员组不成合规的检查组" in answer.text
    assert "改动最小的办法" in answer.text
    assert "补充执法检查人员" in answer.text
    assert answer.text.count('class="shortage"') >= 1


def test_the_drawn_list_stands_by_credit_code_and_shows_no_class(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    brought_to(database, office, county.drawn)
    file = at_desk(office.planner).get(f"{DRAW}/drawn.csv").text
    codes = [line.split('","')[1] for line in file.splitlines()[1:]]
    assert codes == sorted(codes)
    assert len(codes) > 3
    assert not any(f'"{grade}"' in file for grade in "ABCD")


def test_the_classes_of_the_drawn_are_for_the_office_alone(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    brought_to(database, office, county.drawn)
    assert "各等级抽中户数" in at_desk(office.planner).page(DRAW)
    seen_by_witness = at_desk(office.witness).page(DRAW)
    assert "各等级抽中户数" not in seen_by_witness
    assert "抽中名单" not in seen_by_witness


def test_the_home_page_tells_each_the_next_step(
    database: Database, task: str, office: county.Office, at_desk: AT_DESK
) -> None:
    planner = at_desk(office.planner)
    assert "核对预览并确定参与方" in planner.page("/office")
    brought_to(database, office, county.frozen)
    assert "审批任务" in at_desk(office.approver).page("/office")
    waiting = planner.page("/office")
    assert "核对预览并确定参与方" not in waiting
    assert "审批任务" not in waiting
