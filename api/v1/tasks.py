"""Tasks of a plan, from draft to freeze: what a draw would mean, its parties, and their commitments."""

import secrets
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated

from fastapi import Body, Query
from pydantic import Field, StringConstraints
from sqlmodel import Session

from api.deps import Config, Reading, SignedIn
from api.v1.draws import DrawView
from api.v1.idempotency import Act, Acting, created
from api.v1.models import CODE_PATTERN, USERNAME_PATTERN, Code, Command, Note, Page, View, example
from api.v1.paging import Paged
from api.v1.resource import resource
from supervision.draw import service as draws
from supervision.draw.rules import kinds_of
from supervision.draw.tables import PartyKind
from supervision.plan import service as plans
from supervision.plan.rules import STATE_NAMES, LotteryDraft, TaskDraft
from supervision.plan.service import Preview
from supervision.plan.tables import Disclosure, DrawMode, DrawUnit, Task, TaskState
from supervision.risk.tables import RiskClass, RiskSnapshot

router = resource("tasks")

DRAFT = {
    "name": "第一批不定向抽查",
    "directed": False,
    "region_prefix": "360681",
    "items": ["SCJG-001"],
    "by_class": True,
    "mode": "rate",
    "rates": {"A": 10000, "B": 30000, "C": 100000, "D": 300000},
    "team_size": 2,
    "starts": "2026-11-23",
    "ends": "2026-12-31",
    "publish_drawn_list": True,
    "reveal_by": "2026-11-21T02:00:00Z",
    "use_beacon": True,
    "lotteries": [{"game": "ssq", "issue": "2026135"}],
    "disclosure": "sealed",
    "open_by": "2026-12-31T10:00:00Z",
}


Draft = Annotated[TaskDraft, Body(examples=[DRAFT])]


class NewTask(Command):
    """编制任务. A re-draw names the void task it follows, and why."""

    model_config = Command.model_config | example(plan="360681-2026-P01", draft=DRAFT)

    plan: Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=40)]
    draft: TaskDraft
    redraw_of: Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=48)] | None = None
    redraw_reason: Note | None = None


class TaskView(View):
    """抽查任务. ``rates``: parts per million of each class (``rate``), or weights (``fixed``)."""

    model_config = View.model_config | example(
        code="360681-2026-P01-T01",
        state="draft",
        state_name="编制中",
        industries="",
        tags=[],
        number=None,
        created_by="planner",
        created_at="2026-11-20T02:00:00Z",
        campaign=None,
        draw_unit="entity",
        unit_size=None,
        **DRAFT,
    )

    code: str
    state: TaskState
    state_name: str
    name: str
    directed: bool
    region_prefix: str
    industries: str
    tags: list[str]
    items: list[str]
    by_class: bool
    mode: DrawMode
    rates: dict[RiskClass, int]
    number: int | None
    team_size: int
    draw_unit: Annotated[DrawUnit, Field(description="抽签单元：逐户、按片区、按日行程")]
    unit_size: Annotated[int | None, Field(description="每个片区约多少户，或每条行程最多多少户")]
    starts: date
    ends: date
    publish_drawn_list: bool
    reveal_by: Annotated[datetime | None, Field(description="揭示截止时间；使用公开随机源时必有")]
    use_beacon: Annotated[bool, Field(description="截止之后 drand 的第一轮随机数参与生成种子")]
    lotteries: list[LotteryDraft]
    disclosure: Disclosure
    open_by: Annotated[datetime | None, Field(description="启封期限；封存型抽取必有")]
    campaign: Annotated[str | None, Field(description="已加入的联合抽取")]
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, session: Session, task: Task) -> "TaskView":
        return cls(
            **plans.draft_of(session, task).model_dump(),
            code=task.code,
            state=task.state,
            state_name=STATE_NAMES[task.state],
            campaign=task.campaign,
            created_by=task.created_by,
            created_at=task.created_at,
        )


class CellView(View):
    """预览分层: eligible entities of a cell, the exact probability of each, and the number expected."""

    model_config = View.model_config | example(
        region="360681", industry="F", risk_class="D", entities=40, probability="3/10", expected="12/1"
    )

    region: str
    industry: str
    risk_class: str
    entities: int
    probability: str
    expected: str


class SnapshotCited(View):
    """引用的等级快照."""

    id: int
    month: date
    version: int
    digest: str


