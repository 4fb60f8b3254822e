"""公共随机信标: rounds of drand, verified offline by the chain's public key (BLS12-381).

Scheme ``bls-unchained-g1-rfc9380``: signatures are points of G1, public keys of G2, the message of a round is
the SHA-256 of its number as 8 bytes big-endian, and its randomness the SHA-256 of its signature. Nobody
knows a round before its moment, and everybody can check it for ever after.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from solver.canonical import Json, parse
from solver.errors import BeaconError, CanonicalError

DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
SIGNATURE_BYTES = 48

_RANDOMNESS = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{96}")


@dataclass(frozen=True, slots=True)
class Chain:
    """信标链: its hash (64 hex), name, public key (96 bytes, G2), period (s) and first round (Unix s)."""

    hash: str
    name: str
    public_key: bytes
    period: int
    genesis: int


@dataclass(frozen=True, slots=True)
class Answer:
    """信标结果: what drand says of a round; ``randomness`` has 32 bytes, ``signature`` 48."""

    round: int
    randomness: bytes
    signature: bytes


QUICKNET = Chain(
    hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    name="quicknet",
    public_key=bytes.fromhex(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    ),
    period=3,
    genesis=1692803367,
)
#: The chains this version knows, by their hash.
CHAINS: Mapping[str, Chain] = {QUICKNET.hash: QUICKNET}


def known(chain: str, chains: Mapping[str, Chain] = CHAINS) -> Chain:
    """The chain of that hash; ``BeaconError`` if it is not among ``chains``."""
    if chain not in chains:
        raise BeaconError.of("beacon_chain", chain=chain)
    return chains[chain]


def parse_answer(text: bytes | str) -> Answer:
    """Read drand's JSON of a round; keys beside the three are passed over. ``BeaconError``."""
    try:
        value = parse(text)
    except CanonicalError as error:
        raise BeaconError.of("beacon_malformed") from error
    if isinstance(value, dict):
        number, randomness, signature = (value.get(key) for key in ("round", "randomness", "signature"))
        if (
            isinstance(number, int)
            and number >= 1
            and _is_hex(_RANDOMNESS, randomness)
            and _is_hex(_SIGNATURE, signature)
        ):
            return Answer(number, bytes.fromhex(str(randomness)), bytes.fromhex(str(signature)))
    raise BeaconError.of("beacon_malformed")


def _is_hex(pattern: re.Pattern[str], value: Json) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def check(chain: Chain, number: int, answer: Answer) -> None:
    """核对信标: whether ``answer`` is round ``number`` of ``chain``; ``BeaconError`` says what is not so."""
    if answer.round != number:
        raise BeaconError.of("beacon_round", found=answer.round, expected=number)
    if hashlib.sha256(answer.signature).digest() != answer.randomness:
        raise BeaconError.of("beacon_randomness", round=number)
    if not _signed(chain, number, answer.signature):
        raise BeaconError.of("beacon_signature", round=number, chain=chain.name)


def message_of(number: int) -> bytes:
    """What the chain signs for a round: SHA-256 of the number as 8 bytes big-endian."""
    return hashlib.sha256(number.to_bytes(8, "big")).digest()


def round_at(chain: Chain, unix: int) -> int:
    """The first round whose moment is ``unix`` (seconds) or later."""
    return max(0, -(-(unix - chain.genesis) // chain.period)) + 1


def moment_of(chain: Chain, number: int) -> int:
    """The moment (Unix seconds) at which a round becomes known."""
    return chain.genesis + (number - 1) * chain.period


def _signed(chain: Chain, number: int, signature: bytes) -> bool:
    from py_arkworks_bls12381 import GT, G1Point, G2Point

    try:
        point = G1Point.from_compressed_bytes(signature)
        key = G2Point.from_compressed_bytes(chain.public_key)
    except ValueError:  # not on the curve, or not in the subgroup
        return False
    # a point has other spellings too, and another spelling would be another randomness
    if point.to_compressed_bytes() != signature or G1Point.identity() == point:
        return False
    hashed = G1Point.hash_to_curve(message_of(number), DST)
    # e(signature, generator) = e(hashed, key)
    return bool(GT.pairing_check([point, -hashed], [G2Point(), key]))
