"""Honest bundles of every kind, told as stories that a cheat can then tell differently.

A ``Story`` holds what happened (plan, register, reveals, log); ``files()`` publishes it. Every hash, proof and
signature follows from what the story holds, so whoever changes one thing has all hashes outside the log
mended for nothing: a fraud is seen by its substance, not by a careless digest.

The dates are those of quicknet round 123, whose moment is 2023-08-23T15:15:33Z.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.vectors import ledger, reference
from tests.vectors.ledger import LOG, Entry, Key
from tests.vectors.reference import Drawn, canon

Files = dict[str, bytes]

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
SIGNATURES = {
    123: "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
}
DRAW_ID = "330106-2023-0008"
SECRETS = [hashlib.sha256(f"secret of party {i}".encode()).digest() for i in range(3)]
BEACON = {"chain": QUICKNET, "round": 123}
LOTTERY = [{"game": "ssq", "issue": "2023097"}]
NUMBERS = "02-09-14-21-27-30-11"
RATE = {"mode": "rate", "den": 100, "rates": {"A": 3, "B": 10, "C": 25, "D": 100}}
FIXED = {"mode": "fixed", "n": 20, "weights": {"A": 1, "B": 3, "C": 10, "D": 40}}
PPS = {"mode": "pps", "n": 15}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def blinded_lines(number: int = 120) -> list[bytes]:
    """Four counties with three industries each; the classes mixed as in a register."""
    lines = []
    for i in range(number):
        county = digest(f"county {i % 4}")[:16]
        industry = digest(f"county {i % 4} industry {i % 3}")[:16]
        cls = "AAABBBBCCD"[int(digest(f"class {i}"), 16) % 10]
        lines.append(f"{digest(f'entity {i}')[:40]},{county}/{industry},{cls}".encode())
    return sorted(lines)


def sized_lines(number: int = 80) -> list[bytes]:
    """An open register in clear, with sizes: the mode pps."""
    return [f"91330106MA{i:07d}X,330106/{'CFG'[i % 3]},A,{i * i % 97}".encode() for i in range(number)]


def large_lines(number: int = 40) -> list[bytes]:
    """Sizes up to the largest there is, and three times that in all."""
    sizes = [2**53 - 1 - i for i in range(3)] + [900719925474, 90071992547409]
    sizes += [10 ** (i % 12) + i for i in range(number - len(sizes))]
    return [f"91330106MA{i:07d}X,330106/{'CFG'[i % 3]},B,{size}".encode() for i, size in enumerate(sizes)]


def beacon_file(number: int, **told: Any) -> dict[str, Any]:
    """drand's answer for a round; ``told`` says otherwise."""
    signature = told.get("signature", SIGNATURES[number])
    return {"round": number, "randomness": sha256(bytes.fromhex(signature)), "signature": signature} | told


