"""A whole draw verified: it agrees as it was made, and any change is named."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from solver.verify import STEPS
from supervision.database import Database
from supervision.draw import service as draws
from supervision.draw.tables import Draw, DrawnEntity, DrawParty, FrozenFrame
from supervision.errors import Conflict, NotFound
from supervision.inspection import service as inspection
from supervision.inspection.rules import ItemAnswer
from supervision.inspection.tables import ItemOutcome, Visit
from supervision.pairing import service as pairing
from supervision.pairing.tables import Pairing, TeamMember
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.publication import service as publication
from supervision.publication.tables import ReleasedResult
from supervision.register import service as register
from supervision.register.tables import Entity
from supervision.verification.rules import INSPECTORS_CHANGED, STEP_NAMES, Report
from supervision.verification.service import verify_draw
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office
from tests.supervision.factories import CALENDAR

DRAW = "360681-2026-0001"
REPLAY = [name for name in STEPS if name not in {"sources", "checkpoint", "log", "consistency", "order"}]
OWN = ["drawn", "links", "visits", "inspectors", "pairing_problem", "pairing_seed", "pairing", "releases"]


@pytest.fixture
def published(database: Database, office: Office, enrol: Callable[..., Actor]) -> None:
    """A draw of the small county, paired, with one published result."""
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        visit = session.exec(select(Visit).order_by(col(Visit.code))).first()
        assert visit is not None
        member = session.exec(select(TeamMember).where(TeamMember.visit_id == visit.id)).first()
        assert member is not None
    inspector = enrol(Role.INSPECTOR, inspector_id=member.inspector_id)
    later = NOW + timedelta(days=5)
    with database.writing() as session:
        items = inspection.visit_detail(session, inspector, visit.code).items
        inspection.enter_finding(
            session,
            inspector,
            visit.code,
            inspected_on=date(2026, 11, 24),
            result="1",
            items={item.id: ItemAnswer(ItemOutcome.PASS) for item in items},
            now=later,
            working_days=CALENDAR,
            publication_working_days=20,
        )
        publication.publish(session, office.approver, [visit.code], later)


def verified(database: Database) -> Report:
    with database.reading() as session:
        return verify_draw(session, DRAW)


def first(session: Session, table: type[SQLModel], **values: Any) -> None:
    """Change the first row of a table behind everyone's back."""
    row = session.exec(select(table)).first()
    assert row is not None
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)


def failed_after(database: Database, table: type[SQLModel], **values: Any) -> list[str]:
    with database.writing() as session:
        first(session, table, **values)
    return [step.name for step in verified(database).failed]


def test_a_draw_agrees_from_its_plan_to_its_releases(database: Database, published: None) -> None:
    report = verified(database)
    assert [step.name for step in report.steps] == [*REPLAY, *OWN]
    assert report.ok, str(report)
    assert str(report).startswith(f"抽取 {DRAW}：验证通过")
    assert (report.denominator, report.failed) == (1_000_000, ())
    with database.reading() as session:
        draw = session.exec(select(Draw)).one()
        assert (report.result_sha256, report.drawn) == (
            draw.result_sha256,
            len(str(draw.result).splitlines()),
        )


def test_before_the_pairing_there_is_the_replay_alone(database: Database, office: Office) -> None:
    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office))
    report = verified(database)
    assert report.ok
    assert [step.name for step in report.steps] == [*REPLAY, "drawn", "links"]


def test_the_second_draw_links_to_the_first(database: Database, office: Office) -> None:
    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office))
        second = county.drawn(session, office, county.new_task(session, office))
        report = verify_draw(session, second.draw_id)
    assert report.ok
    assert [step.name for step in report.steps][2] == "previous"
    with database.writing() as session:
        first(session, Draw, closing_json='{"draw_id":"x","plan_hash":"' + "0" * 64 + '","void":"x"}')
        report = verify_draw(session, second.draw_id)
    assert [step.name for step in report.failed] == ["previous"]


def test_an_open_frame_is_verified_as_well(database: Database, office: Office) -> None:
    with database.writing() as session:
        rates = dict.fromkeys(county.RATES, 50_000)
        task = county.new_task(session, office, by_class=False, rates=rates)
        county.drawn(session, office, task)
    assert verified(database).ok


@pytest.mark.parametrize(
    ("table", "values", "step"),
    [
        (DrawParty, {"secret": "03" * 32}, "reveals"),
        (Draw, {"plan_hash": "0" * 64}, "plan_hash"),
        (Draw, {"cells_sha256": "0" * 64}, "cells"),
        (Draw, {"closing_hash": "0" * 64}, "closing_hash"),
        (FrozenFrame, {"frame": gzip.compress(b"")}, "register"),
        (DrawnEntity, {"ticket": "0" * 64}, "drawn"),
        (Pairing, {"seed": "0" * 64}, "pairing_seed"),
        (Pairing, {"problem_sha256": "0" * 64}, "pairing_problem"),
        (ReleasedResult, {"result_text": "未发现问题。"}, "releases"),
    ],
)
def test_each_change_behind_everyones_back_is_named(
    database: Database, published: None, table: type[SQLModel], values: dict[str, Any], step: str
) -> None:
    failed = failed_after(database, table, **values)
    assert failed
    assert failed[0] == step


def test_a_drawn_entity_put_in_the_place_of_another_is_named(database: Database, published: None) -> None:
    with database.writing() as session:
        drawn = session.exec(select(DrawnEntity).order_by(col(DrawnEntity.position))).first()
        taken = select(DrawnEntity.entity_id)
        other = session.exec(select(Entity).where(col(Entity.id).not_in(taken))).first()
        assert drawn is not None
        assert other is not None
        drawn.entity_id = other.id or 0
        session.add(drawn)
    report = verified(database)
    assert [step.name for step in report.failed] == ["links", "visits"]
    assert other.uscc in report.failed[0].message


def test_a_team_changed_by_hand_is_named(database: Database, published: None) -> None:
    with database.writing() as session:
        member = session.exec(select(TeamMember).where(TeamMember.seat == "member")).first()
        assert member is not None
        team = set(
            session.exec(select(TeamMember.inspector_id).where(TeamMember.visit_id == member.visit_id))
        )
        member.inspector_id = next(number for number in range(2, 13) if number not in team)
        session.add(member)
    (step,) = verified(database).failed
    assert step.name == "pairing"
    assert step.message


def test_a_recusal_between_freeze_and_pairing_is_told(database: Database, office: Office) -> None:
    titles = []
    with database.writing() as session:
        for recuse in (False, True):
            draw = county.drawn(session, office, county.new_task(session, office))
            if recuse:
                register.add_recusal(
                    session, office.planner, 3, reason="近亲属", uscc=county.uscc(0), now=NOW
                )
            pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
            report = verify_draw(session, draw.draw_id)
            assert report.ok
            titles.append(next(step.title for step in report.steps if step.name == "inspectors"))
    assert titles == [STEP_NAMES["inspectors"], INSPECTORS_CHANGED]


def test_only_a_closed_draw_is_verified(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.frozen(session, office, county.new_task(session, office))
        with pytest.raises(Conflict, match="待审批"):
            verify_draw(session, draw.draw_id)
        draws.void(session, office.approver, draw.draw_id, "plan-error", "范围填错", NOW)
        with pytest.raises(Conflict, match="已作废"):
            verify_draw(session, draw.draw_id)
        with pytest.raises(NotFound):
            verify_draw(session, "360681-2026-0099")
