"""Acts of the pairing: the table of chances is fixed and logged, then the lot gives each drawn entity a team.

What the parties do in between stands in ``seconds``, the look ahead in ``previewing``, changes of inspectors
in ``reassigning``. A draw has one table and one outcome; nothing here makes another.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from solver import pairing as solver_pairing
from solver.pairing import Problem, Table
from solver.pairing.seeding import pairing_seed
from supervision.draw import records as draws
from supervision.draw.access import draw_of, own_draw
from supervision.draw.service import register_root, task_of_draw
from supervision.draw.tables import Draw, DrawnEntity, DrawParty, DrawState
from supervision.errors import Conflict, NotFound
from supervision.inspection.rules import Seat, TeamOf, visit_code
from supervision.inspection.service import assign_visits
from supervision.journal.service import record
from supervision.pairing import records, storing
from supervision.pairing.posing import Posed, in_order, pose, terms_of
from supervision.pairing.rules import (
    METHOD,
    SecondMissing,
    TableMissing,
    UnlawfulPairing,
    alias,
    loads_of,
    renamed,
)
from supervision.pairing.tables import Pairing
from supervision.pairing.units import expanded, period_alias, short_name
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan.rules import STATE_NAMES
from supervision.plan.tables import Task, TaskState
from supervision.register.tables import Entity
from supervision.transparency.service import append


def table_ahead(
    session: Session,
    actor: Actor,
    draw_id: str,
    alias_key: bytes,
    cap: Fraction | None = None,
    max_visits: int | None = None,
) -> Table | None:
    """概率表 worked out before the act that fixes it, so that no other act has to wait for the solver.

    None where the act will be refused anyway, which then says why. Arguments and errors: ``commit_table``.
    """
    require(actor, Role.PLANNER)
    draw = draw_of(session, actor, draw_id)
    task = task_of_draw(session, draw)
    ready = draw.state is DrawState.CLOSED and task.state is TaskState.DRAWN
    if draw.organ_id != actor.organ_id or not ready or records.pairing_of_draw(session, draw.id or 0):
        return None
    posed = pose(session, task, draw).under(cap, max_visits)
    return solved(_aliased(posed, alias_key), posed)


def commit_table(
    session: Session,
    actor: Actor,
    draw_id: str,
    now: datetime,
    alias_key: bytes,
    cap: Fraction | None = None,
    max_visits: int | None = None,
    ahead: Table | None = None,
) -> Pairing:
    """登记概率表: solve what registers and rules pose now, keep the table, and log its digest.

    ``alias_key`` (32 random bytes) gives everybody an alias that says nothing. Where the task asks for second
    secrets, whoever revealed a first one is waited for. ``cap`` 概率上限: another than the task's.
    ``max_visits`` 每人最多检查户数: another than the task's, and the task's from then on. ``ahead``: from
    ``table_ahead``, used if what is posed is still the same. Errors: ``solver.pairing.PairingInfeasible`` and
    ``CapTooLow``, which name visits and people.
    """
    require(actor, Role.PLANNER)
    draw, task = drawn_task(session, actor, draw_id, "登记概率表")
    if records.pairing_of_draw(session, draw.id or 0) is not None:
        raise Conflict(what=f"抽取 {draw_id} 的概率表", state="已登记", act="再次登记")
    posed = pose(session, task, draw).under(cap, max_visits)
    problem = _aliased(posed, alias_key)
    same = ahead is not None and ahead.problem.problem_sha256 == problem.problem_sha256
    table = ahead if ahead is not None and same else solved(problem, posed)
    told = posed.units.told(alias_key)
    parties = draws.parties(session, task.id or 0)
    awaited = [party.position for party in parties if party.secret] if task.second_reveal else []
    pairing = Pairing(
        draw_id=draw.id or 0,
        method=METHOD,
        problem=storing.pack(problem.to_json()),
        problem_sha256=problem.problem_sha256,
        alias_key=alias_key.hex(),
        table=storing.pack_table(table),
        table_sha256=table.table_sha256,
        units=storing.pack(told) if told is not None else None,
        bundles_sha256=told["bundles_sha256"] if told is not None else None,
        awaited=awaited,
        committed_by=actor.username,
        committed_at=now,
    )
    session.add(pairing)
    session.flush()
    digests = {"problem_sha256": pairing.problem_sha256, "table_sha256": pairing.table_sha256}
    if pairing.bundles_sha256 is not None:
        digests["bundles_sha256"] = pairing.bundles_sha256
    append(session, "pairing", {"draw_id": draw_id, **digests, "second": awaited}, now)
    key = draws.frame_of(session, draw.id or 0).key or ""
    root = register_root(session, draw.organ_id, bytes.fromhex(key))
    changed = root != json.loads(draw.plan_json).get("inspector_root")
    detail = digests | {"second": awaited, "inspector_root": root, "register_changed": changed}
    if cap is not None and posed.terms.cap != terms_of(task).cap:
        detail["cap"] = {"task": task.cap, "table": str(cap)}
    if posed.terms.max_visits != task.max_visits:
        detail["max_visits"] = {"task": task.max_visits, "table": posed.terms.max_visits}
        task.max_visits = posed.terms.max_visits
        session.add(task)
    record(session, actor, "pairing.table", f"draw:{draw_id}", detail, now)
    return pairing


def draw_teams(session: Session, actor: Actor, draw_id: str, now: datetime) -> Pairing:
    """抽出检查组: the seed decides over the table; visits are handed out. Nobody awaited may be left open."""
    require(actor, Role.PLANNER)
    draw, task = drawn_task(session, actor, draw_id, "抽出检查组")
    pairing = committed(session, draw, lock=True)
    parties = draws.parties(session, task.id or 0)
    if waiting := [party.title for party in unsettled(pairing, parties)]:
        raise SecondMissing(titles="、".join(waiting))
    table = storing.table_of(pairing)
    seed = seed_of(draw, pairing, parties)
    assignment = solver_pairing.draw(table, seed)
    report = solver_pairing.check(table.problem, table, assignment, None)
    if not report.ok:
        raise UnlawfulPairing(report=str(report))
    codes = people_of(session, draw, pairing)
    pairing.seed, pairing.assignment_sha256 = seed.hex(), assignment.assignment_sha256
    pairing.outcome = storing.pack_outcome(table, assignment)
    units = storing.units_of(pairing, draw_id)
    rows = expanded(assignment.rows, units)
    pairing.loads = loads_of(rows, {one.id: codes[one.id] for one in table.problem.inspectors})
    pairing.second = sum(1 for second in seconds_of(pairing, parties) if second is not None)
    pairing.paired_by, pairing.paired_at = actor.username, now
    assign_visits(session, draw, _teams(session, draw, assignment.teams(), codes, units))
    task.state = TaskState.PAIRED
    session.add_all([pairing, task])
    append(
        session,
        "assignment",
        {"draw_id": draw_id, "assignment_sha256": assignment.assignment_sha256},
        now,
    )
    detail = {
        "problem_sha256": pairing.problem_sha256,
        "assignment_sha256": pairing.assignment_sha256,
        "redrawn": len(assignment.rejected),
        "second": pairing.second,
    }
    record(session, actor, "pairing.pair", f"draw:{draw_id}", detail, now)
    return pairing


def pair(
    session: Session,
    actor: Actor,
    draw_id: str,
    now: datetime,
    alias_key: bytes,
    cap: Fraction | None = None,
    max_visits: int | None = None,
    ahead: Table | None = None,
) -> Pairing:
    """匹配 in one step, where no second secrets are asked for: the table is logged, then its lot is held.

    Such teams follow from what was known before the table; every page and verification says so.
    """
    require(actor, Role.PLANNER)
    _, task = drawn_task(session, actor, draw_id, "匹配")
    if task.second_reveal:
        raise Conflict(what=f"任务 {task.code} ", state="须二次揭示", act="一步匹配；请先登记概率表")
    commit_table(session, actor, draw_id, now, alias_key, cap, max_visits, ahead)
    return draw_teams(session, actor, draw_id, now)


def pairing_of(session: Session, actor: Actor, draw_id: str) -> Pairing:
    """The pairing of a draw in the actor's region, once its teams are drawn."""
    pairing = table_of(session, actor, draw_id)
    if not pairing.is_drawn:
        raise NotFound(what="匹配", key=draw_id)
    return pairing


