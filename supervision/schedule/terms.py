"""Acts on what a schedule is made from: offices, terms of visits, opening hours and coordinates."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session

from solver.schedule.travel import distances
from supervision.errors import AlreadyExists, InvalidInput, NotFound, SupervisionError
from supervision.inspection import records as inspections
from supervision.inspection.rules import STATE_NAMES as VISIT_STATES
from supervision.inspection.tables import VisitState
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan.service import OFFICE
from supervision.register.tables import Entity
from supervision.schedule import records
from supervision.schedule.openings import read_dates, read_openings
from supervision.schedule.rules import Opening, TimeOfDay
from supervision.schedule.tables import Base, OpeningHours, VisitTerms

KEEPERS = (Role.PLANNER, Role.ADMINISTRATOR)
MOST_ROWS = 200_000
FAR_KM = 150
LATITUDES, LONGITUDES = (3.0, 54.0), (73.0, 136.0)
HEADERS = {
    "统一社会信用代码": "uscc",
    "经度": "longitude",
    "纬度": "latitude",
    "营业时间": "openings",
    "停业日期": "closed",
}
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Latitude = Annotated[float, Field(ge=LATITUDES[0], le=LATITUDES[1], allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=LONGITUDES[0], le=LONGITUDES[1], allow_inf_nan=False)]


class NotWaiting(SupervisionError):
    code = "visit_not_waiting"
    status = 409
    sentence = "检查“{visit}”{state}，不能再改检查时间要求。"


class BaseDraft(BaseModel):
    """办公地点 as it is entered. Coordinates lie in China."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    station: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    latitude: Latitude
    longitude: Longitude
    cars: Annotated[int, Field(ge=0, le=1000)] | None = None


class TermsDraft(BaseModel):
    """检查时间要求 as it is entered. What is left out is not required."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: Annotated[int, Field(ge=5, le=1440)] | None = None
    openings: Annotated[tuple[Opening, ...], Field(max_length=50)] = ()
    closed: Annotated[tuple[date, ...], Field(max_length=366)] = ()
    earliest: date | None = None
    latest: date | None = None
    appointment_on: date | None = None
    appointment_at: TimeOfDay | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A line of a file that was not taken, or was taken with a doubt."""

    line: int
    uscc: str
    message: str


@dataclass(frozen=True, slots=True)
class PlacesTaken:
    """导入结果 of coordinates and opening hours."""

    read: int
    places: int
    """Entities whose coordinates are new or others."""
    hours: int
    refused: tuple[RowProblem, ...]
    doubtful: tuple[RowProblem, ...]
    """Taken, but so far from the office that it is probably in another county."""


# offices ----------------------------------------------------------------------------------------------------


def bases(session: Session, actor: Actor) -> list[Base]:
    """办公地点一览 of the actor's region."""
    require(actor, *OFFICE, Role.ADMINISTRATOR)
    return records.bases_in_scope(session, actor)


def add_base(session: Session, actor: Actor, draft: BaseDraft, now: datetime) -> Base:
    """添加办公地点 of one's own organ."""
    require(actor, *KEEPERS)
    _check_name(session, actor, draft, None)
    base = Base(organ_id=actor.organ_id, **draft.model_dump(), changed_by=actor.username, changed_at=now)
    session.add(base)
    session.flush()
    record(session, actor, "schedule.base.add", f"base:{base.id}", draft.model_dump(), now)
    return base


def change_base(session: Session, actor: Actor, base_id: int, draft: BaseDraft, now: datetime) -> Base:
    """修改办公地点. Schedules made before keep what they were made with."""
    require(actor, *KEEPERS)
    base = _base(session, actor, base_id)
    _check_name(session, actor, draft, base_id)
    base.sqlmodel_update(draft.model_dump() | {"changed_by": actor.username, "changed_at": now})
    session.add(base)
    session.flush()
    record(session, actor, "schedule.base.change", f"base:{base_id}", draft.model_dump(), now)
    return base


def remove_base(session: Session, actor: Actor, base_id: int, now: datetime) -> None:
    """删除办公地点."""
    require(actor, *KEEPERS)
    base = _base(session, actor, base_id)
    session.delete(base)
    session.flush()
    record(session, actor, "schedule.base.remove", f"base:{base_id}", {"name": base.name}, now)


# terms of visits --------------------------------------------------------------------------------------------


