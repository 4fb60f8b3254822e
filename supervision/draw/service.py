"""Acts of the draw, in their only order: parties commit, freeze, approve, reveal, draw and close; or void.

No act leads from a reveal back to a changed plan. A re-draw is a new task with a reason; both stay visible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from solver import closing
from solver.draw import DrawResult, Row
from solver.draw import draw as run_draw_1
from solver.frame import Frame
from solver.plan import NO_PREVIOUS, Plan
from solver.progress import Progress
from solver.seed import commitment
from supervision.clock import today
from supervision.draw import freezing, records
from supervision.draw.rules import (
    STATE_NAMES,
    VOID_REASONS,
    AlreadyCommitted,
    CommitmentMissing,
    CommitmentReused,
    EarlierDrawOpen,
    FourEyes,
    NotAParty,
    RevealMissing,
    RevealRefused,
    TooFewParties,
    has_witness,
    is_blinded,
    missing,
    parse_hex,
    plan_fields,
)
from supervision.draw.tables import Draw, DrawnEntity, DrawParty, DrawState, FrozenFrame
from supervision.errors import Conflict, InvalidInput, NotFound
from supervision.journal.records import actors_of
from supervision.journal.service import record
from supervision.pairing import records as pairing_records
from supervision.people.records import grants
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.rules import STATE_NAMES as TASK_STATE_NAMES
from supervision.plan.rules import mode_of
from supervision.plan.tables import Task, TaskState
from supervision.register.tables import Entity


@dataclass(frozen=True, slots=True)
class Freeze:
    """冻结参数: the numbers that the settings add to a task (R12, draw/1 part 3)."""

    visit_cap: int
    min_anonymity: int
    min_parties: int


@dataclass(frozen=True, slots=True)
class PartyView:
    """参与方: who commits and reveals. ``secret`` is empty until the draw is closed, for everybody."""

    task_code: str
    position: int
    title: str
    username: str
    commitment: str | None
    committed_at: datetime | None
    revealed_at: datetime | None
    secret: str | None


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
    """抽中对象一览, in the order of credit codes: the order drawn stands beside classes (R27)."""
    require(actor, *plans.OFFICE)
    draw = draw_of(session, actor, draw_id)
    return sorted((entity for _, entity in records.drawn(session, draw.id or 0)), key=lambda e: e.uscc)


def parties_of(session: Session, actor: Actor, task_code: str) -> list[PartyView]:
    """参与方一览 of a task, for its office and for its parties."""
    task = records.task_of_party(session, actor.account_id, task_code)
    if task is None:
        require(actor, *plans.OFFICE)
        task = plans.task_of(session, actor, task_code)
    return _party_views(session, records.parties(session, task.id or 0))


def my_parties(session: Session, actor: Actor) -> list[PartyView]:
    """我参与的抽取: where the actor is a party, newest first."""
    return _party_views(session, records.tasks_of_party(session, actor.account_id))


def name_parties(
    session: Session, actor: Actor, task_code: str, parties: Sequence[tuple[str, str]], now: datetime
) -> list[DrawParty]:
    """确定参与方: (username, title) in the order their secrets enter the seed; before anybody committed."""
    require(actor, Role.PLANNER)
    task = _draft(session, actor, task_code, "确定参与方")
    former = records.parties(session, task.id or 0)
    if any(party.commitment for party in former):
        raise Conflict(what=f"任务 {task_code} ", state="已有参与方提交承诺", act="更换参与方")
    accounts = {account.username: account for account in records.accounts(session, [u for u, _ in parties])}
    if len({username for username, _ in parties}) != len(parties):
        raise InvalidInput(field="参与方", problem="同一账号不能重复。")
    for username, _ in parties:
        if username not in accounts or not accounts[username].active:
            raise NotFound(what="账号", key=username)
    for party in former:
        session.delete(party)
    session.flush()
    added = [
        DrawParty(
            task_id=task.id or 0,
            position=position,
            title=title.strip()[:64] or accounts[username].display_name,
            account_id=accounts[username].id or 0,
        )
        for position, (username, title) in enumerate(parties)
    ]
    session.add_all(added)
    detail = {"parties": [list(party) for party in parties]}
    record(session, actor, "draw.name_parties", f"task:{task_code}", detail, now)
    return added


def commit(session: Session, actor: Actor, task_code: str, commitment_hex: str, now: datetime) -> DrawParty:
    """提交承诺: ``H(TAG("commit") ‖ secret)``; the secret stays with the party. Never changed afterwards.

    One that was committed to before is refused: copied, it adds nothing to the seed; used again, its secret
    may be public.
    """
    task = party_task(session, actor, task_code, lock=True)
    _expect(task, TaskState.DRAFT, "提交承诺")
    party = _party(session, actor, task)
    if party.commitment:
        raise AlreadyCommitted(title=party.title)
    commitment = parse_hex(commitment_hex, "承诺").hex()
    if records.commitment_known(session, commitment):
        raise CommitmentReused()
    party.commitment, party.committed_at = commitment, now
    session.add(party)
    detail = {"title": party.title, "commitment": party.commitment}
    record(session, actor, "draw.commit", f"task:{task_code}", detail, now)
    return party


def freeze(
    session: Session, actor: Actor, task_code: str, how: Freeze, now: datetime, frame_key: bytes
) -> Draw:
    """冻结: the frame, the inspector register and the plan become bytes; the task can no longer be edited.

    ``frame_key`` (32 random bytes) blinds the frame where the task uses the confidential class, or keeps
    its list until the results are out.
    """
    require(actor, Role.PLANNER)
    task = _draft(session, actor, task_code, "冻结")
    plans.recheck(session, actor, task, now)
    parties = _ready_parties(session, task, how.min_parties)
    records.lock_organ(session, task.organ_id)
    unfinished = records.open_draw(session, task.organ_id)
    if unfinished is not None:
        raise EarlierDrawOpen(draw_id=unfinished.draw_id)
    year, blinded = today(now).year, is_blinded(task.by_class, task.publish_drawn_list)
    snapshot = plans.snapshot_for(session, task)
    scope = plans.scope_of(session, task, snapshot, how.visit_cap)
    plans.check_ceiling(session, task, scope)
    frozen = freezing.freeze_frame(session, task, scope, how.min_anonymity, frame_key)
    serial = records.last_serial(session, task.organ_id, year) + 1
    before = records.last_draw(session, task.organ_id)
    draw_id = f"{actor.organ_code}-{year}-{serial:04d}"
    plan = Plan.of(
        plan_fields(
            draw_id=draw_id,
            prev=(before.closing_hash or NO_PREVIOUS) if before else NO_PREVIOUS,
            register_root=frozen.frame.root(),
            register_n=len(frozen.frame),
            commits=[party.commitment or "" for party in parties],
            mode=mode_of(task.mode, task.rates, task.number),
            blinded=blinded,
            min_anonymity=how.min_anonymity,
            inspector_root=register_root(session, task.organ_id, frame_key if blinded else b""),
            items=[item.code for item in plans.items_of(session, task)],
            exclusion=frozen.exclusion,
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
    )
    session.add(draw)
    session.flush()
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
    """审批: from here on the plan's hash is public and the parties may reveal. Two pairs of eyes."""
    require(actor, Role.APPROVER)
    draw, task = _own(session, actor, draw_id, DrawState.FROZEN, "审批")
    drew_up = actors_of(session, f"task:{task.code}", ("task.change", "draw.name_parties"))
    if actor.username in {draw.frozen_by, task.created_by, *drew_up}:
        raise FourEyes()
    draw.state, draw.approved_by, draw.approved_at = DrawState.APPROVED, actor.username, now
    task.state = TaskState.APPROVED
    session.add_all([draw, task])
    record(session, actor, "draw.approve", f"draw:{draw_id}", {"plan_hash": draw.plan_hash}, now)
    return draw


