"""办理进度: the nine or ten steps of a task, which of them is at hand, and what the actor may do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api.formats import format_date
from api.office.answers import Translate
from api.office.waiting import Waiting
from supervision.draw.service import PartyView
from supervision.draw.tables import Draw, DrawState
from supervision.draw.viewing import Duty
from supervision.inspection.tables import VisitState
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan.tables import Disclosure, Task, TaskState

ORDER = tuple(TaskState)
STEP_LABELS = ("编制", "承诺", "冻结", "审批", "揭示", "抽取", "匹配", "检查", "启封", "公示")
APPROVAL, REVEAL, OPENING = (STEP_LABELS.index(label) for label in ("审批", "揭示", "启封"))
WIDER_LABELS = {APPROVAL: "审批和定案", REVEAL: "揭示和随机源"}
"""In a campaign, and with public sources."""
Step = tuple[str, str, str]
"""Name, state (done, current, todo, blocked) and date, as ``ui.steps`` takes them."""


@dataclass(frozen=True, slots=True)
class Doing:
    """可办事项: which acts on a task the actor is offered. The services decide once more."""

    edit: bool
    name_parties: bool
    freeze: bool
    approve: bool
    void: bool
    note_missing: bool
    enter: bool
    run: bool
    open: bool
    pair: bool
    redraw: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """办理情况 of one task: its parties, its draw and its visits."""

    task: Task
    parties: Sequence[PartyView]
    draw: Draw | None
    visits: Mapping[VisitState, int]
    waiting: Waiting | None = None
    """Once its draw is approved, until it is drawn."""
    shares_parties: bool = False
    """The organiser of its campaign names them."""

    @property
    def sealed(self) -> bool:
        """封存型."""
        return self.task.disclosure is Disclosure.SEALED

    @property
    def closed_up(self) -> bool:
        """封存中: drawn, and not opened yet."""
        return self.draw is not None and self.draw.state is DrawState.CLOSED and not self.draw.is_open

    @property
    def committed(self) -> bool:
        return bool(self.parties) and all(party.commitment for party in self.parties)

    @property
    def revealed(self) -> bool:
        return bool(self.parties) and all(p.revealed_at or p.missing_at for p in self.parties)

    @property
    def ready(self) -> bool:
        """Whether all is there that decides the outcome."""
        return self.revealed and not self.held_back and (self.waiting is None or self.waiting.settled)

    @property
    def held_back(self) -> bool:
        return self.waiting is not None and self.waiting.held_back

    @property
    def reached(self) -> int:
        """How far the task has come; a void one as far as its draw had."""
        if self.task.state is TaskState.VOID:
            approved = self.draw is not None and self.draw.approved_at is not None
            return ORDER.index(TaskState.APPROVED if approved else TaskState.FROZEN)
        return ORDER.index(self.task.state)

    def past(self, state: TaskState) -> bool:
        return self.reached >= ORDER.index(state)

    @property
    def waiting_for(self) -> list[str]:
        """Titles of the parties whose turn it is."""
        if self.task.state is TaskState.DRAFT:
            return [party.title for party in self.parties if not party.commitment]
        if self.task.state is TaskState.APPROVED:
            return [party.title for party in self.parties if not (party.revealed_at or party.missing_at)]
        return []

    @property
    def inspected(self) -> bool:
        """Whether every visit has been entered."""
        waiting = self.visits.get(VisitState.ASSIGNED, 0) + self.visits.get(VisitState.RETURNED, 0)
        return bool(sum(self.visits.values())) and not waiting


def doing(actor: Actor, standing: Standing) -> Doing:
    task = standing.task
    own = task.organ_id == actor.organ_id
    planner, approver = own and actor.has(Role.PLANNER), own and actor.has(Role.APPROVER)
    frozen_by = standing.draw.frozen_by if standing.draw else ""
    state = task.state
    return Doing(
        edit=planner and state is TaskState.DRAFT,
        name_parties=planner
        and state is TaskState.DRAFT
        and not standing.shares_parties
        and not any(party.commitment for party in standing.parties),
        freeze=planner and state is TaskState.DRAFT and standing.committed,
        approve=approver and state is TaskState.FROZEN and actor.username not in (frozen_by, task.created_by),
        void=approver and state in (TaskState.FROZEN, TaskState.APPROVED),
        note_missing=(planner or approver) and standing.waiting is not None and standing.waiting.may_note,
        enter=standing.waiting is not None and bool(standing.waiting.to_enter),
        run=planner and state is TaskState.APPROVED and standing.ready,
        open=approver and standing.closed_up,
        pair=planner and state is TaskState.DRAWN,
        redraw=planner and state is TaskState.VOID,
    )


def steps(_: Translate, standing: Standing) -> list[Step]:
    """The steps: done ones with their dates, the one at hand, those still to come.

    Only a sealed draw has the one of its opening.
    """
    places = [place for place in range(len(STEP_LABELS)) if place != OPENING or standing.sealed]
    labels = _labels(standing)
    done = _done(standing)
    dates = _dates(standing)
    first = next((place for place in places if not done[place]), len(done))
    void = standing.task.state is TaskState.VOID
    found = []
    for place in places:
        label = labels[place]
        if place < first or (place == OPENING and done[place]):  # opened early, before the last visit
            found.append((_(label), "done", day_text(dates[place])))
        elif place == first:
            found.append((_(label), "blocked" if void else "current", _("已作废") if void else ""))
        else:
            found.append((_(label), "todo", ""))
    return found


def part_steps(_: Translate, duty: Duty) -> list[Step]:
    """A party's own way through a draw."""
    party = duty.party
    labels = (_("提交承诺"), _("冻结和审批"), _("揭示随机数"), _("抽取并公开"))
    moments = (party.committed_at, duty.approved_at, party.revealed_at or party.missing_at, None)
    done = (*(moment is not None for moment in moments[:3]), party.secret is not None)
    first = next((place for place, each in enumerate(done) if not each), len(done))
    states = ["done" if each else "current" if place == first else "todo" for place, each in enumerate(done)]
    if party.missing_at is not None:
        states[2] = "blocked"
    steps = list(zip(labels, states, map(day_text, moments), strict=True))
    return [*steps, _second_step(_, duty, first == len(done))] if duty.twice else steps


