"""抽签的快慢两路: one draw of a part, compiled where that pays and is possible, else as `walk` has it.

Both give the same; the compiled one is used only once it has given what `walk` gives.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

import numpy as np

from solver.pairing.arrays import Bools, Ints
from solver.pairing.lottery.meetings import NO_MEETINGS
from solver.pairing.lottery.parts import Part, Places
from solver.pairing.lottery.stream import Dice, Words
from solver.pairing.lottery.walk import Network, walk

#: So many arcs drawn are about as dear as loading the kernels: from then on they are asked for.
COMPILED_FROM = 40_000


class Walker:
    """Draws one part as often as asked, each time from its own dice; not for two threads at once."""

    arcs_drawn: ClassVar[int] = 0
    """By all of this process: many small draws are worth a compiler, too."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._plain: Network | None = None
        self._fast: Compiled | None = None

    def draw(self, dice: Dice) -> Bools:
        """Which of the part's rows happen."""
        part = self._part
        Walker.arcs_drawn += len(part.values)
        if self._fast is None and Walker.arcs_drawn >= COMPILED_FROM and (kernels := sound_kernels()):
            self._fast = Compiled(kernels, part)
        if self._fast is not None:
            return self._fast.draw(dice)[: len(part.rows)] > 0
        if self._plain is None:
            self._plain = Network.of(part)
        values: list[int] = part.values.tolist()
        walk(self._plain, values, dice)
        return np.array(values[: len(part.rows)], dtype=np.int64) > 0


class Compiled:
    """The kernels at work on one part, with the arrays they need."""

    def __init__(self, kernels: Any, part: Part) -> None:
        self._kernels, self._part = kernels, part
        arcs = len(part.values)
        degree = np.bincount(part.tails, minlength=part.nodes) + np.bincount(part.heads, minlength=part.nodes)
        room = (np.cumsum(degree) - degree).astype(np.int32)
        self._room = (room, np.zeros(part.nodes, np.int32))
        self._stacks, self._near = np.zeros(2 * arcs, np.int64), np.zeros(2 * arcs, np.int32)
        self._path = (np.zeros(part.nodes, np.int32), np.zeros(part.nodes, np.int32))
        self._place = np.full(part.nodes, -1, np.int32)
        self._lists = (np.zeros(arcs, np.int32), np.zeros((3, arcs), np.int32))

    def draw(self, dice: Dice) -> Ints:
        """The values at the end, multiples of ``one``."""
        part = self._part
        values = part.values.copy()
        last = part.bits - 3
        ends = (part.tails, part.heads, values)
        for level in range(last):
            arcs = np.flatnonzero((values & (1 << level)) != 0)
            if len(arcs):
                ordered = arcs[_order(dice.keys(level, len(arcs)))]
                coins = dice.coins(level, len(arcs) // 2)
                self._kernels.halve(
                    *ends, 1 << level, ordered, coins, *self._room, self._stacks, *self._path, self._place
                )
        one = 1 << part.bits
        left = self._kernels.list_unfinished(*ends, one, *self._room, self._near, *self._lists)
        state = np.array([-1, 0, left, -1], np.int64)
        for words in dice.chunks(last) if left else ():
            if self._kernels.walk(
                *ends, one, words, state, *self._room, self._near, *self._lists, *self._path, self._place
            ):
                break
        return values


def _order(keys: Words) -> Ints:
    """The places of the keys from the smallest up, equal ones as they come."""
    order = np.argsort(keys)
    ascending = keys[order]
    if (ascending[1:] == ascending[:-1]).any():
        return np.argsort(keys, kind="stable")
    return order


@cache
def sound_kernels() -> Any | None:
    """The kernels, if this machine can run them and they draw what `walk` draws."""
    try:
        found = import_module("solver.pairing.lottery.kernels")
        sound = _agrees(found)
    except Exception as error:  # no numba, nowhere to keep what it compiles, a processor it does not know
        logging.getLogger(__name__).info("teams are drawn without a compiler: %s", error)
        return None
    if not sound:
        logging.getLogger(__name__).warning("compiled lotteries come out differently and are not used")
    return found if sound else None


def _agrees(kernels: Any) -> bool:
    part = _sample()
    fast, plain = Compiled(kernels, part), Network.of(part)
    for counter in range(8):
        values: list[int] = part.values.tolist()
        walk(plain, values, Dice(part.part_id, counter, b"agree"))
        if fast.draw(Dice(part.part_id, counter, b"agree")).tolist() != values:
            return False
    return True


def _sample() -> Part:
    """Twelve seats, each to be filled by one of seven people with uneven chances."""
    seats, people, bits = 12, 7, 12
    n = np.array([1, 2, 3, 101, 577, 1002, 2410])
    flow = np.stack([np.roll(n, shift) for shift in range(seats)])
    seat, person = np.divmod(np.arange(seats * people), people)
    tails: Places = np.append(seat, seats + np.arange(people)).astype(np.int32)
    heads: Places = np.append(seats + person, np.full(people, seats + people)).astype(np.int32)
    values = np.append(flow.ravel(), flow.sum(axis=0)).astype(np.int64)
    edges = np.arange(seats * people)
    return Part(bytes(32), "", bits, edges, seats + people + 1, tails, heads, values, NO_MEETINGS)
