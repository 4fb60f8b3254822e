"""What happened since a schedule was made is told: other people, people away, visits that came later."""

from datetime import date

from sqlmodel import select

from supervision.clock import today
from supervision.inspection import records as inspections
from supervision.pairing.tables import TeamMember
from supervision.register import leaves
from supervision.register.tables import Inspector
from supervision.schedule import records
from supervision.schedule.notes import NOTE_LABELS, recognised
from supervision.schedule.standing import Doubts, doubts, superseding
from supervision.schedule.tables import Schedule, ScheduledVisit
from tests.supervision.factories import add_inspector
from tests.supervision.schedule.scene import LAST, NOW, County


def told(county: County, schedule: Schedule, day: date | None = None) -> Doubts:
    with county.database.reading() as session:
        found = records.schedule_by_id(session, schedule.id or 0)
        assert found is not None
        return doubts(session, found, day or today(NOW))


def test_nothing_is_told_of_a_schedule_that_people_can_go_by(county: County) -> None:
    assert not told(county, county.issued())


def test_a_leave_after_the_issue_names_the_visits_of_those_days_and_no_others(county: County) -> None:
    schedule = county.issued()
    with county.database.writing() as session:
        row = session.exec(select(ScheduledVisit).where(ScheduledVisit.team == "G001+G002")).first()
        assert row is not None
        assert row.day is not None
        rows = session.exec(select(ScheduledVisit).where(ScheduledVisit.day == row.day)).all()
        expected = sum(each.team == row.team for each in rows)
        leaves.add_leave(
            session, county.planner, county.inspectors[0].id or 0, starts=row.day, ends=row.day,
            reason="病假", now=NOW,
        )  # fmt: skip
    found = told(county, schedule)
    assert len(found.away) == expected > 0
    assert (found.teams, found.added) == ((), ())
    assert not told(county, schedule, LAST)  # gone by


def test_somebody_else_in_a_team_and_an_inspector_who_left_are_told(county: County) -> None:
    schedule = county.issued()
    visits = {}
    with county.database.writing() as session:
        visits = {code: row[0].id or 0 for code, row in records.visits_by_code(session, county.codes).items()}
        new = add_inspector(session, county.organ, 9)
        seat = session.exec(
            select(TeamMember).where(
                TeamMember.visit_id == visits[county.codes[0]],
                TeamMember.inspector_id == county.inspectors[0].id,
            )
        ).one()
        seat.inspector_id = new.id or 0
        gone = session.exec(select(Inspector).where(Inspector.id == county.inspectors[2].id)).one()
        gone.active = False
        session.add_all([seat, gone])
    found = told(county, schedule)
    assert found.teams == (county.codes[0],)
    with county.database.reading() as session:
        teams = inspections.teams(session, visits.values())
    theirs = {code for code, number in visits.items() if "G003" in {one.code for _, one in teams[number]}}
    assert set(found.away) == theirs


def test_what_another_issued_schedule_gave_a_time_is_told_when_it_is_planned_again_and_before_the_issue(
    county: County,
) -> None:
    assert county.made().notes == []
    first = county.issued()
    again = county.ready()
    (note,) = [each for each in again.notes if "下发的安排" in each]
    assert note.startswith(f"{len(county.codes)} 户已在下发的安排 {first.code} 中排定。")
    form, params = recognised(note) or ("", {})
    assert form == NOTE_LABELS["standing"]
    assert params == {"count": str(len(county.codes)), "schedules": first.code}
    with county.database.reading() as session:
        found = records.schedule_by_id(session, again.id or 0)
        assert found is not None
        assert superseding(session, found) == {first.code: len(county.codes)}
