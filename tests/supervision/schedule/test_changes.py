"""Moves, pins, illness, closures: lawful ones only, and hardly anybody else disturbed."""

from datetime import date, datetime, timedelta

import pytest

from supervision.errors import Conflict, InvalidInput
from supervision.people.rules import Actor
from supervision.schedule import moving, records, replanning, service, storing, viewing
from supervision.schedule.issuing import ReplacedMeanwhile
from supervision.schedule.moving import Move
from supervision.schedule.replanning import Appointment, Away, Closed, Missed
from supervision.schedule.rules import MoveRefused, StaleVersion
from supervision.schedule.tables import Schedule, ScheduledVisit, ScheduleState
from tests.supervision.schedule.scene import CALENDAR, FIRST, LAST, NOW, County

LATER = NOW + timedelta(hours=2)


def times(county: County, schedule: Schedule) -> dict[str, tuple[date | None, str]]:
    with county.database.reading() as session:
        planned = viewing.planned(session, county.planner, schedule.code)
    return {row.code: (row.day, row.start) for row in planned}


def current(county: County) -> dict[str, ScheduledVisit]:
    with county.database.reading() as session:
        visits = records.visits_by_code(session, county.codes)
        rows = records.current_of(session, [visit.id or 0 for visit, _, _ in visits.values()])
        return {code: rows[visit.id or 0] for code, (visit, _, _) in visits.items()}


def free_day(county: County, schedule: Schedule, team: str) -> date:
    """A working day on which a team stays at home."""
    found = storing.unpack(schedule.timetable or b"")
    busy = {route["date"] for route in found["routes"] if route["team"] == team}
    days = storing.unpack(schedule.problem)["days"]
    return date.fromisoformat(next(day for day in days if day not in busy))


def moved(county: County, schedule: Schedule, move: Move, actor: Actor | None = None) -> Schedule:
    with county.database.writing() as session:
        return moving.move(session, actor or county.planner, schedule.code, move, LATER)


def test_a_lawful_move_is_kept_as_a_new_version_though_it_costs_more(county: County) -> None:
    schedule = county.ready()
    code, day = county.codes[0], free_day(county, schedule, "G001+G002")
    with county.database.reading() as session:
        tried = moving.try_move(session, county.planner, schedule.code, Move(code, day, "10:00"), LATER)
    assert tried.violations == ()
    assert tried.cost_after > tried.cost_before  # a day out more
    assert times(county, schedule)[code] != (day, "10:00")
    after = moved(county, schedule, Move(code, day, "10:00", version=1))
    assert (after.code, after.version) == (schedule.code, 2)
    assert after.plan_sha256 != schedule.plan_sha256
    assert times(county, after)[code] == (day, "10:00")


def test_an_unlawful_move_is_refused_with_every_rule_it_breaks(county: County) -> None:
    schedule = county.ready()
    code, day = county.codes[0], free_day(county, schedule, "G001+G002")
    before = times(county, schedule)
    with pytest.raises(MoveRefused) as refused:
        moved(county, schedule, Move(code, day, "11:40"))  # 45 minutes, and lunch is at twelve
    assert "OVER_LUNCH" in refused.value.params["codes"]  # type: ignore[operator]
    with pytest.raises(MoveRefused) as refused:
        moved(county, schedule, Move(code, day, team="G003+G004"))
    assert "WRONG_TEAM" in refused.value.params["codes"]  # type: ignore[operator]
    assert times(county, schedule) == before
    with county.database.reading() as session:
        assert service.schedule_of(session, county.planner, schedule.code).version == 1


def test_days_outside_the_period_and_days_gone_by_are_no_days_to_move_to(county: County) -> None:
    schedule = county.ready()
    with pytest.raises(InvalidInput, match="不是工作日"):
        moved(county, schedule, Move(county.codes[0], date(2026, 11, 28)))
    much_later, back = NOW + timedelta(days=30), Move(county.codes[0], FIRST)
    with county.database.writing() as session, pytest.raises(InvalidInput, match="已经过去"):
        moving.move(session, county.planner, schedule.code, back, much_later)


def test_visits_of_today_are_not_moved_and_none_is_moved_to_today(county: County) -> None:
    schedule = county.ready()
    code = county.codes[0]
    day = times(county, schedule)[code][0]
    free = free_day(county, schedule, "G001+G002")
    assert day is not None
    at_eight = datetime(day.year, day.month, day.day, tzinfo=NOW.tzinfo)
    with county.database.writing() as session, pytest.raises(InvalidInput, match="就在今天"):
        moving.move(session, county.planner, schedule.code, Move(code, LAST), at_eight)
    at_eight = datetime(free.year, free.month, free.day, tzinfo=NOW.tzinfo)
    with county.database.writing() as session, pytest.raises(InvalidInput, match="就是今天"):
        moving.move(session, county.planner, schedule.code, Move(code, free), at_eight)


