"""最大熵: of all lawful tables, the one that spreads the chances most evenly over (task, inspector) pairs.

``Σ p (score - ln p)`` is strictly concave in the pairs' chances, so the table is unique; it is found from its
multipliers (`multipliers.Dual`) by damped Newton steps. Weak duality gives, with every table, a bound that no
lawful table can exceed: the share still missing is certified, whatever happened on the way.
"""

from __future__ import annotations

import numpy as np

from solver.pairing.component import Component, Floats, Solution
from solver.pairing.multipliers import Dual, Point

WANTED_GAP = 1e-4
LARGEST_GAP = 1e-3
EXACT = 1e-11
"""Greatest miss of any sum, relative to it. Integers are made from the table: it must be the same anywhere."""
ROUGH = 1e-7
EASES = tuple(4.0**-k for k in range(11))
STEPS = 300
LONGEST = 6.0
"""No multiplier moves by more in one step."""


class NotConverged(RuntimeError):
    """The numbers did not settle; the figures are in the message."""


def maximise(component: Component) -> Solution:
    """The table of greatest entropy (plus affinity) of one piece.

    `NotConverged` if it cannot be certified to `LARGEST_GAP`.
    """
    dual = Dual(component)
    point = _start(dual)
    earlier: Point | None = None
    best: tuple[float, Point] | None = None
    for ease in EASES:
        left, right = _foresee(earlier, point, ease)
        earlier = None if point.ease == ease else point
        point = _settle(dual, dual.at(left, right, ease), EXACT if dual.smooth else ROUGH)
        gap = _gap(dual, point)
        if best is None or gap < best[0]:
            best = (gap, point)
        if dual.smooth or gap <= WANTED_GAP:
            break
    assert best is not None
    point = _polish(dual, best[1])
    value = dual.value(point)
    bound = max(value, dual.bound(point))
    gap = _gap(dual, point)
    if not (gap <= LARGEST_GAP and point.worst <= EXACT):
        raise NotConverged(
            f"entropy: gap {gap:.2e}, sums missed by {point.worst:.2e}, "
            f"{dual.edges} edges, ease {point.ease:.1e}"
        )
    x = np.empty(dual.edges)
    x[dual.edge_order] = point.x
    return Solution(x, value, bound)


def _gap(dual: Dual, point: Point) -> float:
    """Share of the objective (or of its entropy, if that is more) that is not certified."""
    value = dual.value(point)
    spread = -float(np.sum(point.p * np.log(point.p)))
    scale = max(abs(value), spread, 1e-9 * float(np.sum(point.p)))
    return (dual.bound(point) - value) / scale


def _start(dual: Dual) -> Point:
    """Even shares, then sums put right row by row a few times (Sinkhorn), which costs next to nothing."""
    ease = EASES[0]
    left = np.zeros(dual.lefts)
    right = np.zeros(dual.people + dual.doors)
    left[dual.left_soft] = right[dual.right_soft] = -1e-3
    edges = np.bincount(dual.seat, minlength=dual.lefts)
    seats = edges > 0
    left[seats] = 1.0 + np.log(dual.left_sum[seats] / edges[seats])
    people = np.arange(dual.people)
    for _ in range(3):
        point = dual.at(left, right, ease)
        sums = np.maximum(point.right_miss + dual.right_sum, 1e-300)[people]
        right[people] += np.clip(np.log(dual.right_sum[people] / sums), -LONGEST, LONGEST)
        point = dual.at(left, right, ease)
        sums = np.maximum(point.left_miss + dual.left_sum, 1e-300)[seats]
        left[seats] += np.clip(np.log(dual.left_sum[seats] / sums), -LONGEST, LONGEST)
    return dual.at(left, right, ease)


def _foresee(earlier: Point | None, point: Point, ease: float) -> tuple[Floats, Floats]:
    """Along the path of falling ease the multipliers soon run straight."""
    if earlier is None:
        return point.left, point.right
    part = (point.ease - ease) / (earlier.ease - point.ease)
    return (
        point.left + part * (point.left - earlier.left),
        point.right + part * (point.right - earlier.right),
    )


def _settle(dual: Dual, point: Point, wanted: float) -> Point:
    """Newton steps until every sum is met to ``wanted``, or nothing more is gained."""
    damping = 1e-2
    best, idle = point, 0
    for _ in range(STEPS):
        if best.worst <= wanted or idle >= 30:
            break
        soft = min(damping, 0.1 * point.worst)
        left, right = dual.step(point, max(soft, 1e-13), min(0.1, max(point.worst, 1e-9)))
        longest = max(float(np.max(np.abs(left))), float(np.max(np.abs(right))))
        if not np.isfinite(longest):
            damping, idle = max(damping, soft) * 10.0, idle + 1
            continue
        point, whole = _along(dual, point, left, right, min(1.0, LONGEST / max(longest, 1e-300)))
        damping = max(damping * 0.25, 1e-12) if whole else min(damping * 4.0, 10.0)
        idle = 0 if point.worst < 0.9 * best.worst else idle + 1
        if point.worst < best.worst:
            best = point
    return best


def _along(dual: Dual, point: Point, left: Floats, right: Floats, share: float) -> tuple[Point, bool]:
    """A share of the step at which the dual falls no more, or little: its slope is known to the last digits
    even where its value is not."""
    slope = -float(point.left_miss @ left + point.right_miss @ right)
    there = point
    for attempt in range(30):
        there = dual.at(point.left + share * left, point.right + share * right, point.ease)
        ahead = float(there.left_miss @ left + there.right_miss @ right)
        if ahead <= 0.5 * slope or there.worst <= 0.5 * point.worst:
            return there, attempt == 0
        share *= min(0.7, max(0.1, slope / (slope + ahead)))
    return there, False


def _polish(dual: Dual, point: Point) -> Point:
    """To the last digits: two more steps cost little and leave nothing to the machine's arithmetic."""
    point = _settle(dual, point, EXACT)
    for _ in range(2):
        left, right = dual.step(point, 1e-13, 1e-9)
        there = dual.at(point.left + left, point.right + right, point.ease)
        if not there.worst < point.worst:
            break
        point = there
    return point
