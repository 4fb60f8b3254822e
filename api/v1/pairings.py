"""Pairings: the table of chances, fixed first, and the lot that gives every drawn entity its team."""

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field, StringConstraints
from sqlmodel import Session

from api.deps import Reading, SignedIn
from api.pairings import codes_of, outcome_of, shelf
from api.v1.idempotency import Act, Acting, created
from api.v1.models import Code, Command, Hex, View, example
from api.v1.resource import resource
from supervision.draw import service as draws
from supervision.draw.tables import Draw
from supervision.errors import InvalidInput
from supervision.pairing import previewing, seconds
from supervision.pairing import service as pairings
from supervision.pairing.tables import Pairing
from supervision.people.rules import Actor
from supervision.plan.rules import MOST_VISITS

router = resource("pairings")

MOST_CAPS = 12
SECOND = {
    "position": 0,
    "title": "组织方",
    "awaited": True,
    "handed_in": "2026-11-20T02:36:00Z",
    "missing": None,
}
Cap = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,8}(/[1-9][0-9]{0,8})?$"),
    Field(description="概率上限，大于 0、不超过 1 的分数", examples=["1/4"]),
]


MaxVisits = Annotated[int, Field(ge=1, le=MOST_VISITS)]


class TableOptions(Command):
    """概率表选项."""

    model_config = Command.model_config | example(cap="1/4", max_visits=12)

    cap: Annotated[Cap | None, Field(description="不填：任务所定的，或接近最低可行的上限")] = None
    max_visits: Annotated[MaxVisits | None, Field(description="每人最多检查户数；不填：任务所定的")] = None


class SecondSecret(Command):
    """匹配随机数 of a party: the secret revealed for the draw follows from it."""

    model_config = Command.model_config | example(secret="5a" * 32)

    secret: Hex


class SecondView(View):
    """一方匹配随机数的情况. Its value is nobody's to see before the teams are drawn."""

    model_config = View.model_config | example(**SECOND)

    position: int
    title: str
    awaited: Annotated[bool, Field(description="登记概率表时等待其交出")]
    handed_in: datetime | None
    missing: datetime | None


class PairingView(View):
    """匹配, from the moment its table is fixed; the teams themselves are listed under ``/visits?task=…``."""

    model_config = View.model_config | example(
        draw_id="360681-2026-0001",
        task="360681-2026-P01-T01",
        method="pair/1",
        problem_sha256="6b" * 32,
        table_sha256="7c" * 32,
        bits=20,
        cap="11/50",
        lowest_cap="1/5",
        highest="209715/1048576",
        entropy_nats=321.5,
        gap=0.0001,
        rows=960,
        forced=2,
        rungs={"L0": 46, "L1": 2},
        expected_loads={"GX001": "17/4", "GX002": "17/4"},
        loads={"GX001": 4, "GX002": 5},
        seconds=[SECOND],
        second=1,
        seed="5e" * 32,
        assignment_sha256="8d" * 32,
        rejected=0,
        committed_by="planner",
        committed_at="2026-11-20T02:35:00Z",
        paired_by="planner",
        paired_at="2026-11-20T02:40:00Z",
    )

    draw_id: str
    task: str
    method: Annotated[str, Field(description="pair/1；旧的匹配为 pair/0，没有概率表")]
    problem_sha256: str
    table_sha256: str | None
    bits: int | None
    cap: Annotated[str | None, Field(description="概率上限")]
    lowest_cap: Annotated[str | None, Field(description="最低可行的上限")]
    highest: Annotated[str | None, Field(description="必然搭配之外最高的概率")]
    entropy_nats: float | None
    gap: Annotated[float | None, Field(description="熵与最大可能值相差的份额，不超过此值")]
    rows: Annotated[int | None, Field(description="概率表的行数")]
    forced: Annotated[int | None, Field(description="必然搭配的个数")]
    rungs: Annotated[dict[str, int], Field(description="级别 → 检查户数")]
    expected_loads: Annotated[dict[str, str], Field(description="工号 → 期望检查户数（分数）")]
    loads: Annotated[dict[str, int], Field(description="工号 → 抽签分派的检查户数；抽签之前为空")]
    seconds: list[SecondView]
    second: Annotated[int, Field(description="进入种子的匹配随机数个数；0：结果由此前已知的内容决定")]
    seed: Annotated[str | None, Field(description="抽签之后、抽取公开之后才有")]
    assignment_sha256: str | None
    rejected: Annotated[int, Field(description="因同事回避而作废的抽签次数")]
    committed_by: str
    committed_at: datetime | None
    paired_by: str | None
    paired_at: datetime | None


