"""A county in which everything that must never be public is distinctive, with draws in every state."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from sqlmodel import Session, col, select

from solver.blind import salt
from supervision.database import Database
from supervision.draw import own_line
from supervision.draw import service as draws
from supervision.draw.tables import (
    Draw,
    DrawnEntity,
    DrawParty,
    DrawState,
    FrozenFrame,
    Replacement,
    ReplacementState,
)
from supervision.pairing import reassigning, seconds
from supervision.pairing import service as pairings
from supervision.pairing.rules import alias
from supervision.people.rules import Actor
from supervision.people.service import actor_for
from supervision.people.tables import Account
from supervision.plan.tables import Disclosure
from supervision.register.tables import Entity, Import, ImportState, Inspector, QuarantinedRow, RegisterKind
from supervision.risk.tables import EntityClass, RiskClass, RiskFacts
from tests.api import published
from tests.api.published import LATER, Site
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, NOW, Office

IDENTITY, MOBILE, PERSON = "36068119790314125X", "13807010987", "欧阳询问不得"
POINTS, COMPLAINTS = 918_273, 645_546
EVIDENCE, REJECTED = "替补证据卷宗甲七七四", "待处理行中的身份证件"
LOG_KEY = bytes(range(200, 232))
STAFF_NUMBER, ILLNESS = "工号机密", "病历号丁丑九三"
AWAITED = tuple(hashlib.sha256(bytes([n])).digest() for n in (161, 162))
"""匹配随机数 of a draw whose teams are not drawn yet: one came in, one did not."""
OPEN_ALIASES, SEALED_ALIASES, AWAITING_ALIASES = (bytes([n]) * 32 for n in (151, 152, 153))
"""Keys of aliases: who stands behind one is never public."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What the tests ask for. ``texts`` and ``keys`` must stand nowhere; ``hidden``: who is never public."""

    site: Site
    draws: tuple[str, ...]
    blinded: tuple[str, ...]
    sealed: str
    """Drawn and paired, and not open yet."""
    paired: str
    """Open, with teams, one of which has changed."""
    awaiting: str
    """Open, its table fixed; one second secret came in, another is awaited."""
    texts: tuple[str, ...]
    keys: tuple[bytes, ...]
    sealed_tickets: tuple[str, ...]
    hidden: tuple[str, ...]
    """Names and credit codes of entities that no public list holds."""
    probe: str
    """The credit code of one more of them, by which visitors ask; its name is among ``hidden``."""


def plant(database: Database, log_key: Path) -> Planted:
    """Builds the county; ``log_key``: where the server looks for the log's key."""
    log_key.write_bytes(LOG_KEY)
    site = published.build_alone(database)
    with database.writing() as session:
        office = _office(session)
        draws.reveal(
            session, office.witness, _task_code(session, site.open_id), _secret(session, site), LATER
        )
        draws.void(session, office.approver, site.open_id, "secret-leaked", "信封破损", LATER)
        equal = dict.fromkeys(RiskClass, 90_000)
        open_draw = county.drawn(
            session,
            office,
            county.new_task(session, office, by_class=False, rates=equal, industries="C", directed=True),
        )
        sealed_task = county.new_task(
            session,
            office,
            rates=dict.fromkeys(RiskClass, 400_000),
            industries="FH",
            directed=True,
            disclosure=Disclosure.SEALED,
            open_by=LATER + timedelta(days=60),
        )
        sealed = county.drawn(session, office, sealed_task)
        awaiting = _pair(session, office, open_draw, sealed)
        waiting = county.revealed(
            session, office, county.new_task(session, office, industries="H", directed=True)
        )
        _rename_the_hidden(session, site)
        _fill_with_secrets(session, sealed)
        probe = _hidden(session, site)[1]
        hand_out = [site.usccs[0], *_hidden(session, site)[1::2][:2]]
        slips = [
            own_line.hand_out_salt(session, office.planner, sealed.draw_id, who, LATER) for who in hand_out
        ]
        assert slips[0].salt == salt(FRAME_KEY, site.usccs[0]).hex()
        found = Planted(
            site=site,
            draws=(
                site.draw_id,
                site.void_id,
                site.open_id,
                open_draw.draw_id,
                sealed.draw_id,
                waiting.draw_id,
                awaiting.draw_id,
            ),
            paired=open_draw.draw_id,
            awaiting=awaiting.draw_id,
            blinded=(site.draw_id, site.open_id, sealed.draw_id, waiting.draw_id),
            sealed=sealed.draw_id,
            texts=(
                IDENTITY,
                MOBILE,
                PERSON,
                str(POINTS),
                str(COMPLAINTS),
                EVIDENCE,
                REJECTED,
                published.NOTE,
                published.INSPECTOR,
                "fieldworker",
                "ZF0001",
                "隐匿证",
                STAFF_NUMBER,
                ILLNESS,
                *_aliases(session, SEALED_ALIASES),
                *site.visit_codes[1:],
                *_hashes(session),
            ),
            keys=tuple(_keys(session)),
            sealed_tickets=_tickets(session, sealed),
            hidden=tuple(text for text in _hidden(session, site) if text != probe),
            probe=probe,
        )
    assert len(found.sealed_tickets) > 20
    assert len(found.hidden) > 100
    return found


def _office(session: Session) -> Office:
    def actor(name: str) -> Actor:
        return actor_for(session, session.exec(select(Account).where(Account.username == name)).one())

    return Office(actor("planner"), actor("approver"), actor("witness"))


def _task_code(session: Session, draw_id: str) -> str:
    draw = session.exec(select(Draw).where(Draw.draw_id == draw_id)).one()
    return draws.task_of_draw(session, draw).code


