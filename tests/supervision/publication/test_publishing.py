"""Publishing findings: who may, what becomes of them, and corrections."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from supervision.database import Database
from supervision.errors import Conflict, Forbidden, InvalidInput, NotFound
from supervision.inspection import service as inspection
from supervision.inspection.rules import ItemAnswer, NotOwnOrgan
from supervision.inspection.tables import Finding, ItemOutcome, Visit, VisitState
from supervision.journal import service as journal
from supervision.journal.tables import Entry
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.plan.tables import Task, TaskState
from supervision.publication import portal, service
from supervision.publication.exports import canonical_csv, release_sha256
from supervision.publication.rules import NothingToPublish, PublisherInspected
from supervision.publication.tables import Release, ReleasedResult
from tests.supervision.factories import (
    CALENDAR,
    MOMENT,
    Scene,
    add_draw,
    add_entity,
    add_task,
    assign,
    enter,
    set_scene,
)


@pytest.fixture
def scene(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    return set_scene(database, organ, enrol)


def state_of_task(database: Database) -> TaskState:
    with database.reading() as session:
        return session.exec(select(Task.state).where(Task.code == "360681-2026-P01-T01")).one()


def correct(database: Database, scene: Scene, code: str, result: str) -> None:
    items = scene.answers | {scene.items[0].id or 0: ItemAnswer(ItemOutcome.FAIL, "已整改")}
    with database.writing() as session:
        inspection.correct(
            session,
            scene.team[0],
            code,
            "后续处理已办结",
            inspected_on=date(2026, 11, 18),
            result=result,
            items=items,
            now=MOMENT,
            working_days=CALENDAR,
            publication_working_days=20,
        )


def test_a_release_freezes_the_eight_columns_under_a_digest(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        enter(session, scene, scene.codes[1], "5")
        enter(session, scene, scene.codes[0], "1")
    with database.writing() as session:
        (release,) = service.publish(session, scene.approver, [scene.codes[1], scene.codes[0]], MOMENT)
    with database.reading() as session:
        rows = session.exec(select(ReleasedResult).order_by(col(ReleasedResult.id))).all()
        assert (release.code, release.row_count) == ("360681-2026-0001-R1", 2)
        assert release.sha256 == release_sha256(rows)
        assert canonical_csv(rows).decode().splitlines()[1] == (
            '"91360681MA00000001","贵溪市第1食品经营部","360681-2026-P01","2026年度双随机抽查工作计划",'
            '"360681-2026-P01-T01","食品经营监督检查","不定向抽查","贵溪市市场监督管理局","2026-11-18","未发现问题"'
        )
        assert [row.result_text for row in rows] == ["未发现问题", "发现问题已责令改正"]
        published = session.exec(select(Visit.code).where(Visit.state == VisitState.PUBLISHED)).all()
        assert sorted(published) == [scene.codes[0], scene.codes[1]]
        assert {finding.reviewed_by for finding in session.exec(select(Finding))} == {"reviewer"}


def test_what_was_released_stands_when_the_register_changes(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        enter(session, scene, scene.codes[0])
        service.publish(session, scene.approver, scene.codes[:1], MOMENT)
    with database.writing() as session:
        entity = session.merge(scene.entities[0])
        entity.name = "改名后的商行"
        session.add(entity)
    with database.reading() as session:
        page = portal.release_page(session, "360681-2026-0001-R1")
    assert page.results[0].entity_name == "贵溪市第1食品经营部"
    assert page.release.sha256 == release_sha256(page.results)


def test_the_task_is_done_with_its_last_result(database: Database, scene: Scene) -> None:
    for code in scene.codes[:2]:
        with database.writing() as session:
            enter(session, scene, code)
            service.publish(session, scene.approver, [code], MOMENT)
    assert state_of_task(database) is TaskState.PAIRED
    with database.writing() as session:
        enter(session, scene, scene.codes[2])
        (release,) = service.publish(session, scene.approver, [scene.codes[2]], MOMENT)
    assert state_of_task(database) is TaskState.DONE
    assert release.code == "360681-2026-0001-R3"


def test_whoever_inspected_does_not_publish_and_nothing_of_the_batch_goes_out(
    database: Database, scene: Scene, enrol: Callable[..., Actor]
) -> None:
    both = enrol(Role.APPROVER, "member-and-approver", inspector_id=scene.inspectors[1].id)
    with database.writing() as session:
        other_task = add_task(session, scene.organ, 2, scene.items)
        other_draw = add_draw(session, scene.organ, other_task, 2)
        entity = add_entity(session, 50)
        (free,) = assign(session, other_draw, [entity], [scene.inspectors[0], scene.inspectors[2]])
        enter(session, scene, scene.codes[0])
        enter(session, scene, free)
    with pytest.raises(PublisherInspected, match=scene.codes[0]), database.writing() as session:
        service.publish(session, both, [free, scene.codes[0]], MOMENT)
    with database.reading() as session:
        assert session.exec(select(Release)).all() == []
        rows = service.waiting(session, both, MOMENT).rows
        assert {row.visit_code: row.may_publish for row in rows} == {scene.codes[0]: False, free: True}
    with database.writing() as session:
        assert len(service.publish(session, both, [free], MOMENT)) == 1


def test_whoever_entered_does_not_publish_even_after_leaving_the_team(
    database: Database, scene: Scene
) -> None:
    with database.writing() as session:
        enter(session, scene, scene.codes[0])
        finding = session.exec(select(Finding)).one()
        finding.entered_by = "reviewer"
        session.add(finding)
    with pytest.raises(PublisherInspected), database.writing() as session:
        service.publish(session, scene.approver, scene.codes[:1], MOMENT)


def test_only_an_approver_of_the_organ_publishes(
    database: Database, scene: Scene, enrol: Callable[..., Actor], planner: Actor
) -> None:
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360681-02", "贵溪市卫生健康委员会", "360681", MOMENT)
        enter(session, scene, scene.codes[0])
    other = enrol(Role.APPROVER, "health", organ_code="360681-02")
    with database.writing() as session:
        with pytest.raises(NotOwnOrgan):
            service.publish(session, other, scene.codes[:1], MOMENT)
        for actor in (planner, scene.team[1]):
            with pytest.raises(Forbidden):
                service.publish(session, actor, scene.codes[:1], MOMENT)


def test_what_is_not_there_not_entered_or_void_is_not_published(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        with pytest.raises(NothingToPublish):
            service.publish(session, scene.approver, [], MOMENT)
        with pytest.raises(NotFound, match="V9999"):
            service.publish(session, scene.approver, ["360681-2026-0001-V9999"], MOMENT)
        with pytest.raises(NotFound):  # no finding yet
            service.publish(session, scene.approver, scene.codes[:1], MOMENT)
    with database.writing() as session:
        enter(session, scene, scene.codes[0])
        inspection.return_finding(session, scene.approver, scene.codes[0], "重写", MOMENT)
        with pytest.raises(Conflict, match="已退回"):
            service.publish(session, scene.approver, scene.codes[:1], MOMENT)
        enter(session, scene, scene.codes[0])
        task = session.exec(select(Task)).one()
        task.state = TaskState.VOID
        session.add(task)
        with pytest.raises(Conflict, match="已作废"):
            service.publish(session, scene.approver, scene.codes[:1], MOMENT)


def test_results_of_two_draws_become_two_releases(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        task = add_task(session, scene.organ, 2, scene.items, directed=True)
        draw = add_draw(session, scene.organ, task, 2)
        other = assign(session, draw, [add_entity(session, 50)], scene.inspectors[:2])
        for code in (*scene.codes, *other):
            enter(session, scene, code)
        releases = service.publish(session, scene.approver, [*other, *scene.codes, *other], MOMENT)
        assert [(one.code, one.row_count) for one in releases] == [
            ("360681-2026-0001-R1", 3),
            ("360681-2026-0002-R1", 1),
        ]
        assert portal.release_page(session, "360681-2026-0002-R1").results[0].check_type == "定向抽查"


def test_a_correction_replaces_the_row_and_the_old_one_stays_visible(
    database: Database, scene: Scene
) -> None:
    code = scene.codes[0]
    with database.writing() as session:
        enter(session, scene, code, "8")
        service.publish(session, scene.approver, [code], MOMENT)
    for result in ("2", "5"):
        correct(database, scene, code, result)
        with database.writing() as session:
            service.publish(session, scene.approver, [code], MOMENT)
    with database.reading() as session:
        entity = portal.entity_page(session, scene.entities[0].uscc)
        statistics = portal.statistics(session)
        first = portal.release_page(session, "360681-2026-0001-R1")
    assert [(row.result, row.release_code[-2:], row.corrects, row.replaced_by) for row in entity.results] == [
        ("5", "R3", "360681-2026-0001-R2", None),
        ("2", "R2", "360681-2026-0001-R1", "360681-2026-0001-R3"),
        ("8", "R1", None, "360681-2026-0001-R2"),
    ]
    assert first.results[0].replaced_by == "360681-2026-0001-R2"
    assert first.release.sha256 == release_sha256(first.results)
    assert (statistics.total, statistics.results["5"], statistics.results["8"]) == (1, 1, 0)


def test_until_the_correction_is_published_the_old_row_stands(database: Database, scene: Scene) -> None:
    code = scene.codes[0]
    with database.writing() as session:
        enter(session, scene, code, "8")
        service.publish(session, scene.approver, [code], MOMENT)
        assert [row.visit_code for row in service.unsettled(session, scene.approver, MOMENT).rows] == [code]
    correct(database, scene, code, "5")
    with database.reading() as session:
        (row,) = portal.entity_page(session, scene.entities[0].uscc).results
        (waiting,) = service.waiting(session, scene.approver, MOMENT).rows
        assert (row.result, row.replaced_by) == ("8", None)
        assert (waiting.correction, waiting.version, waiting.failed_items) == (True, 2, 1)
    with database.writing() as session:
        service.publish(session, scene.approver, [code], MOMENT)
        assert service.unsettled(session, scene.approver, MOMENT).rows == ()


def test_what_waits_is_listed_by_urgency_with_the_days_left(database: Database, scene: Scene) -> None:
    # publication is due on 16 December, 14 December and 26 November
    days = (date(2026, 11, 18), date(2026, 11, 16), date(2026, 10, 29))
    with database.writing() as session:
        for code, day in zip(scene.codes, days, strict=True):
            enter(session, scene, code, day=day)
        later = MOMENT + timedelta(days=7)  # 27 November
        rows = service.waiting(session, scene.approver, later).rows
        counts = service.count_waiting(session, scene.approver, later)
    assert [(row.visit_code, row.days_left, row.overdue) for row in rows] == [
        (scene.codes[2], -1, True),
        (scene.codes[1], 17, False),
        (scene.codes[0], 19, False),
    ]
    assert counts == (3, 1)


def test_pages_of_what_waits_follow_without_gap_or_repeat(
    database: Database, organ: Organ, enrol: Callable[..., Actor]
) -> None:
    scene = set_scene(database, organ, enrol, entities=7)
    with database.writing() as session:
        for place, code in enumerate(scene.codes):
            enter(session, scene, code, day=date(2026, 11, 18 - place % 2))
    seen: list[str] = []
    after = None
    with database.reading() as session:
        while True:
            page = service.waiting(session, scene.approver, MOMENT, scene.draw.draw_id, after, limit=3)
            seen += [row.visit_code for row in page.rows]
            after = page.after
            if after is None:
                break
        assert seen == [*scene.codes[1::2], *scene.codes[::2]]
        assert service.waiting(session, scene.approver, MOMENT, "360681-2026-0099").rows == ()
        with pytest.raises(InvalidInput):
            service.waiting(session, scene.approver, MOMENT, after="nonsense")


def test_another_county_sees_nothing_that_waits(
    database: Database, scene: Scene, enrol: Callable[..., Actor]
) -> None:
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360622", "余江区市场监督管理局", "360622", MOMENT)
        enter(session, scene, scene.codes[0])
    elsewhere = enrol(Role.APPROVER, "elsewhere", organ_code="360622")
    with database.reading() as session:
        assert service.waiting(session, elsewhere, MOMENT).rows == ()
        assert service.count_waiting(session, elsewhere, MOMENT) == (0, 0)


def test_the_journal_names_the_release_and_nobody_inspected(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        for code in scene.codes:
            enter(session, scene, code)
        service.publish(session, scene.approver, scene.codes, MOMENT)
    with database.reading() as session:
        entries = session.exec(select(Entry).order_by(col(Entry.seq))).all()
        acts = [entry.act for entry in entries]
        assert acts[-2:] == ["release.publish", "task.done"]
        assert entries[-2].subject == "release:360681-2026-0001-R1"
        assert "食品经营部" not in str([entry.detail for entry in entries])
        assert journal.check(session) == len(entries)
