"""Acts of the parties: named, committing before the freeze, revealing after the approval or being missed.

A secret that was handed in stays sealed until the draw is open, or the last to reveal could choose the
outcome by staying away.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from solver.seed import commitment
from supervision.draw import records
from supervision.draw.access import (
    draft_task,
    expect_draw,
    expect_task,
    held,
    own_draw,
    own_party,
    party_task,
    together,
)
from supervision.draw.campaigns import check_sealed, given_by
from supervision.draw.rules import (
    KIND_NAMES,
    AlreadyCommitted,
    CommitmentMissing,
    CommitmentReused,
    RevealRefused,
    check_parties,
    has_witness,
    missing,
    parse_hex,
)
from supervision.draw.sources import NothingMissing, RevealTooLate, check_missing_may_be_noted
from supervision.draw.tables import Draw, DrawParty, DrawState, PartyKind
from supervision.errors import Conflict, InvalidInput, NotFound, SupervisionError
from supervision.journal.service import record
from supervision.people.records import grants
from supervision.people.rules import Actor, require
from supervision.people.service import SYSTEM
from supervision.people.tables import Account, Role
from supervision.plan import service as plans
from supervision.plan.tables import Task, TaskState
from supervision.transparency.service import append


@dataclass(frozen=True, slots=True)
class NamedParty:
    """被确定的参与方: an account, the title that the public sees, and of which kind it is."""

    username: str
    title: str
    kind: PartyKind


@dataclass(frozen=True, slots=True)
class PartyView:
    """参与方: who commits and reveals. ``secret`` is empty until the draw is open, for everybody."""

    task_code: str
    position: int
    title: str
    kind: PartyKind
    username: str
    commitment: str | None
    committed_at: datetime | None
    revealed_at: datetime | None
    missing_at: datetime | None
    secret: str | None


def parties_of(session: Session, actor: Actor, task_code: str) -> list[PartyView]:
    """参与方一览 of a task, for its office and for its parties.

    Of a task that joined a campaign: until its freeze those of the organiser's task, whom it will share.
    """
    task = records.task_of_party(session, actor.account_id, task_code)
    if task is None:
        require(actor, *plans.OFFICE)
        task = plans.task_of(session, actor, task_code)
    found = records.parties(session, task.id or 0)
    campaign = records.campaign(session, task.campaign) if task.campaign and not found else None
    return _views(session, records.parties(session, campaign.task_id) if campaign else found)


def my_parties(session: Session, actor: Actor) -> list[PartyView]:
    """我参与的抽取: where the actor is a party, newest first."""
    return _views(session, records.tasks_of_party(session, actor.account_id))


def name_parties(
    session: Session,
    actor: Actor,
    task_code: str,
    parties: Sequence[NamedParty],
    now: datetime,
    wanted: Sequence[PartyKind] | None = None,
) -> list[DrawParty]:
    """确定参与方, in the order in which their secrets enter the seed; before anybody committed.

    A task that joined a campaign has the parties of the organiser's task. ``wanted``: the kinds that the
    freeze will ask for; told only there, after the commitments, nobody could be added any more. To name
    nobody takes back who was named.
    """
    require(actor, Role.PLANNER)
    task = draft_task(session, actor, task_code, "确定参与方")
    check_names_own_parties(session, task)
    former = records.parties(session, task.id or 0)
    if any(party.commitment for party in former):
        raise Conflict(what=f"任务 {task_code} ", state="已有参与方提交承诺", act="更换参与方")
    names = [party.username for party in parties]
    accounts = {account.username: account for account in records.accounts(session, names)}
    if len(set(names)) != len(names):
        raise InvalidInput(field="参与方", problem="同一账号不能重复。")
    for username in names:
        if username not in accounts or not accounts[username].active:
            raise NotFound(what="账号", key=username)
    for party in former:
        session.delete(party)
    session.flush()
    added = [
        DrawParty(
            task_id=task.id or 0,
            position=position,
            title=party.title.strip()[:64] or _title(party, accounts[party.username]),
            kind=party.kind,
            account_id=accounts[party.username].id or 0,
        )
        for position, party in enumerate(parties)
    ]
    session.add_all(added)
    if added and wanted is not None:
        _check(session, task, added, wanted)
    detail = {"parties": [[party.username, party.title, party.kind.value] for party in parties]}
    record(session, actor, "draw.name_parties", f"task:{task_code}", detail, now)
    return added


def _title(party: NamedParty, account: Account) -> str:
    """Where none was given: what the party is, rather than the name of a person; titles are public."""
    return account.display_name if party.kind is PartyKind.OTHER else KIND_NAMES[party.kind]


def _check(session: Session, task: Task, parties: Sequence[DrawParty], wanted: Sequence[PartyKind]) -> None:
    ids = [party.account_id for party in parties]
    witnessed = has_witness(grants(session, ids), task.created_by, records.usernames(session, ids))
    check_parties(parties, wanted, witnessed)


def check_names_own_parties(session: Session, task: Task) -> None:
    """Refuse to name parties for a task that shares those of its campaign's organiser."""
    if code := given_by(session, task):
        raise Conflict(what=f"任务 {task.code} ", state=f"已加入联合抽取 {code}", act="另定参与方")


