"""最大熵: of all lawful tables, the one that spreads the chances most evenly over (task, inspector) pairs.

``Σ p (score - ln p)`` is strictly concave in the pairs' chances ``p``, so they are unique. Where every
pair has one seat and every row is an equation, this is matrix scaling with caps: the multipliers are
found by damped Newton steps on the dual, and nothing is missing but rounding (Blondel, Seguy, Rolet,
AISTATS 2018; Brauer, Clason, Lorenz, Wirth 2017; scaling row by row, as Altschuler, Weed, Rigollet,
NeurIPS 2017, only begins it, since it is slow near caps). Otherwise, and where caps leave so little
room that the steps do not settle, the path of `interior` is followed. Weak duality bounds, with every
table, what any lawful table can reach.
"""

from __future__ import annotations

import numpy as np

from solver.pairing.arrays import Floats
from solver.pairing.entropy.component import Component, Solution
from solver.pairing.entropy.interior import Inside, centre
from solver.pairing.entropy.multipliers import Dual, Point
from solver.pairing.entropy.newton import Bend, System
from solver.pairing.errors import PairingInputError, PairingUnresolved

LARGEST_GAP = 1e-3
EXACT = 1e-11
"""Greatest miss of any sum, relative to it. Integers are made from the table: all must get the same."""
MET = 1e-6
USUAL_SCORE = 100.0
"""Nats. Above, chances differ by more than e^100, and numbers that do not settle are laid to the weight."""
FEW, MANY = 20, 100
LONGEST = 6.0
"""No multiplier moves by more in one step."""


class NotConverged(PairingUnresolved):
    """The numbers did not settle; ``params`` has the figures."""

    def __init__(self, gap: float, missed: float, edges: int) -> None:
        super().__init__(
            "概率表没有算到规定的精度，没有采用。请放宽概率上限，或把任务分成几批后再试。",
            gap=f"{gap:.2e}",
            missed=f"{missed:.2e}",
            edges=edges,
        )


def maximise(component: Component) -> Solution:
    """The table of greatest entropy (plus affinity) of one piece.

    `NotConverged` if it cannot be certified to `LARGEST_GAP`; `PairingInputError` where large scores are why.
    """
    dual = Dual(component)
    with np.errstate(all="ignore"):
        found = _found(dual)
        p = dual.per_pair(found.x)
        gap = dual.gap(p, found.left, found.right)
    if not (gap <= LARGEST_GAP and found.worst <= EXACT):
        if (largest := float(np.max(np.abs(dual.score), initial=0.0))) > USUAL_SCORE:
            raise PairingInputError(
                f"affinity 的 weight 过大，与分值之积达 {largest:g}，无法求出概率表。请减小 weight。",
                where="affinity",
            )
        raise NotConverged(gap, found.worst, dual.edges)
    value = dual.value(p)
    x = np.empty(dual.edges)
    x[dual.edge_order] = found.x
    return Solution(x, value, max(value, dual.bound(found.left, found.right)))


def _found(dual: Dual) -> Inside:
    if dual.smooth:
        point = _settle(dual, dual.at(*_start(dual, True), False), False, FEW)
        if point.worst <= EXACT:
            return Inside(point.x, point.left, point.right, point.worst)
    point = _settle(dual, dual.at(*_start(dual, False), True), True, MANY)
    if point.worst > MET:
        return Inside(point.x, point.left, point.right, point.worst)
    return centre(dual, point)


def _start(dual: Dual, scored: bool) -> tuple[Floats, Floats]:
    """Even shares, then sums put right row by row a few times, which costs next to nothing."""
    left, right = np.zeros(dual.lefts), np.zeros(dual.people + dual.doors)
    left[dual.left_soft] = right[dual.right_soft] = -1e-3
    edges = np.bincount(dual.seat, minlength=dual.lefts)
    seats = np.flatnonzero(edges)
    left[seats] = 1.0 + np.log(dual.left_sum[seats] / edges[seats])
    load = dual.right_sum[: dual.people]
    for _ in range(3):
        p = dual.plainly(left, right, scored)
        right[: dual.people] += _lift(load, dual.into_right(dual.per_pair(p))[: dual.people])
        p = dual.plainly(left, right, scored)
        left[seats] += _lift(dual.left_sum[seats], dual.into_left(p)[seats])
    return left, right


def _lift(wanted: Floats, sums: Floats) -> Floats:
    return np.clip(np.log(wanted / np.maximum(sums, 1e-300)), -LONGEST, LONGEST)


def _settle(dual: Dual, point: Point, eased: bool, steps: int) -> Point:
    """Newton's steps on the dual until every sum is met, and two more for the last digits."""
    damping, more = 1e-2, 2
    for _ in range(steps):
        settled = point.worst <= EXACT
        soft = max(min(damping, 0.1 * point.worst), 1e-13)
        there, whole = _along(dual, point, *_step(dual, point, soft), eased)
        if settled and not there.worst < point.worst:
            break
        point = there
        more -= settled
        if not more:
            break
        damping = max(damping * 0.25, 1e-12) if whole else min(damping * 4.0, 10.0)
    return point


def _step(dual: Dual, point: Point, damping: float) -> tuple[Floats, Floats]:
    """Newton's step, each row stiffened by ``damping`` times its sum (Levenberg, Marquardt)."""
    left_stiff, right_stiff = damping * dual.left_sum, damping * dual.right_sum
    dual.add_soft(left_stiff, right_stiff, point.rest * (point.rest < dual.soft_sum))
    bend = Bend(point.moving, point.split, point.x, point.p - point.moving)
    system = System(dual, bend, left_stiff, right_stiff)
    return system.solve(-point.left_miss, -point.right_miss, min(0.1, max(point.worst, 1e-9)))


def _along(dual: Dual, point: Point, left: Floats, right: Floats, eased: bool) -> tuple[Point, bool]:
    """A share of the step at which the dual falls no more, or little: its slope is known to the last digits
    even where its value is not."""
    longest = max(float(np.max(np.abs(left))), float(np.max(np.abs(right))), 1e-300)
    share = min(1.0, LONGEST / longest)
    slope = -float(point.left_miss @ left + point.right_miss @ right)
    there = point
    for attempt in range(30):
        there = dual.at(point.left + share * left, point.right + share * right, eased)
        ahead = float(there.left_miss @ left + there.right_miss @ right)
        if ahead <= 0.5 * slope or there.worst <= 0.5 * point.worst:
            return there, attempt == 0
        share *= min(0.7, max(0.1, slope / (slope + ahead)))
    return there, False
