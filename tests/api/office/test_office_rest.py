"""Risk snapshots, results under review, the journal and the accounts, through their pages."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from supervision.database import Database
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from tests.api.office.conftest import Clerk, plain
from tests.conftest import PASSWORD
from tests.supervision.factories import Scene, enter, set_scene

AT_DESK = Callable[[Actor], Clerk]


@pytest.fixture
def scene(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    """Three visits; the first two entered, one of them with the calendar of 2027 unknown."""
    found = set_scene(database, organ, enrol)
    with database.writing() as session:
        enter(session, found, found.codes[0], day=date(2026, 11, 2))
        enter(session, found, found.codes[1], result="3", day=date(2026, 11, 19))
    return found


def test_a_snapshot_is_taken_once_a_month_and_shown_with_its_spread(
    planner: Actor, at_desk: AT_DESK, filled: None
) -> None:
    clerk = at_desk(planner)
    where = clerk.act("/office/risk", month="2026-11").partition("?")[0]
    page = plain(clerk.page(where))
    assert "本辖区户数 120" in page
    assert "评分表摘要" in page
    assert "得分" in plain(clerk.page("/office/risk"))


@pytest.mark.parametrize("month", ["", "2026-13", "2027-01", "11/2026"])
def test_a_snapshot_of_no_month_or_of_one_to_come_is_refused(
    planner: Actor, at_desk: AT_DESK, filled: None, month: str
) -> None:
    answer = at_desk(planner).press("/office/risk", month=month)
    assert answer.status_code == 422
    assert '<a href="#month">' in answer.text


def test_waiting_results_stand_with_their_deadline_the_most_urgent_first(
    scene: Scene, at_desk: AT_DESK
) -> None:
    page = at_desk(scene.approver).page("/office/results")
    text = plain(page)
    assert text.index("第1食品经营部") < text.index("第2食品经营部")
    assert "2026-11-30" in text
    assert "还有 10 天" in text
    assert page.count('type="checkbox"') == 2


def test_chosen_results_are_published_together(scene: Scene, at_desk: AT_DESK) -> None:
    clerk = at_desk(scene.approver)
    assert (
        clerk.act("/office/results/publish", visits=list(scene.codes[:2])) == "/office/results?done=published"
    )
    assert "没有待公示的结果" in clerk.page("/office/results")
    assert "-R1" in clerk.page("/office/results/releases")


def test_nothing_is_chosen_in_advance_and_a_whole_page_is_published_only_on_request(
    scene: Scene, at_desk: AT_DESK
) -> None:
    clerk = at_desk(scene.approver)
    page = clerk.page("/office/results")
    assert " checked" not in page
    assert all(f'name="listed" value="{code}"' in page for code in scene.codes[:2])
    listed = list(scene.codes[:2])
    assert "请至少选择一项" in clerk.press("/office/results/publish", listed=listed).text
    where = clerk.act("/office/results/publish", listed=listed, which="listed")
    assert where == "/office/results?done=published"
    assert "没有待公示的结果" in clerk.page("/office/results")


def test_publishing_nothing_or_what_is_not_waiting_is_refused(scene: Scene, at_desk: AT_DESK) -> None:
    clerk = at_desk(scene.approver)
    assert "请至少选择一项" in clerk.press("/office/results/publish").text
    assert clerk.press("/office/results/publish", visits=[scene.codes[2]]).status_code in (404, 409)
    assert "共" not in plain(clerk.page("/office/results/releases")).partition("公示版本")[2][:3]


def test_who_may_not_publish_is_offered_no_button(scene: Scene, planner: Actor, at_desk: AT_DESK) -> None:
    clerk = at_desk(planner)
    page = clerk.page("/office/results")
    assert "公示所选结果" not in page
    assert "第1食品经营部" in page
    assert clerk.press("/office/results/publish", visits=[scene.codes[0]]).status_code == 403
    assert "公示这一结果" not in clerk.page(f"/office/visits/{scene.codes[0]}")


def test_a_result_is_returned_with_a_reason_and_not_without(scene: Scene, at_desk: AT_DESK) -> None:
    clerk, here = at_desk(scene.approver), f"/office/visits/{scene.codes[0]}"
    assert "公示这一结果" in clerk.page(here)
    refused = clerk.press(f"{here}/return", reason="  ")
    assert refused.status_code == 422
    clerk.act(f"{here}/return", reason="日期与现场照片不符")
    page = plain(clerk.page(here))
    assert "已退回" in page
    assert "日期与现场照片不符" in page


def test_the_visits_of_a_task_are_filtered_by_state(scene: Scene, at_desk: AT_DESK) -> None:
    clerk, here = at_desk(scene.approver), f"/office/tasks/{scene.task.code}/visits"
    assert "全部 3" in plain(clerk.page(here))
    waiting = clerk.page(here, state="submitted")
    assert waiting.count("食品经营部") == 2
    assert "第3食品经营部" in clerk.page(here, state="assigned")


def test_the_office_is_not_shown_contact_and_telephone_with_a_visit(scene: Scene, at_desk: AT_DESK) -> None:
    page = at_desk(scene.approver).page(f"/office/visits/{scene.codes[0]}")
    assert "13970155501" not in page
    assert "13970155502" not in page


def test_the_home_page_of_an_approver_counts_what_waits(scene: Scene, at_desk: AT_DESK) -> None:
    page = plain(at_desk(scene.approver).page("/office"))
    assert "审核并公示检查结果 2 户，最近的期限 2026-11-30" in page
    assert "正在检查的任务" in page


def test_the_journal_is_filtered_paged_and_checked(
    planner: Actor, auditor: Actor, at_desk: AT_DESK, filled: None
) -> None:
    clerk = at_desk(planner)
    clerk.act("/office/plans", name="甲计划", year="2026")
    clerk.act("/office/plans", name="乙计划", year="2026")
    page = plain(at_desk(auditor).page("/office/journal", act="plan.create"))
    assert "plan:360681-2026-P02" in page
    assert "account:" not in page.partition("看内容")[2]
    assert "链条完整" in at_desk(auditor).page("/office/journal/check")
    assert clerk.get("/office/journal/check").status_code == 403


def test_a_changed_entry_breaks_the_chain_and_is_named(
    database: Database, auditor: Actor, at_desk: AT_DESK
) -> None:
    with database.writing() as session:
        entry = session.exec(select(Entry).where(Entry.seq == 1)).one()
        entry.actor = "somebody"
        session.add(entry)
    assert "留痕日志第 1 条与前后记录不一致" in at_desk(auditor).page("/office/journal/check")


def test_an_administrator_opens_changes_and_closes_an_account(administrator: Actor, at_desk: AT_DESK) -> None:
    clerk = at_desk(administrator)
    new = {"username": "zhao", "display_name": "赵六", "password": PASSWORD, "organ_code": "360681"}
    assert (
        clerk.act("/office/people", **new, roles=["planner", "auditor"])
        == "/office/people?done=account_added"
    )
    assert "审计监督、计划编制" in clerk.page("/office/people")
    clerk.act("/office/people/zhao", roles=["witness"])
    page = plain(clerk.page("/office/people/zhao"))
    assert "停用" in page
    assert "抽取见证" in page


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"password": "short"}, "password"),
        ({"username": "a b"}, "username"),
        ({"username": "administrator"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"region_prefix": "11"}, "region_prefix"),
        ({"roles": ["king"]}, "roles"),
    ],
)
def test_a_wrong_account_is_refused_at_its_field_and_its_password_not_shown(
    administrator: Actor, at_desk: AT_DESK, wrong: dict[str, object], where: str
) -> None:
    new = {"username": "zhao", "display_name": "赵六", "password": PASSWORD, "organ_code": "360681"}
    answer = at_desk(administrator).press("/office/people", **{**new, "roles": ["planner"], **wrong})
    assert answer.status_code in (403, 409, 422)
    assert f'<a href="#{where}">' in answer.text
    assert PASSWORD not in answer.text


def test_planners_see_the_accounts_and_change_none(planner: Actor, at_desk: AT_DESK) -> None:
    clerk = at_desk(planner)
    assert "开设账号" not in clerk.page("/office/people")
    assert clerk.get("/office/people/planner").status_code == 403
    assert clerk.press("/office/people/planner", roles=["administrator"], active="1").status_code == 403


def test_a_form_with_nul_is_refused_before_it_reaches_the_database(planner: Actor, at_desk: AT_DESK) -> None:
    answer = at_desk(planner).press("/office/plans", name="计划\0", year="2026")
    assert answer.status_code == 422
    assert at_desk(planner).get("/office/plans/%00").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/office/plans/none", "/office/tasks/none", "/office/draws/none", "/office/visits/none",
        "/office/register/entities/none", "/office/register/imports/999", "/office/risk/999",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_with_a_way_back(planner: Actor, at_desk: AT_DESK, path: str) -> None:
    answer = at_desk(planner).get(path)
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert 'href="/office"' in answer.text
