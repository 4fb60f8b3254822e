"""Entering, correcting and returning findings."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session, col, select

from supervision.database import Database
from supervision.errors import Conflict, Forbidden, SupervisionError
from supervision.inspection import rules, service
from supervision.inspection.rules import ItemAnswer
from supervision.inspection.tables import Finding, ItemFinding, ItemOutcome, Visit, VisitState
from supervision.journal import service as journal
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.plan.tables import Task, TaskState
from supervision.publication import service as publication
from tests.supervision.factories import CALENDAR, MOMENT, Scene, enter, set_scene


@pytest.fixture
def scene(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    return set_scene(database, organ, enrol)


def visit(session: Session, code: str) -> Visit:
    return session.exec(select(Visit).where(Visit.code == code)).one()


def answers(scene: Scene, *outcomes: ItemOutcome) -> dict[int, ItemAnswer]:
    return {item.id or 0: ItemAnswer(outcome) for item, outcome in zip(scene.items, outcomes, strict=True)}


PASS, FAIL, NOT_CHECKED = ItemOutcome.PASS, ItemOutcome.FAIL, ItemOutcome.NOT_CHECKED


def test_a_finding_waits_for_review_and_knows_its_last_day_of_publication(
    database: Database, scene: Scene
) -> None:
    code = scene.codes[0]
    with database.writing() as session:
        enter(session, scene, code, "5", date(2026, 11, 18), items=answers(scene, FAIL, PASS))
    with database.reading() as session:
        found = visit(session, code)
        finding = session.exec(select(Finding)).one()
        items = session.exec(select(ItemFinding).order_by(col(ItemFinding.item_id))).all()
        acts = [entry.act for entry in journal.entries(session, scene.approver)]
    assert (found.state, found.publish_by) == (VisitState.SUBMITTED, date(2026, 12, 16))
    assert not found.publish_by_provisional
    assert (finding.version, finding.result, finding.entered_by) == (1, "5", "inspectorG001")
    assert [item.outcome for item in items] == [FAIL, PASS]
    assert acts[0] == "finding.enter"


def test_twenty_working_days_from_18_september_step_over_national_day_and_mid_autumn(
    database: Database, scene: Scene
) -> None:
    # 2026: holidays 25-27 September and 1-7 October; Sunday 20 September and Saturday 10 October are worked
    with database.writing() as session:
        enter(session, scene, scene.codes[0], day=date(2026, 9, 18))
        found = visit(session, scene.codes[0])
    assert (found.publish_by, found.publish_by_provisional) == (date(2026, 10, 22), False)


def test_a_deadline_in_a_year_without_a_calendar_is_provisional(
    database: Database, organ: Organ, enrol: Callable[..., Actor]
) -> None:
    scene = set_scene(database, organ, enrol)
    december = MOMENT.replace(month=12, day=20)
    with database.writing() as session:
        enter(session, scene, scene.codes[0], day=date(2026, 12, 10), now=december)
        found = visit(session, scene.codes[0])
    assert (found.publish_by, found.publish_by_provisional) == (date(2027, 1, 7), True)


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (rules.InspectedTooEarly, {"day": date(2026, 8, 31)}),
        (rules.InspectedInFuture, {"day": date(2026, 11, 21)}),
        (rules.UnknownResult, {"result": "9", "note": "有"}),
        (rules.UnknownResult, {"result": "", "note": "有"}),
        (rules.ItemsUnanswered, {"items": {}}),
        (rules.ItemNotOfVisit, {"items": "with the item of another trade"}),
        (rules.NoProblemButFailed, {"items": (PASS, FAIL)}),
        (rules.NothingChecked, {"items": (NOT_CHECKED, NOT_CHECKED)}),
        (rules.ProblemUnexplained, {"result": "8", "note": " "}),
        (rules.ProblemUnexplained, {"result": "4", "note": ""}),
        (rules.TextTooLong, {"note": "长" * 2001}),
        (rules.TextTooLong, {"items": "with an endless note"}),
    ],
)
def test_a_report_that_cannot_be_right_is_refused_and_nothing_is_kept(
    database: Database, scene: Scene, refusal: type[SupervisionError], changes: dict[str, object]
) -> None:
    items = changes.get("items")
    if items == "with the item of another trade":
        changes = changes | {"items": scene.answers | {scene.items[-1].id + 1: ItemAnswer(PASS)}}  # type: ignore[operator]
    elif items == "with an endless note":
        first = scene.items[0].id or 0
        changes = changes | {"items": scene.answers | {first: ItemAnswer(PASS, "长" * 501)}}
    elif isinstance(items, tuple):
        changes = changes | {"items": answers(scene, *items)}
    with pytest.raises(refusal) as caught, database.writing() as session:
        enter(session, scene, scene.codes[0], **changes)  # type: ignore[arg-type]
    with database.reading() as session:
        assert visit(session, scene.codes[0]).state is VisitState.ASSIGNED
        assert session.exec(select(Finding)).all() == []
    assert "“" in caught.value.message
    assert "{" not in caught.value.message


def test_a_visit_after_the_task_needs_a_reason(
    database: Database, organ: Organ, enrol: Callable[..., Actor]
) -> None:
    scene = set_scene(database, organ, enrol, ends=date(2026, 11, 10))
    with pytest.raises(rules.LateWithoutNote, match="2026-11-10"), database.writing() as session:
        enter(session, scene, scene.codes[0], day=date(2026, 11, 18))
    with database.writing() as session:
        enter(session, scene, scene.codes[0], day=date(2026, 11, 18), note="企业停业装修，恢复经营后检查")
        assert visit(session, scene.codes[0]).state is VisitState.SUBMITTED


def test_a_lapsed_certificate_stops_the_finding(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        second = session.merge(scene.inspectors[1])
        second.certificate_until = date(2026, 11, 17)
        session.add(second)
    with pytest.raises(rules.CertificateExpired, match="检查员2"), database.writing() as session:
        enter(session, scene, scene.codes[0], day=date(2026, 11, 18))


def test_only_the_team_enters(database: Database, scene: Scene) -> None:
    given = {
        "inspected_on": date(2026, 11, 18),
        "result": "1",
        "items": scene.answers,
        "now": MOMENT,
        "working_days": CALENDAR,
        "publication_working_days": 20,
    }
    with database.writing() as session, pytest.raises(rules.NotOfTeam):
        service.enter_finding(session, scene.stranger, scene.codes[0], **given)  # type: ignore[arg-type]
    with database.writing() as session, pytest.raises(Forbidden):
        service.enter_finding(session, scene.approver, scene.codes[0], **given)  # type: ignore[arg-type]
    with database.writing() as session:
        found = service.enter_finding(session, scene.team[1], scene.codes[0], **given)  # type: ignore[arg-type]
        assert found.entered_by == "inspectorG002"


def test_a_returned_finding_is_entered_again_as_the_next_version(database: Database, scene: Scene) -> None:
    code = scene.codes[0]
    with database.writing() as session:
        enter(session, scene, code)
    with database.writing() as session:
        service.return_finding(session, scene.approver, code, " 缺少贮存检查记录 ", MOMENT)
        assert visit(session, code).state is VisitState.RETURNED
    with database.writing() as session:
        enter(session, scene, code, "5", note="已责令改正")
    with database.reading() as session:
        view = service.visit_detail(session, scene.team[1], code)
    assert view.state is VisitState.SUBMITTED
    assert [(one.version, one.result, one.returned_because) for one in view.findings] == [
        (2, "5", None),
        (1, "1", "缺少贮存检查记录"),
    ]


def test_a_return_needs_a_reason_and_something_to_return(database: Database, scene: Scene) -> None:
    code = scene.codes[0]
    with database.writing() as session, pytest.raises(Conflict, match="待检查"):
        service.return_finding(session, scene.approver, code, "理由", MOMENT)
    with database.writing() as session:
        enter(session, scene, code)
    with database.writing() as session, pytest.raises(rules.ReasonMissing):
        service.return_finding(session, scene.approver, code, "  ", MOMENT)
    with database.writing() as session, pytest.raises(Forbidden):
        service.return_finding(session, scene.team[1], code, "理由", MOMENT)


def test_an_approver_of_another_organ_cannot_return(
    database: Database, scene: Scene, enrol: Callable[..., Actor], administrator: Actor
) -> None:
    from supervision.people import service as people

    with database.writing() as session:
        people.add_organ(session, administrator, "360681-02", "贵溪市卫生健康委员会", "360681", MOMENT)
        enter(session, scene, scene.codes[0])
    other = enrol(Role.APPROVER, "health", organ_code="360681-02")
    with database.writing() as session, pytest.raises(rules.NotOwnOrgan, match="贵溪市市场监督管理局"):
        service.return_finding(session, other, scene.codes[0], "理由", MOMENT)


def test_a_submitted_finding_cannot_be_entered_over(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        enter(session, scene, scene.codes[0])
    with database.writing() as session, pytest.raises(Conflict, match="待审核"):
        enter(session, scene, scene.codes[0])


def test_nothing_is_entered_on_a_void_task(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        task = session.exec(select(Task)).one()
        task.state = TaskState.VOID
        session.add(task)
    with database.writing() as session, pytest.raises(Conflict, match="已作废"):
        enter(session, scene, scene.codes[0])


def test_a_correction_needs_a_published_visit_and_a_reason(database: Database, scene: Scene) -> None:
    code = scene.codes[0]
    given = {
        "inspected_on": date(2026, 11, 18),
        "result": "5",
        "items": answers(scene, FAIL, PASS),
        "now": MOMENT,
        "working_days": CALENDAR,
        "publication_working_days": 20,
    }
    with database.writing() as session:
        enter(session, scene, code, "8")
    with database.writing() as session, pytest.raises(Conflict, match="待审核"):
        service.correct(session, scene.team[0], code, "案件办结", **given)  # type: ignore[arg-type]
    with database.writing() as session:
        publication.publish(session, scene.approver, [code], MOMENT)
    with database.writing() as session, pytest.raises(rules.ReasonMissing):
        service.correct(session, scene.team[0], code, "", **given)  # type: ignore[arg-type]
    with database.writing() as session:
        found = service.correct(session, scene.team[0], code, "案件办结", **given)  # type: ignore[arg-type]
        assert (found.version, found.note) == (2, "更正理由：案件办结")
        # 20 working days from 20 November, when the correction was entered
        assert visit(session, code).publish_by == date(2026, 12, 18)
