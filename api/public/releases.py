"""公示版本: what was published together, frozen, with its digest."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import sheets
from api.deps import Config, Reading
from api.public import answers
from api.public.answers import AskedFor, Table, shown_at
from api.public.filters import WantedOrgan
from supervision.publication import exports, portal
from supervision.publication.public import PublicRelease

router = APIRouter()

ROWS = 100
HEAD = (
    "公示版本",
    "抽取编号",
    "抽查机关",
    "抽查计划编号",
    "抽查计划名称",
    "抽查任务编号",
    "抽查任务名称",
    "条数",
    "SHA-256",
    "公示时间（UTC）",
)


@shown_at(router, "/releases")
def releases(request: Request, session: Reading, asked: AskedFor, organ: WantedOrgan) -> Response:
    """公示版本一览, newest first."""
    found = portal.releases(session, organ, asked.after, asked.limit)
    changed = found.rows[0].published_at if found.rows and asked.after is None else None
    if asked.suffix:
        table = Table("公示版本", HEAD, map(_row, found.rows))
        return answers.data(request, asked, answers.listed(request, found), table, changed)
    return answers.page(
        request,
        "releases",
        changed=changed,
        page=found,
        next=answers.next_address(request, found.after) or "",
        organ=organ or "",
        organs=portal.organs(session),
        files=answers.downloads(request, "csv", "xlsx", "json"),
    )


@router.api_route("/releases/{code}/canonical.csv", methods=["GET", "HEAD"])
def canonical(request: Request, session: Reading, code: str) -> Response:
    """The bytes that the release's SHA-256 covers."""
    found = portal.release_page(session, code)
    body = exports.canonical_csv(found.results)
    response = sheets.attachment(body, sheets.CSV, f"{code}-canonical.csv")
    return answers.kept(request, response, found.release.published_at)


@shown_at(router, "/releases/{code}")
def release(request: Request, session: Reading, asked: AskedFor, config: Config, code: str) -> Response:
    """公示版本 with its rows."""
    found = portal.release_page(session, code, config.publish_inspector_names)
    changed = found.release.published_at
    if asked.suffix:
        table = Table(f"抽查结果-{code}", exports.HEADER, map(exports.columns, found.results))
        return answers.data(request, asked, found, table, changed)
    rows = [row for row in found.results if row.uscc > (asked.after or "")]
    more = rows[ROWS - 1].uscc if len(rows) > ROWS else None
    return answers.page(
        request,
        "release",
        changed=changed,
        release=found.release,
        results=rows[:ROWS],
        next=answers.next_address(request, more) or "",
        files=answers.downloads(request, "csv", "xlsx", "json"),
    )


def _row(release: PublicRelease) -> tuple[object, ...]:
    return (
        release.code,
        release.draw_id,
        release.organ_name,
        release.plan_code,
        release.plan_name,
        release.task_code,
        release.task_name,
        release.row_count,
        release.sha256,
        release.published_at,
    )