class LoadView(View):
    """期望任务量."""

    code: str
    past: int
    expected: Annotated[str, Field(description="本次期望检查户数（分数）")]


class CertainView(View):
    """必然搭配."""

    visit: str
    seat: str
    code: str


class CostView(View):
    """上限的代价."""

    cap: str
    entropy_nats: Annotated[float | None, Field(description="没有概率表能守住这个上限时为 null")]


class PreviewView(View):
    """匹配预览. ``shortages`` and ``suggestions`` are sentences for the office; they name people."""

    model_config = View.model_config | example(
        visits=48,
        seats=96,
        people=22,
        feasible=True,
        shortages=[],
        suggestions=[],
        cap_refused=None,
        cap="11/50",
        lowest_cap="1/5",
        entropy_nats=321.5,
        loads=[{"code": "GX001", "past": 3, "expected": "17/4"}],
        certain=[],
        costs=[{"cap": "1/4", "entropy_nats": 322.1}],
    )

    visits: int
    seats: int
    people: Annotated[int, Field(description="可派人员")]
    feasible: bool
    shortages: list[str]
    suggestions: list[str]
    cap_refused: Annotated[str | None, Field(description="所定上限守不住的原因；其余各项按不设上限说明")]
    cap: str | None
    lowest_cap: str | None
    entropy_nats: float | None
    loads: list[LoadView]
    certain: list[CertainView]
    costs: list[CostView]


@router.get("/draws/{draw_id}/pairing/preview", summary="Preview a pairing", responses={409: {}})
def preview(
    draw_id: Code,
    session: Reading,
    actor: SignedIn,
    caps: Annotated[
        list[Cap], Query(max_length=MOST_CAPS, description="要计算代价的概率上限，可以有多个")
    ] = [],  # noqa: B006  FastAPI copies it
    max_visits: Annotated[
        MaxVisits | None, Query(description="按另一个每人最多检查户数预览；不填：任务所定的")
    ] = None,
) -> PreviewView:
    """匹配预览, as registers stand now; writes nothing. For the office."""
    found = previewing.preview(session, actor, draw_id, [_cap(text) for text in caps], max_visits)
    return PreviewView(
        visits=found.visits,
        seats=found.seats,
        people=found.people,
        feasible=found.feasible,
        shortages=list(found.shortages),
        suggestions=list(found.suggestions),
        cap_refused=found.cap_refused,
        cap=_text(found.cap),
        lowest_cap=_text(found.lowest_cap),
        entropy_nats=found.entropy,
        loads=[LoadView(code=each.code, past=each.past, expected=str(each.expected)) for each in found.loads],
        certain=[CertainView.model_validate(each) for each in found.certain],
        costs=[CostView(cap=str(each.cap), entropy_nats=each.entropy) for each in found.costs],
    )


@router.post(
    "/draws/{draw_id}/pairing/table",
    summary="Fix the table of chances",
    **created("/draws/{draw_id}/pairing"),
)
def commit_table(draw_id: Code, body: TableOptions, session: Reading, act: Acting) -> PairingView:
    """登记概率表: solve what registers and rules pose now, and log the digest; for planners.

    Where no lawful teams exist, the refusal names the visits, who could go and how many are missing.
    """
    _fix(pairings.commit_table, draw_id, body, session, act)
    return _view(act, draw_id)


@router.post("/tasks/{code}/second-secret", summary="Hand in a second secret")
def hand_in(code: Code, body: SecondSecret, act: Acting) -> SecondView:
    """交出匹配随机数: by each party, once the table is fixed."""
    party = seconds.reveal_second(act.session, act.actor, code, body.secret, act.now)
    return SecondView(
        position=party.position,
        title=party.title,
        awaited=True,
        handed_in=party.second_at,
        missing=party.second_missing_at,
    )


@router.post("/draws/{draw_id}/pairing/missing", summary="Note that second secrets are missing")
def note_missing(draw_id: Code, act: Acting) -> PairingView:
    """记录未交: whoever was awaited and handed nothing in adds nothing to the seed; for planners, and for
    approvers alone where nobody but the organiser handed anything in."""
    seconds.note_second_missing(act.session, act.actor, draw_id, act.now)
    return _view(act, draw_id)


