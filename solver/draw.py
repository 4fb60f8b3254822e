"""抽取: the verifiable draw, exact and replayable by anybody (draw/1, part 1).

Integers and hashes only: the same plan, frame and reveals give the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from solver import seed as seeds
from solver.campaign import Campaign
from solver.canonical import Alg, sha256_hex
from solver.errors import CommitmentMismatch, FrameError, RevealError, UnknownCell
from solver.frame import Frame
from solver.plan import Plan
from solver.progress import Progress
from solver.rates import PpsMode
from solver.selection import Pools, choose_by_cell, choose_by_size
from solver.tickets import Tickets


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
        return f'["{self.cell}",{self.N},{self.a},{self.k},"{self.threshold}"]'


@dataclass(frozen=True, slots=True)
class DrawResult:
    """抽取结果: rows in the order drawn, the cell table in key order, and their digests (hex).

    ``ticket_seed`` gave the tickets: the plan's own ``seed``, or that of its campaign (联合抽取).
    """

    draw_id: str
    plan_hash: str
    alg: Alg
    seed: bytes
    ticket_seed: bytes
    D: int
    rows: tuple[Row, ...]
    cells: tuple[CellRow, ...]
    result_bytes: bytes = field(repr=False)
    result_sha256: str
    cells_bytes: bytes = field(repr=False)
    cells_sha256: str
    _pools: Pools = field(repr=False, compare=False)
    _index: Mapping[str, CellRow] = field(repr=False, compare=False)

    @property
    def n(self) -> int:
        """The number of entities drawn."""
        return len(self.rows)

    def cell(self, name: str) -> CellRow:
        """The row of one cell; ``UnknownCell`` if the frame has no entity in it."""
        if name not in self._index:
            raise UnknownCell.of("unknown_cell", cell=name)
        return self._index[name]

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
    rows = tuple(map(Row, chosen.ids, chosen.homes, chosen.tickets))
    cells = tuple(map(CellRow, chosen.names, chosen.N, chosen.a, chosen.k, chosen.thresholds))
    result = "".join([f"{row.id},{row.cell},{row.ticket}\n" for row in rows]).encode("ascii")
    table = cell_table(cells)
    return DrawResult(
        draw_id=plan.draw_id,
        plan_hash=plan.plan_hash,
        alg=plan.alg,
        seed=seed,
        ticket_seed=ticket_seed,
        D=chosen.D,
        rows=rows,
        cells=cells,
        result_bytes=result,
        result_sha256=sha256_hex(result),
        cells_bytes=table,
        cells_sha256=sha256_hex(table),
        _pools=Pools(tickets),
        _index={cell.cell: cell for cell in cells},
    )


def cell_table(cells: Sequence[CellRow]) -> bytes:
    """分层表: canonical JSON of the arrays ``[cell, N, a, k, threshold]``, in key order."""
    # names are codes and numbers are below 2^53, so the text needs no escapes and no checks
    return f"[{','.join(c.json for c in cells)}]".encode("ascii")
