"""匹配预览: what a pairing would look like from the registers as they stand now. Nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlmodel import Session

from solver import pairing as solver_pairing
from solver.pairing import CapTooLow, PairingInfeasible, Problem, Table
from solver.pairing.shortage.suggestions import suggest
from solver.pairing.words.changes import Suggestion
from supervision.draw.access import draw_of
from supervision.draw.service import task_of_draw
from supervision.draw.tables import DrawState
from supervision.errors import Conflict
from supervision.pairing.posing import Posed, pose
from supervision.pairing.rules import Unfit, unfit
from supervision.people.rules import Actor, require
from supervision.plan.rules import STATE_NAMES
from supervision.plan.service import OFFICE
from supervision.plan.tables import TaskState


@dataclass(frozen=True, slots=True)
class ExpectedLoad:
    """预计任务量: visits that an inspector may expect, besides those carried before."""

    code: str
    who: str
    """Name and code."""
    past: int
    expected: Fraction


@dataclass(frozen=True, slots=True)
class CertainSeat:
    """必然搭配: whoever is drawn, this person sits there."""

    visit: str
    entity: str
    seat: str
    code: str
    who: str


@dataclass(frozen=True, slots=True)
class CapCost:
    """上限的代价: the uncertainty (nats) that is left under a cap; none where no table keeps it."""

    cap: Fraction
    entropy: float | None


@dataclass(frozen=True, slots=True)
class PairingPreview:
    """匹配预览 for the office. ``shortages`` and ``suggestions`` are sentences, none if feasible."""

    visits: int
    seats: int
    people: int
    """Inspectors that can be sent at all."""
    feasible: bool
    shortages: tuple[str, ...]
    suggestions: tuple[str, ...]
    cap_refused: str | None
    """Why the cap asked for cannot be kept; the rest is then told without a cap."""
    cap: Fraction | None
    lowest_cap: Fraction | None
    entropy: float | None
    loads: tuple[ExpectedLoad, ...]
    certain: tuple[CertainSeat, ...]
    costs: tuple[CapCost, ...]


def preview(
    session: Session,
    actor: Actor,
    draw_id: str,
    caps: Iterable[Fraction] = (),
    max_visits: int | None = None,
) -> PairingPreview:
    """匹配预览 of a draw that is not paired yet; ``caps`` are those whose cost is asked for.

    ``max_visits`` 每人最多户数: another than the task's.
    """
    posed = posed_for(session, actor, draw_id).under(max_visits=max_visits)
    problem = posed.in_words()
    try:
        table, refused = _table(problem)
    except PairingInfeasible as error:
        return _infeasible(posed, error)
    codes = {who: code for code, who in posed.people.items()}
    return PairingPreview(
        visits=len(problem.tasks),
        seats=_seats(problem),
        people=len(problem.inspectors),
        feasible=True,
        shortages=(),
        suggestions=(),
        cap_refused=refused,
        cap=table.cap,
        lowest_cap=table.lowest_cap,
        entropy=table.entropy,
        loads=_loads(table, codes),
        certain=_certain(table, posed, codes),
        costs=_costs(table, tuple(caps)),
    )


def why_not(session: Session, actor: Actor, draw_id: str, visit_code: str) -> dict[str, Unfit]:
    """不能派的原因 at one visit, by inspector's code, as the registers stand now. For the office alone."""
    posed = posed_for(session, actor, draw_id, paired=True)
    for visit in posed.visits:
        if visit.code == visit_code:
            return unfit(posed.officers, visit, posed.terms, posed.recusals)
    return {}


def remedies(posed: Posed, refusal: PairingInfeasible) -> tuple[Suggestion, ...]:
    """最省的放宽 under names, with people of other areas. ``refusal`` is that of ``posed.in_words()``."""
    named = {task for shortage in refusal.shortages for task, _seat in shortage.seats}
    return suggest(posed.in_words(), refusal.shortages, posed.neighbours(named))


def posed_for(session: Session, actor: Actor, draw_id: str, *, paired: bool = False) -> Posed:
    """The problem of a draw in the actor's region; with ``paired`` also of one that has its teams."""
    require(actor, *OFFICE)
    draw = draw_of(session, actor, draw_id)
    task = task_of_draw(session, draw)
    states = (TaskState.DRAWN, TaskState.PAIRED, TaskState.DONE) if paired else (TaskState.DRAWN,)
    if draw.state is not DrawState.CLOSED or task.state not in states:
        raise Conflict(what=f"任务 {task.code} ", state=STATE_NAMES[task.state], act="预览匹配")
    return pose(session, task, draw)


def _table(problem: Problem) -> tuple[Table, str | None]:
    """The table, without a cap where the one asked for cannot be kept; and why not."""
    try:
        return solver_pairing.solve(problem), None
    except CapTooLow as error:
        return solver_pairing.solve(replace(problem, cap=None)), error.message


def _infeasible(posed: Posed, error: PairingInfeasible) -> PairingPreview:
    return PairingPreview(
        visits=len(posed.problem.tasks),
        seats=_seats(posed.problem),
        people=len(posed.problem.inspectors),
        feasible=False,
        shortages=tuple(one.message for one in error.shortages),
        suggestions=tuple(one.message for one in remedies(posed, error)),
        cap_refused=None,
        cap=None,
        lowest_cap=None,
        entropy=None,
        loads=(),
        certain=(),
        costs=(),
    )


def _seats(problem: Problem) -> int:
    return sum(seat.demand for task in problem.tasks for seat in task.seats)


def _loads(table: Table, codes: Mapping[str, str]) -> tuple[ExpectedLoad, ...]:
    return tuple(
        ExpectedLoad(codes[one.id], one.id, one.past_load, table.loads.get(one.id, Fraction(0)))
        for one in sorted(table.problem.inspectors, key=lambda one: codes[one.id])
    )


def _certain(table: Table, posed: Posed, codes: Mapping[str, str]) -> tuple[CertainSeat, ...]:
    visits = {entity: code for code, entity in posed.entities.items()}
    return tuple(
        CertainSeat(visits[task], task, seat, codes[who], who)
        for task, seat, who in sorted(table.forced, key=lambda row: visits[row[0]])
    )


def _costs(table: Table, caps: Sequence[Fraction]) -> tuple[CapCost, ...]:
    if not caps:
        return ()
    left = dict(solver_pairing.cap_costs(table.problem, caps))
    return tuple(CapCost(cap, left.get(cap) if cap >= table.lowest_cap else None) for cap in caps)
