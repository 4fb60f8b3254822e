"""换人: proposed by a planner, decided by somebody else; who comes is drawn by lot."""

from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Form, Writing
from api.i18n import lazy
from api.office import queries
from api.office.answers import REFUSALS, done, errors_of, sentence_of, show, status_of, texts
from api.office.proposals import COLOURS, Refused
from api.office.visiting import Visiting, Visitor
from api.pairings import seat_label
from supervision.draw import service as draws
from supervision.draw.tables import ReplacementState
from supervision.pairing import reassigning
from supervision.pairing.reassigning import REASONS, AssignedVisit, ReassignmentView
from supervision.people.rules import require
from supervision.people.tables import Role
from supervision.plan.service import OFFICE
from supervision.plan.tables import TaskState

router = APIRouter(prefix="/draws/{draw_id}/reassignments")
FIELDS = {"换人原因": "reason", "依据": "evidence"}
NOT_PAIRED = lazy("还没有产生检查组，产生之后才能换人。")


@dataclass(frozen=True, slots=True)
class Proposal:
    """填写的换人. ``inspector`` 0: nobody chosen yet."""

    inspector: int = 0
    reason: str = ""
    evidence: str = ""
    visits: tuple[str, ...] | None = None
    """None: nothing was ticked yet, all are meant."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """换人记录: one seat."""

    visit: str
    seat: str
    out: str
    into: str
    reason: str
    proposed: str
    decided: str
    decided_at: object = field(compare=False)
    state: tuple[str, str] = ("", "grey")


@router.get("")
def show_reassignments(draw_id: str, visitor: Visiting) -> Response:
    return _page(visitor, draw_id, Proposal(queries.number(visitor.request, "inspector") or 0))


@router.post("")
def propose(draw_id: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    typed = str(form.get("inspector", ""))
    entered = Proposal(
        int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0,
        str(form.get("reason", ""))[:32],
        str(form.get("evidence", "")).strip()[:3000],
        tuple(str(code)[:80] for code in form.getlist("visits")),
    )
    try:
        reassigning.propose_reassignment(
            session,
            visitor.actor,
            draw_id,
            entered.inspector,
            entered.reason,
            entered.evidence,
            visitor.now,
            entered.visits,
        )
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, draw_id, entered, Refused(refusal))
    return done(_here(draw_id), "reassign_proposed")


@router.post("/{number}/approve")
def approve(draw_id: str, number: int, visitor: Visiting, session: Writing, form: Form) -> Response:
    try:
        reassigning.approve_reassignment(session, visitor.actor, draw_id, number, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, draw_id, Proposal(), Refused(refusal))
    return done(_here(draw_id), "reassign_approved")


@router.post("/{number}/refuse")
def refuse(draw_id: str, number: int, visitor: Visiting, session: Writing, form: Form) -> Response:
    because = str(form.get(f"because_{number}", "")).strip()[:3000]
    try:
        reassigning.refuse_reassignment(session, visitor.actor, draw_id, number, because, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, draw_id, Proposal(), Refused(refusal, number, because))
    return done(_here(draw_id), "reassign_refused")


def _page(visitor: Visitor, draw_id: str, entered: Proposal, refused: Refused | None = None) -> Response:
    request, actor, session = visitor.request, visitor.actor, visitor.session
    require(actor, *OFFICE)
    _ = texts(request)
    draw = draws.draw_of(session, actor, draw_id)
    task = draws.task_of_draw(session, draw)
    found = reassigning.reassignments_of(session, actor, draw_id)
    paired = task.state in (TaskState.PAIRED, TaskState.DONE)
    own = draw.organ_id == actor.organ_id
    open_visits = _open_visits(visitor, draw_id, entered.inspector) if paired and entered.inspector else []
    people = reassigning.team_people(session, actor, draw_id)
    return show(
        request,
        "reassignments",
        status=status_of(refused.refusal) if refused else 200,
        errors=_errors(visitor, refused) if refused else {},
        here=_here(draw_id),
        draw=draw,
        task=task,
        entered=entered,
        inspectors=people,
        chosen=dict(people).get(entered.inspector, ""),
        visits=[(each.visit, f"{each.visit.rpartition('-')[2]} {each.name}") for each in open_visits],
        ticked=entered.visits if entered.visits is not None else [each.visit for each in open_visits],
        reasons=[(code, _(text)) for code, text in REASONS.items()],
        may_propose=own and actor.has(Role.PLANNER) and paired,
        hindrance="" if paired else _(NOT_PAIRED),
        waiting=[each for each in found if each.state is ReplacementState.PROPOSED],
        may_decide=own and actor.has(Role.APPROVER),
        proposer=actor.username,
        refused_number=refused.number if refused else 0,
        because=refused.because if refused else "",
        history=[row for each in found for row in _rows(visitor, each)],
    )


def _here(draw_id: str) -> str:
    return f"/office/draws/{draw_id}/reassignments"


def _open_visits(visitor: Visitor, draw_id: str, inspector_id: int) -> list[AssignedVisit]:
    """The inspector's visits of this draw where nothing was found yet."""
    found = reassigning.assigned_visits(visitor.session, visitor.actor, inspector_id)
    return [each for each in found if each.draw_id == draw_id]


def _errors(visitor: Visitor, refused: Refused) -> dict[str, str]:
    """At the field it speaks of; whoever has no open visits is spoken of at the choice of the person."""
    refusal = refused.refusal
    if refusal.code in ("nothing_to_reassign", "not_found") and not refused.number:
        return {"inspector": sentence_of(visitor.request, refusal)}
    fields = FIELDS | {"不同意的理由": f"because_{refused.number}"}
    return errors_of(visitor.request, refusal, fields)


def _rows(visitor: Visitor, each: ReassignmentView) -> list[ChangeRow]:
    """One row for each seat that changed hands; of a refused proposal one that says why."""
    _ = texts(visitor.request)
    if each.state is ReplacementState.PROPOSED:
        return []
    told = {
        "reason": _(each.reason_name),
        "proposed": each.proposed_by,
        "decided": each.decided_by or "",
        "decided_at": each.decided_at,
        "state": (_(each.state_name), COLOURS[each.state]),
    }
    if each.state is ReplacementState.REFUSED:
        visits = "、".join(code.rpartition("-")[2] for code in each.visits)
        into = each.refused_because or ""
        return [ChangeRow(visit=visits, seat="—", out=each.inspector, into=into, **told)]  # type: ignore[arg-type]
    return [
        ChangeRow(
            visit=change.visit,
            seat=seat_label(_, change.seat),
            out=change.out,
            into=change.into,
            **told,  # type: ignore[arg-type]
        )
        for change in each.changed
    ]
