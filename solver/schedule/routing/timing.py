"""行程时刻: when a route that is known to work out leaves, begins each visit, and returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Times:
    """``starts``: the team is back as early as can be, leaves as late as that allows, and dawdles nowhere
    else.

    ``first_back``: that return; ``last_out``: latest departure with which the route still works out at all.
    """

    starts: tuple[int, ...]
    leaves: int
    first_back: int
    last_out: int


def times(
    ways: Sequence[int], durations: Sequence[int], spans: Sequence[Sequence[Span]], opens: int, closes: int
) -> Times | None:
    """Times of a route, or none where it does not work out.

    ``ways``: from the office to the first, between, and back; ``spans[i]``: where visit ``i`` may begin,
    rising.
    """
    starts = _forth(ways, durations, spans, opens)
    if starts is None:
        return None
    back = (starts[-1] + durations[-1] if starts else opens) + ways[-1]
    out = _back(ways, durations, spans, closes)
    if back > closes or out is None or out < opens:
        return None
    leaves = _back(ways, durations, spans, back)
    if leaves is None:
        raise AssertionError("a route that works out forwards works out backwards")
    compact = _forth(ways, durations, spans, leaves)
    return Times(tuple(compact or ()), leaves, back, out)


def _forth(
    ways: Sequence[int], durations: Sequence[int], spans: Sequence[Sequence[Span]], leaves: int
) -> list[int] | None:
    """Each visit as early as can be."""
    free, starts = leaves, []
    for way, duration, several in zip(ways, durations, spans, strict=False):
        start = next((max(free + way, low) for low, high in several if free + way <= high), None)
        if start is None:
            return None
        starts.append(start)
        free = start + duration
    return starts


def _back(
    ways: Sequence[int], durations: Sequence[int], spans: Sequence[Sequence[Span]], returns: int
) -> int | None:
    """Latest departure with which the team is back by ``returns``."""
    bound = returns
    for at in range(len(durations) - 1, -1, -1):
        latest = bound - ways[at + 1] - durations[at]
        fits = [min(high, latest) for low, high in spans[at] if low <= latest]
        if not fits:
            return None
        bound = fits[-1]
    return bound - ways[0]
