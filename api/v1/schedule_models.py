"""What is asked of schedules and answered about them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Body
from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from api.v1.models import CODE_PATTERN, Command, View, example
from supervision.schedule.replanning import Event
from supervision.schedule.rules import Options, TimeOfDay
from supervision.schedule.service import Progress
from supervision.schedule.tables import Schedule, ScheduleState

TaskCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=48)]
FIGURES = {
    "visits": 96,
    "unscheduled": 1,
    "teams": 12,
    "team_days": 30,
    "days": 18,
    "travel_s": 108_400,
    "objective_s": 184_000,
    "bound_s": 184_000,
    "proven_teams": 12,
    "reproducible": True,
    "changed": 0,
    "peak_cars": {"0": 4},
}
SCHEDULE = {
    "id": "360681-2026-S01",
    "name": "第四季度双随机抽查检查安排",
    "state": "ready",
    "starts": "2026-11-23",
    "ends": "2026-12-18",
    "version": 1,
    "replaces": None,
    "reason": "",
    "notes": [],
    "options": Options().model_dump(mode="json"),
    "problem_sha256": "5d" * 32,
    "plan_sha256": "9c" * 32,
    "figures": FIGURES,
    "progress": {"done": 12, "total": 12, "stage": "team", "stopping": False},
    "error": None,
    "made_by": "planner",
    "made_at": "2026-11-22T02:00:00Z",
    "solved_at": "2026-11-22T02:00:09Z",
    "issued_by": None,
    "issued_at": None,
}


class FromTasks(Command):
    """按任务编制: the visits of these tasks that wait for their inspection, in a period."""

    model_config = Command.model_config | example(
        tasks=["360681-2026-P01-T01"], starts="2026-11-23", ends="2026-12-18", options={"max_visits": 4}
    )

    tasks: Annotated[tuple[TaskCode, ...], Field(min_length=1, max_length=50)]
    starts: date
    ends: date
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    options: Options = Options()


class FromProblem(Command):
    """按完整的排期问题编制: a P.json of docs/schedule.md under ``problem``."""

    problem: dict[str, Any]


class BareProblem(BaseModel):
    """P.json itself, as in the files of ``double-random schedule --problem``."""

    model_config = ConfigDict(extra="allow")

    visits: Any = None


BARE_KEYS = {"visits", "teams", "days", "daylen"}
"""Any of these tells a P.json, even one that lacks the others: what it lacks is told as its reader would."""


def _shape(body: Any) -> str:
    if isinstance(body, FromTasks | FromProblem | BareProblem):
        return {FromTasks: "tasks", FromProblem: "problem", BareProblem: "bare"}[type(body)]
    keys = set(body) if isinstance(body, dict) else set()
    return "problem" if "problem" in keys else "bare" if keys & BARE_KEYS else "tasks"


Asked = Annotated[
    Annotated[FromTasks, Tag("tasks")]
    | Annotated[FromProblem, Tag("problem")]
    | Annotated[BareProblem, Tag("bare")],
    Discriminator(_shape),
    Body(openapi_examples={"tasks": {"value": FromTasks.model_config["json_schema_extra"]["examples"][0]}}),
]


class FindingOfProblem(View):
    """核对结果: what is wrong with a problem, or what of it cannot be scheduled."""

    level: Annotated[Literal["error", "warning", "unscheduled"], Field(description="error 须改正后才能求解")]
    code: str
    params: dict[str, Any]
    message: str
    fixes: list[dict[str, Any]]


class Findings(View):
    """核对结果一览. ``ok``: it can be solved."""

    model_config = View.model_config | example(
        mode="detect",
        ok=True,
        visits=97,
        teams=12,
        days=20,
        notes=[],
        findings=[
            {
                "level": "unscheduled",
                "code": "NO_COORDINATES",
                "params": {"visit": "360681-2026-0001-V0007"},
                "message": "没有经纬度，无法计算路程。",
                "fixes": [{"kind": "give_coordinates", "params": {}, "message": "补充经纬度"}],
            }
        ],
    )

    mode: Literal["validate", "detect"]
    ok: bool
    visits: int
    teams: int
    days: int
    notes: list[str]
    findings: list[FindingOfProblem]


class ProgressView(View):
    """求解进度: units done, units in all, what is being done."""

    done: int
    total: int
    stage: str
    stopping: bool


class Failure(View):
    """为什么求解未成功."""

    code: str
    message: str


class ScheduleView(View):
    """检查安排. ``figures`` as in docs/schedule.md; empty until it is solved."""

    model_config = View.model_config | example(**SCHEDULE)

    id: Annotated[str, Field(description="安排编号")]
    name: str
    state: ScheduleState
    starts: date
    ends: date
    version: int
    replaces: Annotated[str | None, Field(description="取代的安排")]
    reason: str
    notes: list[str]
    options: dict[str, Any]
    problem_sha256: str
    plan_sha256: str | None
    figures: dict[str, Any]
    progress: ProgressView | None
    error: Failure | None
    made_by: str
    made_at: datetime
    solved_at: datetime | None
    issued_by: str | None
    issued_at: datetime | None

    @classmethod
    def of(cls, found: Progress, replaces: str | None) -> "ScheduleView":
        schedule = found.schedule
        names = set(cls.model_fields) - {"id", "state", "replaces", "progress", "error"}
        return cls(
            id=schedule.code,
            state=found.state,
            replaces=replaces,
            progress=ProgressView.model_validate(found) if schedule.job else None,
            error=Failure(code=found.error_code, message=found.error) if found.error else None,
            **{name: getattr(schedule, name) for name in names},
        )


class ScheduleRow(View):
    """安排一览行."""

    model_config = View.model_config | example(
        id="360681-2026-S01",
        name="第四季度双随机抽查检查安排",
        state="issued",
        starts="2026-11-23",
        ends="2026-12-18",
        version=1,
        figures=FIGURES,
        made_by="planner",
        made_at="2026-11-22T02:00:00Z",
        issued_at="2026-11-22T03:00:00Z",
    )

    id: str
    name: str
    state: ScheduleState
    starts: date
    ends: date
    version: int
    figures: dict[str, Any]
    made_by: str
    made_at: datetime
    issued_at: datetime | None

    @classmethod
    def of(cls, found: Schedule) -> "ScheduleRow":
        names = set(cls.model_fields) - {"id"}
        return cls(id=found.code, **{name: getattr(found, name) for name in names})


class PlannedView(View):
    """排定的检查: one visit with its day and time, or why it has none."""

    code: str
    uscc: str
    entity: str
    address: str
    task: str
    team: str
    members: list[str]
    day: date | None
    start: str
    end: str
    place: int | None
    pinned: bool
    reason: str
    message: str


class PlannedList(View):
    """排定的检查一览, by day, team and place on the route."""

    model_config = View.model_config | example(
        items=[
            {
                "code": "360681-2026-0001-V0001",
                "uscc": "91360681MA35XXXX0A",
                "entity": "贵溪市示例酒店有限公司",
                "address": "江西省贵溪市建设路1号",
                "task": "第一批不定向抽查",
                "team": "GX001+GX004",
                "members": ["李强", "王芳"],
                "day": "2026-11-24",
                "start": "09:20",
                "end": "10:05",
                "place": 1,
                "pinned": False,
                "reason": "",
                "message": "",
            }
        ]
    )

    items: list[PlannedView]


class MovingView(View):
    """变动: where a visit was and where it is now."""

    visit: str
    old_team: str
    old_day: date | None
    old_start: str
    new_team: str
    new_day: date | None
    new_start: str
    cause: Annotated[
        str, Field(description="team、away、closed、appointment、left、added、removed、knock_on")
    ]
    message: str


class Differences(View):
    """新旧对照."""

    model_config = View.model_config | example(
        old="360681-2026-S01",
        new="360681-2026-S02",
        items=[
            {
                "visit": "360681-2026-0001-V0001",
                "old_team": "李强、王芳",
                "old_day": "2026-11-24",
                "old_start": "09:20",
                "new_team": "李强、王芳",
                "new_day": "2026-11-27",
                "new_start": "09:20",
                "cause": "away",
                "message": "检查组当天有人请假或证件到期",
            }
        ],
    )

    old: str
    new: str
    items: list[MovingView]


class EvennessView(View):
    """匀称: least, most and mean."""

    least: int
    most: int
    mean: float


class AnalysisView(View):
    """安排分析: the work of each team and each day."""

    model_config = View.model_config | example(
        figures=FIGURES,
        teams=[
            {
                "team": "GX001+GX004",
                "members": ["GX001", "GX004"],
                "days": 3,
                "visits": 9,
                "travel_s": 9000,
                "work_s": 29_700,
                "proven": True,
            }
        ],
        days=[{"date": "2026-11-24", "routes": 2, "visits": 7, "cars": {"0": 2}}],
        routes_a_day={"least": 1, "most": 2, "mean": 1.5},
        days_a_team={"least": 2, "most": 3, "mean": 2.5},
        travel_a_day_s={"least": 1800, "most": 4200, "mean": 3100.0},
    )

    figures: dict[str, Any]
    teams: list[dict[str, Any]]
    days: list[dict[str, Any]]
    routes_a_day: EvennessView
    days_a_team: EvennessView
    travel_a_day_s: EvennessView


class Replan(Command):
    """重排: what happened. An absence becomes a leave, a closure a term of the visit."""

    model_config = Command.model_config | example(
        reason="GX001 病假三天",
        events=[
            {
                "kind": "away",
                "inspector": "GX001",
                "starts": "2026-11-24",
                "ends": "2026-11-26",
                "reason": "病假",
            }
        ],
        ends=None,
    )

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    events: Annotated[tuple[Event, ...], Field(max_length=200)] = ()
    ends: Annotated[date | None, Field(description="把安排期间延长到这一天")] = None


class ReplanProblem(Command):
    """重排 of a problem handed in whole, by the events of docs/schedule.md, section 6."""

    problem_events: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=200)]
    today: Annotated[
        date | None,
        Field(description="今天是哪一天：这天及以前的检查不再改动；null 为实际日期，期间已全部过去的不计"),
    ] = None


class NewPlace(Command):
    """调整: another day, time or team for one visit. ``try_only``: judge it and keep nothing."""

    model_config = Command.model_config | example(
        visit="360681-2026-0001-V0001", day="2026-11-26", start="10:00", version=1, try_only=True
    )

    visit: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    day: date
    start: Annotated[TimeOfDay | None, Field(description="开始时间；null 为当天尽早")] = None
    team: Annotated[str | None, StringConstraints(max_length=400)] = None
    version: Annotated[int | None, Field(ge=1, description="所见的版本；与现行版本不符则拒绝")] = None
    try_only: bool = False


class JudgedMove(View):
    """调整的核对结果: violations make it unlawful; ``cost`` is what it adds, in seconds."""

    model_config = View.model_config | example(
        id="360681-2026-S01",
        version=2,
        lawful=True,
        kept=True,
        cost=420,
        violations=[],
    )

    id: str
    version: int
    lawful: bool
    kept: bool
    cost: int
    violations: list[dict[str, Any]]


class OwnTime(View):
    """我的检查时间: one visit of the inspector's own. ``starts_at`` is none where it could not be placed."""

    visit: str
    day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    place: Annotated[int | None, Field(description="当日次序")]
    pinned: bool


class OwnTimes(View):
    """我的检查时间一览, by time."""

    model_config = View.model_config | example(
        items=[
            {
                "visit": "360681-2026-0001-V0001",
                "day": "2026-11-24",
                "starts_at": "2026-11-24T01:20:00Z",
                "ends_at": "2026-11-24T02:05:00Z",
                "place": 1,
                "pinned": False,
            }
        ]
    )

    items: list[OwnTime]