def reveal(session: Session, actor: Actor, task_code: str, secret_hex: str, now: datetime) -> DrawParty:
    """揭示: a party opens its secret; it must be the one it committed to.

    Nobody sees it before the draw is closed, or the last to reveal could choose the outcome by staying away.
    """
    task = party_task(session, actor, task_code, lock=True)
    _expect(task, TaskState.APPROVED, "揭示")
    party = _party(session, actor, task)
    if party.secret:
        raise Conflict(what=f"“{party.title}”的随机数", state="已揭示", act="再次揭示")
    secret = parse_hex(secret_hex, "随机数")
    if commitment(secret).hex() != party.commitment:
        raise RevealRefused()
    party.secret, party.revealed_at = secret.hex(), now
    session.add(party)
    record(
        session,
        actor,
        "draw.reveal",
        f"task:{task_code}",
        {"title": party.title},
        now,
    )
    return party


def run(
    session: Session, actor: Actor, draw_id: str, now: datetime, progress: Progress | None = None
) -> Draw:
    """抽取: the plan's only possible outcome, and its closing record."""
    require(actor, Role.PLANNER)
    draw, task = _own(session, actor, draw_id, DrawState.APPROVED, "抽取")
    parties = records.parties(session, task.id or 0)
    if absent := missing(parties, "secret"):
        raise RevealMissing(titles=absent)
    frozen = records.frame_of(session, draw.id or 0)
    reveals = [bytes.fromhex(party.secret or "") for party in parties]
    frame = Frame.parse(freezing.unpack(frozen.frame))
    result = run_draw_1(Plan.parse(draw.plan_json), frame, reveals, progress)
    links = freezing.read_links(frozen.links)
    records.add_drawn(session, [_drawn(draw, at, row, links) for at, row in enumerate(result.rows, start=1)])
    _close(draw, result, now)
    task.state = TaskState.DRAWN
    session.add_all([draw, task])
    detail = {
        "reveals": [party.secret for party in parties],
        "n": result.n,
        "result_sha256": draw.result_sha256,
        "closing_hash": draw.closing_hash,
    }
    record(session, actor, "draw.close", f"draw:{draw_id}", detail, now)
    return draw


