"""Tags, commitments and the seed."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from solver import seed


def test_a_tag_is_its_text_padded_with_zeros_to_32_bytes() -> None:
    assert seed.tag("seed") == b"draw/1 seed" + bytes(21)
    assert len(seed.tag("seed-commit")) == 32


def test_a_tag_that_does_not_fit_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seed.tag("x" * 26)


def test_the_state_of_the_tickets_is_exactly_one_block() -> None:
    assert len(seed.tag("ticket") + bytes(32)) == hashlib.sha256().block_size


def test_a_ticket_is_the_hash_of_tag_seed_and_id() -> None:
    whole = b"draw/1 ticket".ljust(32, b"\0") + b"s" * 32 + b"91330000000000000X"
    assert seed.ticket(b"s" * 32, "91330000000000000X") == hashlib.sha256(whole).digest()


def test_the_length_of_each_reveal_enters_the_seed() -> None:
    key = bytes(32)
    assert seed.seed(key, [b"ab", b"c"]) != seed.seed(key, [b"a", b"bc"])
    assert seed.seed(key, [b"ab", b""]) != seed.seed(key, [b"ab"])
    message = seed.tag("seed") + b"\0\0\0\2ab\0\0\0\1c"
    assert seed.seed(key, [b"ab", b"c"]) == hmac.digest(key, message, "sha256")


def test_a_preview_seed_is_never_the_live_one() -> None:
    assert seed.preview_seed(bytes(32), b"x" * 32) != seed.seed(bytes(32), [b"x" * 32])
    message = seed.tag("preview") + b"x" * 32
    assert seed.preview_seed(bytes(32), b"x" * 32) == hmac.digest(bytes(32), message, "sha256")


def test_each_purpose_has_its_own_hash() -> None:
    secret = b"s" * 32
    hashes = {
        seed.commitment(secret), seed.plan_hash(secret), seed.seed_commit(secret), seed.cell_marks(secret)(""),
        seed.ticket(secret, ""), hashlib.sha256(secret).digest(),
    }  # fmt: skip
    assert len(hashes) == 6


def test_sm3_gives_another_seed_than_sha256() -> None:
    assert seed.seed(bytes(32), [b"a"], "sm3") != seed.seed(bytes(32), [b"a"], "sha256")


@pytest.mark.parametrize("denominator", [1, 7, 185, 10**15])
def test_the_start_of_the_rounding_lies_below_the_denominator(denominator: int) -> None:
    starts = {seed.rounding(bytes([i]) * 32, denominator) for i in range(50)}
    assert all(0 <= start < denominator for start in starts)
    assert len(starts) > min(denominator, 40) // 2
