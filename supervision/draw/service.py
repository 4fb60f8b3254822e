"""Acts of the draw, in their only order: parties commit, freeze, approve, reveal, draw and close; or void.

No act leads from a reveal back to a changed plan. A re-draw is a new task with a reason; both stay visible.
What the parties do stands in ``parties``, public sources in ``entropy``, openings in ``opening``, joint draws
in ``campaigns``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from solver import closing
from solver.canonical import Alg, parse
from solver.draw import DrawResult, Row
from solver.draw import draw as run_draw_1
from solver.frame import Frame
from solver.plan import NO_PREVIOUS, Plan
from solver.progress import Progress
from supervision.clock import today
from supervision.draw import freezing, records
from supervision.draw.access import draft_task, draw_of, hold_campaign, own_draw, party_task
from supervision.draw.campaigns import check_sealed, record_of, shared_terms
from supervision.draw.entropy import check_settled
from supervision.draw.opening import reveals, unseal
from supervision.draw.parties import (
    NamedParty,
    PartyView,
    commit,
    my_parties,
    name_parties,
    note_missing,
    parties_of,
    ready_parties,
    reveal,
)
from supervision.draw.rules import (
    STATE_NAMES,
    VOID_REASONS,
    EarlierDrawOpen,
    FourEyes,
    RevealMissing,
    kinds_of,
    plan_fields,
)
from supervision.draw.sources import planned_round
from supervision.draw.tables import (
    Draw,
    DrawnEntity,
    DrawParty,
    DrawSource,
    DrawState,
    FrozenFrame,
    PartyKind,
    SourceKind,
)
from supervision.errors import Conflict, InvalidInput
from supervision.journal.records import actors_of
from supervision.journal.service import record
from supervision.pairing import records as pairing_records
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.rules import mode_of
from supervision.plan.tables import Task, TaskState
from supervision.register.tables import Entity
from supervision.settings import Settings
from supervision.transparency.service import append

__all__ = [
    "Freeze",
    "NamedParty",
    "PartyKind",
    "PartyView",
    "approve",
    "commit",
    "draw_of",
    "drawn_entities",
    "draws",
    "freeze",
    "my_parties",
    "name_parties",
    "note_missing",
    "parties_of",
    "party_task",
    "register_root",
    "reveal",
    "run",
    "seen_draw",
    "task_of_draw",
    "void",
]


@dataclass(frozen=True, slots=True)
class Freeze:
    """冻结参数: what the settings add to a task (R12, draw/1 parts 3 and 4)."""

    visit_cap: int
    min_anonymity: int
    party_kinds: tuple[PartyKind, ...]
    """At least one party of each."""
    beacon_chain: str = ""
    beacon_margin: int = 60
    """Seconds between the deadline of the reveals and the round."""
    alg: Alg = "sha256"
    """Digest of the plan and all that follows from it; commitments are made with it as well."""

    @classmethod
    def of(cls, settings: Settings) -> "Freeze":
        return cls(
            settings.annual_visit_cap,
            settings.min_anonymity,
            kinds_of(settings.party_kinds),
            settings.beacon_chain,
            settings.beacon_margin_seconds,
            settings.alg,
        )


def draws(session: Session, actor: Actor, *, before: int | None = None, limit: int = 100) -> list[Draw]:
    """抽取一览, inside the actor's region, newest first."""
    require(actor, *plans.OFFICE, Role.WITNESS)
    return records.draws(session, actor, before=before, limit=limit)


def seen_draw(session: Session, actor: Actor, draw_id: str) -> Draw:
    """The draw, for whoever may look at it: the office and witnesses of its region."""
    require(actor, *plans.OFFICE, Role.WITNESS)
    return draw_of(session, actor, draw_id)


def task_of_draw(session: Session, draw: Draw) -> Task:
    return records.task_by_id(session, draw.task_id)


