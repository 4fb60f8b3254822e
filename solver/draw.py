"""抽取: the verifiable draw, exact and replayable by anybody (draw/1, part 1).

Integers and hashes only: the same plan, frame and reveals give the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from solver import seed as seeds
from solver.campaign import Campaign
from solver.canonical import Alg, sha256_hex
from solver.engine.selection import Chosen, Pools, choose_by_cell, choose_by_size
from solver.engine.tickets import Tickets
from solver.errors import CommitmentMismatch, FrameError, RevealError, UnknownCell
from solver.frame import Frame
from solver.plan import Plan
from solver.progress import Progress
from solver.rates import PpsMode


@dataclass(frozen=True, slots=True)
class Row:
    """抽中对象: one drawn entity with its cell and its ticket (64 hex)."""

    id: str
    cell: str
    ticket: str


@dataclass(frozen=True, slots=True)
class CellRow:
    """分层结果: ``N`` entities, each drawn with probability ``a / D``; ``k`` were drawn.

    ``threshold`` is the largest drawn ticket (64 hex), empty where ``k`` is 0.
    """

    cell: str
    N: int
    a: int
    k: int
    threshold: str

    @property
    def json(self) -> str:
        """Its canonical line of the cell table."""
        return _cell_line(self.cell, self.N, self.a, self.k, self.threshold)


def _cell_line(cell: str, n: int, a: int, k: int, threshold: str) -> str:
    # names are codes and numbers are below 2^53, so the text needs no escapes and no checks
    return f'["{cell}",{n},{a},{k},"{threshold}"]'


class _Seen:
    """Rows and cells of a result as objects, made when somebody looks at them: there may be a million."""

    def __init__(self, chosen: Chosen) -> None:
        self.chosen = chosen

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(map(Row, self.chosen.ids, self.chosen.homes, self.chosen.tickets))

    @cached_property
    def cells(self) -> tuple[CellRow, ...]:
        c = self.chosen
        return tuple(map(CellRow, c.names, c.N, c.a, c.k, c.thresholds))

    @cached_property
    def by_name(self) -> dict[str, CellRow]:
        return {cell.cell: cell for cell in self.cells}


@dataclass(frozen=True, slots=True)
class DrawResult:
    """抽取结果: ``n`` rows in the order drawn, the cell table in key order, and their digests (hex).

    ``ticket_seed`` gave the tickets: the plan's own ``seed``, or that of its campaign (联合抽取).
    """

    draw_id: str
    plan_hash: str
    alg: Alg
    seed: bytes
    ticket_seed: bytes
    D: int
    n: int
    result_bytes: bytes = field(repr=False)
    result_sha256: str
    cells_bytes: bytes = field(repr=False)
    cells_sha256: str
    _seen: _Seen = field(repr=False, compare=False)
    _pools: Pools = field(repr=False, compare=False)

    @property
    def rows(self) -> tuple[Row, ...]:
        """抽中对象, in the order drawn."""
        return self._seen.rows

    @property
    def cells(self) -> tuple[CellRow, ...]:
        """分层结果, in key order."""
        return self._seen.cells

    def cell(self, name: str) -> CellRow:
        """The row of one cell; ``UnknownCell`` if the frame has no entity in it."""
        if name not in self._seen.by_name:
            raise UnknownCell.of("unknown_cell", cell=name)
        return self._seen.by_name[name]

    def threshold(self, cell: str) -> str:
        """入选线: an entity of the cell is drawn exactly when its ticket is at most this (hex; "" = none)."""
        return self.cell(cell).threshold

    def probability(self, cell: str) -> Fraction:
        """入选概率: the exact inclusion probability of every entity of the cell."""
        return Fraction(self.cell(cell).a, self.D)

    def reserve(self, cell: str, k: int) -> tuple[Row, ...]:
        """候补: the next ``k`` tickets of the cell after the drawn ones, in order (fewer if it runs out).

        A mode pps cell is one entity and has no reserve.
        """
        drawn = self.cell(cell).k
        return tuple(Row(*found) for found in self._pools.first(cell, drawn + max(k, 0))[drawn:])

    def summary(self) -> dict[str, str | int]:
        """What every verifier prints in one line: plan_hash, seed, D, n, result_sha256, cells_sha256."""
        return {
            "plan_hash": self.plan_hash,
            "seed": self.seed.hex(),
            "D": self.D,
            "n": self.n,
            "result_sha256": self.result_sha256,
            "cells_sha256": self.cells_sha256,
        }


def draw(
    plan: Plan,
    frame: Frame,
    reveals: Sequence[bytes],
    progress: Progress | None = None,
    *,
    campaign: Campaign | None = None,
) -> DrawResult:
    """抽取: check the frame against the plan and the reveals against their commitments, then draw.

    ``reveals`` in plan order; a missing party reveal is ``b""`` (only beside a public source). With a
    ``campaign`` (联合抽取) the tickets come from its seed, everything else from the plan's own.
    Errors: ``CampaignError``, ``FrameError``, ``RevealError``, ``CommitmentMismatch``, ``PlanError``,
    ``Cancelled``.
    """
    if campaign:
        campaign.check(plan)
    check_frame(plan, frame, progress)
    own = live_seed(plan, reveals)
    shared = seeds.campaign_seed(campaign.record, reveals, plan.alg) if campaign else own
    return _drawn(plan, frame, own, shared, progress)


def trial_draw(plan: Plan, frame: Frame, throwaway: bytes, progress: Progress | None = None) -> DrawResult:
    """预演: a draw for showing, with the preview seed of ``throwaway``; says nothing about the live one."""
    check_frame(plan, frame, progress)
    trial = seeds.preview_seed(bytes.fromhex(plan.plan_hash), throwaway, plan.alg)
    return _drawn(plan, frame, trial, trial, progress)


def check_frame(plan: Plan, frame: Frame, progress: Progress | None = None) -> None:
    """Whether ``frame`` is the very register that the plan was made for; ``FrameError`` if not."""
    if len(frame) != plan.register_n:
        raise FrameError.of("frame_count", found=len(frame), expected=plan.register_n)
    if frame and frame.blinded != (plan.frame == "blinded"):
        raise FrameError.of("frame_kind", expected=plan.frame)
    if frame and frame.sized != isinstance(plan.mode, PpsMode):
        raise FrameError.of("frame_sizes")
    if frame.root(plan.alg, progress) != plan.register_root:
        raise FrameError.of("frame_root")


def live_seed(plan: Plan, reveals: Sequence[bytes]) -> bytes:
    """种子: the seed of the plan, once every reveal has been checked against its commitment."""
    if len(reveals) != len(plan.commits):
        raise RevealError.of("reveal_count", expected=len(plan.commits), found=len(reveals))
    for position, (reveal, commit) in enumerate(zip(reveals, plan.commits, strict=True), 1):
        if commit is None:
            _check_public(plan, position, reveal)
        elif reveal:
            _check_secret(plan, position, reveal, commit)
        elif not plan.public_positions:
            raise RevealError.of("reveal_missing", position=position)
    return seeds.seed(bytes.fromhex(plan.plan_hash), reveals, plan.alg)


def _check_public(plan: Plan, position: int, reveal: bytes) -> None:
    if not reveal:
        raise RevealError.of("reveal_public_missing", position=position)
    first = position - 1 == plan.public_positions[0]
    if plan.beacon and first and len(reveal) != 32:  # a beacon's randomness is SHA-256 of its signature
        raise RevealError.of("reveal_length", position=position, expected=32, found=len(reveal))


def _check_secret(plan: Plan, position: int, secret: bytes, commit: str) -> None:
    if len(secret) != seeds.SECRET_BYTES:
        raise RevealError.of(
            "reveal_length", position=position, expected=seeds.SECRET_BYTES, found=len(secret)
        )
    if seeds.commitment(secret, plan.alg).hex() != commit:
        raise CommitmentMismatch.of("commitment_mismatch", position=position)


def _drawn(
    plan: Plan, frame: Frame, seed: bytes, ticket_seed: bytes, progress: Progress | None
) -> DrawResult:
    tickets = Tickets(frame, ticket_seed, plan.alg)
    choose = choose_by_size if isinstance(plan.mode, PpsMode) else choose_by_cell
    chosen = choose(plan.mode, tickets, seed, plan.alg, progress)
    drawn = zip(chosen.ids, chosen.homes, chosen.tickets, strict=True)
    result = "".join([f"{entity_id},{cell},{ticket}\n" for entity_id, cell, ticket in drawn]).encode("ascii")
    table = _table(map(_cell_line, chosen.names, chosen.N, chosen.a, chosen.k, chosen.thresholds))
    return DrawResult(
        draw_id=plan.draw_id,
        plan_hash=plan.plan_hash,
        alg=plan.alg,
        seed=seed,
        ticket_seed=ticket_seed,
        D=chosen.D,
        n=len(chosen.ids),
        result_bytes=result,
        result_sha256=sha256_hex(result),
        cells_bytes=table,
        cells_sha256=sha256_hex(table),
        _seen=_Seen(chosen),
        _pools=Pools(tickets),
    )


def cell_table(cells: Sequence[CellRow]) -> bytes:
    """分层表: canonical JSON of the arrays ``[cell, N, a, k, threshold]``, in key order."""
    return _table(cell.json for cell in cells)


def _table(lines: Iterable[str]) -> bytes:
    return f"[{','.join(lines)}]".encode("ascii")
