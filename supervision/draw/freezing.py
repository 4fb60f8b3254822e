"""冻结名录: how the registers become the bytes of a frame, and how its lines are linked back, unpublished."""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlmodel import Session

from solver import merkle
from solver.blind import blind_id, blind_path, salt
from solver.frame import Entity as Line
from solver.frame import Frame
from supervision.draw.rules import NothingToDraw, public_paths
from supervision.plan import records as plan_records
from supervision.plan.records import Scope
from supervision.plan.rules import class_probabilities, mode_of
from supervision.plan.tables import Task
from supervision.register.tables import Inspector


@dataclass(frozen=True, slots=True)
class Frozen:
    """冻结结果: the frame, its unpublished links, and the exclusion list's rule and hash, if any."""

    frame: Frame
    links: bytes
    exclusion: dict[str, str] | None


def freeze_frame(session: Session, task: Task, scope: Scope, min_anonymity: int, frame_key: bytes) -> Frozen:
    """The frame of a task as the registers stand now: blinded when the confidential class enters the draw."""
    paths = paths_of(session, task, scope, min_anonymity)
    lines: list[Line] = []
    links: list[str] = []
    labels = {path: blind_path(frame_key, path) if task.by_class else path for path in set(paths.values())}
    for entity_id, uscc, region, industry, grade in plan_records.eligible(session, scope):
        path = paths[region, industry]
        frame_id = blind_id(salt(frame_key, uscc), uscc) if task.by_class else uscc
        lines.append(Line(frame_id, labels[path], grade))
        links.append(f"{frame_id},{uscc},{entity_id},{path}\n")
    if not lines:
        raise NothingToDraw()
    excluded = plan_records.at_cap(session, scope)
    return Frozen(
        frame=Frame.of(lines),
        links="".join(sorted(links)).encode(),
        exclusion=_exclusion(scope, excluded) if excluded else None,
    )


def paths_of(session: Session, task: Task, scope: Scope, min_anonymity: int) -> dict[tuple[str, str], str]:
    """The path of each (region, industry): coarsened only where the class is confidential."""
    cells = plan_records.cell_counts(session, scope)
    if not cells:
        raise NothingToDraw()
    chance = class_probabilities(mode_of(task.mode, task.rates, task.number), cells)
    expected: dict[tuple[str, str], Fraction] = {}
    for cell in cells:
        group = (cell.region, cell.industry)
        expected[group] = expected.get(group, Fraction(0)) + cell.entities * chance[cell.risk_class]
    if not task.by_class:
        return {(region, industry): f"{region}/{industry}" for region, industry in expected}
    return public_paths(expected, min_anonymity)


def inspector_root(inspectors: Sequence[Inspector]) -> str:
    """人员名录的根摘要, over lines ``code,certificate until,area,may lead,qualifications`` by code."""
    lines = (
        f"{i.code},{i.certificate_until},{i.region_prefix},{int(i.may_lead)},{i.qualifications.strip()}"
        for i in sorted(inspectors, key=lambda inspector: inspector.code)
    )
    return merkle.root([line.encode() for line in lines]).hex()


def pack(data: bytes) -> bytes:
    """Gzip without a time stamp, so that the same bytes give the same file."""
    return gzip.compress(data, compresslevel=6, mtime=0)


def unpack(data: bytes) -> bytes:
    return gzip.decompress(data)


def read_links(packed: bytes) -> dict[str, int]:
    """Frame id → entity id."""
    fields = (line.split(",") for line in unpack(packed).decode().splitlines())
    return {frame_id: int(entity_id) for frame_id, _, entity_id, _ in fields}


def _exclusion(scope: Scope, usccs: Sequence[str]) -> dict[str, str]:
    lines = "".join(f"{uscc}\n" for uscc in usccs)
    return {
        "rule": f"visits by this organ in {scope.year} reached {scope.cap}",
        "hash": hashlib.sha256(lines.encode()).hexdigest(),
    }
