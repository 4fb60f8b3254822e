"""单元格取值: from what stands in a cell to a value, or a refusal with its reason."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from supervision.register.columns import FIELDS, ColumnMap
from supervision.register.reasons import Reason

T = TypeVar("T")
NOTHING = frozenset({"", "N/A", "n/a", "NA", "-", "--", "—", "——", "/", "无", "null", "NULL", "None", "空"})
EARLIEST = date(1850, 1, 1)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\s*\d{1,2}:\d{2}.*)?")
_EXCEL_EPOCH = date(1899, 12, 30)
_CONTROL = dict.fromkeys((*range(32), *range(127, 160), 0x200B, 0xFEFF)) | {
    9: " ",
    10: " ",
    13: None,
}
_SEPARATOR = re.compile(r"[、,，;；/|\s]+")


class Refused(Exception):
    """A cell that cannot be taken; caught where the row is judged."""

    def __init__(self, reason: Reason, column: str, value: str, message: str) -> None:
        self.reason, self.column, self.value, self.message = reason, column, value, message
        super().__init__(message)


class Cells:
    """The cells of one row by field: blanks and 无 are None, control characters gone, lengths checked."""

    def __init__(self, cells: Mapping[str, str], columns: ColumnMap) -> None:
        self._cells, self._columns = cells, columns
        self._headers, self._limits = columns.by_field, _LIMITS[columns.kind]

    def refuse(self, reason: Reason, field: str, message: str) -> Refused:
        """A refusal of ``field`` that shows its cell as it was read."""
        value = self._cells.get(self._columns.by_field.get(field, ""), "")
        return Refused(reason, self._columns.header(field), value.translate(_CONTROL)[:200], message)

    def text(self, field: str) -> str | None:
        """The text of a cell, or None."""
        if (header := self._headers.get(field)) is None:
            return None
        value = self._cells[header]
        if not value.isprintable():
            value = value.translate(_CONTROL)
        value = value.strip()
        if value in NOTHING:
            return None
        if len(value) > (limit := self._limits[field]):
            message = f"“{header}”共 {len(value)} 个字，超过 {limit} 个字的上限。"
            raise self.refuse(Reason.TOO_LONG, field, message)
        return value

    def required(self, field: str) -> str:
        """The text of a cell that must be there."""
        if (value := self.text(field)) is None:
            message = f"“{self._columns.header(field)}”不能为空。"
            raise self.refuse(Reason.MISSING_VALUE, field, message)
        return value

    def day(self, field: str, latest: date | None = None) -> date | None:
        """A date in any usual form; not before 1850, not after ``latest``."""
        if (value := self.text(field)) is None:
            return None
        day = read_date(value)
        if day is None or day < EARLIEST:
            message = f"日期“{value[:40]}”无法识别，请写成 2019-01-02 的形式。"
            raise self.refuse(Reason.BAD_DATE, field, message)
        if latest is not None and day > latest:
            message = f"日期 {day} 晚于今天（{latest}）。"
            raise self.refuse(Reason.FUTURE_DATE, field, message)
        return day

    def count(self, field: str) -> int | None:
        """A whole number from 0 to a million."""
        if (value := self.text(field)) is None:
            return None
        if (
            not re.fullmatch(r"[0-9]{1,7}(?:\.0+)?", value)
            or (number := int(value.split(".")[0])) > 1_000_000
        ):
            message = f"“{self._columns.header(field)}”应为不小于 0 的整数。"
            raise self.refuse(Reason.BAD_NUMBER, field, message)
        return number

    def degrees(self, field: str, least: float, most: float) -> float | None:
        """A coordinate within the bounds, in degrees."""
        if (value := self.text(field)) is None:
            return None
        number = float(value) if re.fullmatch(r"-?[0-9]{1,3}(?:\.[0-9]+)?", value) else None
        if number is None or not least <= number <= most:
            message = f"“{self._columns.header(field)}”应在 {least:g} 与 {most:g} 之间（十进制度）。"
            raise self.refuse(Reason.BAD_NUMBER, field, message)
        return number

    def ppm(self, field: str) -> int | None:
        """A ratio in parts per million: 3%, ≥3%, 2‰, a fraction up to 1, or a bare percentage above 1."""
        if (value := self.text(field)) is None:
            return None
        if (ratio := _ratio(value)) is None:
            message = f"“{self._columns.header(field)}”应为 0% 至 100% 之间的比例，如 3% 或 2‰。"
            raise self.refuse(Reason.BAD_NUMBER, field, message)
        return ratio

    def listed(self, field: str) -> tuple[str, ...]:
        """Several values in one cell, separated by 、 or the like, each once."""
        value = self.text(field)
        return tuple(dict.fromkeys(filter(None, _SEPARATOR.split(value)))) if value else ()

    def choice(self, field: str, choices: Mapping[str, T], default: T) -> T:
        """What the words in the cell stand for: the first of ``choices`` they begin with."""
        if (value := self.text(field)) is None:
            return default
        found = next((meaning for words, meaning in choices.items() if value.upper().startswith(words)), None)
        if found is None:
            message = f"“{value[:40]}”不在允许的取值内，可填：{'、'.join(choices)}。"
            raise self.refuse(Reason.UNKNOWN_VALUE, field, message)
        return found


_LIMITS = {kind: {field.name: field.limit for field in fields} for kind, fields in FIELDS.items()}


def read_date(value: str) -> date | None:
    """2019-01-02, 2019/1/2, 2019.1.2, 20190102, 2019年1月2日, also with a time; or Excel's serial."""
    try:
        if len(value) == 10 and value[4] == value[7] == "-":
            return date.fromisoformat(value)
        if match := _DATE.fullmatch(value):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if value.isascii() and value.isdecimal():
            if len(value) == 8:
                return date(int(value[:4]), int(value[4:6]), int(value[6:]))
            if len(value) == 5:
                return _EXCEL_EPOCH + timedelta(days=int(value))
    except ValueError:
        return None
    return None


def _ratio(value: str) -> int | None:
    match = re.fullmatch(r"[≥≤><=约不低于高]*\s*([0-9]+(?:\.[0-9]+)?)\s*([%％‰]?)", value)
    if match is None:
        return None
    number = Decimal(match[1])
    unit = {"%": 10_000, "％": 10_000, "‰": 1_000}.get(match[2]) or (1_000_000 if number <= 1 else 10_000)
    ppm = number * unit
    return int(ppm) if ppm <= 1_000_000 and ppm == int(ppm) else None
