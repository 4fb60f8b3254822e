"""种子: tags, commitments, the seed that nobody chooses, and the tickets it gives (draw/1, part 1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from solver.canonical import Alg, Hash, digest, hasher, hmac

SECRET_BYTES = 32


def tag(name: str) -> bytes:
    """``TAG(name)``: the ASCII bytes of "draw/1 " + name, padded with zeros to 32 bytes."""
    text = b"draw/1 " + name.encode("ascii")
    if len(text) > 32:
        raise ValueError(f"a tag has at most 32 bytes: {name}")
    return text.ljust(32, b"\0")


def commitment(secret: bytes, alg: Alg = "sha256") -> bytes:
    """承诺 ``H(TAG("commit") ‖ secret)`` of a party's secret (32 bytes)."""
    return digest(tag("commit") + secret, alg)


def plan_hash(canonical_plan: bytes, alg: Alg = "sha256") -> bytes:
    """方案摘要 ``H(TAG("plan") ‖ canon(plan))``."""
    return digest(tag("plan") + canonical_plan, alg)


def seed(of_plan: bytes, reveals: Sequence[bytes], alg: Alg = "sha256") -> bytes:
    """种子 ``HMAC(plan_hash, TAG("seed") ‖ each reveal: 4-byte big-endian length ‖ bytes)``."""
    message = b"".join(len(reveal).to_bytes(4, "big") + reveal for reveal in reveals)
    return hmac(of_plan, tag("seed") + message, alg)


def campaign_seed(record: bytes, reveals: Sequence[bytes], alg: Alg = "sha256") -> bytes:
    """联合抽取的种子: the seed of the tickets of all plans that ``record`` (canonical) lists.

    ``HMAC(H(TAG("campaign") ‖ record), TAG("seed") ‖ reveals)``; it gives tickets and nothing else.
    """
    return seed(digest(tag("campaign") + record, alg), reveals, alg)


def preview_seed(of_plan: bytes, throwaway: bytes, alg: Alg = "sha256") -> bytes:
    """预演种子 ``HMAC(plan_hash, TAG("preview") ‖ throwaway)``: can never be the live seed of the plan."""
    return hmac(of_plan, tag("preview") + throwaway, alg)


def seed_commit(of_seed: bytes, alg: Alg = "sha256") -> bytes:
    """种子承诺 ``H(TAG("seed-commit") ‖ seed)``, logged when the draw closes."""
    return digest(tag("seed-commit") + of_seed, alg)


def ticket_block(of_seed: bytes) -> bytes:
    """``TAG("ticket") ‖ seed``: exactly one block (64 bytes), which all tickets have ahead of their id."""
    return tag("ticket") + of_seed


def ticket_state(of_seed: bytes, alg: Alg = "sha256") -> Hash:
    """The hash after that block, computed once for all entities."""
    return hasher(alg)(ticket_block(of_seed))


def ticket(of_seed: bytes, entity_id: str, alg: Alg = "sha256") -> bytes:
    """签号 ``H(TAG("ticket") ‖ seed ‖ id)`` of one entity, 32 bytes."""
    state = ticket_state(of_seed, alg)
    state.update(entity_id.encode("ascii"))
    return state.digest()


def rounding(of_seed: bytes, denominator: int, alg: Alg = "sha256") -> int:
    """``r = int(H(TAG("round") ‖ seed)) mod D``, the digest read as a big-endian number."""
    return int.from_bytes(digest(tag("round") + of_seed, alg), "big") % denominator


def cell_marks(of_seed: bytes, alg: Alg = "sha256") -> Callable[[str], bytes]:
    """``H(TAG("cell") ‖ seed ‖ name)`` as a function of the name: a county, an industry in it, a cell."""
    copy = hasher(alg)(tag("cell") + of_seed).copy

    def mark(name: str) -> bytes:
        state = copy()
        state.update(name.encode("ascii"))
        return state.digest()

    return mark
