from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from api.formats import (
    filters,
    format_date,
    format_datetime,
    format_long_date,
    format_percent,
    format_short_hash,
    format_thousands,
)


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Fraction(3, 100), "3%"),
        ((3, 100), "3%"),
        (0.03, "3%"),
        (0, "0%"),
        (1, "100%"),
        (Fraction(1, 8), "12.5%"),
        (Fraction(1, 3), "33.3%"),
        (Fraction(1, 3000), "0.0333%"),
        (Fraction(9997, 10000), "99.97%"),
        (Fraction(1, 10**6), "0.0001%"),
        (Fraction(12, 1), "1200%"),
        (None, "—"),
    ],
)
def test_a_share_is_exact_within_four_digits_else_rounded_to_three(share: Fraction, shown: str) -> None:
    assert format_percent(share) == shown


def test_a_share_just_below_all_never_reads_as_all() -> None:
    assert format_percent(Fraction(29999, 30000)) == "99.997%"


def test_a_moment_is_shown_in_beijing_time() -> None:
    evening = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert format_datetime(evening) == "2026-11-23 00:30"
    assert format_date(evening) == "2026-11-23"
    assert format_long_date(evening) == "2026年11月23日"
    assert filters("en")["long_date"](evening) == "23 November 2026"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime(2026, 11, 22, 16, 30)  # noqa: DTZ001  the very thing that is refused
    with pytest.raises(ValueError, match="time zone"):
        format_datetime(naive)
    with pytest.raises(ValueError, match="time zone"):
        format_date(naive)


def test_days_counts_and_digests_read_plainly() -> None:
    assert format_date(date(2026, 1, 2)) == "2026-01-02"
    assert format_thousands(122078) == "122,078"
    assert format_short_hash("ab" * 32) == "abababababab…"
    assert format_short_hash(b"\xab\xcd") == "abcd"
    assert format_date(None) == format_thousands(None) == format_short_hash(None) == "—"
