"""The registers (一单两库): entities, inspectors, items, recusals, and the keyword table."""

from datetime import date, datetime
from functools import partial
from typing import Annotated

from fastapi import Query, Request
from pydantic import Field, StringConstraints

from api.deps import Reading, SignedIn
from api.v1.idempotency import Acting
from api.v1.models import (
    LARGEST_ID,
    REGION_PATTERN,
    USCC_PATTERN,
    Command,
    Number,
    Page,
    Uscc,
    View,
    example,
)
from api.v1.paging import Paged, shown
from api.v1.resource import resource
from supervision.pairing import reassigning
from supervision.people.rules import require
from supervision.reference.regions import region_name
from supervision.register import classifying
from supervision.register import service as registers
from supervision.register.records import EntityFilter
from supervision.register.tables import Entity, EntityStatus, Inspector, ItemKind, Recusal
from supervision.risk.tables import RiskClass

router = resource("registers")
keywords = resource("registers", largest_body=16 << 20)

Industry = Annotated[str, StringConstraints(pattern=r"^[A-TZ]$")]
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]


class EntityView(View):
    """检查对象. ``risk_class`` is null for roles that may not see it, and where no snapshot knows it."""

    model_config = View.model_config | example(
        uscc="91360681MA35XXXX0A",
        name="贵溪市示例酒店有限公司",
        kind="company",
        type_name="有限责任公司",
        established="2016-05-03",
        capital="100万人民币",
        scope="餐饮服务；住宿服务。",
        address="江西省贵溪市建设路1号",
        region_code="360681",
        region_name="江西省鹰潭市贵溪市",
        industry="H",
        tags=["catering"],
        inferred=True,
        status="active",
        updated_at="2026-11-01T00:00:00Z",
        risk_class="B",
    )

    uscc: str
    name: str
    kind: str
    type_name: str
    established: date | None
    capital: str
    scope: Annotated[str, Field(description="经营范围")]
    address: str
    region_code: str
    region_name: str
    industry: Annotated[str, Field(description="行业门类 A—T；无法判断时为 Z")]
    tags: list[str]
    inferred: Annotated[bool, Field(description="行业和标签由关键词表推断，而非登记机关给出")]
    status: EntityStatus
    updated_at: datetime
    risk_class: RiskClass | None

    @classmethod
    def of(cls, entity: Entity, risk_class: RiskClass | None) -> "EntityView":
        own = entity.model_dump(include=set(cls.model_fields) - {"tags"})
        name = region_name(entity.region_code)
        return cls(**own, tags=entity.tags.split(), region_name=name, risk_class=risk_class)


class Classification(Command):
    """更正分类: what is not given stays."""

    model_config = Command.model_config | example(industry="H", tags=["catering"])

    industry: Industry | None = None
    tags: Annotated[list[Tag], Field(max_length=30)] | None = None


class InspectorView(View):
    """执法检查人员."""

    model_config = View.model_config | example(
        id=7,
        code="GX007",
        name="李强",
        department="贵溪市市场监督管理局",
        station="雄石分局",
        certificate="赣L0036007",
        certificate_until="2028-12-31",
        region_prefix="360681",
        qualifications=["特种设备"],
        may_lead=True,
        active=True,
        past_load=3,
    )

    id: int
    code: str
    name: str
    department: str
    station: str
    certificate: str
    certificate_until: date
    region_prefix: str
    qualifications: list[str]
    may_lead: bool
    active: bool
    past_load: int

    @classmethod
    def of(cls, inspector: Inspector) -> "InspectorView":
        own = inspector.model_dump(include=set(cls.model_fields) - {"qualifications"})
        return cls(**own, qualifications=inspector.qualifications.split())


class ItemView(View):
    """抽查事项."""

    model_config = View.model_config | example(
        code="SCJG-001",
        subject="登记事项检查",
        name="营业执照（登记证）规范使用情况的检查",
        kind="general",
        objects="企业、个体工商户、农民专业合作社",
        method="现场检查",
        inspecting_organ="县级市场监管部门",
        legal_basis="《企业信息公示暂行条例》第十四条",
        tag="",
        qualification="",
        ratio_min_ppm=None,
        ratio_max_ppm=None,
        published_url="",
        active=True,
    )

    code: str
    subject: str
    name: str
    kind: ItemKind
    objects: str
    method: str
    inspecting_organ: str
    legal_basis: str
    tag: str
    qualification: str
    ratio_min_ppm: int | None
    ratio_max_ppm: int | None
    published_url: str
    active: bool


