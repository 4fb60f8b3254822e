"""换人: others take the seats of an inspector who cannot go; the rest of each team stays.

Proposed by a planner, approved by somebody else; appended and never overwritten. Nobody chooses who comes:
the seats that are left have a table of their own, and its seed follows from the pairing's (docs/pair-1.md,
section 8).
"""

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from solver import pairing as solver_pairing
from solver.pairing.replacing import Replacement, replacement
from solver.pairing.seeding import reassignment_seed
from supervision.draw.access import draw_of, own_draw
from supervision.draw.proposals import check_grounds, decide, refuse, to_decide
from supervision.draw.tables import Draw, DrawState, ReplacementState
from supervision.errors import Conflict, NotFound, SupervisionError
from supervision.inspection.tables import Visit
from supervision.journal.service import record
from supervision.pairing import records, storing
from supervision.pairing.posing import pose_visits
from supervision.pairing.rules import UnlawfulPairing, alias, renamed
from supervision.pairing.service import people_of
from supervision.pairing.tables import Pairing, Reassignment, TeamMember
from supervision.pairing.units import Unit, period_alias
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan.rules import STATE_NAMES as TASK_STATE_NAMES
from supervision.plan.service import OFFICE
from supervision.plan.tables import Task, TaskState
from supervision.register.tables import Inspector
from supervision.transparency.service import append

REASONS = {
    "illness": "患病或受伤",
    "leave": "请假或外出",
    "recusal": "经批准回避",
    "transfer": "调离、停职或执法证失效",
}
STATE_NAMES = {
    ReplacementState.PROPOSED: "待审批",
    ReplacementState.APPROVED: "已换人",
    ReplacementState.REFUSED: "未同意",
}


class NothingToReassign(SupervisionError):
    code = "nothing_to_reassign"
    status = 409
    sentence = "{inspector}在抽取 {draw_id} 中没有待检查的对象，不需要换人。"


@dataclass(frozen=True, slots=True)
class ChangedSeat:
    """换人的席位: who goes and who comes, by name and code."""

    visit: str
    seat: str
    out: str
    into: str


@dataclass(frozen=True, slots=True)
class ReassignmentView:
    """换人, as the office sees it."""

    id: int
    """Tells the proposals apart."""
    draw_id: str
    inspector: str
    """Name and code."""
    visits: tuple[str, ...]
    reason: str
    reason_name: str
    evidence: str
    state: ReplacementState
    state_name: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    refused_because: str | None
    number: int | None
    changed: tuple[ChangedSeat, ...]


@dataclass(frozen=True, slots=True)
class AssignedVisit:
    """已分派的检查, to which somebody else has to be sent."""

    draw_id: str
    visit: str
    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class RecusedVisit:
    """须换人的检查: a recusal was granted after the team was drawn."""

    draw_id: str
    visit: str
    inspector_id: int
    inspector: str
    """Name and code."""
    entity: str


def reassignments_of(session: Session, actor: Actor, draw_id: str) -> list[ReassignmentView]:
    """换人一览 of a draw, oldest first, for the office."""
    require(actor, *OFFICE)
    draw = draw_of(session, actor, draw_id)
    people = {one.id or 0: one for one in records.inspectors(session, draw.organ_id)}
    return [_view(draw, each, people) for each in records.reassignments(session, draw.id or 0)]


def waiting_reassignments(session: Session, actor: Actor) -> dict[str, int]:
    """待本人审批的换人: number of the draw → how many, of the actor's own organ."""
    require(actor, Role.APPROVER)
    return dict(Counter(records.proposed_reassignments(session, actor.organ_id, actor.username)))


def team_people(session: Session, actor: Actor, draw_id: str) -> list[tuple[int, str]]:
    """检查组的人员 of a draw, in order of codes: id, and name and code."""
    require(actor, *OFFICE)
    draw = draw_of(session, actor, draw_id)
    seated = {inspector_id for _, _, inspector_id in records.members_of(session, draw.id or 0)}
    people = records.inspectors(session, draw.organ_id)
    return [(one.id or 0, f"{one.name} {one.code}") for one in people if one.id in seated]


