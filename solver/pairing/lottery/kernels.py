"""The lottery of one part, compiled by numba: the same walks as `walk`, over flat arrays.

A node's list of arcs stands at ``room[node]``, as long as ``length[node]``. Only `compiled` imports this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from solver.pairing.arrays import Ints

F = TypeVar("F", bound=Callable[..., object])
Places = NDArray[np.int32]
Flags = NDArray[np.uint8]
Words = NDArray[np.uint64]

compiled = cast(Callable[[F], F], njit(cache=True, nogil=True))

# Where a walk of the last bits stands between two handfuls of words.
NODE, DEPTH, LEFT, CLOSED = range(4)
NOWHERE = -1


@compiled
def halve(
    tails: Places, heads: Places, values: Ints, bit: int, ordered: Ints, coins: Flags,
    room: Places, length: Places, stacks: Ints, path: Places, at: Places, place: Places,
) -> int:  # fmt: skip
    """Clear one bit of all values; how many coins that took. ``place`` is -1 everywhere, before and after.

    Arcs go by their place in ``ordered`` here. What a node's stack holds is (place, far end, whether the arc
    leads away from the node) in one number, so that a step of the walk looks in one place only.
    """
    length[:] = 0
    for j in range(len(ordered)):
        tail, head = np.int64(tails[ordered[j]]), np.int64(heads[ordered[j]])
        stacks[room[tail] + length[tail]] = (j << 32) | (head << 1) | 1
        length[tail] += 1
        stacks[room[head] + length[head]] = (j << 32) | (tail << 1)
        length[head] += 1
    gains = np.zeros(len(ordered), np.int8)
    used = np.zeros(len(ordered), np.uint8)
    cycles = 0
    for first in range(len(ordered)):
        if used[first]:
            continue
        node = np.int64(tails[ordered[first]])
        depth = 0
        at[0] = node
        place[node] = 0
        while True:
            step = np.int64(-1)
            while length[node] > 0:
                length[node] -= 1
                step = stacks[room[node] + length[node]]
                if not used[step >> 32]:
                    break
                step = np.int64(-1)
            if step < 0:
                break
            used[step >> 32] = 1
            path[depth] = ((step >> 32) << 1) | (step & 1)
            node = (step >> 1) & 0x7FFFFFFF
            start = place[node]
            if start < 0:
                depth += 1
                at[depth] = node
                place[node] = depth
                continue
            coin = coins[cycles]
            cycles += 1
            for k in range(start, depth + 1):
                gains[path[k] >> 1] = 1 if path[k] & 1 == coin else -1
            for k in range(start + 1, depth + 1):
                place[at[k]] = -1
            depth = start
        place[node] = -1
    for j in range(len(ordered)):
        values[ordered[j]] += bit * gains[j]
    return cycles


@compiled
def list_unfinished(
    tails: Places, heads: Places, values: Ints, one: int,
    room: Places, length: Places, lists: Places, everything: Places, places: Places,
) -> int:  # fmt: skip
    """The lists of unfinished arcs, by number; how many there are. Rows of ``places``: in the list of all,
    of the tail, of the head."""
    length[:] = 0
    left = 0
    for arc in range(len(values)):
        if values[arc] & (one - 1):
            tail, head = tails[arc], heads[arc]
            everything[left] = arc
            places[0, arc], places[1, arc], places[2, arc] = left, length[tail], length[head]
            lists[room[tail] + length[tail]] = arc
            length[tail] += 1
            lists[room[head] + length[head]] = arc
            length[head] += 1
            left += 1
    return left


@compiled
def _take_out(
    arc: int, node: int, row: int, tails: Places, room: Places, length: Places, lists: Places, places: Places
) -> None:
    length[node] -= 1
    last = lists[room[node] + length[node]]
    if last != arc:
        lists[room[node] + places[row, arc]] = last
        places[1 if tails[last] == node else 2, last] = places[row, arc]


@compiled
def walk(
    tails: Places, heads: Places, values: Ints, one: int, words: Words, state: Ints,
    room: Places, length: Places, lists: Places, everything: Places, places: Places,
    path: Places, at: Places, place: Places,
) -> bool:  # fmt: skip
    """Go on with the last bits as far as ``words`` reach; whether all is finished.

    ``state``: the node reached (or nowhere), the arcs on the path, the arcs left, and where a closed cycle
    that waits for its lot begins (or -1).
    """
    node, depth, left, start = state[NODE], state[DEPTH], state[LEFT], state[CLOSED]
    next_word, count = 0, len(words)
    while True:
        if start < 0:
            if node == NOWHERE:
                if left == 0:
                    break
                if next_word == count:
                    break
                choice = np.int64(words[next_word] % np.uint64(left))
                next_word += 1
                node, depth = np.int64(tails[everything[choice]]), 0
                at[0] = node
                place[node] = 0
            near = length[node]
            if near == 0:
                place[node] = -1
                node = NOWHERE
                continue
            if next_word == count:
                break
            word = words[next_word]
            next_word += 1
            if depth == 0:
                choice = np.int64(word % np.uint64(near))
            else:
                came = path[depth - 1]
                choice = np.int64(word % np.uint64(near - 1))
                if choice >= places[1 if tails[came] == node else 2, came]:
                    choice += 1
            arc = lists[room[node] + choice]
            path[depth] = arc
            node = np.int64(heads[arc] if tails[arc] == node else tails[arc])
            if place[node] < 0:
                depth += 1
                at[depth] = node
                place[node] = depth
                continue
            start = np.int64(place[node])
        # The arcs path[start] … path[depth] are a cycle.
        up = down = np.int64(one)
        for step in range(start, depth + 1):
            arc = path[step]
            over = values[arc] & (one - 1)
            if tails[arc] == at[step]:
                up, down = min(up, one - over), min(down, over)
            else:
                up, down = min(up, over), min(down, one - over)
        size = 0
        while (up + down - 1) >> size:
            size += 1
        lot = np.int64(-1)
        if size == 0:
            lot = np.int64(0)
        while lot < 0 and next_word < count:
            lot = np.int64(words[next_word] >> np.uint64(64 - size))
            next_word += 1
            if lot >= up + down:
                lot = np.int64(-1)
        if lot < 0:
            break
        change = up if lot < down else -down
        for step in range(start, depth + 1):
            arc = path[step]
            if tails[arc] == at[step]:
                values[arc] += change
            else:
                values[arc] -= change
            if values[arc] & (one - 1) == 0:
                left -= 1
                last = everything[left]
                everything[places[0, arc]] = last
                places[0, last] = places[0, arc]
                _take_out(arc, tails[arc], 1, tails, room, length, lists, places)
                _take_out(arc, heads[arc], 2, tails, room, length, lists, places)
        for step in range(start + 1, depth + 1):
            place[at[step]] = -1
        depth, start = start, np.int64(-1)
    state[NODE], state[DEPTH], state[LEFT], state[CLOSED] = node, depth, left, start
    return bool(left == 0 and node == NOWHERE)