def void(session: Session, actor: Actor, draw_id: str, reason: str, note: str, now: datetime) -> Draw:
    """作废: closes a draw without a result, for one of ``VOID_REASONS``. It stays visible for ever."""
    require(actor, Role.APPROVER)
    draw, task = _own(session, actor, draw_id, None, "作废")
    if draw.state not in (DrawState.FROZEN, DrawState.APPROVED):
        raise Conflict(what=f"抽取 {draw_id} ", state=STATE_NAMES[draw.state], act="作废")
    if reason not in VOID_REASONS or not note.strip():
        raise InvalidInput(field="作废原因", problem="请选择原因并写明情况，公众会看到。")
    entry = closing.Void(draw_id, draw.plan_hash, reason).record
    draw.state, draw.closed_at = DrawState.VOID, now
    draw.void_reason = f"{VOID_REASONS[reason]}：{note.strip()}"
    draw.closing_json, draw.closing_hash = entry.decode(), closing.closing_hash(entry)
    task.state = TaskState.VOID
    session.add_all([draw, task])
    detail = {"reason": reason, "note": note.strip(), "closing_hash": draw.closing_hash}
    record(session, actor, "draw.void", f"draw:{draw_id}", detail, now)
    return draw


def draw_of(session: Session, actor: Actor, draw_id: str, *, lock: bool = False) -> Draw:
    """The draw, if it lies in the actor's region."""
    draw = records.draw_by_number(session, actor, draw_id, lock=lock)
    if draw is None:
        raise NotFound(what="抽取", key=draw_id)
    return draw


