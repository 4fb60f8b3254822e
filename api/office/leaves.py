"""请假: when an inspector is away, so that no pairing sends somebody who cannot come."""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api.deps import Form, Now, Reading, Writing
from api.i18n import lazy
from api.office.answers import REFUSALS, Translate, done, errors_of, sentence_of, show, status_of, texts
from api.office.navigation import Officer
from api.sheets import CSV, XLSX, attachment, csv_bytes, xlsx_bytes
from supervision.clock import today
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.register import leaves
from supervision.register import service as register
from supervision.register.tables import Leave

router = APIRouter(prefix="/register/leaves")
HERE = "/office/register/leaves"
FIELDS = {"请假开始日期": "starts", "请假截止日期": "ends", "请假事由": "reason"}
BLANK = {"inspector": "", "starts": "", "ends": "", "reason": ""}
LEAVE_LABELS = ("检查人员", "工号", "开始", "截止", "事由", "登记", "登记时间（UTC）")
NO_DAY = lazy("请按 2026-11-22 的格式填写日期。")


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """请假行; ``when`` as a tag: past, now, or to come."""

    id: int
    who: str
    name: str
    code: str
    starts: date
    ends: date
    reason: str
    when: tuple[str, str]
    recorded_by: str
    at: datetime


@router.get("")
def list_leaves(request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    return _page(request, actor, session, now, BLANK, {})


@router.get("/file.{ending}")
def leaves_file(ending: str, request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    _ = texts(request)
    rows = [
        (row.name, row.code, row.starts, row.ends, row.reason, row.recorded_by, row.at)
        for row in _rows(_, actor, session, now)
    ]
    head = [_(label) for label in LEAVE_LABELS]
    if ending == "xlsx":
        return attachment(xlsx_bytes(_("请假"), head, rows), XLSX, "leaves.xlsx")
    return attachment(csv_bytes(head, rows), CSV, "leaves.csv")


@router.post("")
def add_leave(
    request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    entered = {name: str(form.get(name, "")).strip()[:300] for name in BLANK}
    starts, ends = _day(entered["starts"]), _day(entered["ends"])
    if starts is None or ends is None:
        wrong = {
            name: texts(request)(NO_DAY) for name, day in (("starts", starts), ("ends", ends)) if not day
        }
        return _page(request, actor, reading, now, entered, wrong, 422)
    try:
        who = _number(entered["inspector"])
        leaves.add_leave(session, actor, who, starts=starts, ends=ends, reason=entered["reason"], now=now)
    except REFUSALS as refusal:
        session.rollback()
        errors = errors_of(request, refusal, FIELDS)
        if refusal.code == "not_found":
            errors = {"inspector": sentence_of(request, refusal)}
        return _page(request, actor, reading, now, entered, errors, status_of(refusal))
    return done(HERE, "leave_added")


@router.post("/{leave_id}/remove")
def remove_leave(
    leave_id: int,
    actor: Officer,
    form: Form,  # checks the token
    session: Writing,
    now: Now,
) -> Response:
    leaves.remove_leave(session, actor, leave_id, now)
    return done(HERE, "leave_removed")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rows(_: Translate, actor: Actor, session: Session, now: datetime) -> list[LeaveRow]:
    people = register.inspectors(session, actor, limit=register.LONGEST_PAGE).rows
    named = {each.id: each for each in people}
    found = []
    for leave in leaves.leaves(session, actor):
        person = named.get(leave.inspector_id)
        name, code = (person.name, person.code) if person else ("", str(leave.inspector_id))
        found.append(
            LeaveRow(
                id=leave.id or 0,
                who=f"{name} {code}".strip(),
                name=name,
                code=code,
                starts=leave.starts,
                ends=leave.ends,
                reason=leave.reason,
                when=_when(_, leave, today(now)),
                recorded_by=leave.recorded_by,
                at=leave.at,
            )
        )
    return found


def _when(_: Translate, leave: Leave, day: date) -> tuple[str, str]:
    if leave.ends < day:
        return (_("已结束"), "grey")
    return (_("请假中"), "amber") if leave.starts <= day else (_("未开始"), "teal")


def _page(
    request: Request,
    actor: Actor,
    session: Session,
    now: datetime,
    entered: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    _ = texts(request)
    people = register.inspectors(session, actor, limit=register.LONGEST_PAGE).rows
    return show(
        request,
        "leaves",
        status=status,
        rows=_rows(_, actor, session, now),
        files=[(kind.upper(), f"{HERE}/file.{kind}") for kind in ("csv", "xlsx")],
        inspectors=[(each.id, f"{each.name} {each.code}") for each in people],
        entered=entered,
        errors=errors,
        may_decide=actor.has(Role.PLANNER, Role.APPROVER),
    )
