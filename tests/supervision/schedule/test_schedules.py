"""A schedule from draft to issue: who may, in which order, and what people are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, select

from supervision.clock import BEIJING
from supervision.database import Database
from supervision.draw.rules import FourEyes
from supervision.errors import Conflict, Forbidden, InvalidInput, NotFound
from supervision.inspection.tables import VisitState
from supervision.jobs import records as jobs
from supervision.jobs.tables import JobState, JobWish
from supervision.journal.records import everything
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.schedule import advising, issuing, moving, records, service, storing, viewing
from supervision.schedule.issuing import TeamsChanged
from supervision.schedule.rules import ProblemTooLarge
from supervision.schedule.service import Request
from supervision.schedule.tables import Schedule, ScheduledVisit, ScheduleState
from tests.supervision.schedule.scene import CALENDAR, FIRST, LAST, NOW, County, inspector_actor, settle

LATER = NOW + timedelta(hours=2)


def rows(county: County, schedule: Schedule) -> dict[str, ScheduledVisit]:
    with county.database.reading() as session:
        return {visit.code: row for row, visit in records.scheduled(session, schedule.id or 0)}


def acts(session: Session) -> list[str]:
    return [entry.act for entry in everything(session) if entry.act.startswith("schedule.")]


def test_a_schedule_is_numbered_within_its_organ_and_year_and_keeps_the_problem(county: County) -> None:
    first, second = county.made(), county.made()
    assert [first.code, second.code] == ["360681-2026-S01", "360681-2026-S02"]
    assert first.state is ScheduleState.DRAFT
    assert first.problem_sha256 == second.problem_sha256
    assert first.problem == second.problem


def test_every_visit_of_a_solved_schedule_has_a_day_a_time_and_a_place_on_its_route(county: County) -> None:
    schedule = county.ready()
    assert schedule.state is ScheduleState.READY
    assert schedule.figures["visits"] == 8
    assert schedule.figures["unscheduled"] == 0
    assert schedule.figures["proven_teams"] == 2
    with county.database.reading() as session:
        planned = viewing.planned(session, county.planner, schedule.code)
    assert sorted(row.code for row in planned) == sorted(county.codes)
    for row in planned:
        assert row.day is not None
        assert FIRST <= row.day <= LAST
        assert "09:00" <= row.start < row.end <= "17:30"
        assert row.members == (("检查员1", "检查员2") if row.team == "G001+G002" else ("检查员3", "检查员4"))
        assert row.entity.startswith("贵溪市第")


def test_issuing_gives_people_times_in_beijing(county: County) -> None:
    schedule = county.issued()
    found = rows(county, schedule)
    assert set(found) == set(county.codes)
    for row in found.values():
        assert row.current
        assert row.sequence == 1
        assert row.starts_at is not None
        assert row.ends_at is not None
        assert row.ends_at - row.starts_at in (timedelta(minutes=45), timedelta(minutes=135))
        assert row.day == row.starts_at.astimezone(BEIJING).date()
        assert row.starts_at.utcoffset() == timedelta(0)
    assert min(row.starts_at.astimezone(BEIJING).hour for row in found.values() if row.starts_at) >= 9


def test_whoever_made_a_schedule_does_not_issue_it_and_a_planner_never_does(
    county: County, enrol: Callable[..., Actor]
) -> None:
    schedule = county.ready()
    both = enrol(Role.APPROVER, "planner-too")
    with county.database.writing() as session:
        found = session.merge(schedule)
        found.made_by = both.username
        session.add(found)
    with county.database.writing() as session:
        with pytest.raises(FourEyes):
            service.issue(session, both, schedule.code, NOW)
        with pytest.raises(Forbidden):
            service.issue(session, county.planner, schedule.code, NOW)
        assert service.issue(session, county.approver, schedule.code, NOW).issued_by == "approver"


def test_whoever_moved_or_pinned_a_visit_by_hand_does_not_issue_the_schedule(
    county: County, enrol: Callable[..., Actor]
) -> None:
    both = replace(enrol(Role.APPROVER, "planner-too"), roles=frozenset((Role.PLANNER, Role.APPROVER)))
    schedule = county.ready()
    with county.database.writing() as session:
        moving.pin(session, both, schedule.code, county.codes[0], NOW)
    with county.database.writing() as session:
        with pytest.raises(FourEyes):
            service.issue(session, both, schedule.code, NOW)
        assert service.issue(session, county.approver, schedule.code, NOW).issued_by == "approver"


def test_acts_in_the_wrong_state_are_refused(county: County) -> None:
    draft, ready = county.made(), county.ready()
    with county.database.writing() as session:
        with pytest.raises(Conflict, match="待求解"):
            service.issue(session, county.approver, draft.code, NOW)
        with pytest.raises(Conflict, match="待下发"):
            service.stop(session, county.planner, ready.code, NOW)
        assert service.cancel(session, county.planner, draft.code, NOW).state is ScheduleState.CANCELLED
        with pytest.raises(Conflict, match="已取消"):
            service.solve(session, county.planner, draft.code, NOW)
        service.issue(session, county.approver, ready.code, NOW)
        with pytest.raises(Conflict, match="已下发"):
            service.cancel(session, county.planner, ready.code, NOW)


def test_solving_hands_the_schedule_to_a_job_and_cancelling_leaves_nothing(county: County) -> None:
    schedule = county.made()
    with county.database.writing() as session:
        assert service.solve(session, county.planner, schedule.code, NOW).state is ScheduleState.SOLVING
    with county.database.writing() as session:
        found = service.cancel(session, county.planner, schedule.code, NOW)
        assert (found.state, found.timetable) == (ScheduleState.CANCELLED, None)
        job = jobs.by_key(session, found.job or "")
        assert job is not None
        assert job.state is JobState.CANCELLED  # nobody had begun


def test_stopping_asks_the_job_to_keep_what_it_has(county: County) -> None:
    schedule = county.made()
    with county.database.writing() as session:
        service.solve(session, county.planner, schedule.code, NOW)
        job = jobs.by_key(session, records.schedule_by_id(session, schedule.id or 0).job or "")  # type: ignore[union-attr]
        assert job is not None
        job.state, job.attempt = JobState.RUNNING, 1
        session.add(job)
        session.flush()
        found = service.stop(session, county.planner, schedule.code, NOW)
        assert found.state is ScheduleState.SOLVING
        assert job.wish is JobWish.STOP
    with county.database.reading() as session:
        assert service.progress_of(session, county.planner, schedule.code).stopping


def test_a_job_that_was_given_up_leaves_the_schedule_failed_with_its_sentence(county: County) -> None:
    schedule = county.made()
    with county.database.writing() as session:
        found = service.solve(session, county.planner, schedule.code, NOW)
        job = jobs.by_key(session, found.job or "")
        assert job is not None
        job.state, job.attempt = JobState.FAILED, 3
        job.error, job.error_params = "job_given_up", {"attempts": 3}
        job.error_sentence = "后台作业执行了 {attempts} 次，没有保存任何结果。"
        session.add(job)
    with county.database.reading() as session:
        told = service.progress_of(session, county.planner, schedule.code)
        assert (told.state, told.error_code) == (ScheduleState.FAILED, "job_given_up")
        assert "执行了 3 次" in told.error
    with county.database.reading() as session:
        failed = service.schedules(session, county.planner, (ScheduleState.FAILED,))
        assert [each.code for each in failed] == [schedule.code]
        assert service.schedules(session, county.planner, (ScheduleState.SOLVING,)) == []
        assert service.planned_tasks(session, county.planner) == set()
    with county.database.writing() as session:  # and it may be tried again
        assert service.solve(session, county.planner, schedule.code, LATER).state is ScheduleState.SOLVING


def test_a_task_is_planned_however_many_schedules_came_later(county: County) -> None:
    county.ready()
    with county.database.writing() as session:
        later = [service.create_from_problem(session, county.planner, TINY, NOW) for _ in range(60)]
        assert later[-1].code == "360681-2026-S61"
    with county.database.reading() as session:
        assert service.planned_tasks(session, county.planner) == {county.task.id}


TINY = {
    "name": "tiny", "daylen": 43_200, "max_visits": 4, "day_cost": 1800, "miss_cost": 21_600,
    "days": ["2026-11-23"], "counties": [[28.29, 117.22]],
    "teams": [{"id": 0, "county": 0, "office": 0, "members": ["A", "B"], "avail": [0]}],
    "visits": [{"id": 7, "county": 0, "lat": 28.29, "lon": 117.22, "dur": 3600, "tw": [14_400, 18_000],
                "days": [0], "team": 0}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("clock", "span"),
    [
        (None, ("13:00", "14:00")),
        (["08:00", "12:00", "14:00", "22:00"], ("14:00", "15:00")),
        (["08:30", "13:30", "14:00", "24:00"], ("12:30", "13:30")),
    ],
)
def test_times_of_a_problem_handed_in_whole_follow_its_own_clock_and_no_lunch_of_the_office(
    county: County, clock: list[str] | None, span: tuple[str, str]
) -> None:
    problem = TINY if clock is None else TINY | {"clock": clock}
    with county.database.writing() as session:
        made = service.create_from_problem(session, county.planner, problem, NOW)
    ready = county.solved(made)
    with county.database.reading() as session:
        (row,) = viewing.planned(session, county.planner, ready.code)
    assert (row.start, row.end) == span


def test_a_problem_that_nobody_could_solve_is_refused_before_it_is_read(county: County) -> None:
    visits = {"visits": TINY["visits"] * 20_001}  # type: ignore[operator]
    table = {"visits": TINY["visits"] * 2_000, "travel": [[0]]}  # type: ignore[operator]
    for most, more in ((20_000, visits), (2_000, {"teams": [{}] * 2_001}), (2_000, table)):
        with county.database.writing() as session, pytest.raises(ProblemTooLarge, match=f"最多 {most} 个"):
            service.create_from_problem(session, county.planner, TINY | more, NOW)
        with pytest.raises(ProblemTooLarge):
            advising.check_problem(county.planner, TINY | more, "detect")


def test_a_problem_handed_in_whole_is_solved_for_ten_minutes_at_most(county: County) -> None:
    with county.database.writing() as session:
        made = service.create_from_problem(session, county.planner, TINY, NOW)
    assert made.options["limit_seconds"] == 600


def test_a_team_that_changed_since_is_found_at_the_issue(county: County) -> None:
    schedule = county.ready()
    with county.database.writing() as session:
        from supervision.pairing.tables import TeamMember

        (visit, _, _) = records.visits_by_code(session, [county.codes[0]])[county.codes[0]]
        seat = select(TeamMember).where(TeamMember.visit_id == visit.id, TeamMember.seat == "member")
        member = session.exec(seat).one()
        member.inspector_id = county.inspectors[3].id or 0
        session.add(member)
    with county.database.writing() as session, pytest.raises(TeamsChanged, match=county.codes[0]):
        service.issue(session, county.approver, schedule.code, NOW)


def test_what_was_inspected_meanwhile_gets_no_time(county: County) -> None:
    schedule = county.ready()
    with county.database.writing() as session:
        (visit, _, _) = records.visits_by_code(session, [county.codes[0]])[county.codes[0]]
        visit.state = VisitState.SUBMITTED
        session.add(visit)
    with county.database.writing() as session:
        service.issue(session, county.approver, schedule.code, NOW)
    assert set(rows(county, schedule)) == set(county.codes[1:])


def test_days_gone_by_cannot_be_issued(county: County) -> None:
    schedule = county.ready()
    much_later = datetime(2026, 12, 10, 2, 0, tzinfo=UTC)
    with county.database.writing() as session, pytest.raises(issuing.DaysPassed):
        service.issue(session, county.approver, schedule.code, much_later)


def test_a_second_schedule_supersedes_the_first_and_calendars_see_only_what_changed(county: County) -> None:
    first = county.issued()
    with county.database.writing() as session:
        from supervision.register import leaves

        day = rows(county, first)[county.codes[0]].day
        assert day is not None
        leaves.add_leave(
            session,
            county.planner,
            county.inspectors[0].id or 0,
            starts=day,
            ends=day,
            reason="培训",
            now=NOW,
        )
    second = county.issued(LATER)
    before, after = rows(county, first), rows(county, second)
    assert not any(row.current for row in before.values())
    assert all(row.current for row in after.values())
    with county.database.reading() as session:
        assert service.schedule_of(session, county.planner, first.code).state is ScheduleState.SUPERSEDED
    changed = {code for code in after if after[code].starts_at != before[code].starts_at}
    assert county.codes[0] in changed
    assert {code for code in after if after[code].sequence == 2} == changed


def test_an_inspector_sees_the_own_times_and_no_schedule(county: County, enrol: Callable[..., Actor]) -> None:
    schedule = county.issued()
    one = inspector_actor(enrol, county.inspectors[0])
    with county.database.reading() as session:
        own = viewing.my_times(session, one)
        assert [code for _, code in own] == [
            code for code, row in sorted(rows(county, schedule).items(), key=lambda each: str(each[1].starts_at))
            if row.team == "G001+G002"
        ]  # fmt: skip
        assert viewing.time_of(session, one, county.codes[0]) is not None
        assert viewing.time_of(session, one, county.codes[1]) is None
        with pytest.raises(Forbidden):
            service.schedule_of(session, one, schedule.code)
        with pytest.raises(Forbidden):
            viewing.planned(session, one, schedule.code)


def test_another_region_does_not_know_the_schedule(
    county: County, database: Database, enrol: Callable[..., Actor]
) -> None:
    from supervision.people import service as people

    schedule = county.made()
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360602", "月湖区市场监督管理局", "360602", NOW)
    stranger = enrol(Role.PLANNER, "stranger", organ_code="360602")
    with database.writing() as session:
        with pytest.raises(NotFound):
            service.schedule_of(session, stranger, schedule.code)
        with pytest.raises(NotFound):
            service.solve(session, stranger, schedule.code, NOW)
        with pytest.raises(NotFound):
            service.create(session, stranger, county.request(), NOW, CALENDAR)


def test_a_period_that_cannot_be_is_refused(county: County) -> None:
    request = Request((county.task.code,), LAST, FIRST)
    with county.database.writing() as session, pytest.raises(InvalidInput, match="截止日期"):
        service.create(session, county.planner, request, NOW, CALENDAR)


def test_a_schedule_begins_today_at_the_earliest_and_never_in_a_period_gone_by(county: County) -> None:
    wednesday = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    with county.database.writing() as session:
        made = service.create(session, county.planner, county.request(), wednesday, CALENDAR)
        assert made.starts == date(2026, 11, 25)
        assert storing.unpack(made.problem)["days"][0] == "2026-11-25"
        with pytest.raises(InvalidInput, match="已经过去"):
            service.create(session, county.planner, county.request(), NOW + timedelta(days=60), CALENDAR)


def test_without_coordinates_nothing_is_placed_and_with_an_assumed_way_everything_is(
    database: Database, organ: Organ, planner: Actor, approver: Actor
) -> None:
    county = settle(database, organ, planner, approver, located=False)
    plain, assumed = county.ready(), county.ready(assume_travel_minutes=20)
    assert plain.figures["unscheduled"] == 8
    with database.reading() as session:
        told = viewing.planned(session, planner, plain.code)
        assert {row.reason for row in told} == {"NO_COORDINATES"}
        assert all(row.message for row in told)
    assert assumed.figures["unscheduled"] == 0
    assert assumed.figures["travel_s"] >= 2 * 1200  # out and back, twenty minutes each


def test_two_tasks_at_one_door_are_one_visit_of_the_plan(county: County) -> None:
    from tests.supervision.factories import add_draw, add_item, add_task
    from tests.supervision.schedule.scene import send

    with county.database.writing() as session:
        organ = session.merge(county.organ)
        item = add_item(session, organ, "02", "计量器具检查")
        task = add_task(
            session, organ, 2, [item], name="计量监督检查", starts=date(2026, 11, 16), ends=date(2026, 12, 31)
        )
        draw = add_draw(session, organ, task, 2)
        shops = [session.merge(each) for each in county.entities[:2]]
        people = [session.merge(each) for each in county.inspectors]
        again = send(session, draw, shops, [people[:2], people[2:]])
    request = Request((county.task.code, task.code), FIRST, LAST)
    with county.database.writing() as session:
        made = service.create(session, county.planner, request, NOW, CALENDAR)
    assert made.parts == {county.codes[n]: [county.codes[n], again[n]] for n in (0, 1)}
    ready = county.solved(made)
    with county.database.writing() as session:
        service.issue(session, county.approver, ready.code, NOW)
    found = rows(county, ready)
    assert len(found) == 10  # eight doors, ten visits
    for n in (0, 1):
        assert found[county.codes[n]].starts_at == found[again[n]].starts_at
        assert found[county.codes[n]].end_s == found[again[n]].end_s


def test_a_list_of_schedules_leaves_their_files_where_they_are(county: County) -> None:
    county.ready()
    with county.database.reading() as session:
        found = service.schedules(session, county.planner)[0]
        assert {"problem", "timetable"} <= inspect(found).unloaded
        assert found.timetable is not None  # and still there for whoever looks


def test_every_act_leaves_a_trace(county: County) -> None:
    schedule = county.made()
    with county.database.writing() as session:
        service.solve(session, county.planner, schedule.code, NOW)
        service.cancel(session, county.planner, schedule.code, NOW)
    county.issued(LATER)
    with county.database.reading() as session:
        assert acts(session) == [
            "schedule.base.add", "schedule.create", "schedule.solve", "schedule.cancel", "schedule.create", "schedule.issue",
        ]  # fmt: skip


def test_figures_of_teams_and_days_add_up(county: County) -> None:
    schedule = county.ready()
    with county.database.reading() as session:
        found = viewing.analyze(session, county.planner, schedule.code)
    assert sum(team["visits"] for team in found.teams) == 8
    assert sum(day["routes"] for day in found.days) == schedule.figures["team_days"]
    assert sum(team["travel_s"] for team in found.teams) == schedule.figures["travel_s"]
    assert len(found.days) == 10