def _second_step(_: Translate, duty: Duty, drawn: bool) -> Step:
    """交出匹配随机数: still ahead when the draw is done, so that nobody throws the secret away."""
    if duty.second_missing_at is not None:
        return (_("交出匹配随机数"), "blocked", day_text(duty.second_missing_at))
    if duty.second_at is not None:
        return (_("交出匹配随机数"), "done", day_text(duty.second_at))
    return (_("交出匹配随机数"), "current" if drawn or duty.second_awaited else "todo", "")


def _labels(standing: Standing) -> list[str]:
    task = standing.task
    wider = {APPROVAL: task.campaign is not None, REVEAL: task.use_beacon or bool(task.lotteries)}
    return [WIDER_LABELS[place] if wider.get(place) else label for place, label in enumerate(STEP_LABELS)]


def _done(standing: Standing) -> list[bool]:
    return [
        bool(standing.parties) or standing.past(TaskState.FROZEN),
        standing.committed,
        standing.past(TaskState.FROZEN),
        standing.past(TaskState.APPROVED) and not standing.held_back,
        standing.past(TaskState.DRAWN) or (standing.past(TaskState.APPROVED) and standing.ready),
        standing.past(TaskState.DRAWN),
        standing.past(TaskState.PAIRED),
        standing.past(TaskState.DONE) or standing.inspected,
        standing.draw is not None and standing.draw.is_open,
        standing.past(TaskState.DONE),
    ]


def _dates(standing: Standing) -> list[date | None]:
    draw, parties = standing.draw, standing.parties
    drawn_at = draw.closed_at if draw and standing.past(TaskState.DRAWN) else None
    return [
        standing.task.created_at,
        _last([party.committed_at for party in parties]),
        draw.frozen_at if draw else None,
        draw.approved_at if draw else None,
        _last([party.revealed_at or party.missing_at for party in parties]),
        drawn_at,
        None,
        None,
        draw.opened_at if draw else None,
        None,
    ]


def _last(moments: Sequence[datetime | None]) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return max(known) if known else None


def day_text(value: date | None) -> str:
    return "" if value is None else format_date(value)[5:]