def terms(session: Session, actor: Actor, visit_code: str) -> VisitTerms | None:
    """检查时间要求 of a visit in the actor's region; none: nothing is required."""
    require(actor, *OFFICE)
    visit, _, task = _visit(session, visit_code)
    if inspections.task_in_scope(session, actor, task.id or 0) is None:
        raise NotFound(what="检查", key=visit_code)
    return records.terms_of(session, [visit.id or 0]).get(visit.id or 0)


def set_terms(
    session: Session, actor: Actor, visit_code: str, draft: TermsDraft, now: datetime
) -> VisitTerms:
    """填写检查时间要求. It counts from the next schedule on; a pin stays as it is."""
    found = own_terms(session, actor, visit_code, now)
    _, _, task = _visit(session, visit_code)
    _check_terms(draft, task.starts, task.ends)
    found.sqlmodel_update(
        draft.model_dump(exclude={"openings", "closed"})
        | {
            "openings": [each.stored() for each in draft.openings],
            "closed": [f"{day}" for day in sorted(set(draft.closed))],
        }
    )
    session.add(found)
    session.flush()
    told = draft.model_dump(mode="json", exclude={"note"}, by_alias=True)
    record(session, actor, "schedule.terms.set", f"visit:{visit_code}", told, now)
    return found


def own_terms(session: Session, actor: Actor, visit_code: str, now: datetime) -> VisitTerms:
    """The terms of a visit of one's own organ that waits for its inspection; new ones where it has none."""
    require(actor, Role.PLANNER)
    visit, _, task = _visit(session, visit_code, lock=True)
    if task.organ_id != actor.organ_id:
        raise NotFound(what="检查", key=visit_code)
    if visit.state is not VisitState.ASSIGNED:
        raise NotWaiting(visit=visit_code, state=VISIT_STATES[visit.state])
    found = records.terms_of(session, [visit.id or 0]).get(visit.id or 0)
    if found is None:
        found = VisitTerms(visit_id=visit.id or 0, changed_by=actor.username, changed_at=now)
    found.changed_by, found.changed_at = actor.username, now
    return found


# opening hours and coordinates ------------------------------------------------------------------------------


def hours(session: Session, actor: Actor, uscc: str) -> OpeningHours | None:
    """营业时间 of an entity of the actor's region; none: the whole working day."""
    require(actor, *OFFICE)
    entity = _entity(session, actor, uscc)
    return records.hours_of(session, [entity.id or 0]).get(entity.id or 0)


def set_hours(
    session: Session,
    actor: Actor,
    uscc: str,
    openings: Sequence[Opening],
    closed: Iterable[date],
    now: datetime,
) -> OpeningHours:
    """填写营业时间 of an entity, for every later visit to it."""
    require(actor, *KEEPERS)
    entity = _entity(session, actor, uscc)
    earlier = records.hours_of(session, [entity.id or 0])
    found = _keep_hours(session, actor, entity, earlier, openings, closed, now)
    session.flush()
    told = {"openings": found.openings, "closed": found.closed}
    record(session, actor, "schedule.hours.set", f"entity:{uscc}", told, now)
    return found


def import_places(session: Session, actor: Actor, data: bytes, now: datetime) -> PlacesTaken:
    """导入坐标和营业时间: CSV by credit code. Wrong lines are told and left out; the others are taken.

    An empty cell changes nothing. A place more than ``FAR_KM`` from every office of the organ is taken with a
    doubt: it is probably in another county, or latitude and longitude are swapped.
    """
    require(actor, *KEEPERS)
    rows = _rows(data)
    known = records.entities_by_uscc(session, actor, sorted({row["uscc"] for _, row in rows}))
    earlier = records.hours_of(session, [entity.id or 0 for entity in known.values()])
    offices = [(base.latitude, base.longitude) for base in records.bases_of(session, actor.organ_id)]
    places, opened = 0, 0
    refused: list[RowProblem] = []
    doubtful: list[RowProblem] = []
    for line, row in rows:
        entity = known.get(row["uscc"])
        try:
            if entity is None:
                raise NotFound(what="检查对象", key=row["uscc"])
            place = _place(row)
            openings, closed = read_openings(row.get("openings", "")), read_dates(row.get("closed", ""))
        except SupervisionError as error:
            refused.append(RowProblem(line, row["uscc"], error.message))
            continue
        if place is not None and place != (entity.latitude, entity.longitude):
            entity.latitude, entity.longitude = place
            session.add(entity)
            places += 1
            if (away := _distance(place, offices)) is not None and away > FAR_KM:
                message = f"距办公地点 {away} 公里，可能不在本县，或经纬度填反了，请核对。"
                doubtful.append(RowProblem(line, row["uscc"], message))
        if openings or closed:
            earlier[entity.id or 0] = _keep_hours(session, actor, entity, earlier, openings, closed, now)
            opened += 1
    session.flush()
    taken = PlacesTaken(len(rows), places, opened, tuple(refused), tuple(doubtful))
    told = {"read": taken.read, "places": places, "hours": opened, "refused": len(refused)}
    record(session, actor, "schedule.places.import", f"organ:{actor.organ_code}", told, now)
    return taken