def drawn_entities(session: Session, actor: Actor, draw_id: str) -> list[Entity]:
    """抽中对象一览, in the order of credit codes: the order drawn stands beside classes (R27).

    Replacements are among them, and whom they replaced is not.
    """
    require(actor, *plans.OFFICE)
    draw = draw_of(session, actor, draw_id)
    rows = records.drawn(session, draw.id or 0)
    gone = {row.replaces for row, _ in rows}
    return sorted((entity for row, entity in rows if row.position not in gone), key=lambda e: e.uscc)


def freeze(
    session: Session, actor: Actor, task_code: str, how: Freeze, now: datetime, frame_key: bytes
) -> Draw:
    """冻结: the frame, the inspector register and the plan become bytes; the task can no longer be edited.

    ``frame_key`` (32 random bytes) blinds the frame where the task uses the confidential class, or keeps
    its list for a while; in a campaign it is the campaign's.
    """
    require(actor, Role.PLANNER)
    hold_campaign(session, plans.own_task(session, actor, task_code))
    task = draft_task(session, actor, task_code, "冻结")
    plans.recheck(session, actor, task, now)
    shared = shared_terms(session, task)
    if shared is not None:
        frame_key = shared[0]
        _share_parties(session, task, shared[1])
    parties = ready_parties(session, task, how.party_kinds)
    records.lock_organ(session, task.organ_id)
    unfinished = records.open_draw(session, task.organ_id)
    if unfinished is not None:
        raise EarlierDrawOpen(draw_id=unfinished.draw_id)
    year, blinded = today(now).year, freezing.blinds(task)
    snapshot = plans.snapshot_for(session, task)
    scope = plans.scope_of(session, task, snapshot, how.visit_cap)
    plans.check_ceiling(session, task, scope)
    frozen = freezing.freeze_frame(session, task, scope, how.min_anonymity, frame_key, how.alg)
    serial = records.last_serial(session, task.organ_id, year) + 1
    before = records.last_draw(session, task.organ_id)
    draw_id = f"{actor.organ_code}-{year}-{serial:04d}"
    sources = _sources(task, how, len(parties))
    plan = Plan.of(
        plan_fields(
            draw_id=draw_id,
            prev=(before.closing_hash or NO_PREVIOUS) if before else NO_PREVIOUS,
            register_root=frozen.frame.root(how.alg),
            register_n=len(frozen.frame),
            commits=[party.commitment or "" for party in parties],
            mode=mode_of(task.mode, task.rates, task.number),
            blinded=blinded,
            min_anonymity=how.min_anonymity,
            inspector_root=register_root(session, task.organ_id, frame_key if blinded else b""),
            items=[item.code for item in plans.items_of(session, task)],
            alg=how.alg,
            exclusion=frozen.exclusion,
            beacon=next(((s.chain or "", s.round or 0) for s in sources if s.round), None),
            lotteries=task.lotteries,
            open_by=task.open_by,
            campaign=task.campaign,
            unit=(task.draw_unit.value, task.unit_size) if task.unit_size else None,
        )
    )
    draw = Draw(
        task_id=task.id or 0,
        organ_id=task.organ_id,
        year=year,
        serial=serial,
        draw_id=draw_id,
        state=DrawState.FROZEN,
        plan_json=plan.canonical.decode(),
        plan_hash=plan.plan_hash,
        register_root=plan.register_root,
        register_n=plan.register_n,
        frozen_by=actor.username,
        frozen_at=now,
        sealed=task.open_by is not None,
        open_by=task.open_by,
        campaign=task.campaign,
    )
    session.add(draw)
    session.flush()
    for source in sources:
        source.draw_id = draw.id or 0
    session.add_all(sources)
    session.add(
        FrozenFrame(
            draw_id=draw.id or 0,
            frame=freezing.pack(frozen.frame.data),
            links=freezing.pack(frozen.links),
            key=frame_key.hex() if blinded else None,
        )
    )
    task.state, task.snapshot_id = TaskState.FROZEN, snapshot.id if snapshot else None
    session.add(task)
    detail = {
        "task": task.code,
        "plan_hash": draw.plan_hash,
        "root": draw.register_root,
        "n": draw.register_n,
        "snapshot": snapshot.digest if snapshot else None,
    }
    record(session, actor, "draw.freeze", f"draw:{draw_id}", detail, now)
    return draw


