"""Acts of the pairing: the lot that gives every drawn entity a lawful team."""

import gzip
import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from solver import pairing as solver_pairing
from supervision.draw import records as draws
from supervision.draw.service import draw_of, register_root
from supervision.draw.tables import Draw, DrawnEntity, DrawState
from supervision.errors import Conflict, NotFound
from supervision.inspection.rules import Seat, TeamOf, concerns, visit_code
from supervision.inspection.service import assign_visits
from supervision.journal.service import record
from supervision.pairing import records
from supervision.pairing.rules import METHOD, Officer, UnlawfulPairing, VisitNeed, build_problem, pairing_seed
from supervision.pairing.tables import Pairing
from supervision.people.rules import Actor, in_scope, require
from supervision.people.tables import Role
from supervision.plan.rules import STATE_NAMES
from supervision.plan.service import items_of
from supervision.plan.tables import Task, TaskState
from supervision.register.tables import Entity, Inspector, Item


def pair(session: Session, actor: Actor, draw_id: str, now: datetime) -> Pairing:
    """匹配: solve the problem that registers and rules pose, let the draw's seed decide, hand out the visits.

    Raises ``solver.pairing.PairingInfeasible`` naming the visits that no lawful team can make, and why.
    """
    require(actor, Role.PLANNER)
    draw, task = _drawn_task(session, actor, draw_id)
    rows = sorted(draws.drawn(session, draw.id or 0), key=lambda row: row[1].uscc)
    inspectors = draws.inspectors(session, draw.organ_id)
    problem = problem_of(session, task, draw, rows, inspectors)
    seed = pairing_seed(bytes.fromhex(draw.seed or ""))
    table = solver_pairing.solve(problem)
    assignment = solver_pairing.draw(table, seed)
    report = solver_pairing.check(problem, table, assignment, None)
    if not report.ok:
        raise UnlawfulPairing(report=str(report))
    text = json.dumps(problem.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    pairing = Pairing(
        draw_id=draw.id or 0,
        method=METHOD,
        problem=gzip.compress(text.encode(), mtime=0),
        problem_sha256=problem.problem_sha256,
        seed=seed.hex(),
        assignment_sha256=assignment.assignment_sha256,
        loads=dict(assignment.loads),
        paired_by=actor.username,
        paired_at=now,
    )
    session.add(pairing)
    assign_visits(session, draw, _teams(draw, rows, inspectors, assignment))
    task.state = TaskState.PAIRED
    session.add(task)
    key = draws.frame_of(session, draw.id or 0).key or ""
    root = register_root(session, draw.organ_id, bytes.fromhex(key))
    detail = {
        "problem_sha256": pairing.problem_sha256,
        "assignment_sha256": pairing.assignment_sha256,
        "redrawn": len(assignment.rejected),
        "inspector_root": root,
        "register_changed": root != json.loads(draw.plan_json).get("inspector_root"),
    }
    record(session, actor, "pairing.pair", f"draw:{draw_id}", detail, now)
    return pairing


def pairing_of(session: Session, actor: Actor, draw_id: str) -> Pairing:
    """The pairing of a draw in the actor's region."""
    pairing = records.pairing_of_draw(session, draw_of(session, actor, draw_id).id or 0)
    if pairing is None:
        raise NotFound(what="匹配", key=draw_id)
    return pairing


def problem_of(
    session: Session,
    task: Task,
    draw: Draw,
    rows: Sequence[tuple[DrawnEntity, Entity]],
    inspectors: Sequence[Inspector],
) -> solver_pairing.Problem:
    """匹配问题, from the registers as they stand now: recusals declared after the freeze count.

    ``rows`` stand in the order in which visits are numbered.
    """
    items = items_of(session, task)
    loads = records.loads_of_year(session, draw.organ_id, draw.year)
    return build_problem(
        [_officer(inspector, loads.get(inspector.id or 0, 0)) for inspector in inspectors],
        [_need(draw, task, number, entity, items) for number, (_, entity) in enumerate(rows, start=1)],
        team_size=task.team_size,
        last_day=task.ends,
        recusals=records.entity_recusals(session, draw.organ_id),
        colleague_recusals=records.colleague_recusals(session, draw.organ_id),
    )


def _drawn_task(session: Session, actor: Actor, draw_id: str) -> tuple[Draw, Task]:
    draw = draw_of(session, actor, draw_id, lock=True)
    if draw.organ_id != actor.organ_id:
        raise NotFound(what="抽取", key=draw_id)
    task = draws.task_by_id(session, draw.task_id, lock=True)
    if draw.state is not DrawState.CLOSED or task.state is not TaskState.DRAWN:
        raise Conflict(what=f"任务 {task.code} ", state=STATE_NAMES[task.state], act="匹配")
    return draw, task


def _officer(inspector: Inspector, carried: int) -> Officer:
    return Officer(
        code=inspector.code,
        certificate_until=inspector.certificate_until,
        area=inspector.region_prefix,
        qualifications=frozenset(inspector.qualifications.split()),
        may_lead=inspector.may_lead,
        past_load=inspector.past_load + carried,
    )


def _need(draw: Draw, task: Task, number: int, entity: Entity, items: Sequence[Item]) -> VisitNeed:
    """Who moved out of the task's area since the freeze is still looked for there."""
    here = in_scope(task.region_prefix, entity.region_code)
    return VisitNeed(
        code=visit_code(draw.draw_id, number),
        uscc=entity.uscc,
        region=entity.region_code if here else task.region_prefix,
        qualifications=tuple(
            sorted({i.qualification for i in items if i.qualification and concerns(i.tag, entity.tags)})
        ),
    )


def _teams(
    draw: Draw,
    rows: Sequence[tuple[DrawnEntity, Entity]],
    inspectors: Sequence[Inspector],
    assignment: solver_pairing.Assignment,
) -> list[TeamOf]:
    ids = {inspector.code: inspector.id or 0 for inspector in inspectors}
    teams = assignment.teams()
    return [
        TeamOf(
            drawn_id=drawn.id or 0,
            entity_id=drawn.entity_id,
            members=tuple(Seat(ids[who], seat) for seat, who in teams[visit_code(draw.draw_id, number)]),
        )
        for number, (drawn, _) in enumerate(rows, start=1)
    ]