def table_of(session: Session, actor: Actor, draw_id: str) -> Pairing:
    """The pairing of a draw in the actor's region from the moment its table is fixed."""
    pairing = records.pairing_of_draw(session, draw_of(session, actor, draw_id).id or 0)
    if pairing is None:
        raise NotFound(what="匹配", key=draw_id)
    return pairing


def drawn_task(session: Session, actor: Actor, draw_id: str, act: str) -> tuple[Draw, Task]:
    """The actor's own draw and its task, both locked, between draw and pairing."""
    draw, task = own_draw(session, actor, draw_id, None, act)
    if draw.state is not DrawState.CLOSED or task.state is not TaskState.DRAWN:
        raise Conflict(what=f"任务 {task.code} ", state=STATE_NAMES[task.state], act=act)
    return draw, task


def committed(session: Session, draw: Draw, *, lock: bool = False) -> Pairing:
    """The draw's pairing, whose table is fixed."""
    pairing = records.pairing_of_draw(session, draw.id or 0, lock=lock)
    if pairing is None:
        raise TableMissing(draw_id=draw.draw_id)
    return pairing


def unsettled(pairing: Pairing, parties: Sequence[DrawParty]) -> list[DrawParty]:
    """Parties that are waited for and have neither handed in a second secret nor been noted as absent."""
    return [
        party
        for party in parties
        if party.position in pairing.awaited and not party.second and not party.second_missing_at
    ]


