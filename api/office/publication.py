"""检查结果: what waits for an approver, publishing it, and what still needs its final outcome."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api.deps import Form, Now, Reading, Writing
from api.office import queries
from api.office.answers import REFUSALS, Refusal, Translate, done, errors_of, show, status_of, texts
from api.office.labels import Tag
from api.office.navigation import Officer
from api.pages import language_of
from api.wording import result_names
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.publication import portal
from supervision.publication import service as publication
from supervision.publication.service import WaitingRow

router = APIRouter(prefix="/results")
HERE = "/office/results"
PAGE = 50
MOST = 1000
URGENT_DAYS = 7


@router.get("")
def list_waiting(request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    return _page(request, actor, session, now)


@router.post("/publish")
def publish(
    request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    picked = "listed" if form.get("which") == "listed" else "visits"
    codes = [str(code)[:64] for code in form.getlist(picked)][:MOST]
    try:
        publication.publish(session, actor, codes, now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(request, actor, reading, now, codes, refusal)
    return done(HERE, "published")


@router.get("/unsettled")
def list_unsettled(request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    page = publication.unsettled(session, actor, now, queries.text(request, "after") or None, PAGE)
    return show(
        request,
        "unsettled",
        rows=_rows(request, page.rows),
        next=queries.address(f"{HERE}/unsettled", after=page.after) if page.after else "",
    )


@router.get("/releases")
def list_releases(request: Request, actor: Officer, session: Reading) -> Response:
    """公示版本 of the actor's own organ, newest first."""
    page = portal.releases(session, actor.organ_code, queries.text(request, "after") or None, PAGE)
    return show(
        request,
        "releases",
        rows=page.rows,
        next=queries.address(f"{HERE}/releases", after=page.after) if page.after else "",
    )


def _page(
    request: Request,
    actor: Actor,
    session: Session,
    now: datetime,
    chosen: Sequence[str] = (),
    refusal: Refusal | None = None,
) -> Response:
    draw_id = queries.text(request, "draw", 48)
    after = queries.text(request, "after") or None
    page = publication.waiting(session, actor, now, draw_id or None, after, PAGE)
    waiting, overdue = publication.count_waiting(session, actor, now)
    return show(
        request,
        "results",
        status=status_of(refusal) if refusal else 200,
        errors=errors_of(request, refusal) if refusal else {},
        rows=_rows(request, page.rows),
        chosen=set(chosen),
        waiting=waiting,
        overdue=overdue,
        draw_id=draw_id,
        next=queries.address(HERE, draw=draw_id, after=page.after) if page.after else "",
        may_publish=actor.has(Role.APPROVER) and any(row.may_publish for row in page.rows),
    )


def _rows(request: Request, rows: Sequence[WaitingRow]) -> list[dict[str, object]]:
    _ = texts(request)
    names = result_names(language_of(request))
    return [
        {
            "visit_code": row.visit_code,
            "uscc": row.uscc,
            "entity_name": row.entity_name,
            "task_code": row.task_code,
            "task_name": row.task_name,
            "result": f"{row.result} {names[row.result]}",
            "correction": row.correction,
            "inspected_on": row.inspected_on,
            "publish_by": row.publish_by,
            "deadline": deadline_tag(_, row.days_left),
            "provisional": row.publish_by_provisional,
            "may_publish": row.may_publish,
        }
        for row in rows
    ]


def deadline_tag(_: Translate, days: int | None) -> Tag | None:
    """How many days are left to publish (R21)."""
    if days is None:
        return None
    if days < 0:
        return _("已逾期 {n} 天").format(n=-days), "red"
    if days == 0:
        return _("今天到期"), "red"
    return _("还有 {n} 天").format(n=days), "amber" if days <= URGENT_DAYS else "grey"
