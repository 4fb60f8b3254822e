"""根摘要: the Merkle tree hash of RFC 9162 (2.1) over the lines of a register.

Leaf ``H(0x00 ‖ line)``, node ``H(0x01 ‖ left ‖ right)``, an odd node is promoted, the empty tree ``H("")``.
A line is hashed without its line feed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.canonical import Alg, Hasher, digest, hasher
from solver.engine import compiled, octets
from solver.engine.lines import Lines
from solver.progress import Progress, in_runs, in_steps


def root(lines: Sequence[bytes], alg: Alg = "sha256", progress: Progress | None = None) -> bytes:
    """根摘要 (32 bytes) of ``lines`` in their order."""
    if not lines:
        return digest(b"", alg)
    runs = in_runs(len(lines), "root", progress)
    return _top([_subtree(lines, run, alg) for run in runs], hasher(alg))


def leaf_hash(line: bytes, alg: Alg = "sha256") -> bytes:
    """叶摘要 ``H(0x00 ‖ line)``: what a log keeps of an entry."""
    return hasher(alg)(b"\0" + line).digest()


def root_of_hashes(hashes: Sequence[bytes], alg: Alg = "sha256") -> bytes:
    """根摘要 (32 bytes) over leaf hashes that are already there."""
    if not hashes:
        return digest(b"", alg)
    return _top(list(hashes), hasher(alg))


def inclusion_proof(lines: Sequence[bytes], index: int, alg: Alg = "sha256") -> tuple[bytes, ...]:
    """包含证明: the sibling hashes from line ``index`` up to the root (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < len(lines):
        raise IndexError(f"no line {index} in a tree of {len(lines)}")
    runs = list(in_runs(len(lines), "proof", None))
    at = next(number for number, run in enumerate(runs) if index in run)
    inside = _leaves(lines[runs[at].start : runs[at].stop], alg, None)
    tops = [_subtree(lines, run, alg) for run in runs]
    below = inclusion_proof_of_hashes(inside, index - runs[at].start, alg)
    return below + inclusion_proof_of_hashes(tops, at, alg)


def inclusion_proof_of_hashes(hashes: Sequence[bytes], index: int, alg: Alg = "sha256") -> tuple[bytes, ...]:
    """包含证明 of leaf ``index`` from the leaf hashes alone."""
    if not 0 <= index < len(hashes):
        raise IndexError(f"no line {index} in a tree of {len(hashes)}")
    level = list(hashes)
    proof = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        level = _parents(level, hasher(alg))
        index >>= 1
    return tuple(proof)


def check_inclusion(
    line: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes, alg: Alg = "sha256"
) -> bool:
    """Whether ``proof`` shows that ``line`` is number ``index`` of the ``size`` lines under the root."""
    return check_inclusion_of_hash(leaf_hash(line, alg), index, size, proof, expected_root, alg)


def check_inclusion_of_hash(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes, alg: Alg = "sha256"
) -> bool:
    """The same of a leaf hash."""
    if not 0 <= index < size:
        return False
    new = hasher(alg)
    node = leaf
    siblings = iter(proof)
    while size > 1:
        if index ^ 1 < size:
            sibling = next(siblings, None)
            if sibling is None:
                return False
            node = new(b"\1" + (sibling + node if index & 1 else node + sibling)).digest()
        index, size = index >> 1, (size + 1) >> 1
    return next(siblings, None) is None and node == expected_root


def consistency_proof(lines: Sequence[bytes], old_size: int, alg: Alg = "sha256") -> tuple[bytes, ...]:
    """一致性证明: that the first ``old_size`` lines were the whole tree once (RFC 9162, 2.1.4.1)."""
    return consistency_proof_of_hashes(_leaves(lines, alg, None), old_size, alg)


def consistency_proof_of_hashes(
    hashes: Sequence[bytes], old_size: int, alg: Alg = "sha256"
) -> tuple[bytes, ...]:
    """一致性证明 from the leaf hashes alone; empty from the empty tree, and from the tree itself."""
    if not 0 <= old_size <= len(hashes):
        raise IndexError(f"no tree of {old_size} within one of {len(hashes)}")
    if old_size in {0, len(hashes)}:
        return ()
    return _subproof(list(hashes), old_size, True, alg)


def check_consistency(
    old_size: int,
    new_size: int,
    old_root: bytes,
    new_root: bytes,
    proof: Sequence[bytes],
    alg: Alg = "sha256",
) -> bool:
    """Whether ``proof`` shows that the old tree is a prefix of the new one (RFC 9162, 2.1.4.2).

    The empty tree is a prefix of every tree, a tree is one of itself; both by the empty proof alone.
    """
    if not 0 <= old_size <= new_size:
        return False
    if old_size == 0:
        return not proof and old_root == digest(b"", alg) and (new_size > 0 or new_root == old_root)
    if old_size == new_size:
        return not proof and old_root == new_root
    path = list(proof)
    if old_size & (old_size - 1) == 0:  # a whole subtree of the new one: its root need not be told
        path.insert(0, old_root)
    if not path:
        return False
    return _climb(old_size - 1, new_size - 1, path, hasher(alg)) == (old_root, new_root)


def _climb(fn: int, sn: int, path: Sequence[bytes], new: Hasher) -> tuple[bytes, bytes] | None:
    """The old and the new root that ``path`` leads to, as RFC 9162, 2.1.4.2, walks it."""
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = fresh = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            old = new(b"\1" + sibling + old).digest()
            fresh = new(b"\1" + sibling + fresh).digest()
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            fresh = new(b"\1" + fresh + sibling).digest()
        fn, sn = fn >> 1, sn >> 1
    return (old, fresh) if sn == 0 else None


def _subproof(hashes: list[bytes], size: int, known: bool, alg: Alg) -> tuple[bytes, ...]:
    """``SUBPROOF`` of RFC 9162; ``known``: the reader has the root of just these leaves."""
    if size == len(hashes):
        return () if known else (root_of_hashes(hashes, alg),)
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    left, right = hashes[:split], hashes[split:]
    if size <= split:
        return (*_subproof(left, size, known, alg), root_of_hashes(right, alg))
    return (*_subproof(right, size - split, False, alg), root_of_hashes(left, alg))


def _leaves(lines: Sequence[bytes], alg: Alg, progress: Progress | None) -> list[bytes]:
    new = hasher(alg)
    level: list[bytes] = []
    for run in in_steps(lines, "root", progress):
        level += [new(b"\0" + line).digest() for line in run]
    return level


def _top(level: list[bytes], new: Hasher) -> bytes:
    while len(level) > 1:
        level = _parents(level, new)
    return level[0]


def _subtree(lines: Sequence[bytes], run: range, alg: Alg) -> bytes:
    """The top of the tree over a run: as many lines as a power of two, or the last, promoted as one."""
    fast = compiled(alg, len(lines))
    if fast and isinstance(lines, Lines):
        level = fast.leaves(lines, run.start, run.stop)
        while len(level) > 1:
            parents = fast.parents(level)
            level = np.concatenate((parents, level[-1:])) if len(level) & 1 else parents
        return octets(level)
    new = hasher(alg)
    return _top([new(b"\0" + line).digest() for line in lines[run.start : run.stop]], new)


def _parents(level: list[bytes], new: Hasher) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    parents = [new(b"\1" + left + right).digest() for left, right in pairs]
    return parents + level[-1:] if len(level) & 1 else parents
