"""Canonical JSON and the two digests."""

from __future__ import annotations

import hashlib
import hmac as standard_hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.canonical import canonical, digest, hasher, hmac, parse
from solver.errors import CanonicalError
from solver.sm3 import SM3

ascii_text = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    st.none() | st.integers(-(2**53) + 1, 2**53 - 1) | ascii_text,
    lambda inner: st.lists(inner) | st.dictionaries(ascii_text, inner),
)


def test_keys_are_sorted_and_blanks_dropped() -> None:
    assert canonical(parse(b' {"b": [1, null, "x"], "a" : {} }\n')) == b'{"a":{},"b":[1,null,"x"]}'


def test_control_characters_are_escaped_as_rfc_8785_says_and_delete_is_not() -> None:
    assert canonical('\b\t\n\f\r"\\/\x0f\x7f') == b'"\\b\\t\\n\\f\\r\\"\\\\/\\u000f\x7f"'


@given(values)
def test_a_value_survives_its_canonical_text(value: Any) -> None:
    text = canonical(value)
    assert parse(text) == value
    assert canonical(parse(json.dumps(value, indent=2))) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'{"a":1.0}', "json_float"),
        (b'{"a":1e3}', "json_float"),
        (b"[NaN]", "json_float"),
        (b"[-Infinity]", "json_float"),
        (b'{"a":1,"a":1}', "json_duplicate_key"),
        (b'{"x":{"a":1,"a":2}}', "json_duplicate_key"),
        (b"[true]", "json_type"),
        (b"[9007199254740992]", "json_integer_range"),
        (b"[-9007199254740992]", "json_integer_range"),
        (b"[" + b"9" * 5000 + b"]", "json_integer_range"),
        ('["市"]'.encode(), "json_not_ascii"),
        (b'["\\u5e02"]', "json_not_ascii"),
        (b'{"\\ud800":1}', "json_not_ascii"),
        (b"\xef\xbb\xbf[]", "json_not_ascii"),
        (b"[1,]", "json_syntax"),
        (b"", "json_syntax"),
        (b"[1] [2]", "json_syntax"),
        (b"[" * 100_000, "json_depth"),
    ],
)
def test_what_is_not_canonical_json_is_refused_by_its_code(text: bytes, code: str) -> None:
    with pytest.raises(CanonicalError) as caught:
        parse(text)
    assert caught.value.code == code


def test_the_largest_integer_is_2_to_the_53_less_1() -> None:
    assert parse(b"[9007199254740991,-9007199254740991]") == [9007199254740991, -9007199254740991]


@pytest.mark.parametrize("value", [1.5, True, {1: "a"}, b"x", {"a": object()}, "é", 2**53])
def test_values_without_a_canonical_text_are_refused(value: Any) -> None:
    with pytest.raises(CanonicalError):
        canonical(value)


@pytest.mark.parametrize(
    ("message", "expected"),
    [  # GB/T 32905-2016, annex A
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_answers_of_the_standard(message: bytes, expected: str) -> None:
    assert SM3(message).hexdigest() == expected
    assert digest(message, "sm3").hex() == expected


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 200])
def test_sm3_in_parts_and_copied_is_sm3_of_the_whole(length: int) -> None:
    message = bytes(i % 251 for i in range(length))
    first = SM3(message[: length // 3])
    second = first.copy()
    second.update(message[length // 3 :])
    assert second.digest() == SM3(message).digest()
    assert first.digest() == SM3(message[: length // 3]).digest()
    if "sm3" in hashlib.algorithms_available:
        assert second.digest() == hashlib.new("sm3", message).digest()


def test_a_machine_without_sm3_falls_back_to_plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, data: bytes = b"") -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", refuse)
    assert hasher("sm3") is SM3
    assert digest(b"abc", "sm3").hex().startswith("66c7f0f4")


@given(st.binary(max_size=64), st.binary(max_size=200))
def test_hmac_is_the_standard_librarys(key: bytes, message: bytes) -> None:
    assert hmac(key, message) == standard_hmac.digest(key, message, "sha256")


def test_an_hmac_key_longer_than_a_block_is_refused() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        hmac(b"x" * 65, b"")
