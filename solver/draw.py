"""抽取: the verifiable draw, exact and replayable by anybody (draw/1, part 1).

Integers and hashes only: the same plan, frame and reveals give the same bytes on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from heapq import nsmallest

from solver import seed as seeds
from solver.campaign import Campaign
from solver.canonical import Alg, sha256_hex
from solver.errors import CommitmentMismatch, FrameError, RevealError, UnknownCell
from solver.frame import Frame
from solver.plan import Plan
from solver.progress import Progress, in_steps
from solver.rates import PpsMode, Scale, class_of, scale_of

#: The entities of a cell, each as ticket (32 bytes) ‖ id: bytewise order is the order of the draw.
Pool = list[bytes]
#: A cell in key order: its name, its key in the ``Scale``, its entities.
Unit = tuple[str, str, Pool]


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
    _pools: Mapping[str, Pool] = field(repr=False, compare=False)
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
        if k <= 0 or cell not in self._pools:
            return ()
        return tuple(_row(cell, entry) for entry in nsmallest(drawn + k, self._pools[cell])[drawn:])

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
    pools: dict[str, Pool] = {}
    units: Iterable[Unit]
    if isinstance(plan.mode, PpsMode):
        # every entity its own cell, in ticket order, with its size at the end of its bytes
        found = sorted(entry + rest for entry, rest in _entries(plan.alg, frame, ticket_seed, progress))
        population = Counter(map(_size, found))
        end = 32 + frame.width
        units = ((unit[32:end].decode("ascii"), _size(unit), [unit[:end]]) for unit in found)
    else:
        pools = _strata(plan.alg, frame, seed, ticket_seed, progress)
        population = Counter()
        for cell, pool in pools.items():
            population[class_of(cell)] += len(pool)
        units = ((cell, class_of(cell), pool) for cell, pool in pools.items())
    scale = scale_of(plan.mode, population)
    cells, rows = _select(units, scale, seeds.rounding(seed, scale.D, plan.alg))
    result = "".join(f"{row.id},{row.cell},{row.ticket}\n" for row in rows).encode("ascii")
    table = cell_table(cells)
    return DrawResult(
        draw_id=plan.draw_id,
        plan_hash=plan.plan_hash,
        alg=plan.alg,
        seed=seed,
        ticket_seed=ticket_seed,
        D=scale.D,
        rows=tuple(rows),
        cells=tuple(cells),
        result_bytes=result,
        result_sha256=sha256_hex(result),
        cells_bytes=table,
        cells_sha256=sha256_hex(table),
        _pools=pools,
        _index={c.cell: c for c in cells},
    )


def cell_table(cells: Sequence[CellRow]) -> bytes:
    """分层表: canonical JSON of the arrays ``[cell, N, a, k, threshold]``, in key order."""
    # names are codes and numbers are below 2^53, so the text needs no escapes and no checks
    return f"[{','.join(c.json for c in cells)}]".encode("ascii")


def _select(units: Iterable[Unit], scale: Scale, start: int) -> tuple[list[CellRow], list[Row]]:
    """Systematic rounding along the key order: each cell takes the whole multiples of D it passes."""
    cells, rows = [], []
    before = start
    for cell, key, pool in units:
        a = scale.a[key]
        after = before + len(pool) * a
        k = after // scale.D - before // scale.D
        before = after
        drawn = [_row(cell, entry) for entry in sorted(pool)[:k]] if k else []
        rows += drawn
        cells.append(CellRow(cell, len(pool), a, k, drawn[-1].ticket if drawn else ""))
    return cells, rows


def _row(cell: str, entry: bytes) -> Row:
    return Row(entry[32:].decode("ascii"), cell, entry[:32].hex())


def _entries(alg: Alg, frame: Frame, seed: bytes, progress: Progress | None) -> Iterator[tuple[bytes, bytes]]:
    """Every entity's ``ticket ‖ id`` with the rest of its line (``path,class`` and the size, if any)."""
    copy = seeds.ticket_state(seed, alg).copy
    width = frame.width
    for run in in_steps(frame.lines, "tickets", progress):
        for line in run:
            entity_id = line[:width]
            state = copy()
            state.update(entity_id)
            yield state.digest() + entity_id, line[width + 1 :]


def _size(rest: bytes) -> str:
    return rest.rpartition(b",")[2].decode("ascii")


def _strata(
    alg: Alg, frame: Frame, seed: bytes, ticket_seed: bytes, progress: Progress | None
) -> dict[str, Pool]:
    """Pools of the cells ``path/class``, in key order."""
    groups: dict[bytes, Pool] = {}
    for entry, rest in _entries(alg, frame, ticket_seed, progress):
        pool = groups.get(rest)
        if pool is None:
            groups[rest] = [entry]
        else:
            pool.append(entry)
    pools = {rest.replace(b",", b"/").decode("ascii"): pool for rest, pool in groups.items()}
    mark = cache(lambda prefix: seeds.cell_mark(seed, prefix, alg))

    def key(cell: str) -> list[bytes]:
        parts = cell.split("/")
        return [mark("/".join(parts[: i + 1])) for i in range(len(parts))]

    return {cell: pools[cell] for cell in sorted(pools, key=key)}