class NewRecusal(Command):
    """回避决定: from an entity, or from a colleague: one of the two."""

    model_config = Command.model_config | example(
        inspector_id=7, uscc="91360681MA35XXXX0A", reason="近亲属任该企业法定代表人"
    )

    inspector_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    uscc: Annotated[str, StringConstraints(pattern=USCC_PATTERN)] | None = None
    colleague_id: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class RecusalView(View):
    """回避决定."""

    model_config = View.model_config | example(
        id=3,
        inspector_id=7,
        entity_id=120,
        colleague_id=None,
        reason="近亲属任该企业法定代表人",
        decided_by="planner",
        at="2026-11-20T02:00:00Z",
    )

    id: int
    inspector_id: int
    entity_id: int | None
    colleague_id: int | None
    reason: str
    decided_by: str
    at: datetime

    @classmethod
    def of(cls, recusal: Recusal) -> "RecusalView":
        return cls.model_validate(recusal)


class VisitToReassign(View):
    """须换人的检查: the inspector was sent there before the recusal."""

    draw_id: str
    visit: str
    uscc: str
    name: str


class NewRecusalView(RecusalView):
    """回避决定, and what it leaves to be done."""

    model_config = View.model_config | example(
        id=3,
        inspector_id=7,
        entity_id=120,
        colleague_id=None,
        reason="近亲属任该企业法定代表人",
        decided_by="planner",
        at="2026-11-20T02:00:00Z",
        to_reassign=[
            {
                "draw_id": "360681-2026-0001",
                "visit": "360681-2026-0001-V0003",
                "uscc": "91360681MA35XXXX0A",
                "name": "贵溪市示例酒店有限公司",
            }
        ],
    )

    to_reassign: Annotated[list[VisitToReassign], Field(description="已分派、尚未检查，须另行提出换人的检查")]


class KeywordTable(Command):
    """关键词表, as CSV text; an empty text goes back to the table that ships."""

    model_config = Command.model_config | example(csv="")

    csv: Annotated[str, Field(max_length=classifying.LONGEST_TABLE)]


class KeywordTableView(View):
    """现行关键词表."""

    model_config = View.model_config | example(
        csv="kind,code,keyword\n…", sha256="2b" * 32, shipped=True, changed_by="", changed_at=None
    )

    csv: str
    sha256: str
    shipped: bool
    changed_by: str
    changed_at: datetime | None


class JobView(View):
    """作业: work that goes on after the answer."""

    model_config = View.model_config | example(job="reclassify:360681", started=True)

    job: str
    started: Annotated[bool, Field(description="false：同一作业已在进行")]


@router.get("/entities", summary="Search entities")
def list_entities(
    session: Reading,
    actor: SignedIn,
    paging: Paged,
    q: Annotated[str, Query(max_length=100, description="名称的一部分，或统一社会信用代码的开头")] = "",
    region: Annotated[str, Query(pattern=REGION_PATTERN, description="区划代码或其开头")] = "",
    industry: Annotated[str, Query(pattern=r"^[A-TZ]?$", description="行业门类")] = "",
    tag: Annotated[str, Query(pattern=r"^[a-z0-9_]{0,40}$", description="监管标签")] = "",
    status: Annotated[EntityStatus | None, Query(description="登记状态")] = None,
    risk_class: Annotated[RiskClass | None, Query(description="信用风险等级（限授权角色）")] = None,
) -> Page[EntityView]:
    """检查对象一览, inside the actor's region."""
    wanted = EntityFilter(region, industry, tag, "", status, q, risk_class)
    found = registers.entities(session, actor, wanted, paging.number or 0, paging.limit)
    classes = registers.classes_of(session, actor, list(found.rows))
    return shown(found, lambda entity: EntityView.of(entity, classes.get(entity.id or 0)))


