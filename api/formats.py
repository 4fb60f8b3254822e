"""How values read on a page: dates, shares, counts and digests."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = "—"
EXACT_DIGITS = 4
ROUNDED_DIGITS = 3


def _day(value: date) -> date:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError(f"a moment without a time zone cannot be shown: {value!r}")
    return value.astimezone(SHANGHAI).date()


def format_date(value: date | None) -> str:
    """``2026-11-22``, the form used in tables; a moment is shown as its day in Shanghai."""
    return NOTHING if value is None else _day(value).isoformat()


def format_long_date(value: date | None) -> str:
    """``2026年11月22日``, the form used in running text and papers."""
    if value is None:
        return NOTHING
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日"


def format_long_date_en(value: date | None) -> str:
    """``22 November 2026``."""
    if value is None:
        return NOTHING
    return babel_date(_day(value), "d MMMM y", locale="en")


def format_datetime(value: datetime | None) -> str:
    """``2026-11-22 15:04``, Beijing time."""
    if value is None:
        return NOTHING
    if value.tzinfo is None:
        raise ValueError(f"a moment without a time zone cannot be shown: {value!r}")
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _fraction(value: Fraction | tuple[int, int] | Decimal | float | int) -> Fraction:
    if isinstance(value, tuple):
        return Fraction(*value)
    if isinstance(value, float):
        return Fraction(repr(value))
    return Fraction(value)


def _rounded(value: Fraction, digits: int) -> Decimal:
    with localcontext(prec=digits, rounding=ROUND_HALF_EVEN):
        return Decimal(value.numerator) / Decimal(value.denominator)


def format_percent(value: Fraction | tuple[int, int] | Decimal | float | int | None) -> str:
    """``3%``, ``0.0333%``: exact where four digits suffice, else three significant digits.

    A share that is not all never reads ``100%``, and one that is not nothing never reads ``0%``.
    """
    if value is None:
        return NOTHING
    hundredfold = _fraction(value) * 100
    shown = _rounded(hundredfold, EXACT_DIGITS)
    if Fraction(shown) != hundredfold:
        digits = ROUNDED_DIGITS
        shown = _rounded(hundredfold, digits)
        while shown == 100:
            digits += 1
            shown = _rounded(hundredfold, digits)
    return f"{shown:f}".rstrip("0").rstrip(".") + "%" if "." in f"{shown:f}" else f"{shown:f}%"


def format_thousands(value: int | Decimal | float | None) -> str:
    """``122,078``."""
    return NOTHING if value is None else f"{value:,}"


def format_short_hash(value: str | bytes | None, length: int = 12) -> str:
    """The opening of a digest, ``3f2a09c1d7e4…``: enough to recognise, never enough to verify."""
    if value is None:
        return NOTHING
    text = value.hex() if isinstance(value, bytes) else value
    return text if len(text) <= length else f"{text[:length]}…"


def filters(lang: str) -> Mapping[str, Callable[..., str]]:
    """The template filters of one language, by the name templates use."""
    return MappingProxyType(
        {
            "date": format_date,
            "long_date": format_long_date_en if lang == "en" else format_long_date,
            "datetime": format_datetime,
            "percent": format_percent,
            "thousands": format_thousands,
            "short_hash": format_short_hash,
        }
    )
