"""本户核对: one enterprise checks its own line of a draw, alone, from a proof that names nobody else.

The proof (本户证明, ``own-line/1``) is a canonical JSON object: ``v``, ``plan``, ``plan_hash``, ``uscc``,
``line``, ``index``, ``proof`` (RFC 9162 inclusion in the register), ``N``, ``a``, ``D``; ``salt`` where the
frame is blinded; once the draw is open ``reveals``, ``ticket``, ``threshold``, ``k``, and ``campaign`` for a
draw in one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from solver import blind, merkle
from solver import seed as seeds
from solver.campaign import Campaign
from solver.canonical import canonical, parse
from solver.draw import live_seed
from solver.errors import CanonicalError, OwnLineError
from solver.evidence import parse_reveals
from solver.frame import Entity, Frame
from solver.plan import Plan
from solver.rates import PpsMode, RateMode, class_of, scale_of

VERSION = "own-line/1"

_COUNT, _HEX = "(0|[1-9][0-9]*)", '"[0-9a-f]{64}"'
_FIELDS: Mapping[str, str] = {
    "v": f'"{VERSION}"',
    "plan": r"\{.*\}",
    "plan_hash": _HEX,
    "uscc": '"[0-9A-Z]{18}"',
    "line": '"[ -~]{1,200}"',
    "index": _COUNT,
    "proof": rf"\[({_HEX}(,{_HEX})*)?\]",
    "N": "[1-9][0-9]*",
    "a": _COUNT,
    "D": "[1-9][0-9]*",
    "salt": _HEX,
    "reveals": r"\[.*\]",
    "ticket": _HEX,
    "threshold": '"([0-9a-f]{64})?"',
    "k": _COUNT,
    "campaign": r"\{.*\}",
}
_ROW = re.compile(rf'\["[0-9A-Za-z._/-]+",{_COUNT},{_COUNT},{_COUNT},"([0-9a-f]{{64}})?"\]')
_OPENED = frozenset({"reveals", "ticket", "threshold", "k"})
_OPTIONAL = _OPENED | {"salt", "campaign"}


@dataclass(frozen=True, slots=True)
class OwnLine:
    """本户一行: what the proof shows. ``frame_id`` is the blind id, or the credit code in an open frame.

    ``probability`` is that of every entity of the cell. ``ticket`` and ``drawn`` are ``None`` before the draw
    is open; ``threshold`` is the largest drawn ticket of the cell ("" = nobody of it).
    """

    draw_id: str
    plan_hash: str
    frame_id: str
    line: str
    cell: str
    cls: str
    entities: int
    probability: Fraction
    ticket: str | None
    threshold: str | None
    drawn: bool | None


def check_own_line(proof: bytes, plan_hash: str | None = None, cells: bytes | None = None) -> OwnLine:
    """核对本户证明: whose line it is, that it stands in the register of the plan, and the draw of its ticket.

    ``plan_hash``: the published one; ``cells``: the published cell table (bytes), which settles probability
    and threshold. Without the table the threshold, and outside the mode rate the probability, are as told.
    Errors: ``OwnLineError``; ``CanonicalError``, ``PlanError``, ``RevealError``, … for what is in the proof.
    """
    fields = _fields(proof)
    plan = Plan.of(fields["plan"])
    if plan.plan_hash != fields["plan_hash"] or plan_hash not in {None, plan.plan_hash}:
        raise OwnLineError.of("own_line_plan")
    entity = _own(plan, fields)
    cell = entity.id if isinstance(plan.mode, PpsMode) else entity.cell
    _check_probability(plan, entity, fields)
    if cells is not None:
        _check_cells(plan, entity, fields, cells, cell)
    ticket = _ticket(plan, entity, fields) if "ticket" in fields else None
    threshold = fields.get("threshold")
    return OwnLine(
        draw_id=plan.draw_id,
        plan_hash=plan.plan_hash,
        frame_id=entity.id,
        line=entity.line,
        cell=cell,
        cls=entity.cls,
        entities=fields["N"],
        probability=Fraction(fields["a"], fields["D"]),
        ticket=ticket,
        threshold=threshold,
        drawn=None if ticket is None else bool(threshold) and ticket <= str(threshold),
    )


def _fields(proof: bytes) -> dict[str, Any]:
    try:
        value = parse(proof)
    except CanonicalError as error:
        raise OwnLineError.of("own_line_malformed", key="*") from error
    if not isinstance(value, dict):
        raise OwnLineError.of("own_line_malformed", key="*")
    fields: dict[str, Any] = value
    wanted = frozenset(_FIELDS) - _OPTIONAL
    if _OPENED & fields.keys():
        wanted |= _OPENED
    for key in sorted((wanted - fields.keys()) | (fields.keys() - _FIELDS.keys())):
        raise OwnLineError.of("own_line_malformed", key=key)
    for key, item in fields.items():
        if not re.fullmatch(_FIELDS[key], canonical(item).decode("ascii")):
            raise OwnLineError.of("own_line_malformed", key=key)
    return fields


def _own(plan: Plan, fields: Mapping[str, Any]) -> Entity:
    """The line, if it is that of the credit code and in the register of the plan."""
    entity = next(iter(Frame.parse(fields["line"].encode("ascii") + b"\n")))
    own = fields["uscc"]
    if plan.frame == "blinded":
        if "salt" not in fields:
            raise OwnLineError.of("own_line_malformed", key="salt")
        own = blind.blind_id(bytes.fromhex(fields["salt"]), own, plan.alg)
    if entity.id != own:
        raise OwnLineError.of("own_line_id")
    line, proof = entity.line.encode("ascii"), [bytes.fromhex(node) for node in fields["proof"]]
    root = bytes.fromhex(plan.register_root)
    if not merkle.check_inclusion(line, fields["index"], plan.register_n, proof, root, plan.alg):
        raise OwnLineError.of("own_line_inclusion")
    return entity


def _check_probability(plan: Plan, entity: Entity, fields: Mapping[str, Any]) -> None:
    """In the mode rate the plan alone gives it; in the others it depends on the whole register."""
    if isinstance(plan.mode, RateMode):
        scale = scale_of(plan.mode, {entity.cls: fields["N"]})
        if (fields["a"], fields["D"]) != (scale.a[entity.cls], scale.D):
            raise OwnLineError.of("own_line_probability")
    elif fields["a"] > fields["D"]:
        raise OwnLineError.of("own_line_probability")


def _check_cells(plan: Plan, entity: Entity, fields: Mapping[str, Any], cells: bytes, cell: str) -> None:
    """The row of the cell in the published table, and with all rows the scale of the mode fixed."""
    rows = _rows(cells)
    row = next((row for row in rows if row[0] == cell), None)
    told = [cell, fields["N"], fields["a"]]
    if "ticket" in fields:
        told += [fields["k"], fields["threshold"]]
    if row is None or row[: len(told)] != told:
        raise OwnLineError.of("own_line_cells")
    if not isinstance(plan.mode, PpsMode):
        population: Counter[str] = Counter()
        for name, count, *_ in rows:
            population[class_of(name)] += count
        scale = scale_of(plan.mode, population)
        if (fields["a"], fields["D"]) != (scale.a[entity.cls], scale.D):
            raise OwnLineError.of("own_line_probability")


def _rows(cells: bytes) -> list[Any]:
    """The rows ``[cell, N, a, k, threshold]`` of a cell table."""
    rows = parse(cells)
    if isinstance(rows, list) and all(_ROW.fullmatch(canonical(row).decode("ascii")) for row in rows):
        return rows
    raise OwnLineError.of("own_line_cells")


def _ticket(plan: Plan, entity: Entity, fields: Mapping[str, Any]) -> str:
    """The ticket that the reveals give, if it is the one told."""
    reveals = parse_reveals(canonical(fields["reveals"]))
    seed = live_seed(plan, reveals)
    if "campaign" in fields:
        campaign = Campaign.parse(canonical(fields["campaign"]))
        campaign.check(plan)
        seed = seeds.campaign_seed(campaign.record, reveals, plan.alg)
    ticket = seeds.ticket(seed, entity.id, plan.alg).hex()
    if ticket != fields["ticket"]:
        raise OwnLineError.of("own_line_ticket")
    return ticket
