"""What everyone may see, without signing in: no risk class, no personal data (R27)."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from api.deps import Config, Reading
from api.pairings import shelf
from api.v1.models import CODE_PATTERN, Code, Page, Uscc, View, example
from api.v1.paging import Paged, shown
from api.v1.resource import resource
from supervision.publication import material, pairings, portal
from supervision.publication.public import (
    PublicDraw,
    PublicDrawn,
    PublicDrawRow,
    PublicEntity,
    PublicEntityRow,
    PublicItem,
    PublicPlan,
    PublicRelease,
    PublicTask,
    ReleasePage,
    Statistics,
)
from supervision.publication.rules import NotPublished

router = resource("public", public=True)

Organ = Annotated[str | None, Query(pattern=CODE_PATTERN, max_length=32, description="机关编码")]
Piece = Literal[
    "plan.json",
    "frame.csv.gz",
    "reveals.json",
    "beacon.json",
    "campaign.json",
    "result.csv",
    "cells.json",
    "closing.json",
    "previous.json",
    "summary.json",
]
MEDIA: dict[str, str] = dict.fromkeys(get_args(Piece), "application/json") | {
    "frame.csv.gz": "application/gzip",
    "result.csv": "text/csv",
}
CONTENT = {
    media: {"schema": {} if media.endswith("json") else {"type": "string", "format": "binary"}}
    for media in sorted(set(MEDIA.values()))
}


class StatisticsView(View):
    """公示统计. ``results``: result code 1–8 → number, as they stand now."""

    model_config = View.model_config | example(
        draws=3,
        void=1,
        void_when_known=0,
        entities_drawn=140,
        releases=4,
        results={"1": 120, "8": 20},
        on_time=140,
        counted=140,
    )

    draws: int
    void: int
    void_when_known: Annotated[int, Field(description="作废时各方随机数已交齐，结果已可推算")]
    entities_drawn: int
    releases: int
    results: dict[str, int]
    on_time: int
    counted: int

    @classmethod
    def of(cls, found: Statistics) -> "StatisticsView":
        return cls.model_validate(found)


class PublicSecondView(View):
    """一方的匹配随机数; its value once the teams are drawn and the draw is open."""

    title: str
    awaited: bool
    handed_in: datetime | None
    missing: datetime | None
    secret: str | None


class PublicReassignmentView(View):
    """换人, by digests."""

    number: int
    at: datetime
    reason: str
    reason_name: str
    visits: int
    table_sha256: str
    assignment_sha256: str


class LoggedEventView(View):
    """公开日志条目."""

    index: int
    kind: str
    name: str
    at: datetime


class PublicPairingView(View):
    """匹配公示."""

    model_config = View.model_config | example(
        draw_id="360681-2026-0001",
        method="pair/1",
        problem_sha256="6b" * 32,
        table_sha256="7c" * 32,
        committed_at="2026-11-20T02:35:00Z",
        awaited=True,
        seconds=[
            {
                "title": "派驻纪检监察组",
                "awaited": True,
                "handed_in": "2026-11-20T02:36:00Z",
                "missing": None,
                "secret": "5a" * 32,
            }
        ],
        entered=1,
        assignment_sha256="8d" * 32,
        paired_at="2026-11-20T02:40:00Z",
        log=[{"index": 25, "kind": "pairing", "name": "登记匹配概率表", "at": "2026-11-20T02:35:00Z"}],
        opened=True,
        seed="5e" * 32,
        reassigned=[],
        figures={"entropy_bits": 108.2, "highest": "2/11", "pairs_meeting": 52},
    )

    draw_id: str
    method: str
    problem_sha256: str
    table_sha256: str
    committed_at: datetime
    awaited: Annotated[bool, Field(description="要求各方交出匹配随机数")]
    seconds: list[PublicSecondView]
    entered: Annotated[int, Field(description="进入种子的个数；0：结果由此前已知的内容决定")]
    assignment_sha256: str | None
    paired_at: datetime | None
    log: list[LoggedEventView]
    opened: Annotated[bool, Field(description="概率表和检查组是否已经公开")]
    seed: str | None
    reassigned: list[PublicReassignmentView]
    figures: Annotated[dict[str, Any] | None, Field(description="随机性和任务量，与轮流派人的比较")]


class PublicMemberView(View):
    """检查组成员."""

    seat: str
    alias: str
    probability: str
    code: str | None
    name: str | None


class PublicTeamView(View):
    """检查组 of one visit."""

    model_config = View.model_config | example(
        visit="360681-2026-0001-V0001",
        members=[
            {"seat": "lead", "alias": "P0a1b2c3d4e5f", "probability": "1/5", "code": None, "name": None}
        ],
    )

    visit: str
    members: list[PublicMemberView]

    @classmethod
    def of(cls, team: pairings.PublicTeam) -> "PublicTeamView":
        members = [
            PublicMemberView(
                seat=each.seat,
                alias=each.alias,
                probability=str(each.probability),
                code=each.code,
                name=each.name,
            )
            for each in team.members
        ]
        return cls(visit=team.visit, members=members)


@router.get("/public/items", summary="List inspection items in use")
def list_items(session: Reading, paging: Paged, organ: Organ = None) -> Page[PublicItem]:
    """抽查事项清单: items in use that have a published legal basis (R1)."""
    after = paging.text or ""
    found = sorted(portal.items(session, organ), key=_item_key)
    return paging.page([item for item in found if _item_key(item) > after], _item_key, lambda item: item)


def _item_key(item: PublicItem) -> str:
    return f"{item.organ_code} {item.code}"


@router.get("/public/plans", summary="List announced plans")
def list_plans(session: Reading, paging: Paged, organ: Organ = None) -> Page[PublicPlan]:
    """抽查计划公告: plans with an announced task, newest first."""
    return shown(portal.plan_notices(session, organ, paging.text, paging.limit), lambda plan: plan)


@router.get("/public/tasks", summary="List announced tasks")
def list_tasks(
    session: Reading,
    paging: Paged,
    organ: Organ = None,
    plan: Annotated[str | None, Query(pattern=CODE_PATTERN, description="计划编号")] = None,
) -> Page[PublicTask]:
    """抽查任务公告: approved tasks and those after, newest first."""
    return shown(portal.task_notices(session, organ, plan, paging.text, paging.limit), lambda task: task)


@router.get("/public/draws", summary="List draws")
def list_draws(session: Reading, paging: Paged, organ: Organ = None) -> Page[PublicDrawRow]:
    """抽取一览, newest first: approved, closed, and void ones with their reason."""
    return shown(portal.draws(session, organ, paging.text, paging.limit), lambda draw: draw)


@router.get("/public/draws/{draw_id}", summary="Show a draw")
def show_draw(draw_id: Code, session: Reading) -> PublicDraw:
    """抽取公示: the plan's hash once it is approved, everything for a replay once it is closed and open."""
    return portal.draw_page(session, draw_id)