@dataclass
class Story:
    """What happened in one draw, and what its log says. ``key`` signs the log, ``told_key`` is named in it."""

    plan: dict[str, Any]
    lines: list[bytes]
    reveals: list[bytes] | None
    beacon: dict[str, Any] | None = None
    campaign: dict[str, Any] | None = None
    previous: dict[str, str] | None = None
    closing: dict[str, str] | None = None
    drawn: Drawn | None = None
    log: list[Entry] = field(default_factory=list)
    earlier: bytes | None = None
    key: Key = LOG
    told_key: Key | None = None

    @property
    def plan_hash(self) -> str:
        return reference.plan_hash(self.plan)

    def redraw(self) -> Story:
        """Draw again with what the story now holds: result, cells, closing and every hash outside the log."""
        assert self.reveals is not None
        self.drawn = reference.draw(self.plan, self.lines, self.reveals, self.campaign)
        self.closing = self.drawn.closing
        return self

    def relog(self) -> Story:
        """Rewrite what this draw says in the log, in place, as only the keeper of the log could."""
        for entry in self.log:
            if entry.get("draw_id") != DRAW_ID:
                continue
            if entry["kind"] == "plan":
                entry["plan_hash"] = self.plan_hash
            elif entry["kind"] == "closing":
                entry["record"] = self.closing
            elif entry["kind"] == "opening":
                entry["reveals"] = self.hex_reveals
            elif entry["kind"] == "beacon" and self.beacon:
                entry |= {key: self.beacon[key] for key in ("round", "randomness", "signature")}
        return self

    @property
    def hex_reveals(self) -> list[str]:
        assert self.reveals is not None
        return [reveal.hex() for reveal in self.reveals]

    def mine(self) -> list[int]:
        """The indices of this draw's entries (a campaign's record is of every draw in it)."""
        return [
            i
            for i, entry in enumerate(self.log)
            if entry.get("draw_id") == DRAW_ID or "campaign" in entry["kind"]
        ]

    def at(self, kind: str, number: int = 0) -> int:
        """The index of the ``number``-th entry of a kind in this draw."""
        return [i for i in self.mine() if self.log[i]["kind"] == kind][number]

    def first_checkpoint(self) -> bytes:
        return ledger.checkpoint(ledger.leaves(self.log)[: self.at("plan") + 1], self.key)

    def summary(self) -> dict[str, str]:
        told = {"plan_hash": self.plan_hash}
        if self.drawn and self.reveals is not None:
            told |= {"seed": self.drawn.seed, "result_sha256": sha256(self.drawn.result)}
            told |= {"cells_sha256": sha256(self.drawn.cells)}
        if self.closing:
            told |= {"closing_hash": reference.closing_hash(self.closing, self.plan)}
        return told

    def log_file(self) -> dict[str, Any]:
        data = ledger.leaves(self.log)
        earlier = self.earlier or self.first_checkpoint()
        entries = [
            {"index": i, "entry": self.log[i], "proof": ledger.inclusion(data, i)} for i in self.mine()
        ]
        prefix = min(int(earlier.split(b"\n")[1]), len(data))
        key = (self.told_key or self.key).verifier
        return {"key": key, "entries": entries, "consistency": ledger.consistency(data, prefix)}

    def files(self) -> Files:
        files = {
            "plan.json": canon(self.plan),
            "frame.csv.gz": gzip.compress(b"".join(line + b"\n" for line in self.lines), mtime=0),
            "summary.json": canon(self.summary()),
            "checkpoint": ledger.checkpoint(ledger.leaves(self.log), self.key),
            "earlier": self.earlier or self.first_checkpoint(),
            "log.json": canon(self.log_file()),
            "README.txt": "怎样使用：python verify_draw.py BUNDLE.zip\n".encode(),
        }
        optional = {
            "beacon.json": self.beacon, "campaign.json": self.campaign, "previous.json": self.previous,
            "closing.json": self.closing, "reveals.json": None if self.reveals is None else self.hex_reveals,
        }  # fmt: skip
        files |= {name: canon(value) for name, value in optional.items() if value is not None}
        if self.drawn and self.reveals is not None:
            files |= {"result.csv": self.drawn.result, "cells.json": self.drawn.cells}
        return files


def others() -> list[Entry]:
    """Draws of other organs in the same log, so that the tree has neighbours on every side."""
    entries: list[Entry] = []
    for day in range(20, 25):
        for organ in ("330102", "330103"):
            name, when = f"{organ}-2023-{day:04d}", f"2023-08-{day}T0{int(organ[-1])}:10:00Z"
            record = {"draw_id": name, "plan_hash": digest(name), "void": "register-error"}
            entries.append({"kind": "plan", "at": when, "draw_id": name, "plan_hash": digest(name)})
            entries.append(
                {"kind": "closing", "at": when.replace(":10:", ":40:"), "draw_id": name, "record": record}
            )
    return entries