def _secret(session: Session, site: Site) -> str:
    draw = session.exec(select(Draw).where(Draw.draw_id == site.open_id)).one()
    return county.secrets_of(session, draws.task_of_draw(session, draw))[1].hex()


def _published(session: Session, site: Site) -> set[str]:
    """Credit codes that a public list holds: drawn and published, or in the frame in clear."""
    in_clear = {entity.uscc for entity in session.exec(select(Entity).where(Entity.industry == "C"))}
    return {*site.usccs, site.unpublished, *in_clear}


def _rename_the_hidden(session: Session, site: Site) -> None:
    known = _published(session, site)
    for entity in session.exec(select(Entity)):
        if entity.uscc not in known:
            entity.name = f"隐名对象{entity.uscc[8:17]}号"
            session.add(entity)


def _hidden(session: Session, site: Site) -> list[str]:
    known = _published(session, site)
    rows = session.exec(select(Entity).order_by(col(Entity.id)))
    return [text for row in rows if row.uscc not in known for text in (row.name, row.uscc)]


def _fill_with_secrets(session: Session, sealed: Draw) -> None:
    for entity in session.exec(select(Entity)):
        entity.phone, entity.contact = MOBILE, f"{PERSON} {IDENTITY}"
        session.add(RiskFacts(entity_id=entity.id or 0, complaints=COMPLAINTS, given_class=RiskClass.C))
    for row in session.exec(select(EntityClass)):
        row.points = POINTS
        session.add(row)
    for inspector in session.exec(select(Inspector)):
        inspector.phone, inspector.certificate = MOBILE, f"隐匿证{inspector.code}"
        session.add(inspector)
    batch = Import(
        organ_id=1,
        kind=RegisterKind.ENTITY,
        filename="名录.csv",
        sha256="0" * 64,
        state=ImportState.DONE,
        started_by="planner",
        started_at=NOW,
    )
    session.add(batch)
    session.flush()
    session.add(
        QuarantinedRow(
            import_id=batch.id or 0,
            line=7,
            reason="missing",
            value=IDENTITY,
            message=REJECTED,
            cells={"法定代表人": PERSON, "证件号码": IDENTITY},
        )
    )
    session.add(
        Replacement(
            draw_id=sealed.id or 0,
            position=1,
            reason="deregistered",
            evidence=EVIDENCE,
            state=ReplacementState.PROPOSED,
            proposed_by="planner",
            proposed_at=LATER,
        )
    )


def _keys(session: Session) -> Iterable[bytes]:
    """Frame keys, salts, the log's key, and every secret of a party whose draw is not open."""
    yield LOG_KEY
    yield from (OPEN_ALIASES, SEALED_ALIASES, AWAITING_ALIASES)
    for frozen in session.exec(select(FrozenFrame)):
        if frozen.key:
            yield bytes.fromhex(frozen.key)
    for entity in session.exec(select(Entity).limit(60)):
        yield salt(FRAME_KEY, entity.uscc)
    yield from AWAITED
    shut = [
        draw for draw in session.exec(select(Draw)) if not (draw.state is DrawState.CLOSED and draw.is_open)
    ]
    for draw in shut:
        if draw.seed:
            yield bytes.fromhex(draw.seed)
        for party in session.exec(select(DrawParty).where(DrawParty.task_id == draw.task_id)):
            if party.secret:
                yield bytes.fromhex(party.secret)
        for secret in county.secrets_of(session, draws.task_of_draw(session, draw)):
            if secret not in county.SECRETS:  # those of the first draw are its own, and public if it is open
                yield secret


def _pair(session: Session, office: Office, opened: Draw, sealed: Draw) -> Draw:
    """Teams for two draws, one of them still sealed, and a reassignment; a third waits for second secrets."""
    for inspector in session.exec(select(Inspector)):
        inspector.code = f"{STAFF_NUMBER}{inspector.id}"
        session.add(inspector)
    session.flush()
    for draw, key in ((opened, OPEN_ALIASES), (sealed, SEALED_ALIASES)):
        paired = pairings.pair(session, office.planner, draw.draw_id, LATER, key)
    _reassign(session, office, opened)
    assert paired.is_drawn
    equal = dict.fromkeys(RiskClass, 90_000)
    in_clear = {"by_class": False, "rates": equal, "industries": "C", "directed": True}
    task = county.new_task(session, office, **in_clear, second_reveal=True)
    with patch.object(county, "SECRETS", AWAITED):
        awaiting = county.drawn(session, office, task)
    pairings.commit_table(session, office.planner, awaiting.draw_id, LATER, AWAITING_ALIASES)
    seconds.reveal_second(session, office.planner, task.code, AWAITED[0].hex(), LATER)
    return awaiting


def _reassign(session: Session, office: Office, draw: Draw) -> None:
    for inspector in session.exec(select(Inspector).order_by(col(Inspector.id))):
        if reassigning.assigned_visits(session, office.planner, inspector.id or 0):
            break
    proposal = reassigning.propose_reassignment(
        session, office.planner, draw.draw_id, inspector.id or 0, "illness", ILLNESS, LATER
    )
    reassigning.approve_reassignment(session, office.approver, draw.draw_id, proposal.id or 0, LATER)


def _aliases(session: Session, key: bytes) -> list[str]:
    return [alias(key, inspector.code) for inspector in session.exec(select(Inspector))]


def _hashes(session: Session) -> list[str]:
    return [account.password_hash for account in session.exec(select(Account))]


def _tickets(session: Session, sealed: Draw) -> tuple[str, ...]:
    rows = session.exec(select(DrawnEntity).where(DrawnEntity.draw_id == sealed.id))
    return tuple(row.ticket for row in rows)
