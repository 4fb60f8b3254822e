"""取整: a part's chances as whole numbers of 2^-bits, every sum within its bounds."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from solver.pairing.arrays import Ints
from solver.pairing.chances.settled import Settled, Spread, certain_pairs
from solver.pairing.entropy.integers import Sums, whole


def integers(part: Settled, found: Spread, cap: Fraction, bits: int) -> Ints:
    """E: the chances in 2^-bits. No pair that is not certain has more than the cap, rounded up."""
    one = 1 << bits
    below, above = math.floor(cap * one), math.ceil(cap * one)
    try:
        return _within(part, found, below, bits)
    except ValueError:
        if above == below:
            raise
    # At the lowest cap itself there may be no whole numbers below it.
    return _within(part, found, above, bits)


def _within(part: Settled, found: Spread, highest: int, bits: int) -> Ints:
    net, one = part.net, 1 << bits
    sums = Sums(
        edge_seat=net.edge_seat,
        edge_group=net.edge_group,
        edge_pair=net.edge_pair,
        pair_person=net.pair_person,
        pair_door=net.pair_door,
        door_person=net.door_person,
        demand=net.demand,
        lowest=np.array([math.floor(load) for load in part.loads], dtype=np.int64),
        highest=np.array([math.ceil(load) for load in part.loads], dtype=np.int64),
        door_cap=net.door_cap,
        pair_cap=np.where(certain_pairs(part), one, highest),
    )
    return whole(found.x, sums, bits)
