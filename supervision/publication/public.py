"""What the public sees: immutable values with nothing in them that is not public.

No risk class of an entity, no phone, no contact, no number of a visit, no key, no seed before its draw is
closed (R27). Inspectors are named only where the office has chosen so.
"""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from supervision.draw.anonymity import Anonymity
from supervision.draw.tables import DrawState, PartyKind, SourceKind
from supervision.plan.tables import TaskState


@dataclass(frozen=True, slots=True)
class PublicResult:
    """公示结果: the eight GSXT columns of one inspection, with name and credit code."""

    uscc: str
    entity_name: str
    plan_code: str
    plan_name: str
    task_code: str
    task_name: str
    check_type: str
    organ_name: str
    completed_on: date
    result: str
    result_text: str
    draw_id: str
    release_code: str
    published_at: datetime
    corrects: str | None
    """更正: the release whose row this one replaces."""
    replaced_by: str | None
    """已更正: the release whose row replaces this one."""
    inspectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """结果筛选条件; what is empty does not narrow."""

    words: str = ""
    """Part of the entity's name as registered now, or the beginning of its credit code."""
    organ_code: str = ""
    result: str = ""
    since: date | None = None
    """First day of completion."""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PublicEntityRow:
    """经营主体 found by a search, with its newest result."""

    uscc: str
    name: str
    region_name: str
    results: int
    completed_on: date
    result: str
    result_text: str


@dataclass(frozen=True, slots=True)
class PublicEntity:
    """经营主体 and what inspections found."""

    uscc: str
    name: str
    type_name: str
    address: str
    region_name: str
    results: tuple[PublicResult, ...]
    """Newest first; replaced ones stay."""


@dataclass(frozen=True, slots=True)
class PublicRelease:
    """公示版本. ``sha256`` is that of ``exports.canonical_csv`` over its rows."""

    code: str
    draw_id: str
    organ_code: str
    organ_name: str
    plan_code: str
    plan_name: str
    task_code: str
    task_name: str
    row_count: int
    sha256: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ReleasePage:
    release: PublicRelease
    results: tuple[PublicResult, ...]
    """In the order of credit codes: the order of the hashed bytes."""


@dataclass(frozen=True, slots=True)
class PublicDrawRow:
    """抽取一览行."""

    draw_id: str
    organ_code: str
    organ_name: str
    task_code: str
    task_name: str
    check_type: str
    state: DrawState
    state_name: str
    plan_hash: str
    register_n: int
    drawn: int | None
    """None: not drawn yet."""
    approved_at: datetime | None
    closed_at: datetime | None
    void_reason: str | None


@dataclass(frozen=True, slots=True)
class PublicParty:
    """抽取参与方: the office it holds, what it committed to and, once the draw is open, its secret."""

    title: str
    kind: PartyKind
    commitment: str | None
    committed_at: datetime | None
    revealed_at: datetime | None
    missing_at: datetime | None
    """When it was logged that its secret was not handed in: the empty string took its place."""
    secret: str | None


@dataclass(frozen=True, slots=True)
class PublicSource:
    """公开随机源: what the plan names, and what came of it."""

    kind: SourceKind
    chain: str | None
    round: int | None
    due_at: datetime | None
    """The moment of the beacon's round."""
    game: str | None
    issue: str | None
    result: str | None
    """A lottery's numbers, as two people typed them alike."""
    randomness: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicReplacement:
    """替补: by ids of the frame. Names stand beside none of them: together they would tell a class."""

    at: datetime
    reason: str
    """Code."""
    reason_name: str
    cell: str
    out: str
    new: str
    ticket: str


