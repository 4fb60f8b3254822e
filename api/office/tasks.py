"""任务页: preview, parties, and the acts from the freeze to the pairing.

Every act asks for its ``form``, which checks the form's token even where it has no fields.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import Config, Form, Reading, Writing
from api.formats import format_percent
from api.logs import Stamped
from api.office.answers import REFUSALS, Refusal, done, errors_of, sentence_of, show, status_of, texts
from api.office.labels import state_tag
from api.office.navigation import Officer
from api.office.progress import Standing, doing, steps
from api.office.views import PreviewView, cell_rows, preview_view, source_facts, task_facts
from api.office.visiting import Visiting, Visitor
from api.office.waiting import Waiting, name_of, planned_names, source_row, waiting_of
from api.sheets import CSV, XLSX, attachment, csv_bytes, xlsx_bytes
from supervision.draw import campaigns, entropy, opening, viewing
from supervision.draw import service as draws
from supervision.draw.freezing import blinds
from supervision.draw.parties import NamedParty
from supervision.draw.rules import KIND_NAMES, VOID_REASONS, kinds_of
from supervision.draw.service import Freeze
from supervision.draw.tables import Draw, DrawState, PartyKind
from supervision.inspection import service as inspection
from supervision.inspection.tables import VisitState
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.service import Preview
from supervision.plan.tables import Task, TaskState
from supervision.register import classifying
from supervision.settings import Settings

router = APIRouter(prefix="/tasks/{code}")
MOST_PARTIES = 4
CELL_LABELS = ("区域", "行业", "等级", "户数", "抽中概率（分数）", "抽中概率（百分数）", "期望户数")


@router.get("")
def show_task(code: str, visitor: Visiting) -> Response:
    return task_page(visitor, code)


@router.get("/preview.{ending}")
def preview_file(
    code: str, ending: str, request: Request, actor: Officer, session: Reading, settings: Config
) -> Response:
    """The preview's cells, every one of them."""
    _ = texts(request)
    task = plans.task_of(session, actor, code)
    found = _preview(session, actor, task, settings)
    cells = cell_rows(_, found.cells, task.by_class)
    rows = [
        (c.region, c.industry, c.risk_class, c.entities, c.exact, format_percent(c.probability), c.expected)
        for c in cells
    ]
    head = [_(label) for label in CELL_LABELS]
    if ending == "xlsx":
        return attachment(xlsx_bytes(_("抽取预览"), head, rows), XLSX, f"{code}-preview.xlsx")
    return attachment(csv_bytes(head, rows), CSV, f"{code}-preview.csv")


