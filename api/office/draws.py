"""抽取页: the draws of the region for the office, and for each party its own part in them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from fastapi import APIRouter, Request
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import Response

from api.charts import bar_chart
from api.deps import Now, Reading
from api.office.answers import Refusal, Translate, sentence_of, show, status_of, texts
from api.office.labels import state_tag
from api.office.navigation import OFFICE, Officer
from api.office.parts import waiting_for_party
from api.office.visiting import Visiting
from api.office.waiting import source_row
from api.sheets import CSV, XLSX, attachment, csv_bytes, xlsx_bytes
from supervision.draw import entropy, opening, replacing, viewing
from supervision.draw import service as draws
from supervision.draw.tables import Draw, DrawState, ReplacementState
from supervision.errors import NotFound
from supervision.inspection import service as inspection
from supervision.inspection.replacing import REPLACEABLE
from supervision.pairing import service as pairings
from supervision.pairing.tables import Pairing
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan.tables import Task
from supervision.reference.regions import region_name
from supervision.register import service as register
from supervision.risk.rules import CLASS_LABELS
from supervision.risk.tables import RiskClass

router = APIRouter(prefix="/draws")
PAGE = 50
EVERYONE = 1_000_000
MOST_BARS = 24
"""Inspectors shown one by one; more of them are counted by load."""
DRAWN_LABELS = ("序号", "统一社会信用代码", "名称", "区域", "地址", "检查编号", "检查组")


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """抽中对象行. No class, and not in the order drawn (R27)."""

    number: int
    uscc: str
    name: str
    region: str
    address: str
    visit: str
    team: str
    replaceable: bool
    """Nothing was found there yet."""


@dataclass(frozen=True, slots=True)
class Load:
    """任务量: visits of one inspector in a pairing."""

    who: str
    visits: int


@router.get("")
def list_draws(visitor: Visiting) -> Response:
    request, actor, session = visitor.request, visitor.actor, visitor.session
    before = request.query_params.get("before", "")
    rows: Sequence[Draw] = ()
    if actor.has(*OFFICE):
        at = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
        rows = draws.draws(session, actor, before=at, limit=PAGE + 1)
    _ = texts(request)
    duties = viewing.duties(session, actor)
    waiting = {duty.task_code: waiting_for_party(_, visitor, duty) for duty in duties}
    return show(
        request,
        "draws",
        duties=duties,
        entering={code for code, found in waiting.items() if found is not None and found.to_enter},
        in_office=actor.has(*OFFICE),
        draws=[_row(_, draw, draws.task_of_draw(session, draw)) for draw in rows[:PAGE]],
        next=f"/office/draws?before={rows[PAGE - 1].id}" if len(rows) > PAGE else "",
    )


@router.get("/{draw_id}/drawn.{ending}")
def drawn_file(draw_id: str, ending: str, request: Request, actor: Officer, session: Reading) -> Response:
    """The drawn list with its teams, as a file."""
    _ = texts(request)
    draw = draws.seen_draw(session, actor, draw_id)
    rows = [
        (row.number, row.uscc, row.name, row.region, row.address, row.visit, row.team)
        for row in _drawn(session, actor, draw)
    ]
    head = [_(each) for each in DRAWN_LABELS]
    if ending == "xlsx":
        return attachment(xlsx_bytes(_("抽中名单"), head, rows), XLSX, f"{draw_id}.xlsx")
    return attachment(csv_bytes(head, rows), CSV, f"{draw_id}.csv")


@router.get("/{draw_id}")
def show_draw(draw_id: str, request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    return draw_page(draw_id, request, actor, session, now)


def draw_page(
    draw_id: str,
    request: Request,
    actor: Actor,
    session: Session,
    now: datetime,
    refusal: Refusal | None = None,
    entered_uscc: str = "",
) -> Response:
    """The page of a draw; where no code could be handed out, with the reason at its form."""
    _ = texts(request)
    draw = draws.seen_draw(session, actor, draw_id)
    task = draws.task_of_draw(session, draw)
    page = _page_number(request)
    drawn = _drawn(session, actor, draw) if actor.has(*OFFICE) and draw.state is DrawState.CLOSED else []
    pairing = _pairing(session, actor, draw_id) if drawn else None
    loads = _loads(session, actor, pairing)
    here = f"/office/draws/{draw_id}"
    own = draw.organ_id == actor.organ_id
    replaced = replacing.replacements_of(session, actor, draw_id) if drawn else []
    sources = entropy.sources_of(session, actor, draw_id)
    return show(
        request,
        "draw",
        status=status_of(refusal) if refusal else 200,
        errors={"uscc": sentence_of(request, refusal)} if refusal else {},
        entered_uscc=entered_uscc,
        draw=draw,
        task=task,
        state=state_tag(_, draw.state),
        parties=draws.parties_of(session, actor, task.code) if actor.has(*OFFICE) else [],
        classes=_class_counts(_, draw) if actor.has(*OFFICE) and task.by_class else [],
        drawn=drawn[page * PAGE : (page + 1) * PAGE],
        total=len(drawn),
        previous=f"{here}?page={page - 1}" if page else "",
        next=f"{here}?page={page + 1}" if len(drawn) > (page + 1) * PAGE else "",
        pairing=pairing,
        loads=loads,
        chart=_load_chart(_, loads) if loads else "",
        spread=loads[0].visits - loads[-1].visits if loads else 0,
        in_office=actor.has(*OFFICE),
        may_hand_out=_may_hand_out(actor, draw),
        may_link=actor.has(Role.AUDITOR),
        source_rows=[source_row(_, actor, source, now, may=False) for source in sources],
        may_open=own and actor.has(Role.APPROVER),
        overdue=opening.is_overdue(draw, now),
        may_replace=own and actor.has(Role.PLANNER) and draw.is_open and pairing is not None,
        replaced=len(replaced),
        replacements_waiting=sum(each.state is ReplacementState.PROPOSED for each in replaced),
    )


def _may_hand_out(actor: Actor, draw: Draw) -> bool:
    """Codes open lines of blinded frames, and only once the plan is approved."""
    own = actor.has(Role.PLANNER, Role.APPROVER) and draw.organ_id == actor.organ_id
    return own and draw.approved_at is not None and draw.blinded


def _row(_: Translate, draw: Draw, task: Task) -> dict[str, object]:
    return {
        "draw_id": draw.draw_id,
        "task": task.name,
        "region": region_name(task.region_prefix),
        "register_n": draw.register_n,
        "drawn": len(draw.result.splitlines()) if draw.result is not None else None,
        "closed_at": draw.closed_at,
        "state": state_tag(_, draw.state),
    }


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _drawn(session: Session, actor: Actor, draw: Draw) -> list[DrawnRow]:
    """Everyone drawn, by credit code; with visit and team once they are paired."""
    visits = inspection.visits_of_task(session, actor, draw.task_id, limit=EVERYONE)
    teams = {row.uscc: row for row in visits.rows}
    found = []
    for number, entity in enumerate(draws.drawn_entities(session, actor, draw.draw_id), start=1):
        visit = teams.get(entity.uscc)
        found.append(
            DrawnRow(
                number=number,
                uscc=entity.uscc,
                name=entity.name,
                region=region_name(entity.region_code),
                address=entity.address,
                visit=visit.code if visit else "",
                team="、".join(visit.team) if visit else "",
                replaceable=visit is not None and visit.state in REPLACEABLE,
            )
        )
    return found


def _pairing(session: Session, actor: Actor, draw_id: str) -> Pairing | None:
    try:
        return pairings.pairing_of(session, actor, draw_id)
    except NotFound:
        return None


def _loads(session: Session, actor: Actor, pairing: Pairing | None) -> list[Load]:
    """Visits of each inspector in this pairing, the busiest first."""
    if pairing is None:
        return []
    names = {found.code: found.name for found in register.inspectors(session, actor, limit=1000).rows}
    ordered = sorted(pairing.loads.items(), key=lambda load: (-load[1], load[0]))
    return [Load(f"{names.get(code, '')} {code}".strip(), visits) for code, visits in ordered]


def _load_chart(_: Translate, loads: Sequence[Load]) -> Markup:
    """A bar for each inspector; of a large office, for each number of visits."""
    title = _("检查任务量")
    if len(loads) <= MOST_BARS:
        rows = [{"who": load.who, "n": load.visits} for load in loads]
        return bar_chart(rows, "who", "n", title, x_title=None, y_title=_("检查户数"), horizontal=True)
    counted = sorted(Counter(load.visits for load in loads).items())
    rows = [{"visits": _("{n} 户").format(n=visits), "n": people} for visits, people in counted]
    return bar_chart(rows, "visits", "n", title, x_title=_("每人检查户数"), y_title=_("人数"))


def _class_counts(_: Translate, draw: Draw) -> list[dict[str, object]]:
    """Population and number drawn of each class, from the table of cells; for the office alone (R27)."""
    population: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    for cell, entities, _a, taken, _threshold in draw.cells or ():
        grade = cell.rpartition("/")[2]
        population[grade] += entities
        drawn[grade] += taken
    return [
        {
            "risk_class": grade,
            "meaning": _(CLASS_LABELS[RiskClass(grade)]),
            "entities": population[grade],
            "drawn": drawn[grade],
            "share": Fraction(drawn[grade], population[grade]) if population[grade] else None,
        }
        for grade in sorted(population)
    ]
