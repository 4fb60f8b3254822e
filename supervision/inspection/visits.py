"""What the office and the field see of visits. No risk class is among it (R27)."""

from dataclasses import dataclass
from datetime import date, datetime

from supervision.inspection.tables import ItemOutcome, VisitState


@dataclass(frozen=True, slots=True)
class VisitRow:
    """检查一览行."""

    code: str
    state: VisitState
    draw_id: str
    task_code: str
    task_name: str
    starts: date
    ends: date
    uscc: str
    entity_name: str
    address: str
    region_code: str
    region_name: str
    item_count: int
    team: tuple[str, ...]
    """Names, the lead first."""
    inspected_on: date | None
    result: str | None
    result_text: str | None
    publish_by: date | None
    publish_by_provisional: bool


@dataclass(frozen=True, slots=True)
class VisitItem:
    """检查事项 of one visit."""

    id: int
    code: str
    subject: str
    name: str
    method: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class TeamSeat:
    """检查组成员. The certificate is shown on site; no phone number."""

    inspector_id: int
    code: str
    name: str
    department: str
    certificate: str
    seat: str
    seat_name: str

    @property
    def lead(self) -> bool:
        return self.seat == "lead"


@dataclass(frozen=True, slots=True)
class ItemResult:
    """单项检查结果."""

    item_id: int
    name: str
    outcome: ItemOutcome
    outcome_name: str
    note: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """检查结果, one version of it."""

    version: int
    inspected_on: date
    result: str
    result_text: str
    note: str
    entered_by: str
    entered_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None
    returned_because: str | None
    items: tuple[ItemResult, ...]


@dataclass(frozen=True, slots=True)
class VisitView:
    """一次检查, as its team and the office see it."""

    code: str
    state: VisitState
    state_name: str
    cancelled: bool
    """Nobody is to be visited: draw or task are void, or another entity came in this one's place."""
    draw_id: str
    blinded: bool
    """The entity can be handed a code with which it opens its line of the frame."""
    plan_name: str
    task_code: str
    task_name: str
    organ_name: str
    starts: date
    ends: date
    uscc: str
    entity_name: str
    type_name: str
    address: str
    region_code: str
    region_name: str
    scope: str
    contact: str
    """For the team alone, like ``phone``; empty for everyone else."""
    phone: str
    items: tuple[VisitItem, ...]
    team: tuple[TeamSeat, ...]
    findings: tuple[FindingView, ...]
    """Newest first."""
    publish_by: date | None
    publish_by_provisional: bool
    may_enter: bool
    may_correct: bool
    may_review: bool
