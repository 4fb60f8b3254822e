"""随机源的录入: parties noted as missing, beacon and lotteries entered, sealed draws opened early.

Entered on the task's page, or by a party on its own; a refusal shows that page again with what was typed.
"""

from collections.abc import Mapping

from fastapi import APIRouter
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api.deps import Form, Writing
from api.office.answers import REFUSALS, Refusal, done, errors_of, sentence_of
from api.office.parts import part_page
from api.office.tasks import task_page
from api.office.visiting import Visiting, Visitor
from solver.errors import SolverError
from supervision.draw import entropy, opening, parties, viewing
from supervision.draw.entropy import LARGEST_ANSWER
from supervision.plan import service as plans

router = APIRouter()
PARTS = "/office/draws/parts/"


@router.post("/tasks/{code}/missing")
def note_missing(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """记录缺席."""
    try:
        parties.note_missing(session, visitor.actor, _draw_id(visitor, code), visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return task_page(visitor, code, refusal)
    return done(f"/office/tasks/{code}", "missing_noted")


@router.post("/tasks/{code}/beacon")
@router.post("/draws/parts/{code}/beacon")
def enter_beacon(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """录入公共随机数: drand's JSON, as a file or pasted; refused, a file's text is kept like a pasted one."""
    answer = _answer(form)
    try:
        entropy.enter_beacon(session, visitor.actor, _draw_id(visitor, code), answer, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        errors = {"answer": sentence_of(visitor.request, refusal)} if isinstance(refusal, SolverError) else {}
        typed = {"answer": answer.decode("utf-8", "replace")[:LARGEST_ANSWER]}
        return _again(visitor, code, refusal, typed, errors)
    return done(_here(visitor, code), "beacon_entered")


@router.post("/tasks/{code}/beacon/fetch")
@router.post("/draws/parts/{code}/beacon/fetch")
def fetch_beacon(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """获取公共随机数 from the relay of the settings."""
    relay = visitor.settings.drand_relay
    try:
        draw_id = _draw_id(visitor, code)
        answer = entropy.ask_relay(visitor.session, visitor.actor, draw_id, relay, visitor.now)
        entropy.enter_beacon(session, visitor.actor, draw_id, answer, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _again(visitor, code, refusal, {}, {})
    return done(_here(visitor, code), "beacon_entered")


@router.post("/tasks/{code}/lottery")
@router.post("/draws/parts/{code}/lottery")
def enter_lottery(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """录入开奖号码; counts once a second person typed the same."""
    game, issue = str(form.get("game", ""))[:64], str(form.get("issue", ""))[:64]
    field = next((name for name in form if name.startswith("result_")), "result_")[:20]
    typed = str(form.get(field, ""))[:200]
    try:
        draw_id = _draw_id(visitor, code)
        found = entropy.enter_lottery(session, visitor.actor, draw_id, game, issue, typed, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        errors = errors_of(visitor.request, refusal, {"开奖号码": field})
        return _again(visitor, code, refusal, {field: typed}, errors)
    return done(_here(visitor, code), "lottery_settled" if found.settled_at else _typed_word(found))


@router.post("/tasks/{code}/open")
def open_early(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """提前启封."""
    draw_id = _draw_id(visitor, code)
    try:
        opening.open_draw(session, visitor.actor, draw_id, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return task_page(visitor, code, refusal)
    return done(f"/office/draws/{draw_id}", "opened")


def _typed_word(found: entropy.SourceView) -> str:
    return "lottery_differs" if len(found.typed) > 1 else "lottery_typed"


def _answer(form: FormData) -> bytes:
    """The file, if one was chosen, else what was pasted; a byte too much where it is too long."""
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        return upload.file.read(LARGEST_ANSWER + 1)
    return str(form.get("answer", "")).strip().encode()[: LARGEST_ANSWER + 1]


def _is_party_page(visitor: Visitor) -> bool:
    return visitor.request.url.path.startswith(PARTS)


def _here(visitor: Visitor, code: str) -> str:
    return f"{PARTS}{code}" if _is_party_page(visitor) else f"/office/tasks/{code}"


def _again(
    visitor: Visitor, code: str, refusal: Refusal, typed: Mapping[str, str], errors: dict[str, str]
) -> Response:
    if _is_party_page(visitor):
        return part_page(visitor, code, refusal, entered_source=typed, errors=errors)
    return task_page(visitor, code, refusal, entered_source=typed, errors=errors)


def _draw_id(visitor: Visitor, code: str) -> str:
    session: Session = visitor.session
    if _is_party_page(visitor):
        return viewing.duty_of(session, visitor.actor, code).draw_id or ""
    draw = viewing.draw_for(session, visitor.actor, plans.task_of(session, visitor.actor, code))
    return draw.draw_id if draw else ""
