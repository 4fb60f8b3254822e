"""Queries on pairings, and what a pairing needs of the registers."""

from sqlmodel import Session, col, func, select

from supervision.draw.tables import Draw
from supervision.inspection.tables import Visit
from supervision.pairing.tables import Pairing, TeamMember
from supervision.register.tables import Entity, Inspector, Recusal


def pairing_of_draw(session: Session, draw_id: int) -> Pairing | None:
    return session.exec(select(Pairing).where(Pairing.draw_id == draw_id)).first()


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