def test_an_event_about_somebody_or_something_unknown_is_refused_and_nothing_is_written(
    county: County,
) -> None:
    schedule = county.issued()
    strange = (
        Missed(kind="missed", visit="360681-2026-0001-V9999"),
        Closed(kind="closed", visit="360681-2026-0001-V9999", dates=(FIRST,)),
        Away(kind="away", inspector="G999", starts=FIRST, ends=FIRST),
    )
    for event in strange:
        with county.database.writing() as session, pytest.raises(InvalidInput, match="事件 1"):
            replanning.replan(session, county.planner, schedule.code, (event,), "x", LATER, CALENDAR)


def test_whoever_saw_an_older_version_is_asked_to_look_again(county: County) -> None:
    schedule = county.ready()
    day = free_day(county, schedule, "G001+G002")
    moved(county, schedule, Move(county.codes[0], day, version=1))
    with pytest.raises(StaleVersion, match="第 2 版"):
        moved(county, schedule, Move(county.codes[2], day, version=1))


def test_whoever_saw_the_timetable_before_it_was_solved_again_is_asked_to_look_again(county: County) -> None:
    schedule = county.solved(county.ready())
    assert schedule.version == 2
    with pytest.raises(StaleVersion, match="第 2 版"):
        moved(county, schedule, Move(county.codes[0], free_day(county, schedule, "G001+G002"), version=1))


def test_a_visit_that_is_pinned_after_the_issue_stays_where_it_is(county: County) -> None:
    schedule = county.issued()
    code = county.codes[0]
    with county.database.writing() as session:
        moving.pin(session, county.planner, schedule.code, code, LATER)
    assert current(county)[code].pinned
    move = Move(code, free_day(county, schedule, "G001+G002"), "10:00")
    with pytest.raises(MoveRefused) as refused:
        moved(county, schedule, move)
    assert "PINNED_MOVED" in refused.value.params["codes"]  # type: ignore[operator]
    with county.database.writing() as session:
        moving.unpin(session, county.planner, schedule.code, code, LATER)
    assert moved(county, schedule, move).code == "360681-2026-S02"


def test_a_move_of_an_issued_schedule_goes_into_one_that_takes_its_place(county: County) -> None:
    schedule = county.issued()
    code, day = county.codes[0], free_day(county, schedule, "G001+G002")
    made = moved(county, schedule, Move(code, day, "10:00"))
    assert (made.code, made.state) == ("360681-2026-S02", ScheduleState.READY)
    assert current(county)[code].schedule_id == schedule.id  # people still go by the first
    with county.database.writing() as session:
        service.issue(session, county.approver, made.code, LATER)
    found = current(county)
    assert {row.schedule_id for row in found.values()} == {made.id}
    assert found[code].sequence == 2
    with county.database.reading() as session:
        differences = viewing.diff(session, county.planner, schedule.code, made.code)
        assert service.schedule_of(session, county.planner, schedule.code).state is ScheduleState.SUPERSEDED
    assert code in [each.visit for each in differences]
    assert {each.visit for each in differences} == {key for key, row in found.items() if row.sequence == 2}


def test_a_pinned_visit_keeps_its_time_in_the_next_schedule_too(county: County) -> None:
    schedule = county.ready()
    code, day = county.codes[0], free_day(county, schedule, "G001+G002")
    moved(county, schedule, Move(code, day, "10:00"))
    with county.database.writing() as session:
        found = moving.pin(session, county.planner, schedule.code, code, LATER)
        assert found.version == 3
    assert times(county, county.ready())[code] == (day, "10:00")
    with pytest.raises(MoveRefused) as refused:
        moved(county, schedule, Move(code, day, "14:00"))
    assert "PINNED_MOVED" in refused.value.params["codes"]  # type: ignore[operator]
    with county.database.writing() as session:
        moving.unpin(session, county.planner, schedule.code, code, LATER)
    assert moved(county, schedule, Move(code, day, "14:00")).version == 5
    assert times(county, county.ready())[code] != (day, "10:00")


def replanned(
    county: County, schedule: Schedule, *events: replanning.Event, now: datetime = LATER
) -> Schedule:
    with county.database.writing() as session:
        made = replanning.replan(session, county.planner, schedule.code, events, "有人请假", now, CALENDAR)
    return county.solved(made, now)


