"""替补: the next ticket of the same cell takes the place of an entity that cannot be inspected.

Proposed by a planner, approved by somebody else; appended and never overwritten. Nobody chooses who comes:
the tickets stand since the draw.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from solver.draw import Row
from supervision.draw import freezing, records
from supervision.draw.access import draw_of, own_draw
from supervision.draw.proposals import check_grounds, decide, refuse, to_decide
from supervision.draw.rules import StillSealed
from supervision.draw.service import drawn_row, replay
from supervision.draw.tables import Draw, DrawnEntity, DrawState, Replacement, ReplacementState
from supervision.errors import Conflict, NotFound, SupervisionError
from supervision.inspection import replacing as visits
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.tables import Task, TaskState
from supervision.register.tables import Entity
from supervision.register.uscc import tidy
from supervision.transparency.service import append

REASONS = {
    "deregistered": "已注销或被吊销",
    "moved-away": "已迁出本辖区",
    "never-opened": "登记后从未开业",
    "duplicated": "与名录中另一对象重复",
    "unreachable": "通过登记的住所或者经营场所无法联系",
    "force-majeure": "因不可抗力无法检查",
}
STATE_NAMES = {
    ReplacementState.PROPOSED: "待审批",
    ReplacementState.APPROVED: "已替补",
    ReplacementState.REFUSED: "未同意",
}


class ReserveExhausted(SupervisionError):
    code = "reserve_exhausted"
    status = 409
    sentence = "“{name}”所在的层已没有候补对象，不能替补。请按实际情况录入检查结果。"


class NotPairedYet(Conflict):
    code = "not_paired_yet"
    sentence = "抽取 {draw_id} 还没有匹配检查组。请先匹配，再办理替补。"


@dataclass(frozen=True, slots=True)
class ReplacementView:
    """替补, as the office sees it."""

    number: int
    """Tells the proposals apart."""
    draw_id: str
    uscc: str
    name: str
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
    new_uscc: str | None
    """Who came in its place."""
    new_name: str | None


def replacements_of(session: Session, actor: Actor, draw_id: str) -> list[ReplacementView]:
    """替补一览 of a draw, oldest first, for the office."""
    require(actor, *plans.OFFICE)
    draw = draw_of(session, actor, draw_id)
    found = {row.position: entity for row, entity in records.drawn(session, draw.id or 0)}
    return [_view(draw, each, found) for each in records.replacements(session, draw.id or 0)]


def waiting_replacements(session: Session, actor: Actor) -> dict[str, int]:
    """待本人审批的替补: number of the draw → how many, of the actor's own organ."""
    require(actor, Role.APPROVER)
    return dict(Counter(records.proposed_replacements(session, actor.organ_id, actor.username)))


