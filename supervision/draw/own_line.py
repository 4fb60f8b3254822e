"""为什么抽中我: an enterprise opens its own line of a frame, with its own code (salt) and nobody else's.

The office hands the code over on a slip (查询凭证). With it and its credit code the enterprise finds its
line, its exact probability and, once the draw is open, its ticket; the proof can be checked without us
(draw/1 part 9).
"""

import hmac
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from solver import merkle
from solver.blind import blind_id, salt
from solver.canonical import canonical
from solver.frame import Frame
from solver.plan import Plan
from solver.rates import PpsMode, preview, scale_of
from solver.seed import ticket
from supervision.draw import freezing, records
from supervision.draw.tables import Draw, FrozenFrame
from supervision.errors import Conflict, Forbidden, NotFound, SupervisionError
from supervision.journal.service import record
from supervision.people.rules import ROLE_NAMES, Actor
from supervision.people.tables import Role
from supervision.register import records as register_records
from supervision.register.uscc import tidy

VERSION = "own-line/1"
CLASSES = "ABCD"
_NOBODY = "0" * 18


class WrongCode(SupervisionError):
    """Never tells which of the two is wrong, nor whether anybody of this credit code is in the frame."""

    code = "wrong_code"
    status = 422
    sentence = "统一社会信用代码与查询码不相符，请对照查询凭证逐字核对后再试。"


class NoCodeNeeded(SupervisionError):
    code = "no_code_needed"
    status = 409
    sentence = "抽取 {draw_id} 的名录没有盲化，任何人凭统一社会信用代码即可查询，不需要查询凭证。"


@dataclass(frozen=True, slots=True)
class Slip:
    """查询凭证: what one enterprise is handed for one draw. Printed, never stored, never logged."""

    draw_id: str
    task_name: str
    uscc: str
    name: str
    frame_id: str
    salt: str
    handed_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """名录中的一行: ``index`` counts from 0; ``text`` is the line without its line feed."""

    index: int
    text: str
    path: str
    risk_class: str
    size: int | None

    @property
    def frame_id(self) -> str:
        return self.text.partition(",")[0]


@dataclass(frozen=True, slots=True)
class Lot:
    """抽签: the ticket of one line against the threshold of its cell, of which ``k`` were drawn."""

    ticket: str
    threshold: str
    k: int

    @property
    def drawn(self) -> bool:
        return bool(self.threshold) and self.ticket <= self.threshold


@dataclass(frozen=True, slots=True)
class OwnLine:
    """本户一行: what the holder of the code is told of one draw. ``place`` is empty where it is not in it."""

    draw_id: str
    uscc: str
    blinded: bool
    register_n: int
    place: Place | None
    entities: int
    """How many share its stratum and class."""
    probability: Fraction | None
    numerator: int
    denominator: int
    lot: Lot | None
    """None before the draw is open, for everybody."""
    came: bool
    """替补: it was not drawn, and came in the place of another of its cell."""
    went: bool
    """替补: it was drawn, and another came in its place."""
    exclusion: str | None
    """The plan's rule by which entities left the register before the freeze, if it has one."""


@dataclass(frozen=True, slots=True)
class Opened:
    """启封后的事实: the seed of the tickets, the table of cells, and who replaced whom, by frame id."""

    ticket_seed: bytes
    cells: Sequence[Sequence[Any]]
    came: frozenset[str] = frozenset()
    went: frozenset[str] = frozenset()


def hand_out_salt(session: Session, actor: Actor, draw_id: str, uscc: str, now: datetime) -> Slip:
    """出具查询凭证: the code of one entity for one draw, journalled without the code itself.

    For planners and approvers of the draw's organ, and for inspectors of the entity's visit; only after the
    plan is approved, so that no line is opened of a frame that may still be given up unseen.
    """
    uscc = tidy(uscc)
    draw = _approved(session, actor, draw_id, uscc)
    entity = register_records.entity_by_uscc(session, actor, uscc)
    if entity is None:
        raise NotFound(what="经营主体", key=uscc)
    frozen = records.frame_of(session, draw.id or 0)
    if frozen.key is None:
        raise NoCodeNeeded(draw_id=draw_id)
    alg = Plan.parse(draw.plan_json).alg
    own = salt(bytes.fromhex(frozen.key), uscc, alg)
    record(session, actor, "draw.hand_out_salt", f"draw:{draw_id}", {"uscc": uscc}, now)
    return Slip(
        draw_id=draw_id,
        task_name=records.task_by_id(session, draw.task_id).name,
        uscc=uscc,
        name=entity.name,
        frame_id=blind_id(own, uscc, alg),
        salt=own.hex(),
        handed_at=now,
    )


def look_up(draw: Draw, frozen: FrozenFrame, uscc: str, code: str, opened: Opened | None) -> OwnLine:
    """查询本户一行 by credit code and code; where the frame is open the credit code is enough.

    ``opened`` is empty until the draw is closed and open to everyone: a ticket known before the visit would
    announce it. Raises ``WrongCode``.
    """
    plan = Plan.parse(draw.plan_json)
    own = frame_id(frozen, plan, uscc, code)
    data = freezing.unpack(frozen.frame)
    place = find(data, own)
    chance = (0, 0, 1) if place is None else _chance(plan, data, place)
    return OwnLine(
        draw_id=draw.draw_id,
        uscc=tidy(uscc),
        blinded=frozen.key is not None,
        register_n=plan.register_n,
        place=place,
        entities=chance[0],
        probability=Fraction(chance[1], chance[2]) if place else None,
        numerator=chance[1],
        denominator=chance[2],
        lot=_lot(plan, place, opened) if place and opened else None,
        came=opened is not None and own in opened.came,
        went=opened is not None and own in opened.went,
        exclusion=plan.exclusion.rule if plan.exclusion else None,
    )


