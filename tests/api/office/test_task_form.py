"""The task form: what is typed in percent is kept exactly, and what is wrong stands at its field."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, update
from starlette.datastructures import FormData

from api.office import source_form, task_form
from api.office.answers import Translate
from api.office.pairing_form import cap_options
from api.office.task_form import WrongForm, draft_from, entered_of, percent_text, ppm_from
from supervision.database import Database
from supervision.people.rules import Actor
from supervision.plan.tables import DrawMode, DrawUnit
from supervision.register.tables import Inspector
from supervision.risk.tables import RiskClass
from tests.api.office.conftest import Clerk, plain
from tests.supervision.county import draft

TYPED = {
    "name": "第四季度抽查",
    "region_prefix": "360681",
    "directed": "0",
    "method": "class_rates",
    "items": ["GS-01", "SP-01"],
    "rate_A": "1",
    "rate_B": "3",
    "rate_C": "10",
    "rate_D": "30",
    "team_size": "2",
    "starts": "2026-11-23",
    "ends": "2026-12-31",
}


@pytest.mark.parametrize(
    ("typed", "ppm"),
    [
        ("3", 30_000),
        ("0.5", 5_000),
        ("0.0001", 1),
        ("100", 1_000_000),
        (" 3 % ", 30_000),
        ("３．５％", 35_000),
    ],
)
def test_a_share_in_percent_is_kept_to_the_last_digit(typed: str, ppm: int) -> None:
    assert ppm_from(typed) == ppm


@pytest.mark.parametrize(
    "typed", ["", "-1", "100.0001", "0.00001", "1e400", "NaN", "Infinity", "三", "1,5", "1/3"]
)
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        ppm_from(typed)


@given(st.integers(0, 1_000_000))
def test_every_share_reads_back_as_it_was_shown(ppm: int) -> None:
    assert ppm_from(percent_text(ppm)) == ppm


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"directed": True, "industries": "CF", "tags": ("food",)},
        {"by_class": False, "rates": dict.fromkeys(RiskClass, 12_345)},
        {"mode": DrawMode.FIXED, "number": 40, "rates": dict(zip(RiskClass, (1, 2, 3, 4), strict=True))},
        {"mode": DrawMode.FIXED, "number": 9, "by_class": False, "rates": dict.fromkeys(RiskClass, 1)},
        {"team_size": 3, "publish_drawn_list": False},
        {"departments": ("执法一科", "滨江所"), "rotation": False, "cross_station": True},
        {"max_visits": 12, "cap": "3/7", "second_reveal": True},
        {"draw_unit": DrawUnit.BUNDLE, "unit_size": 15},
        {"draw_unit": DrawUnit.DAY_ROUTE},
    ],
)
def test_a_draft_shown_in_the_form_comes_back_unchanged(more: dict[str, object]) -> None:
    whole = draft(**more)
    assert draft_from(entered_of(whole)) == whole


def test_every_wrong_field_is_named_at_once() -> None:
    entered = task_form.blank("360681", 2026) | {
        "rate_B": "viel",
        "starts": "morgen",
        "ends": "",
        "team_size": "1",
        "name": " ",
    }
    with pytest.raises(WrongForm) as refused:
        draft_from(entered)
    assert set(refused.value.errors) >= {"rate_B", "starts", "ends", "team_size"}


def test_a_new_task_is_drawn_up_from_what_was_typed(
    planner: Actor, at_desk: Callable[[Actor], Clerk], filled: None
) -> None:
    clerk = at_desk(planner)
    plan = clerk.act("/office/plans", name="年度计划", year="2026").partition("?")[0]
    task = clerk.act(f"{plan}/tasks", **TYPED).partition("?")[0]
    page = clerk.page(task)
    assert "A 1%，B 3%，C 10%，D 30%" in page
    assert "GS-01 事项 GS-01；SP-01 事项 SP-01" in page
    assert f"2026-11-23 — {date(2026, 12, 31)}" in page


def test_issues_and_moments_may_be_typed_in_full_width() -> None:
    typed = {
        "reveal_by": "２０２６－１２－０１　１８：００",
        "lottery_game_0": "ssq",
        "lottery_issue_0": "２０２６１３５",
    }
    errors: dict[str, str] = {}
    found = source_form.fields(source_form.read(FormData(typed)), errors)
    assert errors == {}
    assert [(each.game, each.issue) for each in found["lotteries"]] == [("ssq", "2026135")]
    assert found["reveal_by"] == datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_a_refused_task_keeps_what_was_typed_and_leads_to_the_field(
    planner: Actor, at_desk: Callable[[Actor], Clerk], filled: None
) -> None:
    clerk = at_desk(planner)
    plan = clerk.act("/office/plans", name="年度计划", year="2026").partition("?")[0]
    answer = clerk.press(f"{plan}/tasks", **TYPED | {"rate_C": "130", "name": "保留的名称"})
    assert answer.status_code == 422
    assert 'value="保留的名称"' in answer.text
    assert 'value="130"' in answer.text
    assert '<a href="#rate_C">' in answer.text
    late = clerk.press(f"{plan}/tasks", **TYPED | {"ends": "2026-11-01"})
    assert '<a href="#ends">不能早于' in late.text


def test_a_task_of_items_nobody_chose_is_refused_at_the_items(
    planner: Actor, at_desk: Callable[[Actor], Clerk], filled: None
) -> None:
    clerk = at_desk(planner)
    plan = clerk.act("/office/plans", name="年度计划", year="2026").partition("?")[0]
    answer = clerk.press(f"{plan}/tasks", **TYPED | {"items": []})
    assert answer.status_code == 422
    assert '<a href="#items">' in answer.text


def test_a_task_can_be_changed_until_the_freeze(
    planner: Actor, at_desk: Callable[[Actor], Clerk], filled: None
) -> None:
    clerk = at_desk(planner)
    plan = clerk.act("/office/plans", name="年度计划", year="2026").partition("?")[0]
    task = clerk.act(f"{plan}/tasks", **TYPED).partition("?")[0]
    clerk.act(f"{task}/edit", **TYPED | {"method": "one_rate", "rate_all": "4.25"})
    assert "4.25%" in clerk.page(task)


def test_an_approver_is_not_shown_the_form(approver: Actor, at_desk: Callable[[Actor], Clerk]) -> None:
    assert at_desk(approver).get("/office/plans/360681-2026-P01/tasks/new").status_code in (403, 404)
    assert at_desk(approver).press("/office/plans", name="计划", year="2026").status_code == 403


SOURCES = {
    "reveal_by": "2026-11-25T18:00",
    "use_beacon": "1",
    "lottery_game_0": "ssq",
    "lottery_issue_0": "2026137",
    "lottery_game_1": "other",
    "lottery_code_1": "mark6",
    "lottery_issue_1": "26-131",
    "disclosure": "sealed",
    "open_by": "2026-12-20T09:30",
}


@pytest.mark.parametrize(
    "more",
    [
        {"use_beacon": True, "reveal_by": "2026-11-25T18:00:00+08:00"},
        {"reveal_by": "2026-11-25T18:00:30+08:00", "lotteries": ({"game": "ssq", "issue": "2026137"},)},
        {"lotteries": tuple({"game": "odd.game", "issue": f"{n}"} for n in range(5)), "use_beacon": True},
        {"disclosure": "sealed", "open_by": "2026-12-20T01:30:00Z"},
    ],
)
def test_the_sources_of_a_draft_come_back_unchanged(more: dict[str, object]) -> None:
    whole = draft(**more)
    assert draft_from(entered_of(whole)) == whole


def test_a_task_is_drawn_up_with_beacon_lotteries_and_a_seal(
    planner: Actor, at_desk: Callable[[Actor], Clerk], filled: None
) -> None:
    clerk = at_desk(planner)
    plan = clerk.act("/office/plans", name="年度计划", year="2026").partition("?")[0]
    task = clerk.act(f"{plan}/tasks", **TYPED | SOURCES).partition("?")[0]
    page = plain(clerk.page(task))
    assert "揭示截止时间 2026-11-25 18:00" in page
    assert "公共随机信标（drand）第 34265832 轮，2026-11-25 18:01:00 产生" in page
    assert "福利彩票双色球第 2026137 期；mark6第 26-131 期" in page
    assert "封存型，到期启封" in page
    assert "启封期限 2026-12-20 09:30" in page
    assert "揭示和随机源" in page
    form = clerk.page(f"{task}/edit")
    for value in ("2026-11-25T18:00", "2026137", "mark6", "2026-12-20T09:30"):
        assert f'value="{value}"' in form


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reveal_by": ""}, "reveal_by"),
        ({"reveal_by": "2026-11-01T18:00"}, "reveal_by"),
        ({"reveal_by": "morgen"}, "reveal_by"),
        ({"reveal_by": "2026-11-25"}, "reveal_by"),
        ({"reveal_by": "2026-11-25T18:00+02:00"}, "reveal_by"),
        ({"lottery_issue_0": ""}, "lottery_issue_0"),
        ({"lottery_issue_0": "第137期"}, "lottery_issue_0"),
        ({"lottery_game_0": ""}, "lottery_game_0"),
        ({"lottery_code_1": "六合彩"}, "lottery_code_1"),
        ({"lottery_game_1": "ssq", "lottery_issue_1": "2026137"}, "lottery_game_0"),
        ({"open_by": ""}, "open_by"),
        ({"open_by": "2026-11-25T17:00"}, "open_by"),
        ({"open_by": "2027-06-01T17:00"}, "open_by"),
        ({"disclosure": "secret"}, "disclosure"),
        ({"ends": "9999-12-31"}, "ends"),
    ],
)
def test_a_wrong_source_is_refused_at_its_field_and_everything_typed_is_kept(
    planner: Actor, at_desk: Callable[[Actor], Clerk], filled: None, wrong: dict[str, str], field: str
) -> None:
    clerk = at_desk(planner)
    plan = clerk.act("/office/plans", name="年度计划", year="2026").partition("?")[0]
    answer = clerk.press(f"{plan}/tasks", **TYPED | SOURCES | wrong)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}' in answer.text
    for value in (SOURCES | wrong).values():
        assert not value or f'value="{value}"' in answer.text or value == "secret"


def test_a_new_task_asks_for_the_second_reveal_unless_somebody_takes_it_out() -> None:
    assert task_form.blank("360681", 2026)["second_reveal"] == "1"
    typed = FormData([(name, value) for name, value in TYPED.items() if isinstance(value, str)])
    assert task_form.read(typed)["second_reveal"] == ""


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"max_visits": "0"}, "max_visits"),
        ({"max_visits": "1.5"}, "max_visits"),
        ({"cap": "5/4"}, "cap"),
        ({"cap": "很小"}, "cap"),
        ({"draw_unit": "town"}, "draw_unit"),
        ({"draw_unit": "bundle", "unit_size": "很多"}, "unit_size"),
        ({"draw_unit": "bundle", "unit_size": "201"}, "unit_size"),
    ],
)
def test_a_bound_that_is_no_number_stands_at_its_field(typed: dict[str, str], where: str) -> None:
    with pytest.raises(WrongForm) as wrong:
        draft_from(entered_of(draft()) | typed)
    assert set(wrong.value.errors) == {where}


def test_a_cap_that_the_form_does_not_offer_is_offered_where_the_task_has_it() -> None:
    here = Translate("zh-CN")
    assert ("3/7", "不超过 3/7（42.9%）") in cap_options(here, "3/7")
    assert [cap for cap, _ in cap_options(here, "1/4")].count("1/4") == 1


def test_departments_are_those_of_the_register(
    planner: Actor, at_desk: Callable[[Actor], Clerk], database: Database, filled: None
) -> None:
    with database.writing() as session:
        session.exec(update(Inspector).where(col(Inspector.code) < "J06").values(department="执法一科"))
    clerk = at_desk(planner)
    clerk.act("/office/plans", name="年度计划", year="2026")
    page = clerk.page("/office/plans/360681-2026-P01/tasks/new")
    assert page.count('name="departments"') == 1
    fields = TYPED | {"departments": ["执法一科", "滨江所"]}
    clerk.act("/office/plans/360681-2026-P01/tasks", **fields)
    shown = plain(clerk.page("/office/tasks/360681-2026-P01-T01"))
    assert "执法一科、滨江所各派一人" in shown
    refused = clerk.press("/office/plans/360681-2026-P01/tasks", **TYPED | {"departments": ["执法一科"]})
    assert '<a href="#departments">' in refused.text
