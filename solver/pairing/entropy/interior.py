"""内点: the path through the inside of all bounds, for tight caps, doors, groups, and pairs of many seats.

It starts where every sum is met and everything that must stay positive is: the room under a pair's cap,
what an upper bound leaves, and every edge (of a pair's edges the objective sees the sum alone; so none
vanishes). Each of these has a price; at the start, amounts times prices are the path's *sizes*. Along
the path the products are ``ease`` times their size; as the ease falls from 1, the path runs to the
table of greatest entropy, and what it misses is the sum of the products. Steps are Newton's on rows,
prices and products at once (primal-dual: Wright, *Primal-Dual Interior-Point Methods*, 1997; weighted
paths: Roos, Terlaky, Vial, *Interior Point Methods for Linear Optimization*, 2005; for entropy:
Saunders, *PDCO*).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.pairing.arrays import Floats
from solver.pairing.entropy.multipliers import Dual, Point
from solver.pairing.entropy.newton import Bend, System

WANTED_GAP = 1e-4
STEPS, MORE_STEPS = 150, 1500
FAIR = 0.05
"""Least size of a product, relative to the pair or the bound."""
SETTLED = 1e-11
INSIDE = 0.99
"""A step ends this far on the way to the nearest bound."""
ACCURACY = 1e-9
"""Of conjugate gradients, where they are used."""


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """Edges in order of their pair, with multipliers; ``worst``: greatest relative miss of any sum."""

    x: Floats
    left: Floats
    right: Floats
    worst: float


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """``room`` under a pair's cap and its price ``press``; ``lift``, the price of an edge's being positive;
    ``rest``, what upper bounds leave, priced by their multipliers less the sign.
    The room may be far less than the last digit of the pair: it is kept by itself."""

    x: Floats
    left: Floats
    right: Floats
    room: Floats
    press: Floats
    lift: Floats
    rest: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A state looked at: pairs ``p``, the price ``toll`` of rests, what edges still gain (nought on the
    path), misses of rows."""

    p: Floats
    toll: Floats
    gain: Floats
    left_miss: Floats
    right_miss: Floats
    worst: float


def centre(dual: Dual, point: Point) -> Inside:
    """The path followed from its start, an eased point that meets all sums, until the gap is small; then
    settled to the last digits."""
    path = _Path(dual)
    state = path.start(point)
    look = path.look(state)
    path.sizes = path.measure(state, look)
    ease, share = 1.0, 0.0
    for _ in range(STEPS):
        near = path.near(state, look, ease)
        small = dual.gap(look.p, state.left, state.right) <= WANTED_GAP
        if near and small:
            break
        ease *= 1.0 if small else 0.1 if share > 0.8 else 0.5 if share > 0.4 or near else 1.0
        state, look, share = path.step(state, look, ease)
        ease = path.ease(state, look)
    else:
        state, look, ease = _gently(path, state, look, ease)
    if not 0.0 < ease < math.inf:
        return Inside(state.x, state.left, state.right, math.inf)
    ease = 2.0 ** math.floor(math.log2(ease))
    error, more = math.inf, 2
    for _ in range(STEPS):
        following, ahead, _ = path.step(state, look, ease)
        missing = path.error(following, ahead, ease)
        if missing >= error and error <= SETTLED:
            break
        state, look, error = following, ahead, missing
        more -= error <= SETTLED
        if not more:
            break
    return Inside(state.x, state.left, state.right, look.worst)


def _gently(path: _Path, state: _State, look: _Look, ease: float) -> tuple[_State, _Look, float]:
    """On along a path of sharp bends, as large scores make it: the ease falls as fast as steps can follow."""
    dual, cut = path.dual, 0.5
    for _ in range(MORE_STEPS):
        near = path.near(state, look, ease)
        small = dual.gap(look.p, state.left, state.right) <= WANTED_GAP
        if near and small:
            break
        lower = near and not small
        state, look, share = path.step(state, look, ease * (cut if lower else 1.0))
        if lower:
            cut = max(cut * cut, 0.1) if share > 0.8 else cut if share > 0.4 else min(math.sqrt(cut), 0.99)
        ease = path.ease(state, look)
    return state, look, ease


