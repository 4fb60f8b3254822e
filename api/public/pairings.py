"""匹配的公示页: what was fixed when, how random it is in plain words, the teams by aliases, and the files."""

from fractions import Fraction
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api import sheets
from api.charts import against_expected, heat_map
from api.deps import Config, Reading
from api.formats import format_percent
from api.i18n import translate
from api.pages import language_of
from api.pairings import about_load, seat_label, shelf
from api.public import answers
from api.public.answers import AskedFor, Table, shown_at
from api.public.wording import bundle_name
from solver.fairness.pairing import TableFairness
from solver.pairing.table import Table as Chances
from supervision.paging import Page
from supervision.publication import pairing_material, pairings
from supervision.publication.pairings import PublicPairing, PublicTeam
from supervision.publication.rules import NotPublished
from supervision.settings import Settings

router = APIRouter()
HEAD = ("检查编号", "席位", "代号", "概率", "工号", "姓名")
PYTHON = "text/x-python; charset=utf-8"
MOST_VISITS, MOST_PEOPLE, MOST_BARS = 20, 24, 30
MOST_BUNDLES = 4
_bundles: dict[tuple[object, ...], bytes] = {}
"""``pairing.zip`` of draws asked for of late, by their digests."""


@router.api_route("/draws/{draw_id}/pairing.zip", methods=["GET", "HEAD"])
def packed(request: Request, session: Reading, draw_id: str) -> Response:
    """匹配验证包: problem, table, outcome, second secrets, the verifier and how to use it."""
    body = _packed(session, draw_id)
    return answers.kept(request, sheets.attachment(body, "application/zip", f"{draw_id}-pairing.zip"))


@shown_at(router, "/draws/{draw_id}/pairing")
def pairing(request: Request, session: Reading, asked: AskedFor, config: Config, draw_id: str) -> Response:
    """匹配公示页, from the moment the table is fixed; chances and teams once the draw is open."""
    found = pairings.public_pairing(session, draw_id)
    if found is None:
        raise NotPublished(what="匹配", key=draw_id)
    table = pairings.public_table(session, draw_id, shelf.table) if found.opened else None
    page = _teams(session, found, config, asked.after or "", asked.limit)
    changed = found.paired_at or found.committed_at
    if asked.suffix == "json":
        figures = shelf.figures(table).to_json() if table else None
        told = {"pairing": found, "figures": figures, **answers.listed(request, page)}
        return answers.data(request, asked, told, None, changed)
    if asked.suffix:
        rows = _rows(page.rows)
        return answers.data(request, asked, {}, Table(f"检查组-{draw_id}", HEAD, rows), changed)
    return answers.page(
        request,
        "pairing",
        changed=changed,
        pairing=found,
        **about(table),
        **pictures(request, table),
        seat_name=partial(seat_label, partial(translate, lang=language_of(request))),
        page=page,
        next=answers.next_address(request, page.after) or "",
        shown=config.publish_inspectors,
        pieces=_pieces(found),
        commands=commands(session, found, config),
        files=answers.downloads(request, *(("csv", "xlsx", "json") if page.rows else ("json",))),
    )


@router.api_route("/draws/{draw_id}/pairing/{piece}", methods=["GET", "HEAD"])
def piece(request: Request, session: Reading, draw_id: str, piece: str) -> Response:
    """One file of a pairing, byte for byte."""
    body = pairing_material.pairing_pieces(session, draw_id).get(piece)
    if body is None:
        raise NotPublished(what="匹配文件", key=f"{draw_id}/{piece}")
    return answers.kept(request, sheets.attachment(body, answers.JSON, f"{draw_id}-{piece}"))


@router.api_route("/verify_pairing.py", methods=["GET", "HEAD"])
def program(request: Request) -> Response:
    """The verifier of pairings."""
    body = pairing_material.pairing_verifier()
    return answers.kept(request, sheets.attachment(body, PYTHON, pairing_material.VERIFIER))


def pairing_part(session: Session, draw_id: str) -> dict[str, Any]:
    """What the page of the draw says of its pairing."""
    found = pairings.public_pairing(session, draw_id)
    table = pairings.public_table(session, draw_id, shelf.table) if found and found.opened else None
    return {"pairing": found, "plain": _plain(shelf.figures(table)) if table else {}}


def about(table: Chances | None) -> dict[str, Any]:
    """How random the table is, in plain words; nothing before the draw is open."""
    if table is None:
        return {"figures": None, "plain": {}}
    told = shelf.figures(table)
    return {"figures": told, "plain": _plain(told)}


