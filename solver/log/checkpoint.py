"""检查点: the signed head of the log (C2SP tlog-checkpoint in a signed-note) and its cosignatures.

A checkpoint is three lines (origin, size, base64 of the root); a note is a text, an empty line and
signatures. The log signs the text (Ed25519, type ``0x01``), a witness the text with its time
(cosignature/v1, type ``0x04``).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, replace

from solver.errors import CheckpointError

LOG_KEY, WITNESS_KEY = 0x01, 0x04
KEY_BYTES, SIGNATURE_BYTES, TIME_BYTES = 32, 64, 8
NOTE_LIMIT = 65_536

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
# U+FEFF is a blank in other languages
_NAME = re.compile(r"[^\s\ufeff+]+")
_FIELD = 2**255 - 19
# the second coordinates of the points of small order: under such a key one signature holds for many texts
_SMALL = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
_WEAK = frozenset({0, 1, _FIELD - 1, _SMALL, _FIELD - _SMALL})
_SIZE = re.compile(r"0|[1-9][0-9]{0,14}")
_LINE = re.compile(r"— ([^\s\ufeff+]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """检查点: the log ``origin`` had ``size`` entries under ``root`` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed, each with its line feed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note; ``CheckpointError`` for anything but the three lines."""
        lines = text.split("\n")
        if len(lines) == 4 and _NAME.fullmatch(lines[0]) and _SIZE.fullmatch(lines[1]) and not lines[3]:
            root = _bytes(lines[2])
            if root is not None and len(root) == 32:
                return cls(lines[0], int(lines[1]), root)
        raise CheckpointError.of("checkpoint_text")


@dataclass(frozen=True, slots=True)
class Signature:
    """签名行: who signed by which key (4 bytes of key id), and the bytes."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """签名文本: a text that ends with a line feed, and its signatures in their order."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(signature.line for signature in self.signatures)

    @property
    def checkpoint(self) -> Checkpoint:
        """What the text says; nobody's signature has been checked. ``CheckpointError``."""
        return Checkpoint.parse(self.text)

    def by(self, key: VerifierKey) -> tuple[Signature, ...]:
        """The signatures that name this key, whether or not they hold."""
        return tuple(s for s in self.signatures if (s.name, s.key_id) == (key.name, key.key_id))

    def with_signature(self, signature: Signature) -> Note:
        """The note with one line more, in place of an earlier one by the same key."""
        kept = [s for s in self.signatures if (s.name, s.key_id) != (signature.name, signature.key_id)]
        return replace(self, signatures=(*kept, signature))


def parse_note(data: bytes | str) -> Note:
    """Read a signed note; ``CheckpointError`` names what is not as C2SP signed-note says."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > NOTE_LIMIT:
        raise CheckpointError.of("checkpoint_too_large", limit=NOTE_LIMIT)
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CheckpointError.of("checkpoint_encoding") from error
    if _CONTROL.search(whole):
        raise CheckpointError.of("checkpoint_encoding")
    text, parted, lines = whole.rpartition("\n\n")
    if not parted or not lines.endswith("\n"):
        raise CheckpointError.of("checkpoint_no_signature")
    first = text.count("\n") + 3
    signatures = (_signature(line, first + i) for i, line in enumerate(lines.split("\n")[:-1]))
    return Note(text + "\n", tuple(signatures))


def _signature(line: str, number: int) -> Signature:
    match = _LINE.fullmatch(line)
    value = _bytes(match[2]) if match else None
    if match is None or value is None or len(value) < 5:
        raise CheckpointError.of("checkpoint_signature_line", line=number)
    return Signature(match[1], value[:4], value[4:])


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """验证公钥: the name, the type (``LOG_KEY`` or ``WITNESS_KEY``) and the 32 bytes of an Ed25519 key.

    Written ``name+<8 hex of the key id>+base64(type ‖ public key)``.
    """

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of ``SHA-256(name ‖ 0x0A ‖ type ‖ public key)``."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key; ``CheckpointError`` where its parts do not belong together."""
        parts = text.split("+", 2)  # base64 may hold a plus of its own
        value = _bytes(parts[2]) if len(parts) == 3 and _NAME.fullmatch(parts[0]) else None
        if value and len(value) == 1 + KEY_BYTES and value[0] in {LOG_KEY, WITNESS_KEY}:
            key = cls(parts[0], value[0], value[1:])
            if key.key_id.hex() == parts[1]:
                return key
        raise CheckpointError.of("checkpoint_key")


