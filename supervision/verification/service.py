"""Verification of a draw, from its plan to its releases."""

import json
from collections.abc import Sequence

from sqlmodel import Session

from solver.draw import DrawResult
from solver.log.entries import Entry
from solver.progress import Progress
from solver.verify import Evidence, verify
from supervision.draw import records as draws
from supervision.draw.campaigns import record_of
from supervision.draw.opening import reveals
from supervision.draw.rules import STATE_NAMES
from supervision.draw.sources import beacon_answer
from supervision.draw.tables import Draw, DrawnEntity, DrawState, FrozenFrame
from supervision.errors import Conflict, NotFound
from supervision.pairing.records import pairing_of_draw, reassignments
from supervision.pairing.rules import alias
from supervision.pairing.service import seed_of
from supervision.pairing.storing import told_of, unpack
from supervision.pairing.tables import Pairing, Reassignment
from supervision.publication.exports import release_sha256
from supervision.transparency.records import of_draw as log_entries
from supervision.verification import records
from supervision.verification.pairings import (
    Change,
    Lot,
    Paired,
    PartySecrets,
    check_paired,
    check_teams,
    early,
)
from supervision.verification.rules import (
    Report,
    Row,
    Step,
    check_drawn,
    check_links,
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
    """Nothing to say before a table is fixed; of the teams, before they are drawn."""
    pairing = pairing_of_draw(session, draw.id or 0)
    if pairing is None:
        return []
    noted = [*_visits(session, draw), note_inspectors(records.register_changed(session, draw.draw_id))]
    if pairing.table is None:
        return [*noted, *early()]
    paired = _paired(session, draw, pairing)
    if paired.lot is None:
        return [noted[1], *check_paired(paired)]
    key = bytes.fromhex(pairing.alias_key)
    kept = [(visit, seat, alias(key, code)) for visit, seat, code in records.teams(session, draw.id or 0)]
    return [*noted, *check_paired(paired), check_teams(paired, paired.lot, kept, _came(session, draw))]


def _visits(session: Session, draw: Draw) -> list[Step]:
    wanted = {(row.id or 0, row.entity_id) for row, _ in records.drawn(session, draw.id or 0)}
    visited = {(drawn_id, entity_id) for drawn_id, entity_id, _ in records.visits(session, draw.id or 0)}
    return [claim("visits", visited == wanted, count=len(visited ^ wanted))]


def _came(session: Session, draw: Draw) -> dict[str, str]:
    """The visit of each replacement → the visit whose team it took over."""
    rows = [row for row, _ in records.drawn(session, draw.id or 0)]
    visits = {drawn_id: code for drawn_id, _, code in records.visits(session, draw.id or 0)}
    at = {row.position: visits.get(row.id or 0, "") for row in rows}
    return {at[row.position]: at.get(row.replaces, "") for row in rows if row.replaces is not None}


def _paired(session: Session, draw: Draw, pairing: Pairing) -> Paired:
    parties = draws.parties(session, draw.task_id)
    key = bytes.fromhex(pairing.alias_key)
    problem = unpack(pairing.problem)
    return Paired(
        problem=problem,
        problem_sha256=pairing.problem_sha256,
        table=unpack(pairing.table or b""),
        table_sha256=pairing.table_sha256 or "",
        awaited=tuple(pairing.awaited),
        parties=tuple(
            PartySecrets(p.position, p.secret, p.second, p.second_missing_at is not None) for p in parties
        ),
        entries=tuple(Entry.parse(row.body, row.index) for row in log_entries(session, draw.draw_id)),
        lot=_lot(problem, pairing) if pairing.is_drawn else None,
        seed_again=seed_of(draw, pairing, parties),
        draw_id=draw.draw_id,
        told=told_of(pairing),
        bundles_sha256=pairing.bundles_sha256,
        changes=tuple(
            _change(each, key)
            for each in sorted(reassignments(session, draw.id or 0), key=lambda each: each.number or 0)
            if each.number is not None
        ),
    )


def _lot(problem: object, kept: Pairing | Reassignment) -> Lot:
    return Lot(
        problem=problem,
        answer=unpack(kept.outcome or b""),
        table_sha256=kept.table_sha256 or "",
        seed=bytes.fromhex(kept.seed or ""),
        assignment_sha256=kept.assignment_sha256 or "",
    )


def _change(each: Reassignment, key: bytes) -> Change:
    return Change(
        number=each.number or 0,
        reason=each.reason,
        lot=_lot(unpack(each.problem or b""), each),
        changed=tuple(
            (visit, seat, alias(key, out), alias(key, into)) for visit, seat, out, into in each.changed
        ),
        units=each.units,
    )


def _releases(session: Session, draw: Draw) -> list[Step]:
    releases = records.releases(session, draw.id or 0)
    wrong = [
        release.code
        for release in releases
        if release_sha256(records.released_rows(session, release.id or 0)) != release.sha256
    ]
    return [claim("releases", not wrong, codes="、".join(wrong))] if releases else []