def own_entries(story: Story, parties: int) -> list[Entry]:
    """The entries of this draw up to its public sources, each at an honest moment."""
    entries: list[Entry] = [{"kind": "plan", "at": "2023-08-21T02:00:00Z", "plan_hash": story.plan_hash}]
    if story.campaign:
        entries.append({"kind": "campaign", "at": "2023-08-22T01:00:00Z", "record": story.campaign})
    for i in range(parties):
        kind = "reveal" if story.reveals is None or story.reveals[i] else "missing"
        when = f"2023-08-23T1{i}:30:00Z"
        entries.append({"kind": kind, "at": when, "position": i, "commit": story.plan["commits"][i]})
    position = parties
    if story.beacon:
        fields = {key: story.beacon[key] for key in ("round", "randomness", "signature")}
        when, chain = "2023-08-23T15:15:40Z", story.plan["beacon"]["chain"]
        entries.append({"kind": "beacon", "at": when, "position": position, "chain": chain, **fields})
        position += 1
    for source in story.plan.get("lottery", []):
        when = "2023-08-23T15:16:00Z"
        entries.append({"kind": "lottery", "at": when, "position": position, "result": NUMBERS, **source})
        position += 1
    return entries


def tell(
    numbers: dict[str, Any], lines: list[bytes], /, *, parties: int = 3, missing: int | None = None,
    campaign: bool = False, first: bool = False, stage: str = "open", **more: Any,
) -> Story:  # fmt: skip
    """The honest story of a draw up to a ``stage``: planned, void, closed (reveals sealed) or open."""
    frozen = {"v": "draw/1", "draw_id": DRAW_ID, "prev": "0" * 64, "register_n": len(lines)} | more
    new = reference.hasher(frozen)
    sources = ("beacon" in more) + len(more.get("lottery", []))
    commits = [reference.commitment(secret, frozen) for secret in SECRETS[:parties]] + [None] * sources
    plan = frozen | numbers | {"register_root": reference.root(lines, new).hex(), "commits": commits}
    previous = None
    if not first:
        previous = {"draw_id": "330106-2023-0007", "plan_hash": digest("before"), "void": "register-error"}
        plan["prev"] = reference.closing_hash(previous, plan)
    story = Story(plan, lines, list(SECRETS[:parties]), previous=previous)
    assert story.reveals is not None
    if missing is not None:
        story.reveals[missing] = b""
    if "beacon" in more:
        story.beacon = beacon_file(123)
        story.reveals.append(bytes.fromhex(story.beacon["randomness"]))
    story.reveals += [f"{x['game']},{x['issue']},{NUMBERS}".encode() for x in more.get("lottery", [])]
    if campaign:
        plan["campaign"] = "330106-2023-joint"
        plans = sorted(
            [story.plan_hash, digest("plan of the fire brigade"), digest("plan of the tax office")]
        )
        story.campaign = {"v": "campaign/1", "campaign": plan["campaign"], "plans": plans}
    own = own_entries(story, parties)
    story.redraw()
    if stage == "void":
        own, story.beacon = own[:2], None
        story.closing = {"draw_id": DRAW_ID, "plan_hash": story.plan_hash, "void": "register-error"}
    if stage == "planned":
        own, story.beacon, story.closing = own[:1], None, None
    if story.closing:
        own.append({"kind": "closing", "at": "2023-08-23T15:20:00Z", "record": story.closing})
    if stage == "open":
        opened = "2023-09-01T00:00:00Z" if "open_by" in plan else "2023-08-23T15:20:01Z"
        own.append({"kind": "opening", "at": opened, "reveals": story.hex_reveals})
        release = {"code": "330106-2023-r8", "sha256": digest("release")}
        own.append({"kind": "release", "at": "2023-09-20T00:00:00Z", **release})
    else:
        story.reveals = story.drawn = None
    own = [entry if entry["kind"] == "campaign" else entry | {"draw_id": DRAW_ID} for entry in own]
    story.log = sorted([*others(), *own], key=lambda entry: str(entry["at"]))
    story.earlier = story.first_checkpoint()
    if stage == "planned":
        story.log = story.log[: story.at("plan") + 1]
    return story


