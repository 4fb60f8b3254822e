"""抽取公告: every draw with what is needed to replay it; void ones stay, with their reason."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import sheets
from api.deps import Config, Now, Reading
from api.logs import LogSigner
from api.public import answers
from api.public.answers import AskedFor, Table, shown_at
from api.public.checks import check_of
from api.public.filters import WantedOrgan
from api.public.pairings import pairing_part
from api.public.wording import VERIFIER, bundle_name, chances_of, command_for, stages_of
from supervision.draw.tables import DrawState
from supervision.publication import material, portal
from supervision.publication.public import PublicDraw, PublicDrawRow
from supervision.publication.rules import NotPublished

router = APIRouter()

HEAD = (
    "抽取编号",
    "机关编码",
    "抽查机关",
    "抽查任务编号",
    "抽查任务名称",
    "抽查类型",
    "状态",
    "方案摘要",
    "名录户数",
    "抽中户数",
    "方案公布时间（UTC）",
    "结案时间（UTC）",
    "作废原因",
)
CELL_HEAD = ("分层", "户数 N", "概率分子 a", "概率分母 D", "抽中 k", "门槛票")
DRAWN_HEAD = ("统一社会信用代码", "经营主体名称")
CELLS_ON_A_PAGE = 20
PYTHON = "text/x-python; charset=utf-8"
KINDS = {"json": answers.JSON, "csv": sheets.CSV, "gz": "application/gzip"}


@shown_at(router, "/draws")
def draws(request: Request, session: Reading, asked: AskedFor, organ: WantedOrgan) -> Response:
    """抽取公告一览, newest first."""
    found = portal.draws(session, organ, asked.after, asked.limit)
    if asked.suffix:
        table = Table("抽取公告", HEAD, map(_row, found.rows))
        return answers.data(request, asked, answers.listed(request, found), table)
    return answers.page(
        request,
        "draws",
        page=found,
        next=answers.next_address(request, found.after) or "",
        organ=organ or "",
        organs=portal.organs(session),
        files=answers.downloads(request, "csv", "xlsx", "json"),
    )


@shown_at(router, "/draws/{draw_id}")
def draw(
    request: Request,
    session: Reading,
    asked: AskedFor,
    config: Config,
    signer: LogSigner,
    now: Now,
    draw_id: str,
) -> Response:
    """抽取公示页: steps with their times and digests, what each means, and the files for a replay."""
    found = portal.draw_page(session, draw_id)
    changed = found.opened_at or found.closed_at or found.approved_at
    if asked.suffix:
        table = Table(f"分层表-{draw_id}", CELL_HEAD, _cells(found)) if found.cells else None
        return answers.data(request, asked, found, table, changed)
    return answers.page(
        request,
        "draw",
        draw=found,
        changed=changed,
        overdue=found.overdue(now),
        stages=stages_of(found),
        chances=chances_of(found),
        pieces=list(material.pieces(session, draw_id)),
        **pairing_part(session, draw_id),
        command=command_for(found, config.public_address, str(signer.key)) if found.replayable else "",
        cells=found.cells[:CELLS_ON_A_PAGE],
        files=answers.downloads(request, *(("csv", "xlsx", "json") if found.cells else ("json",))),
    )


@shown_at(router, "/draws/{draw_id}/drawn")
def drawn(request: Request, session: Reading, asked: AskedFor, draw_id: str) -> Response:
    """抽中对象名单, in the order of credit codes, where the task publishes it."""
    about = material.about(session, draw_id)
    shown = portal.drawn_list(session, draw_id, asked.after or "", asked.limit)
    if asked.suffix:
        table = Table(f"抽中对象名单-{draw_id}", DRAWN_HEAD, ((row.uscc, row.name) for row in shown.rows))
        return answers.data(request, asked, answers.listed(request, shown), table, about.changed)
    return answers.page(
        request,
        "drawn",
        changed=about.changed,
        draw=about,
        page=shown,
        next=answers.next_address(request, shown.after) or "",
        files=answers.downloads(request, "csv", "xlsx", "json"),
    )


@shown_at(router, "/draws/{draw_id}/check")
def check(request: Request, session: Reading, asked: AskedFor, now: Now, draw_id: str) -> Response:
    """在线复算: replayed here and now, with a line for each step."""
    about = material.about(session, draw_id)
    checked = check_of(request, session, draw_id, now) if about.state is DrawState.CLOSED else None
    if asked.suffix:
        if checked is None:
            raise NotPublished(what="在线复算", key=draw_id)
        return answers.data(request, asked, _verdict(draw_id, checked))
    return answers.page(request, "check", draw=about, checked=checked)


@router.api_route("/draws/{draw_id}/evidence.zip", methods=["GET", "HEAD"])
def evidence(request: Request, session: Reading, signer: LogSigner, draw_id: str) -> Response:
    """验证包: all files of a draw, the log's proofs and the verifier, in one."""
    body = material.packed(session, draw_id, signer)
    response = sheets.attachment(body, "application/zip", bundle_name(draw_id))
    return answers.kept(request, response, material.about(session, draw_id).changed)


@router.api_route("/verify_draw.py", methods=["GET", "HEAD"])
def program(request: Request) -> Response:
    """The verifier."""
    return answers.kept(request, sheets.attachment(material.verifier(), PYTHON, VERIFIER))


@router.api_route("/draws/{draw_id}/{piece}", methods=["GET", "HEAD"])
def piece(request: Request, session: Reading, draw_id: str, piece: str) -> Response:
    """One file of a draw, byte for byte."""
    body = material.piece(session, draw_id, piece)
    kind = KINDS[piece.rpartition(".")[2]]
    return answers.kept(request, sheets.attachment(body, kind, f"{draw_id}-{piece}"))


def _verdict(draw_id: str, checked: Any) -> dict[str, Any]:
    return {
        "draw_id": draw_id,
        "checked_at": checked.at,
        "ok": checked.report.ok,
        "result_sha256": checked.report.result_sha256,
        "steps": checked.steps,
    }


def _cells(found: PublicDraw) -> list[tuple[object, ...]]:
    return [(cell.cell, cell.N, cell.a, found.denominator, cell.k, cell.threshold) for cell in found.cells]


def _row(row: PublicDrawRow) -> tuple[object, ...]:
    return (
        row.draw_id,
        row.organ_code,
        row.organ_name,
        row.task_code,
        row.task_name,
        row.check_type,
        row.state_name,
        row.plan_hash,
        row.register_n,
        row.drawn,
        row.approved_at,
        row.closed_at,
        row.void_reason,
    )
