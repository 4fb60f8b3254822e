"""匹配页 once the table is logged, and once the teams are drawn; and why a team is what it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from api.formats import format_percent
from api.i18n import lazy
from api.office import queries
from api.office.answers import Translate, texts
from api.office.pairing_told import UNFIT_WORDS, Reseated, chance_told, reseated
from api.office.pairing_views import (
    chances,
    figures,
    heat,
    load_chart,
    load_lines,
    pair_sums,
    rows_of,
)
from api.office.visiting import Visitor
from api.pairings import Known, Names, known_of, seat_label, shelf
from solver.pairing import explain as explaining
from solver.pairing.problem import Task
from solver.pairing.table import Table
from supervision.draw import service as draws
from supervision.draw.tables import Draw, ReplacementState
from supervision.errors import NotFound
from supervision.pairing import previewing, reassigning, seconds
from supervision.pairing import service as pairings
from supervision.pairing.tables import Pairing
from supervision.publication import disclosure
from supervision.verification.rules import Step
from supervision.verification.service import verify_draw

MOST_FORCED = 50
MOST_REJECTED = 50
TEAMS = 50
NOT_IN_TABLE = lazy(
    "这一户没有自己的概率：它由替补进入，沿用原检查组；或者这次匹配用的是没有概率表的旧办法。"
)


@dataclass(frozen=True, slots=True)
class About:
    """概率表要点 as the page tells them."""

    highest: Fraction
    cap: Fraction
    lowest: Fraction
    bits: str
    gap: str
    choices: str
    meeting: int
    round_robin: int
    certain: int
    rungs: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class ForcedRow:
    """必然搭配行."""

    visit: str
    seat: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """检查组行; ``chances``: of each member, as it stood in the table."""

    code: str
    visit: str
    team: str
    chances: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """作废的一次抽签."""

    part: str
    counter: int
    met: str


def table(visitor: Visitor, draw: Draw, pairing: Pairing, *, planner: bool, approver: bool) -> dict[str, Any]:
    """What the page shows while the second secrets are awaited."""
    _ = texts(visitor.request)
    known = known_of(visitor.session, visitor.actor, draw, pairing)
    states = [each for each in seconds.seconds_status(visitor.session, draw) if each.awaited]
    waiting_for = [each.title for each in states if not (each.handed_in or each.missing)]
    return {
        "seconds": [(each.title, second_tag(_, each), each.handed_in or each.missing) for each in states],
        "waiting_for": waiting_for,
        "may_draw": planner and not waiting_for,
        "may_note": (planner or approver) and bool(waiting_for),
        "logged": number_in_log(visitor, draw),
        **_about_table(visitor, known),
    }


def drawn(visitor: Visitor, draw: Draw, pairing: Pairing, *, own: bool) -> dict[str, Any]:
    """What the page shows of the teams."""
    _ = texts(visitor.request)
    known = known_of(visitor.session, visitor.actor, draw, pairing)
    here = f"/office/draws/{draw.draw_id}/pairing"
    page = queries.number(visitor.request, "teams") or 0
    teams = team_rows(_, known, reseated(visitor, draw.draw_id))
    changes = reassigning.reassignments_of(visitor.session, visitor.actor, draw.draw_id)
    found = {
        "logged": number_in_log(visitor, draw),
        "teams": teams[page * TEAMS : (page + 1) * TEAMS],
        "teams_total": len(teams),
        "teams_previous": queries.address(here, teams=page - 1 or None) if page else "",
        "teams_next": queries.address(here, teams=page + 1) if len(teams) > (page + 1) * TEAMS else "",
        "team_files": [(kind.upper(), f"{here}/teams.{kind}") for kind in ("csv", "xlsx")],
        "rejected": _rejected(known),
        "report": _report(visitor, draw),
        "reassigned": sum(each.state is ReplacementState.APPROVED for each in changes),
        "reassigned_waiting": sum(each.state is ReplacementState.PROPOSED for each in changes),
        "may_reassign": own,
    }
    if known.table is None:
        names = known.names.people
        loads = {code: Fraction(visits) for code, visits in pairing.loads.items()}
        rows = sorted(pairing.loads.items(), key=lambda load: (-load[1], load[0]))
        return found | {
            "about": None,
            "load_chart": load_chart(_, loads, known.names),
            "loads": [
                {"who": f"{names.get(code, ('', ''))[0]} {code}".strip(), "visits": n} for code, n in rows
            ],
        }
    return found | _about_table(visitor, known)


def why(visitor: Visitor, draw_id: str, code: str) -> dict[str, Any]:
    """为什么是这个组: the team that the lottery gave a visit, and who else it could have been."""
    _ = texts(visitor.request)
    draw = draws.draw_of(visitor.session, visitor.actor, draw_id)
    pairing = pairings.pairing_of(visitor.session, visitor.actor, draw_id)
    known = known_of(visitor.session, visitor.actor, draw, pairing)
    about = {
        "draw": draw,
        "here": f"/office/draws/{draw_id}/pairing",
        "code": code,
        "visit": known.names.visit(code),
    }
    if code not in known.names.visits:
        raise NotFound(what="检查", key=code)
    drawn_in = known.task_of(code)
    if known.table is None or all(task.id != drawn_in for task in known.table.problem.tasks):
        return about | {"sentences": [_(NOT_IN_TABLE)], "team": [], "chances": [], "barred": []}
    reasons = previewing.why_not(visitor.session, visitor.actor, draw_id, code)
    found = explained(known, code)
    names = known.names
    people = {number: name for name, number in names.people.values()}
    one = 1 << known.table.bits
    return about | {
        "sentences": [
            *(chance_told(_, each, one) for each in found),
            *reseated(visitor, draw_id).told(_, code),
        ],
        "team": [
            {
                "who": each.inspector,
                "seat": seat_label(_, each.seat),
                "probability": each.probability,
                "exact": f"{each.probability * one}/{one}",
            }
            for each in found
        ],
        "chances": chances(_, known.table, [drawn_in], names),
        "barred": [
            {"who": f"{people.get(who, '')} {who}".strip(), "reason": _(UNFIT_WORDS[reason])}
            for who, reason in sorted(reasons.items())
        ],
    }


def team_rows(_: Translate, known: Known, changed: Reseated) -> list[TeamRow]:
    """Each visit's team as drawn, with everybody's chance in the table; and who came in whose place."""
    teams: dict[str, list[tuple[str, str]]] = {}
    for visit, seat, who in known.visit_rows:
        teams.setdefault(visit, []).append((seat, who))
    sums = pair_sums(known.table) if known.table else {}
    one = 1 << known.table.bits if known.table else 1

    def chance(visit: str, who: str) -> str:
        return format_percent(Fraction(sums.get((known.task_of(visit), who), 0), one))

    def member(visit: str, seat: str, code: str) -> str:
        who, label = known.names.who(code), seat_label(_, seat)
        now = changed.now(visit, seat, who)
        if now == who:
            return f"{who}（{label}）"
        return _("{who}（{seat}，已换为{now}）").format(who=who, seat=label, now=now)

    found = []
    for visit, team in sorted(teams.items()):
        team.sort(key=lambda seat: (seat[0] != "lead", seat))
        found.append(
            TeamRow(
                code=visit,
                visit=known.names.visit(visit),
                team="、".join(member(visit, seat, who) for seat, who in team),
                chances="、".join(chance(visit, who) for _seat, who in team),
            )
        )
    return found


def second_tag(_: Translate, second: seconds.SecondView) -> tuple[str, str]:
    if second.handed_in:
        return (_("已交出"), "green")
    return (_("已记未交"), "red") if second.missing else (_("等待交出"), "amber")


def number_in_log(visitor: Visitor, draw: Draw) -> int | None:
    """Of the entry that fixed the table."""
    events = disclosure.logged(visitor.session, draw)
    return next((event.index for event in events if event.kind == "pairing"), None)


def about_of(_: Translate, table: Table) -> About:
    told, found = shelf.figures(table), figures(_, table)
    return About(
        highest=told.highest,
        cap=table.cap,
        lowest=table.lowest_cap,
        bits=f"{told.bits:,.0f}",
        gap=format_percent(Fraction(max(table.gap, 1e-6)).limit_denominator(10**6)),
        choices=f"{told.choices:.1f}",
        meeting=told.meeting,
        round_robin=told.round_robin.meeting,
        certain=found.certain,
        rungs=found.rungs,
    )


def forced_rows(_: Translate, table: Table, names: Names) -> list[ForcedRow]:
    """必然搭配, the first of them: who goes to a visit in any case, in which seats, and why."""
    one = 1 << table.bits
    certain = sorted(pair for pair, n in pair_sums(table).items() if n >= one)[:MOST_FORCED]
    seats: dict[tuple[str, str], list[str]] = {}
    for visit, seat, who, _n in rows_of(table, {visit for visit, _who in certain}):
        seats.setdefault((visit, who), []).append(seat_label(_, seat))
    asked = {task.id: task for task in table.problem.tasks}
    return [
        ForcedRow(
            visit=names.visit(visit),
            seat=_("或").join(seats[visit, who]),
            who=names.who(who),
            why=_why_certain(_, asked[visit]),
        )
        for visit, who in certain
    ]


def _why_certain(_: Translate, task: Task) -> str:
    able = {who for seat in task.seats for who in seat.eligible}
    wanted = sum(seat.demand for seat in task.seats)
    if len(able) <= wanted:
        return _("该户需要 {n} 人，符合条件的只有 {m} 人").format(n=wanted, m=len(able))
    for seat in task.seats:
        if len(seat.eligible) <= seat.demand:
            words = _("{seat}需要 {n} 人，符合条件的只有 {m} 人")
            return words.format(seat=seat_label(_, seat.id), n=seat.demand, m=len(seat.eligible))
    return _("别的人手都要用在别处，否则有席位空缺")


def _about_table(visitor: Visitor, known: Known) -> dict[str, Any]:
    _ = texts(visitor.request)
    table = known.table
    if table is None:
        raise NotFound(what="概率表", key=known.draw.draw_id)
    here = f"/office/draws/{known.draw.draw_id}/pairing"
    page = queries.number(visitor.request, "page") or 0
    shown = heat(_, table, known.names, page)
    return {
        "about": about_of(_, table),
        "heat": shown,
        "files": [(kind.upper(), f"{here}/table.{kind}") for kind in ("csv", "xlsx")],
        "heat_previous": queries.address(here, page=page - 1 or None) + "#heat" if shown.first > 1 else "",
        "heat_next": queries.address(here, page=page + 1) + "#heat" if shown.last < shown.total else "",
        "load_chart": load_chart(_, table.loads, known.names, known.actual),
        "loads": load_lines(table, known.names, known.actual),
        "forced": forced_rows(_, table, known.names),
        "forced_total": figures(_, table).certain,
    }


def explained(known: Known, code: str) -> list[explaining.Chance]:
    """Each member of the team of a visit, in the order of seats, under names."""
    if known.table is None:
        return []
    found = explaining.why(known.table, known.team(code), known.task_of(code))
    return [
        known.named(each) for each in sorted(found.team, key=lambda each: (each.seat != "lead", each.seat))
    ]


def _rejected(known: Known) -> list[Rejected]:
    found = []
    for each in known.outcome.get("rejected", ())[:MOST_REJECTED]:
        met = "；".join(
            f"{known.names.visit(visit)}：{known.names.who(a)}、{known.names.who(b)}"
            for visit, a, b in each["met"]
        )
        found.append(Rejected(known.names.visit(each["task"]), each["counter"], met))
    return found


def _report(visitor: Visitor, draw: Draw) -> list[Step]:
    """The steps of a verification that speak of the pairing, where they are asked for."""
    if "check" not in visitor.request.query_params:
        return []
    steps = verify_draw(visitor.session, draw.draw_id).steps
    return [step for step in steps if step.name.startswith("pairing")]
