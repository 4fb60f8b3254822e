"""公开日志: its page, and its files as C2SP tlog-tiles (docs/transparency-log.md, part 3)."""

from typing import Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import Reading
from api.logs import LogSigner, Witnesses
from api.public import answers
from api.public.answers import AskedFor, Table, shown_at
from supervision.paging import Page
from supervision.publication.rules import NotPublished, row_number
from supervision.transparency import records, service, stamping
from supervision.transparency.public import PublicLogEntry
from supervision.transparency.rules import KIND_NAMES
from supervision.transparency.tiles import Tile, tile_bytes
from supervision.transparency.witnesses import witnessed

router = APIRouter()

HEAD = ("序号", "时间（UTC）", "事项", "类别代码", "抽取编号", "原文", "叶摘要")
PLAIN = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
STAMP = "application/timestamp-reply"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=5"
STAMPS_SHOWN = 5


@shown_at(router, "/log")
def log(
    request: Request,
    session: Reading,
    asked: AskedFor,
    signer: LogSigner,
    known: Witnesses,
    draw: str = Query("", max_length=64),
    kind: str = Query("", max_length=32),
) -> Response:
    """公开日志: the newest checkpoint with who vouches for it, and the entries, newest first."""
    before, draw = row_number(asked.after), draw.strip()
    found = service.entries(session, before=before, limit=asked.limit, draw_id=draw, kind=kind)
    changed = found.rows[0].at if found.rows and before is None else None
    page = Page(found.rows, None if found.after is None else str(found.after))
    if asked.suffix:
        value = {**answers.listed(request, page), "items": [_item(row) for row in found.rows]}
        return answers.data(request, asked, value, Table("公开日志", HEAD, map(_row, found.rows)), changed)
    return answers.page(
        request,
        "log",
        changed=changed,
        head=service.head(session, signer.name),
        key=str(signer.key),
        witnesses=witnessed(session, known),
        stamps=stamping.stamped(session, STAMPS_SHOWN),
        rows=[_item(row) for row in found.rows],
        next=answers.next_address(request, page.after) or "",
        draw=draw,
        kind=kind,
        kinds=list(KIND_NAMES.items()),
        files=answers.downloads(request, "csv", "xlsx", "json"),
    )


@shown_at(router, "/log/entries/{index}")
def entry(request: Request, session: Reading, asked: AskedFor, signer: LogSigner, index: str) -> Response:
    """日志条目, as it stands, with the proof that it is in the log."""
    number = row_number(index)
    if number is None or number >= records.size(session):
        raise NotPublished(what="日志条目", key=index)
    found, proof = service.entry(session, number), service.inclusion(session, number)
    if asked.suffix:
        told = {
            **_item(found),
            "inclusion": proof,
            "checkpoint": service.checkpoint(session, signer, proof.size),
            "key": str(signer.key),
        }
        return answers.data(request, asked, told, None, found.at)
    return answers.page(
        request,
        "log_entry",
        changed=found.at,
        entry=_item(found),
        body=found.body,
        proof=proof,
        files=answers.downloads(request, "json"),
    )


@router.api_route("/log/checkpoint", methods=["GET", "HEAD"])
def checkpoint(request: Request, session: Reading, signer: LogSigner) -> Response:
    """检查点: the newest, with its cosignatures."""
    return _file(request, service.checkpoint(session, signer).encode(), PLAIN, FOR_NOW)


@router.api_route("/log/key", methods=["GET", "HEAD"])
def key(request: Request, signer: LogSigner) -> Response:
    """验证公钥."""
    return _file(request, f"{signer.key}\n".encode(), PLAIN, FOR_NOW)


@router.api_route("/log/tile/{rest:path}", methods=["GET", "HEAD"])
def tile(request: Request, session: Reading, rest: str) -> Response:
    """分片: full ones never change; of the last, a wider one soon takes its place."""
    wanted = Tile.at(f"tile/{rest}")
    body = tile_bytes(session, wanted) if wanted else None
    if wanted is None or body is None:
        raise NotPublished(what="日志文件", key=f"tile/{rest}")
    return _file(request, body, BYTES, FOR_EVER if wanted.full else FOR_NOW)


@router.api_route("/log/stamps/{name}", methods=["GET", "HEAD"])
def stamp(request: Request, session: Reading, name: str) -> Response:
    """时间戳 ``<size>.tsr``, and ``<size>.checkpoint``: the bytes that it stamps."""
    size, _, suffix = name.rpartition(".")
    number = row_number(size)
    known = number is not None and number <= records.size(session)
    found = records.stamp(session, number or 0) if known else None
    if found is None or suffix not in ("tsr", "checkpoint"):
        raise NotPublished(what="时间戳", key=name)
    if suffix == "tsr":
        return _file(request, found.token, STAMP, FOR_EVER)
    return _file(request, found.checkpoint.encode(), PLAIN, FOR_EVER)


def _file(request: Request, body: bytes, kind: str, lasts: str) -> Response:
    response = answers.kept(request, Response(body, media_type=kind))
    response.headers["Cache-Control"] = lasts
    return response


def _item(row: PublicLogEntry) -> dict[str, Any]:
    return {
        "index": row.index,
        "kind": row.kind,
        "kind_name": row.kind_name,
        "at": row.at,
        "draw_id": row.draw_id,
        "entry": row.entry,
        "leaf": row.leaf,
    }


def _row(row: PublicLogEntry) -> tuple[object, ...]:
    return (row.index, row.at, row.kind_name, row.kind, row.draw_id, row.body, row.leaf)