def approve(session: Session, actor: Actor, draw_id: str, now: datetime) -> Draw:
    """审批: from here on the plan is public, in the log, and the parties may reveal. Two pairs of eyes."""
    require(actor, Role.APPROVER)
    draw, task = own_draw(session, actor, draw_id, DrawState.FROZEN, "审批")
    drew_up = actors_of(session, f"task:{task.code}", ("task.change", "draw.name_parties"))
    if task.campaign is not None:
        drew_up |= actors_of(session, f"campaign:{task.campaign}", ("campaign.create", "campaign.join"))
    if actor.username in {draw.frozen_by, task.created_by, *drew_up}:
        raise FourEyes()
    if task.reveal_by is not None and task.reveal_by <= now:
        raise InvalidInput(field="揭示截止时间", problem="已经过去，不能再审批。请作废本次抽取，另建任务。")
    draw.state, draw.approved_by, draw.approved_at = DrawState.APPROVED, actor.username, now
    task.state = TaskState.APPROVED
    session.add_all([draw, task])
    append(session, "plan", {"draw_id": draw_id, "plan_hash": draw.plan_hash}, now)
    record(session, actor, "draw.approve", f"draw:{draw_id}", {"plan_hash": draw.plan_hash}, now)
    return draw


def run(
    session: Session, actor: Actor, draw_id: str, now: datetime, progress: Progress | None = None
) -> Draw:
    """抽取: the plan's only possible outcome, and its closing record. An open draw is opened at once.

    Every party must have revealed, or have been noted as missing, and every public source be there.
    """
    require(actor, Role.PLANNER)
    draw, task = own_draw(session, actor, draw_id, DrawState.APPROVED, "抽取")
    check_sealed(session, draw)
    absent = [p.title for p in records.parties(session, task.id or 0) if not p.secret and not p.missing_at]
    if absent:
        raise RevealMissing(titles="、".join(absent))
    check_settled(records.sources(session, draw.id or 0))
    frozen = records.frame_of(session, draw.id or 0)
    result = replay(session, draw, frozen, progress)
    links = freezing.read_links(frozen.links)
    rows = [drawn_row(draw, at, row, links) for at, row in enumerate(result.rows, start=1)]
    records.add_drawn(session, rows)
    _close(draw, result, now)
    task.state = TaskState.DRAWN
    session.add_all([draw, task])
    _log_closing(session, draw, now)
    detail = {"n": result.n, "result_sha256": draw.result_sha256, "closing_hash": draw.closing_hash}
    record(session, actor, "draw.close", f"draw:{draw_id}", detail, now)
    if draw.open_by is None or draw.open_by <= now:
        unseal(session, actor, draw, now)
    return draw


def replay(session: Session, draw: Draw, frozen: FrozenFrame, progress: Progress | None = None) -> DrawResult:
    """The outcome of a draw from its plan, its frame and its reveals."""
    frame = Frame.parse(freezing.unpack(frozen.frame))
    plan, campaign = Plan.parse(draw.plan_json), record_of(session, draw)
    return run_draw_1(plan, frame, reveals(session, draw), progress, campaign=campaign)


