"""抽取之前等待什么: secrets of the parties, parties to be noted as missing, public sources to be entered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.formats import SHANGHAI
from api.i18n import lazy
from api.office.answers import Translate
from supervision.draw.entropy import SourceView, TypedResult
from supervision.draw.parties import PartyView
from supervision.draw.sources import LOTTERIES, planned_round
from supervision.draw.tables import DrawSource, SourceKind
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan.tables import Task
from supervision.settings import Settings

ENTERING = (Role.PLANNER, Role.APPROVER, Role.WITNESS)
NO_SOURCE = lazy("方案没有使用公共随机信标，不能以缺席处理。请审批人作废本次抽取，另建任务重新抽取。")
TOO_LATE = lazy("公开随机数已经可以知道，不能再记录缺席。请审批人作废本次抽取，另建任务重新抽取。")
NEVER_SEALED = lazy("联合抽取在揭示截止之前没有定案，不能继续。请审批人作废本次抽取，另行组织。")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """公开随机源 as a page shows it, and what the visitor may do about it now."""

    source: SourceView
    name: str
    path: str
    """Where relays of drand keep the round, after their own address; empty for a lottery."""
    due: str
    """From when on the round exists, to the second."""
    typed: Sequence[TypedResult]
    mine: str
    """What the visitor typed for the lottery."""
    may_enter: bool

    @property
    def differ(self) -> bool:
        """Two people typed, and not the same."""
        return len(self.typed) > 1 and len({each.result for each in self.typed}) > 1

    @property
    def field(self) -> str:
        """Name of the form's field."""
        return f"result_{self.source.position}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """等待事项 of an approved draw."""

    reveal_by: datetime | None
    held_back: bool
    """The campaign is not sealed yet."""
    absent: tuple[str, ...]
    """Titles of those who have neither revealed nor been noted as missing."""
    over: bool
    """The deadline has passed."""
    rows: tuple[SourceRow, ...]
    stuck: str = ""
    """Why nothing but voiding is left, as a text to be translated."""

    @property
    def may_note(self) -> bool:
        return self.over and bool(self.absent) and not self.stuck

    @property
    def to_enter(self) -> tuple[SourceRow, ...]:
        return tuple(row for row in self.rows if row.may_enter)

    @property
    def settled(self) -> bool:
        return all(row.source.settled_at for row in self.rows)


def waiting_of(
    _: Translate,
    actor: Actor,
    parties: Sequence[PartyView],
    sources: Sequence[SourceView],
    reveal_by: datetime | None,
    now: datetime,
    *,
    held_back: bool,
    takes_part: bool,
) -> Waiting:
    """``takes_part``: whether the actor is a party, or of the draw's own organ."""
    absent = tuple(p.title for p in parties if p.revealed_at is None and p.missing_at is None)
    over = reveal_by is not None and now > reveal_by
    may = takes_part and actor.has(*ENTERING) and not absent
    return Waiting(
        reveal_by=reveal_by,
        held_back=held_back,
        absent=absent,
        over=over,
        rows=tuple(source_row(_, actor, source, now, may=may) for source in sources),
        stuck=_stuck(sources, now, held_back=held_back) if over and absent else "",
    )


def source_row(_: Translate, actor: Actor, source: SourceView, now: datetime, *, may: bool) -> SourceRow:
    mine = next((each.result or "" for each in source.typed if each.username == actor.username), "")
    free = bool(mine) or len(source.typed) < 2
    known = source.due_at is None or source.due_at <= now
    beacon = source.kind is SourceKind.BEACON
    return SourceRow(
        source=source,
        name=name_of(_, source),
        path=f"/{source.chain}/public/{source.round}" if beacon else "",
        due=moment_text(source.due_at) if source.due_at else "",
        typed=source.typed,
        mine=mine,
        may_enter=may and source.settled_at is None and (known if beacon else free),
    )


def name_of(_: Translate, source: SourceView | DrawSource) -> str:
    """``公共随机数第 34170000 轮``, ``福利彩票双色球第 2026135 期``."""
    if source.kind is SourceKind.BEACON:
        return _("公共随机数第 {round} 轮").format(round=source.round)
    return lottery_name(_, source.game or "", source.issue or "")


def lottery_name(_: Translate, game: str, issue: str) -> str:
    return _("{game}第 {issue} 期").format(game=_(LOTTERIES.get(game, game)), issue=issue)


def planned_names(_: Translate, task: Task, settings: Settings) -> list[str]:
    """公开随机源 of a task in words, as its freeze would name them now."""
    found = []
    if task.use_beacon and task.reveal_by is not None:
        number, moment = planned_round(settings.beacon_chain, task.reveal_by, settings.beacon_margin_seconds)
        text = _("公共随机信标（drand）第 {round} 轮，{moment} 产生")
        found.append(text.format(round=number, moment=moment_text(moment)))
    return found + [lottery_name(_, each["game"], each["issue"]) for each in task.lotteries]


def moment_text(moment: datetime) -> str:
    """To the second: rounds are three seconds apart."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _stuck(sources: Sequence[SourceView], now: datetime, *, held_back: bool) -> str:
    if held_back:
        return NEVER_SEALED
    if all(source.due_at is None for source in sources):
        return NO_SOURCE
    known = any(s.settled_at or s.typed or (s.due_at is not None and s.due_at <= now) for s in sources)
    return TOO_LATE if known else ""
