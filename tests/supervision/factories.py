"""Rows for tests, put in directly: an organ's register, and a draw with its visits."""

import gzip
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from solver.canonical import canonical
from supervision.database import Database
from supervision.draw.tables import Draw, DrawnEntity, DrawParty, DrawState, FrozenFrame
from supervision.inspection import service as inspection
from supervision.inspection.rules import ItemAnswer, Seat, TeamOf
from supervision.inspection.tables import ItemOutcome
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.plan.tables import DrawMode, Plan, Task, TaskState
from supervision.reference.holidays import NationalCalendar
from supervision.register import search
from supervision.register.tables import Entity, Inspector, Item
from supervision.risk.tables import EntityClass, RiskClass, RiskFacts, RiskSnapshot

MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CALENDAR = NationalCalendar(frozenset(range(2004, 2027)))
"""As in autumn 2026: the holidays of 2027 are not announced."""
PHONE = "13970155501"
CONTACT = "联系人甲乙丙"
INSPECTOR_PHONE = "13970155502"
FRAME = gzip.compress(b"0" * 40 + b",11,A\n", mtime=0)
FRAME_KEY = "f0" * 32
SEED = "5eed" * 16
SECRET = "5ec2" * 16


def add_entity(session: Session, number: int, **more: Any) -> Entity:
    name = more.pop("name", f"贵溪市第{number}食品经营部")
    entity = Entity(
        **{
            "uscc": f"91360681MA{number:08d}",
            "name": name,
            "name_grams": search.grams(name),
            "kind": "company",
            "type_name": "有限责任公司",
            "address": f"贵溪市雄石路{number}号",
            "region_code": "360681",
            "industry": "F",
            "tags": " food_sale ",
            "contact": CONTACT,
            "phone": PHONE,
            "digest": "0" * 32,
            "updated_at": MOMENT,
        }
        | more
    )
    session.add(entity)
    session.flush()
    return entity


def add_inspector(session: Session, organ: Organ, number: int, **more: Any) -> Inspector:
    inspector = Inspector(
        **{
            "organ_id": organ.id,
            "code": f"G{number:03d}",
            "name": f"检查员{number}",
            "department": "食品科",
            "certificate": f"14060{number:05d}",
            "certificate_until": date(2028, 12, 31),
            "region_prefix": "360681",
            "may_lead": True,
            "phone": INSPECTOR_PHONE,
            "digest": "0" * 32,
            "updated_at": MOMENT,
        }
        | more
    )
    session.add(inspector)
    session.flush()
    return inspector


def add_item(session: Session, organ: Organ, code: str, name: str, tag: str = "", **more: Any) -> Item:
    item = Item(
        **{
            "organ_id": organ.id,
            "code": code,
            "subject": "食品",
            "name": name,
            "tag": tag,
            "legal_basis": "《中华人民共和国食品安全法》第一百一十条",
            "digest": "0" * 32,
            "updated_at": MOMENT,
        }
        | more
    )
    session.add(item)
    session.flush()
    return item


def add_task(session: Session, organ: Organ, serial: int, items: Sequence[Item], **more: Any) -> Task:
    plan = Plan(
        organ_id=organ.id or 0,
        year=2026,
        serial=serial,
        code=f"{organ.code}-2026-P{serial:02d}",
        name="2026年度双随机抽查工作计划",
        created_by="planner",
        created_at=MOMENT,
    )
    session.add(plan)
    session.flush()
    task = Task(
        **{
            "plan_id": plan.id,
            "organ_id": organ.id,
            "code": f"{plan.code}-T01",
            "name": "食品经营监督检查",
            "directed": False,
            "region_prefix": "360681",
            "item_ids": [item.id for item in items],
            "mode": DrawMode.RATE,
            "rates": {"A": 10_000, "B": 30_000, "C": 100_000, "D": 300_000},
            "starts": date(2026, 9, 1),
            "ends": date(2026, 12, 31),
            "state": TaskState.PAIRED,
            "created_by": "planner",
            "created_at": MOMENT,
        }
        | more
    )
    session.add(task)
    session.flush()
    return task


def plan_json(number: str) -> str:
    """A plan of draw/1 over ``FRAME``."""
    fields = {
        "v": "draw/1",
        "draw_id": number,
        "prev": "0" * 64,
        "register_root": "a" * 64,
        "register_n": 20_000,
        "commits": ["e" * 64, "e" * 64],
        "mode": "rate",
        "den": 1_000_000,
        "rates": {"A": 10_000},
        "frame": "blinded",
        "min_anonymity": 1,
    }
    return canonical(fields).decode()


def add_draw(session: Session, organ: Organ, task: Task, serial: int, **more: Any) -> Draw:
    number = f"{organ.code}-2026-{serial:04d}"
    draw = Draw(
        **{
            "task_id": task.id,
            "organ_id": organ.id,
            "year": 2026,
            "serial": serial,
            "draw_id": number,
            "state": DrawState.CLOSED,
            "plan_json": plan_json(number),
            "plan_hash": hashlib.sha256(number.encode()).hexdigest(),
            "register_root": "a" * 64,
            "register_n": 20_000,
            "frozen_by": "planner",
            "frozen_at": MOMENT,
            "approved_by": "approver",
            "approved_at": MOMENT,
            "seed": SEED,
            "result": "00,11/A,22\n",
            "result_sha256": "b" * 64,
            "cells": [["11/A", 10, 10_000, 1, "22"]],
            "cells_sha256": "c" * 64,
            "closing_json": "{}",
            "closing_hash": "d" * 64,
            "closed_at": MOMENT,
        }
        | more
    )
    session.add(draw)
    session.flush()
    session.add(FrozenFrame(draw_id=draw.id or 0, frame=FRAME, links=gzip.compress(b"secret"), key=FRAME_KEY))
    session.flush()
    return draw


