"""相遇: which rows of a part bring recused people into one team and so make a draw void (rung L2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.pairing.arrays import Bools, Ints
from solver.pairing.lottery.groups import Facing

Meeting = tuple[str, str, str]
"""(task, inspector, inspector) of two recused people in one team."""


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Row ``left[k]`` and row ``right[k]`` together are the meeting ``names[which[k]]``.

    Rows are numbered as the part's edges; what is settled has the number after the last.
    """

    names: tuple[Meeting, ...]
    which: Ints
    left: Ints
    right: Ints

    def of(self, chosen: Bools) -> tuple[Meeting, ...]:
        """Who meets where when these edges happen, in order."""
        present = np.append(chosen, True)
        met = self.which[present[self.left] & present[self.right]]
        return tuple(self.names[at] for at in np.unique(met).tolist())


_NONE: Ints = np.zeros(0, dtype=np.int64)
NO_MEETINGS = Meetings((), _NONE, _NONE, _NONE)


class RowsOf:
    """The rows of a (task, person), settled ones included."""

    def __init__(self, task: Ints, person: Ints, people: int) -> None:
        self._people = people
        keys = task * people + person
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def every_two(self, facing: Facing) -> tuple[Ints, Ints, Ints]:
        """Place in ``facing``, a row of its first, a row of its second: every combination."""
        ends = [facing.task * self._people + who for who in (facing.first, facing.second)]
        first, second = (np.searchsorted(self._keys, end) for end in ends)
        firsts, seconds = (np.searchsorted(self._keys, end, side="right") for end in ends)
        times = (firsts - first) * (seconds - second)
        which = np.repeat(np.arange(len(facing)), times)
        turn = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
        one, other = np.divmod(turn, (seconds - second)[which])
        return which, self._order[first[which] + one], self._order[second[which] + other]


def possible_meetings(
    facing: Facing, rows_of: RowsOf, edges: Ints, tasks: Sequence[str], people: Sequence[str]
) -> Meetings:
    """Of the part with these ``edges`` (rows, ascending), whose recused people are ``facing`` each other."""
    which, *rows = rows_of.every_two(facing)
    left, right = (_edge(edges, row) for row in rows)
    columns = (facing.task.tolist(), facing.first.tolist(), facing.second.tolist())
    names = tuple(
        (tasks[task], people[first], people[second]) for task, first, second in zip(*columns, strict=True)
    )
    return Meetings(names, which, left, right)


def _edge(edges: Ints, rows: Ints) -> Ints:
    at = np.searchsorted(edges, rows)
    found = edges[np.minimum(at, len(edges) - 1)] == rows
    return np.where(found, at, len(edges))
