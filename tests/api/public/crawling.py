"""Walks everything that a visitor without an account can ask a server for."""

import base64
import binascii
import gzip
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from urllib.parse import urljoin, urlsplit

from fastapi import FastAPI
from starlette.testclient import TestClient

MOST_PAGES = 3000
NESTED = 4
LINK = re.compile(r"""(?:href|src|action)=["']([^"'#]+)""")
NEXT = re.compile(r'"next":\s*"([^"]+)"')
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
QUOTED = re.compile(rb'"([0-9A-Za-z+/]{40,}={0,2})"')


def addresses(app: FastAPI, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every GET address of the application, with every value that its parameters can take."""
    for path in sorted(_paths(app)):
        names = re.findall(r"\{(\w+)(?::path)?\}", path)
        pattern = path.replace(":path}", "}")
        for chosen in itertools.product(*(values.get(name, ("1",)) for name in names)):
            yield pattern.format(**dict(zip(names, chosen, strict=True)))


def crawl(anyone: TestClient, wanted: Sequence[str]) -> dict[str, bytes]:
    """Address → status line, headers and body of each answer, and of all that they lead to."""
    seen: dict[str, bytes] = {}
    waiting = list(dict.fromkeys(wanted))
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("/static/", "//")):
            continue
        answer = anyone.get(address)
        head = f"{answer.status_code}\n" + "".join(f"{k}: {v}\n" for k, v in answer.headers.items())
        seen[address] = head.encode() + b"\n" + answer.content
        kind = answer.headers.get("content-type", "")
        text = answer.text if kind.startswith(("text/html", "application/json", "application/atom")) else ""
        found = [unescape(link) for link in LINK.findall(text)] + NEXT.findall(text)
        found += [answer.headers["location"]] if "location" in answer.headers else []
        waiting += [link for link in (_here(address, to) for to in found) if link and link not in seen]
        assert len(seen) < MOST_PAGES
    return seen


def layers(body: bytes, depth: int = NESTED) -> Iterator[bytes]:
    """An answer as it stands, and all that is packed into it: zip members, gzip, PDF streams, base64."""
    yield body
    if not depth:
        return
    for inner in _inside(body):
        yield from layers(inner, depth - 1)


def forms(secret: bytes) -> tuple[bytes, ...]:
    """How a secret may be written: raw, hexadecimal, base64 at any place of a longer text."""
    told = [secret, secret.hex().encode(), secret.hex().upper().encode()]
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + secret)
        start = 0 if shift == 0 else 4  # the first group also holds what stood before
        core = coded[start : (len(secret) + shift) // 3 * 4]
        told += [core, core.replace(b"+", b"-").replace(b"/", b"_")]
    return tuple(dict.fromkeys(told))


def _paths(app: FastAPI) -> set[str]:
    found = set()
    for route in app.router.routes:
        inner = route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]
        for each in inner:
            if "GET" in (getattr(each, "methods", None) or ()):
                found.add(str(getattr(each, "path", "")))
    return found


def _inside(body: bytes) -> Iterator[bytes]:
    start = body.find(b"\n\n") + 2 if body[:4].strip().isdigit() else 0  # behind the headers of an answer
    plain = body[start:]
    if plain.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(plain)) as archive:
            yield "\n".join(archive.namelist()).encode()
            yield from (archive.read(name) for name in archive.namelist())
    elif plain.startswith(b"\x1f\x8b"):
        yield gzip.decompress(plain)
    elif plain.startswith(b"%PDF"):
        for stream in STREAM.findall(plain):
            try:
                yield zlib.decompress(stream)
            except zlib.error:
                continue
    else:
        for quoted in QUOTED.findall(plain):
            try:
                yield base64.b64decode(quoted, validate=True)
            except binascii.Error:
                continue


def _here(address: str, link: str) -> str:
    """A link as an address of this server without its language; empty if it leads away."""
    to = urlsplit(urljoin(f"http://testserver{address}", link))
    if to.netloc != "testserver" or to.scheme != "http":
        return ""
    query = "&".join(part for part in to.query.split("&") if part and not part.startswith("lang="))
    return to.path + (f"?{query}" if query else "")