def add_party(session: Session, task: Task, position: int, title: str, account_id: int) -> DrawParty:
    party = DrawParty(
        task_id=task.id or 0,
        position=position,
        title=title,
        account_id=account_id,
        commitment="e" * 64,
        committed_at=MOMENT,
        secret=SECRET,
        revealed_at=MOMENT,
    )
    session.add(party)
    session.flush()
    return party


def add_classes(session: Session, entities: Sequence[Entity], risk_class: RiskClass) -> None:
    """A snapshot in which every entity has the class, and the facts behind it."""
    snapshot = RiskSnapshot(
        region_prefix="360681",
        month=date(2026, 11, 1),
        scorecard_sha256="1" * 64,
        digest="2" * 64,
        count_a=0,
        count_b=0,
        count_c=0,
        count_d=len(entities),
        taken_by="planner",
        taken_at=MOMENT,
    )
    session.add(snapshot)
    session.flush()
    for entity in entities:
        session.add(
            EntityClass(
                snapshot_id=snapshot.id or 0,
                entity_id=entity.id or 0,
                risk_class=risk_class,
                points=987,
                given=False,
            )
        )
        session.add(RiskFacts(entity_id=entity.id or 0, penalties=7, given_class=risk_class))
    session.flush()


@dataclass(frozen=True)
class Scene:
    """A drawn and paired task: who is visited, by whom."""

    organ: Organ
    task: Task
    draw: Draw
    entities: tuple[Entity, ...]
    items: tuple[Item, ...]
    inspectors: tuple[Inspector, ...]
    team: tuple[Actor, ...]
    """Two inspectors who visit everyone; the first leads."""
    stranger: Actor
    """A third inspector, of no team."""
    approver: Actor
    codes: tuple[str, ...]
    """Of the visits, in the order of ``entities``."""

    @property
    def answers(self) -> dict[int, ItemAnswer]:
        """Every item passed."""
        return {item.id or 0: ItemAnswer(ItemOutcome.PASS) for item in self.items}


def set_scene(
    database: Database, organ: Organ, enrol: Callable[..., Actor], entities: int = 3, **task: Any
) -> Scene:
    """A task with two items, and visits of its entities (drawn in reverse order of their codes)."""
    with database.writing() as session:
        inspectors = tuple(add_inspector(session, organ, number) for number in (1, 2, 3))
        items = (
            add_item(session, organ, "01", "食品经营许可检查"),
            add_item(session, organ, "02", "食品贮存检查", tag="food_sale"),
        )
        foreign = add_item(session, organ, "03", "电梯使用检查", tag="elevator")
        found = add_task(session, organ, 1, (*items, foreign), **task)
        draw = add_draw(session, organ, found, 1)
        visited = tuple(add_entity(session, number) for number in range(1, entities + 1))
        codes = assign(session, draw, visited, inspectors[:2])
    one, two, three = (
        enrol(Role.INSPECTOR, f"inspector{inspector.code}", inspector_id=inspector.id)
        for inspector in inspectors
    )
    return Scene(
        organ=organ,
        task=found,
        draw=draw,
        entities=visited,
        items=items,
        inspectors=inspectors,
        team=(one, two),
        stranger=three,
        approver=enrol(Role.APPROVER, "reviewer"),
        codes=codes,
    )


def assign(
    session: Session, draw: Draw, visited: Sequence[Entity], team: Sequence[Inspector]
) -> tuple[str, ...]:
    """Draw the entities, the last first, and send one team to all; their visits' numbers, as ``visited``."""
    drawn = [
        DrawnEntity(
            draw_id=draw.id or 0,
            position=position,
            entity_id=entity.id or 0,
            frame_id=f"{position:040x}",
            cell="11/A",
            ticket=f"{position:064x}",
        )
        for position, entity in enumerate(reversed(visited), start=1)
    ]
    session.add_all(drawn)
    session.flush()
    seats = tuple(
        Seat(inspector.id or 0, "lead" if place == 0 else "member") for place, inspector in enumerate(team)
    )
    visits = inspection.assign_visits(
        session, draw, [TeamOf(one.id or 0, one.entity_id, seats) for one in drawn]
    )
    by_entity = {visit.entity_id: visit.code for visit in visits}
    return tuple(by_entity[entity.id or 0] for entity in visited)


def enter(
    session: Session, scene: Scene, code: str, result: str = "1", day: date = date(2026, 11, 18), **more: Any
) -> None:
    """The lead enters what was found."""
    given = {"note": "" if result == "1" else "现场情况见记录", "items": scene.answers, "now": MOMENT} | more
    inspection.enter_finding(
        session,
        scene.team[0],
        code,
        inspected_on=day,
        result=result,
        working_days=CALENDAR,
        publication_working_days=20,
        **given,
    )