def seconds_of(pairing: Pairing, parties: Sequence[DrawParty]) -> list[bytes | None]:
    """第二份随机数 of every party of the plan in order; none where it is not awaited, or did not come."""
    return [
        bytes.fromhex(party.second) if party.second and party.position in pairing.awaited else None
        for party in parties
    ]


def seed_of(draw: Draw, pairing: Pairing, parties: Sequence[DrawParty]) -> bytes:
    """匹配种子 (docs/pair-1.md, section 8)."""
    own = bytes.fromhex(draw.seed or "")
    return pairing_seed(own, pairing.table_sha256 or "", seconds_of(pairing, parties))


def people_of(session: Session, draw: Draw, pairing: Pairing) -> dict[str, str]:
    """Alias → code of everybody in the organ. For the office alone."""
    key = bytes.fromhex(pairing.alias_key)
    return {alias(key, one.code): one.code for one in records.inspectors(session, draw.organ_id)}


def names_of(session: Session, draw: Draw) -> dict[str, str]:
    """Code → name of everybody in the organ; elsewhere the code may be another's. For the office alone."""
    return {one.code: one.name for one in records.inspectors(session, draw.organ_id)}


def solved(problem: Problem, posed: Posed) -> Table:
    """The table; what stands in the way is told again under names."""
    try:
        return solver_pairing.solve(problem)
    except (solver_pairing.PairingInfeasible, solver_pairing.CapTooLow):
        solver_pairing.solve(posed.in_words())
        raise


def _aliased(posed: Posed, alias_key: bytes) -> Problem:
    return renamed(
        posed.problem,
        lambda code: alias(alias_key, code),
        periods=lambda period: period_alias(alias_key, period),
    )


def _teams(
    session: Session,
    draw: Draw,
    teams: Mapping[str, Sequence[tuple[str, str]]],
    codes: Mapping[str, str],
    units: Mapping[str, Sequence[str]],
) -> list[TeamOf]:
    """The team of every visit: that of the unit it was drawn in."""
    unit_of = {visit: unit for unit, visits in units.items() for visit in visits}
    ids = {one.code: one.id or 0 for one in records.inspectors(session, draw.organ_id)}
    rows: list[tuple[DrawnEntity, Entity]] = in_order(draws.drawn(session, draw.id or 0))
    found = []
    for n, (drawn, _) in enumerate(rows, start=1):
        visit = visit_code(draw.draw_id, n)
        unit = unit_of.get(visit, visit)
        found.append(
            TeamOf(
                drawn_id=drawn.id or 0,
                entity_id=drawn.entity_id,
                members=tuple(Seat(ids[codes[who]], seat) for seat, who in teams[unit]),
                bundle=short_name(unit, units.get(unit, (visit,))),
            )
        )
    return found
