"""A transparency log in the hand of a test: entries, tree, proofs, checkpoints and signatures.

Straight from RFC 9162 and the C2SP notes, recursively, without the library: what a log's keeper can do,
honest or not.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vectors.reference import canon, root

Entry = dict[str, Any]
ORIGIN = "log.example.gov.cn/draws"


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key by its name and a number; ``kind`` 1 is a log's, 4 a witness's."""

    name: str
    number: int
    kind: int = 1

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(
            hashlib.sha256(f"test key {self.number}".encode()).digest()
        )

    @property
    def typed(self) -> bytes:
        return bytes([self.kind]) + self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.typed).digest()[:4]

    @property
    def verifier(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.typed).decode()}"

    def line(self, text: bytes, moment: int = 0) -> bytes:
        """Its signature line under ``text``; a witness signs the moment too."""
        if self.kind == 1:
            signed = self.private.sign(text)
        else:
            at = moment.to_bytes(8, "big")
            signed = at + self.private.sign(f"cosignature/v1\ntime {moment}\n".encode() + text)
        return f"— {self.name} {base64.b64encode(self.id + signed).decode()}\n".encode()


LOG = Key(ORIGIN, 1)
WITNESS = Key("witness.example.org/a", 2, kind=4)
FORGER = Key(ORIGIN, 3)


def sha(data: bytes) -> Any:
    return hashlib.sha256(data)


def leaves(entries: Sequence[Entry]) -> list[bytes]:
    return [canon(entry) for entry in entries]


def checkpoint(
    data: Sequence[bytes], key: Key = LOG, *, size: int | None = None, origin: str = ORIGIN
) -> bytes:
    """The signed checkpoint of a tree over ``data``; ``size`` is a lie if it is not their number."""
    number = len(data) if size is None else size
    text = f"{origin}\n{number}\n{base64.b64encode(root(data, sha)).decode()}\n".encode()
    return text + b"\n" + key.line(text) + WITNESS.line(text, 1692804000)


def inclusion(data: Sequence[bytes], index: int) -> list[str]:
    """PATH(m, D_n) of RFC 9162, 2.1.3.1."""
    if len(data) <= 1:
        return []
    split = 1 << (len(data) - 1).bit_length() - 1
    if index < split:
        return [*inclusion(data[:split], index), root(data[split:], sha).hex()]
    return [*inclusion(data[split:], index - split), root(data[:split], sha).hex()]


def consistency(data: Sequence[bytes], size: int, whole: bool = True) -> list[str]:
    """SUBPROOF(m, D_n, b) of RFC 9162, 2.1.4.1."""
    if size == len(data):
        return [] if whole else [root(data, sha).hex()]
    split = 1 << (len(data) - 1).bit_length() - 1
    if size <= split:
        return [*consistency(data[:split], size, whole), root(data[split:], sha).hex()]
    return [*consistency(data[split:], size - split, False), root(data[:split], sha).hex()]