def pictures(request: Request, table: Chances | None) -> dict[str, Any]:
    """The heat map of the first visits, and expected loads, by aliases."""
    if table is None:
        return {"heat": "", "heat_rows": [], "heat_visits": 0, "loads_chart": "", "load_rows": []}
    _ = partial(translate, lang=language_of(request))
    cells, people = _first_visits(table)
    heat = heat_map(
        [{"who": who, "visit": visit.rpartition("-")[2], "p": float(p)} for visit, who, p in cells],
        "who",
        "visit",
        "p",
        _("每户由每人检查的概率"),
        legend=_("概率"),
        certain=_("必然（只有此人可派）"),
        columns=people,
    )
    loads = sorted(table.loads.items(), key=lambda load: (-load[1], load[0]))[:MOST_BARS]
    rows = [{"who": who, "actual": None, "expected": float(load)} for who, load in loads]
    chart = against_expected(
        rows,
        "who",
        "actual",
        "expected",
        _("期望任务量"),
        labels=(_("实际检查户数"), _("期望检查户数")),
        x_title=_("检查户数"),
    )
    return {
        "heat": heat,
        "heat_visits": len({visit for visit, _who, _p in cells}),
        "heat_rows": [{"visit": visit, "who": who, "probability": p} for visit, who, p in cells],
        "loads_chart": chart,
        "load_rows": [{"who": who, "expected": str(load)} for who, load in loads],
    }


def commands(session: Session, found: PublicPairing, config: Settings) -> str:
    """The lines that fetch the files of the pairing and check them, alone and against the public log."""
    if not found.opened:
        return ""
    base = config.public_address.rstrip("/")
    evidence = bundle_name(found.draw_id)
    fetch = f"curl -OJ {base}/draws/{found.draw_id}/pairing.zip -OJ {base}/draws/{found.draw_id}/evidence.zip"
    unpack = f"python3 -m zipfile -e {found.draw_id}-pairing.zip {found.draw_id}-pairing"
    again = pairing_material.command_of(session, found.draw_id)
    numbers = [each.number for each in found.reassigned]
    verify = [again, *pairing_material.commands_again(session, found.draw_id, numbers)]
    told = (f"{line} --evidence ../{evidence}" for line in verify)
    units = [f"{pairing_material.BUNDLES_COMMAND} --evidence ../{evidence}"] if found.bundles_sha256 else []
    return "\n".join((fetch, unpack, f"cd {found.draw_id}-pairing", *told, *units))


def _pieces(found: PublicPairing) -> list[str]:
    if not found.opened:
        return []
    units = found.bundles_sha256 is not None
    return pairing_material.pairing_names(found.waiting, len(found.reassigned), units=units)


def _packed(session: Session, draw_id: str) -> bytes:
    """The bundle, packed once for as long as it stays the same: a large one takes a second."""
    found = pairings.public_pairing(session, draw_id)
    if found is None or not found.opened:
        raise NotPublished(what="匹配", key=draw_id)
    changes = tuple(each.assignment_sha256 for each in found.reassigned)
    state = (draw_id, found.table_sha256, found.seed, found.assignment_sha256, changes)
    body = _bundles.get(state)
    if body is None:
        body = pairing_material.pairing_packed(session, draw_id)
        while len(_bundles) >= MOST_BUNDLES:
            _bundles.pop(next(iter(_bundles)), None)
        _bundles[state] = body
    return body


def _first_visits(table: Chances) -> tuple[list[tuple[str, str, Fraction]], list[str]]:
    """Chances of the first visits, and of those who are likeliest there, by aliases."""
    visits = {task.id for task in table.problem.tasks[:MOST_VISITS]}
    sums: dict[tuple[str, str], int] = {}
    weight: dict[str, int] = {}
    for visit, _seat, who, n in table.rows:
        if visit > max(visits, default=""):
            break
        sums[visit, who] = sums.get((visit, who), 0) + n
        weight[who] = weight.get(who, 0) + n
    people = sorted(sorted(weight, key=lambda who: (-weight[who], who))[:MOST_PEOPLE])
    kept, one = set(people), 1 << table.bits
    return [(visit, who, Fraction(n, one)) for (visit, who), n in sums.items() if who in kept], people


def _plain(told: TableFairness) -> dict[str, str]:
    """Figures for people: among how many a seat is a fair lottery, how often the likeliest pairing comes."""
    peer = told.round_robin
    loads = [load for load, _people in told.loads]
    return {
        "choices": f"{told.choices:.1f}",
        "highest": format_percent(told.highest),
        "once": f"{round(1 / told.highest):,}" if 0 < told.highest <= Fraction(2, 3) else "",
        "bits": f"{told.bits:,.0f}",
        "peer_bits": f"{peer.bits:.1f}",
        "meeting": f"{told.meeting:,}",
        "peer_meeting": f"{peer.meeting:,}",
        "least": about_load(min(loads, default=Fraction(0))),
        "most": about_load(max(loads, default=Fraction(0))),
    }


def _teams(
    session: Session, found: PublicPairing, config: Settings, after: str, limit: int
) -> Page[PublicTeam, str]:
    if not found.opened or found.waiting:
        return Page((), None)
    shown = config.publish_inspectors
    return pairings.public_teams(session, found.draw_id, shown, after, limit, shelf.table)


def _rows(teams: tuple[PublicTeam, ...]) -> list[tuple[object, ...]]:
    return [
        (team.visit, member.seat, member.alias, str(member.probability), member.code, member.name)
        for team in teams
        for member in team.members
    ]