def commit(session: Session, actor: Actor, task_code: str, commitment_hex: str, now: datetime) -> DrawParty:
    """提交承诺: ``H(TAG("commit") ‖ secret)``; the secret stays with the party. Never changed afterwards.

    One that was committed to before is refused: copied, it adds nothing to the seed; used again, its secret
    may be public.
    """
    task = party_task(session, actor, task_code, lock=True)
    expect_task(task, TaskState.DRAFT, "提交承诺")
    party = own_party(session, actor, task)
    if party.commitment:
        raise AlreadyCommitted(title=party.title)
    given = parse_hex(commitment_hex, "承诺").hex()
    if records.commitment_known(session, given):
        raise CommitmentReused()
    party.commitment, party.committed_at = given, now
    session.add(party)
    detail = {"title": party.title, "commitment": party.commitment}
    record(session, actor, "draw.commit", f"task:{task_code}", detail, now)
    return party


def ready_parties(session: Session, task: Task, wanted: Sequence[PartyKind]) -> list[DrawParty]:
    """The parties, one of each wanted kind, all committed; else refused."""
    parties = records.parties(session, task.id or 0)
    _check(session, task, parties, wanted)
    if absent := missing(parties, "commitment"):
        raise CommitmentMissing(titles=absent)
    return parties


def reveal(session: Session, actor: Actor, task_code: str, secret_hex: str, now: datetime) -> DrawParty:
    """揭示: a party hands in its secret; it must be the one it committed to, and in time.

    In a campaign the same secret counts for all its draws.
    """
    draw, task = _to_reveal(session, actor, task_code)
    party = own_party(session, actor, task)
    if party.secret:
        raise Conflict(what=f"“{party.title}”的随机数", state="已揭示", act="再次揭示")
    if task.reveal_by is not None and now > task.reveal_by:
        raise RevealTooLate(title=party.title)
    secret = parse_hex(secret_hex, "秘密值")
    if commitment(secret, draw.alg).hex() != party.commitment:
        raise RevealRefused()
    for each, twin in _twins(session, draw, party):
        twin.secret, twin.revealed_at = secret.hex(), now
        session.add(twin)
        _log(session, "reveal", each, twin, now)
    record(session, actor, "draw.reveal", f"task:{task_code}", {"title": party.title}, now)
    return party


def note_missing(session: Session, actor: Actor, draw_id: str, now: datetime) -> list[DrawParty]:
    """记录缺席: whoever did not reveal by the deadline counts as an empty reveal.

    Only where the plan names a beacon, and before its moment: afterwards such a draw can only be voided.
    A lottery is not enough: nothing here knows when it is drawn, and an absence noted with its numbers in
    sight would be a choice between two outcomes.
    """
    require(actor, Role.PLANNER, Role.APPROVER)
    draw, _ = own_draw(session, actor, draw_id, DrawState.APPROVED, "记录缺席")
    return _note(session, actor, draw, now)


def overdue(session: Session, now: datetime) -> list[str]:
    """逾期未揭示: numbers of the draws where an absence can be noted; once it is too late, people decide."""
    found = []
    for draw in records.overdue_reveals(session, now):
        with suppress(SupervisionError):
            _check_absence(session, draw, now)
            found.append(draw.draw_id)
    return found


def note_on_time(session: Session, draw_id: str, now: datetime) -> list[DrawParty]:
    """As ``note_missing``, by the system."""
    draw = held(session, draw_id)
    expect_draw(draw, DrawState.APPROVED, "记录缺席")
    return _note(session, SYSTEM, draw, now)


def _check_absence(session: Session, draw: Draw, now: datetime) -> None:
    check_sealed(session, draw)
    task = records.task_by_id(session, draw.task_id)
    sources = records.sources(session, draw.id or 0)
    typed = records.lottery_entries(session, [source.id or 0 for source in sources])
    check_missing_may_be_noted(task.reveal_by, sources, bool(typed), now)


def _note(session: Session, actor: Actor, draw: Draw, now: datetime) -> list[DrawParty]:
    _check_absence(session, draw, now)
    absent = [p for p in records.parties(session, draw.task_id) if not p.secret and not p.missing_at]
    if not absent:
        raise NothingMissing()
    for party in absent:
        for each, twin in _twins(session, draw, party):
            twin.missing_at = now
            session.add(twin)
            _log(session, "missing", each, twin, now)
    titles = [party.title for party in absent]
    record(session, actor, "draw.note_missing", f"draw:{draw.draw_id}", {"titles": titles}, now)
    return absent


def _to_reveal(session: Session, actor: Actor, task_code: str) -> tuple[Draw, Task]:
    task = party_task(session, actor, task_code)
    found = records.draw_of_task(session, task.id or 0)
    if found is not None:
        held(session, found.draw_id)
    task = party_task(session, actor, task_code, lock=True)
    expect_task(task, TaskState.APPROVED, "揭示")
    if found is None:
        raise AssertionError("an approved task has a draw")
    check_sealed(session, found)
    return found, task


def _twins(session: Session, draw: Draw, party: DrawParty) -> list[tuple[Draw, DrawParty]]:
    """The same party in every draw that shares it."""
    return [
        (each, twin)
        for each in together(session, draw)
        for twin in records.parties(session, each.task_id)
        if twin.commitment == party.commitment
    ]


def _log(session: Session, kind: str, draw: Draw, party: DrawParty, now: datetime) -> None:
    fields = {"draw_id": draw.draw_id, "position": party.position, "commit": party.commitment}
    append(session, kind, fields, now)


def _views(session: Session, parties: Sequence[DrawParty]) -> list[PartyView]:
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
                kind=party.kind,
                username=names[party.account_id],
                commitment=party.commitment,
                committed_at=party.committed_at,
                revealed_at=party.revealed_at,
                missing_at=party.missing_at,
                secret=party.secret if draw and draw.is_open else None,
            )
        )
    return views