class PreviewView(View):
    """抽取预览: exact, as fractions ``numerator/denominator``. Nothing is frozen."""

    model_config = View.model_config | example(
        eligible=40,
        expected="12/1",
        at_cap=0,
        unclassified=0,
        below_floor=False,
        above_ceiling=[],
        snapshot={"id": 1, "month": "2026-11-01", "version": 1, "digest": "9f" * 32},
        cells=[
            {
                "region": "360681",
                "industry": "F",
                "risk_class": "D",
                "entities": 40,
                "probability": "3/10",
                "expected": "12/1",
            }
        ],
    )

    eligible: int
    expected: str
    at_cap: Annotated[int, Field(description="本年度检查次数已达上限、不再抽取的户数")]
    unclassified: Annotated[int, Field(description="等级快照中没有的户数")]
    below_floor: Annotated[bool, Field(description="不定向抽查低于规定的最低比例")]
    above_ceiling: Annotated[list[str], Field(description="比例上限被超过的一般事项，冻结时会被拒绝")]
    snapshot: SnapshotCited | None
    cells: list[CellView]

    @classmethod
    def of(cls, found: Preview) -> "PreviewView":
        return cls(
            eligible=found.eligible,
            expected=fraction(found.expected),
            at_cap=found.at_cap,
            unclassified=found.unclassified,
            below_floor=found.below_floor,
            above_ceiling=list(found.above_ceiling),
            snapshot=_cited(found.snapshot),
            cells=[
                CellView(
                    region=cell.region,
                    industry=cell.industry,
                    risk_class=cell.risk_class,
                    entities=cell.entities,
                    probability=fraction(cell.probability),
                    expected=fraction(cell.expected),
                )
                for cell in found.cells
            ],
        )


class NamedParty(Command):
    """参与方: an account, the title that the public sees, and its kind.

    The kinds that the office asks for (``DR_PARTY_KINDS``) must all be among the parties.
    """

    username: Annotated[str, StringConstraints(pattern=USERNAME_PATTERN, max_length=64)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] = ""
    kind: PartyKind = PartyKind.OTHER


class Parties(Command):
    """参与方, in the order in which their secrets enter the seed."""

    model_config = Command.model_config | example(
        parties=[
            {"username": "planner", "title": "组织方", "kind": "organiser"},
            {"username": "witness", "title": "派驻纪检监察组", "kind": "discipline"},
            {"username": "enterprise", "title": "企业代表", "kind": "enterprise"},
        ]
    )

    parties: Annotated[list[NamedParty], Field(min_length=1, max_length=20)]


class PartyView(View):
    """参与方. ``secret`` is null until the draw is open, whoever asks."""

    model_config = View.model_config | example(
        task_code="360681-2026-P01-T01",
        position=1,
        title="派驻纪检监察组",
        kind="discipline",
        username="witness",
        commitment="3c" * 32,
        committed_at="2026-11-20T02:05:00Z",
        revealed_at=None,
        missing_at=None,
        secret=None,
    )

    task_code: str
    position: int
    title: str
    kind: PartyKind
    username: str
    commitment: str | None
    committed_at: datetime | None
    revealed_at: datetime | None
    missing_at: Annotated[datetime | None, Field(description="记录缺席的时间：逾期没有揭示，以空值代替")]
    secret: str | None


class PartyList(View):
    """参与方一览."""

    items: list[PartyView]


class Commitment(Command):
    """承诺: the digest of a secret of 32 random bytes that the party keeps to itself (draw/1)."""

    model_config = Command.model_config | example(commitment="3c" * 32)

    commitment: Annotated[str, Field(min_length=1, max_length=200)]


class Reveal(Command):
    """揭示: the secret itself, 64 hex digits."""

    model_config = Command.model_config | example(secret="a1" * 32)

    secret: Annotated[str, Field(min_length=1, max_length=200)]


def fraction(value: Fraction) -> str:
    """An exact number as text, always with its denominator."""
    return f"{value.numerator}/{value.denominator}"


def _cited(snapshot: RiskSnapshot | None) -> SnapshotCited | None:
    return None if snapshot is None else SnapshotCited.model_validate(snapshot)


