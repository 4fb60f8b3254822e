"""概率表、检查组 and 任务量 as files."""

from fractions import Fraction

from fastapi import APIRouter
from starlette.responses import Response

from api.formats import format_percent
from api.office.answers import texts
from api.office.pairing_after import team_rows
from api.office.pairing_told import reseated
from api.office.pairing_views import load_lines
from api.office.visiting import Visiting, Visitor
from api.pairings import Known, known_of, seat_label
from api.sheets import CSV, XLSX, Rows, attachment, csv_bytes, xlsx_bytes
from supervision.draw import service as draws
from supervision.errors import InvalidInput, NotFound
from supervision.pairing import service as pairings
from supervision.people.rules import require
from supervision.plan.service import OFFICE

router = APIRouter(prefix="/draws/{draw_id}/pairing")
MOST_SHEET_ROWS = 200_000
TABLE_LABELS = ("检查编号", "检查户", "席位", "检查人员", "代号", "概率（分数）", "概率（百分数）")
TEAM_LABELS = ("检查编号", "检查户", "检查组", "各人概率")
LOAD_LABELS = ("检查人员", "本年已有", "本次期望", "本次实际", "可能去的户数")


@router.get("/table.{ending}")
def table_file(draw_id: str, ending: str, visitor: Visiting) -> Response:
    """概率表, every row of it."""
    _ = texts(visitor.request)
    known = _known(visitor, draw_id)
    table, names = known.table, known.names
    if table is None:
        raise NotFound(what="概率表", key=draw_id)
    if ending == "xlsx" and len(table.rows) > MOST_SHEET_ROWS:
        raise InvalidInput(field=_("XLSX 文件"), problem=f"超过 {MOST_SHEET_ROWS} 行，请下载 CSV。")
    one = 1 << table.bits
    rows = (
        (
            visit,
            names.visits.get(visit, ""),
            seat_label(_, seat),
            names.who(who),
            who,
            f"{n}/{one}",
            format_percent(Fraction(n, one)),
        )
        for visit, seat, who, n in table.rows
    )
    return _file(visitor, ending, "概率表", TABLE_LABELS, rows, f"{draw_id}-table")


@router.get("/teams.{ending}")
def teams_file(draw_id: str, ending: str, visitor: Visiting) -> Response:
    """检查组 as they were drawn, and who came in whose place."""
    _ = texts(visitor.request)
    known = _known(visitor, draw_id)
    if not known.pairing.is_drawn:
        raise NotFound(what="匹配", key=draw_id)
    teams = team_rows(_, known, reseated(visitor, draw_id))
    rows = [(row.code, known.names.visits.get(row.code, ""), row.team, row.chances) for row in teams]
    return _file(visitor, ending, "检查组", TEAM_LABELS, rows, f"{draw_id}-teams")


@router.get("/loads.{ending}")
def loads_file(draw_id: str, ending: str, visitor: Visiting) -> Response:
    """任务量: past, expected and actual visits of everybody."""
    known = _known(visitor, draw_id)
    if known.table is None:
        raise NotFound(what="概率表", key=draw_id)
    lines = load_lines(known.table, known.names, known.actual)
    rows = [(line.who, line.past, line.expected, line.actual, line.chances) for line in lines]
    return _file(visitor, ending, "任务量", LOAD_LABELS, rows, f"{draw_id}-loads")


def _known(visitor: Visitor, draw_id: str) -> Known:
    require(visitor.actor, *OFFICE)
    draw = draws.draw_of(visitor.session, visitor.actor, draw_id)
    pairing = pairings.table_of(visitor.session, visitor.actor, draw_id)
    return known_of(visitor.session, visitor.actor, draw, pairing)


def _file(
    visitor: Visitor, ending: str, title: str, labels: tuple[str, ...], rows: Rows, name: str
) -> Response:
    _ = texts(visitor.request)
    head = [_(label) for label in labels]
    if ending == "xlsx":
        return attachment(xlsx_bytes(_(title), head, rows), XLSX, f"{name}.xlsx")
    return attachment(csv_bytes(head, rows), CSV, f"{name}.csv")
