"""试算抽签单元: what other draw units, and merging, would save; a trial that changes nothing."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from api.deps import Form, Writing
from api.i18n import lazy
from api.office.answers import REFUSALS, Refusal, Translate, done
from api.office.schedules_desk import desk_of, show_desk
from api.office.schedules_told import stage_words
from api.office.schedules_words import long_span
from api.office.visiting import Visiting, Visitor
from supervision.schedule import savings

router = APIRouter(prefix="/schedules/{code}/savings")
UNITS: Mapping[str, str] = {
    "entity": lazy("逐户抽检查组（现行做法）"),
    "bundle": lazy("按片区抽检查组"),
    "day-route": lazy("按一日行程抽检查组"),
}
STAYS_RANDOM: Mapping[str, str] = {
    "entity": lazy("每一户由哪个组检查，逐户抽签。"),
    "bundle": lazy(
        "先按公开规则把抽中的户分成片区，再抽签决定每个片区由哪个组检查；每一户由任一组检查的机会不变。"
    ),
    "day-route": lazy(
        "先排好每天的行程，再抽签决定每条行程由哪个当天能出勤的组承担；各组的机会只受出勤日期影响。"
    ),
}
MERGED = lazy("逐户抽签，再把同一户的几次检查合并成一次上门")


@router.get("")
def show_savings(code: str, visitor: Visiting) -> Response:
    return _page(visitor, code)


@router.get("/progress.json")
def progress(code: str, visitor: Visiting) -> Response:
    desk = desk_of(visitor, code)
    found = savings.trial_of(visitor.session, visitor.actor, code)
    running = found is not None and found.running
    return JSONResponse(
        {
            "state": "running" if running else "done",
            "done": found.done if found else 0,
            "total": found.total if found else 0,
            "message": stage_words(desk._, found.stage) if found else "",
            "next": f"{desk.here}/savings",
        }
    )


@router.post("")
def ask(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    try:
        savings.ask(session, visitor.actor, code, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, code, refusal)
    return done(f"/office/schedules/{code}/savings", "savings_begun")


def _page(visitor: Visitor, code: str, refusal: Refusal | None = None) -> Response:
    desk = desk_of(visitor, code)
    _, found = desk._, savings.trial_of(visitor.session, visitor.actor, code)
    working = None
    if found is not None and found.running:
        message = stage_words(_, found.stage)
        working = SimpleNamespace(done=found.done, total=found.total, message=message)
    return show_desk(
        desk,
        "schedule_savings",
        "overview",
        refusal,
        working=working,
        failure=found.error if found else "",
        rows=[_row(_, row) for row in found.rows] if found else [],
        may_ask=desk.may.replan and working is None,
    )


def _row(_: Translate, row: Mapping[str, Any]) -> dict[str, Any]:
    saved = round(100 * float(row["saved"]))
    unit = str(row["unit"])
    return {
        "unit": _(MERGED) if row["merged"] else _(UNITS.get(unit, unit)),
        "doors": row["doors"],
        "travel": long_span(_, int(row["travel"])),
        "saved": f"{-saved}%" if saved else "—",
        "team_days": row["team_days"],
        "people_days": row["people_days"],
        "unscheduled": row["unscheduled"],
        "random": _(STAYS_RANDOM.get(unit, "")),
    }
