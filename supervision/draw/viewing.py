"""What the office sees of draws: whose turn it is, and the public strata before the freeze."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from supervision.draw import records
from supervision.draw.access import party_task
from supervision.draw.campaigns import record_of
from supervision.draw.parties import PartyView, my_parties
from supervision.draw.rules import public_paths
from supervision.draw.tables import Draw
from supervision.pairing.records import pairing_of_draw
from supervision.people.rules import Actor, require
from supervision.plan.rules import STATE_NAMES
from supervision.plan.service import OFFICE, CellPreview
from supervision.plan.tables import Task, TaskState


@dataclass(frozen=True, slots=True)
class Duty:
    """参与事项: a draw in which the actor is a party, and what is asked of the actor now."""

    party: PartyView
    task_code: str
    task_name: str
    state: TaskState
    state_name: str
    draw_id: str | None
    """None before the freeze."""
    plan_hash: str | None
    """Known to the parties from the approval on."""
    approved_at: datetime | None
    reveal_by: datetime | None
    """揭示截止."""
    held_back: bool
    """The campaign of the draw is not sealed yet."""
    twice: bool = False
    """The task has a second reveal: the party keeps one more secret."""
    second_awaited: bool = False
    """The table of chances is fixed, and the party's second secret enters the seed of the pairing."""
    table_sha256: str | None = None
    """Of that table."""
    second_at: datetime | None = None
    second_missing_at: datetime | None = None

    @property
    def may_commit(self) -> bool:
        return self.state is TaskState.DRAFT and self.party.commitment is None

    @property
    def may_reveal(self) -> bool:
        """In a campaign not before it is sealed; after the deadline the act itself refuses."""
        done = self.party.revealed_at is not None or self.party.missing_at is not None
        return self.state is TaskState.APPROVED and not done and not self.held_back

    @property
    def may_hand_in(self) -> bool:
        """交出匹配随机数."""
        return self.second_awaited and self.second_at is None and self.second_missing_at is None

    @property
    def waiting(self) -> bool:
        """Whether it is the actor's turn."""
        return self.may_commit or self.may_reveal or self.may_hand_in


@dataclass(frozen=True, slots=True)
class Stratum:
    """公开分层: a path of the public table; small groups share one so that no drawn entity stands alone."""

    path: str
    cells: int
    entities: int
    expected: Fraction


def duties(session: Session, actor: Actor) -> list[Duty]:
    """我参与的抽取, newest first."""
    return [_duty(session, actor, party) for party in my_parties(session, actor)]


def duty_of(session: Session, actor: Actor, task_code: str) -> Duty:
    """The actor's part in one draw; refused to whoever is no party of it."""
    party_task(session, actor, task_code)
    return next(duty for duty in duties(session, actor) if duty.task_code == task_code)


def draw_for(session: Session, actor: Actor, task: Task) -> Draw | None:
    """The draw of a task, once it is frozen."""
    require(actor, *OFFICE)
    return records.draw_of_task(session, task.id or 0)


def strata(cells: Sequence[CellPreview], blinded: bool, min_anonymity: int) -> tuple[Stratum, ...]:
    """公开分层预览 (draw/1 part 3): how the public table would group the cells, were the task frozen now."""
    groups: dict[tuple[str, str], Fraction] = {}
    for cell in cells:
        key = (cell.region, cell.industry)
        groups[key] = groups.get(key, Fraction(0)) + cell.expected
    if blinded:
        paths = public_paths(groups, min_anonymity)
    else:
        paths = {(region, industry): f"{region}/{industry}" for region, industry in groups}
    names = sorted(set(paths.values()))
    return tuple(_stratum(name, [c for c in cells if paths[c.region, c.industry] == name]) for name in names)


def _stratum(path: str, cells: Sequence[CellPreview]) -> Stratum:
    return Stratum(
        path=path,
        cells=len({(cell.region, cell.industry) for cell in cells}),
        entities=sum(cell.entities for cell in cells),
        expected=sum((cell.expected for cell in cells), Fraction(0)),
    )


def _duty(session: Session, actor: Actor, party: PartyView) -> Duty:
    task = party_task(session, actor, party.task_code)
    draw = records.draw_of_task(session, task.id or 0)
    approved = draw if draw is not None and draw.approved_at is not None else None
    pairing = pairing_of_draw(session, draw.id or 0) if draw is not None and task.second_reveal else None
    own = next(each for each in records.parties(session, task.id or 0) if each.position == party.position)
    return Duty(
        party=party,
        task_code=task.code,
        task_name=task.name,
        state=task.state,
        state_name=STATE_NAMES[task.state],
        draw_id=draw.draw_id if draw else None,
        plan_hash=approved.plan_hash if approved else None,
        approved_at=approved.approved_at if approved else None,
        reveal_by=task.reveal_by,
        held_back=draw is not None and draw.campaign is not None and record_of(session, draw) is None,
        twice=task.second_reveal,
        second_awaited=pairing is not None and not pairing.is_drawn and party.position in pairing.awaited,
        table_sha256=pairing.table_sha256 if pairing is not None else None,
        second_at=own.second_at,
        second_missing_at=own.second_missing_at,
    )
