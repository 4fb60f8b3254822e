"""待求的一块: a piece of the network in which every chance is still open, as the entropy solver takes it.

What is the same in every lawful table was taken out before, in exact arithmetic; so a point strictly inside
all bounds exists, and the maximum is reached at finite multipliers.
"""

from __future__ import annotations

from dataclasses import dataclass

from solver.pairing.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """One piece: S seats, P (task, inspector) pairs, E edges (a seat of a pair), I inspectors.

    Wanted is ``x[E] > 0`` with pair sums ``p``: seats ``Σ x = demand``, inspectors ``Σ p = load``,
    ``p < highest`` (a fixed pair is not here), groups ``Σ x ≤ 1`` within one seat, doors ``Σ p ≤ door_cap``
    (where ``door_full``: equal to it). Greatest wanted: ``Σ p (score - ln p)``.
    """

    demand: Floats
    """S: people the seat still needs."""
    load: Floats
    """I: visits the inspector is still to expect."""
    edge_seat: Ints
    edge_pair: Ints
    edge_group: Ints
    """E: group, or -1."""
    pair_person: Ints
    pair_door: Ints
    """P: (inspector, period) with a cap, or -1."""
    highest: Floats
    """P: the cap, or 1 where it is higher."""
    score: Floats
    """P: weight × affinity, in nats."""
    group_cap: Floats
    group_full: Bools
    door_person: Ints
    door_cap: Floats
    door_full: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """``x`` per edge; ``value`` of the objective there; ``bound``: no lawful ``x`` has a greater one."""

    x: Floats
    value: float
    bound: float
