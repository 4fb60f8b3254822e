"""抽签: one seed, one lawful assignment, the same on every machine.

Two lots. First, which inspectors carry the visits that cannot be shared out evenly: a random order of the
people settles it. Then, with every load fixed, each (task, seat, inspector) gets a random price of 40 bits
and the cheapest lawful assignment is taken. It is taken only after a proof that no other is as cheap (else
the prices are drawn anew), so the outcome depends on the seed alone, never on the solver or its version.

All randomness is SHA-256 over the seed; see docs/pairing.md for the bytes.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from solver.pairing.errors import PairingInputError
from solver.pairing.marginals import PartTable, Table, settle, with_loads
from solver.pairing.pair0_flow import cheapest, free_arcs
from solver.pairing.pair0_network import Bools, Ints
from solver.pairing.recusal import Barred, Meeting, Pair, Row, meetings, repair

MAX_DRAWS = 50
TRIAL_DRAWS = 5
HOPELESS = 5 * TRIAL_DRAWS  # meetings in the trial draws: above, fewer than e^-5 < 1 % would pass
PRICE_BYTES = 5
MAX_TIES = 100


@dataclass(frozen=True, slots=True)
class Rejection:
    """作废的一次抽签: draw number ``attempt`` put recused colleagues into one team."""

    attempt: int
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """匹配结果. ``rows`` are (task, seat, inspector) in canonical order; ``loads`` the visits of everyone.

    ``rung`` per task tells how colleague recusals were kept: ``L0`` at the first draw, ``L2`` after drawing
    again, ``L2-repair`` by barring one of the two from the task they would have met on.
    ``assignment_sha256`` is the SHA-256 of the UTF-8 lines ``task TAB seat TAB inspector LF`` of the rows.
    """

    rows: tuple[Row, ...]
    loads: Mapping[str, int]
    rung: Mapping[str, str]
    rejected: tuple[Rejection, ...] = ()
    assignment_sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "assignment_sha256", rows_sha256(self.rows))

    def teams(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """检查组: task → its (seat, inspector) pairs."""
        teams: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for task, seat, inspector in self.rows:
            teams[task].append((seat, inspector))
        return {task: tuple(team) for task, team in teams.items()}

    def __str__(self) -> str:
        loads = self.loads.values()
        rungs = Counter(self.rung.values())
        return (
            f"匹配结果：检查任务 {len(self.rung)} 项，{len(self.rows)} 人次，"
            f"每人 {min(loads, default=0)} 至 {max(loads, default=0)} 次，"
            f"作废重抽 {len(self.rejected)} 次，"
            f"方式 {'、'.join(f'{rung} {count} 项' for rung, count in sorted(rungs.items())) or '无'}，"
            f"摘要 {self.assignment_sha256[:16]}…"
        )


def rows_sha256(rows: tuple[Row, ...]) -> str:
    """SHA-256 (hex) of the canonical lines of (task, seat, inspector) rows."""
    lines = "".join(f"{task}\t{seat}\t{inspector}\n" for task, seat, inspector in sorted(rows))
    return hashlib.sha256(lines.encode()).hexdigest()


def draw(table: Table, seed: bytes) -> Assignment:
    """The assignment that this seed gives: one outcome per (table, seed).

    Raises `PairingInfeasible` or `PairingUnresolved` where colleague recusals leave no way.
    """
    if not seed:
        raise PairingInputError("种子不能为空。", where="seed")
    recused = frozenset(table.problem.colleague_recusals)
    rows: list[Row] = []
    rejected: list[Rejection] = []
    rung: dict[str, str] = {}
    for settled in table.parts:
        drawn, how, refused = _draw_part(settled, recused, seed)
        rows += drawn
        rejected += refused
        rung |= {task.id: how for task in settled.part.tasks}
    loads = Counter(inspector for _, _, inspector in rows)
    return Assignment(
        rows=tuple(sorted(rows)),
        loads={one.id: loads[one.id] for one in table.problem.inspectors},
        rung=dict(sorted(rung.items())),
        rejected=tuple(rejected),
    )


def _draw_part(
    settled: PartTable, recused: frozenset[Pair], seed: bytes
) -> tuple[tuple[Row, ...], str, list[Rejection]]:
    attempt = 0
    rejected: list[Rejection] = []
    while len(rejected) < MAX_DRAWS:
        rows, attempt = _lot(settled, seed, attempt)
        met = meetings(rows, recused)
        if not met:
            return rows, "L2" if rejected else "L0", rejected
        rejected.append(Rejection(attempt, tuple(met)))
        attempt += 1
        if len(rejected) == TRIAL_DRAWS and sum(len(one.meetings) for one in rejected) > HOPELESS:
            break

    def cast(barred: Barred) -> tuple[Row, ...] | None:
        narrowed = settle(settled.part.without(barred))
        return None if narrowed is None else _lot(narrowed, seed, attempt)[0]

    def coin(meeting: Meeting) -> bool:
        return _hash(_key(seed, b"recusal", attempt), *meeting)[0] < 128

    return repair(cast, recused, coin), "L2-repair", rejected


def _lot(settled: PartTable, seed: bytes, attempt: int) -> tuple[tuple[Row, ...], int]:
    """The first draw, from number ``attempt`` on, whose cheapest assignment is unique: rows and number."""
    for number in range(attempt, attempt + MAX_TIES):
        chosen = _cheapest(settled, _loads(settled, seed, number), _key(seed, b"edge", number))
        if chosen is not None:
            return tuple(settled.part.rows(chosen)), number
    raise RuntimeError(f"{MAX_TIES} draws of 40-bit prices in a row were tied")


def _loads(settled: PartTable, seed: bytes, attempt: int) -> Ints:
    """Who makes one visit more: the most equal loads that come first in a random order of the inspectors.

    Most equal loads form the bases of a matroid (Frank & Murota 2022), so a strict order has one best base.
    """
    open_to = np.flatnonzero(settled.highest > settled.lowest)
    if len(open_to) == 0:
        return settled.lowest
    part = settled.part
    key = _key(seed, b"load", attempt)
    order = sorted(open_to.tolist(), key=lambda index: _hash(key, part.inspectors[index].id))
    lot = np.zeros(len(part.inspectors), dtype=np.int64)
    lot[order] = np.arange(len(order))
    level = np.unique((part.past + settled.lowest)[open_to], return_inverse=True)[1].astype(np.int64)
    # One level outweighs all lots together: evenness first, the order only among equals.
    price = level * len(order) ** 2 + lot[open_to]
    spare = part.total - int(settled.lowest.sum())
    net = with_loads(part, settled.lowest, spare, open_to, price, np.zeros(part.edges, dtype=np.int64))
    flow = cheapest(net)
    if flow is None:
        raise RuntimeError("the most equal loads were lost between table and draw")
    loads = settled.lowest.copy()
    loads[open_to] += flow[len(part.tails) :]
    return loads


def _cheapest(settled: PartTable, loads: Ints, key: bytes) -> Bools | None:
    """The cheapest assignment with these loads, or ``None`` when another one costs the same."""
    part = settled.part
    nobody = np.zeros(0, dtype=np.int64)
    net = with_loads(part, loads, 0, nobody, nobody, _prices(settled, key))
    flow = cheapest(net)
    if flow is None:
        raise RuntimeError("loads without an assignment")
    if free_arcs(net, flow)[: part.edges].any():
        return None
    chosen: Bools = flow[: part.edges] > 0
    return chosen


def _prices(settled: PartTable, key: bytes) -> Ints:
    """A random price of 40 bits for each (task, seat, inspector): the head of its hash, big-endian."""
    part = settled.part
    names = [one.id.encode() for one in part.inspectors]
    heads = [key + task.encode() + b"\0" + seat.encode() + b"\0" for task, seat in part.seats]
    sha256 = hashlib.sha256
    digests = b"".join(
        sha256(heads[seat] + names[person]).digest()[:PRICE_BYTES]
        for seat, person in zip(part.edge_seat.tolist(), part.edge_inspector.tolist(), strict=True)
    )
    table = np.frombuffer(digests, dtype=np.uint8).reshape(-1, PRICE_BYTES).astype(np.int64)
    weights: Ints = 256 ** np.arange(PRICE_BYTES - 1, -1, -1, dtype=np.int64)
    return table @ weights


def _key(seed: bytes, purpose: bytes, attempt: int) -> bytes:
    return hashlib.sha256(b"pair/0 " + purpose + b"\0" + attempt.to_bytes(4, "big") + seed).digest()


def _hash(key: bytes, *ids: str) -> bytes:
    return hashlib.sha256(key + b"\0".join(one.encode() for one in ids)).digest()
