"""替补: proposed by a planner, decided by an approver; who comes is the next ticket of the stratum."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Form, Writing
from api.i18n import lazy
from api.office import queries
from api.office.answers import REFUSALS, done, errors_of, sentence_of, show, status_of, texts
from api.office.proposals import COLOURS, Refused
from api.office.visiting import Visiting, Visitor
from supervision.draw import replacing
from supervision.draw import service as draws
from supervision.draw.replacing import REASONS, ReplacementView, ReserveExhausted
from supervision.draw.tables import Draw, ReplacementState
from supervision.errors import NotFound
from supervision.people.tables import Role
from supervision.plan.tables import Task, TaskState
from supervision.register.uscc import tidy

router = APIRouter(prefix="/draws/{draw_id}/replacements")
FIELDS = {"替补原因": "reason", "依据": "evidence"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """填写的替补."""

    uscc: str
    reason: str = ""
    evidence: str = ""


@router.get("")
def show_replacements(draw_id: str, visitor: Visiting) -> Response:
    return _page(visitor, draw_id, Proposal(queries.text(visitor.request, "uscc", 40)))


@router.post("")
def propose(draw_id: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    entered = Proposal(
        str(form.get("uscc", "")).strip()[:40],
        str(form.get("reason", ""))[:32],
        str(form.get("evidence", "")).strip()[:3000],
    )
    try:
        replacing.propose_replacement(
            session, visitor.actor, draw_id, entered.uscc, entered.reason, entered.evidence, visitor.now
        )
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, draw_id, entered, Refused(refusal))
    return done(_here(draw_id), "replacement_proposed")


@router.post("/{number}/approve")
def approve(draw_id: str, number: int, visitor: Visiting, session: Writing, form: Form) -> Response:
    try:
        replacing.approve_replacement(session, visitor.actor, draw_id, number, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, draw_id, Proposal(""), Refused(refusal))
    return done(_here(draw_id), "replacement_approved")


@router.post("/{number}/refuse")
def refuse(draw_id: str, number: int, visitor: Visiting, session: Writing, form: Form) -> Response:
    because = str(form.get(f"because_{number}", "")).strip()[:3000]
    try:
        replacing.refuse_replacement(session, visitor.actor, draw_id, number, because, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, draw_id, Proposal(""), Refused(refusal, number, because))
    return done(_here(draw_id), "replacement_refused")


def _page(visitor: Visitor, draw_id: str, entered: Proposal, refused: Refused | None = None) -> Response:
    request, actor, session = visitor.request, visitor.actor, visitor.session
    _ = texts(request)
    found = replacing.replacements_of(session, actor, draw_id)
    draw = draws.draw_of(session, actor, draw_id)
    task = draws.task_of_draw(session, draw)
    own = draw.organ_id == actor.organ_id
    return show(
        request,
        "replacements",
        status=status_of(refused.refusal) if refused else 200,
        errors=_errors(visitor, refused) if refused else {},
        here=_here(draw_id),
        draw=draw,
        task=task,
        entered=entered,
        named=_name_of(visitor, draw_id, entered.uscc),
        reasons=[(code, _(text)) for code, text in REASONS.items()],
        may_propose=own and actor.has(Role.PLANNER) and not _hindrance(draw, task),
        hindrance=_(_hindrance(draw, task)),
        waiting=[each for each in found if each.state is ReplacementState.PROPOSED],
        may_decide=own and actor.has(Role.APPROVER),
        proposer=actor.username,
        refused_number=refused.number if refused else 0,
        because=refused.because if refused else "",
        history=[_row(visitor, each) for each in found if each.state is not ReplacementState.PROPOSED],
    )


def _here(draw_id: str) -> str:
    return f"/office/draws/{draw_id}/replacements"


def _errors(visitor: Visitor, refused: Refused) -> dict[str, str]:
    """At the field it speaks of: that there is no such entity, or no other ticket, is said of the code."""
    refusal = refused.refusal
    of_entity = isinstance(refusal, ReserveExhausted) or (
        isinstance(refusal, NotFound) and refusal.params.get("what") == "抽中对象"
    )
    if of_entity and not refused.number:
        return {"uscc": sentence_of(visitor.request, refusal)}
    fields = FIELDS | {"不同意的理由": f"because_{refused.number}"}
    return errors_of(visitor.request, refusal, fields)


def _hindrance(draw: Draw, task: Task) -> str:
    """Why nobody can be replaced now; empty where that is possible."""
    if not draw.is_open:
        return lazy("抽取还没有启封，启封之后才能办理替补。")
    if task.state not in (TaskState.PAIRED, TaskState.DONE):
        return lazy("还没有匹配检查组，匹配之后才能办理替补。")
    return ""


def _name_of(visitor: Visitor, draw_id: str, uscc: str) -> str:
    """The drawn entity of this code, by name."""
    if not uscc:
        return ""
    drawn = draws.drawn_entities(visitor.session, visitor.actor, draw_id)
    return next((entity.name for entity in drawn if entity.uscc == tidy(uscc)), "")


def _row(visitor: Visitor, each: ReplacementView) -> dict[str, object]:
    _ = texts(visitor.request)
    return {
        "name": each.name,
        "uscc": each.uscc,
        "reason": _(each.reason_name),
        "new_name": each.new_name or each.refused_because,
        "proposed": each.proposed_by,
        "decided": each.decided_by,
        "decided_at": each.decided_at,
        "state": (_(each.state_name), COLOURS[each.state]),
    }
