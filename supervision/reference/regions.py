"""行政区划: the six-digit codes of GB/T 2260, in force and abolished, and registering authorities.

A unified social credit code carries in its characters 3 to 8 the code of the authority that registered it;
that may be a county abolished since, or a development zone which is no division at all.  See PROVENANCE.md.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Region:
    """区划: ``valid_to`` is the last year the code was listed, None while in force.

    ``source`` is the data the line was taken from; ``registrations`` marks a registering authority known
    only from the addresses of the entities that carry its code, ``rule`` one that no table knows at all.
    """

    code: str
    name: str
    full_name: str
    parent: str
    valid_to: int | None
    source: str

    @property
    def level(self) -> str:
        """``province``, ``city`` or ``county``."""
        if self.code.endswith("0000"):
            return "province"
        return "city" if self.code.endswith("00") else "county"

    @property
    def in_force(self) -> bool:
        return self.valid_to is None and self.source not in ("registrations", "rule")


class RegionTable:
    """区划表, looked up by code; safe to share."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._by_code = {region.code: region for region in regions}
        self._by_name: dict[str, str] = {}

    @classmethod
    def from_csv(cls, text: str) -> "RegionTable":
        """Read ``code,name,full_name,parent,valid_to,source``."""
        return cls(
            Region(
                line["code"],
                line["name"],
                line["full_name"],
                line["parent"],
                int(line["valid_to"]) if line["valid_to"] else None,
                line["source"],
            )
            for line in csv.DictReader(io.StringIO(text, newline=""))
        )

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Region | None:
        """The listed region of exactly this code, or None."""
        return self._by_code.get(code)

    def resolve(self, code: str) -> Region | None:
        """The region a registration carries: listed, or an unlisted authority of a listed city; else None.

        Registering authorities may use codes that no table lists; such a code is taken when its city is
        known and named after city and code, so that it shows for what it is.
        """
        if (region := self._by_code.get(code)) is not None:
            return region
        city = self._by_code.get(code[:4] + "00")
        if city is None or len(code) != 6 or not (code.isascii() and code.isdigit()):
            return None
        name = f"{city.name}（登记机关代码{code}）"
        return Region(code, name, f"{city.full_name}（登记机关代码{code}）", city.code, None, "rule")

    def find(self, name: str) -> str | None:
        """The code of a region in force by its full name, or by its short name where that is unique."""
        if not self._by_name:
            for region in self._by_code.values():
                if region.in_force:
                    self._by_name[region.full_name] = region.code
                    clash = region.name in self._by_name and self._by_name[region.name] != region.code
                    self._by_name[region.name] = "" if clash else region.code
        return self._by_name.get(name) or None

    def children(self, code: str, *, in_force: bool = True) -> tuple[Region, ...]:
        """Regions directly below ``code`` ('' for the provinces), by code."""
        found = (region for region in self._by_code.values() if region.parent == code)
        return tuple(sorted((r for r in found if r.in_force or not in_force), key=lambda region: region.code))

    def within(self, prefix: str) -> tuple[Region, ...]:
        """Regions in force whose code begins with ``prefix`` (2, 4 or 6 digits), by code."""
        found = (r for r in self._by_code.values() if r.in_force and r.code.startswith(prefix))
        return tuple(sorted(found, key=lambda region: region.code))


@cache
def region_table() -> RegionTable:
    """The table that comes with the product."""
    return RegionTable.from_csv(files(__package__).joinpath("regions.csv").read_text("utf-8"))


def region_name(code: str) -> str:
    """区划名称 of a six-digit code or a prefix of one; the code itself where no table knows it."""
    region = region_table().resolve(code.ljust(6, "0"))
    return region.full_name if region else code
