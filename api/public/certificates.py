"""公平性证书 of every closed draw, for everybody."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import Now, Reading
from api.papers import shelf
from api.public import answers
from supervision.pairing.certifying import stage_of
from supervision.publication.certificates import public_paper
from supervision.publication.disclosure import public_draw

router = APIRouter()


@router.api_route("/draws/{draw_id}/certificate.{kind}", methods=["GET", "HEAD"])
def certificate(request: Request, session: Reading, now: Now, draw_id: str, kind: str) -> Response:
    """As ``pdf``, as a page (``html``), or as the data whose digest is printed on it (``json``)."""
    draw = public_draw(session, draw_id)
    stage = stage_of(session, draw.id or 0)
    key = ("public", draw_id, draw.state.value, "open" if draw.is_open else "", stage)
    response = shelf.answer(request, key, now, kind, lambda: public_paper(session, draw_id))
    return answers.kept(request, response, draw.opened_at or draw.closed_at)
