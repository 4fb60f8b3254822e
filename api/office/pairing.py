"""匹配页: can it be done, with which chances; the table logged; the teams drawn, and why these.

A part of its draw: ``/office/draws/{draw_id}/pairing``.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from api.deps import Form, Writing
from api.office import pairing_after, pairing_ahead, pairing_work
from api.office.answers import REFUSALS, Refusal, done, sentence_of, show, status_of, texts
from api.office.cap_stops import cap_of
from api.office.labels import state_tag
from api.office.pairing_form import visits_of
from api.office.pairing_steps import pairing_steps, pairing_tag
from api.office.visiting import Visiting, Visitor
from api.pairings import pairing_or_none
from solver.pairing import PairingInfeasible, Table
from supervision.draw import service as draws
from supervision.draw.tables import DrawState
from supervision.pairing import seconds
from supervision.pairing import service as pairings
from supervision.pairing.tables import Pairing
from supervision.people.rules import require
from supervision.people.tables import Role
from supervision.plan.service import OFFICE
from supervision.plan.tables import TaskState

router = APIRouter(prefix="/draws/{draw_id}/pairing")


@router.get("")
def show_pairing(draw_id: str, visitor: Visiting) -> Response:
    return pairing_page(visitor, draw_id)


@router.get("/progress.json")
def progress(draw_id: str, visitor: Visiting) -> Response:
    """How far the table is, for the page that waits for it."""
    draws.draw_of(visitor.session, visitor.actor, draw_id)
    found = pairing_work.of(visitor.request.app).progress(draw_id)
    here = f"/office/draws/{draw_id}/pairing"
    return JSONResponse(
        {
            "state": "running" if found else "done",
            "done": found.done if found else 1,
            "total": found.total if found else 1,
            "message": texts(visitor.request)(found.message) if found else "",
            "next": here,
        }
    )


@router.post("/table")
def commit_table(draw_id: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """生成并登记概率表."""
    return _fix(visitor, session, draw_id, form, "table_logged", pairings.commit_table)


@router.post("/pair")
def pair(draw_id: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """匹配 in one step, where the task asks for no second reveal."""
    return _fix(visitor, session, draw_id, form, "paired", pairings.pair)


@router.post("/draw")
def draw_teams(draw_id: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """抽签产生检查组."""
    return _act(
        visitor,
        session,
        draw_id,
        "paired",
        lambda each: pairings.draw_teams(each, visitor.actor, draw_id, visitor.now),
    )


@router.post("/missing")
def note_missing(draw_id: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """记录未交匹配随机数."""
    return _act(
        visitor,
        session,
        draw_id,
        "second_missing_noted",
        lambda each: seconds.note_second_missing(each, visitor.actor, draw_id, visitor.now),
    )


@router.get("/{visit}")
def show_why(draw_id: str, visit: str, visitor: Visiting) -> Response:
    """为什么是这个组."""
    require(visitor.actor, *OFFICE)
    return show(visitor.request, "pairing_why", **pairing_after.why(visitor, draw_id, visit))


def pairing_page(visitor: Visitor, draw_id: str, refusal: Refusal | None = None) -> Response:
    """The page as the pairing stands; after a refused act with the reason at its head."""
    request, actor, session = visitor.request, visitor.actor, visitor.session
    require(actor, *OFFICE)
    _ = texts(request)
    draw = draws.draw_of(session, actor, draw_id)
    task = draws.task_of_draw(session, draw)
    pairing = pairing_or_none(session, actor, draw_id)
    own = draw.organ_id == actor.organ_id
    planner, approver = own and actor.has(Role.PLANNER), own and actor.has(Role.APPROVER)
    working = pairing_work.of(request.app).progress(draw_id)
    failed = pairing_work.of(request.app).failure(draw_id) if pairing is None else None
    refusal = refusal or failed
    more: dict[str, object] = {}
    if pairing is not None and pairing.is_drawn:
        stage = "drawn"
        more = pairing_after.drawn(visitor, draw, pairing, own=planner)
    elif pairing is not None:
        stage = "table"
        more = pairing_after.table(visitor, draw, pairing, planner=planner, approver=approver)
    elif draw.state is DrawState.CLOSED and task.state is TaskState.DRAWN:
        stage = "ahead"
        if not working:
            more = pairing_ahead.ahead(visitor, draw, task, _wish(request.query_params), planner=planner)
            working = pairing_work.of(request.app).progress(draw_id)
    else:
        stage = "waiting"
    shown_below = isinstance(refusal, PairingInfeasible) and more.get("shortages")
    errors = {"": sentence_of(request, refusal)} if refusal and not shown_below else {}
    context: dict[str, object] = {
        "here": f"/office/draws/{draw_id}/pairing",
        "draw": draw,
        "task": task,
        "pairing": pairing,
        "stage": stage,
        "state": pairing_tag(_, task, pairing) or state_tag(_, task.state),
        "steps": pairing_steps(_, task, pairing, seconds.seconds_status(session, draw)),
        "working": working,
        **more,
    }
    return show(request, "pairing", status=status_of(refusal) if refusal else 200, errors=errors, **context)


def _wish(fields: Mapping[str, Any]) -> pairing_ahead.Wish:
    """What was chosen on the page; what cannot be read counts as not chosen."""
    return pairing_ahead.Wish(
        cap=cap_of(str(fields.get("cap", ""))),
        max_visits=visits_of(str(fields.get("max_visits", "")).strip()),
    )


def _fix(
    visitor: Visitor, session: Session, draw_id: str, form: FormData, word: str, by: Callable[..., Pairing]
) -> Response:
    """Work out the table and act ``by`` it: at once, or where it is large, in the background with a page that
    follows it. No transaction is open for writing meanwhile."""
    app, actor, wish = visitor.request.app, visitor.actor, _wish(form)
    wanted = (secrets.token_bytes(32), wish.cap, wish.max_visits)

    def ahead(reading: Session) -> Table | None:
        return pairings.table_ahead(reading, actor, draw_id, *wanted)

    def act(writing: Session, table: Table | None) -> Pairing:
        return by(writing, actor, draw_id, visitor.now, *wanted, table)

    if pairing_ahead.is_large(visitor, draw_id):
        draws.draw_of(visitor.session, actor, draw_id)
        require(actor, Role.PLANNER)
        pairing_work.of(app).submit_act(app, draw_id, ahead, act)
        return done(f"/office/draws/{draw_id}/pairing", "table_begun")
    return _act(visitor, session, draw_id, word, lambda each: act(each, ahead(visitor.session)))


def _act(
    visitor: Visitor, session: Session, draw_id: str, word: str, act: Callable[[Session], object]
) -> Response:
    """Do it and lead back to the page; refused, show it with the reason."""
    try:
        act(session)
    except REFUSALS as refusal:
        session.rollback()
        return pairing_page(visitor, draw_id, refusal)
    return done(f"/office/draws/{draw_id}/pairing", word)