class _Path:
    """The equations of the path, and Newton's steps on them."""

    sizes: tuple[Floats, Floats, Floats]

    def __init__(self, dual: Dual) -> None:
        self.dual = dual

    def start(self, point: Point) -> _State:
        """Prices that make an eased point lie on the path, at ease 1."""
        dual = self.dual
        press = np.logaddexp(0.0, point.over)
        edge_gain = dual.per_edge(dual.score)
        if not dual.plain:
            edge_gain = edge_gain + np.log(dual.ways[dual.edge_pair] * point.split)
        floor = np.full(dual.lefts, -np.inf)
        np.maximum.at(floor, dual.seat, edge_gain)
        left = point.left.copy()
        left[dual.seat_rows] -= 1.0 + floor[dual.seat_rows]
        lift = 1.0 + floor[dual.seat] - edge_gain
        room = np.exp(dual.ceiling - press)
        return _State(point.x, left, point.right, room, press, lift, point.rest)

    def look(self, state: _State) -> _Look:
        dual = self.dual
        p = dual.per_pair(state.x)
        pairs = dual.score - np.log(p) - 1.0 + dual.costs(state.right) - state.press
        gain = dual.per_edge(pairs) + dual.prices(state.left)
        gain += state.lift
        left_miss = dual.into_left(state.x) - dual.left_sum
        right_miss = dual.into_right(p) - dual.right_sum
        dual.add_soft(left_miss, right_miss, state.rest)
        worst = dual.worst(left_miss, right_miss)
        toll = -dual.soft(state.left, state.right)
        return _Look(p, toll, gain, left_miss, right_miss, worst)

    def products(self, state: _State, look: _Look) -> tuple[Floats, Floats, Floats]:
        return state.press * state.room, state.lift * state.x, state.rest * look.toll

    def measure(self, state: _State, look: _Look) -> tuple[Floats, Floats, Floats]:
        """The products at the start; those that are next to nought grow to a fair size first."""
        press, lift, rest = self.products(state, look)
        return np.maximum(press, FAIR * look.p), lift, np.maximum(rest, FAIR * self.dual.soft_sum)

    def ease(self, state: _State, look: _Look) -> float:
        """Products over sizes, on the average."""
        products = sum(float(np.sum(one)) for one in self.products(state, look))
        return products / sum(float(np.sum(one)) for one in self.sizes)

    def near(self, state: _State, look: _Look, ease: float) -> bool:
        """Whether no product is far from the path."""
        ratios = [product / (ease * size) for product, size in self._both(state, look)]
        return all(
            float(np.min(one, initial=1.0)) > 0.1 and float(np.max(one, initial=1.0)) < 10.0 for one in ratios
        )

    def _both(self, state: _State, look: _Look) -> Iterator[tuple[Floats, Floats]]:
        return zip(self.products(state, look), self.sizes, strict=True)

    def error(self, state: _State, look: _Look, ease: float) -> float:
        """How far a state is from the path at that ease: the worst of all equations, relative to its
        terms."""
        off = [product / (ease * size) - 1.0 for product, size in self._both(state, look)]
        gain = look.gain / (1.0 + state.lift + self.dual.per_edge(state.press))
        return max(look.worst, *(float(np.max(np.abs(one), initial=0.0)) for one in (*off, gain)))

    def step(self, state: _State, look: _Look, ease: float) -> tuple[_State, _Look, float]:
        """One Newton step towards the path at that ease, cut short before any bound; and its share."""
        dual = self.dual
        press_size, lift_size, rest_size = self.sizes
        more_press = ease * press_size / state.room - state.press
        more_lift = ease * lift_size / state.x - state.lift
        more_rest = ease * rest_size / look.toll - state.rest
        bend = self._bend(state, 1.0 / look.p + state.press / state.room)
        gain = look.gain - dual.per_edge(more_press)
        gain += more_lift
        moved = self._answer(bend, gain)
        stiff = state.rest / look.toll
        left_stiff, right_stiff = np.zeros(dual.lefts), np.zeros(dual.people + dual.doors)
        dual.add_soft(left_stiff, right_stiff, stiff)
        left = -look.left_miss - dual.into_left(moved)
        right = -look.right_miss - dual.into_right(dual.per_pair(moved))
        dual.add_soft(left, right, -more_rest)
        left, right = System(dual, bend, left_stiff, right_stiff).solve(left, right, ACCURACY)

        x = self._answer(bend, gain + dual.prices(left) + dual.per_edge(dual.costs(right)))
        p, slope = dual.per_pair(x), dual.soft(left, right)
        rest = more_rest + stiff * slope
        press = more_press + state.press / state.room * p
        lift = more_lift - state.lift / state.x * x
        amounts = (state.x, state.room, state.rest, look.toll, state.press, state.lift)
        share = min(1.0, *map(_room, amounts, (x, -p, rest, -slope, press, lift)))
        state = _State(
            state.x + share * x,
            state.left + share * left,
            state.right + share * right,
            state.room - share * p,
            state.press + share * press,
            state.lift + share * lift,
            state.rest + share * rest,
        )
        return state, self.look(state), share

    def _bend(self, state: _State, tight: Floats) -> Bend:
        dual = self.dual
        loose = state.x / state.lift
        total = dual.per_pair(loose)
        moving = total / (1.0 + tight * total)
        return Bend(moving, loose / dual.per_edge(total), loose, tight * moving * total)

    def _answer(self, bend: Bend, gain: Floats) -> Floats:
        """How the edges change if each is to gain less by so much."""
        dual = self.dual
        if dual.plain:
            return bend.moving * gain
        mean = dual.per_pair(bend.split * gain)[dual.edge_pair]
        return bend.moving[dual.edge_pair] * bend.split * mean + bend.loose * (gain - mean)


def _room(amount: Floats, change: Floats) -> float:
    """The greatest share of the change that leaves every amount positive."""
    fastest = float(np.max(-change / amount, initial=0.0))
    return INSIDE / fastest if fastest > 0.0 else 1.0
