"""Visits at their times in the feed: read back by icalendar and by a strict reader of RFC 5545."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from sqlmodel import Session, select

from supervision.database import Database
from supervision.draw.tables import ReplacementState
from supervision.inspection import feeds, service
from supervision.inspection.tables import Visit, VisitState
from supervision.pairing.tables import Reassignment, TeamMember
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.register.tables import Entity, Inspector
from supervision.schedule.tables import Schedule, ScheduledVisit
from tests.supervision.factories import CONTACT, INSPECTOR_PHONE, MOMENT, PHONE, Scene, set_scene
from tests.supervision.inspection import rfc5545

SITE = "https://example.cn/"
BEIJING = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 12, 1, 9, 0, tzinfo=BEIJING)
"""A Tuesday morning."""
EARLY = datetime(2026, 11, 30, 16, 59, 59, tzinfo=BEIJING)
LATE = datetime(2026, 11, 30, 17, 0, tzinfo=BEIJING)


@pytest.fixture
def scene(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    return set_scene(database, organ, enrol)


@pytest.fixture
def token(database: Database, scene: Scene) -> str:
    with database.writing() as session:
        return service.calendar_token(session, scene.team[0], MOMENT)


def issue(database: Database, code: str, start: datetime | None, sequence: int = 1, team: str = "") -> None:
    """The time of a visit by a schedule; the one before is no longer in force."""
    with database.writing() as session:
        visit = _visit(session, code)
        earlier = session.exec(select(ScheduledVisit).where(ScheduledVisit.visit_id == visit.id)).all()
        for row in earlier:
            row.current = False
            session.add(row)
        schedule = _schedule(session, visit, len(session.exec(select(Schedule)).all()) + 1)
        row = ScheduledVisit(
            schedule_id=schedule.id or 0,
            visit_id=visit.id or 0,
            team=team or "+".join(sorted(_team(session, visit))),
            sequence=sequence,
        )
        if start is not None:
            row.day, row.start_s, row.end_s, row.place = start.date(), 0, 5400, 1
            row.starts_at, row.ends_at = start, start + timedelta(minutes=90)
        session.add(row)


def _visit(session: Session, code: str) -> Visit:
    return session.exec(select(Visit).where(Visit.code == code)).one()


def _team(session: Session, visit: Visit) -> list[str]:
    query = select(Inspector.code).join(TeamMember, TeamMember.inspector_id == Inspector.id)  # type: ignore[arg-type]
    return list(session.exec(query.where(TeamMember.visit_id == visit.id)))


def _schedule(session: Session, visit: Visit, serial: int) -> Schedule:
    from supervision.plan.tables import Task

    organ_id = session.exec(select(Task.organ_id).where(Task.id == visit.task_id)).one()
    schedule = Schedule(
        organ_id=organ_id, year=2026, serial=serial, code=f"360681-2026-S{serial:02d}", name="十二月",
        starts=NINE.date(), ends=NINE.date(), problem=b"", problem_sha256="0" * 64, made_by="planner", made_at=MOMENT,
    )  # fmt: skip
    session.add(schedule)
    session.flush()
    return schedule


def read(database: Database, token: str, now: datetime = EARLY, hours: int = 16) -> bytes:
    with database.reading() as session:
        return feeds.feed(session, token, now, SITE, hours).body


def strictly(feed: bytes) -> dict[str, rfc5545.Component]:
    """Number of the visit → its event, by the strict reader."""
    calendar = rfc5545.read(feed)
    return {each.one("UID").partition("@")[0]: each for each in calendar.parts if each.name == "VEVENT"}


def test_a_scheduled_visit_stands_at_its_time_in_beijings_zone(
    database: Database, scene: Scene, token: str
) -> None:
    issue(database, scene.codes[0], NINE)
    feed = read(database, token)
    event = strictly(feed)[scene.codes[0]]
    assert event.all("DTSTART") == [({"TZID": "Asia/Shanghai"}, "20261201T090000")]
    assert event.all("DTEND") == [({"TZID": "Asia/Shanghai"}, "20261201T103000")]
    (found,) = [
        each
        for each in icalendar.Calendar.from_ical(feed).walk("VEVENT")
        if str(each["uid"]).startswith(scene.codes[0])
    ]
    assert found["dtstart"].dt == NINE
    assert found["dtstart"].dt.utcoffset() == timedelta(hours=8)
    assert found["dtend"].dt == datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
    assert "当天第 1 站" in event.text("DESCRIPTION")
    assert event.one("TRANSP") == "OPAQUE"


def test_without_a_schedule_visits_stay_on_all_days_of_their_task_and_with_one_on_the_last_alone(
    database: Database, scene: Scene, token: str
) -> None:
    before = strictly(read(database, token))
    for code in scene.codes:
        assert before[code].all("DTSTART") == [({"VALUE": "DATE"}, "20260901")]
        (_, after_last) = before[code].all("DTEND")[0]
    issue(database, scene.codes[0], NINE)
    issue(database, scene.codes[1], None)
    events = strictly(read(database, token))
    last = datetime.strptime(after_last, "%Y%m%d") - timedelta(days=1)  # noqa: DTZ007
    for code in scene.codes[1:]:
        assert events[code].all("DTSTART") == [({"VALUE": "DATE"}, f"{last:%Y%m%d}")]
        assert events[code].all("DTEND") == [({"VALUE": "DATE"}, after_last)], "one day"
        assert events[code].one("TRANSP") == "TRANSPARENT"
        assert "没有排定时间，请在期限以前检查" in events[code].text("DESCRIPTION")
        assert int(events[code].one("SEQUENCE")) > int(before[code].one("SEQUENCE"))


def test_name_and_address_come_up_sixteen_hours_before_the_visit_and_not_a_second_earlier(
    database: Database, scene: Scene, token: str
) -> None:
    issue(database, scene.codes[0], NINE)
    early, late = strictly(read(database, token, EARLY)), strictly(read(database, token, LATE))
    assert early[scene.codes[0]].text("SUMMARY") == f"{scene.codes[0]} 江西省鹰潭市贵溪市 2 项"
    assert early[scene.codes[0]].all("LOCATION") == []
    assert "贵溪市第1食品经营部" in late[scene.codes[0]].text("SUMMARY")
    assert late[scene.codes[0]].text("LOCATION") == "贵溪市雄石路1号"
    an_hour = strictly(read(database, token, LATE, hours=1))
    assert "食品经营部" not in an_hour[scene.codes[0]].text("SUMMARY")


def test_the_number_of_the_event_stays_and_its_sequence_rises_with_every_change(
    database: Database, scene: Scene, token: str
) -> None:
    code = scene.codes[0]
    told = [strictly(read(database, token))[code]]
    for sequence, start in ((1, NINE), (2, NINE + timedelta(days=1)), (3, None), (4, NINE)):
        issue(database, code, start, sequence)
        told.append(strictly(read(database, token))[code])
    with database.writing() as session:
        visit = _visit(session, code)
        visit.state = VisitState.REPLACED
        session.add(visit)
    told.append(strictly(read(database, token))[code])
    assert {each.one("UID") for each in told} == {f"{code}@double-random"}
    assert [int(each.one("SEQUENCE")) for each in told] == [0, 3, 6, 9, 12, 13]
    assert [each.one("STATUS") for each in told] == ["CONFIRMED"] * 5 + ["CANCELLED"]
    assert told[-1].all("DTSTART") == told[-2].all("DTSTART"), "a calendar finds it where it was"
    assert told[-1].text("SUMMARY").startswith("已取消 ")


def test_a_visit_that_went_to_somebody_else_stays_as_cancelled_without_a_name(
    database: Database, scene: Scene, token: str
) -> None:
    code = scene.codes[0]
    issue(database, code, NINE)
    before = strictly(read(database, token, LATE))[code]
    with database.writing() as session:
        visit = _visit(session, code)
        gone = session.exec(
            select(TeamMember).where(
                TeamMember.visit_id == visit.id, TeamMember.inspector_id == scene.team[0].inspector_id
            )
        ).one()
        session.delete(gone)
    issue(database, code, NINE + timedelta(days=2), sequence=2)
    after = strictly(read(database, token, LATE))[code]
    assert after.one("STATUS") == "CANCELLED"
    assert int(after.one("SEQUENCE")) > int(before.one("SEQUENCE"))
    assert after.all("DTSTART") == before.all("DTSTART"), "where it was, not where others go now"
    assert after.text("SUMMARY") == f"已改派 {code} 江西省鹰潭市贵溪市 2 项"
    assert after.all("LOCATION") == []


def test_a_reassigned_visit_that_never_had_a_time_is_cancelled_as_well(
    database: Database, scene: Scene, token: str
) -> None:
    code = scene.codes[1]
    with database.writing() as session:
        visit = _visit(session, code)
        members = select(TeamMember).where(TeamMember.visit_id == visit.id)
        session.delete(
            session.exec(members.where(TeamMember.inspector_id == scene.team[0].inspector_id)).one()
        )
        session.add(
            Reassignment(
                draw_id=visit.draw_id, inspector_id=scene.team[0].inspector_id or 0, visits=[code], reason="illness",
                evidence="病假条", state=ReplacementState.APPROVED, proposed_by="planner", proposed_at=MOMENT,
            )
        )  # fmt: skip
    event = strictly(read(database, token))[code]
    assert (event.one("STATUS"), event.one("SEQUENCE")) == ("CANCELLED", "1")


def test_of_another_organs_inspector_with_the_same_staff_number_nothing_is_told(
    database: Database, scene: Scene, token: str
) -> None:
    issue(database, scene.codes[0], NINE)
    with database.writing() as session:
        theirs = service.calendar_token(session, scene.stranger, MOMENT)
        stranger = session.get(Inspector, scene.stranger.inspector_id)
        assert stranger is not None
        other = Organ(code="360600", name="鹰潭市市场监督管理局", region_code="360600")
        session.add(other)
        session.flush()
        stranger.organ_id = other.id or 0
        mine = session.get(Inspector, scene.team[0].inspector_id)
        assert mine is not None
        stranger.code = mine.code
        session.add(stranger)
    assert strictly(read(database, theirs)) == {}


def test_hard_names_are_folded_and_escaped_by_the_book(database: Database, scene: Scene, token: str) -> None:
    name = "贵溪市“一家”；食品, 经营\\部" + "很长的名字" * 20
    with database.writing() as session:
        visit = _visit(session, scene.codes[0])
        entity = session.get(Entity, visit.entity_id)
        assert entity is not None
        entity.name = name
        entity.address = "雄石路1号;后门, 二楼\n三单元"
        session.add(entity)
    issue(database, scene.codes[0], NINE)
    event = strictly(read(database, token, LATE))[scene.codes[0]]
    assert name in event.text("SUMMARY")
    assert event.text("LOCATION") == "雄石路1号;后门, 二楼\n三单元"


def test_there_are_no_alarms_no_phones_and_no_attendees(database: Database, scene: Scene, token: str) -> None:
    issue(database, scene.codes[0], NINE)
    text = read(database, token, LATE).replace(b"\r\n ", b"").decode()
    assert all(
        word not in text for word in ("VALARM", "ATTENDEE", "ORGANIZER", PHONE, INSPECTOR_PHONE, CONTACT)
    )


def test_the_same_visits_give_the_same_bytes_and_a_change_gives_others(
    database: Database, scene: Scene, token: str
) -> None:
    def asked(now: datetime) -> feeds.Feed:
        with database.writing() as session:
            return feeds.note_change(session, feeds.feed(session, token, now, SITE))

    first, second = asked(EARLY - timedelta(days=2)), asked(EARLY - timedelta(days=1))
    assert (first.body, first.etag, first.changed_at) == (second.body, second.etag, second.changed_at)
    issue(database, scene.codes[0], NINE)
    third, fourth = asked(EARLY), asked(LATE)
    assert len({first.etag, third.etag, fourth.etag}) == 3, "a time was given; then the name came up"
    assert (third.changed_at, fourth.changed_at) == (EARLY, LATE)
