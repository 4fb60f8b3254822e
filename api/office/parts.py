"""参与事项: a party's own page, where it commits, reveals, and enters public sources."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Form, Writing
from api.office.answers import REFUSALS, Refusal, Translate, done, errors_of, show, status_of, texts
from api.office.labels import state_tag
from api.office.progress import part_steps
from api.office.visiting import Visiting, Visitor
from api.office.waiting import Waiting, waiting_of
from supervision.draw import entropy, parties, viewing
from supervision.draw.viewing import Duty
from supervision.pairing import seconds
from supervision.plan.tables import TaskState

router = APIRouter(prefix="/draws/parts/{code}")
PART_FIELDS = {"承诺": "commitment", "秘密值": "secret", "匹配随机数": "second"}

AT_FIELD = {"reveal_refused": "secret", "second_refused": "second"}
"""Refusals that speak of one field."""


@router.get("")
def show_part(code: str, visitor: Visiting) -> Response:
    return part_page(visitor, code)


@router.post("/commit")
def commit(code: str, visitor: Visiting, form: Form, session: Writing) -> Response:
    typed = str(form.get("commitment", ""))[:200]
    try:
        parties.commit(session, visitor.actor, code, typed, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return part_page(visitor, code, refusal, typed)
    return done(f"/office/draws/parts/{code}", "committed")


@router.post("/reveal")
def reveal(code: str, visitor: Visiting, form: Form, session: Writing) -> Response:
    try:
        parties.reveal(session, visitor.actor, code, str(form.get("secret", ""))[:200], visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return part_page(visitor, code, refusal)
    return done(f"/office/draws/parts/{code}", "revealed")


@router.post("/second")
def hand_in(code: str, visitor: Visiting, form: Form, session: Writing) -> Response:
    """交出匹配随机数, once the table of chances is fixed."""
    typed = str(form.get("second", "")).strip()[:200]
    try:
        seconds.reveal_second(session, visitor.actor, code, typed, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return part_page(visitor, code, refusal)
    return done(f"/office/draws/parts/{code}", "second_handed_in")


def part_page(
    visitor: Visitor,
    code: str,
    refusal: Refusal | None = None,
    typed: str = "",
    *,
    entered_source: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """The page of a party; after a refused act with the reason at its field or head."""
    request = visitor.request
    _ = texts(request)
    duty = viewing.duty_of(visitor.session, visitor.actor, code)
    found = errors or (errors_of(request, refusal, PART_FIELDS) if refusal else {})
    if refusal is not None and refusal.code in AT_FIELD:
        found = {AT_FIELD[refusal.code]: found[""]}
    waiting = waiting_for_party(_, visitor, duty)
    return show(
        request,
        "draw_part",
        status=status_of(refusal) if refusal else 200,
        errors=found,
        duty=duty,
        state=state_tag(_, duty.state),
        steps=part_steps(_, duty),
        typed=typed,
        table_sha256=duty.table_sha256 or "",
        waiting=waiting,
        too_late=waiting is not None and waiting.over and duty.may_reveal,
        entered_source=entered_source or {},
        relay=bool(visitor.settings.drand_relay),
        alg=visitor.settings.alg,
    )


def waiting_for_party(_: Translate, visitor: Visitor, duty: Duty) -> Waiting | None:
    """What the draw waits for, as far as its party may see it."""
    if duty.state is not TaskState.APPROVED or duty.draw_id is None:
        return None
    actor, session = visitor.actor, visitor.session
    return waiting_of(
        _,
        actor,
        parties.parties_of(session, actor, duty.task_code),
        entropy.sources_of(session, actor, duty.draw_id),
        duty.reveal_by,
        visitor.now,
        held_back=duty.held_back,
        takes_part=True,
    )
