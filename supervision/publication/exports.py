"""Published results as files: CSV and Atom.

``canonical_csv`` are the bytes whose SHA-256 a release states: RFC 4180, UTF-8 without BOM, CRLF, every field
in quotation marks, rows as released. Spreadsheets are given the same columns in a form of their own.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from supervision.publication.public import PublicRelease

HEADER = (
    "统一社会信用代码",
    "经营主体名称",
    "抽查计划编号",
    "抽查计划名称",
    "抽查任务编号",
    "抽查任务名称",
    "抽查类型",
    "抽查机关",
    "抽查完成日期",
    "抽查结果",
)
"""Credit code and name, then the eight columns of the national publicity system (GSXT)."""
ATOM = "http://www.w3.org/2005/Atom"


class GsxtRow(Protocol):
    """Whatever has the ten published columns."""

    @property
    def uscc(self) -> str: ...
    @property
    def entity_name(self) -> str: ...
    @property
    def plan_code(self) -> str: ...
    @property
    def plan_name(self) -> str: ...
    @property
    def task_code(self) -> str: ...
    @property
    def task_name(self) -> str: ...
    @property
    def check_type(self) -> str: ...
    @property
    def organ_name(self) -> str: ...
    @property
    def completed_on(self) -> date: ...
    @property
    def result_text(self) -> str: ...


def columns(row: GsxtRow) -> tuple[str, ...]:
    """The ten published columns, in the order of ``HEADER``; the date as ISO 8601."""
    return (
        row.uscc,
        row.entity_name,
        row.plan_code,
        row.plan_name,
        row.task_code,
        row.task_name,
        row.check_type,
        row.organ_name,
        row.completed_on.isoformat(),
        row.result_text,
    )


def canonical_csv(rows: Iterable[GsxtRow]) -> bytes:
    """The bytes that a release's SHA-256 covers, rows in the order of credit codes."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(map(columns, rows))
    return target.getvalue().encode()


def release_sha256(rows: Iterable[GsxtRow]) -> str:
    return hashlib.sha256(canonical_csv(rows)).hexdigest()


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed. ``key`` never changes, whatever the address becomes."""

    key: str
    address: str
    title: str
    summary: str
    author: str
    updated: datetime


def release_entries(releases: Iterable[PublicRelease], address: str) -> list[FeedEntry]:
    """Releases as entries that lead to ``<address>/releases/<code>``."""
    return [
        FeedEntry(
            key=f"release:{release.code}",
            address=f"{address.rstrip('/')}/releases/{release.code}",
            title=f"抽查结果公示：{release.task_name}（{release.row_count} 户）",
            summary=f"公示版本 {release.code}，抽查任务 {release.task_code}，SHA-256 {release.sha256}",
            author=release.organ_name,
            updated=release.published_at,
        )
        for release in releases
    ]


def atom(entries: Sequence[FeedEntry], address: str, title: str, updated: datetime) -> bytes:
    """An Atom feed (RFC 4287). ``address`` is the site's; ``updated`` stands where there is no entry."""
    site = address.rstrip("/")
    host = urlsplit(site).hostname or "localhost"
    ET.register_namespace("", ATOM)
    feed = ET.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": "zh-CN"})
    _text(feed, "id", f"tag:{host},2026:releases")
    _text(feed, "title", title)
    _text(feed, "updated", _moment(max((entry.updated for entry in entries), default=updated)))
    ET.SubElement(
        feed, _name("link"), {"rel": "self", "type": "application/atom+xml", "href": f"{site}/feed.atom"}
    )
    ET.SubElement(feed, _name("link"), {"rel": "alternate", "type": "text/html", "href": f"{site}/"})
    _text(feed, "generator", "double-random")
    for entry in entries:
        part = ET.SubElement(feed, _name("entry"))
        _text(part, "id", f"tag:{host},2026:{entry.key}")
        _text(part, "title", entry.title)
        _text(part, "updated", _moment(entry.updated))
        _text(part, "published", _moment(entry.updated))
        _text(ET.SubElement(part, _name("author")), "name", entry.author)
        ET.SubElement(part, _name("link"), {"rel": "alternate", "type": "text/html", "href": entry.address})
        _text(part, "summary", entry.summary)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _name(local: str) -> str:
    return f"{{{ATOM}}}{local}"


def _text(parent: ET.Element, local: str, text: str) -> None:
    # XML 1.0 has no place for control characters, and a name in a register may hold one
    ET.SubElement(parent, _name(local)).text = "".join(c for c in text if c.isprintable() or c in "\t\n")
