"""提出与审批: what 替补 and 换人 share. A planner proposes with a reason, somebody else decides."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from supervision.draw.rules import FourEyes
from supervision.draw.tables import ReplacementState
from supervision.errors import Conflict, InvalidInput, NotFound
from supervision.people.rules import Actor

LONGEST = 2000


class Proposal(Protocol):
    """提案: the columns that deciding reads and writes."""

    id: int | None
    state: ReplacementState
    proposed_by: str
    decided_by: str | None
    decided_at: datetime | None
    refused_because: str | None


Each = TypeVar("Each", bound=Proposal)


def check_grounds(what: str, reason: str, reasons: Container[str], evidence: str, asked: str) -> None:
    """Refuse a reason that is not listed, and evidence (``asked``: what it should say) that says nothing."""
    if reason not in reasons:
        raise InvalidInput(field=f"{what}原因", problem="请从列出的原因中选择。")
    if not 1 <= len(evidence.strip()) <= LONGEST:
        raise InvalidInput(field="依据", problem=f"请写明{asked}，不超过 {LONGEST} 字。")


def to_decide(
    proposals: Iterable[Each],
    number: int,
    actor: Actor,
    what: str,
    act: str,
    names: Mapping[ReplacementState, str],
) -> Each:
    """The proposal of this number, still open, and not the actor's own (``FourEyes``)."""
    proposal = next((each for each in proposals if each.id == number), None)
    if proposal is None:
        raise NotFound(what=what, key=number)
    if proposal.state is not ReplacementState.PROPOSED:
        raise Conflict(what=what, state=names[proposal.state], act=act)
    if actor.username == proposal.proposed_by:
        raise FourEyes()
    return proposal


def decide(proposal: Proposal, state: ReplacementState, actor: Actor, now: datetime) -> None:
    """审批: what was decided, by whom and when."""
    proposal.state = state
    proposal.decided_by, proposal.decided_at = actor.username, now


def refuse(proposal: Proposal, because: str, actor: Actor, now: datetime) -> None:
    """不同意, with the reason."""
    if not 1 <= len(because.strip()) <= LONGEST:
        raise InvalidInput(field="不同意的理由", problem=f"请填写，不超过 {LONGEST} 字。")
    proposal.refused_because = because.strip()
    decide(proposal, ReplacementState.REFUSED, actor, now)
