"""冻结名录: how the registers become the bytes of a frame, and how its lines are linked back, unpublished."""

import gzip
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import Session

from solver import merkle
from solver.blind import blind_id, blind_path, salt
from solver.canonical import Alg
from solver.frame import Entity as Line
from solver.frame import Frame
from supervision.draw.rules import NothingToDraw, is_blinded, public_paths
from supervision.plan import records as plan_records
from supervision.plan.records import Scope
from supervision.plan.rules import class_probabilities, mode_of
from supervision.plan.tables import Disclosure, Task
from supervision.register.tables import Inspector


@dataclass(frozen=True, slots=True)
class Frozen:
    """冻结结果: the frame, its unpublished links, and the exclusion list's rule and hash, if any."""

    frame: Frame
    links: bytes
    exclusion: dict[str, str] | None


def blinds(task: Task) -> bool:
    """Whether the frame of the task is blinded."""
    sealed = task.disclosure is Disclosure.SEALED
    return is_blinded(task.by_class, task.publish_drawn_list, sealed=sealed, shared=task.campaign is not None)


def freeze_frame(
    session: Session, task: Task, scope: Scope, min_anonymity: int, frame_key: bytes, alg: Alg = "sha256"
) -> Frozen:
    """The frame of a task as the registers stand now, blinded where ``blinds`` says so."""
    blinded = blinds(task)
    paths = paths_of(session, task, scope, min_anonymity)
    lines: list[Line] = []
    links: list[str] = []
    labels = {path: blind_path(frame_key, path, alg) if blinded else path for path in set(paths.values())}
    for entity_id, uscc, region, industry, grade in plan_records.eligible(session, scope):
        path = paths[region, industry]
        frame_id = blind_id(salt(frame_key, uscc, alg), uscc, alg) if blinded else uscc
        lines.append(Line(frame_id, labels[path], grade))
        links.append(f"{frame_id},{uscc},{entity_id},{path}\n")
    if not lines:
        raise NothingToDraw()
    excluded = plan_records.at_cap(session, scope)
    return Frozen(
        frame=Frame.of(lines),
        links="".join(sorted(links)).encode(),
        exclusion=_exclusion(scope, excluded, frame_key if blinded else b"") if excluded else None,
    )


def paths_of(session: Session, task: Task, scope: Scope, min_anonymity: int) -> dict[tuple[str, str], str]:
    """The path of each (region, industry): coarsened only where the frame is blinded."""
    cells = plan_records.cell_counts(session, scope)
    if not cells:
        raise NothingToDraw()
    chance = class_probabilities(mode_of(task.mode, task.rates, task.number), cells)
    expected: dict[tuple[str, str], Fraction] = {}
    for cell in cells:
        group = (cell.region, cell.industry)
        expected[group] = expected.get(group, Fraction(0)) + cell.entities * chance[cell.risk_class]
    if not blinds(task):
        return {(region, industry): f"{region}/{industry}" for region, industry in expected}
    return public_paths(expected, min_anonymity)


def inspector_root(
    inspectors: Sequence[Inspector],
    recusals: Iterable[tuple[str, str]],
    leaves: Iterable[tuple[str, date, date]],
    frame_key: bytes,
) -> str:
    """人员名录的根摘要: all that decides who may be paired with whom, before the seed is known.

    A Merkle root over the HMAC of the lines ``code,certificate until,area,may lead,qualifications,past load``
    (followed by ``,department,station`` where one of them is known), ``recusal,code,USCC or code`` and
    ``leave,code,from,to``, sorted. ``frame_key`` is empty where the frame is open.
    """
    lines = [
        f"{i.code},{i.certificate_until},{i.region_prefix},{int(i.may_lead)},{i.qualifications.strip()},"
        f"{i.past_load}" + (f",{i.department},{i.station}" if i.department or i.station else "")
        for i in inspectors
    ]
    lines += [f"recusal,{who},{whom}" for who, whom in recusals]
    lines += [f"leave,{who},{first},{last}" for who, first, last in leaves]
    keyed = [hmac.digest(frame_key, line.encode(), hashlib.sha256) for line in sorted(lines)]
    return merkle.root(keyed).hex()


def pack(data: bytes) -> bytes:
    """Gzip without a time stamp, so that the same bytes give the same file."""
    return gzip.compress(data, compresslevel=6, mtime=0)


def unpack(data: bytes) -> bytes:
    return gzip.decompress(data)


def read_links(packed: bytes) -> dict[str, int]:
    """Frame id → entity id."""
    fields = (line.split(",") for line in unpack(packed).decode().splitlines())
    return {frame_id: int(entity_id) for frame_id, _, entity_id, _ in fields}


def _exclusion(scope: Scope, usccs: Sequence[str], frame_key: bytes) -> dict[str, str]:
    """Rule and hash of who is left out. Keyed: a short list could be guessed from its bare hash."""
    lines = "".join(f"{uscc}\n" for uscc in usccs)
    return {
        "rule": f"visits by this organ in {scope.year} reached {scope.cap}",
        "hash": hmac.digest(frame_key, lines.encode(), hashlib.sha256).hex(),
    }
