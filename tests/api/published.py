"""A county whose public site has something of everything: drawn, published, corrected, void and under way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from supervision.database import Database
from supervision.draw import service as draws
from supervision.draw.tables import Draw, DrawnEntity
from supervision.inspection import service as inspection
from supervision.inspection.rules import ItemAnswer, Seat, TeamOf
from supervision.inspection.tables import ItemOutcome
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.plan.tables import TaskState
from supervision.publication import service as publication
from supervision.register import search
from supervision.register.tables import Entity, Inspector, Item
from tests.conftest import PASSWORD
from tests.supervision import county
from tests.supervision.county import NOW, Office
from tests.supervision.factories import CALENDAR

PHONE, CONTACT = "13970155501", "联系人甲乙丙"
INSPECTOR_PHONE, INSPECTOR = "13970155502", "秘密检查员"
NOTE = "现场负责人王某某不在"
INSPECTED = date(2026, 11, 23)
LATER = NOW + timedelta(days=10)
RESULTS = "181234567"


@dataclass(frozen=True, slots=True)
class Site:
    """What the tests ask for."""

    draw_id: str
    void_id: str
    open_id: str
    task_code: str
    releases: tuple[str, str]
    """All but one visit; then the correction of the second result, 8 to 5."""
    usccs: tuple[str, ...]
    """Published, in the order of credit codes."""
    unpublished: str
    visit_codes: tuple[str, ...]
    inspector: Actor


def build(database: Database, organ: Organ, office: Office, enrol: Callable[..., Actor]) -> Site:
    with database.writing() as session:
        county.settle(session, organ.id or 0, 200)
        _plant(session)
        void_id = _void(session, office)
        task = county.new_task(session, office)
        draw = county.drawn(session, office, task)
        team = list(session.exec(select(Inspector).order_by(col(Inspector.code)).limit(3)))[1:]
        codes = _visits(session, draw, team)
        task.state = TaskState.PAIRED
        session.add(task)
    inspector = enrol(Role.INSPECTOR, "fieldworker", inspector_id=team[0].id)
    with database.writing() as session:
        for code, result in zip(codes[:-1], RESULTS, strict=False):
            _enter(session, inspector, code, result)
        first = publication.publish(session, office.approver, codes[:-1], LATER)
    with database.writing() as session:
        _correct(session, inspector, codes[1])
        second = publication.publish(session, office.approver, [codes[1]], LATER + timedelta(hours=1))
        open_task = county.new_task(session, office, name="正在进行的抽查")
        opened = county.frozen(session, office, open_task)
        draws.approve(session, office.approver, opened.draw_id, LATER)
        usccs = _usccs(session, draw)
    return Site(
        draw_id=draw.draw_id,
        void_id=void_id,
        open_id=opened.draw_id,
        task_code=task.code,
        releases=(first[0].code, second[0].code),
        usccs=usccs[:-1],
        unpublished=usccs[-1],
        visit_codes=codes,
        inspector=inspector,
    )


def build_alone(database: Database) -> Site:
    """The same in an empty database, with an office and accounts of its own."""
    with database.writing() as session:
        organ = people.add_organ(session, people.SYSTEM, "360681", "贵溪市市场监督管理局", "360681", NOW)

    def enrol(role: Role, username: str = "", **more: Any) -> Actor:
        with database.writing() as session:
            account = people.add_account(
                session,
                people.SYSTEM,
                username=username or role.value,
                display_name=f"{role.value} 同志",
                password=PASSWORD,
                organ_code="360681",
                roles=[role],
                now=NOW,
                **more,
            )
            return people.actor_for(session, account)

    office = Office(enrol(Role.PLANNER), enrol(Role.APPROVER), enrol(Role.WITNESS))
    return build(database, organ, office, enrol)


def _plant(session: Session) -> None:
    """Put what must never be shown where it belongs."""
    for entity in session.exec(select(Entity)):
        entity.phone, entity.contact, entity.address = PHONE, CONTACT, "贵溪市雄石路1号"
        entity.type_name, entity.name_grams = "有限责任公司", search.grams(entity.name)
        session.add(entity)
    for inspector in session.exec(select(Inspector)):
        inspector.phone, inspector.name = INSPECTOR_PHONE, f"{INSPECTOR}{inspector.code}"
        inspector.certificate_until = date(2028, 1, 1)
        session.add(inspector)


def _void(session: Session, office: Office) -> str:
    draw = county.frozen(session, office, county.new_task(session, office, name="作废的抽查"))
    draws.void(session, office.approver, draw.draw_id, "plan-error", "比例填写有误", NOW)
    return draw.draw_id


def _visits(session: Session, draw: Draw, team: list[Inspector]) -> tuple[str, ...]:
    seats = tuple(Seat(each.id or 0, "member" if at else "lead") for at, each in enumerate(team))
    drawn = session.exec(select(DrawnEntity).where(DrawnEntity.draw_id == draw.id))
    visits = inspection.assign_visits(
        session, draw, [TeamOf(one.id or 0, one.entity_id, seats) for one in drawn]
    )
    return tuple(visit.code for visit in visits)


def _answers(session: Session, result: str) -> dict[int, ItemAnswer]:
    outcome = ItemOutcome.PASS if result == "1" else ItemOutcome.FAIL
    return {item.id or 0: ItemAnswer(outcome, NOTE) for item in session.exec(select(Item))}


def _enter(session: Session, inspector: Actor, code: str, result: str) -> None:
    items = {item.id for item in inspection.visit_detail(session, inspector, code).items}
    answers = {key: value for key, value in _answers(session, result).items() if key in items}
    inspection.enter_finding(
        session,
        inspector,
        code,
        inspected_on=INSPECTED,
        result=result,
        note=NOTE,
        items=answers,
        now=LATER,
        working_days=CALENDAR,
        publication_working_days=20,
    )


def _correct(session: Session, inspector: Actor, code: str) -> None:
    items = {item.id for item in inspection.visit_detail(session, inspector, code).items}
    inspection.correct(
        session,
        inspector,
        code,
        "立案后已责令改正",
        inspected_on=INSPECTED,
        result="5",
        note=NOTE,
        items={key: value for key, value in _answers(session, "5").items() if key in items},
        now=LATER,
        working_days=CALENDAR,
        publication_working_days=20,
    )


def _usccs(session: Session, draw: Draw) -> tuple[str, ...]:
    query = select(Entity.uscc).join(DrawnEntity, col(DrawnEntity.entity_id) == col(Entity.id))
    return tuple(session.exec(query.where(DrawnEntity.draw_id == draw.id).order_by(Entity.uscc)))