def propose_replacement(
    session: Session, actor: Actor, draw_id: str, uscc: str, reason: str, evidence: str, now: datetime
) -> Replacement:
    """提出替补 for a drawn entity whose visit has no result yet. ``evidence`` stays in the office.

    Errors: ``StillSealed``, ``NotPairedYet``, ``ReserveExhausted``.
    """
    require(actor, Role.PLANNER)
    draw, task = own_draw(session, actor, draw_id, DrawState.CLOSED, "替补")
    if not draw.is_open:
        raise StillSealed(draw_id=draw_id, act="办理替补")
    if task.state not in (TaskState.PAIRED, TaskState.DONE):
        raise NotPairedYet(draw_id=draw_id)
    check_grounds("替补", reason, REASONS, evidence, "核实的情况和依据")
    rows = records.drawn(session, draw.id or 0)
    gone = _standing(rows, uscc)
    proposals = records.replacements(session, draw.id or 0)
    if any(p.position == gone.position and p.state is ReplacementState.PROPOSED for p in proposals):
        waiting = STATE_NAMES[ReplacementState.PROPOSED]
        raise Conflict(what=f"对象 {uscc} 的替补", state=waiting, act="再次提出")
    visits.check_replaceable(session, gone.id or 0)
    next_row(session, draw, gone, [row for row, _ in rows])
    proposal = Replacement(
        draw_id=draw.id or 0,
        position=gone.position,
        reason=reason,
        evidence=evidence.strip(),
        state=ReplacementState.PROPOSED,
        proposed_by=actor.username,
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    detail = {"number": proposal.id, "uscc": uscc, "reason": reason}
    record(session, actor, "replacement.propose", f"draw:{draw_id}", detail, now)
    return proposal


def approve_replacement(
    session: Session, actor: Actor, draw_id: str, number: int, now: datetime
) -> Replacement:
    """批准替补: the next ticket is appended, logged, and visited by the same team; the old visit is over.

    Errors: ``FourEyes``; ``TeamRefused`` (it names the inspector) where the team may not visit who comes.
    """
    proposal, draw, task = _to_decide(session, actor, draw_id, number, "批准")
    rows = records.drawn(session, draw.id or 0)
    gone = next(row for row, _ in rows if row.position == proposal.position)
    coming = next_row(session, draw, gone, [row for row, _ in rows])
    links = freezing.read_links(records.frame_of(session, draw.id or 0).links)
    added = drawn_row(draw, max(row.position for row, _ in rows) + 1, coming, links)
    added.replaces = gone.position
    session.add(added)
    session.flush()
    entity = records.entity_of(session, added.entity_id)
    visit = visits.hand_over(session, draw, task, gone.id or 0, added.id or 0, entity)
    if task.state is TaskState.DONE:
        task.state = TaskState.PAIRED
    proposal.new_position = added.position
    decide(proposal, ReplacementState.APPROVED, actor, now)
    session.add_all([proposal, task])
    fields = {
        "draw_id": draw_id,
        "cell": coming.cell,
        "out": gone.frame_id,
        "in": coming.id,
        "ticket": coming.ticket,
        "reason": proposal.reason,
    }
    append(session, "replacement", fields, now)
    detail = {"number": number, "new_uscc": entity.uscc, "visit": visit.code}
    record(session, actor, "replacement.approve", f"draw:{draw_id}", detail, now)
    return proposal


def refuse_replacement(
    session: Session, actor: Actor, draw_id: str, number: int, because: str, now: datetime
) -> Replacement:
    """不同意替补: the visit stands."""
    proposal, _, _ = _to_decide(session, actor, draw_id, number, "不同意")
    refuse(proposal, because, actor, now)
    session.add(proposal)
    record(session, actor, "replacement.refuse", f"draw:{draw_id}", {"number": number}, now)
    return proposal


def next_row(session: Session, draw: Draw, gone: DrawnEntity, rows: Sequence[DrawnEntity]) -> Row:
    """下一签号 of the cell, after those drawn and those that came since; refused if there is none."""
    used = sum(row.cell == gone.cell and row.replaces is not None for row in rows)
    result = replay(session, draw, records.frame_of(session, draw.id or 0))
    reserve = result.reserve(gone.cell, used + 1)
    if len(reserve) <= used:
        raise ReserveExhausted(name=records.entity_of(session, gone.entity_id).name)
    return reserve[used]


def _standing(rows: Sequence[tuple[DrawnEntity, Entity]], uscc: str) -> DrawnEntity:
    """The drawn entity of this credit code that nobody has replaced."""
    over = {row.replaces for row, _ in rows}
    for row, entity in rows:
        if entity.uscc == tidy(uscc) and row.position not in over:
            return row
    raise NotFound(what="抽中对象", key=uscc)


def _to_decide(
    session: Session, actor: Actor, draw_id: str, number: int, act: str
) -> tuple[Replacement, Draw, Task]:
    require(actor, Role.APPROVER)
    draw, task = own_draw(session, actor, draw_id, DrawState.CLOSED, f"{act}替补")
    proposals = records.replacements(session, draw.id or 0)
    return to_decide(proposals, number, actor, "替补", act, STATE_NAMES), draw, task


def _view(draw: Draw, proposal: Replacement, found: dict[int, Entity]) -> ReplacementView:
    gone = found[proposal.position]
    new = found[proposal.new_position] if proposal.new_position is not None else None
    return ReplacementView(
        number=proposal.id or 0,
        draw_id=draw.draw_id,
        uscc=gone.uscc,
        name=gone.name,
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
        new_uscc=new.uscc if new else None,
        new_name=new.name if new else None,
    )