def assigned_visits(
    session: Session,
    actor: Actor,
    inspector_id: int,
    *,
    uscc: str | None = None,
    colleague_id: int | None = None,
) -> list[AssignedVisit]:
    """已分派而未检查的对象 of an inspector of the actor's organ: at one entity, or together with a colleague,
    or all. What a recusal that was granted after the pairing still has to take away from him.
    """
    require(actor, *OFFICE)
    if records.inspector_of(session, actor.organ_id, inspector_id) is None:
        return []
    seats = records.seats_of(session, inspector_id)
    if colleague_id is not None:
        both = {visit.id for visit, _, _ in records.seats_of(session, colleague_id)}
        seats = [row for row in seats if row[0].id in both]
    seats = [row for row in seats if uscc is None or row[2].uscc == uscc]
    numbers = records.draw_numbers(session, {visit.draw_id for visit, _, _ in seats})
    return [AssignedVisit(numbers[v.draw_id], v.code, entity.uscc, entity.name) for v, _, entity in seats]


def recused_visits(session: Session, actor: Actor) -> list[RecusedVisit]:
    """回避未换人: visits of the actor's organ to which somebody is sent who has been recused since."""
    require(actor, *OFFICE)
    return [
        RecusedVisit(draw_id, visit, who.id or 0, f"{who.name} {who.code}", whom.name)
        for draw_id, visit, who, whom in records.recused_seats(session, actor.organ_id)
    ]


