"""The demo goes the whole way, by the acts of the office, on both databases."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlmodel import col, func, select

from supervision.database import Database
from supervision.demo.generator import write_demo
from supervision.demo.story import Files, Story, play
from supervision.draw.tables import Draw, DrawState
from supervision.inspection.tables import Visit, VisitState
from supervision.journal.service import check
from supervision.people import service as people
from supervision.plan.tables import Task, TaskState
from supervision.publication.tables import Release, ReleasedResult
from supervision.schedule.tables import Schedule, ScheduledVisit, ScheduleState
from supervision.settings import Settings
from supervision.transparency.records import everything

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
PASSWORD = "demo-password"


def test_a_generated_county_is_drawn_paired_inspected_published_and_verified(
    database: Database, tmp_path: Path
) -> None:
    told: list[tuple[str, float]] = []
    story = Story(
        database,
        Settings(),
        "360681",
        PASSWORD,
        NOW,
        lambda what, share: told.append((what, share)),
        Random(1),
    )
    made = write_demo(tmp_path, 1, today=story.opening_day, entities=1500, inspectors=20)
    ending = play(
        story, Files(made.entities, made.inspectors, made.items, made.recusals, made.hours, made.bases)
    )

    assert ending.verified
    assert ending.set_aside == made.dirty
    assert ending.drawn > 30  # 1,500 entities at about 3.6 %
    assert all(0 <= share <= 1 for _, share in told)
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(ReleasedResult)).one() == ending.published > 0
        assert session.exec(select(func.count()).select_from(Release)).one() == 3
        states = set(session.exec(select(Visit.state)))
        assert states == set(VisitState) - {VisitState.RETURNED}
        sealed = session.exec(select(Draw).where(Draw.draw_id == ending.sealed_id)).one()
        assert (sealed.state, sealed.is_open) == (DrawState.CLOSED, False)
        kinds = [row.kind for row in everything(session)]
        assert (kinds.count("plan"), kinds.count("closing"), kinds.count("opening")) == (2, 2, 1)
        assert kinds.count("replacement") == ending.replaced == 1
        assert (kinds.count("pairing"), kinds.count("assignment")) == (2, 2)
        assert kinds.count("pairing_reveal") == 3  # of the first draw; the sealed one asks for none
        assert (kinds.count("reassignment"), ending.reassigned > 0) == (1, True)
        assert set(session.exec(select(Task.state))) == {TaskState.PAIRED, TaskState.DRAFT}
        assert check(session) > ending.published
        waiting = session.exec(select(func.count()).where(Visit.state == VisitState.ASSIGNED)).one()
        issued = session.exec(select(Schedule).order_by(col(Schedule.id))).all()
        assert [one.state for one in issued] == [ScheduleState.SUPERSEDED, ScheduleState.ISSUED]
        assert issued[-1].code == ending.scheduled.code
        current = session.exec(select(ScheduledVisit).where(col(ScheduledVisit.current).is_(True))).all()
        assert len(current) == waiting == ending.scheduled.placed + ending.scheduled.unscheduled
        assert sum(row.day is not None for row in current) == ending.scheduled.placed > 0
        assert 0 < ending.scheduled.moved < ending.scheduled.placed
    with database.writing() as session:
        for username in ending.accounts:
            people.check_password(session, username, PASSWORD)
            _, actor = people.sign_in(session, username, NOW, 10)
            assert actor.organ_code == "360681"


def test_acts_of_the_demo_follow_each_other_in_time(database: Database, tmp_path: Path) -> None:
    from supervision.journal import records

    story = Story(database, Settings(), "360681", PASSWORD, NOW, lambda _what, _share: None, Random(2))
    made = write_demo(tmp_path, 2, today=story.opening_day, entities=400, inspectors=12)
    play(story, Files(made.entities, made.inspectors, made.items, made.recusals, made.hours, made.bases))
    with database.reading() as session:
        moments = [entry.at for entry in records.everything(session)]
    assert moments == sorted(moments)
    assert moments[-1] <= NOW


def test_a_register_without_coordinates_is_scheduled_by_an_assumed_way_and_says_so(
    database: Database, tmp_path: Path
) -> None:
    story = Story(database, Settings(), "330402", PASSWORD, NOW, lambda _what, _share: None, Random(3))
    made = write_demo(tmp_path, 3, today=story.opening_day, entities=600, inspectors=12, county="330402")
    files = Files(made.entities, made.inspectors, made.items, bases=made.bases, located=False)
    ending = play(story, files)
    assert ending.scheduled.placed > 0
    with database.reading() as session:
        last = session.exec(select(Schedule).where(Schedule.code == ending.scheduled.code)).one()
    assert "一律按 20 分钟计算" in last.notes[0]
    assert ending.scheduled.unscheduled == 0
