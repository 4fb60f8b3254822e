"""办公地点: where teams set out from, with how many cars; coordinates and opening hours from a file."""

from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import Form, Writing
from api.office import queries
from api.office.answers import REFUSALS, Refusal, Translate, done, errors_of, show, status_of, texts
from api.office.visiting import Visiting, Visitor
from supervision.errors import InvalidInput
from supervision.schedule import terms
from supervision.schedule.tables import Base
from supervision.schedule.terms import KEEPERS, BaseDraft, PlacesTaken

router = APIRouter(prefix="/schedules/bases")
FIELDS = {
    "名称": "name", "科所": "station", "纬度": "latitude", "经度": "longitude", "每天车辆": "cars",
    "文件": "file",
}  # fmt: skip
NAMED = {"name": "名称", "station": "科所", "latitude": "纬度", "longitude": "经度", "cars": "每天车辆"}


@router.get("")
def list_bases(visitor: Visiting) -> Response:
    return _page(visitor)


@router.post("")
def add(visitor: Visiting, session: Writing, form: Form) -> Response:
    return _keep(visitor, session, form, None)


@router.post("/places")
def take_places(visitor: Visiting, session: Writing, form: Form) -> Response:
    """导入坐标和营业时间."""
    file = form.get("file")
    try:
        data = b"" if file is None or isinstance(file, str) else file.file.read()
        if not data:
            raise InvalidInput(field="文件", problem="请选择文件。")
        taken = terms.import_places(session, visitor.actor, data, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, refusal)
    return _page(visitor, taken=taken)


@router.post("/{base_id}")
def change(base_id: queries.RowNumber, visitor: Visiting, session: Writing, form: Form) -> Response:
    return _keep(visitor, session, form, base_id)


@router.post("/{base_id}/remove")
def remove(base_id: queries.RowNumber, visitor: Visiting, session: Writing, form: Form) -> Response:
    try:
        terms.remove_base(session, visitor.actor, base_id, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, refusal)
    return done("/office/schedules/bases", "base_removed")


def _keep(visitor: Visitor, session: Session, form: FormData, base_id: int | None) -> Response:
    entered = {name: str(form.get(name, "")).strip()[:200] for name in NAMED}
    try:
        draft = _draft(entered)
        if base_id is None:
            terms.add_base(session, visitor.actor, draft, visitor.now)
        else:
            terms.change_base(session, visitor.actor, base_id, draft, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, refusal, entered | {"changing": base_id or ""})
    return done("/office/schedules/bases", "base_added" if base_id is None else "base_changed")


def _draft(entered: dict[str, str]) -> BaseDraft:
    cars = entered["cars"]
    fields: dict[str, Any] = {name: entered[name] for name in ("name", "station", "latitude", "longitude")}
    try:
        return BaseDraft.model_validate(fields | {"cars": cars or None})
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise InvalidInput(field=NAMED[name], problem=_problem(name)) from None


def _problem(name: str) -> str:
    if name in ("latitude", "longitude"):
        return "请填写以度为单位的数字，在中国范围内；纬度在前，例如 28.2926，经度例如 117.2454。"
    if name == "cars":
        return "请填写 0 至 1000 之间的整数，或空着。"
    return "请填写，不超过 100 字。"


def _page(
    visitor: Visitor,
    refusal: Refusal | None = None,
    entered: dict[str, Any] | None = None,
    taken: PlacesTaken | None = None,
) -> Response:
    actor, request = visitor.actor, visitor.request
    _ = texts(request)
    found = terms.bases(visitor.session, actor)
    may = actor.has(*KEEPERS)
    changing = queries.number(request, "change")
    chosen = next((base for base in found if base.id == changing and may), None)
    return show(
        request,
        "schedule_bases",
        status=status_of(refusal) if refusal else 200,
        errors=errors_of(request, refusal, FIELDS) if refusal else {},
        rows=[_row(_, base) for base in found],
        entered=SimpleNamespace(**(entered or _entered(chosen))),
        may=may,
        taken=taken,
    )


def _row(_: Translate, base: Base) -> SimpleNamespace:
    return SimpleNamespace(
        id=base.id,
        name=base.name,
        station=base.station or _("其余全部"),
        place=f"{base.latitude:.5f}, {base.longitude:.5f}",
        cars=_("不限") if base.cars is None else _("{n} 辆").format(n=base.cars),
    )


def _entered(base: Base | None) -> dict[str, Any]:
    if base is None:
        return dict.fromkeys(("changing", *NAMED), "")
    cars = "" if base.cars is None else base.cars
    return {
        "changing": base.id,
        "name": base.name,
        "station": base.station,
        "latitude": base.latitude,
        "longitude": base.longitude,
        "cars": cars,
    }
