"""公平性证书 for the office: of a draw, and of a task before its plan is frozen."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import Config, Now, Reading
from api.office.navigation import Officer
from api.papers import shelf
from supervision.draw import certifying
from supervision.draw import service as draws
from supervision.pairing.certifying import stage_of

router = APIRouter()


@router.get("/draws/{draw_id}/certificate.{kind}")
def of_draw(
    request: Request, actor: Officer, session: Reading, now: Now, draw_id: str, kind: str
) -> Response:
    """内部版."""
    draw = draws.seen_draw(session, actor, draw_id)
    stage = stage_of(session, draw.id or 0)
    key = ("office", draw_id, draw.state.value, stage, actor.region_prefix, *sorted(actor.roles))
    return shelf.answer(request, key, now, kind, lambda: certifying.office_paper(session, actor, draw_id))


@router.get("/tasks/{code}/certificate.{kind}")
def of_task(
    request: Request, actor: Officer, session: Reading, config: Config, now: Now, code: str, kind: str
) -> Response:
    """预览版: what the task would give everyone; never kept, for the task may change at any moment."""
    paper = certifying.preview_paper(session, actor, code, config.annual_visit_cap, config.min_anonymity)
    key = ("preview", code, paper.certificate.digest)
    return shelf.answer(request, key, now, kind, lambda: paper)
