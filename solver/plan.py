"""抽取方案: the plan of one draw, read strictly; its hash is the key of the seed (draw/1, part 1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from solver import seed
from solver.canonical import Alg, canonical, parse
from solver.errors import PlanError
from solver.rates import FixedMode, Mode, PpsMode, RateMode

VERSION = "draw/1"
DrawUnit = Literal["entity", "bundle", "day-route"]
NO_PREVIOUS = "0" * 64


@dataclass(frozen=True, slots=True)
class Beacon:
    """公共随机信标: round ``round`` of the drand chain ``chain`` (64 hex)."""

    chain: str
    round: int


@dataclass(frozen=True, slots=True)
class Lottery:
    """彩票开奖: issue ``issue`` of the game ``game``, both published by the lottery."""

    game: str
    issue: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """排除名单: the rule by which entities left the register before the freeze, and the list's hash."""

    rule: str
    hash: str


@dataclass(frozen=True, slots=True)
class Plan:
    """抽取方案: everything fixed before the entropy event; one plan has exactly one possible outcome.

    ``canonical`` are the bytes that were hashed (absent keys stay absent), ``plan_hash`` their hash in hex.
    """

    draw_id: str
    prev: str
    register_root: str
    register_n: int
    alg: Alg
    mode: Mode
    commits: tuple[str | None, ...]
    beacon: Beacon | None
    lottery: tuple[Lottery, ...]
    disclosure: Literal["open", "sealed"]
    open_by: str | None
    exclusion: Exclusion | None
    frame: Literal["open", "blinded"]
    min_anonymity: int
    inspector_root: str | None
    campaign: str | None
    items: tuple[str, ...]
    draw_unit: DrawUnit
    unit_size: int | None
    canonical: bytes
    plan_hash: str

    @classmethod
    def parse(cls, text: bytes | str) -> Plan:
        """Read ``plan.json`` in any layout; ``CanonicalError`` or ``PlanError`` for what is not a plan."""
        return cls.of(parse(text))

    @classmethod
    def of(cls, value: object) -> Plan:
        """Check a plan given as plain values (the keys of the definition) and hash it."""
        if not isinstance(value, dict):
            raise PlanError.of("plan_not_object")
        text = canonical(value)
        fields: dict[str, Any] = value
        _check_keys(fields)
        for key, item in fields.items():
            if not re.fullmatch(FIELDS[key], canonical(item).decode("ascii")):
                raise PlanError.of("plan_value", key=key)
        if fields.get("disclosure") == "sealed" and "open_by" not in fields:
            raise PlanError.of("plan_missing_key", key="open_by")
        _check_sources(fields)
        return _build(fields, text)

    @property
    def public_positions(self) -> tuple[int, ...]:
        """The positions (from 0) of the reveals that come from a public source, not from a party."""
        return tuple(i for i, commit in enumerate(self.commits) if commit is None)


def _build(fields: Mapping[str, Any], text: bytes) -> Plan:
    alg = cast(Alg, fields.get("alg", "sha256"))
    return Plan(
        draw_id=fields["draw_id"],
        prev=fields["prev"],
        register_root=fields["register_root"],
        register_n=fields["register_n"],
        alg=alg,
        mode=_mode(fields),
        commits=tuple(fields["commits"]),
        beacon=Beacon(**fields["beacon"]) if "beacon" in fields else None,
        lottery=tuple(Lottery(**source) for source in fields.get("lottery", ())),
        disclosure=fields.get("disclosure", "open"),
        open_by=fields.get("open_by"),
        exclusion=Exclusion(**fields["exclusion"]) if "exclusion" in fields else None,
        frame=fields.get("frame", "open"),
        min_anonymity=fields.get("min_anonymity", 5),
        inspector_root=fields.get("inspector_root"),
        campaign=fields.get("campaign"),
        items=tuple(fields.get("items", ())),
        draw_unit=fields.get("draw_unit", "entity"),
        unit_size=fields.get("unit_size"),
        canonical=text,
        plan_hash=seed.plan_hash(text, alg).hex(),
    )


def _mode(fields: Mapping[str, Any]) -> Mode:
    if fields["mode"] == "rate":
        return RateMode(fields["den"], dict(fields["rates"]))
    if fields["mode"] == "fixed":
        return FixedMode(fields["n"], dict(fields["weights"]))
    return PpsMode(fields["n"])


def _check_keys(fields: Mapping[str, Any]) -> None:
    mode = fields.get("mode")
    numbers = _NUMBERS.get(mode, frozenset()) if isinstance(mode, str) else frozenset()
    if not numbers:  # else the numbers of the mode would be blamed
        raise PlanError.of("plan_value" if "mode" in fields else "plan_missing_key", key="mode")
    for key in sorted(fields.keys() - _REQUIRED - _OPTIONAL - numbers):
        raise PlanError.of("plan_unknown_key", key=key)
    for key in sorted((_REQUIRED | numbers) - fields.keys()):
        raise PlanError.of("plan_missing_key", key=key)


def _check_sources(fields: Mapping[str, Any]) -> None:
    """One ``null`` per public source, or a free position would let somebody choose the seed."""
    sources = ("beacon" in fields) + len(fields.get("lottery", ()))
    positions = fields["commits"].count(None)
    if sources != positions:
        raise PlanError.of("plan_no_public_position", sources=sources, positions=positions)


_COUNT, _POSITIVE, _HEX = "(0|[1-9][0-9]*)", "[1-9][0-9]*", '"[0-9a-f]{64}"'
_CODE = '"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"'
_DAY = '"20[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z)?"'
_TABLE = f'{{"[A-D]":{_COUNT}(,"[A-D]":{_COUNT})*}}'
_ISSUE = f'{{"game":{_CODE},"issue":{_CODE}}}'

#: Every field as the pattern of its canonical JSON text: one value has one text, so the pattern is the type.
FIELDS: Mapping[str, str] = {
    "v": f'"{VERSION}"',
    "draw_id": _CODE,
    "prev": _HEX,
    "register_root": _HEX,
    "register_n": _COUNT,
    "mode": '"(rate|fixed|pps)"',
    "commits": rf"\[({_HEX}|null)(,({_HEX}|null))*\]",
    "den": _POSITIVE,
    "rates": _TABLE,
    "n": _COUNT,
    "weights": _TABLE,
    "alg": '"(sha256|sm3)"',
    "beacon": f'{{"chain":{_HEX},"round":{_POSITIVE}}}',
    "lottery": rf"\[{_ISSUE}(,{_ISSUE})*\]",
    "disclosure": '"(open|sealed)"',
    "open_by": _DAY,
    "exclusion": rf'{{"hash":{_HEX},"rule":"[ !#-\[\]-~]{{1,200}}"}}',
    "frame": '"(open|blinded)"',
    "min_anonymity": _POSITIVE,
    "inspector_root": _HEX,
    "campaign": _CODE,
    "items": rf"\[({_CODE}(,{_CODE})*)?\]",
    "draw_unit": '"(entity|bundle|day-route)"',
    "unit_size": _POSITIVE,
}
_NUMBERS = {
    "rate": frozenset({"den", "rates"}),
    "fixed": frozenset({"n", "weights"}),
    "pps": frozenset({"n"}),
}
_REQUIRED = frozenset({"v", "draw_id", "prev", "register_root", "register_n", "mode", "commits"})
_OPTIONAL = frozenset(FIELDS) - _REQUIRED - {"den", "rates", "n", "weights"}
