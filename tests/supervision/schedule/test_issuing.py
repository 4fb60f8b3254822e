"""Nobody is sent out who cannot go: what changed between the solving and the issue is found at the issue."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from supervision.draw.tables import Draw, DrawState
from supervision.inspection.tables import Visit, VisitState
from supervision.people.rules import Actor
from supervision.register import leaves
from supervision.register.tables import Inspector
from supervision.schedule import records, service, storing, viewing
from supervision.schedule.meanwhile import PeopleAway, PeopleEngaged, VisitsGone
from supervision.schedule.service import Request
from supervision.schedule.tables import Schedule, ScheduleState
from tests.supervision.factories import add_draw, add_item, add_task
from tests.supervision.schedule.scene import CALENDAR, FIRST, LAST, NOW, County, inspector_actor, send


def issue(county: County, schedule: Schedule) -> Schedule:
    with county.database.writing() as session:
        return service.issue(session, county.approver, schedule.code, NOW)


def day_of(schedule: Schedule, team: str) -> date:
    routes = storing.unpack(schedule.timetable or b"")["routes"]
    return date.fromisoformat(next(route["date"] for route in routes if route["team"] == team))


def second_task(county: County, shops: Sequence[int]) -> Request:
    """Another task of the same two teams, at these shops."""
    with county.database.writing() as session:
        organ = session.merge(county.organ)
        item = add_item(session, organ, "02", "计量器具检查")
        task = add_task(
            session, organ, 2, [item], name="计量监督检查", starts=date(2026, 11, 16), ends=date(2026, 12, 31)
        )
        draw = add_draw(session, organ, task, 2)
        people = [session.merge(each) for each in county.inspectors]
        send(session, draw, [session.merge(county.entities[n]) for n in shops], [people[:2], people[2:]])
        return Request((task.code,), FIRST, LAST)


def test_somebody_on_leave_since_the_solving_is_named_with_the_day(county: County) -> None:
    schedule = county.ready()
    day = day_of(schedule, "G001+G002")
    with county.database.writing() as session:
        leaves.add_leave(
            session,
            county.planner,
            county.inspectors[0].id or 0,
            starts=day,
            ends=day,
            reason="病假",
            now=NOW,
        )
    with pytest.raises(PeopleAway, match=f"检查员1（{day}）"):
        issue(county, schedule)


def test_somebody_who_left_or_whose_certificate_runs_out_is_named(county: County) -> None:
    schedule = county.ready()
    with county.database.writing() as session:
        gone, late = (session.get(Inspector, county.inspectors[n].id) for n in (1, 2))
        assert gone is not None
        assert late is not None
        gone.active, late.certificate_until = False, date(2026, 11, 22)
    with pytest.raises(PeopleAway, match=r"检查员2.*检查员3|检查员3.*检查员2"):
        issue(county, schedule)


def test_of_two_schedules_that_send_the_same_people_out_at_once_the_second_is_refused(county: County) -> None:
    first, request = county.made(), second_task(county, (0, 1))
    with county.database.writing() as session:  # made before the first one is in force
        second = service.create(session, county.planner, request, NOW, CALENDAR)
    first, second = county.solved(first), county.solved(second)
    assert day_of(first, "G001+G002") == day_of(second, "G001+G002")
    issue(county, first)
    with pytest.raises(PeopleEngaged, match=rf"检查员1（{day_of(first, 'G001+G002')}）"):
        issue(county, second)
    with county.database.writing() as session:  # made anew it goes round those days
        again = service.create(session, county.planner, request, NOW, CALENDAR)
    assert issue(county, county.solved(again)).state is ScheduleState.ISSUED


def test_a_schedule_that_takes_the_place_of_another_is_not_in_its_own_way(county: County) -> None:
    first, second = county.ready(), county.ready()
    issue(county, first)
    assert issue(county, second).state is ScheduleState.ISSUED


@pytest.mark.parametrize("what", ["draw", "visit"])
def test_visits_that_are_made_no_more_are_not_issued(county: County, what: str) -> None:
    schedule = county.ready()
    cancel(county, what)
    with pytest.raises(VisitsGone, match=county.codes[0]):
        issue(county, schedule)


@pytest.mark.parametrize("what", ["draw", "visit"])
def test_visits_that_are_made_no_more_are_not_among_the_own_times(
    county: County, what: str, enrol: Callable[..., Actor]
) -> None:
    issue(county, county.ready())
    one = inspector_actor(enrol, county.inspectors[0])
    with county.database.reading() as session:
        assert county.codes[0] in [code for _, code in viewing.my_times(session, one)]
    cancel(county, what)
    with county.database.reading() as session:
        assert county.codes[0] not in [code for _, code in viewing.my_times(session, one)]
        number = county.inspectors[0].id or 0
        engaged = records.engaged(session, [number], (FIRST, LAST), ())
        assert (not engaged) is (what == "draw")  # of a void draw nobody goes anywhere


def cancel(county: County, what: str) -> None:
    with county.database.writing() as session:
        (visit, _, _) = records.visits_by_code(session, [county.codes[0]])[county.codes[0]]
        if what == "visit":
            session.get_one(Visit, visit.id).state = VisitState.REPLACED
        else:
            session.get_one(Draw, visit.draw_id).state = DrawState.VOID
