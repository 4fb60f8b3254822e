"""A strict reader of iCalendar streams, by the grammar of RFC 5545 alone; it forgives nothing."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

NAME = r"(?:X-)?[A-Z0-9-]+"
SAFE = r'[^\x00-\x08\x0a-\x1f\x7f";:,]*'
QUOTED = r'"[^\x00-\x08\x0a-\x1f\x7f"]*"'
PARAM = rf"{NAME}=(?:{SAFE}|{QUOTED})(?:,(?:{SAFE}|{QUOTED}))*"
LINE = re.compile(rf"(?P<name>{NAME})(?P<params>(?:;{PARAM})*):(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)")
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
LOCAL = re.compile(r"\d{8}T\d{6}")
UTC = re.compile(r"\d{8}T\d{6}Z")
DAY = re.compile(r"\d{8}")
TEXTS = {
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "UID",
    "STATUS",
    "CLASS",
    "TRANSP",
    "PRODID",
    "VERSION",
    "METHOD",
}
ONCE = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}
NOT_TWICE = {
    "DTEND",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "URL",
    "CLASS",
    "TRANSP",
    "METHOD",
}
INSIDE = {"": {"VCALENDAR"}, "VCALENDAR": {"VEVENT", "VTIMEZONE"}, "VTIMEZONE": {"STANDARD"}, "VEVENT": set()}


@dataclass
class Component:
    name: str
    lines: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[tuple[dict[str, str], str]]:
        return [(params, value) for each, params, value in self.lines if each == name]

    def one(self, name: str) -> str:
        ((_, value),) = self.all(name)
        return value

    def text(self, name: str) -> str:
        unescaped = {"n": "\n", "N": "\n"}
        return re.sub(r"\\(.)", lambda hit: unescaped.get(hit[1], hit[1]), self.one(name))


def read(data: bytes) -> Component:
    """The calendar of a stream; an assertion says what is not by the book."""
    assert data.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data), "every line ends with CR LF"
    physical = data.split(b"\r\n")[:-1]
    for line in physical:
        assert 0 < len(line) <= 75, line
        line.decode("utf-8")  # no character is torn in two
    lines: list[str] = []
    for line in physical:
        if line[:1] in (b" ", b"\t"):
            lines[-1] += line[1:].decode("utf-8")
        else:
            lines.append(line.decode("utf-8"))
    top = Component("")
    open_: list[Component] = [top]
    for text in lines:
        found = LINE.fullmatch(text)
        assert found, text
        name, value = found["name"], found["value"]
        params = dict(each.split("=", 1) for each in re.findall(rf";({PARAM})", found["params"]))
        if name == "BEGIN":
            assert value in INSIDE[open_[-1].name], (open_[-1].name, value)
            open_.append(Component(value))
        elif name == "END":
            closed = open_.pop()
            assert closed.name == value
            open_[-1].parts.append(closed)
            _check(closed)
        else:
            assert len(open_) > 1, text
            if name in TEXTS:
                assert TEXT.fullmatch(value), text
            open_[-1].lines.append((name, params, value))
    (calendar,) = top.parts
    assert len(open_) == 1
    _check_zones(calendar)
    return calendar


def _check(part: Component) -> None:
    names = [name for name, _, _ in part.lines]
    for name in ONCE[part.name]:
        assert names.count(name) == 1, (part.name, name)
    for name in NOT_TWICE:
        assert names.count(name) <= 1, (part.name, name)
    if part.name == "VCALENDAR":
        assert part.one("VERSION") == "2.0"
    if part.name == "VEVENT":
        _check_event(part)


def _check_event(event: Component) -> None:
    assert UTC.fullmatch(event.one("DTSTAMP"))
    assert "DURATION" not in {name for name, _, _ in event.lines}
    (begin, starts), (finish, ends) = event.all("DTSTART")[0], event.all("DTEND")[0]
    assert begin == finish, "both ends are of one kind, in one zone"
    if begin.get("VALUE") == "DATE":
        assert DAY.fullmatch(starts)
        assert DAY.fullmatch(ends)
        assert date.fromisoformat(starts) < date.fromisoformat(ends), "the end does not belong to it"
    else:
        assert set(begin) == {"TZID"}
        assert LOCAL.fullmatch(starts)
        assert LOCAL.fullmatch(ends)
        assert datetime.fromisoformat(starts) < datetime.fromisoformat(ends)
    assert event.one("STATUS") in ("TENTATIVE", "CONFIRMED", "CANCELLED")
    assert event.one("TRANSP") in ("OPAQUE", "TRANSPARENT")
    assert re.fullmatch(r"\d+", event.one("SEQUENCE"))


def _check_zones(calendar: Component) -> None:
    known = {part.one("TZID") for part in calendar.parts if part.name == "VTIMEZONE"}
    used = {params["TZID"] for part in calendar.parts for _, params, _ in part.lines if "TZID" in params}
    assert used <= known, "every zone is described in the stream"
    uids = [part.one("UID") for part in calendar.parts if part.name == "VEVENT"]
    assert len(uids) == len(set(uids))
