"""The calendar feed, parsed back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import icalendar
import pytest
from sqlmodel import select

from supervision.database import Database
from supervision.errors import Forbidden, NotFound
from supervision.inspection import feeds, service
from supervision.inspection.tables import CalendarFeed
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.plan.tables import Task, TaskState
from tests.supervision.factories import CONTACT, INSPECTOR_PHONE, MOMENT, PHONE, Scene, set_scene

SITE = "https://example.cn/"
BEFORE = datetime.fromisoformat("2026-08-31T23:59:59+08:00")
FIRST_DAY = datetime.fromisoformat("2026-09-01T00:00:00+08:00")


@pytest.fixture
def scene(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    return set_scene(database, organ, enrol)


@pytest.fixture
def token(database: Database, scene: Scene) -> str:
    with database.writing() as session:
        return service.calendar_token(session, scene.team[0], MOMENT)


def read(database: Database, token: str, now: datetime = MOMENT) -> bytes:
    with database.reading() as session:
        return feeds.feed(session, token, now, SITE).body


def events(feed: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(feed).walk("VEVENT"))


def test_each_visit_is_an_all_day_event_from_the_first_to_the_last_day_of_its_task(
    database: Database, scene: Scene, token: str
) -> None:
    feed = read(database, token)
    found = events(feed)
    assert [str(event["uid"]) for event in found] == [f"{code}@double-random" for code in scene.codes]
    assert {(event["dtstart"].dt, event["dtend"].dt) for event in found} == {
        (date(2026, 9, 1), date(2027, 1, 1))
    }
    assert {str(event["status"]) for event in found} == {"CONFIRMED"}
    assert str(found[0]["url"]) == f"https://example.cn/field/visits/{scene.codes[0]}"
    assert icalendar.Calendar.from_ical(feed)["x-wr-timezone"] == "Asia/Shanghai"
    assert b"\r\nX-PUBLISHED-TTL:PT1H\r\n" in feed
    assert all(len(line) <= 75 for line in feed.split(b"\r\n"))


def test_the_name_is_hidden_until_the_task_begins(database: Database, scene: Scene, token: str) -> None:
    early, late = read(database, token, BEFORE), read(database, token, FIRST_DAY)
    summary = str(events(early)[0]["summary"])
    assert summary == "360681-2026-0001-V0001 江西省鹰潭市贵溪市 2 项"
    unfolded = early.replace(b"\r\n ", b"").decode()
    assert "食品经营部" not in unfolded
    assert "雄石路" not in unfolded
    assert "贵溪市第1食品经营部" in str(events(late)[0]["summary"])
    assert str(events(late)[0]["location"]) == "贵溪市雄石路1号"


def test_no_phone_number_is_in_the_feed(database: Database, token: str) -> None:
    text = read(database, token).replace(b"\r\n ", b"").decode()
    assert all(secret not in text for secret in (PHONE, INSPECTOR_PHONE, CONTACT))


def test_visits_of_a_void_task_stay_as_cancelled_under_the_same_identity(
    database: Database, scene: Scene, token: str
) -> None:
    before = events(read(database, token))
    with database.writing() as session:
        task = session.exec(select(Task)).one()
        task.state = TaskState.VOID
        session.add(task)
    after = events(read(database, token))
    assert [event["uid"] for event in after] == [event["uid"] for event in before]
    assert {str(event["status"]) for event in after} == {"CANCELLED"}
    assert int(after[0]["sequence"]) > int(before[0]["sequence"])


def test_a_new_address_ends_the_old_one_and_only_hashes_are_kept(
    database: Database, scene: Scene, token: str
) -> None:
    with database.writing() as session:
        newer = service.calendar_token(session, scene.team[0], MOMENT)
        kept = session.exec(select(CalendarFeed)).one()
    assert newer not in kept.token_hash
    assert len(kept.token_hash) == 64
    assert len(events(read(database, newer))) == 3
    with pytest.raises(NotFound):
        read(database, token)


def test_a_closed_feed_an_unknown_token_and_a_closed_account_show_nothing(
    database: Database, scene: Scene, token: str
) -> None:
    with pytest.raises(NotFound):
        read(database, "")
    with database.writing() as session:
        people.change_account(session, people.SYSTEM, "inspectorG001", MOMENT, active=False)
    with pytest.raises(NotFound):
        read(database, token)
    with database.writing() as session:
        people.change_account(session, people.SYSTEM, "inspectorG001", MOMENT, active=True)
    assert len(events(read(database, token))) == 3
    with database.writing() as session:
        service.close_calendar(session, scene.team[0], MOMENT)
    with pytest.raises(NotFound):
        read(database, token)


def test_a_feed_is_for_inspectors_and_shows_the_own_visits(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        with pytest.raises(Forbidden):
            service.calendar_token(session, scene.approver, MOMENT)
        theirs = service.calendar_token(session, scene.stranger, MOMENT)
    assert events(read(database, theirs)) == []


def test_old_visits_leave_the_calendar(database: Database, token: str) -> None:
    # the task ends on 31 December 2026
    assert len(events(read(database, token, MOMENT + timedelta(days=180)))) == 3
    assert events(read(database, token, MOMENT + timedelta(days=222))) == []


def test_a_feed_ends_with_the_role_of_an_inspector(database: Database, token: str) -> None:
    with database.writing() as session:
        people.change_account(session, people.SYSTEM, "inspectorG001", MOMENT, roles=[Role.AUDITOR])
    with pytest.raises(NotFound):
        read(database, token)
