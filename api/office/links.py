"""审计对应表: who stands behind each line of a frame, for auditors; the key only on a deliberate act."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import Form, Now, Writing
from api.office import queries
from api.office.answers import Translate, show, texts
from api.office.navigation import Officer
from api.sheets import CSV, XLSX, attachment, csv_bytes, xlsx_bytes
from supervision.draw import links
from supervision.draw.links import Link

router = APIRouter(prefix="/draws/{draw_id}/links")
PAGE = 100
LINK_LABELS = ("名录代码", "统一社会信用代码", "分层", "信用风险等级", "抽中次序")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """对应行; ``drawn`` as a tag."""

    frame_id: str
    uscc: str
    path: str
    risk_class: str
    drawn: tuple[str, str]


@router.get("")
def table(draw_id: str, request: Request, actor: Officer, session: Writing, now: Now) -> Response:
    return _page(draw_id, request, actor, session, now)


@router.post("/key")
def key(draw_id: str, request: Request, actor: Officer, form: Form, session: Writing, now: Now) -> Response:
    """The key stands on this one page and in no address; each showing is journalled."""
    return _page(draw_id, request, actor, session, now, links.frame_key(session, actor, draw_id, now))


@router.get("/file.{ending}")
def file(draw_id: str, ending: str, request: Request, actor: Officer, session: Writing, now: Now) -> Response:
    """The whole table, to be kept under lock."""
    _ = texts(request)
    rows = [_cells(row) for row in links.links(session, actor, draw_id, now).rows]
    head = [_(each) for each in LINK_LABELS]
    if ending == "xlsx":
        return attachment(xlsx_bytes(_("审计对应表"), head, rows), XLSX, f"{draw_id}-links.xlsx")
    return attachment(csv_bytes(head, rows), CSV, f"{draw_id}-links.csv")


def _page(
    draw_id: str, request: Request, actor: Officer, session: Writing, now: Now, frame_key: str = ""
) -> Response:
    _ = texts(request)
    here = f"/office/draws/{draw_id}/links"
    found = links.links(session, actor, draw_id, now, queries.text(request, "after", 40), PAGE)
    return show(
        request,
        "links",
        draw_id=draw_id,
        here=here,
        rows=[_row(_, row) for row in found.rows],
        next=queries.address(here, after=found.after) if found.after else "",
        claims=links.check(session, actor, draw_id),
        frame_key=frame_key,
    )


def _row(_: Translate, row: Link) -> LinkRow:
    tag = (_("抽中"), "teal") if row.drawn is not None else (_("未抽中"), "grey")
    return LinkRow(row.frame_id, row.uscc, row.path, row.risk_class, tag)


def _cells(row: Link) -> tuple[object, ...]:
    return (row.frame_id, row.uscc, row.path, row.risk_class, row.drawn)
