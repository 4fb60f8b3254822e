"""Queries on pairings, and what a pairing needs of the registers."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, func, or_, select

from supervision.database import locked
from supervision.draw.tables import Draw, DrawState, ReplacementState
from supervision.inspection.tables import Visit, VisitState
from supervision.pairing.tables import Pairing, Reassignment, TeamMember
from supervision.register.tables import Entity, Inspector, Leave, Recusal

UNINSPECTED = (VisitState.ASSIGNED, VisitState.RETURNED)
"""Nothing was entered, or it was returned: somebody else may still go."""


def pairing_of_draw(session: Session, draw_id: int, *, lock: bool = False) -> Pairing | None:
    query = select(Pairing).where(Pairing.draw_id == draw_id)
    found: Pairing | None = session.exec(locked(query, Pairing) if lock else query).first()
    return found


def loads_of_year(session: Session, organ_id: int, year: int) -> dict[int, int]:
    """Inspector id → visits assigned in the organ's draws of a year."""
    query = (
        select(TeamMember.inspector_id, func.count())
        .join(Visit, col(Visit.id) == col(TeamMember.visit_id))
        .join(Draw, col(Draw.id) == col(Visit.draw_id))
        .where(Draw.organ_id == organ_id, Draw.year == year)
        .group_by(col(TeamMember.inspector_id))
    )
    return dict(session.exec(query).all())


