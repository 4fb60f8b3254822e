"""名录各列: the lines of a frame as columns, read and checked all at once (draw/1, part 2)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt

from solver.canonical import LIMIT
from solver.engine import number
from solver.engine.lines import Lines

#: The most bytes of a line, without its line feed.
LONGEST = 1024

_SIZE = re.compile(rb"0|[1-9][0-9]{0,15}")
_COMMA = 44
_RUN = 65_536


@dataclass(frozen=True, slots=True)
class Columns:
    """名录各列: line ``i`` ends in ``rests[codes[i]]`` (``path,class``), for pps then in ``sizes[i]``.

    ``rests`` are distinct, in the order in which they come; ``sizes`` is empty for the other modes.
    """

    codes: npt.NDArray[np.int32]
    rests: tuple[bytes, ...]
    sizes: npt.NDArray[np.int64]


def read_columns(lines: Lines, width: int, sized: bool, letters: bytes, rest: bytes) -> Columns | None:
    """The columns of lines as the contract says, or ``None`` if any line is otherwise.

    An id has ``width`` of the ``letters``; what follows its comma matches the pattern ``rest``.
    """
    if not _ids_rise(lines, width, letters):
        return None
    return (_sized if sized else _unsized)(lines, width + 1, re.compile(rest))


def _ids_rise(lines: Lines, width: int, letters: bytes) -> bool:
    """Whether every line begins with an id and a comma, each id greater than the one before."""
    starts, octets = lines.starts, lines.octets
    lengths = np.diff(starts)
    if (lengths <= width + 1).any():  # an id, its comma, its line feed: no room for the rest
        return False
    if (lengths > LONGEST + 1).any():
        return False
    known = np.zeros(256, bool)
    known[np.frombuffer(letters, np.uint8)] = True
    # every place of the file as the beginning of an id, so that one look-up cuts out all of them
    every = max(len(octets) - width + 1, 0)
    heads = np.ndarray((every,), f"S{width}", octets, strides=(1,))
    for first in range(0, len(lines), _RUN):
        begins = starts[first : min(first + _RUN, len(lines))]
        ids = heads[begins]
        if not (known[ids.view(np.uint8)].all() and (octets[begins + width] == _COMMA).all()):
            return False
        if (ids[1:] <= ids[:-1]).any() or (first and heads[starts[first - 1]] >= ids[0]):
            return False
    return True


def _unsized(lines: Lines, skip: int, pattern: re.Pattern[bytes]) -> Columns | None:
    if found := number(lines, skip):
        good = all(map(pattern.fullmatch, found[1]))
        return Columns(*found, np.empty(0, np.int64)) if good else None
    numbers: defaultdict[bytes, int] = defaultdict(count().__next__)
    codes = np.empty(len(lines), np.int32)
    for first in range(0, len(lines), _RUN):
        run = [numbers[line[skip:]] for line in lines[first : first + _RUN]]
        codes[first : first + len(run)] = run
    good = all(map(pattern.fullmatch, numbers))
    return Columns(codes, tuple(numbers), np.empty(0, np.int64)) if good else None


def _sized(lines: Lines, skip: int, pattern: re.Pattern[bytes]) -> Columns | None:
    numbers: defaultdict[bytes, int] = defaultdict(count().__next__)
    codes, sizes = np.empty(len(lines), np.int32), np.empty(len(lines), np.int64)
    for first in range(0, len(lines), _RUN):
        parts = [line[skip:].rpartition(b",") for line in lines[first : first + _RUN]]
        if not all(_SIZE.fullmatch(size) for _, _, size in parts):
            return None
        codes[first : first + len(parts)] = [numbers[rest] for rest, _, _ in parts]
        sizes[first : first + len(parts)] = [int(size) for _, _, size in parts]
    good = all(map(pattern.fullmatch, numbers)) and not (sizes >= LIMIT).any()
    return Columns(codes, tuple(numbers), sizes) if good else None