@dataclass(frozen=True, slots=True)
class Signer:
    """签名人: a log (``sign``) or a witness (``cosign``) with the 32-byte seed of its Ed25519 key."""

    name: str
    seed: bytes

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES or not _NAME.fullmatch(self.name) or _CONTROL.search(self.name):
            raise CheckpointError.of("checkpoint_signer")

    @property
    def key(self) -> VerifierKey:
        """The key by which a log's checkpoints are verified."""
        return VerifierKey(self.name, LOG_KEY, self._public)

    @property
    def witness_key(self) -> VerifierKey:
        """The key by which a witness's cosignatures are verified."""
        return VerifierKey(self.name, WITNESS_KEY, self._public)

    def sign(self, checkpoint: Checkpoint) -> str:
        """签发检查点: the note text with this log's signature. The log's name is the origin."""
        if checkpoint.origin != self.name:
            raise CheckpointError.of("checkpoint_origin", found=checkpoint.origin, expected=self.name)
        text = checkpoint.text
        return str(Note(text, (Signature(self.name, self.key.key_id, self._sign(text.encode())),)))

    def cosign(self, note: Note, unix: int) -> str:
        """联署: the note with this witness's cosignature/v1 at ``unix`` seconds.

        The witness has checked before that the log's signature holds and that the tree only grew.
        """
        signed = unix.to_bytes(TIME_BYTES, "big") + self._sign(_cosigned(Checkpoint.parse(note.text), unix))
        return str(note.with_signature(Signature(self.name, self.witness_key.key_id, signed)))

    @property
    def _public(self) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    def _sign(self, message: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def verify(note: Note, key: VerifierKey) -> Checkpoint:
    """验证检查点: the checkpoint of the note, signed by the log of ``key``, whose name is the origin.

    Signatures of unknown keys are passed over; ``CheckpointError`` if the log's is missing or does not hold.
    """
    if key.kind != LOG_KEY:
        raise CheckpointError.of("checkpoint_key")
    checkpoint = note.checkpoint
    if checkpoint.origin != key.name:
        raise CheckpointError.of("checkpoint_origin", found=checkpoint.origin, expected=key.name)
    for signature in _of_key(note, key):
        _check(key, signature.value, note.text.encode())
    return checkpoint


def verify_cosignature(note: Note, key: VerifierKey) -> int:
    """验证联署: the time (Unix seconds) at which the witness of ``key`` cosigned; ``CheckpointError``."""
    if key.kind != WITNESS_KEY:
        raise CheckpointError.of("checkpoint_key")
    checkpoint, unix = note.checkpoint, 0
    for signature in _of_key(note, key):
        unix = int.from_bytes(signature.value[:TIME_BYTES], "big")
        if unix >= 2**63:
            raise CheckpointError.of("checkpoint_signature", name=key.name)
        _check(key, signature.value[TIME_BYTES:], _cosigned(checkpoint, unix))
    return unix


def _of_key(note: Note, key: VerifierKey) -> tuple[Signature, ...]:
    found = note.by(key)
    if not found:
        raise CheckpointError.of("checkpoint_unsigned", name=key.name)
    return found


def _check(key: VerifierKey, signature: bytes, message: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    y = int.from_bytes(key.public, "little") % 2**255
    try:
        if y >= _FIELD or y in _WEAK:  # another spelling of a point, or a point of small order
            raise ValueError
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise CheckpointError.of("checkpoint_signature", name=key.name) from error


def _cosigned(checkpoint: Checkpoint, unix: int) -> bytes:
    return f"cosignature/v1\ntime {unix}\n{checkpoint.text}".encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes | None:
    """What base64 says, if it says it in the one canonical way."""
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return value if _base64(value) == text else None
