"""Keys: the log's own, and a witness's on its own machine."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from tempfile import mkstemp

from solver.log.checkpoint import KEY_BYTES, WITNESS_KEY, Signer, VerifierKey
from supervision.transparency.rules import BadKeyFile


def log_signer(file: Path, origin: str) -> Signer:
    """日志签名人: the key of the file, made now if there is no file yet; only its owner may read it."""
    try:
        seed = file.read_bytes()
    except FileNotFoundError:
        lay(file, secrets.token_bytes(KEY_BYTES))
        seed = file.read_bytes()
    if len(seed) != KEY_BYTES:
        raise BadKeyFile(file=file.name)
    return Signer(origin, seed)


def lay(file: Path, content: bytes) -> None:
    """Make a secret file (mode 0600), whole or not at all; whoever made it first, it stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = mkstemp(prefix=f".{file.name}.", dir=file.parent)  # O_EXCL, 0600
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        try:
            os.link(name, file)  # unlike a rename, never takes the place of another's key
        except FileExistsError:
            return
    finally:
        Path(name).unlink()


def new_witness(file: Path, name: str) -> VerifierKey:
    """Make a witness's key file; refuses to take the place of another file."""
    signer = Signer(name, secrets.token_bytes(KEY_BYTES))
    if file.exists():
        raise BadKeyFile(file=file.name)
    lay(file, private_text(signer).encode())
    return signer.witness_key


def private_text(signer: Signer) -> str:
    """``PRIVATE+KEY+name+<key id>+base64(type ‖ seed)``, as C2SP's tools write a witness's key."""
    kept = base64.b64encode(bytes([WITNESS_KEY]) + signer.seed).decode()
    return f"PRIVATE+KEY+{signer.name}+{signer.witness_key.key_id.hex()}+{kept}\n"


def witness_signer(file: Path) -> Signer:
    """The witness of a key file."""
    parts = file.read_text("utf-8").strip().split("+", 4)
    try:
        kept = base64.b64decode(parts[4], validate=True) if len(parts) == 5 else b""
    except ValueError:
        kept = b""
    if parts[:2] != ["PRIVATE", "KEY"] or len(kept) != 1 + KEY_BYTES or kept[0] != WITNESS_KEY:
        raise BadKeyFile(file=file.name)
    signer = Signer(parts[2], kept[1:])
    if signer.witness_key.key_id.hex() != parts[3]:
        raise BadKeyFile(file=file.name)
    return signer


def witness_keys(setting: str) -> tuple[VerifierKey, ...]:
    """The keys of ``DR_WITNESS_KEYS``."""
    keys = [VerifierKey.parse(part.strip()) for part in setting.split(",") if part.strip()]
    for key in keys:
        if key.kind != WITNESS_KEY:
            raise BadKeyFile(file="DR_WITNESS_KEYS")
    return tuple(keys)