def proof_of(
    draw: Draw,
    frozen: FrozenFrame,
    uscc: str,
    code: str,
    opened: Opened | None,
    reveals: Sequence[str] = (),
    campaign: dict[str, Any] | None = None,
) -> bytes:
    """本户证明 ``own-line/1`` (canonical JSON): all that ``solver.verify.check_own_line`` asks for.

    Plan, line with its RFC 9162 inclusion proof, salt where the frame is blinded, probability; once the draw
    is open also reveals, the row of the cell, and the ticket.
    """
    found = look_up(draw, frozen, uscc, code, opened)
    if found.place is None:
        raise NotFound(what="名录中的本户", key=found.uscc)
    plan = Plan.parse(draw.plan_json)
    lines = freezing.unpack(frozen.frame).split(b"\n")[:-1]
    proof = merkle.inclusion_proof(lines, found.place.index, plan.alg)
    fields: dict[str, Any] = {
        "v": VERSION,
        "plan": json.loads(draw.plan_json),
        "plan_hash": draw.plan_hash,
        "uscc": found.uscc,
        "line": found.place.text,
        "index": found.place.index,
        "proof": [node.hex() for node in proof],
        "N": found.entities,
        "a": found.numerator,
        "D": found.denominator,
    }
    if frozen.key is not None:
        fields["salt"] = salt(bytes.fromhex(frozen.key), found.uscc, plan.alg).hex()
    if found.lot is not None:
        fields |= {"ticket": found.lot.ticket, "threshold": found.lot.threshold, "k": found.lot.k}
        fields["reveals"] = list(reveals)
    if found.lot is not None and campaign is not None:
        fields["campaign"] = campaign
    return canonical(fields)


def frame_id(frozen: FrozenFrame, plan: Plan, uscc: str, code: str) -> str:
    """The id of an entity's line, if the code is its own; ``WrongCode`` tells no more than that."""
    tidied = tidy(uscc)
    plausible = tidied.isascii() and tidied.isalnum() and len(tidied) == len(_NOBODY)
    asked = tidied if plausible else _NOBODY
    if frozen.key is None:
        if not plausible:
            raise WrongCode()
        return asked
    own = salt(bytes.fromhex(frozen.key), asked, plan.alg)
    given = "".join(unicodedata.normalize("NFKC", code).split()).lower().replace("-", "")
    if not (hmac.compare_digest(own.hex().encode(), given.encode()) and plausible):
        raise WrongCode()
    return blind_id(own, asked, plan.alg)


def find(data: bytes, wanted: str) -> Place | None:
    """The line of one id in the bytes of a frame, without reading the others."""
    key = wanted.encode("ascii") + b","
    start = 0 if data.startswith(key) else data.find(b"\n" + key) + 1
    if start == 0 and not data.startswith(key):
        return None
    line = data[start : data.index(b"\n", start)].decode("ascii")
    _, path, risk_class, *size = line.split(",")
    return Place(data.count(b"\n", 0, start), line, path, risk_class, int(size[0]) if size else None)


def _chance(plan: Plan, data: bytes, place: Place) -> tuple[int, int, int]:
    """(entities of the cell, numerator, denominator), counted in the bytes: there may be a million lines."""
    if isinstance(plan.mode, PpsMode):
        sizes = {entity.id: entity.size or 0 for entity in Frame.parse(data)}
        known = preview(sizes, plan.mode)
        row = next(row for row in known.rows if row.cell == place.frame_id)
        return 1, int(row.probability * known.D), known.D
    tail = f",{place.path},{place.risk_class}\n".encode("ascii")
    population = {letter: data.count(f",{letter}\n".encode("ascii")) for letter in CLASSES}
    scale = scale_of(plan.mode, {letter: count for letter, count in population.items() if count})
    return data.count(tail), scale.a[place.risk_class], scale.D


def _lot(plan: Plan, place: Place, opened: Opened) -> Lot:
    name = place.frame_id if place.size is not None else f"{place.path}/{place.risk_class}"
    k, threshold = next((cell[3], cell[4]) for cell in opened.cells if cell[0] == name)
    return Lot(ticket(opened.ticket_seed, place.frame_id, plan.alg).hex(), threshold, k)


def _approved(session: Session, actor: Actor, draw_id: str, uscc: str) -> Draw:
    """The draw, if the actor may open a line of it for this entity."""
    draw = records.draw_of_visitor(session, actor.inspector_id, draw_id, uscc) if actor.inspector_id else None
    if draw is None:
        if not actor.has(Role.PLANNER, Role.APPROVER, Role.INSPECTOR):
            raise Forbidden(role="、".join(ROLE_NAMES[r] for r in (Role.PLANNER, Role.APPROVER)))
        found = records.draw_by_number(session, actor, draw_id)
        office = actor.has(Role.PLANNER, Role.APPROVER)
        draw = found if found is not None and found.organ_id == actor.organ_id and office else None
    if draw is None:
        raise NotFound(what="抽取", key=draw_id)
    if draw.approved_at is None:
        raise Conflict(what=f"抽取 {draw_id} ", state="方案还没有批准", act="出具查询凭证")
    return draw
