"""Tables of chances, row by row; the problem they solve; and why a visit has the team it has."""

from typing import Annotated, Any

from fastapi.responses import JSONResponse
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from api.deps import Reading, SignedIn
from api.pairings import Known, known_of
from api.v1.models import Code, Page, View, example
from api.v1.paging import Paged
from api.v1.resource import resource
from solver.pairing import explain
from supervision.draw import service as draws
from supervision.errors import NotFound
from supervision.inspection import service as inspection
from supervision.pairing import previewing, storing
from supervision.pairing import service as pairings
from supervision.people.rules import Actor, require
from supervision.plan.service import OFFICE

router = resource("pairings")

ROW = {
    "visit": "360681-2026-0001-V0001",
    "seat": "lead",
    "code": "GX001",
    "alias": "P0a1b2c3d4e5f",
    "n": 209715,
    "probability": "209715/1048576",
}


class RowView(View):
    """概率表的一行: this inspector holds the seat with chance ``n / 2^bits``."""

    model_config = View.model_config | example(number=1, **ROW)

    number: int
    visit: str
    seat: Annotated[str, Field(description="lead 组长；department:…；qualification:…；member")]
    code: Annotated[str, Field(description="工号")]
    alias: Annotated[str, Field(description="公开材料中的代号")]
    n: int
    probability: str


class MemberView(View):
    """检查组成员 and the chance that the table gave."""

    seat: str
    code: str
    probability: str
    people: Annotated[int, Field(description="可能抽中担任此席位的人数")]
    eligible: int
    certain: bool
    message: str


class CandidateView(View):
    """本来可能去的人."""

    seat: str
    code: str
    probability: str


class WhyView(View):
    """为什么是这个组. For the office: it names people."""

    model_config = View.model_config | example(
        visit="360681-2026-0001-V0001",
        rung="L0",
        team=[
            {
                "seat": "lead",
                "code": "GX001",
                "probability": "1/5",
                "people": 5,
                "eligible": 5,
                "certain": False,
                "message": "张三担任组长的概率为 20%，有 5 人可能抽中。",
            }
        ],
        candidates=[{"seat": "lead", "code": "GX001", "probability": "1/5"}],
        left_out={"GX009": "请假"},
    )

    visit: str
    rung: Annotated[str, Field(description="级别，见 docs/pair-1.md 第 6 节")]
    team: list[MemberView]
    candidates: list[CandidateView]
    left_out: Annotated[dict[str, str], Field(description="工号 → 按现在的名录不能派的原因")]


@router.get("/draws/{draw_id}/pairing/table", summary="List the table of chances")
def list_rows(draw_id: Code, session: Reading, actor: SignedIn, paging: Paged) -> Page[RowView]:
    """概率表, in the order in which it is digested. For the office."""
    require(actor, *OFFICE)
    found = _known(session, actor, draw_id)
    table = found.table
    if table is None:
        raise NotFound(what="概率表", key=draw_id)
    codes = {person: code for person, (_name, code) in found.names.people.items()}
    first = min(paging.number or 0, len(table.rows))
    rows = table.rows
    shown = []
    for at in range(first, min(first + paging.limit + 1, len(rows))):
        visit, seat = rows.seats[int(rows.seat[at])]
        who, n = rows.people[int(rows.person[at])], int(rows.n[at])
        shown.append(
            RowView(
                number=at + 1,
                visit=visit,
                seat=seat,
                code=codes.get(who, who),
                alias=who,
                n=n,
                probability=f"{n}/{1 << table.bits}",
            )
        )
    return paging.page(shown, lambda row: row.number, lambda row: row)


@router.get(
    "/draws/{draw_id}/pairing/problem",
    summary="Show the problem of a pairing",
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}, "example": {}}}}},
)
def show_problem(draw_id: Code, session: Reading, actor: SignedIn) -> Response:
    """匹配问题 as it is published (docs/pairing.md): people by aliases, every key present."""
    require(actor, *OFFICE)
    problem: dict[str, Any] = storing.unpack(pairings.table_of(session, actor, draw_id).problem)
    return JSONResponse(problem)


@router.get("/visits/{code}/why", summary="Explain a team")
def show_why(code: Code, session: Reading, actor: SignedIn) -> WhyView:
    """为什么是这个组: each member's chance, and who else it could have been. For the office."""
    require(actor, *OFFICE)
    draw_id = inspection.visit_detail(session, actor, code).draw_id
    found = _known(session, actor, draw_id)
    table = found.table
    drawn_in = found.task_of(code)
    if table is None or all(task.id != drawn_in for task in table.problem.tasks):
        raise NotFound(what="概率表", key=code)
    codes = {person: number for person, (_name, number) in found.names.people.items()}
    told = explain.why(table, found.team(code), drawn_in)
    reasons = previewing.why_not(session, actor, draw_id, code)
    return WhyView(
        visit=code,
        rung=told.rung,
        team=[
            MemberView(
                seat=each.seat,
                code=codes.get(each.inspector, each.inspector),
                probability=str(each.probability),
                people=each.people,
                eligible=each.eligible,
                certain=each.certain,
                message=found.named(each).message,
            )
            for each in told.team
        ],
        candidates=[
            CandidateView(
                seat=each.seat,
                code=codes.get(each.inspector, each.inspector),
                probability=str(each.probability),
            )
            for each in explain.who_could(table, drawn_in)
        ],
        left_out={number: str(reason) for number, reason in sorted(reasons.items())},
    )


def _known(session: Session, actor: Actor, draw_id: str) -> Known:
    draw = draws.draw_of(session, actor, draw_id)
    return known_of(session, actor, draw, pairings.table_of(session, actor, draw_id))
