"""一单两库: entities, inspectors and items, as lists, files and pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Form, Now, Reading, Writing
from api.office import queries
from api.office.answers import REFUSALS, Refusal, Translate, done, errors_of, show, status_of, texts
from api.office.labels import (
    ITEM_KIND_NAMES,
    STATUS_NAMES,
    Tag,
    industry_label,
    industry_options,
    names_of,
    state_tag,
)
from api.office.navigation import OFFICE, Officer
from api.office.task_form import percent_text
from api.sheets import CSV, XLSX, attachment, csv_bytes, xlsx_bytes
from supervision.clock import today
from supervision.errors import InvalidInput
from supervision.inspection import service as inspection
from supervision.people.rules import Actor
from supervision.reference.entity_types import KIND_NAMES
from supervision.reference.regions import region_name, region_table
from supervision.register import classifying
from supervision.register import service as register
from supervision.register.records import EntityFilter
from supervision.register.tables import Entity, EntityStatus, Inspector, Item
from supervision.risk import service as risk
from supervision.risk.rules import CLASS_LABELS, FACTOR_LABELS
from supervision.risk.tables import RiskClass

router = APIRouter(prefix="/register")
PAGE = 50
MOST_SHEET_ROWS = 50_000
SOON = timedelta(days=30)
FILTERS = ("q", "region", "industry", "tag", "kind", "status", "risk_class")
ENTITY_LABELS = (
    "统一社会信用代码",
    "名称",
    "主体类型",
    "成立日期",
    "区域",
    "行业门类",
    "监管标签",
    "登记状态",
    "住所",
)
INSPECTOR_LABELS = (
    "工号", "姓名", "单位", "科所", "执法证号", "证件有效期", "执法区域", "岗位资格", "可任组长", "在岗",
)  # fmt: skip
ITEM_LABELS = (
    "事项编号", "抽查类别", "抽查事项", "事项类别", "检查对象", "检查方式", "检查主体", "检查依据",
    "适用标签", "所需资格",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntityRow:
    """检查对象行. ``risk_class`` is empty for roles that may not see it (R27)."""

    uscc: str
    name: str
    region: str
    industry: str
    tags: str
    status: Tag
    risk_class: Tag | None


@router.get("")
def first(actor: Officer) -> Response:  # for whoever is signed in
    return RedirectResponse("/office/register/entities", status_code=303)


@router.get("/entities")
def list_entities(request: Request, actor: Officer, session: Reading) -> Response:
    _ = texts(request)
    wanted = _wanted(request, actor)
    found = register.entities(session, actor, wanted, queries.number(request, "after") or 0, PAGE)
    names = classifying.effective_table(session).tags
    kept = queries.kept(request, *FILTERS)
    here = "/office/register/entities"
    total = register.count_entities(session, actor, wanted)
    kinds = ("csv", "xlsx") if total <= MOST_SHEET_ROWS else ("csv",)
    return show(
        request,
        "entities",
        rows=_entity_rows(_, session, actor, found.rows, names),
        total=total,
        filters={name: queries.text(request, name) for name in FILTERS},
        next=queries.address(here, **kept, after=found.after) if found.after else "",
        files=[(kind.upper(), queries.address(f"{here}.{kind}", **kept)) for kind in kinds],
        regions=[(region.code, region.full_name) for region in region_table().within(actor.region_prefix)],
        industries=industry_options(_),
        tags=sorted(names.items(), key=lambda tag: tag[1]),
        kinds=names_of(_, KIND_NAMES),
        statuses=names_of(_, STATUS_NAMES),
        classes=[(each.value, f"{each.value} {_(CLASS_LABELS[each])}") for each in RiskClass],
        may_see=actor.has(*risk.MAY_SEE),
    )


@router.get("/entities.{ending}")
def entities_file(ending: str, request: Request, actor: Officer, session: Reading) -> Response:
    """What the filter chooses, as a file; without contacts, telephones and classes."""
    _ = texts(request)
    wanted = _wanted(request, actor)
    names = classifying.effective_table(session).tags
    rows = (_entity_cells(_, entity, names) for entity in _every_entity(session, actor, wanted))
    head = [_(label) for label in ENTITY_LABELS]
    if ending != "xlsx":
        return attachment(csv_bytes(head, rows), CSV, "entities.csv")
    if register.count_entities(session, actor, wanted) > MOST_SHEET_ROWS:
        problem = f"超过 {MOST_SHEET_ROWS} 行，请缩小筛选范围，或下载 CSV。"
        raise InvalidInput(field=_("XLSX 文件"), problem=problem)
    return attachment(xlsx_bytes(_("检查对象"), head, rows), XLSX, "entities.xlsx")


@router.get("/entities/{uscc}")
def show_entity(uscc: str, request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    return _entity_page(request, actor, session, now, uscc)


@router.post("/entities/{uscc}")
def correct_entity(
    uscc: str, request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    industry, tags = str(form.get("industry", "")), [str(tag) for tag in form.getlist("tags")]
    try:
        register.correct_entity(session, actor, uscc, industry=industry, tags=tags, now=now)
    except REFUSALS as refusal:
        session.rollback()
        return _entity_page(request, actor, reading, now, uscc, refusal)
    return done(f"/office/register/entities/{uscc}", "entity_corrected")


@router.get("/inspectors")
def list_inspectors(request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    _ = texts(request)
    found = register.inspectors(session, actor, after=queries.number(request, "after") or 0, limit=200)
    here = "/office/register/inspectors"
    return show(
        request,
        "inspectors",
        rows=[_inspector_row(_, inspector, today(now)) for inspector in found.rows],
        next=queries.address(here, after=found.after) if found.after else "",
        files=[(kind.upper(), f"{here}.{kind}") for kind in ("csv", "xlsx")],
    )


@router.get("/inspectors.{ending}")
def inspectors_file(ending: str, request: Request, actor: Officer, session: Reading) -> Response:
    _ = texts(request)
    found = register.inspectors(session, actor, limit=register.LONGEST_PAGE).rows
    rows = [
        (i.code, i.name, i.department, i.station, i.certificate, i.certificate_until, i.region_prefix,
         i.qualifications.strip(), _("是") if i.may_lead else _("否"), _("是") if i.active else _("否"))
        for i in found
    ]  # fmt: skip
    return _file(ending, _("执法检查人员"), [_(label) for label in INSPECTOR_LABELS], rows, "inspectors")


@router.get("/items")
def list_items(request: Request, actor: Officer, session: Reading) -> Response:
    _ = texts(request)
    found = register.items(session, actor, queries.number(request, "after") or 0, 200)
    names = classifying.effective_table(session).tags
    here = "/office/register/items"
    return show(
        request,
        "items",
        rows=[_item_row(_, item, names) for item in found.rows],
        next=queries.address(here, after=found.after) if found.after else "",
        files=[(kind.upper(), f"{here}.{kind}") for kind in ("csv", "xlsx")],
    )


@router.get("/items.{ending}")
def items_file(ending: str, request: Request, actor: Officer, session: Reading) -> Response:
    _ = texts(request)
    rows = [
        (i.code, i.subject, i.name, _(ITEM_KIND_NAMES[i.kind]), i.objects, i.method, i.inspecting_organ,
         i.legal_basis, i.tag, i.qualification)
        for i in register.items(session, actor, limit=register.LONGEST_PAGE).rows
    ]  # fmt: skip
    return _file(ending, _("抽查事项清单"), [_(label) for label in ITEM_LABELS], rows, "items")


def _wanted(request: Request, actor: Actor) -> EntityFilter:
    region = queries.text(request, "region", 6)
    return EntityFilter(
        region=region if region.isdigit() else "",
        industry=queries.text(request, "industry", 1),
        tag=queries.text(request, "tag", 40),
        kind=queries.text(request, "kind", 16),
        status=queries.choice(request, "status", EntityStatus),
        words=queries.text(request, "q"),
        risk_class=queries.choice(request, "risk_class", RiskClass) if actor.has(*risk.MAY_SEE) else None,
    )


def _every_entity(session: Session, actor: Actor, wanted: EntityFilter) -> Iterator[Entity]:
    after: int | None = 0
    while after is not None:
        page = register.entities(session, actor, wanted, after, register.LONGEST_PAGE)
        yield from page.rows
        after = page.after
        session.expunge_all()


def _tag_names(entity: Entity, names: dict[str, str]) -> str:
    return "、".join(names.get(tag, tag) for tag in entity.tags.split())


def _entity_rows(
    _: Translate, session: Session, actor: Actor, found: Sequence[Entity], names: dict[str, str]
) -> list[EntityRow]:
    classes = register.classes_of(session, actor, list(found))
    rows = []
    for entity in found:
        grade = classes.get(entity.id or 0)
        rows.append(
            EntityRow(
                uscc=entity.uscc,
                name=entity.name,
                region=region_name(entity.region_code),
                industry=industry_label(_, entity.industry),
                tags=_tag_names(entity, names),
                status=state_tag(_, entity.status),
                risk_class=state_tag(_, grade) if grade else None,
            )
        )
    return rows


def _entity_cells(_: Translate, entity: Entity, names: dict[str, str]) -> tuple[object, ...]:
    return (
        entity.uscc,
        entity.name,
        entity.type_name,
        entity.established,
        region_name(entity.region_code),
        industry_label(_, entity.industry),
        _tag_names(entity, names),
        _(STATUS_NAMES[entity.status]),
        entity.address,
    )


def _entity_page(
    request: Request,
    actor: Actor,
    session: Session,
    now: datetime,
    uscc: str,
    refusal: Refusal | None = None,
) -> Response:
    _ = texts(request)
    entity = register.entity(session, actor, uscc)
    table = classifying.effective_table(session)
    spoken = table.explain(entity.name, entity.scope)
    return show(
        request,
        "entity",
        status=status_of(refusal) if refusal else 200,
        errors=errors_of(request, refusal, {"行业门类": "industry", "监管标签": "tags"}) if refusal else {},
        entity=entity,
        facts=_entity_facts(_, entity, table.tags, actor),
        state=state_tag(_, entity.status),
        evidence=[
            {
                "meaning": industry_label(_, each.code)
                if each.kind == "section"
                else table.tags.get(each.code, each.code),
                "keyword": each.keyword,
                "where": _("名称") if each.where == "name" else _("经营范围"),
                "points": each.points,
            }
            for each in spoken
        ],
        may_correct=actor.has(*register.KEEPERS),
        industries=industry_options(_),
        tags=sorted(table.tags.items(), key=lambda tag: tag[1]),
        chosen=entity.tags.split(),
        risk=risk.explain(session, actor, entity, now) if actor.has(*risk.MAY_SEE) else None,
        factors={key: _(label) for key, label in FACTOR_LABELS.items()},
        class_names={each.value: _(CLASS_LABELS[each]) for each in RiskClass},
        visits=[
            {
                "code": visit.code,
                "task": visit.task_name,
                "ends": visit.ends,
                "result": visit.result_text,
                "inspected_on": visit.inspected_on,
                "state": state_tag(_, visit.state),
            }
            for visit in inspection.visits_of_entity(session, actor, uscc)
        ]
        if actor.has(*OFFICE)
        else [],
        in_office=actor.has(*OFFICE),
    )


def _entity_facts(_: Translate, entity: Entity, names: dict[str, str], actor: Actor) -> list[tuple[Any, ...]]:
    facts: list[tuple[Any, ...]] = [
        (_("统一社会信用代码"), entity.uscc, "code"),
        (_("主体类型"), entity.type_name),
        (_("成立日期"), entity.established, "date"),
        (_("注册资金"), entity.capital),
        (_("区域"), f"{entity.region_code} {region_name(entity.region_code)}"),
        (_("住所"), entity.address),
        (_("行业门类"), industry_label(_, entity.industry)),
        (_("监管标签"), _tag_names(entity, names)),
        (_("分类来源"), _("由关键词表推断") if entity.inferred else _("由登记机关或人工确定")),
    ]
    if actor.has(*register.KEEPERS):
        facts += [(_("联系人"), entity.contact), (_("联系电话"), entity.phone)]
    return [*facts, (_("更新时间"), entity.updated_at, "datetime")]


def _inspector_row(_: Translate, inspector: Inspector, day: date) -> dict[str, object]:
    until = inspector.certificate_until
    if until < day:
        validity = (_("已过期"), "red")
    elif until - day <= SOON:
        validity = (_("即将到期"), "amber")
    else:
        validity = (_("有效"), "green")
    return {
        "code": inspector.code,
        "name": inspector.name,
        "unit": " ".join(filter(None, (inspector.department, inspector.station))),
        "certificate": inspector.certificate,
        "until": until,
        "validity": validity,
        "area": region_name(inspector.region_prefix),
        "qualifications": "、".join(inspector.qualifications.split()),
        "lead": _("可任组长") if inspector.may_lead else "",
        "active": (_("在岗"), "green") if inspector.active else (_("停用"), "grey"),
    }


def _item_row(_: Translate, item: Item, names: dict[str, str]) -> dict[str, object]:
    bounds = [f"{percent_text(ppm)}%" for ppm in (item.ratio_min_ppm, item.ratio_max_ppm) if ppm is not None]
    usable = item.active and bool(item.legal_basis.strip())
    return {
        "code": item.code,
        "subject": item.subject,
        "name": item.name,
        "kind": _(ITEM_KIND_NAMES[item.kind]),
        "method": item.method,
        "legal_basis": item.legal_basis,
        "tag": names.get(item.tag, item.tag) or _("全部对象"),
        "qualification": item.qualification,
        "bounds": " — ".join(bounds),
        "usable": (_("可用"), "green") if usable else (_("缺依据或停用"), "red"),
    }


def _file(
    ending: str, title: str, head: Sequence[str], rows: Sequence[Sequence[object]], name: str
) -> Response:
    if ending == "xlsx":
        return attachment(xlsx_bytes(title, head, rows), XLSX, f"{name}.xlsx")
    return attachment(csv_bytes(head, rows), CSV, f"{name}.csv")
