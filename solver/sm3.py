"""SM3 密码杂凑算法 (GB/T 32905-2016) in plain Python, for machines whose OpenSSL was built without it.

Slow (about a millisecond a block): correct everywhere, fast only where OpenSSL has SM3.
"""

from __future__ import annotations

from typing import ClassVar

_MASK = 0xFFFFFFFF
_IV = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip


def _rol(x: int, n: int) -> int:
    n %= 32
    return ((x << n) | (x >> (32 - n))) & _MASK


_T = tuple(_rol(0x79CC4519 if j < 16 else 0x7A879D8A, j) for j in range(64))


def _expand(block: bytes) -> list[int]:
    w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ _rol(w[j - 3], 15)
        w.append(x ^ _rol(x, 15) ^ _rol(x, 23) ^ _rol(w[j - 13], 7) ^ w[j - 6])
    return w


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    w = _expand(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        ss1 = _rol((_rol(a, 12) + e + _T[j]) & _MASK, 7)
        ss2 = ss1 ^ _rol(a, 12)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
        tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & _MASK
        tt2 = (gg + h + ss1 + w[j]) & _MASK
        a, b, c, d = tt1, a, _rol(b, 9), c
        e, f, g, h = tt2 ^ _rol(tt2, 9) ^ _rol(tt2, 17), e, _rol(f, 19), g
    return tuple(x ^ y for x, y in zip((a, b, c, d, e, f, g, h), state, strict=True))


class SM3:
    """SM3 with the face of a ``hashlib`` object (32-byte digest, 64-byte blocks)."""

    name: ClassVar[str] = "sm3"
    digest_size: ClassVar[int] = 32
    block_size: ClassVar[int] = 64

    def __init__(self, data: bytes = b"") -> None:
        self._state: tuple[int, ...] = _IV
        self._tail = b""
        self._length = 0
        self.update(data)

    def update(self, data: bytes) -> None:
        self._length += len(data)
        pending = self._tail + bytes(data)
        whole = len(pending) - len(pending) % 64
        for start in range(0, whole, 64):
            self._state = _compress(self._state, pending[start : start + 64])
        self._tail = pending[whole:]

    def copy(self) -> SM3:
        twin = SM3()
        twin._state, twin._tail, twin._length = self._state, self._tail, self._length
        return twin

    def digest(self) -> bytes:
        padding = b"\x80" + bytes((55 - self._length) % 64) + (8 * self._length).to_bytes(8, "big")
        state, pending = self._state, self._tail + padding
        for start in range(0, len(pending), 64):
            state = _compress(state, pending[start : start + 64])
        return b"".join(x.to_bytes(4, "big") for x in state)

    def hexdigest(self) -> str:
        return self.digest().hex()
