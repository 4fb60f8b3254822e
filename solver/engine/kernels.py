"""Compiled hashing of very many short messages: SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016) by numba.

``LANES`` messages are hashed side by side, so that every line of a round is a vector instruction for several.
Row ``r`` of a state is word ``r`` of all lanes; instead of moving eight words at the end of a round, the next
round names its rows anew. Only ``solver.engine`` imports this file, and does without where it cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

F = TypeVar("F", bound=Callable[..., object])
Words = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

compiled = cast(Callable[[F], F], njit(cache=True, nogil=True))
inlined = cast(Callable[[F], F], njit(cache=True, nogil=True, inline="always"))

LANES = 64
u = np.uint32


def _words(text: str) -> Words:
    return np.array([int(word, 16) for word in text.split()], dtype=np.uint32)


#: First 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
_K = _words("""
    428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5
    d807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174
    e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da
    983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967
    27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85
    a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070
    19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3
    748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2
""")
#: The constants of SM3, each already turned by its round (GB/T 32905, 4.2).
_T = np.array(
    [
        ((t << j % 32) | (t >> (32 - j % 32))) & 0xFFFFFFFF
        for j, t in enumerate([0x79CC4519] * 16 + [0x7A879D8A] * 48)
    ],
    dtype=np.uint32,
)
SHA256_START = _words("6a09e667 bb67ae85 3c6ef372 a54ff53a 510e527f 9b05688c 1f83d9ab 5be0cd19")
SM3_START = _words("7380166f 4914b2b9 172442d7 da8a0600 a96f30bc 163138aa e38dee4d b0fb0e4e")


@inlined
def _left(x: np.uint32, n: int) -> np.uint32:
    return u((x << u(n)) | (x >> u(32 - n)))


@compiled
def _sha_round(
    s: Words, w: Words, t: int, a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int
) -> None:
    k = _K[t]
    for i in range(LANES):
        x, y = s[a, i], s[e, i]
        choice = (y & s[f, i]) ^ (~y & s[g, i])
        majority = (x & s[b, i]) ^ (x & s[c, i]) ^ (s[b, i] & s[c, i])
        first = u(s[h, i] + (_left(y, 26) ^ _left(y, 21) ^ _left(y, 7)) + choice + k + w[t, i])
        s[d, i] = u(s[d, i] + first)
        s[h, i] = u(first + (_left(x, 30) ^ _left(x, 19) ^ _left(x, 10)) + majority)


@compiled
def _sha_word(w: Words, t: int) -> None:
    for i in range(LANES):
        x, y = w[t - 15, i], w[t - 2, i]
        low = _left(x, 25) ^ _left(x, 14) ^ (x >> u(3))
        high = _left(y, 15) ^ _left(y, 13) ^ (y >> u(10))
        w[t, i] = u(w[t - 16, i] + low + w[t - 7, i] + high)


@compiled
def _sha_block(s: Words, w: Words) -> None:
    """The 64 rounds of SHA-256 on the states ``s`` (8, LANES) with the blocks in ``w[:16]``."""
    for t in range(16, 64):
        _sha_word(w, t)
    for t in range(0, 64, 8):
        _sha_round(s, w, t, 0, 1, 2, 3, 4, 5, 6, 7)
        _sha_round(s, w, t + 1, 7, 0, 1, 2, 3, 4, 5, 6)
        _sha_round(s, w, t + 2, 6, 7, 0, 1, 2, 3, 4, 5)
        _sha_round(s, w, t + 3, 5, 6, 7, 0, 1, 2, 3, 4)
        _sha_round(s, w, t + 4, 4, 5, 6, 7, 0, 1, 2, 3)
        _sha_round(s, w, t + 5, 3, 4, 5, 6, 7, 0, 1, 2)
        _sha_round(s, w, t + 6, 2, 3, 4, 5, 6, 7, 0, 1)
        _sha_round(s, w, t + 7, 1, 2, 3, 4, 5, 6, 7, 0)


@compiled
def _sm3_round(
    s: Words, w: Words, t: int, a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int
) -> None:
    k = _T[t]
    for i in range(LANES):
        x, y = s[a, i], s[e, i]
        ss1 = _left(u(_left(x, 12) + y + k), 7)
        if t < 16:
            ff = x ^ s[b, i] ^ s[c, i]
            gg = y ^ s[f, i] ^ s[g, i]
        else:
            ff = (x & s[b, i]) | (x & s[c, i]) | (s[b, i] & s[c, i])
            gg = (y & s[f, i]) | (~y & s[g, i])
        tt1 = u(ff + s[d, i] + (ss1 ^ _left(x, 12)) + (w[t, i] ^ w[t + 4, i]))
        tt2 = u(gg + s[h, i] + ss1 + w[t, i])
        s[d, i] = tt1
        s[b, i] = _left(s[b, i], 9)
        s[h, i] = tt2 ^ _left(tt2, 9) ^ _left(tt2, 17)
        s[f, i] = _left(s[f, i], 19)


@compiled
def _sm3_word(w: Words, t: int) -> None:
    for i in range(LANES):
        x = w[t - 16, i] ^ w[t - 9, i] ^ _left(w[t - 3, i], 15)
        w[t, i] = (x ^ _left(x, 15) ^ _left(x, 23)) ^ _left(w[t - 13, i], 7) ^ w[t - 6, i]


@compiled
def _sm3_block(s: Words, w: Words) -> None:
    """The 64 rounds of SM3 on the states ``s`` (8, LANES) with the blocks in ``w[:16]``."""
    for t in range(16, 68):
        _sm3_word(w, t)
    for t in range(0, 64, 4):
        _sm3_round(s, w, t, 0, 1, 2, 3, 4, 5, 6, 7)
        _sm3_round(s, w, t + 1, 3, 0, 1, 2, 7, 4, 5, 6)
        _sm3_round(s, w, t + 2, 2, 3, 0, 1, 6, 7, 4, 5)
        _sm3_round(s, w, t + 3, 1, 2, 3, 0, 5, 6, 7, 4)


@compiled
def _absorb(sm3: bool, s: Words, w: Words) -> None:
    """One block of every lane into its state."""
    before = s.copy()
    if sm3:
        _sm3_block(s, w)
        for r in range(8):
            for i in range(LANES):
                s[r, i] ^= before[r, i]
    else:
        _sha_block(s, w)
        for r in range(8):
            for i in range(LANES):
                s[r, i] = u(s[r, i] + before[r, i])


@compiled
def _start(s: Words, state: Words) -> None:
    for r in range(8):
        for i in range(LANES):
            s[r, i] = state[r]


@compiled
def _fill(w: Words, lane: int, block: int, lead: int, data: Bytes, at: int, size: int, before: int) -> int:
    """Put block ``block`` of a padded message into its lane; the number of blocks that the message has.

    The message is ``lead`` zero bytes (0 or 1) and ``size`` bytes of ``data`` from ``at``; ``before`` bytes
    were hashed ahead of it. A block after the last is left as it comes: nobody reads its digest.
    """
    total = lead + size
    blocks = (total + 72) >> 6
    for j in range(16):
        w[j, lane] = 0
    base = block << 6
    for p in range(max(base, lead), min(base + 64, total)):
        w[(p - base) >> 2, lane] |= u(u(data[at + p - lead]) << u(24 - 8 * (p & 3)))
    if base <= total < base + 64:
        w[(total - base) >> 2, lane] |= u(u(0x80) << u(24 - 8 * (total & 3)))
    if block == blocks - 1:
        bits = 8 * (before + total)
        w[14, lane] |= u(bits >> 32)
        w[15, lane] |= u(bits & 0xFFFFFFFF)
    return blocks


@compiled
def hash_slices(
    sm3: bool, state: Words, before: int, lead: int, data: Bytes, begins: Places, ends: Places, out: Words
) -> None:
    """``out[i]`` (8 words) = digest of ``lead`` zero bytes ‖ ``data[begins[i]:ends[i]]``.

    ``state`` is the hash after ``before`` bytes (whole blocks) that all messages have ahead of them.
    """
    w = np.zeros((68, LANES), np.uint32)
    s = np.zeros((8, LANES), np.uint32)
    blocks = np.zeros(LANES, np.int64)
    n = len(begins)
    for first in range(0, n, LANES):
        lanes = min(LANES, n - first)
        _start(s, state)
        block, most = 0, 1
        while block < most:
            for i in range(lanes):
                at = begins[first + i]
                blocks[i] = _fill(w, i, block, lead, data, at, ends[first + i] - at, before)
                most = max(most, blocks[i])
            _absorb(sm3, s, w)
            block += 1
            for i in range(lanes):
                if blocks[i] == block:
                    for r in range(8):
                        out[first + i, r] = s[r, i]


@compiled
def hash_pairs(sm3: bool, state: Words, level: Words, out: Words) -> None:
    """``out[i]`` = digest of ``0x01 ‖ level[2i] ‖ level[2i + 1]``: 65 bytes, two blocks."""
    w = np.zeros((68, LANES), np.uint32)
    s = np.zeros((8, LANES), np.uint32)
    n = len(level) // 2
    for first in range(0, n, LANES):
        lanes = min(LANES, n - first)
        _start(s, state)
        for i in range(lanes):
            last = u(1)
            for j in range(16):
                word = level[2 * (first + i) + (j >> 3), j & 7]
                w[j, i] = u((last << u(24)) | (word >> u(8)))
                last = word
        _absorb(sm3, s, w)
        for i in range(lanes):
            w[0, i] = u((level[2 * (first + i) + 1, 7] << u(24)) | u(0x800000))
            for j in range(1, 15):
                w[j, i] = 0
            w[15, i] = 520
        _absorb(sm3, s, w)
        for i in range(lanes):
            for r in range(8):
                out[first + i, r] = s[r, i]


@compiled
def state_after(sm3: bool, start: Words, block: Bytes) -> Words:
    """The state (8 words) after one whole block of 64 bytes."""
    w = np.zeros((68, LANES), np.uint32)
    s = np.zeros((8, LANES), np.uint32)
    _start(s, start)
    for p in range(64):
        w[p >> 2, 0] |= u(u(block[p]) << u(24 - 8 * (p & 3)))
    _absorb(sm3, s, w)
    return s[:, 0].copy()


@compiled
def number_slices(
    data: Bytes, begins: Places, ends: Places, slots: Codes, codes: Codes, kept: Bytes, kept_at: Places
) -> int:
    """Number the distinct slices ``data[begins[i]:ends[i]]`` as they come: ``codes[i]``; how many there are.

    Slice number ``c`` is copied to ``kept[kept_at[c]:kept_at[c + 1]]``: side by side they stay in the cache.
    ``slots`` is a hash table to work in, -1 everywhere, as many as a power of two. The answer is -1 where
    there is too little room, or slices were made to collide.
    """
    mask, found, tries = len(slots) - 1, 0, 64 * len(begins)
    kept_at[0] = 0
    for i in range(len(begins)):
        at, size = begins[i], ends[i] - begins[i]
        mixed = np.uint64(14695981039346656037)
        for p in range(at, at + size):
            mixed = (mixed ^ np.uint64(data[p])) * np.uint64(1099511628211)
        mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(11400714819323198485)
        slot = np.int64(mixed >> np.uint64(32)) & mask
        while True:
            code = slots[slot]
            if code < 0:
                room = kept_at[found]
                if found + 1 >= len(kept_at) or room + size > len(kept):
                    return -1
                kept[room : room + size] = data[at : at + size]
                slots[slot], codes[i] = found, found
                found += 1
                kept_at[found] = room + size
                break
            other = kept_at[code]
            same = kept_at[code + 1] - other == size
            p = 0
            while same and p < size:
                same = kept[other + p] == data[at + p]
                p += 1
            if same:
                codes[i] = code
                break
            slot = (slot + 1) & mask
            tries -= 1
            if tries < 0:
                return -1
    return found
