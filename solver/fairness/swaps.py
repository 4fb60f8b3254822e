"""随机换人: lists of teams as likely as one another, with the same team sizes and visits for everyone.

Two people of two teams change places where both may and neither is there already. A step picks its pairs
without looking at who sits where, so it leads back as easily as forth, and after many steps every list that
can be reached is as likely as another. Its randomness is an integer hash (SplitMix64), so that a result can
be had again anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Words = NDArray[np.uint64]
NOBODY = -1


def mixed(numbers: Words) -> Words:
    """SplitMix64 of each number: 64 bits that look random."""
    with np.errstate(over="ignore"):
        z = numbers * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def lists_alike(teams: Sequence[Sequence[int]], may: Bools | None, samples: int) -> Iterator[Ints]:
    """``samples`` random lists (teams × places, ``NOBODY`` where a team is smaller) alike the given one.

    ``may[team, person]`` says who may sit where; ``None``: everyone anywhere. Each list is the same array.
    """
    size = np.array([len(team) for team in teams], dtype=np.int64)
    width = int(size.max(initial=0))
    now = np.full((len(teams), width), NOBODY, dtype=np.int64)
    for row, team in zip(now, teams, strict=True):
        row[: len(team)] = team
    drawn = 0
    for number in range(samples):
        for _ in range(10 * width if number == 0 else 3 * width):
            _swap(now, size, may, drawn)
            drawn += 3 * len(teams)
        yield now


def _swap(now: Ints, size: Ints, may: Bools | None, drawn: int) -> None:
    """Pair the teams at random; each pair may exchange one of its people each."""
    teams = len(now)
    words = mixed(np.arange(drawn, drawn + 3 * teams, dtype=np.uint64))
    order = np.argsort(words[:teams], kind="stable")
    half = teams // 2
    first, second = order[:half], order[half : 2 * half]
    here = (words[teams : teams + half] % size[first].astype(np.uint64)).astype(np.int64)
    there = (words[2 * teams : 2 * teams + half] % size[second].astype(np.uint64)).astype(np.int64)
    one, other = now[first, here], now[second, there]
    fits = (now[second] != one[:, None]).all(axis=1) & (now[first] != other[:, None]).all(axis=1)
    if may is not None:
        fits &= may[second, one] & may[first, other]
    now[first[fits], here[fits]] = other[fits]
    now[second[fits], there[fits]] = one[fits]
