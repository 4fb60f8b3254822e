"""Verification of a draw, from its plan to its releases."""

import gzip
import json
from collections.abc import Sequence

from sqlmodel import Session

from solver.draw import DrawResult
from solver.pairing import Problem
from solver.progress import Progress
from solver.verify import Evidence, verify
from supervision.draw import records as draws
from supervision.draw.campaigns import record_of
from supervision.draw.opening import reveals
from supervision.draw.rules import STATE_NAMES
from supervision.draw.sources import beacon_answer
from supervision.draw.tables import Draw, DrawnEntity, DrawState, FrozenFrame
from supervision.errors import Conflict, NotFound
from supervision.pairing.records import pairing_of_draw
from supervision.pairing.rules import alias
from supervision.pairing.service import seed_of
from supervision.publication.exports import release_sha256
from supervision.transparency.records import of_draw as log_entries
from supervision.verification import records
from supervision.verification.rules import (
    Report,
    Row,
    Step,
    check_drawn,
    check_links,
    check_pairing,
    check_replacements,
    claim,
    note_inspectors,
    replayed,
)


def verify_draw(session: Session, draw_id: str, progress: Progress | None = None) -> Report:
    """验证抽取: replay a closed draw and its pairing from what was frozen, and compare with what is kept.

    The report names no entity, class or secret but for entities whose link to the frame is broken.
    """
    draw = records.draw(session, draw_id)
    if draw is None:
        raise NotFound(what="抽取", key=draw_id)
    if draw.state is not DrawState.CLOSED:
        raise Conflict(what=f"抽取 {draw_id} ", state=STATE_NAMES[draw.state], act="验证")
    frozen = draws.frame_of(session, draw.id or 0)
    replay = verify(_evidence(session, draw, frozen), progress)
    steps = [
        *replayed(replay),
        *_drawn(session, draw, frozen, replay.result),
        *_pairing(session, draw),
        *_releases(session, draw),
    ]
    result = replay.result
    return Report(
        draw_id=draw_id,
        plan_hash=draw.plan_hash,
        steps=tuple(steps),
        denominator=result.D if result else None,
        drawn=result.n if result else None,
        result_sha256=result.result_sha256 if result else None,
    )


def _evidence(session: Session, draw: Draw, frozen: FrozenFrame) -> Evidence:
    before = draws.closing_before(session, draw)
    campaign = record_of(session, draw)
    return Evidence(
        plan=draw.plan_json.encode(),
        frame=frozen.frame,
        reveals=reveals(session, draw),
        plan_hash=draw.plan_hash,
        result=(draw.result or "").encode(),
        result_sha256=draw.result_sha256,
        cells_sha256=draw.cells_sha256,
        closing=(draw.closing_json or "").encode(),
        closing_hash=draw.closing_hash,
        previous_closing=before.encode() if before else None,
        beacon=beacon_answer(draws.sources(session, draw.id or 0)),
        campaign=campaign.record if campaign else None,
    )


def _drawn(session: Session, draw: Draw, frozen: FrozenFrame, result: DrawResult | None) -> list[Step]:
    rows = records.drawn(session, draw.id or 0)
    first = [_row(row) for row, _ in rows if row.replaces is None]
    key = bytes.fromhex(frozen.key) if frozen.key else None
    alg = json.loads(draw.plan_json).get("alg", "sha256")
    return [
        check_drawn(first, draw.result or ""),
        *_replacements(session, draw, [row for row, _ in rows], result),
        check_links({row.frame_id: uscc for row, uscc in rows}, key, alg),
    ]


def _replacements(
    session: Session, draw: Draw, rows: Sequence[DrawnEntity], result: DrawResult | None
) -> list[Step]:
    """Nothing to say while nobody was replaced, neither here nor in the log."""
    entries = [json.loads(e.body) for e in log_entries(session, draw.draw_id) if e.kind == "replacement"]
    logged = [(entry["in"], entry["cell"], entry["ticket"]) for entry in entries]
    cells = {row.position: row.cell for row in rows}
    added = [(r.position, _row(r), cells.get(r.replaces, "")) for r in rows if r.replaces is not None]
    if result is None or not (added or logged):
        return []

    def reserve(cell: str, number: int) -> list[Row]:
        return [(row.id, row.cell, row.ticket) for row in result.reserve(cell, number)]

    return [check_replacements(added, reserve, logged)]


def _row(row: DrawnEntity) -> Row:
    return row.frame_id, row.cell, row.ticket


def _pairing(session: Session, draw: Draw) -> list[Step]:
    """Nothing to say before the pairing."""
    pairing = pairing_of_draw(session, draw.id or 0)
    if pairing is None or not pairing.is_drawn:
        return []
    key = bytes.fromhex(pairing.alias_key)
    wanted = {(row.id or 0, row.entity_id) for row, _ in records.drawn(session, draw.id or 0)}
    visits = records.visits(session, draw.id or 0)
    visited = {(drawn_id, entity_id) for drawn_id, entity_id, _ in visits}
    came = {row.id for row, _ in records.drawn(session, draw.id or 0) if row.replaces is not None}
    taken_over = {code for drawn_id, _, code in visits if drawn_id in came}
    return [
        claim("visits", visited == wanted, count=len(visited ^ wanted)),
        note_inspectors(records.register_changed(session, draw.draw_id)),
        *check_pairing(
            Problem.from_json(json.loads(gzip.decompress(pairing.problem))),
            pairing.problem_sha256,
            bytes.fromhex(pairing.seed or ""),
            seed_of(draw, pairing, draws.parties(session, draw.task_id)),
            [
                (visit, seat, alias(key, code))
                for visit, seat, code in records.teams(session, draw.id or 0)
                if visit not in taken_over
            ],
        ),
    ]


def _releases(session: Session, draw: Draw) -> list[Step]:
    releases = records.releases(session, draw.id or 0)
    wrong = [
        release.code
        for release in releases
        if release_sha256(records.released_rows(session, release.id or 0)) != release.sha256
    ]
    return [claim("releases", not wrong, codes="、".join(wrong))] if releases else []
