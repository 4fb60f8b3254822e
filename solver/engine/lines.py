"""Lines of a file without ten million objects: its bytes, and where each line begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

LINE_FEED = 10
_STEP = 1 << 22


class Lines(Sequence[bytes]):
    """Lines, each ended by one LF; an item is a line without it, cut out when asked for.

    ``starts`` (one more than lines, the last is the length of ``data``) and ``octets`` are for arithmetic on
    all lines at once.
    """

    __slots__ = ("data", "octets", "starts")

    def __init__(self, data: bytes) -> None:
        """``data`` is empty or ends with a line feed."""
        self.data = data
        self.octets: npt.NDArray[np.uint8] = np.frombuffer(data, np.uint8)
        self.starts = _starts(self.octets)

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Lines:
        return cls(b"".join(line + b"\n" for line in lines))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        if isinstance(at, slice):
            first, last, step = at.indices(len(self))
            if step != 1:
                return [self[i] for i in range(first, last, step)]
            if first >= last:
                return []
            return self.data[self.starts[first] : self.starts[last] - 1].split(b"\n")
        if not -len(self) <= at < len(self):
            raise IndexError(f"no line {at} of {len(self)}")
        at %= len(self)
        return self.data[self.starts[at] : self.starts[at + 1] - 1]

    def __eq__(self, other: object) -> bool:
        return self.data == other.data if isinstance(other, Lines) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.data)

    def __iter__(self) -> Iterator[bytes]:
        for first in range(0, len(self), 32_768):
            yield from self[first : first + 32_768]


def _starts(octets: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Where each line begins, and the length of all at the end."""
    found = [np.zeros(1, np.int64)]
    for at in range(0, len(octets), _STEP):
        found.append(np.flatnonzero(octets[at : at + _STEP] == LINE_FEED) + (at + 1))
    return np.concatenate(found)
