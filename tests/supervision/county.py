"""A small county in the database: 600 entities in three industries, 12 inspectors, 3 items, one snapshot."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from solver.pairing.seeding import first_secret
from solver.seed import commitment
from supervision.database import Database
from supervision.draw import service as draws
from supervision.draw.service import Freeze, NamedParty
from supervision.draw.tables import Draw, PartyKind
from supervision.people.rules import Actor
from supervision.plan import service as plans
from supervision.plan.rules import TaskDraft
from supervision.plan.tables import Task
from supervision.register.tables import Entity, Inspector, Item
from supervision.risk.tables import EntityClass, RiskClass, RiskSnapshot

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
RATES = {RiskClass.A: 10_000, RiskClass.B: 30_000, RiskClass.C: 100_000, RiskClass.D: 300_000}
TWO = (PartyKind.ORGANISER, PartyKind.DISCIPLINE)
HOW = Freeze(visit_cap=2, min_anonymity=5, party_kinds=TWO)
"""Two parties are enough for most tests; that the office asks for three kinds has tests of its own."""
FRAME_KEY = bytes(range(32))
ALIAS_KEY = bytes(range(32, 64))
SECRETS = (b"\x01" * 32, b"\x02" * 32)


def uscc(number: int) -> str:
    """A code of the right shape; its check digit does not matter past the import."""
    return f"91360681{number:09d}X"


def classes(number: int) -> RiskClass:
    """Of every 20 entities 12 are A, 5 B, 2 C and 1 D."""
    at = number % 20
    return RiskClass("A" if at < 12 else "B" if at < 17 else "C" if at < 19 else "D")


def settle(session: Session, organ_id: int, entities: int = 600) -> None:
    """Fill the registers and take the snapshot of November 2026."""
    industries = "CFH"
    for number in range(entities):
        session.add(
            Entity(
                uscc=uscc(number),
                name=f"贵溪市第{number}商店",
                kind="enterprise",
                region_code="360681",
                industry=industries[number % 3],
                tags=" food " if number % 2 else " ",
                digest="-",
                updated_at=NOW,
            )
        )
    for number in range(12):
        session.add(
            Inspector(
                organ_id=organ_id,
                code=f"J{number:02d}",
                name=f"检查员{number}",
                certificate=f"ZF{number:04d}",
                certificate_until=date(2028, 1, 1) if number else date(2026, 11, 25),
                region_prefix="360681",
                qualifications=" food " if number >= 4 else " ",
                may_lead=number < 9,
                digest="-",
                updated_at=NOW,
            )
        )
    for code, tag in (("GS-01", ""), ("GS-02", ""), ("SP-01", "food")):
        session.add(
            Item(
                organ_id=organ_id,
                code=code,
                name=f"事项 {code}",
                legal_basis="《企业公示信息抽查办法》第五条",
                tag=tag,
                qualification=tag,
                digest="-",
                updated_at=NOW,
            )
        )
    snapshot = RiskSnapshot(
        region_prefix="360681",
        month=date(2026, 11, 1),
        scorecard_sha256="0" * 64,
        digest="0" * 64,
        count_a=0,
        count_b=0,
        count_c=0,
        count_d=0,
        taken_by="system",
        taken_at=NOW,
    )
    session.add(snapshot)
    session.flush()
    for entity_id in range(1, entities + 1):
        grade = classes(entity_id - 1)
        session.add(
            EntityClass(
                snapshot_id=snapshot.id or 0, entity_id=entity_id, risk_class=grade, points=0, given=False
            )
        )


def draft(**more: object) -> TaskDraft:
    """A non-directional task over the county at 1 %, 3 %, 10 %, 30 %."""
    fields: dict[str, object] = {
        "name": "2026年第四季度双随机抽查",
        "region_prefix": "360681",
        "items": ("GS-01", "GS-02", "SP-01"),
        "rates": RATES,
        "starts": date(2026, 11, 23),
        "ends": date(2026, 12, 31),
    }
    return TaskDraft.model_validate(fields | more)


@dataclass(frozen=True, slots=True)
class Office:
    """The people of one draw."""

    planner: Actor
    approver: Actor
    witness: Actor

    @property
    def parties(self) -> Sequence[Actor]:
        return (self.planner, self.witness)


def new_task(session: Session, office: Office, **more: object) -> Task:
    plan = plans.create_plan(session, office.planner, 2026, "2026年度抽查计划", NOW)
    return plans.create_task(session, office.planner, plan.code, draft(**more), NOW)


def secrets_of(session: Session, task: Task) -> tuple[bytes, ...]:
    """What the parties commit to: their seconds, or what follows from them where these are asked for too."""
    return tuple(first_secret(each) if task.second_reveal else each for each in seconds_of(session, task))


def seconds_of(session: Session, task: Task) -> tuple[bytes, ...]:
    """``SECRETS`` for the first draw of a test; no secret serves twice."""
    made = commitment(first_secret(SECRETS[0]) if task.second_reveal else SECRETS[0]).hex()
    own = [party.commitment for party in draws.records.parties(session, task.id or 0)]
    if made in own or not draws.records.commitment_known(session, made):
        return SECRETS
    return tuple(hashlib.sha256(secret + task.code.encode()).digest() for secret in SECRETS)


def named_as(kinds: Sequence[PartyKind], actors: Sequence[Actor]) -> list[NamedParty]:
    return [NamedParty(a.username, a.name, kind) for a, kind in zip(actors, kinds, strict=True)]


def committed(session: Session, office: Office, task: Task) -> None:
    """Parties named, and their commitments in."""
    named = named_as(TWO, office.parties)
    draws.name_parties(session, office.planner, task.code, named, NOW)
    for actor, secret in zip(office.parties, secrets_of(session, task), strict=True):
        draws.commit(session, actor, task.code, commitment(secret).hex(), NOW)


def frozen(session: Session, office: Office, task: Task) -> Draw:
    committed(session, office, task)
    return draws.freeze(session, office.planner, task.code, HOW, NOW, FRAME_KEY)


def revealed(session: Session, office: Office, task: Task) -> Draw:
    draw = frozen(session, office, task)
    draws.approve(session, office.approver, draw.draw_id, NOW)
    for actor, secret in zip(office.parties, secrets_of(session, task), strict=True):
        draws.reveal(session, actor, task.code, secret.hex(), NOW)
    return draw


def drawn(session: Session, office: Office, task: Task) -> Draw:
    revealed(session, office, task)
    draw = draws.records.draw_of_task(session, task.id or 0)
    assert draw is not None
    return draws.run(session, office.planner, draw.draw_id, NOW + timedelta(minutes=5))


def fill(database: Database, organ_id: int, entities: int = 600) -> None:
    with database.writing() as session:
        settle(session, organ_id, entities)
