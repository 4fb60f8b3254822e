"""公开材料: the files of a draw, all of them in one bundle, and an enterprise's own line of the frame."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

import solver.verify_draw
from solver import seed as seeds
from solver.bundle import pack
from solver.canonical import canonical
from solver.draw import CellRow, cell_table
from solver.log.checkpoint import Signer
from solver.plan import Plan
from supervision.draw import own_line as own_lines
from supervision.draw import records as draw_records
from supervision.draw.own_line import Opened, OwnLine
from supervision.draw.sources import beacon_answer
from supervision.draw.tables import Draw, DrawState
from supervision.publication import disclosure, records
from supervision.publication.rules import NotPublished
from supervision.transparency.service import proofs_of_draw

PIECES = (
    "plan.json", "frame.csv.gz", "reveals.json", "beacon.json", "campaign.json", "result.csv", "cells.json",
    "closing.json", "previous.json", "summary.json",
)  # fmt: skip
"""Files of a draw, each at its own address, in the order of the bundle."""
VERIFIER = "verify_draw.py"
README = Path(__file__).parent / "bundle_readme.txt"


@dataclass(frozen=True, slots=True)
class About:
    """抽取概况: what every page around a draw says of it."""

    draw_id: str
    task_name: str
    state: DrawState
    blinded: bool
    by_class: bool
    open_by: datetime | None
    revealed: bool
    names_public: bool
    changed: datetime | None


def about(session: Session, draw_id: str) -> About:
    """A public draw in short."""
    draw = disclosure.public_draw(session, draw_id)
    task = records.task(session, draw.task_id)
    return About(
        draw_id=draw.draw_id,
        task_name=task.name,
        state=draw.state,
        blinded=draw.blinded,
        by_class=task.by_class,
        open_by=draw.open_by,
        revealed=disclosure.is_revealed(draw, task),
        names_public=disclosure.names_are_public(draw, task),
        changed=draw.opened_at or draw.closed_at or draw.approved_at,
    )


def pieces(session: Session, draw_id: str) -> dict[str, bytes]:
    """The files of a draw that are public by now, byte for byte, in the order of ``PIECES``."""
    draw = disclosure.public_draw(session, draw_id)
    revealed = disclosure.is_revealed(draw, records.task(session, draw.task_id))
    before = draw_records.closing_before(session, draw)
    found: dict[str, bytes | None] = {
        "plan.json": draw.plan_json.encode(),
        "frame.csv.gz": records.frame(session, draw.id or 0),
        "beacon.json": beacon_answer(draw_records.sources(session, draw.id or 0)),
        "campaign.json": _campaign_record(session, draw),
        "closing.json": draw.closing_json.encode() if draw.closing_json else None,
        "previous.json": before.encode() if before else None,
        "summary.json": canonical(_summary(draw, revealed)),
    }
    if revealed:
        found["reveals.json"] = canonical(disclosure.reveals(session, draw))
        found["result.csv"] = (draw.result or "").encode()
        found["cells.json"] = cell_table([CellRow(*cell) for cell in draw.cells or ()])
    return {name: body for name in PIECES if (body := found.get(name)) is not None}


def piece(session: Session, draw_id: str, name: str) -> bytes:
    """One of ``PIECES``; refuses one that is not public yet."""
    body = pieces(session, draw_id).get(name)
    if body is None:
        raise NotPublished(what="抽取文件", key=f"{draw_id}/{name}")
    return body


def bundle(session: Session, draw_id: str, signer: Signer | None) -> dict[str, bytes]:
    """验证包: name → content, as docs/transparency-log.md part 4 has it. Whatever is not public is absent.

    Without a ``signer`` of the log, or of a draw from before the log, its checkpoints and proofs are absent.
    """
    found = pieces(session, draw_id)
    proofs = proofs_of_draw(session, signer, draw_id) if signer is not None else None
    if proofs is not None:
        found |= {"checkpoint": proofs.checkpoint, "log.json": proofs.log_json, "earlier": proofs.earlier}
    return found | {VERIFIER: verifier(), "README.txt": README.read_bytes()}


def packed(session: Session, draw_id: str, signer: Signer | None) -> bytes:
    """``evidence.zip``: the same files give the same bytes."""
    return pack(bundle(session, draw_id, signer))


def verifier() -> bytes:
    """The one-file program that replays a draw with nothing but Python's standard library."""
    return Path(solver.verify_draw.__file__).read_bytes()


def own_line(session: Session, draw_id: str, uscc: str, code: str) -> OwnLine:
    """为什么抽中我: the holder's own line; ``WrongCode`` tells no more than that the two do not match."""
    draw = disclosure.public_draw(session, draw_id)
    frozen = draw_records.frame_of(session, draw.id or 0)
    return own_lines.look_up(draw, frozen, uscc, code, _opened(session, draw))


def own_proof(session: Session, draw_id: str, uscc: str, code: str) -> bytes:
    """本户证明 as a file: ``own-line/1``."""
    draw = disclosure.public_draw(session, draw_id)
    frozen = draw_records.frame_of(session, draw.id or 0)
    opened = _opened(session, draw)
    record = _campaign_record(session, draw)
    return own_lines.proof_of(
        draw,
        frozen,
        uscc,
        code,
        opened,
        disclosure.reveals(session, draw) if opened else (),
        json.loads(record) if record else None,
    )


def _opened(session: Session, draw: Draw) -> Opened | None:
    """What the opening made public."""
    if draw.seed is None or not disclosure.is_revealed(draw, records.task(session, draw.task_id)):
        return None
    replaced = disclosure.replacements(session, draw)
    return Opened(
        ticket_seed=_ticket_seed(session, draw, draw.seed),
        cells=draw.cells or (),
        came=frozenset(each.new for each in replaced),
        went=frozenset(each.out for each in replaced),
    )


def _ticket_seed(session: Session, draw: Draw, own: str) -> bytes:
    record = _campaign_record(session, draw)
    if record is None:
        return bytes.fromhex(own)
    given = [bytes.fromhex(text) for text in disclosure.reveals(session, draw)]
    return seeds.campaign_seed(record, given, Plan.parse(draw.plan_json).alg)


def _campaign_record(session: Session, draw: Draw) -> bytes | None:
    """The record by which it draws; a draw that was given up before the record was made is in none."""
    found = draw_records.campaign(session, draw.campaign) if draw.campaign else None
    record = found.record if found is not None else None
    return record.encode() if record and draw.plan_hash in json.loads(record)["plans"] else None


def _summary(draw: Draw, revealed: bool) -> Mapping[str, str]:
    """What the draw's page states."""
    stated = {"plan_hash": draw.plan_hash, "closing_hash": draw.closing_hash}
    if revealed:
        stated |= {
            "seed": draw.seed,
            "result_sha256": draw.result_sha256,
            "cells_sha256": draw.cells_sha256,
        }
    return {name: value for name, value in stated.items() if value is not None}