def propose_reassignment(
    session: Session,
    actor: Actor,
    draw_id: str,
    inspector_id: int,
    reason: str,
    evidence: str,
    now: datetime,
    visits: Sequence[str] | None = None,
) -> Reassignment:
    """提出换人 for an inspector: at the visits named, or at all where nothing was found yet.

    ``evidence`` stays in the office. Errors: ``NothingToReassign``.
    """
    require(actor, Role.PLANNER)
    draw, _, _ = _paired(session, actor, draw_id, "换人")
    inspector = _inspector(session, draw, inspector_id)
    check_grounds("换人", reason, REASONS, evidence, "情况和依据")
    proposals = records.reassignments(session, draw.id or 0)
    if any(p.inspector_id == inspector_id and p.state is ReplacementState.PROPOSED for p in proposals):
        waiting = STATE_NAMES[ReplacementState.PROPOSED]
        raise Conflict(what=f"{inspector.name}的换人", state=waiting, act="再次提出")
    codes = _standing(session, draw, inspector, visits)
    proposal = Reassignment(
        draw_id=draw.id or 0,
        inspector_id=inspector_id,
        visits=codes,
        reason=reason,
        evidence=evidence.strip(),
        state=ReplacementState.PROPOSED,
        proposed_by=actor.username,
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    detail = {"id": proposal.id, "inspector": inspector_id, "reason": reason, "visits": codes}
    record(session, actor, "reassignment.propose", f"draw:{draw_id}", detail, now)
    return proposal


def approve_reassignment(
    session: Session, actor: Actor, draw_id: str, proposal_id: int, now: datetime
) -> Reassignment:
    """批准换人: the seats are drawn anew by their own table, and the log says so.

    Where nobody can take them as they are, as few further seats as possible are drawn with them.
    Errors: ``FourEyes``; ``NothingToReassign``; ``solver.pairing.PairingInfeasible`` where nobody can come.
    """
    proposal, draw, task, pairing = _to_decide(session, actor, draw_id, proposal_id, "批准")
    inspector = _inspector(session, draw, proposal.inspector_id)
    codes = _standing(session, draw, inspector, proposal.visits)
    number = 1 + sum(1 for each in records.reassignments(session, draw.id or 0) if each.number is not None)
    found, units = _vacant(session, draw, task, pairing, inspector, codes)
    table = solver_pairing.solve(found.problem)
    seed = reassignment_seed(bytes.fromhex(pairing.seed or ""), number, table.table_sha256)
    assignment = solver_pairing.draw(table, seed)
    report = solver_pairing.check(table.problem, table, assignment, seed)
    if not report.ok:
        raise UnlawfulPairing(report=str(report))
    people = people_of(session, draw, pairing)
    changed = [
        (visit, seat, people[out], people[into])
        for (unit, seat, out), (_, _, into) in zip(
            sorted((*found.given_up, *found.opened)), assignment.rows, strict=True
        )
        for visit in units[unit]
    ]
    _reseat(session, draw, changed)
    decide(proposal, ReplacementState.APPROVED, actor, now)
    proposal.number, proposal.visits = number, codes
    proposal.changed = [list(row) for row in changed]
    proposal.units = {unit: list(visits) for unit, visits in units.items() if len(visits) > 1}
    proposal.problem = storing.pack(table.problem.to_json())
    proposal.outcome = storing.pack_outcome(table, assignment)
    proposal.table_sha256, proposal.seed = table.table_sha256, seed.hex()
    proposal.assignment_sha256 = assignment.assignment_sha256
    session.add(proposal)
    digests = {"table_sha256": table.table_sha256, "assignment_sha256": assignment.assignment_sha256}
    fields = {"draw_id": draw_id, "number": number, **digests, "reason": proposal.reason}
    append(session, "reassignment", fields, now)
    detail = digests | {"id": proposal_id, "number": number, "visits": codes}
    record(session, actor, "reassignment.approve", f"draw:{draw_id}", detail, now)
    return proposal


def refuse_reassignment(
    session: Session, actor: Actor, draw_id: str, proposal_id: int, because: str, now: datetime
) -> Reassignment:
    """不同意换人: the teams stand."""
    proposal, _, _, _ = _to_decide(session, actor, draw_id, proposal_id, "不同意")
    refuse(proposal, because, actor, now)
    session.add(proposal)
    record(session, actor, "reassignment.refuse", f"draw:{draw_id}", {"id": proposal_id}, now)
    return proposal


def _paired(session: Session, actor: Actor, draw_id: str, act: str) -> tuple[Draw, Task, Pairing]:
    draw, task = own_draw(session, actor, draw_id, DrawState.CLOSED, act)
    pairing = records.pairing_of_draw(session, draw.id or 0, lock=True)
    if pairing is None or not pairing.is_drawn or task.state not in (TaskState.PAIRED, TaskState.DONE):
        raise Conflict(what=f"任务 {task.code} ", state=TASK_STATE_NAMES[task.state], act=act)
    if not pairing.alias_key:
        raise Conflict(what=f"抽取 {draw_id} 的匹配", state="由早期版本抽出，没有概率表", act=act)
    return draw, task, pairing


def _to_decide(
    session: Session, actor: Actor, draw_id: str, proposal_id: int, act: str
) -> tuple[Reassignment, Draw, Task, Pairing]:
    require(actor, Role.APPROVER)
    draw, task, pairing = _paired(session, actor, draw_id, f"{act}换人")
    proposals = records.reassignments(session, draw.id or 0)
    return to_decide(proposals, proposal_id, actor, "换人", act, STATE_NAMES), draw, task, pairing


def _inspector(session: Session, draw: Draw, inspector_id: int) -> Inspector:
    found = records.inspector_of(session, draw.organ_id, inspector_id)
    if found is None:
        raise NotFound(what="执法检查人员", key=inspector_id)
    return found


def _standing(session: Session, draw: Draw, inspector: Inspector, wanted: Sequence[str] | None) -> list[str]:
    """The inspector's visits of the draw where nothing was found yet: those wanted, or all."""
    found = [visit.code for visit, _, _ in records.seats_of(session, inspector.id or 0, draw.id, lock=True)]
    codes = [code for code in found if wanted is None or code in wanted]
    if not codes:
        raise NothingToReassign(inspector=inspector.name, draw_id=draw.draw_id)
    return codes


def _vacant(
    session: Session, draw: Draw, task: Task, pairing: Pairing, inspector: Inspector, codes: Sequence[str]
) -> tuple[Replacement, dict[str, tuple[str, ...]]]:
    """换人问题 under aliases, from the registers as they stand now; a refusal is told under names.

    Visits of one bundle or route that have the same team, and are changed alike, stay together: task →
    visits.
    """
    visits = records.hold_standing(session, draw.id or 0)
    teams = records.team_codes(session, draw.id or 0)
    inspected = {visit.code for visit, _ in visits if visit.state not in records.UNINSPECTED}
    standing = _standing_units([visit for visit, _ in visits], teams, pairing, inspected, codes)
    coded = {visit.code: entity for visit, entity in visits}
    posed = pose_visits(session, task, draw, coded, standing)
    units = {unit.code: unit.visits for unit in standing}
    done = [unit for unit in units if unit in inspected]
    gone_from = [unit for unit in units if unit in codes]
    key = bytes.fromhex(pairing.alias_key)

    def under(people: Callable[[str], str], entities: Callable[[str], str]) -> Replacement:
        problem = renamed(posed.problem, people, entities, lambda period: period_alias(key, period))
        problem = replace(problem, cap=None)
        rows = [
            (entities(visit), seat, people(who))
            for visit, team in teams.items()
            if visit in units
            for seat, who in team
        ]
        gone = {people(inspector.code): [entities(code) for code in gone_from]}
        return replacement(problem, rows, gone, [entities(code) for code in done])

    try:
        return under(lambda code: alias(key, code), str), units
    except solver_pairing.PairingInfeasible:
        under(lambda code: posed.people.get(code, code), lambda visit: posed.entities[visit])
        raise


def _standing_units(
    visits: Sequence[Visit],
    teams: Mapping[str, Sequence[tuple[str, str]]],
    pairing: Pairing,
    inspected: Container[str],
    codes: Container[str],
) -> list[Unit]:
    """What is drawn as one, named by its first: visits of a unit with one team, changed alike."""
    days = storing.days_of(pairing)
    groups: dict[tuple[object, ...], list[str]] = {}
    for visit in visits:
        code = visit.code
        alike = (visit.bundle, tuple(sorted(teams.get(code, ()))), code in inspected, code in codes)
        groups.setdefault(alike if visit.bundle else (code,), []).append(code)
    bundle_of = {visit.code: visit.bundle for visit in visits}
    return [
        Unit(own[0], tuple(own), days.get(bundle_of[own[0]] or "", own[0] if days else ""))
        for own in groups.values()
    ]


def _reseat(session: Session, draw: Draw, changed: Sequence[tuple[str, str, str, str]]) -> None:
    """Each of ``changed`` (visit, seat, who goes, who comes) is written over its seat."""
    ids = {one.code: one.id or 0 for one in records.inspectors(session, draw.organ_id)}
    members = records.members_of(session, draw.id or 0)
    moved = [members[visit, seat, ids[out]] for visit, seat, out, _ in changed]
    seats = [(member.visit_id, member.seat) for member in moved]
    for member in moved:
        session.delete(member)
    session.flush()  # two of one team may change places
    for (visit_id, seat), (_, _, _, into) in zip(seats, changed, strict=True):
        session.add(TeamMember(visit_id=visit_id, inspector_id=ids[into], seat=seat))
    session.flush()


def _view(draw: Draw, proposal: Reassignment, people: Mapping[int, Inspector]) -> ReassignmentView:
    names = {one.code: f"{one.name} {one.code}" for one in people.values()}
    return ReassignmentView(
        id=proposal.id or 0,
        draw_id=draw.draw_id,
        inspector=names[people[proposal.inspector_id].code],
        visits=tuple(proposal.visits),
        reason=proposal.reason,
        reason_name=REASONS[proposal.reason],
        evidence=proposal.evidence,
        state=proposal.state,
        state_name=STATE_NAMES[proposal.state],
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
        decided_by=proposal.decided_by,
        decided_at=proposal.decided_at,
        refused_because=proposal.refused_because,
        number=proposal.number,
        changed=tuple(
            ChangedSeat(visit, seat, names[out], names[into])
            for visit, seat, out, into in proposal.changed
            if out != into
        ),
    )
