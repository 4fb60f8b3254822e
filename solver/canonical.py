"""规范文本与摘要: canonical JSON (RFC 8785, restricted) and the two digests of draw/1.

Only objects, arrays, ``null``, ASCII strings and integers of absolute value below 2^53. No floats, no
booleans, no duplicate keys: one value has exactly one text, in every language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Literal, NoReturn, Protocol, Self

from solver.errors import CanonicalError
from solver.sm3 import SM3

Alg = Literal["sha256", "sm3"]
ALGS: tuple[Alg, ...] = ("sha256", "sm3")
LIMIT = 2**53
#: So many arrays and objects may be one in another.
DEEPEST = 200

#: A canonical value: ``None | int | str | list[Json] | dict[str, Json]``.
Json = object


class Hash(Protocol):
    """What draw/1 needs of a ``hashlib`` object; ``copy`` is what makes tickets cheap."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...
    def hexdigest(self) -> str: ...
    def copy(self) -> Self: ...


Hasher = Callable[[bytes], Hash]


def hasher(alg: Alg = "sha256") -> Hasher:
    """The hash constructor of ``alg``; SM3 falls back to plain Python where OpenSSL lacks it."""
    if alg == "sha256":
        return hashlib.sha256
    try:
        empty = hashlib.new("sm3")
    except ValueError:
        return SM3

    def new(data: bytes) -> Hash:
        state = empty.copy()  # twice as fast as asking OpenSSL for SM3 each time
        state.update(data)
        return state

    return new


def digest(data: bytes, alg: Alg = "sha256") -> bytes:
    """摘要 ``H(data)``, 32 bytes."""
    return hasher(alg)(data).digest()


def sha256_hex(data: bytes) -> str:
    """SHA-256 of ``data`` in lower-case hex, as ``sha256sum`` prints it."""
    return hashlib.sha256(data).hexdigest()


def hmac(key: bytes, message: bytes, alg: Alg = "sha256") -> bytes:
    """HMAC (RFC 2104) over ``alg`` with a key of at most 64 bytes."""
    if len(key) > 64:
        raise ValueError("an HMAC key of draw/1 has at most 64 bytes")
    block = key.ljust(64, b"\0")
    new = hasher(alg)
    inner = new(bytes(b ^ 0x36 for b in block) + message).digest()
    return new(bytes(b ^ 0x5C for b in block) + inner).digest()


def canonical(value: Json) -> bytes:
    """规范文本: the one canonical text of ``value``; ``CanonicalError`` for what has none."""
    try:
        _check(value)
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except RecursionError as error:
        raise CanonicalError.of("json_depth") from error
    return text.encode("ascii")


def parse(text: bytes | str) -> Json:
    """Strict reading of a JSON text, in any layout; ``CanonicalError`` names what is not allowed."""
    if not text.isascii():
        raise CanonicalError.of("json_not_ascii")
    try:
        # as text: of bytes Python would guess another encoding
        value = json.loads(
            text if isinstance(text, str) else text.decode("ascii"),
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_int=_integer,
            parse_constant=_no_float,
        )
        _check(value)
    except RecursionError as error:
        raise CanonicalError.of("json_depth") from error
    except json.JSONDecodeError as error:
        where = f"{error.msg} ({error.lineno}:{error.colno})"
        raise CanonicalError.of("json_syntax", reason=where) from error
    return value


def _check(value: Json, depth: int = 0) -> None:
    if value is None:
        return
    if depth >= DEEPEST and isinstance(value, list | tuple | dict):
        raise CanonicalError.of("json_depth")
    if isinstance(value, bool):  # a bool is an int in Python, not in JSON
        raise CanonicalError.of("json_type", type="bool")
    if isinstance(value, str):
        if not value.isascii():
            raise CanonicalError.of("json_not_ascii")
    elif isinstance(value, int):
        if not -LIMIT < value < LIMIT:
            raise CanonicalError.of("json_integer_range", text="…")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise CanonicalError.of("json_type", type=type(key).__name__)
            _check(key)
            _check(item, depth + 1)
    else:
        raise CanonicalError.of("json_type", type=type(value).__name__)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        if key in found:
            raise CanonicalError.of("json_duplicate_key", key=key)
        found[key] = value
    return found


def _no_float(text: str) -> NoReturn:
    raise CanonicalError.of("json_float", text=text[:40])


def _integer(text: str) -> int:
    # longer texts would also be slow to convert, and Python refuses them above 4300 digits
    if len(text) > 17:
        raise CanonicalError.of("json_integer_range", text=text[:40])
    return int(text)
