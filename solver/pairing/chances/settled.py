"""一片的定局: all that is exact about a connected part, and the spread of chances over what is left open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from solver.pairing.arrays import Bools, Floats
from solver.pairing.chances.pieces import pieces
from solver.pairing.entropy import NotConverged, maximise
from solver.pairing.errors import PairingInfeasible
from solver.pairing.network import Network
from solver.pairing.network.caps import Lowest, lowest_cap, open_pairs
from solver.pairing.network.confine import confined
from solver.pairing.network.fixed import Remainder, narrowed, remainder
from solver.pairing.network.levels import levels
from solver.pairing.problem import Problem

ABOVE_LOWEST = Fraction(17, 16)
WORTH = 0.99
"""The least share of its entropy that a part keeps when recused people are confined to one seat (rung L1)."""

Score = Callable[[Network], Floats]
"""weight × affinity of each pair of a network."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Chances ``x`` per edge; the objective there, and a bound that no lawful table exceeds."""

    x: Floats
    value: float
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """一片: network, loads λ, what is open under them (``rest``), and Q* with what it would leave open.

    ``known``: the spread under a cap, where it was worked out on the way.
    """

    net: Network
    loads: tuple[Fraction, ...]
    rest: Remainder
    lowest: Lowest
    known: tuple[Fraction, Spread] | None = None


def settle(net: Network) -> Settled:
    """Everything exact about a part. Raises `PairingInfeasible`."""
    found = levels(net)
    rest = remainder(net, found)
    return Settled(net, found.loads(net), rest, lowest_cap(rest))


def usual_cap(lowest: Fraction) -> Fraction:
    """The cap of a problem that names none: close to the lowest, where it costs little entropy."""
    return min(Fraction(1), lowest * ABOVE_LOWEST) if lowest else Fraction(1)


def spread(part: Settled, cap: Fraction, score: Floats) -> Spread:
    """The most even chances under a cap, which is not below the part's lowest.

    A hair above the lowest there is room, but less than the digits of a machine tell apart. Where the numbers
    do not settle for that, chances under the lowest cap are mixed with those under a wider one: lawful under
    this one, and what the wider one allows bounds what is missed.
    """
    if part.known is not None and part.known[0] == cap:
        return part.known[1]
    try:
        return _solved(part, cap, score)
    except NotConverged:
        lowest, wider = part.lowest.cap, usual_cap(max(cap, part.lowest.cap))
        if not lowest < cap < wider:
            raise
    tight, wide = _solved(part, lowest, score), _solved(part, wider, score)
    share = float((cap - lowest) / (wider - lowest))
    x = (1.0 - share) * tight.x + share * wide.x
    return Spread(x, objective(pair_chances(part.net, x), score), wide.bound)


def _solved(part: Settled, cap: Fraction, score: Floats) -> Spread:
    rest = part.rest
    if cap == part.lowest.cap and rest.open.any():
        rest = narrowed(part.lowest.under, part.lowest.amount)
    net = part.net
    x = rest.value[: net.edges].copy()
    solved = np.zeros(len(net.pair_task), dtype=np.bool_)
    value = bound = 0.0
    for piece in pieces(rest, float(cap), score):
        found = maximise(piece.component)
        x[piece.edges] = found.x
        if not piece.certain:
            solved[net.edge_pair[piece.edges]] = True
            value += found.value
            bound += found.bound
    settled = objective(pair_chances(net, x)[~solved], score[~solved])
    return Spread(x, value + settled, bound + settled)


def objective(p: Floats, score: Floats) -> float:
    """Entropy in nats and affinity of some pairs' chances."""
    some = p > 0
    return float(np.sum(p[some] * (score[some] - np.log(p[some]))))


def pair_chances(net: Network, x: Floats) -> Floats:
    """P: the chance of each pair, from those of its edges."""
    return np.bincount(net.edge_pair, weights=x, minlength=len(net.pair_task)).astype(np.float64)


def certain_pairs(part: Settled) -> Bools:
    """P: pairs that are in every table, in one seat or another."""
    net, rest = part.net, part.rest
    chance = pair_chances(net, rest.value[: net.edges])
    chance[open_pairs(rest)] = 0.0
    first = net.edges + len(net.group_seat)
    multi = np.arange(first, first + len(net.multi))
    chance[net.multi] = np.where(rest.open[multi], 0.0, rest.value[multi])
    found: Bools = chance == 1.0
    return found


def kept_apart(net: Network, problem: Problem, score: Score) -> Settled:
    """The part as it is, or with recused people confined to one seat (rung L1) if that costs next to nothing.

    Next to nothing: the same loads, and at least `WORTH` of the entropy.
    """
    plain = settle(net)
    narrow = confined(net, problem.colleague_recusals)
    if narrow is None:
        return plain
    try:
        tight = settle(narrow)
    except PairingInfeasible:
        return plain
    asked = problem.cap
    if tight.loads != plain.loads or (asked is not None and asked < tight.lowest.cap):
        return plain
    if asked is not None and asked < plain.lowest.cap:
        return plain
    plain, tight = (_known(one, asked or usual_cap(one.lowest.cap), score) for one in (plain, tight))
    return tight if _entropy(tight) >= WORTH * _entropy(plain) else plain


def _known(part: Settled, cap: Fraction, score: Score) -> Settled:
    return replace(part, known=(cap, spread(part, cap, score(part.net))))


def _entropy(part: Settled) -> float:
    x = part.known[1].x if part.known else part.rest.value[: part.net.edges]
    return objective(pair_chances(part.net, x), np.zeros(len(part.net.pair_task)))
