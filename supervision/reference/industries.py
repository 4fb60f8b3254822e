"""国民经济行业分类 GB/T 4754—2017: sections (门类 A to T) and divisions (大类 01 to 97)."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Industry:
    """行业: a section (``code`` one letter) or a division (two digits); ``name_en`` of sections only."""

    code: str
    name: str
    name_en: str
    section: str


class IndustryTable:
    """行业分类表, looked up by code or by Chinese name."""

    def __init__(self, industries: Iterable[Industry]) -> None:
        self._by_code = {industry.code: industry for industry in industries}
        self._by_name = {industry.name: industry for industry in self._by_code.values()}

    @classmethod
    def from_csv(cls, text: str) -> "IndustryTable":
        """Read ``code,name,name_en,section``."""
        lines = csv.DictReader(io.StringIO(text, newline=""))
        return cls(Industry(x["code"], x["name"], x["name_en"], x["section"]) for x in lines)

    def get(self, code: str) -> Industry | None:
        return self._by_code.get(code)

    def section_of(self, written: str) -> str | None:
        """The section letter of ``F``, ``F52``, ``5211`` or ``零售业``, as offices write it; else None."""
        text = "".join(written.split()).upper()
        if found := self._by_code.get(text) or self._by_name.get(text):
            return found.section
        letter, rest = (text[:1], text[1:]) if "A" <= text[:1] <= "T" else ("", text)
        if rest in self._by_name:
            return letter
        digits = re.match("[0-9]{2,4}", rest)
        division = self._by_code.get(digits[0][:2]) if digits else None
        return division.section if division and letter in ("", division.section) else None

    @property
    def sections(self) -> tuple[Industry, ...]:
        """The twenty sections, A to T."""
        return tuple(industry for industry in self._by_code.values() if len(industry.code) == 1)

    def divisions(self, section: str) -> tuple[Industry, ...]:
        """The divisions of one section."""
        found = self._by_code.values()
        return tuple(x for x in found if x.section == section and len(x.code) == 2)


@cache
def industry_table() -> IndustryTable:
    """The table that comes with the product."""
    return IndustryTable.from_csv(files(__package__).joinpath("industries.csv").read_text("utf-8"))
