"""Registers, terms and the calendar become the problem that the solver is given."""

from datetime import date, timedelta
from typing import Any

import pytest

from supervision.database import Database
from supervision.inspection.tables import VisitState
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.register import leaves
from supervision.register import service as register
from supervision.schedule import records, service, terms
from supervision.schedule.posing import Posed, pose
from supervision.schedule.rules import NoBase, NothingToSchedule, NoWorkingDay, Opening, Options
from supervision.schedule.service import Request
from supervision.schedule.terms import BaseDraft, TermsDraft
from tests.supervision.factories import add_draw, add_item, add_task
from tests.supervision.schedule.scene import CALENDAR, FIRST, LAST, NOW, County, send, settle


def posed(county: County, first: date = FIRST, last: date = LAST, **options: Any) -> Posed:
    request = Request((county.task.code,), first, last, Options(**options))
    with county.database.reading() as session:
        return pose(session, service.wanted_of(session, county.planner, request, date(2026, 9, 1)), CALENDAR)


def visit(problem: dict[str, Any], code: str) -> dict[str, Any]:
    return next(each for each in problem["visits"] if each["id"] == code)


def test_each_distinct_set_of_members_is_a_team(county: County) -> None:
    problem = posed(county).problem
    assert [team["id"] for team in problem["teams"]] == ["G001+G002", "G003+G004"]
    assert [each["team"] for each in problem["visits"]] == ["G001+G002", "G003+G004"] * 4
    assert problem["sharing"] == "time"
    assert problem["days"] == [
        "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27",
        "2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04",
    ]  # fmt: skip
    assert problem["cars"] == {"0": 5}
    assert {each["dur"] for each in problem["visits"]} == {45 * 60}  # 30 minutes and 15 for the one item
    assert "检查员" not in str(problem)  # codes alone


def test_a_member_on_leave_keeps_the_whole_team_at_home_and_an_expired_certificate_too(
    county: County,
) -> None:
    with county.database.writing() as session:
        leaves.add_leave(
            session, county.planner, county.inspectors[0].id or 0,
            starts=date(2026, 11, 24), ends=date(2026, 11, 25), reason="病假", now=NOW,
        )  # fmt: skip
        late = session.merge(county.inspectors[3])
        late.certificate_until = date(2026, 12, 1)
        session.add(late)
    first, second = posed(county).problem["teams"]
    assert first["avail"] == [0, 3, 4, 5, 6, 7, 8, 9]
    assert second["avail"] == [0, 1, 2, 3, 4, 5, 6]


def test_terms_of_a_visit_bound_its_days_hours_and_length(county: County) -> None:
    code = county.codes[0]
    draft = TermsDraft(
        minutes=100,
        openings=(Opening.model_validate({"weekdays": [1, 2], "from": "13:30", "to": "16:00"}),),
        closed=(date(2026, 11, 24),),
        earliest=date(2026, 11, 24),
        latest=date(2026, 12, 1),
        appointment_on=date(2026, 11, 30),
        appointment_at="14:00",
    )
    with county.database.writing() as session:
        terms.set_terms(session, county.planner, code, draft, NOW)
    found = visit(posed(county).problem, code)
    assert found["dur"] == 6000
    assert found["days"] == [1, 2, 3, 4, 5, 6]  # 24 November to 1 December
    assert found["closed"] == [1, 2, 3, 4, 7, 8, 9]  # the 24th, and Wednesdays to Fridays
    assert found["tw_on"] == {"0": [[10_800, 19_800]], "5": [[10_800, 19_800]], "6": [[10_800, 19_800]]}
    assert found["appointment"] == {"day": 5, "start": 12_600}


def test_opening_hours_of_the_entity_count_where_the_visit_has_none_of_its_own(county: County) -> None:
    text = f"统一社会信用代码,营业时间\n{county.entities[1].uscc},周一至周五 08:00-11:00\n"
    with county.database.writing() as session:
        assert terms.import_places(session, county.planner, text.encode(), NOW).hours == 1
    found = visit(posed(county).problem, county.codes[1])
    assert set(map(str, range(10))) == found["tw_on"].keys()
    assert found["tw_on"]["0"] == [[0, 7200]]


def test_who_must_stay_away_is_told_with_the_visit(county: County) -> None:
    with county.database.writing() as session:
        register.add_recusal(
            session, county.planner, county.inspectors[0].id or 0, reason="近亲属", now=NOW,
            uscc=county.entities[0].uscc,
        )  # fmt: skip
    assert visit(posed(county).problem, county.codes[0])["recused"] == ["G001"]


