"""回避: whom an inspector must not visit, or not together with."""

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api.deps import Form, Now, Reading, Writing
from api.office.answers import REFUSALS, done, errors_of, show, status_of
from api.office.navigation import Officer
from supervision.pairing import reassigning
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan.service import OFFICE
from supervision.register import service as register

router = APIRouter(prefix="/register/recusals")
FIELDS = {"回避理由": "reason", "回避对象": "uscc", "同组人员": "colleague"}
BLANK = {"inspector": "", "uscc": "", "colleague": "", "reason": ""}


@router.get("")
def list_recusals(request: Request, actor: Officer, session: Reading) -> Response:
    return _page(request, actor, session, BLANK, {})


@router.post("")
def add_recusal(
    request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    entered = {name: str(form.get(name, "")).strip()[:300] for name in BLANK}
    try:
        register.add_recusal(
            session,
            actor,
            _number(entered["inspector"]),
            reason=entered["reason"],
            now=now,
            uscc=entered["uscc"].upper() or None,
            colleague_id=_number(entered["colleague"]) or None,
        )
    except REFUSALS as refusal:
        session.rollback()
        errors = errors_of(request, refusal, FIELDS)
        if refusal.code == "not_found":
            what = {"检查对象": "uscc", "执法检查人员": "inspector"}
            errors = {what.get(str(refusal.params["what"]), ""): next(iter(errors.values()))}
        return _page(request, actor, reading, entered, errors, status_of(refusal))
    return done("/office/register/recusals", "recusal_added")


@router.post("/{recusal_id}/remove")
def remove_recusal(
    recusal_id: int,
    actor: Officer,
    form: Form,  # checks the token
    session: Writing,
    now: Now,
) -> Response:
    register.remove_recusal(session, actor, recusal_id, now)
    return done("/office/register/recusals", "recusal_removed")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page(
    request: Request,
    actor: Actor,
    session: Session,
    entered: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    people = register.inspectors(session, actor, limit=register.LONGEST_PAGE).rows
    return show(
        request,
        "recusals",
        status=status,
        rows=register.recusal_rows(session, actor),
        inspectors=[(each.id, f"{each.name} {each.code}") for each in people],
        entered=entered,
        errors=errors,
        may_decide=actor.has(Role.PLANNER, Role.APPROVER),
        assigned=reassigning.recused_visits(session, actor) if actor.has(*OFFICE) else [],
    )