def last_teams(session: Session, draw: Draw, entity_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Entity id → codes of those who visited it for the organ the last time before this draw."""
    newest = (
        select(Visit.entity_id, func.max(col(Visit.id)).label("visit"))
        .join(Draw, col(Draw.id) == col(Visit.draw_id))
        .where(Draw.organ_id == draw.organ_id, Draw.state != DrawState.VOID, col(Draw.id) < draw.id)
        .where(Visit.state != VisitState.REPLACED)
        .group_by(col(Visit.entity_id))
        .subquery()
    )
    query = (
        select(newest.c.entity_id, Inspector.code)
        .join(TeamMember, col(TeamMember.visit_id) == newest.c.visit)
        .join(Inspector, col(Inspector.id) == col(TeamMember.inspector_id))
    )
    wanted, found = set(entity_ids), dict[int, set[str]]()
    for entity_id, code in session.exec(query):
        if entity_id in wanted:
            found.setdefault(entity_id, set()).add(code)
    return {entity_id: frozenset(codes) for entity_id, codes in found.items()}


def leaves(session: Session, organ_id: int, first: date, last: date) -> dict[int, list[tuple[date, date]]]:
    """Inspector id → leaves (from, to) that touch the days from ``first`` to ``last``."""
    query = (
        select(Leave)
        .join(Inspector, col(Inspector.id) == col(Leave.inspector_id))
        .where(Inspector.organ_id == organ_id, col(Leave.starts) <= last, col(Leave.ends) >= first)
    )
    found: dict[int, list[tuple[date, date]]] = {}
    for leave in session.exec(query):
        found.setdefault(leave.inspector_id, []).append((leave.starts, leave.ends))
    return found


def every_leave(session: Session, organ_id: int) -> list[tuple[str, date, date]]:
    """(inspector code, from, to) of all leaves of an organ, past ones as well."""
    query = select(Inspector.code, Leave).join(Leave, col(Leave.inspector_id) == col(Inspector.id))
    found = session.exec(query.where(Inspector.organ_id == organ_id))
    return [(code, leave.starts, leave.ends) for code, leave in found]


def entity_recusals(session: Session, organ_id: int) -> list[tuple[str, str]]:
    """(inspector code, USCC) pairs."""
    query = (
        select(Inspector.code, Entity.uscc)
        .join(Recusal, col(Recusal.inspector_id) == col(Inspector.id))
        .join(Entity, col(Entity.id) == col(Recusal.entity_id))
        .where(Inspector.organ_id == organ_id)
    )
    return list(session.exec(query))


def colleague_recusals(session: Session, organ_id: int) -> list[tuple[str, str]]:
    """Pairs of inspector codes."""
    codes = dict(
        session.exec(select(Inspector.id, Inspector.code).where(Inspector.organ_id == organ_id)).all()
    )
    query = select(Recusal.inspector_id, Recusal.colleague_id).where(
        col(Recusal.colleague_id).is_not(None), col(Recusal.inspector_id).in_(list(codes))
    )
    return [(codes[a], codes[b]) for a, b in session.exec(query) if b in codes]


def inspectors(session: Session, organ_id: int) -> list[Inspector]:
    """Everybody of the organ, whether active still or not: teams of the past name them."""
    query = select(Inspector).where(Inspector.organ_id == organ_id).order_by(Inspector.code)
    return list(session.exec(query))


# reassignments ----------------------------------------------------------------------------------------------


def reassignments(session: Session, draw_id: int) -> list[Reassignment]:
    """Oldest first."""
    query = select(Reassignment).where(Reassignment.draw_id == draw_id).order_by(col(Reassignment.id))
    return list(session.exec(query))


def proposed_reassignments(session: Session, organ_id: int, not_by: str) -> list[str]:
    """待审批的换人 of an organ that somebody else proposed: the number of its draw for each, oldest first."""
    query = (
        select(Draw.draw_id)
        .join(Reassignment, col(Reassignment.draw_id) == col(Draw.id))
        .where(Draw.organ_id == organ_id, Reassignment.state == ReplacementState.PROPOSED)
        .where(Reassignment.proposed_by != not_by)
    )
    return list(session.exec(query.order_by(col(Reassignment.id))))


def seats_of(
    session: Session, inspector_id: int, draw_id: int | None = None, *, lock: bool = False
) -> list[tuple[Visit, TeamMember, Entity]]:
    """The seats of an inspector at visits where nothing was found yet, by number; of one draw, or of all."""
    query = (
        select(Visit, TeamMember, Entity)
        .join(TeamMember, col(TeamMember.visit_id) == col(Visit.id))
        .join(Entity, col(Entity.id) == col(Visit.entity_id))
        .where(TeamMember.inspector_id == inspector_id, col(Visit.state).in_(UNINSPECTED))
    )
    if draw_id is not None:
        query = query.where(Visit.draw_id == draw_id)
    query = query.order_by(col(Visit.code))
    return list(session.exec(locked(query, Visit) if lock else query))


def team_codes(session: Session, draw_id: int) -> dict[str, list[tuple[str, str]]]:
    """Visit → (seat, inspector's code) of its team, of all visits of the draw that stand."""
    query = (
        select(Visit.code, TeamMember.seat, Inspector.code)
        .join(TeamMember, col(TeamMember.visit_id) == col(Visit.id))
        .join(Inspector, col(Inspector.id) == col(TeamMember.inspector_id))
        .where(Visit.draw_id == draw_id, Visit.state != VisitState.REPLACED)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for visit, seat, code in session.exec(query):
        found.setdefault(visit, []).append((seat, code))
    return found


def recused_seats(session: Session, organ_id: int) -> list[tuple[str, str, Inspector, Entity]]:
    """(draw, visit, who, whom) of seats that a recusal forbids, at visits where nothing was found yet.

    Between colleagues it is the first of the two who is told.
    """
    mate = aliased(TeamMember)
    of_entity = and_(col(Recusal.entity_id) == col(Visit.entity_id), col(Recusal.colleague_id).is_(None))
    together = (
        select(mate.id)
        .where(col(mate.visit_id) == col(Visit.id), col(mate.inspector_id) == col(Recusal.colleague_id))
        .exists()
    )
    query = (
        select(Draw.draw_id, Visit.code, Inspector, Entity)
        .join(Visit, col(Visit.draw_id) == col(Draw.id))
        .join(Entity, col(Entity.id) == col(Visit.entity_id))
        .join(TeamMember, col(TeamMember.visit_id) == col(Visit.id))
        .join(Inspector, col(Inspector.id) == col(TeamMember.inspector_id))
        .join(Recusal, col(Recusal.inspector_id) == col(TeamMember.inspector_id))
        .where(Draw.organ_id == organ_id, col(Visit.state).in_(UNINSPECTED), or_(of_entity, together))
        .order_by(col(Visit.code), Inspector.code)
    )
    return [(draw, visit, who, whom) for draw, visit, who, whom in session.exec(query)]


def hold_standing(session: Session, draw_id: int) -> list[tuple[Visit, Entity]]:
    """Visits of the draw that nobody took over, by number, locked: no result comes in meanwhile."""
    query = select(Visit, Entity).join(Entity, col(Entity.id) == col(Visit.entity_id))
    query = query.where(Visit.draw_id == draw_id, Visit.state != VisitState.REPLACED)
    return list(session.exec(locked(query.order_by(col(Visit.code)), Visit)))


def members_of(session: Session, draw_id: int) -> dict[tuple[str, str, int], TeamMember]:
    """(visit, seat, inspector id) → the seat taken, of all visits of the draw."""
    query = select(Visit.code, TeamMember).join(TeamMember, col(TeamMember.visit_id) == col(Visit.id))
    found = session.exec(query.where(Visit.draw_id == draw_id))
    return {(code, member.seat, member.inspector_id): member for code, member in found}


def inspector_of(session: Session, organ_id: int, inspector_id: int) -> Inspector | None:
    query = select(Inspector).where(Inspector.id == inspector_id, Inspector.organ_id == organ_id)
    return session.exec(query).first()


def draw_numbers(session: Session, draw_ids: Collection[int]) -> dict[int, str]:
    """Draw → its public number."""
    query = select(Draw.id, Draw.draw_id).where(col(Draw.id).in_(list(draw_ids)))
    return {key or 0: number for key, number in session.exec(query)}
