"""The Merkle tree of RFC 9162."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import merkle

LEAVES = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_well_known_leaves_have_their_well_known_root(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


def _defined(lines: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word: split at the largest power of two below n."""
    if not lines:
        return hashlib.sha256(b"").digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\0" + lines[0]).digest()
    split = 1 << ((len(lines) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + _defined(lines[:split]) + _defined(lines[split:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_promoting_the_odd_node_is_the_recursive_definition(lines: list[bytes]) -> None:
    assert merkle.root(lines) == _defined(lines)


@pytest.mark.parametrize("size", range(1, 20))
def test_every_line_is_proved_and_no_other_place_line_or_root(size: int) -> None:
    lines = [b"line %d" % i for i in range(size)]
    root = merkle.root(lines)
    for index, line in enumerate(lines):
        proof = merkle.inclusion_proof(lines, index)
        assert merkle.check_inclusion(line, index, size, proof, root)
        assert not merkle.check_inclusion(line + b"!", index, size, proof, root)
        assert not merkle.check_inclusion(line, index, size, [*proof, root], root)
        assert not merkle.check_inclusion(line, index, size, proof, bytes(32))
        assert not merkle.check_inclusion(line, index + size, size, proof, root)
        if proof:
            assert not merkle.check_inclusion(line, index, size, proof[:-1], root)
            assert not merkle.check_inclusion(line, index ^ 1, size, proof, root)


def test_a_leaf_is_never_a_node() -> None:
    left, right = (hashlib.sha256(b"\0" + line).digest() for line in (b"a", b"b"))
    assert merkle.root([b"a", b"b"]) != merkle.root([left + right])


def test_no_proof_for_a_line_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof([b"a"], 1)
