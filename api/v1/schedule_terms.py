"""What schedules are made from: offices, terms of visits, opening hours and coordinates."""

from datetime import date, datetime
from typing import Annotated

from fastapi import UploadFile
from pydantic import Field

from api.deps import Reading, SignedIn
from api.v1.idempotency import Acting, created
from api.v1.models import Code, Command, Number, Uscc, View, example
from api.v1.resource import resource
from supervision.errors import NotFound
from supervision.schedule import terms
from supervision.schedule.rules import Opening
from supervision.schedule.terms import BaseDraft, RowProblem, TermsDraft

router = resource("schedules")
uploads = resource("schedules", largest_body=None)

BASE = {
    "name": "雄石市场监督管理所",
    "station": "雄石市场监督管理所",
    "latitude": 28.2901,
    "longitude": 117.2188,
    "cars": 2,
}
OPENING = {"weekdays": [1, 2, 3, 4, 5], "dates": [], "from": "09:00", "to": "17:00"}
TERMS = {
    "minutes": 60,
    "openings": [OPENING],
    "closed": ["2026-12-01"],
    "earliest": "2026-11-25",
    "latest": "2026-12-20",
    "appointment_on": None,
    "appointment_at": None,
    "note": "周一上午开例会",
}


class NewBase(BaseDraft):
    """办公地点. ``station``: whose people set out from here; empty: everybody else's."""

    model_config = BaseDraft.model_config | example(**BASE)


class BaseView(View):
    """办公地点: where teams set out from and return to."""

    model_config = View.model_config | example(
        id=1, **BASE, changed_by="planner", changed_at="2026-11-22T02:00:00Z"
    )

    id: int
    name: str
    station: str
    latitude: float
    longitude: float
    cars: Annotated[int | None, Field(description="每天可用车辆；null 为不限")]
    changed_by: str
    changed_at: datetime


class BaseList(View):
    """办公地点一览."""

    items: list[BaseView]


class NewTerms(TermsDraft):
    """检查时间要求. What is left out is not required."""

    model_config = TermsDraft.model_config | example(**TERMS)


class TermsView(View):
    """检查时间要求 of a visit."""

    model_config = View.model_config | example(
        **TERMS, pinned_on=None, pinned_at=None, changed_by="planner", changed_at="2026-11-22T02:00:00Z"
    )

    minutes: Annotated[int | None, Field(description="用时（分钟）；null 按事项数计算")]
    openings: list[Opening]
    closed: list[date]
    earliest: date | None
    latest: date | None
    appointment_on: date | None
    appointment_at: str | None
    pinned_on: date | None
    pinned_at: str | None
    note: str
    changed_by: str
    changed_at: datetime


class NewHours(Command):
    """营业时间 of an entity."""

    model_config = Command.model_config | example(openings=[OPENING], closed=["2026-12-01"])

    openings: Annotated[tuple[Opening, ...], Field(max_length=50)]
    closed: Annotated[tuple[date, ...], Field(max_length=366, description="停业日期")] = ()


class HoursView(View):
    """营业时间 of an entity."""

    model_config = View.model_config | example(
        openings=[OPENING], closed=["2026-12-01"], changed_by="planner", changed_at="2026-11-22T02:00:00Z"
    )

    openings: list[Opening]
    closed: list[date]
    changed_by: str
    changed_at: datetime


class RowProblemView(View):
    """A line that was not taken, or was taken with a doubt."""

    line: int
    uscc: str
    message: str

    @classmethod
    def of(cls, found: RowProblem) -> "RowProblemView":
        return cls.model_validate(found)


class PlacesView(View):
    """导入结果. ``refused`` lines were left out; ``doubtful`` ones were taken and want a second look."""

    model_config = View.model_config | example(
        read=120,
        places=118,
        hours=40,
        refused=[
            {
                "line": 7,
                "uscc": "91360681MA35XXXX0A",
                "message": "“经纬度”填写有误：不在中国范围内，请核对是否填反。",
            }
        ],
        doubtful=[],
    )

    read: int
    places: int
    hours: int
    refused: list[RowProblemView]
    doubtful: list[RowProblemView]


@router.get("/bases", summary="List the offices that teams set out from")
def list_bases(session: Reading, actor: SignedIn) -> BaseList:
    """办公地点一览 of the actor's region."""
    return BaseList(items=[BaseView.model_validate(base) for base in terms.bases(session, actor)])


@router.post("/bases", summary="Add an office", **created("/bases/{id}"))
def add_base(body: NewBase, act: Acting) -> BaseView:
    """添加办公地点: for planners and administrators, of their own organ."""
    return BaseView.model_validate(terms.add_base(act.session, act.actor, body, act.now))


@router.put("/bases/{base_id}", summary="Change an office")
def change_base(base_id: Number, body: NewBase, act: Acting) -> BaseView:
    """修改办公地点."""
    return BaseView.model_validate(terms.change_base(act.session, act.actor, base_id, body, act.now))


@router.delete("/bases/{base_id}", status_code=204, summary="Remove an office")
def remove_base(base_id: Number, act: Acting) -> None:
    """删除办公地点."""
    terms.remove_base(act.session, act.actor, base_id, act.now)


@router.get("/visits/{code}/terms", summary="Show when a visit may be")
def show_terms(code: Code, session: Reading, actor: SignedIn) -> TermsView:
    """检查时间要求; 404 where nothing is required."""
    found = terms.terms(session, actor, code)
    if found is None:
        raise NotFound(what="检查时间要求", key=code)
    return TermsView.model_validate(found)


@router.put("/visits/{code}/terms", summary="Say when a visit may be")
def set_terms(code: Code, body: NewTerms, act: Acting) -> TermsView:
    """填写检查时间要求: for planners of the organ, until the visit is made."""
    return TermsView.model_validate(terms.set_terms(act.session, act.actor, code, body, act.now))


@router.get("/entities/{uscc}/hours", summary="Show the opening hours of an entity")
def show_hours(uscc: Uscc, session: Reading, actor: SignedIn) -> HoursView:
    """营业时间; 404 where they are not known."""
    found = terms.hours(session, actor, uscc)
    if found is None:
        raise NotFound(what="营业时间", key=uscc)
    return HoursView.model_validate(found)


@router.put("/entities/{uscc}/hours", summary="Say the opening hours of an entity")
def set_hours(uscc: Uscc, body: NewHours, act: Acting) -> HoursView:
    """填写营业时间: for planners and administrators; it counts for every later schedule."""
    found = terms.set_hours(act.session, act.actor, uscc, body.openings, body.closed, act.now)
    return HoursView.model_validate(found)


@uploads.post("/schedule-places", summary="Import coordinates and opening hours")
def import_places(
    act: Acting,
    file: Annotated[UploadFile, Field(description="CSV：统一社会信用代码、经度、纬度、营业时间、停业日期")],
) -> PlacesView:
    """导入坐标和营业时间: wrong lines are told and left out, the others are taken."""
    return PlacesView.model_validate(terms.import_places(act.session, act.actor, file.file.read(), act.now))
