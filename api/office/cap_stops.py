"""概率上限的各档: caps from the lowest possible to none, and what each costs in randomness."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from api.formats import format_percent
from api.i18n import lazy
from api.office.answers import Translate

FACTORS = (Fraction(21, 20), Fraction(11, 10), Fraction(5, 4), Fraction(3, 2), Fraction(2), Fraction(3))
NO_COST, SMALL_COST, SOME_COST = 0.999, 0.99, 0.95
COST_LABELS = (
    (NO_COST, lazy("几乎不损失随机性")),
    (SMALL_COST, lazy("随机性损失很小")),
    (SOME_COST, lazy("随机性有所损失")),
    (0.0, lazy("随机性损失明显")),
)


@dataclass(frozen=True, slots=True)
class Stop:
    """一档: a cap, the share of the greatest entropy that is kept under it, and that in words."""

    cap: Fraction
    text: str
    kept: float | None
    """None: not worked out; it is once the stop is chosen."""
    words: str
    chosen: bool

    @property
    def value(self) -> str:
        return str(self.cap)


def caps_from(lowest: Fraction) -> list[Fraction]:
    """``lowest`` itself, whole percents above it ever further apart, and 1."""
    whole = {Fraction(ceil(lowest * factor * 100), 100) for factor in FACTORS}
    return sorted({lowest, Fraction(1), *(cap for cap in whole if lowest < cap < 1)})


def stops_of(
    _: Translate,
    lowest: Fraction,
    chosen: Fraction,
    entropy_at: Callable[[Fraction], float | None],
) -> list[Stop]:
    """Every stop and the chosen cap. ``entropy_at`` tells a cap's entropy, or None where it is too dear."""
    greatest = entropy_at(Fraction(1))
    found = []
    for cap in sorted({*caps_from(lowest), chosen}):
        entropy = entropy_at(cap)
        kept = None if entropy is None or greatest is None else _share(entropy, greatest)
        label = _cap_text(_, cap, lowest)
        found.append(Stop(cap, label, kept, "" if kept is None else cost_words(_, kept), cap == chosen))
    return found


def cost_words(_: Translate, kept: float) -> str:
    return next(_(text) for least, text in COST_LABELS if kept >= least)


def cap_of(text: str) -> Fraction | None:
    """A cap as it stands in an address, ``1/4``; none where it is no such share."""
    try:
        cap = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return cap if 0 < cap <= 1 and len(text) <= 32 else None


def _cap_text(_: Translate, cap: Fraction, lowest: Fraction) -> str:
    if cap == 1:
        return _("不设上限")
    if cap == lowest:
        return _("{percent}（最低）").format(percent=format_percent(cap))
    return format_percent(cap)


def _share(entropy: float, greatest: float) -> float:
    """To a hundredth of a percent. Each is within a gap of the greatest of its kind: above 1 means 1."""
    return min(1.0, round(entropy / greatest, 4)) if greatest > 0 else 1.0
