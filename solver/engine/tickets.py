"""签号: the tickets of all entities of a frame, and which of them are the smallest of their cells.

Only the first 64 bits of each ticket are kept. They settle nearly everything; where two are equal the whole
tickets are compared, and equal tickets by id, which is the order of the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from solver import seed as seeds
from solver.canonical import Alg
from solver.engine import compiled, octets
from solver.frame import Frame
from solver.progress import STEP, Progress, in_runs

_RUN = 1 << 20

#: Numbers of lines (from 0).
Places = npt.NDArray[np.int64]
#: The number of the cell of every line.
Cells = npt.NDArray[np.int32]
Heads = npt.NDArray[np.uint64]
#: The whole tickets (32 bytes each) of some lines.
Whole = Callable[[Places], Sequence[bytes]]


class Tickets:
    """签号 of every line of ``frame``, from one seed."""

    def __init__(self, frame: Frame, seed: bytes, alg: Alg) -> None:
        self.frame = frame
        self._seed = seed
        self._alg = alg

    def heads(self, progress: Progress | None = None) -> Heads:
        """The first 64 bits of every ticket, as numbers that compare as the tickets do."""
        found = np.empty(len(self.frame), np.uint64)
        for run in in_runs(len(self.frame), "tickets", progress):
            tickets = np.frombuffer(self._run(np.arange(run.start, run.stop)), ">u8")
            found[run.start : run.stop] = tickets[::4]
        return found

    def whole(self, places: Places) -> list[bytes]:
        """The tickets of these lines, 32 bytes each."""
        found: list[bytes] = []
        for first in range(0, len(places), STEP):
            run = self._run(places[first : first + STEP])
            found += [run[at : at + 32] for at in range(0, len(run), 32)]
        return found

    def ids(self, places: Places) -> list[str]:
        """The ids of these lines."""
        data, width = self.frame.lines.data, self.frame.width
        begins = self.frame.lines.starts[places].tolist()
        return [data[at : at + width].decode("ascii") for at in begins]

    def _run(self, places: Places) -> bytes:
        lines, width = self.frame.lines, self.frame.width
        begins = lines.starts[places]
        if fast := compiled(self._alg, len(self.frame)):
            return octets(fast.after(seeds.ticket_block(self._seed), lines.octets, begins, width))
        copy, data, digests = seeds.ticket_state(self._seed, self._alg).copy, lines.data, []
        for at in begins.tolist():
            state = copy()
            state.update(data[at : at + width])
            digests.append(state.digest())
        return b"".join(digests)


def in_order(places: Places, cells: Cells, heads: Heads, whole: Whole) -> Places:
    """``places`` (rising) sorted by cell, ticket and id; ``cells`` and ``heads`` are those of every line."""
    order = places[np.argsort(heads[places], kind="stable")]
    order = order[np.argsort(cells[order], kind="stable")]
    same = (cells[order[1:]] == cells[order[:-1]]) & (heads[order[1:]] == heads[order[:-1]])
    edges = np.flatnonzero(np.diff(same.astype(np.int8), prepend=0, append=0))
    for first, last in zip(edges[::2].tolist(), (edges[1::2] + 1).tolist(), strict=True):
        tied = order[first:last]
        ranked = sorted(zip(whole(tied), tied.tolist(), strict=True))
        order[first:last] = [place for _, place in ranked]
    return order


def smallest(cells: Cells, take: Places, heads: Heads, whole: Whole) -> Places:
    """The lines with the ``take[c]`` smallest tickets of each cell ``c``, by cell and then by ticket.

    ``cells`` gives the cell of every line. A cell that takes more than it has gives all.
    """
    sizes = np.bincount(cells, minlength=len(take))
    near = _near(cells, sizes, take, heads)
    found = np.bincount(cells[near], minlength=len(take))
    lacking = (found < take) & (found < sizes)
    if lacking.any():  # tickets that are not spread as chance would have it
        near = np.union1d(near, np.flatnonzero(lacking[cells]))
        found = np.bincount(cells[near], minlength=len(take))
    order = in_order(near, cells, heads, whole)
    before = np.cumsum(found) - found
    rank = np.arange(len(order)) - np.repeat(before, found)
    return order[rank < take[cells[order]]]


def _near(cells: Cells, sizes: Places, take: Places, heads: Heads) -> Places:
    """Lines whose tickets are small enough that a cell very likely has the ones it takes among them."""
    wanted = np.where(take > 0, take + take // 8 + 16, 0).astype(np.uint64)
    share = (wanted << np.uint64(32)) // np.maximum(sizes, 1).astype(np.uint64)
    bound = np.where(wanted >= sizes, np.uint64(2**64 - 1), share << np.uint64(32))
    bound[take == 0] = 0
    found = [np.empty(0, np.int64)]
    for at in range(0, len(cells), _RUN):
        run = slice(at, at + _RUN)
        found.append(np.flatnonzero(heads[run] < bound[cells[run]]) + at)
    return np.concatenate(found)