def test_an_illness_moves_the_visits_of_those_days_and_hardly_any_other(county: County) -> None:
    schedule = county.issued()
    before = times(county, schedule)
    day = before[county.codes[0]][0]
    assert day is not None
    made = replanned(county, schedule, Away(kind="away", inspector="G001", starts=day, ends=day))
    assert made.replaces_id == schedule.id
    after = times(county, made)
    must = {code for code in county.codes[::2] if before[code][0] == day}
    changed = {code for code in county.codes if after[code] != before[code]}
    assert must <= changed
    assert not changed & set(county.codes[1::2])  # the other team is left in peace
    assert all(after[code][0] is not None for code in county.codes)
    with county.database.reading() as session:
        causes = {
            each.visit: each.cause for each in viewing.diff(session, county.planner, schedule.code, made.code)
        }
    assert {causes[code] for code in must} == {"away"}


def test_a_pinned_visit_whose_team_is_ill_is_told_with_its_pin_and_what_to_do(county: County) -> None:
    schedule = county.issued()
    code = county.codes[0]
    day = times(county, schedule)[code][0]
    assert day is not None
    with county.database.writing() as session:
        moving.pin(session, county.planner, schedule.code, code, LATER)
    made = replanned(county, schedule, Away(kind="away", inspector="G001", starts=day, ends=day))
    with county.database.reading() as session:
        planned = viewing.planned(session, county.planner, made.code)
    (left,) = [row for row in planned if row.day is None]
    assert (left.code, left.reason) == (code, "NO_COMMON_DAY")
    assert f"已锁定在 {day.month}月{day.day}日" in left.message
    assert "解除锁定后重新安排" in left.message


def test_a_closure_and_an_appointment_are_kept_for_every_later_schedule(county: County) -> None:
    schedule = county.issued()
    before = times(county, schedule)
    code, other = county.codes[0], county.codes[1]
    day = before[code][0]
    assert day is not None
    events = (
        Closed(kind="closed", visit=code, dates=(day,)),
        Appointment(kind="appointment", visit=other, on=date(2026, 12, 3), at="14:30"),
    )
    after = times(county, replanned(county, schedule, *events))
    assert after[code][0] != day
    assert after[other] == (date(2026, 12, 3), "14:30")
    fresh = times(county, county.ready())
    assert fresh[code][0] != day
    assert fresh[other] == (date(2026, 12, 3), "14:30")


def test_visits_of_today_and_before_stay_unless_they_were_missed(county: County) -> None:
    schedule = county.issued()
    before = times(county, schedule)
    first = min(day for day, _ in before.values() if day is not None)
    held = {code for code, (day, _) in before.items() if day == first}
    noon = datetime(first.year, first.month, first.day, 4, 0, tzinfo=NOW.tzinfo)
    quiet = replanned(county, schedule, now=noon)
    assert set(times(county, quiet)) == set(county.codes) - held
    missed = sorted(held)[0]
    again = replanned(county, schedule, Missed(kind="missed", visit=missed), now=noon)
    assert times(county, again)[missed][0] > first  # type: ignore[operator]
    with county.database.writing() as session:
        service.issue(session, county.approver, quiet.code, noon)
    found = current(county)
    assert {code for code, row in found.items() if row.schedule_id == schedule.id} == held


def test_a_schedule_that_is_not_solved_cannot_be_replanned(county: County) -> None:
    schedule = county.made()
    with county.database.writing() as session, pytest.raises(Conflict, match="重排"):
        replanning.replan(session, county.planner, schedule.code, (), "x", NOW, CALENDAR)


def test_a_later_last_day_gives_room(county: County) -> None:
    schedule = county.issued()
    with county.database.writing() as session:
        made = replanning.replan(
            session, county.planner, schedule.code, (), "延长", LATER, CALENDAR, ends=date(2026, 12, 11)
        )
    assert made.ends == date(2026, 12, 11)
    assert storing.unpack(made.problem)["days"][-1] == "2026-12-11"
    assert made.ends > LAST


def test_of_two_schedules_made_from_one_only_one_takes_its_place(county: County) -> None:
    schedule = county.issued()
    first, second = replanned(county, schedule), replanned(county, schedule)
    with county.database.writing() as session:
        service.issue(session, county.approver, second.code, LATER)
    with county.database.writing() as session, pytest.raises(ReplacedMeanwhile, match=schedule.code):
        service.issue(session, county.approver, first.code, LATER)
