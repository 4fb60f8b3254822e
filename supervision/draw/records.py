"""Queries on draws, parties and drawn entities."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, insert, or_, select

from supervision.database import locked
from supervision.draw.tables import (
    Campaign,
    Draw,
    DrawnEntity,
    DrawParty,
    DrawSource,
    DrawState,
    FrozenFrame,
    LotteryEntry,
    Replacement,
    ReplacementState,
)
from supervision.inspection.tables import Visit
from supervision.pairing.tables import TeamMember
from supervision.people.records import within_scope
from supervision.people.rules import Actor
from supervision.people.tables import Account, Organ
from supervision.plan.tables import Task
from supervision.register.tables import Entity, Inspector


def parties(session: Session, task_id: int) -> list[DrawParty]:
    query = select(DrawParty).where(DrawParty.task_id == task_id).order_by(col(DrawParty.position))
    return list(session.exec(query))


def accounts(session: Session, usernames: Sequence[str]) -> list[Account]:
    return list(session.exec(select(Account).where(col(Account.username).in_(usernames))))


def usernames(session: Session, account_ids: Sequence[int]) -> dict[int, str]:
    query = select(Account.id, Account.username).where(col(Account.id).in_(account_ids))
    return {key or 0: username for key, username in session.exec(query)}


def tasks_of_party(session: Session, account_id: int) -> list[DrawParty]:
    query = select(DrawParty).where(DrawParty.account_id == account_id).order_by(col(DrawParty.id).desc())
    return list(session.exec(query))


def draw_of_task(session: Session, task_id: int) -> Draw | None:
    return session.exec(select(Draw).where(Draw.task_id == task_id)).first()


def draw_by_number(session: Session, actor: Actor, draw_id: str, *, lock: bool = False) -> Draw | None:
    query = select(Draw).join(Organ, col(Organ.id) == col(Draw.organ_id))
    query = query.where(Draw.draw_id == draw_id, within_scope(Organ.region_code, actor))
    return session.exec(locked(query, Draw) if lock else query).first()


def draw_of_visitor(session: Session, inspector_id: int, draw_id: str, uscc: str) -> Draw | None:
    """The draw, if the inspector is in the team that visits this entity for it."""
    query = (
        select(Draw)
        .join(Visit, col(Visit.draw_id) == col(Draw.id))
        .join(TeamMember, col(TeamMember.visit_id) == col(Visit.id))
        .join(Entity, col(Entity.id) == col(Visit.entity_id))
        .where(Draw.draw_id == draw_id, Entity.uscc == uscc, TeamMember.inspector_id == inspector_id)
    )
    return session.exec(query).first()


def draws(session: Session, actor: Actor, *, before: int | None = None, limit: int = 100) -> list[Draw]:
    query = select(Draw).join(Organ, col(Organ.id) == col(Draw.organ_id))
    query = query.where(within_scope(Organ.region_code, actor))
    if before is not None:
        query = query.where(col(Draw.id) < before)
    return list(session.exec(query.order_by(col(Draw.id).desc()).limit(limit)))


def last_draw(session: Session, organ_id: int) -> Draw | None:
    """The organ's newest draw, whatever became of it."""
    query = select(Draw).where(Draw.organ_id == organ_id).order_by(col(Draw.id).desc()).limit(1)
    return session.exec(query).first()


def closing_before(session: Session, draw: Draw) -> str | None:
    """The closing record of the organ's draw before, if there was one."""
    query = select(Draw.closing_json).where(Draw.organ_id == draw.organ_id, col(Draw.id) < draw.id)
    return session.exec(query.order_by(col(Draw.id).desc()).limit(1)).first()


def open_draw(session: Session, organ_id: int) -> Draw | None:
    """A draw of the organ that is neither closed nor void."""
    unfinished = col(Draw.state).in_([DrawState.FROZEN, DrawState.APPROVED])
    return session.exec(select(Draw).where(Draw.organ_id == organ_id, unfinished)).first()


def last_serial(session: Session, organ_id: int, year: int) -> int:
    query = select(func.max(Draw.serial)).where(Draw.organ_id == organ_id, Draw.year == year)
    return session.exec(query).one() or 0


def inspectors(session: Session, organ_id: int) -> list[Inspector]:
    query = select(Inspector).where(Inspector.organ_id == organ_id, col(Inspector.active).is_(True))
    return list(session.exec(query.order_by(Inspector.code)))


def frame_of(session: Session, draw_id: int) -> FrozenFrame:
    return session.exec(select(FrozenFrame).where(FrozenFrame.draw_id == draw_id)).one()


def add_drawn(session: Session, rows: Sequence[DrawnEntity]) -> None:
    if rows:
        session.execute(insert(DrawnEntity), [row.model_dump(exclude={"id"}) for row in rows])


def drawn(session: Session, draw_id: int) -> list[tuple[DrawnEntity, Entity]]:
    """The drawn entities in the order drawn."""
    query = select(DrawnEntity, Entity).join(Entity, col(Entity.id) == col(DrawnEntity.entity_id))
    return list(session.exec(query.where(DrawnEntity.draw_id == draw_id).order_by(col(DrawnEntity.position))))


def task_by_id(session: Session, task_id: int, *, lock: bool = False) -> Task:
    query = select(Task).where(Task.id == task_id)
    found: Task = session.exec(locked(query, Task) if lock else query).one()
    return found


def task_of_party(session: Session, account_id: int, task_code: str, *, lock: bool = False) -> Task | None:
    """The task of this code, if the account is a party of its draw."""
    query = select(Task).join(DrawParty, col(DrawParty.task_id) == col(Task.id))
    query = query.where(Task.code == task_code, DrawParty.account_id == account_id)
    return session.exec(locked(query, Task) if lock else query).first()


