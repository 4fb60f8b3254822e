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


HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]


@pytest.mark.parametrize("size", range(9))
def test_leaf_hashes_give_the_root_and_the_proofs_of_their_leaves(size: int) -> None:
    assert merkle.root_of_hashes(HASHES[:size]).hex() == ROOTS[size]
    for index in range(size):
        proof = merkle.inclusion_proof_of_hashes(HASHES[:size], index)
        assert proof == merkle.inclusion_proof(LEAVES[:size], index)
        assert merkle.check_inclusion_of_hash(HASHES[index], index, size, proof, bytes.fromhex(ROOTS[size]))
    for old in range(size + 1):
        proof = merkle.consistency_proof_of_hashes(HASHES[:size], old)
        assert proof == merkle.consistency_proof(LEAVES[:size], old)


# The proofs of the known log of eight leaves, as other implementations of RFC 6962 print them.
KNOWN_CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


@pytest.mark.parametrize(("old", "new"), KNOWN_CONSISTENCY)
def test_the_well_known_leaves_have_their_well_known_consistency_proofs(old: int, new: int) -> None:
    proof = merkle.consistency_proof(LEAVES[:new], old)
    assert [node.hex() for node in proof] == KNOWN_CONSISTENCY[old, new]
    assert merkle.check_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), proof)


@pytest.mark.parametrize("new", range(1, 20))
def test_every_earlier_tree_is_proved_a_prefix_and_nothing_else_is(new: int) -> None:
    lines = [b"line %d" % i for i in range(new)]
    root = merkle.root(lines)
    for old in range(1, new):
        before = merkle.root(lines[:old])
        proof = merkle.consistency_proof(lines, old)
        assert merkle.check_consistency(old, new, before, root, proof)
        assert not merkle.check_consistency(old, new, bytes(32), root, proof)
        assert not merkle.check_consistency(old, new, before, bytes(32), proof)
        assert not merkle.check_consistency(old, new, before, root, proof[:-1])
        assert not merkle.check_consistency(old, new, before, root, [*proof, root])
        assert not merkle.check_consistency(new, old, root, before, proof)
        forked = merkle.root([b"another line", *lines[1:old]])
        assert not merkle.check_consistency(old, new, forked, root, proof)
        for at in range(len(proof)):
            changed = [*proof[:at], bytes(32), *proof[at + 1 :]]
            assert not merkle.check_consistency(old, new, before, root, changed)


def test_every_tree_extends_the_empty_one_and_itself_by_an_empty_proof() -> None:
    empty, root = merkle.root([]), merkle.root(LEAVES)
    assert merkle.consistency_proof(LEAVES, 0) == merkle.consistency_proof(LEAVES, 8) == ()
    assert merkle.check_consistency(0, 8, empty, root, [])
    assert merkle.check_consistency(8, 8, root, root, [])
    assert not merkle.check_consistency(0, 8, bytes(32), root, [])
    assert not merkle.check_consistency(8, 8, root, empty, [])
    assert not merkle.check_consistency(8, 8, root, root, [root])
    with pytest.raises(IndexError):
        merkle.consistency_proof(LEAVES, 9)
