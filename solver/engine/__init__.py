"""Hashing of whole registers: compiled where that pays and is possible, else by ``hashlib``; one result.

Compiled kernels need numba and a folder where it can keep what it compiled. They are asked for only from
``COMPILED_FROM`` lines on, and used only once they have given the digests that ``hashlib`` gives.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from solver.canonical import Alg, hasher
from solver.engine.lines import Lines

#: Below this number of lines loading the kernels costs more than they save.
COMPILED_FROM = 1_000_000

#: So many different ends of lines are tried to be numbered by the kernels.
_ROOMS = (1 << 18, 1 << 22)

Words = npt.NDArray[np.uint32]
Octets = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]


class Compiled:
    """The kernels for one digest. Digests are rows of eight 32-bit words."""

    def __init__(self, kernels: Any, alg: Alg) -> None:
        self._kernels = kernels
        self._sm3 = alg == "sm3"
        self._start: Words = kernels.SM3_START if self._sm3 else kernels.SHA256_START

    def leaves(self, lines: Lines, first: int, last: int) -> Words:
        """``H(0x00 ‖ line)`` of the lines ``first`` to ``last`` (exclusive)."""
        begins, ends = lines.starts[first:last], lines.starts[first + 1 : last + 1] - 1
        return self._hash(self._start, 0, 1, lines.octets, begins, ends)

    def parents(self, level: Words) -> Words:
        """``H(0x01 ‖ left ‖ right)`` of each pair; an odd digest at the end is passed over."""
        out = np.empty((len(level) // 2, 8), np.uint32)
        self._kernels.hash_pairs(self._sm3, self._start, level, out)
        return out

    def after(self, block: bytes, data: Octets, begins: Places, width: int) -> Words:
        """``H(block ‖ data[at : at + width])`` for each ``at`` in ``begins``; ``block`` has 64 bytes."""
        state = self._kernels.state_after(self._sm3, self._start, np.frombuffer(block, np.uint8))
        return self._hash(state, 64, 0, data, begins, begins + width)

    def number(self, lines: Lines, skip: int) -> tuple[npt.NDArray[np.int32], tuple[bytes, ...]] | None:
        """See ``number`` below."""
        begins, ends = lines.starts[:-1] + skip, lines.starts[1:] - 1
        codes = np.empty(len(lines), np.int32)
        for most in _ROOMS:
            slots, at = np.full(2 * most, -1, np.int32), np.empty(most + 1, np.int64)
            kept = np.empty(64 * most, np.uint8)
            found = self._kernels.number_slices(lines.octets, begins, ends, slots, codes, kept, at)
            if found >= 0:
                ends_at = at[: found + 1].tolist()
                return codes, tuple(kept[a:b].tobytes() for a, b in pairwise(ends_at))
        return None

    def _hash(
        self, state: Words, before: int, lead: int, data: Octets, begins: Places, ends: Places
    ) -> Words:
        out = np.empty((len(begins), 8), np.uint32)
        self._kernels.hash_slices(self._sm3, state, before, lead, data, begins, ends, out)
        return out


def number(lines: Lines, skip: int) -> tuple[npt.NDArray[np.int32], tuple[bytes, ...]] | None:
    """The distinct ends of the lines (from byte ``skip``), and for each line the number of its own.

    ``None`` where the caller does it: for few lines, without a compiler, or if the ends are too many.
    """
    fast = compiled("sha256", len(lines))
    return fast.number(lines, skip) if fast else None


def compiled(alg: Alg, lines: int) -> Compiled | None:
    """The kernels for a register of so many ``lines``; ``None`` where ``hashlib`` does the work."""
    return _checked(alg) if lines >= COMPILED_FROM else None


@cache
def _checked(alg: Alg) -> Compiled | None:
    try:
        found = Compiled(import_module("solver.engine.kernels"), alg)
        sound = _agrees(found, alg)
    except Exception as error:  # no numba, nowhere to keep what it compiles, a processor it does not know
        logging.getLogger(__name__).info("registers are hashed without a compiler: %s", error)
        return None
    if not sound:
        logging.getLogger(__name__).warning("compiled %s gives wrong digests and is not used", alg)
    return found if sound else None


def _agrees(found: Compiled, alg: Alg) -> bool:
    """Whether the kernels give the digests of ``hashlib`` for messages of one to three blocks."""
    texts = [bytes([65 + i % 26]) * i for i in range(40, 140)]
    lines, new, block = Lines.of(texts), hasher(alg), bytes(range(64))
    codes, ends = found.number(Lines.of([*texts, *reversed(texts)]), 0) or ([], ())
    leaves = [new(b"\0" + text).digest() for text in texts]
    pairs = zip(leaves[::2], leaves[1::2], strict=True)
    words = found.leaves(lines, 0, len(texts))
    return (
        [ends[code] for code in codes] == [*texts, *reversed(texts)]
        and len(ends) == len(texts)
        and octets(words) == b"".join(leaves)
        and octets(found.parents(words)) == b"".join(new(b"\1" + a + b).digest() for a, b in pairs)
        and octets(found.after(block, lines.octets, lines.starts[:-1], 40))
        == b"".join(new(block + text[:40]).digest() for text in texts)
    )


def octets(words: Words) -> bytes:
    """Digests given as words, as their bytes."""
    return words.astype(">u4").tobytes()