def void(session: Session, actor: Actor, draw_id: str, reason: str, note: str, now: datetime) -> Draw:
    """作废: closes a draw without a result, for one of ``VOID_REASONS``. It stays visible for ever."""
    require(actor, Role.APPROVER)
    draw, task = own_draw(session, actor, draw_id, None, "作废")
    if draw.state not in (DrawState.FROZEN, DrawState.APPROVED):
        raise Conflict(what=f"抽取 {draw_id} ", state=STATE_NAMES[draw.state], act="作废")
    if reason not in VOID_REASONS or not note.strip():
        raise InvalidInput(field="作废原因", problem="请选择原因并写明情况，公众会看到。")
    if draw.approved_at is None:
        # its number and its place in the chain are public from now on, and so the plan that they belong to
        append(session, "plan", {"draw_id": draw_id, "plan_hash": draw.plan_hash}, now)
    entry = closing.Void(draw_id, draw.plan_hash, reason).record
    draw.state, draw.closed_at = DrawState.VOID, now
    draw.void_reason = f"{VOID_REASONS[reason]}：{note.strip()}"
    draw.closing_json, draw.closing_hash = entry.decode(), closing.closing_hash(entry, draw.alg)
    task.state = TaskState.VOID
    session.add_all([draw, task])
    _log_closing(session, draw, now)
    detail = {"reason": reason, "note": note.strip(), "closing_hash": draw.closing_hash}
    record(session, actor, "draw.void", f"draw:{draw_id}", detail, now)
    return draw


def register_root(session: Session, organ_id: int, frame_key: bytes) -> str:
    """The root of the organ's inspectors, recusals and leaves as they stand now."""
    recusals = [
        *pairing_records.entity_recusals(session, organ_id),
        *pairing_records.colleague_recusals(session, organ_id),
    ]
    leaves = pairing_records.every_leave(session, organ_id)
    return freezing.inspector_root(records.inspectors(session, organ_id), recusals, leaves, frame_key)


def drawn_row(draw: Draw, position: int, row: Row, links: dict[str, int]) -> DrawnEntity:
    """One line of the result, with its link to the entity."""
    return DrawnEntity(
        draw_id=draw.id or 0,
        position=position,
        entity_id=links[row.id],
        frame_id=row.id,
        cell=row.cell,
        ticket=row.ticket,
    )


def _share_parties(session: Session, task: Task, parties: Sequence[DrawParty]) -> None:
    """The parties of the campaign's organiser, who committed once for all its draws."""
    if any(party.task_id == task.id for party in parties):
        return
    for party in parties:
        shared = party.model_dump(include={"position", "title", "kind", "account_id", "commitment"})
        session.add(DrawParty(task_id=task.id or 0, committed_at=party.committed_at, **shared))
    session.flush()


def _sources(task: Task, how: Freeze, first: int) -> list[DrawSource]:
    """The public sources that the plan names, from position ``first`` on, the beacon before lotteries."""
    found = []
    if task.use_beacon and task.reveal_by is not None:
        number, moment = planned_round(how.beacon_chain, task.reveal_by, how.beacon_margin)
        found.append(
            DrawSource(
                draw_id=0,
                position=first,
                kind=SourceKind.BEACON,
                chain=how.beacon_chain,
                round=number,
                due_at=moment,
            )
        )
    for lottery in task.lotteries:
        found.append(
            DrawSource(
                draw_id=0,
                position=first + len(found),
                kind=SourceKind.LOTTERY,
                game=lottery["game"],
                issue=lottery["issue"],
            )
        )
    return found


def _close(draw: Draw, result: DrawResult, now: datetime) -> None:
    entry = closing.close(result).record
    draw.state, draw.closed_at, draw.seed = DrawState.CLOSED, now, result.seed.hex()
    draw.result, draw.result_sha256 = result.result_bytes.decode(), result.result_sha256
    draw.cells = [[cell.cell, cell.N, cell.a, cell.k, cell.threshold] for cell in result.cells]
    draw.cells_sha256 = result.cells_sha256
    draw.closing_json, draw.closing_hash = entry.decode(), closing.closing_hash(entry, result.alg)


def _log_closing(session: Session, draw: Draw, now: datetime) -> None:
    append(session, "closing", {"draw_id": draw.draw_id, "record": parse(draw.closing_json or "")}, now)