@router.get("/entities/{uscc}", summary="Show an entity")
def show_entity(uscc: Uscc, session: Reading, actor: SignedIn) -> EntityView:
    entity = registers.entity(session, actor, uscc)
    return EntityView.of(entity, registers.classes_of(session, actor, [entity]).get(entity.id or 0))


@router.patch("/entities/{uscc}", summary="Correct an entity's classification")
def correct_entity(uscc: Uscc, body: Classification, act: Acting) -> EntityView:
    """更正分类: industry and tags set by hand; inference leaves them alone from then on."""
    entity = registers.entity(act.session, act.actor, uscc)
    industry = entity.industry if body.industry is None else body.industry
    tags = entity.tags.split() if body.tags is None else body.tags
    registers.correct_entity(act.session, act.actor, uscc, industry=industry, tags=tags, now=act.now)
    return show_entity(uscc, act.session, act.actor)


@router.get("/inspectors", summary="List inspectors")
def list_inspectors(session: Reading, actor: SignedIn, paging: Paged) -> Page[InspectorView]:
    """执法检查人员一览, of the organs in the actor's region."""
    found = registers.inspectors(session, actor, after=paging.number or 0, limit=paging.limit)
    return shown(found, InspectorView.of)


@router.get("/items", summary="List inspection items")
def list_items(session: Reading, actor: SignedIn, paging: Paged) -> Page[ItemView]:
    """抽查事项清单, of the organs in the actor's region."""
    found = registers.items(session, actor, after=paging.number or 0, limit=paging.limit)
    return shown(found, ItemView.model_validate)


@router.get("/recusals", summary="List recusals")
def list_recusals(
    session: Reading,
    actor: SignedIn,
    paging: Paged,
    inspector: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="检查人员 id")] = None,
) -> Page[RecusalView]:
    """回避一览, newest first."""
    before = paging.number
    decided = registers.recusals(session, actor, inspector)
    found = [recusal for recusal in decided if before is None or (recusal.id or 0) < before]
    return paging.page(found, lambda recusal: recusal.id, RecusalView.of)


@router.post("/recusals", status_code=201, summary="Recuse an inspector")
def add_recusal(body: NewRecusal, act: Acting) -> NewRecusalView:
    """回避决定 (R9): for planners and approvers. Teams drawn before stand until others are drawn for them."""
    made = registers.add_recusal(act.session, act.actor, now=act.now, **body.model_dump())
    found = reassigning.assigned_visits(
        act.session, act.actor, body.inspector_id, uscc=body.uscc, colleague_id=body.colleague_id
    )
    return NewRecusalView(
        **RecusalView.of(made).model_dump(),
        to_reassign=[VisitToReassign.model_validate(each) for each in found],
    )


@router.delete("/recusals/{recusal_id}", status_code=204, summary="Lift a recusal")
def remove_recusal(recusal_id: Number, act: Acting) -> None:
    """撤销回避决定; the journal keeps that it stood."""
    registers.remove_recusal(act.session, act.actor, recusal_id, act.now)


@keywords.get("/keyword-table", summary="Show the keyword table")
def show_table(session: Reading, actor: SignedIn) -> KeywordTableView:  # anyone signed in
    """现行关键词表: how industry and tags are told from a name and a business scope."""
    return KeywordTableView.model_validate(classifying.table_in_force(session))


@keywords.put("/keyword-table", summary="Replace the keyword table")
def replace_table(body: KeywordTable, act: Acting) -> KeywordTableView:
    """更换关键词表: the first wrong line is named. What is inferred changes with ``…/apply``."""
    found = classifying.replace_table(act.session, act.actor, body.csv, act.now)
    return KeywordTableView.model_validate(found)


@keywords.post("/keyword-table/apply", status_code=202, summary="Infer industries and tags anew")
def apply_table(request: Request, act: Acting) -> JobView:
    """重新推断: a job over every entity of the region whose classification was inferred."""
    require(act.actor, *registers.KEEPERS)
    app, job = request.app, f"reclassify:{act.actor.region_prefix}"
    work = partial(classifying.reclassify, app.state.database, act.actor, app.state.clock)
    return JobView(job=job, started=app.state.jobs.submit(job, work))