PAIRING: tuple[Entry, ...] = (
    {"kind": "pairing", "problem_sha256": digest("P"), "table_sha256": digest("T"), "second": [0, 2]},
    {"kind": "pairing_reveal", "position": 2},
    {"kind": "pairing_missing", "position": 0},
    {"kind": "assignment", "assignment_sha256": digest("A")},
    *(
        {"kind": "reassignment", "number": n, "reason": "illness"}
        | {"table_sha256": digest(f"T{n}"), "assignment_sha256": digest(f"A{n}")}
        for n in (1, 2)
    ),
)


def paired(story: Story, entries: Sequence[Entry] = PAIRING) -> Story:
    """The same draw with these entries of its pairing after all that happened."""
    for minute, entry in enumerate(entries):
        story.log.append(entry | {"draw_id": DRAW_ID, "at": f"2023-09-21T00:{minute:02d}:00Z"})
    return story


#: The same where teams are drawn for bundles: their digest stands beside the table's.
BUNDLED = ({**PAIRING[0], "bundles_sha256": digest("B")}, *PAIRING[1:])
BLIND: dict[str, Any] = {"frame": "blinded"}
UNITS: dict[str, Any] = {"draw_unit": "bundle", "unit_size": 20}
SEALED: dict[str, Any] = {"disclosure": "sealed", "open_by": "2023-09-01T00:00:00Z"}
TELLING: dict[str, Callable[[], Story]] = {
    "open": lambda: tell(RATE, blinded_lines(), beacon=BEACON, **BLIND),
    "sealed": lambda: tell(RATE, blinded_lines(), beacon=BEACON, stage="closed", **BLIND, **SEALED),
    "opened": lambda: tell(FIXED, blinded_lines(), beacon=BEACON, **BLIND, **SEALED),
    "sm3": lambda: tell(FIXED, blinded_lines(60), alg="sm3", beacon=BEACON, lottery=LOTTERY, **BLIND),
    "pps": lambda: tell(PPS, sized_lines(), beacon=BEACON, first=True),
    "pps-large": lambda: tell(PPS, large_lines(), parties=1),
    "lottery": lambda: tell(FIXED, blinded_lines(), parties=2, lottery=LOTTERY, **BLIND),
    "campaign": lambda: tell(RATE, blinded_lines(), campaign=True, beacon=BEACON, **BLIND),
    "campaign-pps": lambda: tell(PPS, sized_lines(), campaign=True, beacon=BEACON),
    "missing": lambda: tell(RATE, blinded_lines(), missing=2, beacon=BEACON, **BLIND),
    "parties": lambda: tell(RATE, blinded_lines(), **BLIND),
    "paired": lambda: paired(tell(RATE, blinded_lines(60), beacon=BEACON, **BLIND)),
    "paired-sealed": lambda: paired(tell(RATE, blinded_lines(60), stage="closed", **BLIND, **SEALED)),
    "bundled": lambda: paired(tell(RATE, blinded_lines(60), beacon=BEACON, **BLIND, **UNITS), BUNDLED),
    "planned": lambda: tell(RATE, blinded_lines(), beacon=BEACON, stage="planned", **BLIND),
    "void": lambda: tell(RATE, blinded_lines(), beacon=BEACON, stage="void", **BLIND),
}
UNFINISHED = {"sealed", "paired-sealed", "planned", "void"}


@cache
def _told(name: str) -> Story:
    return TELLING[name]()


def honest(name: str) -> Story:
    """A fresh copy of an honest story, to be told differently."""
    return deepcopy(_told(name))


@dataclass(frozen=True, slots=True)
class Good:
    """An honest bundle. ``complete``: every step is ok; else some are skipped, for it is not all public yet."""

    name: str
    complete: bool
    log_key: str | None = LOG.verifier

    def files(self) -> Files:
        return _told(self.name).files()


GOOD = [Good(name, name not in UNFINISHED) for name in TELLING]