@router.get("/public/draws/{draw_id}/drawn", summary="List the entities drawn, by name")
def list_drawn(draw_id: Code, session: Reading, paging: Paged) -> Page[PublicDrawn]:
    """抽中对象名单, where the task publishes it. By credit code, and at an address of its own: beside cells
    or ids of the frame names would tell classes (R27)."""
    found = portal.drawn_list(session, draw_id, paging.text or "", paging.limit)
    return shown(found, lambda row: row)


@router.get("/public/draws/{draw_id}/pairing", summary="Show the pairing of a draw")
def show_pairing(draw_id: Code, session: Reading) -> PublicPairingView:
    """匹配公示, from the moment its table is fixed; ``figures`` and seed once the draw is open.

    The files themselves are at ``/draws/{draw_id}/pairing.zip``.
    """
    found = pairings.public_pairing(session, draw_id)
    if found is None:
        raise NotPublished(what="匹配", key=draw_id)
    table = pairings.public_table(session, draw_id, shelf.table) if found.opened else None
    return PublicPairingView.model_validate(
        asdict(found) | {"figures": shelf.figures(table).to_json() if table else None}
    )


@router.get("/public/draws/{draw_id}/teams", summary="List the teams of a draw, by aliases")
def list_teams(draw_id: Code, session: Reading, paging: Paged, settings: Config) -> Page[PublicTeamView]:
    """检查组, as they were drawn: aliases, and the chance of each in the table. Staff numbers and names only
    as far as the office shows them (``DR_PUBLISH_INSPECTORS``)."""
    found = pairings.public_teams(
        session, draw_id, settings.publish_inspectors, paging.text or "", paging.limit, shelf.table
    )
    return shown(found, PublicTeamView.of)


@router.get(
    "/public/draws/{draw_id}/{name}",
    summary="Download a file of a draw",
    response_class=Response,
    responses={200: {"content": CONTENT}},
)
def download_piece(
    draw_id: Code, name: Annotated[Piece, Path(description="文件名")], session: Reading
) -> Response:
    """抽取文件, byte for byte: what ``verify_draw.py`` replays."""
    return Response(material.piece(session, draw_id, name), media_type=MEDIA[name])


@router.get("/public/releases", summary="List releases")
def list_releases(session: Reading, paging: Paged, organ: Organ = None) -> Page[PublicRelease]:
    """公示版本一览, newest first."""
    return shown(portal.releases(session, organ, paging.text, paging.limit), lambda release: release)


@router.get("/public/releases/{code}", summary="Show a release")
def show_release(code: Code, session: Reading, settings: Config) -> ReleasePage:
    """公示版本 with all its rows, in the order of the hashed bytes."""
    return portal.release_page(session, code, settings.publish_inspector_names)


@router.get("/public/entities", summary="Search entities with published results")
def search(
    session: Reading,
    paging: Paged,
    q: Annotated[str, Query(min_length=1, max_length=100, description="名称的一部分，或代码的开头")],
) -> Page[PublicEntityRow]:
    """查询经营主体 with published results."""
    return shown(portal.search(session, q, paging.text, paging.limit), lambda entity: entity)


@router.get("/public/entities/{uscc}", summary="Show an entity's published results")
def show_entity(uscc: Uscc, session: Reading, settings: Config) -> PublicEntity:
    """经营主体公示: what inspections found; replaced results stay."""
    return portal.entity_page(session, uscc, settings.publish_inspector_names)


@router.get("/public/statistics", summary="Show publication statistics")
def show_statistics(session: Reading) -> StatisticsView:
    return StatisticsView.of(portal.statistics(session))
