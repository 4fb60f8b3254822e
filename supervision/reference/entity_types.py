"""主体类别: from the written type, the name or the credit code to one of six kinds."""

import csv
import io
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib.resources import files


class EntityKind(StrEnum):
    """主体类别 (domain.md 2.2: 企业, 农专社, 个体户, 外企代表机构; branches set apart)."""

    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual"
    COOPERATIVE = "cooperative"
    OFFICE = "office"
    BRANCH = "branch"
    OTHER = "other"


KIND_NAMES = {
    EntityKind.ENTERPRISE: "企业",
    EntityKind.INDIVIDUAL: "个体工商户",
    EntityKind.COOPERATIVE: "农民专业合作社",
    EntityKind.OFFICE: "外国（地区）企业常驻代表机构",
    EntityKind.BRANCH: "分支机构",
    EntityKind.OTHER: "其他",
}


class EntityTypeTable:
    """主体类别表: by the longest part of the written type, the end of the name, the start of the code."""

    def __init__(self, lines: Iterable[tuple[str, str, EntityKind]]) -> None:
        ordered = sorted(lines, key=lambda line: -len(line[1]))
        self._types = [(value, kind) for evidence, value, kind in ordered if evidence == "type"]
        self._endings = [(value, kind) for evidence, value, kind in ordered if evidence == "name"]
        self._codes = {value: kind for evidence, value, kind in ordered if evidence == "code"}
        self._known: dict[str, EntityKind | None] = {}

    @classmethod
    def from_csv(cls, text: str) -> "EntityTypeTable":
        """Read ``evidence,value,kind,note``."""
        lines = csv.DictReader(io.StringIO(text, newline=""))
        return cls((line["evidence"], line["value"], EntityKind(line["kind"])) for line in lines)

    def kind(self, written: str | None, name: str, uscc: str) -> EntityKind:
        """The kind, by written type first, then a sole trader's credit code, then the name, then the code."""
        if written and (found := self._of_type(written)):
            return found
        by_code = self._codes.get(uscc[:2], EntityKind.OTHER)
        if by_code is EntityKind.INDIVIDUAL:
            return by_code
        return next((kind for ending, kind in self._endings if name.endswith(ending)), by_code)

    def _of_type(self, written: str) -> EntityKind | None:
        if written not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            found = (kind for value, kind in self._types if value in written)
            self._known[written] = next(found, None)
        return self._known[written]


@cache
def entity_type_table() -> EntityTypeTable:
    """The table that comes with the product."""
    return EntityTypeTable.from_csv(files(__package__).joinpath("entity_types.csv").read_text("utf-8"))
