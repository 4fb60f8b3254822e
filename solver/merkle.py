"""根摘要: the Merkle tree hash of RFC 9162 (2.1) over the lines of a register.

Leaf ``H(0x00 ‖ line)``, node ``H(0x01 ‖ left ‖ right)``, an odd node is promoted, the empty tree ``H("")``.
A line is hashed without its line feed.
"""

from __future__ import annotations

from collections.abc import Sequence

from solver.canonical import Alg, Hasher, digest, hasher
from solver.progress import Progress, in_steps


def root(lines: Sequence[bytes], alg: Alg = "sha256", progress: Progress | None = None) -> bytes:
    """根摘要 (32 bytes) of ``lines`` in their order."""
    if not lines:
        return digest(b"", alg)
    level = _leaves(lines, alg, progress)
    while len(level) > 1:
        level = _parents(level, hasher(alg))
    return level[0]


def inclusion_proof(lines: Sequence[bytes], index: int, alg: Alg = "sha256") -> tuple[bytes, ...]:
    """包含证明: the sibling hashes from line ``index`` up to the root (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < len(lines):
        raise IndexError(f"no line {index} in a tree of {len(lines)}")
    level = _leaves(lines, alg, None)
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
    if not 0 <= index < size:
        return False
    new = hasher(alg)
    node = new(b"\0" + line).digest()
    siblings = iter(proof)
    while size > 1:
        if index ^ 1 < size:
            sibling = next(siblings, None)
            if sibling is None:
                return False
            node = new(b"\1" + (sibling + node if index & 1 else node + sibling)).digest()
        index, size = index >> 1, (size + 1) >> 1
    return next(siblings, None) is None and node == expected_root


def _leaves(lines: Sequence[bytes], alg: Alg, progress: Progress | None) -> list[bytes]:
    new = hasher(alg)
    level: list[bytes] = []
    for run in in_steps(lines, "root", progress):
        level += [new(b"\0" + line).digest() for line in run]
    return level


def _parents(level: list[bytes], new: Hasher) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    parents = [new(b"\1" + left + right).digest() for left, right in pairs]
    return parents + level[-1:] if len(level) & 1 else parents
