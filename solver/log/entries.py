"""日志条目: what the transparency log says, kind by kind, read strictly.

The kinds and their fields: docs/transparency-log.md, part 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from solver.campaign import Campaign
from solver.canonical import canonical, parse
from solver.closing import Closing, Void, parse_closing
from solver.errors import CampaignError, CanonicalError, LogError, ResultMismatch

_CODE = '"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"'
_COUNT, _POSITIVE, _HEX = "(0|[1-9][0-9]*)", "[1-9][0-9]*", '"[0-9a-f]{64}"'
_MOMENT = '"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z"'
_FRAME_ID = '"([0-9A-Z]{18}|[0-9a-f]{40})"'
_REVEAL = '"([0-9a-f]{2})*"'

#: Every field as the pattern of its canonical JSON text, as in a plan; a record is read by its own rules.
FIELDS: Mapping[str, str] = {
    "kind": '"[a-z_]+"',
    "at": _MOMENT,
    "draw_id": _CODE,
    "plan_hash": _HEX,
    "position": _COUNT,
    "commit": _HEX,
    "chain": _HEX,
    "round": _POSITIVE,
    "randomness": _HEX,
    "signature": '"[0-9a-f]{96}"',
    "game": _CODE,
    "issue": _CODE,
    "result": '"[0-9]{1,9}(-[0-9]{1,9}){0,63}"',
    "record": r"\{.*\}",
    "reveals": rf"\[{_REVEAL}(,{_REVEAL})*\]",
    "cell": r'"[0-9A-Za-z._/-]+"',
    "out": _FRAME_ID,
    "in": _FRAME_ID,
    "ticket": _HEX,
    "reason": _CODE,
    "code": _CODE,
    "sha256": _HEX,
    "problem_sha256": _HEX,
    "table_sha256": _HEX,
    "assignment_sha256": _HEX,
    "second": rf"\[({_COUNT}(,{_COUNT})*)?\]",
    "number": _POSITIVE,
    "bundles_sha256": _HEX,
}
#: The fields of each kind beside ``kind`` and ``at``.
KINDS: Mapping[str, frozenset[str]] = {
    "plan": frozenset({"draw_id", "plan_hash"}),
    "campaign": frozenset({"record"}),
    "reveal": frozenset({"draw_id", "position", "commit"}),
    "missing": frozenset({"draw_id", "position", "commit"}),
    "beacon": frozenset({"draw_id", "position", "chain", "round", "randomness", "signature"}),
    "lottery": frozenset({"draw_id", "position", "game", "issue", "result"}),
    "closing": frozenset({"draw_id", "record"}),
    "opening": frozenset({"draw_id", "reveals"}),
    "replacement": frozenset({"draw_id", "cell", "out", "in", "ticket", "reason"}),
    "release": frozenset({"code", "sha256", "draw_id"}),
    "pairing": frozenset({"draw_id", "problem_sha256", "table_sha256", "second"}),
    "pairing_reveal": frozenset({"draw_id", "position"}),
    "pairing_missing": frozenset({"draw_id", "position"}),
    "assignment": frozenset({"draw_id", "assignment_sha256"}),
    "reassignment": frozenset({"draw_id", "number", "table_sha256", "assignment_sha256", "reason"}),
}
#: Fields that an entry of the kind may have besides.
OPTIONAL: Mapping[str, frozenset[str]] = {"pairing": frozenset({"bundles_sha256"})}
_ALWAYS = frozenset({"kind", "at"})


@dataclass(frozen=True, slots=True)
class Entry:
    """日志条目: entry ``index`` of the log (from 0), of one ``kind``, with all its ``fields``.

    ``at`` is its moment in Unix seconds; ``text`` the canonical bytes whose hash is the leaf.
    """

    index: int
    kind: str
    at: int
    fields: Mapping[str, Any]
    text: bytes

    @classmethod
    def of(cls, value: object, index: int) -> Entry:
        """Check an entry given as plain values; ``LogError`` names the first field that is not in order."""
        try:
            text = canonical(value)
        except CanonicalError as error:
            raise LogError.of("log_entry", index=index, key="*") from error
        if not isinstance(value, dict):
            raise LogError.of("log_entry", index=index, key="*")
        fields: dict[str, Any] = value
        kind = fields.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            raise LogError.of("log_kind", index=index)
        may = OPTIONAL.get(kind, frozenset())
        for key in sorted((fields.keys() - may) ^ (KINDS[kind] | _ALWAYS)):
            raise LogError.of("log_entry", index=index, key=key)
        for key, item in fields.items():
            if not re.fullmatch(FIELDS[key], canonical(item).decode("ascii")):
                raise LogError.of("log_entry", index=index, key=key)
        if kind == "replacement" and fields["in"] == fields["out"]:
            raise LogError.of("log_entry", index=index, key="in")
        entry = cls(index, kind, _unix(fields["at"], index), fields, text)
        entry._check_record()
        return entry

    @classmethod
    def parse(cls, text: bytes | str, index: int) -> Entry:
        """Read the bytes of an entry, which are canonical; ``LogError`` otherwise."""
        try:
            value = parse(text)
        except CanonicalError as error:
            raise LogError.of("log_entry", index=index, key="*") from error
        entry = cls.of(value, index)
        if entry.text != (text if isinstance(text, bytes) else text.encode("ascii", "replace")):
            raise LogError.of("log_entry", index=index, key="*")
        return entry

    @property
    def draw_id(self) -> str | None:
        """The draw it speaks of; a campaign is of several."""
        found: str | None = self.fields.get("draw_id")
        return found

    @property
    def position(self) -> int:
        """The position (from 0) of the reveal it speaks of; -1 where it speaks of none."""
        found: int = self.fields.get("position", -1)
        return found

    @property
    def closing(self) -> Closing | Void | None:
        """The record of a closing."""
        return parse_closing(canonical(self.fields["record"])) if self.kind == "closing" else None

    @property
    def void(self) -> bool:
        """Whether it closes the draw as void (作废)."""
        return isinstance(self.closing, Void)

    @property
    def campaign(self) -> Campaign | None:
        """The record of a campaign."""
        return Campaign.parse(canonical(self.fields["record"])) if self.kind == "campaign" else None

    def _check_record(self) -> None:
        try:
            closing, _ = self.closing, self.campaign
        except (CampaignError, ResultMismatch) as error:
            raise LogError.of("log_entry", index=self.index, key="record") from error
        if closing is not None and closing.draw_id != self.draw_id:
            raise LogError.of("log_entry", index=self.index, key="record")


def _unix(text: str, index: int) -> int:
    """The Unix seconds of ``YYYY-MM-DDTHH:MM:SSZ``; the 30th of February is no day."""
    try:
        return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
    except ValueError as error:
        raise LogError.of("log_entry", index=index, key="at") from error