def lock_organ(session: Session, organ_id: int) -> None:
    """One freeze of an organ at a time: its draws form a chain."""
    session.exec(locked(select(Organ).where(Organ.id == organ_id), Organ)).one()


def commitment_known(session: Session, commitment: str) -> bool:
    """Whether any party of any draw has ever committed to this."""
    query = select(DrawParty.id).where(DrawParty.commitment == commitment)
    return session.exec(query.limit(1)).first() is not None


def any_draw(session: Session, draw_id: str, *, lock: bool = False) -> Draw | None:
    """The draw wherever it is: for its parties, who may sit outside its region."""
    query = select(Draw).where(Draw.draw_id == draw_id)
    return session.exec(locked(query, Draw) if lock else query).first()


# public sources and openings --------------------------------------------------------------------------------


def sources(session: Session, draw_id: int) -> list[DrawSource]:
    query = select(DrawSource).where(DrawSource.draw_id == draw_id).order_by(col(DrawSource.position))
    return list(session.exec(query))


def lottery_entries(session: Session, source_ids: Iterable[int]) -> list[LotteryEntry]:
    """Oldest first."""
    query = select(LotteryEntry).where(col(LotteryEntry.source_id).in_(list(source_ids)))
    return list(session.exec(query.order_by(col(LotteryEntry.id))))


def overdue_reveals(session: Session, now: datetime) -> list[Draw]:
    """Approved draws whose deadline has passed while a secret is neither there nor noted as missing."""
    query = (
        select(Draw)
        .join(Task, col(Task.id) == col(Draw.task_id))
        .where(Draw.state == DrawState.APPROVED, col(Task.reveal_by) < now, col(Draw.task_id).in_(_waiting()))
        .where(col(Draw.id).in_(select(DrawSource.draw_id)))
    )
    return list(session.exec(query.order_by(col(Draw.id))))


def _waiting() -> Any:
    """Tasks of which a secret is neither there nor noted as missing."""
    return select(DrawParty.task_id).where(
        col(DrawParty.secret).is_(None), col(DrawParty.missing_at).is_(None)
    )


def beacons_due(session: Session, now: datetime) -> list[tuple[Draw, DrawSource]]:
    """Approved draws whose round is known to the world and not entered here, and that wait for no party."""
    query = (
        select(Draw, DrawSource)
        .join(DrawSource, col(DrawSource.draw_id) == col(Draw.id))
        .where(Draw.state == DrawState.APPROVED, col(DrawSource.due_at) <= now)
        .where(col(DrawSource.settled_at).is_(None), col(Draw.task_id).not_in(_waiting()))
    )
    return [(draw, source) for draw, source in session.exec(query.order_by(col(Draw.id)))]


def due_for_opening(session: Session, now: datetime) -> list[Draw]:
    """Sealed draws that are closed, not opened, and whose moment has come."""
    query = select(Draw).where(
        Draw.state == DrawState.CLOSED, col(Draw.opened_at).is_(None), col(Draw.open_by) <= now
    )
    return list(session.exec(query.order_by(col(Draw.id))))


# campaigns --------------------------------------------------------------------------------------------------


def campaign(session: Session, code: str, *, lock: bool = False) -> Campaign | None:
    query = select(Campaign).where(Campaign.code == code)
    found: Campaign | None = session.exec(locked(query, Campaign) if lock else query).first()
    return found


def campaigns(session: Session, actor: Actor) -> list[Campaign]:
    """Inside the actor's region and of the regions above it, newest first."""
    query = select(Campaign).join(Organ, col(Organ.id) == col(Campaign.organ_id))
    above = [actor.region_prefix[:length].ljust(6, "0") for length in range(0, len(actor.region_prefix), 2)]
    query = query.where(or_(within_scope(Organ.region_code, actor), col(Organ.region_code).in_(above)))
    return list(session.exec(query.order_by(col(Campaign.id).desc())))


def last_campaign_serial(session: Session, organ_id: int, year: int) -> int:
    query = select(func.max(Campaign.serial)).where(Campaign.organ_id == organ_id, Campaign.year == year)
    return session.exec(query).one() or 0


def tasks_of_campaign(session: Session, code: str) -> list[Task]:
    return list(session.exec(select(Task).where(Task.campaign == code).order_by(col(Task.id))))


def campaign_draws(session: Session, code: str, *, lock: bool = False) -> list[Draw]:
    """Every draw of the campaign, oldest first."""
    query = select(Draw).where(Draw.campaign == code).order_by(col(Draw.id))
    return list(session.exec(locked(query, Draw) if lock else query))


def organ_of(session: Session, organ_id: int) -> Organ:
    return session.exec(select(Organ).where(Organ.id == organ_id)).one()


# replacements -----------------------------------------------------------------------------------------------


def replacements(session: Session, draw_id: int) -> list[Replacement]:
    """Oldest first."""
    query = select(Replacement).where(Replacement.draw_id == draw_id).order_by(col(Replacement.id))
    return list(session.exec(query))


def proposed_replacements(session: Session, organ_id: int, not_by: str) -> list[str]:
    """待审批的替补 of an organ that somebody else proposed: the number of its draw for each, oldest first."""
    query = (
        select(Draw.draw_id)
        .join(Replacement, col(Replacement.draw_id) == col(Draw.id))
        .where(Draw.organ_id == organ_id, Replacement.state == ReplacementState.PROPOSED)
        .where(Replacement.proposed_by != not_by)
    )
    return list(session.exec(query.order_by(col(Replacement.id))))


def entity_of(session: Session, entity_id: int) -> Entity:
    return session.exec(select(Entity).where(Entity.id == entity_id)).one()