def party_task(session: Session, actor: Actor, task_code: str, *, lock: bool = False) -> Task:
    """The task in whose draw the actor is a party: a witness may sit outside the organ and its region."""
    task = records.task_of_party(session, actor.account_id, task_code, lock=lock)
    if task is None:
        raise NotAParty()
    return task


def register_root(session: Session, organ_id: int, frame_key: bytes) -> str:
    """The root of the organ's inspectors and recusals as they stand now."""
    recusals = [
        *pairing_records.entity_recusals(session, organ_id),
        *pairing_records.colleague_recusals(session, organ_id),
    ]
    return freezing.inspector_root(records.inspectors(session, organ_id), recusals, frame_key)


def _party_views(session: Session, parties: Sequence[DrawParty]) -> list[PartyView]:
    names = records.usernames(session, [party.account_id for party in parties])
    tasks = {task_id: records.task_by_id(session, task_id) for task_id in {p.task_id for p in parties}}
    draws = {task_id: records.draw_of_task(session, task_id) for task_id in tasks}
    views = []
    for party in parties:
        draw = draws[party.task_id]
        views.append(
            PartyView(
                task_code=tasks[party.task_id].code,
                position=party.position,
                title=party.title,
                username=names[party.account_id],
                commitment=party.commitment,
                committed_at=party.committed_at,
                revealed_at=party.revealed_at,
                secret=party.secret if draw and draw.state is DrawState.CLOSED else None,
            )
        )
    return views


def _draft(session: Session, actor: Actor, task_code: str, act: str) -> Task:
    task = plans.own_task(session, actor, task_code, lock=True)
    _expect(task, TaskState.DRAFT, act)
    return task


def _expect(task: Task, state: TaskState, act: str) -> None:
    if task.state is not state:
        raise Conflict(what=f"任务 {task.code} ", state=TASK_STATE_NAMES[task.state], act=act)


def _own(
    session: Session, actor: Actor, draw_id: str, state: DrawState | None, act: str
) -> tuple[Draw, Task]:
    draw = draw_of(session, actor, draw_id, lock=True)
    if draw.organ_id != actor.organ_id:
        raise NotFound(what="抽取", key=draw_id)
    if state is not None and draw.state is not state:
        raise Conflict(what=f"抽取 {draw_id} ", state=STATE_NAMES[draw.state], act=act)
    return draw, records.task_by_id(session, draw.task_id, lock=True)


def _party(session: Session, actor: Actor, task: Task) -> DrawParty:
    for party in records.parties(session, task.id or 0):
        if party.account_id == actor.account_id:
            return party
    raise NotAParty()


def _ready_parties(session: Session, task: Task, least: int) -> list[DrawParty]:
    parties = records.parties(session, task.id or 0)
    ids = [party.account_id for party in parties]
    witnessed = has_witness(grants(session, ids), task.created_by, records.usernames(session, ids))
    if len(parties) < least or not witnessed:
        raise TooFewParties(least=least, found=len(parties))
    if absent := missing(parties, "commitment"):
        raise CommitmentMissing(titles=absent)
    return parties


def _drawn(draw: Draw, position: int, row: Row, links: dict[str, int]) -> DrawnEntity:
    return DrawnEntity(
        draw_id=draw.id or 0,
        position=position,
        entity_id=links[row.id],
        frame_id=row.id,
        cell=row.cell,
        ticket=row.ticket,
    )


def _close(draw: Draw, result: DrawResult, now: datetime) -> None:
    entry = closing.close(result).record
    draw.state, draw.closed_at, draw.seed = DrawState.CLOSED, now, result.seed.hex()
    draw.result, draw.result_sha256 = result.result_bytes.decode(), result.result_sha256
    draw.cells = [[cell.cell, cell.N, cell.a, cell.k, cell.threshold] for cell in result.cells]
    draw.cells_sha256 = result.cells_sha256
    draw.closing_json, draw.closing_hash = entry.decode(), closing.closing_hash(entry)