def test_a_team_sets_out_from_its_own_station_where_that_has_an_office(county: County) -> None:
    with county.database.writing() as session:
        for one in county.inspectors[2:]:
            one = session.merge(one)
            one.station = "泗沥所"
            session.add(one)
        terms.add_base(
            session,
            county.planner,
            BaseDraft(name="泗沥所", station="泗沥所", latitude=28.4, longitude=117.3),
            NOW,
        )
    problem = posed(county).problem
    assert problem["counties"] == [[28.29, 117.22], [28.4, 117.3]]
    assert [team["office"] for team in problem["teams"]] == [0, 1]


def test_a_year_without_announced_holidays_makes_the_plan_provisional_and_says_so(county: County) -> None:
    with county.database.writing() as session:
        task = session.merge(county.task)
        task.ends = date(2027, 1, 15)
        session.add(task)
    found = posed(county, date(2026, 12, 28), date(2027, 1, 8))
    assert found.problem["unknown_years"] == [2027]
    assert "2027 年节假日安排尚未公布" in found.notes[0]


def test_days_worked_instead_of_a_holiday_are_days_of_the_schedule(county: County) -> None:
    with county.database.writing() as session:
        task = session.merge(county.task)
        task.starts = date(2026, 9, 1)
        session.add(task)
    days = posed(county, date(2026, 9, 14), date(2026, 10, 15)).problem["days"]
    assert len(days) == 20
    assert {"2026-09-20", "2026-10-10"} <= set(days)
    assert not {"2026-09-25", *(f"2026-10-0{n}" for n in range(1, 8))} & set(days)


def test_without_coordinates_the_visit_goes_unplaced_and_the_note_says_what_to_do(
    database: Database, organ: Organ, planner: Actor, approver: Actor
) -> None:
    county = settle(database, organ, planner, approver, located=False)
    found = posed(county)
    assert found.problem["visits"][0]["lat"] is None
    assert "travel" not in found.problem
    assert found.notes == (
        "8 户没有经纬度，无法计算路程，不会排入。"
        "请在“检查安排—坐标与营业时间”中导入经纬度，或在排期设置中填写“按固定路程（分钟）”。",
    )


def test_an_assumed_way_stands_for_every_way_that_is_not_known(
    database: Database, organ: Organ, planner: Actor, approver: Actor
) -> None:
    county = settle(database, organ, planner, approver, located=False)
    found = posed(county, assume_travel_minutes=20)
    table = found.problem["travel"]
    assert len(table) == 9  # the office and eight shops
    assert all(table[a][b] == (0 if a == b else 1200) for a in range(9) for b in range(9))
    assert "一律按 20 分钟计算" in found.notes[0]


def test_an_organ_without_an_office_is_told_how_to_add_one(
    database: Database, organ: Organ, planner: Actor, approver: Actor
) -> None:
    county = settle(database, organ, planner, approver, base=False)
    with pytest.raises(NoBase) as refused:
        posed(county)
    assert "办公地点" in refused.value.message


def test_a_period_without_working_days_and_a_task_without_visits_are_refused(county: County) -> None:
    saturday = date(2026, 11, 28)
    with pytest.raises(NoWorkingDay):
        posed(county, saturday, saturday + timedelta(days=1))
    with county.database.writing() as session:
        for code in county.codes:
            found, _, _ = records.visits_by_code(session, [code])[code]
            found.state = VisitState.SUBMITTED
            session.add(found)
    with pytest.raises(NothingToSchedule):
        posed(county)


def test_days_on_which_a_schedule_in_force_sends_people_elsewhere_are_taken(county: County) -> None:
    first = posed(county)
    schedule = county.issued()
    with county.database.writing() as session:
        rows = records.scheduled(session, schedule.id or 0)
        taken = {row.day for row, _ in rows if row.team == "G001+G002"}
        organ = session.merge(county.organ)
        item = add_item(session, organ, "02", "计量器具检查")
        task = add_task(session, organ, 2, [item], starts=date(2026, 11, 16), ends=date(2026, 12, 31))
        team = [session.merge(each) for each in county.inspectors[:2]]
        send(session, add_draw(session, organ, task, 2), [session.merge(county.entities[0])], [team])
        code = task.code
    request = Request((code,), FIRST, LAST)
    with county.database.reading() as session:
        other = pose(session, service.wanted_of(session, county.planner, request, date(2026, 9, 1)), CALENDAR)
    free = {date.fromisoformat(other.problem["days"][n]) for n in other.problem["teams"][0]["avail"]}
    assert len(taken) == 10 - len(free) > 0
    assert not free & taken
    assert other.notes == (
        f"2 名检查人员共有 {2 * len(taken)} 人天已按下发的其他安排外出，这些天不再排；"
        "要排在同一天，请把这些任务选在一起重新编制。",
    )
    assert posed(county).problem == first.problem, "its own visits take nobody's days"
