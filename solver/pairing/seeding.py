"""种子的来处: where the seed of a pairing comes from (docs/pair-1.md, section 8)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from solver.pairing.table import tag


def first_secret(second: bytes) -> bytes:
    """第一份随机数: what a party commits to for the draw, so that it is bound to its ``second`` as well."""
    return hashlib.sha256(tag("secret") + second).digest()


def pairing_seed(draw_seed: bytes, table_sha256: str, seconds: Sequence[bytes | None]) -> bytes:
    """匹配种子, from the draw's seed, the table's digest and the second secret of each party of the plan.

    ``None`` stands for a party that handed in none, or was not asked.
    """
    message = tag("seed") + bytes.fromhex(table_sha256)
    for second in seconds:
        message += b"\0" if second is None else b"\1" + second
    return hmac.new(draw_seed, message, hashlib.sha256).digest()


def reassignment_seed(seed: bytes, number: int, table_sha256: str) -> bytes:
    """换人种子 of reassignment ``number`` (from 1): from the pairing's ``seed`` and its own table."""
    message = tag("again") + number.to_bytes(4, "big") + bytes.fromhex(table_sha256)
    return hmac.new(seed, message, hashlib.sha256).digest()
