"""匹配之前: whether lawful teams can be made as registers stand now, with which chances, at which cap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from api.charts import cost_line
from api.office import pairing_work
from api.office.answers import Translate, sentence_of, texts
from api.office.cap_stops import Stop, stops_of
from api.office.pairing_after import forced_rows
from api.office.pairing_told import UNFIT_WORDS, closed_up, unit_words
from api.office.pairing_views import figures, load_chart, load_lines
from api.office.visiting import Visitor
from api.pairings import Names, about_load, shelf, visit_names
from solver.errors import SolverError
from solver.pairing import CapTooLow, PairingInfeasible, Problem, Table, solve
from solver.pairing.words.changes import Suggestion
from supervision.draw.tables import Draw
from supervision.errors import SupervisionError
from supervision.pairing import previewing
from supervision.pairing import service as pairings
from supervision.pairing.posing import Posed
from supervision.pairing.rules import unfit
from supervision.plan.tables import Task

LARGE = 150_000
"""Rows (visit, seat, inspector) of a problem from which on its table is worked out in the background."""
SMALL = 15_000
"""Rows up to which the cost of every stop is worked out, and not of the chosen one alone."""
FELT = 0.995
"""A share of the randomness that is kept, below which it is worth a picture."""
REGISTER = "/office/register"


@dataclass(frozen=True, slots=True)
class Wish:
    """所选的要求: what the table shall keep to other than its task says."""

    cap: Fraction | None = None
    max_visits: int | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """匹配预览 as the page shows it."""

    tasks: int
    people: int
    loads: str
    highest: Fraction
    bits: str
    choices: str
    certain: int
    lowest: Fraction
    cap_value: str
    rungs: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class ShortageView:
    """缺口; ``why``: reason → names of those who cannot be sent for it."""

    message: str
    why: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Remedy:
    """建议 with the page where it is done."""

    message: str
    href: str
    where: str
    fixed: bool = False
    """What the task asks for, which stands since the freeze."""


def ahead(visitor: Visitor, draw: Draw, task: Task, wish: Wish, *, planner: bool) -> dict[str, Any]:
    """What the page shows before the table, as it would be under ``wish``."""
    _ = texts(visitor.request)
    blank: dict[str, Any] = {
        "problem": "",
        "shortages": [],
        "suggestions": [],
        "preview": None,
        "may_act": planner,
        "second": task.second_reveal,
        "forced": [],
        "forced_total": 0,
        "max_visits": wish.max_visits or task.max_visits,
    }
    try:
        posed = previewing.posed_for(visitor.session, visitor.actor, draw.draw_id)
        posed = posed.under(wish.cap, wish.max_visits)
    except SupervisionError as refusal:
        return blank | {"problem": sentence_of(visitor.request, refusal)}
    problem = posed.problem
    if _background(visitor, draw, problem):
        return blank
    try:
        table, refused = _table(problem)
    except PairingInfeasible:
        return blank | _infeasible(_, posed, task)
    except SolverError as refusal:
        return blank | {"problem": sentence_of(visitor.request, refusal)}
    names, unit = names_of(visitor, draw, posed), unit_words(_, task.draw_unit)
    stops = stops_of(_, table.lowest_cap, table.cap, _entropy_at(problem, table))
    return blank | {
        "problem": _in_words(posed) if refused else "",
        "preview": _preview(_, table),
        "unit": unit,
        "visits": len(posed.visits),
        "stops": stops,
        **_costs(_, stops),
        "load_chart": load_chart(_, table.loads, names, unit=unit.name),
        "loads": load_lines(table, names),
        "forced": forced_rows(_, table, names),
        "forced_total": figures(_, table).certain,
    }


def is_large(visitor: Visitor, draw_id: str) -> bool:
    """Whether a page cannot wait for the table."""
    try:
        return rows_of(previewing.posed_for(visitor.session, visitor.actor, draw_id).problem) > LARGE
    except SupervisionError:
        return False


def rows_of(problem: Problem) -> int:
    return sum(len(seat.eligible) for task in problem.tasks for seat in task.seats)


def names_of(visitor: Visitor, draw: Draw, posed: Posed) -> Names:
    """Names by codes: a preview knows no aliases."""
    people = pairings.names_of(visitor.session, draw)
    known = {one.id: (people.get(one.id, ""), one.id) for one in posed.problem.inspectors}
    return Names(known, visit_names(visitor.session, visitor.actor, draw, drawn=False))


def _background(visitor: Visitor, draw: Draw, problem: Problem) -> bool:
    """Whether the page has to wait: the table is large and not there yet."""
    if rows_of(problem) <= LARGE or shelf.solved(problem) is not None:
        return False
    app = visitor.request.app
    pairing_work.of(app).submit(app, draw.draw_id, lambda: _solve(problem))
    return True


def _solve(problem: Problem) -> Table:
    found = shelf.solved(problem)
    return found if found is not None else shelf.keep(problem, solve(problem))


def _table(problem: Problem) -> tuple[Table, bool]:
    """The table; where the cap cannot be kept, the one without, and that it was refused."""
    try:
        return _solve(problem), False
    except CapTooLow:
        return _solve(replace(problem, cap=None)), True


def _in_words(posed: Posed) -> str:
    """Why the cap cannot be kept, under names."""
    try:
        solve(posed.in_words())
    except CapTooLow as refusal:
        return refusal.message
    return ""


def _entropy_at(problem: Problem, table: Table) -> Any:
    """Entropy under a cap; None where the problem is too large to work out every stop."""
    small = rows_of(problem) <= SMALL

    def entropy_at(cap: Fraction) -> float | None:
        if cap == table.cap:
            return table.entropy
        if not small and cap != 1:
            return None
        try:
            return _solve(replace(problem, cap=cap)).entropy
        except CapTooLow:
            return None

    return entropy_at


def _preview(_: Translate, table: Table) -> Ahead:
    told, found = shelf.figures(table), figures(_, table)
    least, most = min(table.loads.values()), max(table.loads.values())
    return Ahead(
        tasks=found.tasks,
        people=found.people,
        loads=about_load(least) if least == most else f"{about_load(least)} — {about_load(most)}",
        highest=found.highest,
        bits=f"{told.bits:,.0f}",
        choices=f"{told.choices:.1f}",
        certain=found.certain,
        lowest=table.lowest_cap,
        cap_value=str(table.cap),
        rungs=found.rungs,
    )


def _costs(_: Translate, stops: Sequence[Stop]) -> dict[str, Any]:
    """The curve of the costs, where more than two of them are known, and one of them is felt."""
    known = [stop for stop in stops if stop.kept is not None]
    if len(known) < 3 or min(stop.kept or 0 for stop in known) >= FELT:
        return {"cost_chart": "", "cost_rows": []}
    rows = [{"cap": float(stop.cap), "kept": stop.kept} for stop in known]
    marked = next((float(stop.cap) for stop in known if stop.chosen), None)
    title = _("上限与随机性")
    chart = cost_line(
        rows, "cap", "kept", title, x_title=_("概率上限"), y_title=_("保留的随机性"), marked=marked
    )
    told = [{"text": stop.text, "kept": stop.kept, "words": stop.words} for stop in known]
    return {"cost_chart": chart, "cost_rows": told}


def _infeasible(_: Translate, posed: Posed, task: Task) -> dict[str, Any]:
    """Shortages under names, and the cheapest changes."""
    try:
        solve(posed.in_words())
    except PairingInfeasible as refusal:
        visits = {entity: code for code, entity in posed.entities.items()}
        return {
            "shortages": [
                ShortageView(closed_up(each.message), _barred(_, posed, visits, each.seats))
                for each in refusal.shortages
            ],
            "suggestions": [_remedy(_, each, task) for each in previewing.remedies(posed, refusal)],
        }
    return {}


def _barred(
    _: Translate, posed: Posed, codes: Mapping[str, str], seats: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Reason → names of who cannot be sent on the first of these visits; of a department, its own people."""
    short = {codes[entity] for entity, _seat in seats}
    first = next((visit for visit in posed.visits if visit.code in short), None)
    if first is None:
        return []
    kinds = [seat.partition(":") for _entity, seat in seats]
    asked = {name for _kind, _colon, name in kinds}
    officers = posed.officers
    if all(kind == "department" for kind, _colon, _name in kinds):
        officers = tuple(each for each in officers if each.department in asked)
    reasons = unfit(officers, first, posed.terms, posed.recusals)
    grouped: dict[str, list[str]] = {}
    for code, reason in sorted(reasons.items()):
        grouped.setdefault(_(UNFIT_WORDS[reason]), []).append(posed.people.get(code, code))
    return [(reason, _listed(_, people)) for reason, people in grouped.items()]


def _listed(_: Translate, people: Sequence[str], most: int = 6) -> str:
    if len(people) <= most:
        return "、".join(people)
    return _("{names}等 {n} 人").format(names="、".join(people[:most]), n=len(people))


def _remedy(_: Translate, change: Suggestion, task: Task) -> Remedy:
    """Where the change is made."""
    message = closed_up(change.message)
    if change.kind in ("neighbour", "outside"):
        return Remedy(message, f"{REGISTER}/inspectors", _("执法检查人员名录库"))
    if change.kind == "max_load":
        return Remedy(message, "#max_visits", _("每人最多检查户数"))
    return Remedy(message, f"/office/tasks/{task.code}", _("任务"), fixed=True)