def _keep_hours(
    session: Session,
    actor: Actor,
    entity: Entity,
    earlier: Mapping[int, OpeningHours],
    openings: Sequence[Opening],
    closed: Iterable[date],
    now: datetime,
) -> OpeningHours:
    found = earlier.get(entity.id or 0) or OpeningHours(
        entity_id=entity.id or 0, changed_by=actor.username, changed_at=now
    )
    found.openings = [each.stored() for each in openings]
    found.closed = [f"{day}" for day in sorted(set(closed))]
    found.changed_by, found.changed_at = actor.username, now
    session.add(found)
    return found


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """Line and cells by field; refuses a file that is not such a CSV."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    # every kind of line end becomes one: what an old spreadsheet program wrote is read too
    lines = list(csv.reader(io.StringIO(text.replace("\0", ""), newline=None)))
    header = [HEADERS.get(cell.strip(), "") for cell in lines[0]] if lines else []
    if "uscc" not in header or len(header) < 2:
        wanted = "、".join(HEADERS)
        raise InvalidInput(field="文件", problem=f"应为 CSV，第一行为表头，可用的列：{wanted}。")
    if len(lines) > MOST_ROWS:
        raise InvalidInput(field="文件", problem=f"超过 {MOST_ROWS} 行，请分成几个文件。")
    found = []
    for number, cells in enumerate(lines[1:], start=2):
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
        if any(row.values()):
            found.append((number, {"uscc": ""} | row))
    return found


def _place(row: Mapping[str, str]) -> tuple[float, float] | None:
    written = row.get("latitude", ""), row.get("longitude", "")
    if written == ("", ""):
        return None
    if "" in written:
        raise InvalidInput(field="经纬度", problem="经度和纬度应同时填写。")
    try:
        latitude, longitude = map(float, written)
    except ValueError:
        raise InvalidInput(
            field="经纬度", problem="应为以度为单位的数字，例如 117.2400 和 28.2900。"
        ) from None
    inside = LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]
    if not inside:
        raise InvalidInput(field="经纬度", problem="不在中国范围内，请核对是否填反。")
    return latitude, longitude


def _distance(place: tuple[float, float], offices: Sequence[tuple[float, float]]) -> int | None:
    """Kilometres to the nearest office; none: there is none."""
    import numpy as np

    if not offices:
        return None
    return int(distances(np.array(place), np.array(offices)).min())


def _check_name(session: Session, actor: Actor, draft: BaseDraft, base_id: int | None) -> None:
    for other in records.bases_of(session, actor.organ_id):
        if other.id != base_id and other.name == draft.name:
            raise AlreadyExists(what="办公地点", key=draft.name)


def _check_terms(draft: TermsDraft, starts: date, ends: date) -> None:
    first, last = draft.earliest or starts, draft.latest or ends
    if first > last:
        raise InvalidInput(field="最早和最晚日期", problem="最晚日期不能早于最早日期。")
    for field, day in (
        ("最早日期", draft.earliest),
        ("最晚日期", draft.latest),
        ("约定日期", draft.appointment_on),
    ):
        if day is not None and not starts <= day <= ends:
            raise InvalidInput(field=field, problem=f"应在任务期限 {starts} 至 {ends} 之内。")
    if draft.appointment_at is not None and draft.appointment_on is None:
        raise InvalidInput(field="约定日期", problem="填写了约定时间，还须填写约定日期。")


def _base(session: Session, actor: Actor, base_id: int) -> Base:
    base = records.base(session, actor.organ_id, base_id)
    if base is None:
        raise NotFound(what="办公地点", key=base_id)
    return base


def _entity(session: Session, actor: Actor, uscc: str) -> Entity:
    found = records.entities_by_uscc(session, actor, [uscc]).get(uscc)
    if found is None:
        raise NotFound(what="检查对象", key=uscc)
    return found


def _visit(session: Session, code: str, *, lock: bool = False) -> records.ToVisit:
    found = records.visits_by_code(session, [code], lock=lock).get(code)
    if found is None:
        raise NotFound(what="检查", key=code)
    return found
