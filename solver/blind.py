"""盲化: the public twin of a frame, whose ids and path labels say nothing without the key (draw/1, part 3).

The draw runs unchanged on the blinded frame. An enterprise is handed its own salt and finds its own line;
an auditor is handed the frame key and links every line. Class letters and sizes stay as they are.
"""

from __future__ import annotations

from functools import cache

from solver.canonical import Alg, digest, hmac
from solver.errors import FrameError
from solver.frame import Entity, Frame
from solver.seed import tag

KEY_BYTES = 32


def salt(frame_key: bytes, entity_id: str, alg: Alg = "sha256") -> bytes:
    """一户一盐 ``HMAC(frame_key, id)``, 32 bytes: handed to this enterprise and to nobody else."""
    if len(frame_key) != KEY_BYTES:
        raise FrameError.of("frame_key")
    return hmac(frame_key, entity_id.encode("ascii"), alg)


def blind_id(of_salt: bytes, entity_id: str, alg: Alg = "sha256") -> str:
    """盲码: the first 40 hex of ``H(TAG("blind") ‖ salt ‖ id)``."""
    return digest(tag("blind") + of_salt + entity_id.encode("ascii"), alg).hex()[:40]


def label(frame_key: bytes, prefix: str, alg: Alg = "sha256") -> str:
    """盲化层名: the first 16 hex of ``H(TAG("label") ‖ frame_key ‖ prefix)`` of a path prefix in clear."""
    if len(frame_key) != KEY_BYTES:
        raise FrameError.of("frame_key")
    return digest(tag("label") + frame_key + prefix.encode("ascii"), alg).hex()[:16]


def blind_path(frame_key: bytes, path: str, alg: Alg = "sha256") -> str:
    """The blinded path: the label of each prefix of ``path`` (``a``, ``a/b``, …), slash-joined."""
    parts = path.split("/")
    return "/".join(label(frame_key, "/".join(parts[: i + 1]), alg) for i in range(len(parts)))


def blind(frame: Frame, frame_key: bytes, alg: Alg = "sha256") -> Frame:
    """盲化名录: the frame that is frozen, drawn from and published when classes are confidential."""
    path_of = cache(lambda path: blind_path(frame_key, path, alg))
    return Frame.of(
        Entity(blind_id(salt(frame_key, e.id, alg), e.id, alg), path_of(e.path), e.cls, e.size) for e in frame
    )