@router.post("/draws/{draw_id}/pairing/draw", summary="Draw the teams")
def draw_teams(draw_id: Code, act: Acting) -> PairingView:
    """抽签产生检查组: the only outcome that table and seed have; for planners.

    Refused while a second secret is awaited (``second_missing``) and before the table (``table_missing``).
    """
    pairings.draw_teams(act.session, act.actor, draw_id, act.now)
    return _view(act, draw_id)


@router.post("/draws/{draw_id}/pair", summary="Pair a draw", **created("/draws/{draw_id}/pairing"))
def pair(
    draw_id: Code,
    session: Reading,
    act: Acting,
    cap: Annotated[Cap | None, Query()] = None,
    max_visits: Annotated[MaxVisits | None, Query(description="每人最多检查户数；不填：任务所定的")] = None,
) -> PairingView:
    """匹配 in one step: table and teams at once; for planners, where the task has no second reveal.

    Where it has one, the refusal says to fix the table first. Where no lawful team exists, the refusal names
    the visits and the rule that blocks each.
    """
    _fix(pairings.pair, draw_id, TableOptions(cap=cap, max_visits=max_visits), session, act)
    return _view(act, draw_id)


@router.get("/draws/{draw_id}/pairing", summary="Show a pairing")
def show_pairing(draw_id: Code, session: Reading, actor: SignedIn) -> PairingView:
    return view_of(session, actor, draw_id)


def view_of(session: Session, actor: Actor, draw_id: str) -> PairingView:
    draw = draws.seen_draw(session, actor, draw_id)
    pairing = pairings.table_of(session, actor, draw_id)
    states = seconds.seconds_status(session, draw)
    return PairingView(
        draw_id=draw_id,
        task=draws.task_of_draw(session, draw).code,
        method=pairing.method,
        problem_sha256=pairing.problem_sha256,
        **_table(session, draw, pairing),
        loads=pairing.loads,
        seconds=[SecondView.model_validate(each) for each in states],
        second=pairing.second,
        seed=pairing.seed if draw.is_open else None,
        assignment_sha256=pairing.assignment_sha256,
        rejected=len(outcome_of(pairing).get("rejected", ())),
        committed_by=pairing.committed_by,
        committed_at=pairing.committed_at,
        paired_by=pairing.paired_by,
        paired_at=pairing.paired_at,
    )


def _table(session: Session, draw: Draw, pairing: Pairing) -> Mapping[str, Any]:
    """What the table says of itself, its people by their codes; nothing for a pairing of the older kind."""
    if pairing.table_sha256 is None:
        numbers = ("table_sha256", "bits", "cap", "lowest_cap", "highest", "entropy_nats", "gap", "rows")
        return dict.fromkeys((*numbers, "forced")) | {"rungs": {}, "expected_loads": {}}
    table = shelf.table(pairing)
    codes = codes_of(session, draw, pairing)
    return {
        "table_sha256": table.table_sha256,
        "bits": table.bits,
        "cap": str(table.cap),
        "lowest_cap": str(table.lowest_cap),
        "highest": str(shelf.figures(table).highest),
        "entropy_nats": table.entropy,
        "gap": table.gap,
        "rows": len(table.rows),
        "forced": len(table.forced),
        "rungs": dict(sorted(Counter(table.rung.values()).items())),
        "expected_loads": {codes.get(who, who): str(load) for who, load in table.loads.items()},
    }


def _fix(by: Callable[..., Pairing], draw_id: str, options: TableOptions, session: Session, act: Act) -> None:
    """The table is worked out in the reading ``session``: the transaction of the act stays short."""
    cap = _cap(options.cap) if options.cap else None
    wanted = (secrets.token_bytes(32), cap, options.max_visits)
    ahead = pairings.table_ahead(session, act.actor, draw_id, *wanted)
    by(act.session, act.actor, draw_id, act.now, *wanted, ahead)


def _view(act: Act, draw_id: str) -> PairingView:
    act.session.flush()
    return view_of(act.session, act.actor, draw_id)


def _cap(text: str) -> Fraction:
    cap = Fraction(text)
    if cap > 1:
        raise InvalidInput(field="概率上限", problem="应大于 0 且不超过 1，例如 1/4。")
    return cap


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
