"""Public sources: rounds of drand verified offline, results of a lottery."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from py_arkworks_bls12381 import G1Point, G2Point, Scalar

from solver import beacon, sources
from solver.beacon import CHAINS, QUICKNET, Answer, Chain, check, moment_of, parse_answer, round_at
from solver.errors import BeaconError, SourceError
from solver.plan import Beacon, Lottery

SIGNATURES = {
    123: "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
}
LOTTERY = Lottery("ssq", "2026134")
OWN_SECRET = Scalar(20261122)
OWN = Chain("ab" * 32, "own", bytes((G2Point() * OWN_SECRET).to_compressed_bytes()), 30, 1_700_000_000)


def refused(code: str, kind: type[BeaconError | SourceError] = BeaconError) -> pytest.RaisesExc[Any]:
    return pytest.raises(kind, check=lambda error: error.code == code)


def answer_of(number: int, signature: bytes) -> Answer:
    return Answer(number, hashlib.sha256(signature).digest(), signature)


def known(number: int) -> Answer:
    return answer_of(number, bytes.fromhex(SIGNATURES[number]))


def test_the_chain_hash_is_that_of_its_parameters() -> None:
    """drand: SHA-256(period as 4 bytes ‖ genesis as 8 ‖ public key ‖ group hash ‖ name)."""
    group = bytes.fromhex("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e")
    parts = (3).to_bytes(4, "big") + (1692803367).to_bytes(8, "big") + QUICKNET.public_key + group
    assert hashlib.sha256(parts + b"quicknet").hexdigest() == QUICKNET.hash
    assert CHAINS[QUICKNET.hash] == QUICKNET


@pytest.mark.parametrize("number", SIGNATURES)
def test_a_published_round_is_accepted(number: int) -> None:
    text = json.dumps(
        {
            "round": number,
            "randomness": hashlib.sha256(bytes.fromhex(SIGNATURES[number])).hexdigest(),
            "signature": SIGNATURES[number],
            "from": "a relay",
        }
    )
    answer = parse_answer(text.encode())
    assert answer == known(number)
    check(QUICKNET, number, answer)


def test_the_randomness_of_round_1000_is_the_published_one() -> None:
    assert known(1000).randomness.hex() == "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"


def test_another_round_is_refused_even_under_the_right_number() -> None:
    with refused("beacon_round"):
        check(QUICKNET, 124, known(123))
    with refused("beacon_signature"):
        check(QUICKNET, 124, replace(known(123), round=124))
    with refused("beacon_signature"):
        check(QUICKNET, 123, replace(known(1000), round=123))


def test_flipped_randomness_is_refused() -> None:
    flipped = bytes([known(123).randomness[0] ^ 1]) + known(123).randomness[1:]
    with refused("beacon_randomness"):
        check(QUICKNET, 123, replace(known(123), randomness=flipped))


@pytest.mark.parametrize("bit", [0, 1, 2, 3, 100, 383])
def test_a_signature_with_one_bit_flipped_is_refused_though_its_randomness_fits(bit: int) -> None:
    number = int.from_bytes(known(123).signature, "big") ^ (1 << (383 - bit))
    with refused("beacon_signature"):
        check(QUICKNET, 123, answer_of(123, number.to_bytes(48, "big")))


@pytest.mark.parametrize(
    "signature",
    [
        bytes(48),
        b"\xff" * 48,
        b"\xc0" + bytes(47),
        b"\x80" + bytes(46) + b"\x04",  # on the curve, outside the subgroup
        b"\x80" + bytes(46) + b"\x01",
        b"",
        bytes(96),
    ],
)
def test_no_malformed_point_crashes_or_passes(signature: bytes) -> None:
    with refused("beacon_signature"):
        check(QUICKNET, 123, answer_of(123, signature))


def test_a_round_of_another_chain_is_refused() -> None:
    own = G1Point.hash_to_curve(beacon.message_of(7), beacon.DST) * OWN_SECRET
    answer = answer_of(7, bytes(own.to_compressed_bytes()))
    check(OWN, 7, answer)
    with refused("beacon_signature"):
        check(QUICKNET, 7, answer)
    with refused("beacon_signature"):
        check(OWN, 123, known(123))
    with refused("beacon_chain"):
        beacon.known(OWN.hash)
    assert beacon.known(OWN.hash, {OWN.hash: OWN}) == OWN


@pytest.mark.parametrize(
    "change",
    [
        {"round": 0},
        {"round": "123"},
        {"round": None},
        {"randomness": "ab"},
        {"randomness": "AB" * 32},
        {"signature": "ab" * 47},
        {"signature": None},
        {"round": 1.0},
    ],
)
def test_an_answer_with_a_field_out_of_shape_is_refused(change: dict[str, Any]) -> None:
    value = {"round": 123, "randomness": "00" * 32, "signature": "ab" * 48} | change
    with refused("beacon_malformed"):
        parse_answer(json.dumps(value))


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"\xff", b"null"])
def test_what_is_no_answer_is_refused(text: bytes) -> None:
    with refused("beacon_malformed"):
        parse_answer(text)


def test_the_round_of_a_moment_is_the_first_that_nobody_knew_before_it() -> None:
    assert moment_of(QUICKNET, 1) == 1692803367
    assert moment_of(QUICKNET, 123) == 1692803733
    assert [round_at(QUICKNET, 1692803733 + s) for s in (-1, 0, 1, 2, 3, 4)] == [123, 123, 124, 124, 124, 125]
    assert round_at(QUICKNET, 0) == 1
    assert round_at(QUICKNET, 1692803367) == 1


def test_a_beacon_s_reveal_is_the_randomness_of_the_planned_round() -> None:
    source = Beacon(QUICKNET.hash, 123)
    sources.check_beacon(source, 3, known(123).randomness, known(123))
    with refused("beacon_reveal", SourceError):
        sources.check_beacon(source, 3, known(1000).randomness, known(123))
    with refused("beacon_round"):
        sources.check_beacon(source, 3, known(1000).randomness, known(1000))
    with refused("beacon_chain"):
        sources.check_beacon(Beacon("00" * 32, 123), 3, known(123).randomness, known(123))


def test_a_lottery_s_reveal_is_its_game_issue_and_numbers() -> None:
    reveal = sources.lottery_bytes(LOTTERY, "02-09-14-21-27-30-11")
    assert reveal == b"ssq,2026134,02-09-14-21-27-30-11"
    sources.check_lottery(LOTTERY, 2, reveal)
    sources.check_lottery(LOTTERY, 2, reveal, "ssq,2026134,02-09-14-21-27-30-11")


@pytest.mark.parametrize(
    ("reveal", "typed"),
    [
        (b"ssq,2026134,02-09-14-21-27-30-11", "ssq,2026134,02-09-14-21-27-30-12"),
        (b"ssq,2026135,02-09-14-21-27-30-11", None),
        (b"dlt,2026134,02-09-14-21-27-30-11", None),
        (b"ssq,2026134,02 09 14", None),
        (b"ssq,2026134,", None),
        (b"ssq,2026134,02-09\n", None),
        ("ssq,2026134,０２".encode(), None),
        (b"", None),
        (b"\xff" * 40, None),
    ],
)
def test_another_issue_or_other_numbers_are_not_the_lottery_s_reveal(
    reveal: bytes, typed: str | None
) -> None:
    with refused("lottery_mismatch", SourceError):
        sources.check_lottery(LOTTERY, 2, reveal, typed)


@pytest.mark.parametrize("result", ["", "-", "1-", "1,2", "1 2", "a", "１", "1--2", "1\n"])
def test_lottery_numbers_are_digits_joined_by_hyphens(result: str) -> None:
    with refused("lottery_result", SourceError):
        sources.lottery_bytes(LOTTERY, result)