@dataclass(frozen=True, slots=True)
class PublicCampaign:
    """联合抽取: plans that draw with the same tickets."""

    code: str
    name: str
    record: str | None
    """The campaign record, byte for byte, once it is sealed."""
    others: tuple[tuple[str, str], ...]
    """(draw, organ) of the other plans that are public."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """日志条目 of a draw: its number, what it is, when it was logged."""

    index: int
    kind: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PublicCell:
    """分层: ``N`` entities, each drawn with probability ``a / D``; ``k`` were."""

    cell: str
    N: int
    a: int
    k: int
    threshold: str


@dataclass(frozen=True, slots=True)
class PublicDrawn:
    """抽中对象, by name. In the order of credit codes, which says nothing of lines of the frame."""

    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class PublicDraw:
    """抽取: everything needed to replay it, as far as it is public yet."""

    draw_id: str
    organ_code: str
    organ_name: str
    plan_code: str
    plan_name: str
    task_code: str
    task_name: str
    check_type: str
    region_name: str
    items: tuple[str, ...]
    state: DrawState
    state_name: str
    approved_at: datetime | None
    closed_at: datetime | None
    void_reason: str | None
    void_when_known: bool
    """作废时结果已可推算: whoever knew the secrets could know the outcome that was given up."""
    redraw_of: str | None
    """重抽: the void draw that this one follows."""
    redraw_reason: str | None
    redrawn_as: tuple[str, ...]
    """重抽: the draws that follow this void one."""
    sealed: bool
    open_by: datetime | None
    """Of a sealed draw: the moment at which it is opened at the latest."""
    opened_at: datetime | None
    by_class: bool
    """Whether the class enters the draw. Where it does not, the letter of every line is the same."""
    blinded: bool
    plan_json: str
    plan_hash: str
    register_root: str
    register_n: int
    parties: tuple[PublicParty, ...]
    sources: tuple[PublicSource, ...]
    campaign: PublicCampaign | None
    anonymity: Anonymity | None
    """None where the frame is open."""
    log: tuple[LoggedEvent, ...]
    replayable: bool
    """Reveals, seed, cells and result lines are public."""
    seed: str | None
    denominator: int | None
    drawn_n: int | None
    cells: tuple[PublicCell, ...]
    cells_sha256: str | None
    result: str | None
    """The lines ``id,cell,ticket`` of draw/1."""
    result_sha256: str | None
    closing_json: str | None
    closing_hash: str | None
    replacements: tuple[PublicReplacement, ...]
    names_public: bool
    """Whether the list of names is public, at an address of its own: never beside the cells."""
    releases: tuple[PublicRelease, ...]

    @property
    def shut(self) -> bool:
        """封存: drawn, and not opened yet."""
        return self.state is DrawState.CLOSED and self.sealed and self.opened_at is None

    def overdue(self, now: datetime) -> bool:
        """逾期未启封."""
        return self.shut and self.open_by is not None and now > self.open_by


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """抽查计划公告."""

    code: str
    name: str
    year: int
    organ_code: str
    organ_name: str
    tasks: int


@dataclass(frozen=True, slots=True)
class PublicTask:
    """抽查任务公告."""

    code: str
    name: str
    plan_code: str
    plan_name: str
    organ_code: str
    organ_name: str
    check_type: str
    region_name: str
    items: tuple[str, ...]
    starts: date
    ends: date
    state: TaskState
    draw_id: str
    register_n: int
    drawn_n: int | None


@dataclass(frozen=True, slots=True)
class PublicItem:
    """抽查事项."""

    code: str
    subject: str
    name: str
    kind: str
    objects: str
    method: str
    inspecting_organ: str
    legal_basis: str
    published_url: str
    organ_code: str
    organ_name: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """公示统计. Corrected results count once, as they stand now."""

    draws: int
    void: int
    void_when_known: int
    """Of those: given up when the outcome could be known already."""
    entities_drawn: int
    releases: int
    results: dict[str, int]
    """Result code 1–8 → number."""
    on_time: int
    counted: int

    @property
    def total(self) -> int:
        return sum(self.results.values())

    @property
    def on_time_rate(self) -> Fraction | None:
        """Share of results published within the working days of R21; none: nothing published yet."""
        return Fraction(self.on_time, self.counted) if self.counted else None
