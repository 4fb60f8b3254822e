"""称呼: what codes of a schedule's problem stand for, for the people of its own office."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from supervision.reference.regions import region_name
from supervision.schedule import records


@dataclass(frozen=True, slots=True)
class Named:
    """检查户 of a visit: whom it is about, where that is, and for which task."""

    name: str
    address: str
    region: str
    task: str


def visits_named(session: Session, codes: Iterable[str]) -> dict[str, Named]:
    """Code of a visit → whom it is about; codes that no visit has are left out."""
    return {
        code: Named(entity.name, entity.address, region_name(entity.region_code), task.name)
        for code, (_, entity, task) in records.visits_by_code(session, codes).items()
    }


def people_named(session: Session, organ_id: int) -> dict[str, str]:
    """Staff number → name, of everybody in the organ's register."""
    return {one.code: one.name for one in records.inspectors_of(session, organ_id)}
