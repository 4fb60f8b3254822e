"""Queries of verification: what was drawn, paired and released."""

from sqlmodel import Session, col, select

from supervision.draw.tables import Draw, DrawnEntity
from supervision.inspection.tables import Visit
from supervision.journal.tables import Entry
from supervision.pairing.tables import TeamMember
from supervision.publication.tables import Release, ReleasedResult
from supervision.register.tables import Entity, Inspector


def draw(session: Session, draw_id: str) -> Draw | None:
    return session.exec(select(Draw).where(Draw.draw_id == draw_id)).first()


def drawn(session: Session, draw_id: int) -> list[tuple[DrawnEntity, str]]:
    """The drawn entities with their credit codes, in the order drawn."""
    query = select(DrawnEntity, Entity.uscc).join(Entity, col(Entity.id) == col(DrawnEntity.entity_id))
    return list(session.exec(query.where(DrawnEntity.draw_id == draw_id).order_by(col(DrawnEntity.position))))


def visits(session: Session, draw_id: int) -> list[tuple[int, int, str]]:
    """(drawn entity, entity, number) of the draw's visits."""
    query = select(Visit.drawn_id, Visit.entity_id, Visit.code).where(Visit.draw_id == draw_id)
    return list(session.exec(query))


def teams(session: Session, draw_id: int) -> list[tuple[str, str, str]]:
    """(visit, seat, inspector's code) of the draw's teams."""
    query = (
        select(Visit.code, TeamMember.seat, Inspector.code)
        .join(TeamMember, col(TeamMember.visit_id) == col(Visit.id))
        .join(Inspector, col(Inspector.id) == col(TeamMember.inspector_id))
        .where(Visit.draw_id == draw_id)
    )
    return list(session.exec(query))


def register_changed(session: Session, draw_id: str) -> bool:
    """Whether inspectors or recusals changed between freeze and pairing, as the journal has it."""
    acts = ("pairing.table", "pairing.pair")
    query = select(Entry).where(Entry.subject == f"draw:{draw_id}", col(Entry.act).in_(acts))
    return any(entry.detail.get("register_changed") for entry in session.exec(query))


def releases(session: Session, draw_id: int) -> list[Release]:
    return list(session.exec(select(Release).where(Release.draw_id == draw_id).order_by(col(Release.serial))))


def released_rows(session: Session, release_id: int) -> list[ReleasedResult]:
    query = select(ReleasedResult).where(ReleasedResult.release_id == release_id)
    return list(session.exec(query.order_by(col(ReleasedResult.id))))
