"""硬币: the randomness of one attempt at one part, SHAKE-256 over the seed (docs/pair-1.md, section 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from solver.pairing.table import tag

Words = NDArray[np.uint64]
Bits = NDArray[np.uint8]

BLOCK = 65_536
BLOCK_WORDS = BLOCK // 8
FIRST_WORDS = 256


class Stream:
    """``STREAM(purpose, level)``: octets, read as words of 8 (big-endian) or as bits (lowest first)."""

    def __init__(self, purpose: str, part_id: bytes, counter: int, level: int, seed: bytes) -> None:
        self._head = tag(purpose) + part_id + _u32(counter) + _u32(level)
        self._seed = seed

    def octets(self, count: int) -> bytes:
        """The first ``count`` of them."""
        if count <= BLOCK:
            return self._block(0, count)
        full, rest = divmod(count, BLOCK)
        return b"".join([*(self._block(k, BLOCK) for k in range(full)), self._block(full, rest)])

    def words(self, count: int) -> Words:
        """The first ``count`` words."""
        return _words(self.octets(8 * count))

    def bits(self, count: int) -> Bits:
        """The first ``count`` bits."""
        octets = np.frombuffer(self.octets(-(-count // 8)), np.uint8)
        return np.unpackbits(octets, count=count, bitorder="little")

    def chunks(self) -> Iterator[Words]:
        """All words, one handful after the other: a few at first, since small parts need few."""
        first = self.words(FIRST_WORDS)
        yield first
        yield self.words(BLOCK_WORDS)[len(first) :]
        block = 1
        while True:
            yield _words(self._block(block, BLOCK))
            block += 1

    def _block(self, number: int, count: int) -> bytes:
        # A shorter SHAKE output is the beginning of a longer one.
        return hashlib.shake_256(self._head + _u32(number) + self._seed).digest(count)


class Dice:
    """The streams of one attempt, by what the lottery asks of them."""

    def __init__(self, part_id: bytes, counter: int, seed: bytes) -> None:
        self._part_id, self._counter, self._seed = part_id, counter, seed

    def keys(self, level: int, count: int) -> Words:
        """Keys by which the arcs of a level are put in order."""
        return self._stream("order", level).words(count)

    def coins(self, level: int, count: int) -> Bits:
        """Fair coins, one for each cycle of a level."""
        return self._stream("coin", level).bits(count)

    def chunks(self, level: int) -> Iterator[Words]:
        """Words of the last bits, some at a time."""
        return self._stream("walk", level).chunks()

    def words(self, level: int) -> Iterator[int]:
        """Words of the last bits, one at a time."""
        return chain.from_iterable(chunk.tolist() for chunk in self.chunks(level))

    def rises(self, words: Iterator[int], up: int, down: int) -> bool:
        """True with chance ``down / (up + down)``, exactly: by that much a cycle rises by ``up``."""
        size = (up + down - 1).bit_length()
        while True:
            lot = next(words) >> (64 - size) if size else 0
            if lot < up + down:
                return lot < down

    def _stream(self, purpose: str, level: int) -> Stream:
        return Stream(purpose, self._part_id, self._counter, level, self._seed)


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


def _words(octets: bytes) -> Words:
    return np.frombuffer(octets, dtype=">u8").astype(np.uint64)
