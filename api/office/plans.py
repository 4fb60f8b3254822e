"""年度计划与任务表单: drawing up what is to be drawn."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api.deps import Form, Now, Reading, Writing
from api.office import pairing_form, source_form, task_form
from api.office.answers import REFUSALS, done, errors_of, show, status_of, texts
from api.office.labels import industry_options, state_tag
from api.office.navigation import Officer
from api.office.task_form import GRADES, METHOD_HINT_LABELS, METHOD_LABELS, Entered, WrongForm
from supervision.clock import today
from supervision.draw.campaigns import given_by
from supervision.draw.sources import LOTTERIES
from supervision.people.rules import Actor, require, scope_of
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.tables import Plan, Task
from supervision.reference.regions import region_name, region_table
from supervision.register import classifying
from supervision.register import service as register
from supervision.risk.rules import CLASS_LABELS
from supervision.risk.tables import RiskClass

router = APIRouter()
PLAN_FIELDS = {"计划名称": "name", "年度": "year"}


@dataclass(frozen=True, slots=True)
class Choices:
    """表单选项: what a task may be made of."""

    regions: Sequence[tuple[str, str]]
    industries: Sequence[tuple[str, str]]
    tags: Sequence[tuple[str, str]]
    items: Sequence[tuple[str, str, str]]
    methods: Sequence[tuple[str, str, str]]
    grades: Sequence[tuple[str, str]]
    games: Sequence[tuple[str, str]]
    departments: Sequence[tuple[str, str]]
    disclosures: Sequence[tuple[str, str, str]]


@router.get("/plans")
def list_plans(request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    return _plans_page(request, actor, session, now)


@router.post("/plans")
def create_plan(
    request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    entered = {name: str(form.get(name, "")).strip() for name in ("name", "year")}
    year = int(entered["year"]) if entered["year"].isascii() and entered["year"].isdigit() else 0
    try:
        plan = plans.create_plan(session, actor, year, entered["name"], now)
    except REFUSALS as refusal:
        session.rollback()
        errors = errors_of(request, refusal, PLAN_FIELDS)
        return _plans_page(request, actor, reading, now, entered, errors, status_of(refusal))
    return done(f"/office/plans/{plan.code}", "plan_created")


@router.get("/plans/{code}")
def show_plan(code: str, request: Request, actor: Officer, session: Reading) -> Response:
    plan = plans.plan_of(session, actor, code)
    return show(
        request,
        "plan",
        plan=plan,
        tasks=_task_rows(request, plans.tasks(session, actor, plan_code=code, limit=1000)),
        may_add=_may_add(actor, plan),
    )


@router.get("/plans/{code}/tasks/new")
def new_task(code: str, request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    plan = plans.plan_of(session, actor, code)
    require(actor, Role.PLANNER)
    follows = request.query_params.get("redraw_of", "")
    entered = task_form.blank(_own_region(actor), today(now).year)
    if follows:
        former = plans.own_task(session, actor, follows)
        entered = task_form.entered_of(plans.draft_of(session, former))
    return _form_page(request, actor, session, plan, entered, follows=follows)


@router.post("/plans/{code}/tasks")
def create_task(
    code: str, request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    entered = task_form.read(form)
    follows, reason = str(form.get("redraw_of", "")), str(form.get("redraw_reason", "")).strip()[:2000]
    try:
        task = plans.create_task(
            session,
            actor,
            code,
            task_form.draft_from(entered),
            now,
            redraw_of=follows or None,
            redraw_reason=reason,
        )
    except (WrongForm, *REFUSALS) as refusal:
        session.rollback()
        plan = plans.plan_of(reading, actor, code)
        return _form_page(request, actor, reading, plan, entered, None, refusal, follows, reason)
    return done(f"/office/tasks/{task.code}", "task_created")


@router.get("/tasks/{code}/edit")
def edit_task(code: str, request: Request, actor: Officer, session: Reading) -> Response:
    require(actor, Role.PLANNER)
    task = plans.own_task(session, actor, code)
    plan = plans.plan_of_task(session, task)
    entered = task_form.entered_of(plans.draft_of(session, task))
    return _form_page(request, actor, session, plan, entered, task)


@router.post("/tasks/{code}/edit")
def change_task(
    code: str, request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    entered = task_form.read(form)
    task = plans.own_task(session, actor, code)
    if given_by(session, task):
        entered |= source_form.entered_of(plans.draft_of(session, task))
    try:
        plans.change_task(session, actor, code, task_form.draft_from(entered), now)
    except (WrongForm, *REFUSALS) as refusal:
        session.rollback()
        task = plans.own_task(reading, actor, code)
        plan = plans.plan_of_task(reading, task)
        return _form_page(request, actor, reading, plan, entered, task, refusal)
    return done(f"/office/tasks/{code}", "task_changed")


def _plans_page(
    request: Request,
    actor: Actor,
    session: Session,
    now: datetime,
    entered: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    year = today(now).year
    found = plans.plans(session, actor)
    tasks = plans.tasks(session, actor, limit=30)
    return show(
        request,
        "plans",
        status=status,
        plans=found,
        tasks=_task_rows(request, tasks),
        may_create=actor.has(Role.PLANNER),
        years=[(each, each) for each in (year - 1, year, year + 1)],
        entered=entered or {"name": "", "year": str(year)},
        errors=errors or {},
    )


def _task_rows(request: Request, tasks: Sequence[Task]) -> list[dict[str, object]]:
    _ = texts(request)
    return [
        {
            "code": task.code,
            "name": task.name,
            "region": region_name(task.region_prefix),
            "kind": _("定向抽查") if task.directed else _("不定向抽查"),
            "starts": task.starts,
            "ends": task.ends,
            "state": state_tag(_, task.state),
        }
        for task in tasks
    ]


def _may_add(actor: Actor, plan: Plan) -> bool:
    return actor.has(Role.PLANNER) and plan.organ_id == actor.organ_id


def _own_region(actor: Actor) -> str:
    return actor.region_prefix or "36"


def _form_page(
    request: Request,
    actor: Actor,
    session: Session,
    plan: Plan,
    entered: Entered,
    task: Task | None = None,
    refusal: Exception | None = None,
    follows: str = "",
    reason: str = "",
) -> Response:
    _ = texts(request)
    errors: dict[str, str] = {}
    status = 200
    if isinstance(refusal, WrongForm):
        errors, status = {name: _(problem) for name, problem in refusal.errors.items()}, 422
    elif isinstance(refusal, REFUSALS):
        errors, status = errors_of(request, refusal, task_form.FIELDS), status_of(refusal)
    address = f"/office/tasks/{task.code}/edit" if task else f"/office/plans/{plan.code}/tasks"
    return show(
        request,
        "task_form",
        status=status,
        plan=plan,
        task=task,
        entered=entered,
        action=address,
        errors=errors,
        follows=follows,
        reason=reason,
        caps=pairing_form.cap_options(_, entered["cap"]),
        units=pairing_form.unit_options(_),
        sizes=[(size, _("{n} 人").format(n=size)) for size in range(2, 11)],
        lottery_rows=source_form.rows(entered),
        lotteries_filled=source_form.names_lotteries(entered),
        given_by=given_by(session, task) if task else "",
        **asdict(_choices(request, actor, session, entered)),
    )


def _choices(request: Request, actor: Actor, session: Session, entered: Entered) -> Choices:
    _ = texts(request)
    prefix = actor.region_prefix
    regions = {prefix: region_name(prefix)} if prefix else {}
    for region in region_table().within(prefix):
        code = scope_of(region.code)
        regions.setdefault(code, region.full_name)
    items = [
        (item.code, f"{item.code} {item.name}", item.legal_basis[:80])
        for item in register.items(session, actor, limit=1000).rows
        if item.organ_id == actor.organ_id and item.active and item.legal_basis.strip()
    ]
    own = register.inspectors(session, actor, limit=register.LONGEST_PAGE).rows
    departments = {each.department for each in own if each.organ_id == actor.organ_id and each.department}
    return Choices(
        regions=sorted(regions.items()),
        industries=industry_options(_),
        tags=sorted(classifying.effective_table(session).tags.items(), key=lambda tag: tag[1]),
        items=items,
        methods=[(key, _(text), _(METHOD_HINT_LABELS[key])) for key, text in METHOD_LABELS.items()],
        grades=[(grade, f"{grade} {_(CLASS_LABELS[RiskClass(grade)])}") for grade in GRADES],
        departments=[(name, name) for name in sorted(departments.union(entered["departments"]))],
        games=[*((code, _(name)) for code, name in LOTTERIES.items()), (source_form.OTHER, _("其他彩票"))],
        disclosures=[
            (kind.value, _(text), _(source_form.DISCLOSURE_HINT_LABELS[kind]))
            for kind, text in source_form.DISCLOSURE_LABELS.items()
        ],
    )
