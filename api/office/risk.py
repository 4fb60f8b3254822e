"""风险分级: monthly snapshots, how the classes are spread, and the scorecard as it is. Never public (R27)."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import Response

from api.charts import bar_chart
from api.deps import Form, Now, Reading, Writing
from api.i18n import lazy
from api.office.answers import REFUSALS, Translate, done, errors_of, show, status_of, texts
from api.office.navigation import Officer
from supervision.clock import today
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.reference.regions import region_name
from supervision.risk import service as risk
from supervision.risk.rules import CLASS_LABELS, FACTOR_LABELS, Line, scorecard
from supervision.risk.tables import RiskClass, RiskSnapshot

router = APIRouter(prefix="/risk")
WRONG_MONTH = lazy("请填写月份，例如 2026-11。")


@router.get("")
def list_snapshots(request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    return _page(request, actor, session, f"{today(now):%Y-%m}")


@router.post("")
def take_snapshot(
    request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    typed = str(form.get("month", "")).strip()[:10]
    month = _month(typed)
    if month is None:
        return _page(request, actor, reading, typed, {"month": texts(request)(WRONG_MONTH)}, 422)
    try:
        found = risk.take_snapshot(session, actor, month, now)
    except REFUSALS as refusal:
        session.rollback()
        errors = errors_of(request, refusal, {"快照月份": "month"})
        return _page(request, actor, reading, typed, errors, status_of(refusal))
    return done(f"/office/risk/{found.id}", "snapshot_taken")


@router.get("/{snapshot_id}")
def show_snapshot(snapshot_id: int, request: Request, actor: Officer, session: Reading) -> Response:
    _ = texts(request)
    found = risk.snapshot(session, actor, snapshot_id)
    rows = class_rows(_, risk.counts_by_class(session, actor, snapshot_id))
    return show(
        request,
        "risk_snapshot",
        found=found,
        region=region_name(found.region_prefix),
        rows=rows,
        chart=class_chart(_, rows),
        total=sum(int(str(row["entities"])) for row in rows),
        here=f"{found.month:%Y-%m}",
    )


def class_rows(_: Translate, counts: Mapping[RiskClass, int]) -> list[dict[str, object]]:
    return [
        {"risk_class": each.value, "meaning": _(CLASS_LABELS[each]), "entities": number}
        for each, number in counts.items()
    ]


def class_chart(_: Translate, rows: list[dict[str, object]]) -> Markup:
    # The letters alone: the wordings run into each other, and the table beside the chart gives them.
    data = [{"c": row["risk_class"], "n": row["entities"]} for row in rows]
    return bar_chart(data, "c", "n", _("各等级户数"), y_title=_("户数"))


def _month(typed: str) -> date | None:
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None


def _page(
    request: Request,
    actor: Actor,
    session: Session,
    month: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    _ = texts(request)
    card = scorecard()
    return show(
        request,
        "risk",
        status=status,
        errors=errors or {},
        month=month,
        rows=[_snapshot_row(found) for found in risk.snapshots(session, actor)],
        may_take=actor.has(Role.PLANNER, Role.ADMINISTRATOR),
        factors=[
            (_(FACTOR_LABELS[factor]), [_line(_, line) for line in lines])
            for factor, lines in card.lines.items()
        ],
        bands=[_line(_, line) for line in card.bands],
        direct=[(_(FACTOR_LABELS[line.factor]), _line(_, line)) for line in card.direct],
        digest=card.sha256,
    )


def _snapshot_row(found: RiskSnapshot) -> dict[str, object]:
    return {
        "id": found.id,
        "month": f"{found.month:%Y-%m}",
        "version": found.version,
        "region": region_name(found.region_prefix),
        "a": found.count_a,
        "b": found.count_b,
        "c": found.count_c,
        "d": found.count_d,
        "taken_at": found.taken_at,
        "digest": found.digest,
    }


def _line(_: Translate, line: Line) -> dict[str, object]:
    """One line of the scorecard: which values, what follows."""
    if line.lower is None:
        values = _("不详")
    elif line.upper is None:
        values = _("{n} 及以上").format(n=line.lower)
    elif line.lower == line.upper:
        values = str(line.lower)
    else:
        values = f"{line.lower} — {line.upper}"
    sentence = line.sentence.replace("{value}", "n")
    return {"values": values, "points": line.points, "risk_class": line.risk_class, "sentence": sentence}
