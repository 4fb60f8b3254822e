"""公开的公平性证书: of draws that are closed; nothing in it tells of a single entity (R27)."""

from sqlmodel import Session

from supervision.draw.certifying import Paper, paper_of
from supervision.draw.tables import DrawState
from supervision.publication import records
from supervision.publication.disclosure import is_revealed, names_are_public, public_draw
from supervision.publication.rules import NotPublished


def public_paper(session: Session, draw_id: str) -> Paper:
    """公平性证书, the public version; before the opening of a sealed draw without anything that was drawn."""
    draw = public_draw(session, draw_id)
    if draw.state is not DrawState.CLOSED:
        raise NotPublished(what="公平性证书", key=draw_id)
    task = records.task(session, draw.task_id)
    revealed = is_revealed(draw, task)
    named = revealed and names_are_public(draw, task)
    return paper_of(session, draw, "public", revealed=revealed, named=named)