@router.get("/tasks", summary="List tasks")
def list_tasks(
    session: Reading,
    actor: SignedIn,
    paging: Paged,
    plan: Annotated[str | None, Query(pattern=CODE_PATTERN, description="计划编号")] = None,
    state: Annotated[list[TaskState] | None, Query(description="任务状态")] = None,
) -> Page[TaskView]:
    """任务一览, inside the actor's region, newest first."""
    before, more = paging.number, paging.limit + 1
    found = plans.tasks(session, actor, plan_code=plan, states=state or (), before=before, limit=more)
    return paging.page(found, lambda task: task.id, lambda task: TaskView.of(session, task))


@router.post("/tasks", summary="Draw up a task", **created("/tasks/{code}"))
def create_task(body: NewTask, act: Acting) -> TaskView:
    """编制任务: for planners. Items must be on the published list and have a legal basis."""
    again = {"redraw_of": body.redraw_of, "redraw_reason": body.redraw_reason}
    task = plans.create_task(act.session, act.actor, body.plan, body.draft, act.now, **again)
    return TaskView.of(act.session, task)


@router.get("/tasks/{code}", summary="Show a task")
def show_task(code: Code, session: Reading, actor: SignedIn) -> TaskView:
    return TaskView.of(session, plans.seen_task(session, actor, code))


@router.put("/tasks/{code}", summary="Change a draft task")
def change_task(code: Code, body: Draft, act: Acting) -> TaskView:
    """修改任务: only before the freeze."""
    return TaskView.of(act.session, plans.change_task(act.session, act.actor, code, body, act.now))


@router.get("/tasks/{code}/preview", summary="Preview a draw")
def preview_task(code: Code, session: Reading, actor: SignedIn, settings: Config) -> PreviewView:
    """抽取预览: per cell how many entities and the exact inclusion probability, before anything is frozen."""
    task = plans.task_of(session, actor, code)
    cap, floor = settings.annual_visit_cap, settings.undirected_floor_ppm
    return PreviewView.of(plans.preview(session, actor, task, cap, floor))


@router.get("/tasks/{code}/parties", summary="List the parties of a task")
def list_parties(code: Code, session: Reading, actor: SignedIn) -> PartyList:
    """参与方一览, for the office and for the parties themselves."""
    return PartyList(items=[PartyView.model_validate(p) for p in draws.parties_of(session, actor, code)])


@router.put("/tasks/{code}/parties", summary="Name the parties")
def name_parties(code: Code, body: Parties, act: Acting, settings: Config) -> PartyList:
    """确定参与方: for planners, before anybody committed. An empty list takes back who was named."""
    named = [draws.NamedParty(party.username, party.title, party.kind) for party in body.parties]
    wanted = kinds_of(settings.party_kinds)
    draws.name_parties(act.session, act.actor, code, named, act.now, wanted)
    return list_parties(code, act.session, act.actor)


@router.get("/me/parties", summary="List the draws in which you are a party")
def list_my_parties(session: Reading, actor: SignedIn) -> PartyList:
    """我参与的抽取, newest first."""
    return PartyList(items=[PartyView.model_validate(party) for party in draws.my_parties(session, actor)])


@router.post("/tasks/{code}/commitments", status_code=201, summary="Commit to a secret")
def commit(code: Code, body: Commitment, act: Acting) -> PartyView:
    """提交承诺: for the parties, before the freeze; never changed afterwards."""
    draws.commit(act.session, act.actor, code, body.commitment, act.now)
    return _own_party(act.session, act, code)


@router.post("/tasks/{code}/freeze", summary="Freeze a task", **created("/draws/{draw_id}"))
def freeze(code: Code, act: Acting, settings: Config) -> DrawView:
    """冻结: registers and plan become bytes, the task can no longer be edited; for planners."""
    how, key = draws.Freeze.of(settings), secrets.token_bytes(32)
    draw = draws.freeze(act.session, act.actor, code, how, act.now, key)
    return DrawView.of(act.session, draw)


@router.post("/tasks/{code}/reveals", status_code=201, summary="Reveal a secret")
def reveal(code: Code, body: Reveal, act: Acting) -> PartyView:
    """揭示: for the parties, after the approval and before the deadline. In a campaign for all its draws.

    The answer does not repeat the secret.
    """
    draws.reveal(act.session, act.actor, code, body.secret, act.now)
    return _own_party(act.session, act, code)


def _own_party(session: Session, act: Act, code: str) -> PartyView:
    own = [party for party in draws.my_parties(session, act.actor) if party.task_code == code]
    return PartyView.model_validate(own[0])