@router.post("/parties")
def name_parties(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    entered = _parties_of(form)
    named = [party for party in entered if party.username]
    try:
        wanted = kinds_of(visitor.settings.party_kinds)
        draws.name_parties(session, visitor.actor, code, named, visitor.now, wanted)
    except REFUSALS as refusal:
        session.rollback()
        return task_page(visitor, code, refusal, {"参与方": "username_0"}, entered_parties=entered)
    return done(f"/office/tasks/{code}", "parties_named" if named else "parties_taken_back")


@router.post("/freeze")
def freeze(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    actor, now = visitor.actor, visitor.now
    how = Freeze.of(visitor.settings)
    key = secrets.token_bytes(32)
    return _act(visitor, session, code, "frozen", lambda: draws.freeze(session, actor, code, how, now, key))


@router.post("/approve", dependencies=[Stamped])
def approve(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    actor, now = visitor.actor, visitor.now
    draw_id = _draw_id(visitor, code)
    word = "approved_jointly" if plans.task_of(session, actor, code).campaign else "approved"
    return _act(visitor, session, code, word, lambda: draws.approve(session, actor, draw_id, now))


@router.post("/run")
def run(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    actor, now = visitor.actor, visitor.now
    draw_id = _draw_id(visitor, code)
    return _act(visitor, session, code, "drawn", lambda: draws.run(session, actor, draw_id, now))


@router.post("/void")
def void(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    draw_id = _draw_id(visitor, code)
    reason, note = str(form.get("reason", "")), str(form.get("note", "")).strip()[:2000]
    entered = {"reason": reason, "note": note}
    try:
        draws.void(session, visitor.actor, draw_id, reason, note, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return task_page(visitor, code, refusal, {"作废原因": "reason"}, entered_void=entered)
    return done(f"/office/tasks/{code}", "voided")


def task_page(
    visitor: Visitor,
    code: str,
    refusal: Refusal | None = None,
    fields: dict[str, str] | None = None,
    *,
    entered_parties: Sequence[NamedParty] | None = None,
    entered_void: dict[str, str] | None = None,
    entered_source: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """The page of a task; after a refused act with the reason at its head.

    ``errors``: the reason at its field, where the refusal itself names none.
    """
    request, actor, session = visitor.request, visitor.actor, visitor.session
    _ = texts(request)
    task = plans.task_of(session, actor, code)
    draw = viewing.draw_for(session, actor, task)
    parties = draws.parties_of(session, actor, code)
    visits = inspection.progress_of_task(session, actor, task.id or 0)
    sources = entropy.sources_of(session, actor, draw.draw_id) if draw else []
    standing = standing_of(visitor, task, draw, parties, visits, sources)
    may = doing(actor, standing)
    given_by = campaigns.given_by(session, task)
    tag_names = classifying.effective_table(session).tags
    items = plans.items_of(session, task)
    preview, problem = _preview_or_problem(visitor, task)
    planned = _planned(visitor, task) if draw is None else [name_of(_, source) for source in sources]
    entered = entered_parties or [NamedParty(p.username, p.title, p.kind) for p in parties]
    wanted = kinds_of(visitor.settings.party_kinds)
    return show(
        request,
        "task",
        status=status_of(refusal) if refusal else 200,
        errors=errors or (errors_of(request, refusal, fields) if refusal else {}),
        task=task,
        state=state_tag(_, task.state),
        steps=steps(_, standing),
        facts=[
            *task_facts(_, task, plans.plan_of_task(session, task), items, tag_names),
            *source_facts(_, task, planned, given_by),
        ],
        may=may,
        draw=draw,
        parties=parties,
        waiting_for=standing.waiting_for,
        waiting=standing.waiting,
        source_rows=[source_row(_, actor, source, visitor.now, may=False) for source in sources],
        planned=planned,
        entered_source=entered_source or {},
        relay=bool(visitor.settings.drand_relay),
        given_by=given_by,
        overdue=draw is not None and opening.is_overdue(draw, visitor.now),
        may_join=may.edit and task.campaign is None,
        duty=_duty(session, actor, parties),
        accounts=_accounts(session, actor) if may.name_parties else [],
        entered_parties=_padded(entered or [NamedParty(actor.username, "", PartyKind.ORGANISER)]),
        party_kinds=[(kind.value, _(name)) for kind, name in KIND_NAMES.items()],
        wanted_kinds="、".join(_(KIND_NAMES[kind]) for kind in wanted),
        entered_void=entered_void or {"reason": "", "note": ""},
        void_reasons=[(key, _(text)) for key, text in VOID_REASONS.items()],
        preview=preview,
        preview_problem=problem,
        visits=[(state_tag(_, state), number) for state, number in visits.items() if sum(visits.values())],
        previous=plans.former_task(session, task),
        cap=visitor.settings.annual_visit_cap,
        floor=visitor.settings.undirected_floor_ppm,
        min_anonymity=visitor.settings.min_anonymity,
    )


def _act(visitor: Visitor, session: Session, code: str, word: str, act: Callable[[], object]) -> Response:
    """Do it and lead back to the task; refused, show the task with the reason."""
    try:
        act()
    except REFUSALS as refusal:
        session.rollback()
        return task_page(visitor, code, refusal)
    return done(f"/office/tasks/{code}", word)


def standing_of(
    visitor: Visitor,
    task: Task,
    draw: Draw | None,
    parties: Sequence[draws.PartyView],
    visits: Mapping[VisitState, int],
    sources: Sequence[entropy.SourceView] | None = None,
) -> Standing:
    """How the task stands for the visitor at this moment. ``sources``: looked up where not given."""
    waiting = None
    if draw is not None and draw.state is DrawState.APPROVED:
        found = (
            entropy.sources_of(visitor.session, visitor.actor, draw.draw_id) if sources is None else sources
        )
        waiting = _waiting(visitor, task, draw, parties, found)
    shares = bool(campaigns.given_by(visitor.session, task))
    return Standing(task, parties, draw, visits, waiting, shares)


def _waiting(
    visitor: Visitor,
    task: Task,
    draw: Draw,
    parties: Sequence[draws.PartyView],
    sources: Sequence[entropy.SourceView],
) -> Waiting:
    actor, session = visitor.actor, visitor.session
    mine = task.organ_id == actor.organ_id or any(party.username == actor.username for party in parties)
    return waiting_of(
        texts(visitor.request),
        actor,
        parties,
        sources,
        task.reveal_by,
        visitor.now,
        held_back=draw.campaign is not None and campaigns.record_of(session, draw) is None,
        takes_part=mine,
    )


def _planned(visitor: Visitor, task: Task) -> list[str]:
    """The public sources that a freeze would write into the plan."""
    try:
        return planned_names(texts(visitor.request), task, visitor.settings)
    except REFUSALS as refusal:
        return [sentence_of(visitor.request, refusal)]


def _draw_id(visitor: Visitor, code: str) -> str:
    task = plans.task_of(visitor.session, visitor.actor, code)
    draw = viewing.draw_for(visitor.session, visitor.actor, task)
    return draw.draw_id if draw else ""


def _preview(session: Session, actor: Actor, task: Task, settings: Settings) -> Preview:
    return plans.preview(session, actor, task, settings.annual_visit_cap, settings.undirected_floor_ppm)


def _preview_or_problem(visitor: Visitor, task: Task) -> tuple[PreviewView | None, str]:
    """What the draw would mean, while that can still be changed; or the sentence why it cannot be told."""
    if task.state is not TaskState.DRAFT:
        return None, ""
    try:
        found = _preview(visitor.session, visitor.actor, task, visitor.settings)
        strata = viewing.strata(found.cells, blinds(task), visitor.settings.min_anonymity)
    except REFUSALS as refusal:
        return None, sentence_of(visitor.request, refusal)
    return preview_view(texts(visitor.request), found, strata, task.by_class), ""


def _duty(session: Session, actor: Actor, parties: Sequence[draws.PartyView]) -> viewing.Duty | None:
    mine = next((party for party in parties if party.username == actor.username), None)
    return viewing.duty_of(session, actor, mine.task_code) if mine else None


def _accounts(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Who may be a party: open accounts of the region, witnesses first."""
    found = [account for account in people.accounts(session, actor) if account.active]
    found.sort(key=lambda account: (Role.WITNESS not in account.roles, account.username))
    return [(a.username, f"{a.display_name}（{a.organ_name} · {a.username}）") for a in found]


def _parties_of(form: FormData) -> list[NamedParty]:
    return [
        NamedParty(
            str(form.get(f"username_{place}", "")).strip(),
            str(form.get(f"title_{place}", "")).strip(),
            _kind_of(str(form.get(f"kind_{place}", ""))),
        )
        for place in range(MOST_PARTIES)
    ]


def _kind_of(text: str) -> PartyKind:
    return PartyKind(text) if text in list(PartyKind) else PartyKind.OTHER


def _padded(entered: Sequence[NamedParty]) -> list[NamedParty]:
    """Empty rows suggest the kinds in their order: organiser, discipline, enterprise, other."""
    free = [NamedParty("", "", kind) for kind in PartyKind]
    return [*entered, *free[len(entered) :]][:MOST_PARTIES]
