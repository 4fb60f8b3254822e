"""Handing visits to teams, and who sees which."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from supervision.database import Database
from supervision.errors import Forbidden, NotFound
from supervision.inspection import service
from supervision.inspection.tables import Visit, VisitState
from supervision.pairing.tables import TeamMember
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.risk.tables import RiskClass
from tests.supervision.factories import MOMENT, PHONE, Scene, add_classes, enter, set_scene


@pytest.fixture
def scene(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    return set_scene(database, organ, enrol)


def test_every_drawn_entity_gets_a_visit_and_its_whole_team(database: Database, scene: Scene) -> None:
    with database.reading() as session:
        visits = session.exec(select(Visit)).all()
        seats = session.exec(select(TeamMember)).all()
        assert len(visits) == 3
        assert sorted(seat.seat for seat in seats) == ["lead"] * 3 + ["member"] * 3
        assert {(visit.state, visit.task_id) for visit in visits} == {(VisitState.ASSIGNED, scene.task.id)}


def test_the_number_of_a_visit_follows_the_credit_code_and_not_the_order_drawn(scene: Scene) -> None:
    # drawn in reverse: the position 0001 in the published result is that of the third
    assert scene.codes == ("360681-2026-0001-V0001", "360681-2026-0001-V0002", "360681-2026-0001-V0003")


def test_an_inspector_sees_the_visits_of_the_own_teams_alone(database: Database, scene: Scene) -> None:
    with database.reading() as session:
        mine = service.my_visits(session, scene.team[1])
        others = service.my_visits(session, scene.stranger)
    assert [row.code for row in mine.rows] == list(scene.codes)
    assert mine.rows[0].team == ("检查员1", "检查员2")
    assert mine.rows[0].item_count == 2
    assert mine.rows[0].region_name == "江西省鹰潭市贵溪市"
    assert others.rows == ()


def test_visits_are_listed_by_state(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        enter(session, scene, scene.codes[1])
        waiting = service.my_visits(session, scene.team[0], [VisitState.ASSIGNED])
        done = service.my_visits(session, scene.team[0], [VisitState.SUBMITTED])
        progress = service.progress_of_task(session, scene.approver, scene.task.id or 0)
    assert [row.code for row in waiting.rows] == [scene.codes[0], scene.codes[2]]
    assert [(row.code, row.result_text) for row in done.rows] == [(scene.codes[1], "未发现问题")]
    assert (progress[VisitState.ASSIGNED], progress[VisitState.SUBMITTED]) == (2, 1)
    assert progress[VisitState.PUBLISHED] == 0


def test_pages_follow_one_another_without_gap_or_repeat(
    database: Database, organ: Organ, enrol: Callable[..., Actor]
) -> None:
    scene = set_scene(database, organ, enrol, entities=11)
    seen: list[str] = []
    after, pages = None, 0
    with database.reading() as session:
        while True:
            page = service.visits_of_task(session, scene.approver, scene.task.id or 0, after=after, limit=4)
            seen += [row.code for row in page.rows]
            after, pages = page.after, pages + 1
            if after is None:
                break
    assert (seen, pages) == (list(scene.codes), 3)


def test_the_team_sees_what_it_needs_on_site(database: Database, scene: Scene) -> None:
    with database.reading() as session:
        view = service.visit_detail(session, scene.team[0], scene.codes[0])
    assert [item.name for item in view.items] == ["食品经营许可检查", "食品贮存检查"]
    assert [(seat.name, seat.seat_name, seat.lead) for seat in view.team] == [
        ("检查员1", "组长", True),
        ("检查员2", "组员", False),
    ]
    assert view.phone == PHONE
    assert (view.may_enter, view.may_correct, view.may_review) == (True, False, False)


def test_the_office_sees_a_visit_without_the_phone_number(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        enter(session, scene, scene.codes[0])
        view = service.visit_detail(session, scene.approver, scene.codes[0])
    assert (view.phone, view.contact) == ("", "")
    assert (view.may_enter, view.may_review) == (False, True)


def test_no_view_of_a_visit_holds_the_risk_class(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        add_classes(session, scene.entities, RiskClass.D)
    with database.reading() as session:
        shown = repr(service.visit_detail(session, scene.team[0], scene.codes[0]))
        shown += repr(service.my_visits(session, scene.team[0]))
    assert "RiskClass" not in shown
    assert "987" not in shown  # the points
    assert "'D'" not in shown


def test_strangers_find_nothing(
    database: Database, scene: Scene, enrol: Callable[..., Actor], administrator: Actor, witness: Actor
) -> None:
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360622", "余江区市场监督管理局", "360622", MOMENT)
    elsewhere = enrol(Role.AUDITOR, "elsewhere", organ_code="360622")
    with database.reading() as session:
        for actor in (scene.stranger, elsewhere, witness):
            with pytest.raises(NotFound):
                service.visit_detail(session, actor, scene.codes[0])
        with pytest.raises(NotFound):
            service.visits_of_task(session, elsewhere, scene.task.id or 0)
        with pytest.raises(Forbidden):
            service.visits_of_task(session, scene.team[0], scene.task.id or 0)
        with pytest.raises(NotFound):
            service.visit_detail(session, scene.team[0], "360681-2026-0001-V9999")
