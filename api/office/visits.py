"""检查进度: the visits of a task, and one visit with what was found, for review."""

from datetime import datetime

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api.deps import Form, Now, Reading, Writing
from api.office import queries
from api.office.answers import REFUSALS, Refusal, done, errors_of, show, status_of, texts
from api.office.labels import state_tag
from api.office.navigation import Officer
from api.office.publication import deadline_tag
from api.pages import language_of
from api.wording import result_names
from supervision.draw import service as draws
from supervision.inspection import service as inspection
from supervision.inspection.replacing import REPLACEABLE
from supervision.inspection.rules import OUTCOME_NAMES, STATE_NAMES
from supervision.inspection.tables import ItemOutcome, VisitState
from supervision.inspection.visits import VisitView
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.publication import service as publication
from supervision.publication.rules import days_left
from supervision.reference.regions import region_name

router = APIRouter()
PAGE = 50
OUTCOME_COLOURS = {ItemOutcome.PASS: "green", ItemOutcome.FAIL: "red"}


@router.get("/tasks/{code}/visits")
def list_visits(code: str, request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    _ = texts(request)
    task = plans.task_of(session, actor, code)
    state = queries.choice(request, "state", VisitState)
    page = inspection.visits_of_task(
        session,
        actor,
        task.id or 0,
        states=(state,) if state else (),
        after=queries.text(request, "after") or None,
        limit=PAGE,
    )
    counts = inspection.progress_of_task(session, actor, task.id or 0)
    names = result_names(language_of(request))
    here = f"/office/tasks/{code}/visits"
    tabs = [(f"{_('全部')} {sum(counts.values()):,}", here, state is None)]
    tabs += [
        (f"{_(STATE_NAMES[each])} {number:,}", f"{here}?state={each.value}", each is state)
        for each, number in counts.items()
    ]
    return show(
        request,
        "visits",
        task=task,
        tabs=tabs,
        rows=[
            {
                "code": row.code,
                "entity": row.entity_name,
                "address": row.address,
                "team": "、".join(row.team),
                "inspected_on": row.inspected_on,
                "result": f"{row.result} {names[row.result]}" if row.result else "",
                "publish_by": row.publish_by,
                "deadline": deadline_tag(_, days_left(row.publish_by, now))
                if row.publish_by and row.state is not VisitState.PUBLISHED
                else None,
                "state": state_tag(_, row.state),
            }
            for row in page.rows
        ],
        next=queries.address(here, state=state.value if state else "", after=page.after)
        if page.after
        else "",
    )


@router.get("/visits/{code}")
def show_visit(code: str, request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    return _page(request, actor, session, now, code)


@router.post("/visits/{code}/publish")
def publish(
    code: str,
    request: Request,
    actor: Officer,
    form: Form,  # checks the token
    session: Writing,
    reading: Reading,
    now: Now,
) -> Response:
    try:
        publication.publish(session, actor, [code], now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(request, actor, reading, now, code, refusal)
    return done(f"/office/visits/{code}", "published")


@router.post("/visits/{code}/return")
def return_finding(
    code: str, request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    reason = str(form.get("reason", ""))[:5000]
    try:
        inspection.return_finding(session, actor, code, reason, now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(request, actor, reading, now, code, refusal, reason)
    return done(f"/office/visits/{code}", "returned")


def _page(
    request: Request,
    actor: Actor,
    session: Session,
    now: datetime,
    code: str,
    refusal: Refusal | None = None,
    reason: str = "",
) -> Response:
    _ = texts(request)
    visit = inspection.visit_detail(session, actor, code)
    names = result_names(language_of(request))
    left = days_left(visit.publish_by, now) if visit.publish_by else None
    fields = {"退回理由": "reason"}
    return show(
        request,
        "visit",
        status=status_of(refusal) if refusal else 200,
        errors=errors_of(request, refusal, fields) if refusal else {},
        visit=visit,
        state=state_tag(_, visit.state),
        region=region_name(visit.region_code),
        deadline=deadline_tag(_, left) if visit.state is not VisitState.PUBLISHED else None,
        results=names,
        outcomes={each: (_(name), OUTCOME_COLOURS.get(each, "grey")) for each, name in OUTCOME_NAMES.items()},
        reason=reason,
        may_replace=_may_replace(session, actor, visit),
    )


def _may_replace(session: Session, actor: Actor, visit: VisitView) -> bool:
    """Whether a planner of the draw's organ may propose somebody else in this one's place."""
    if not actor.has(Role.PLANNER) or visit.cancelled or visit.state not in REPLACEABLE:
        return False
    draw = draws.draw_of(session, actor, visit.draw_id)
    return draw.is_open and draw.organ_id == actor.organ_id
