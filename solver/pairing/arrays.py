"""数组: the kinds of arrays that the stages hand on, and sums by place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def totals(at: Ints, amounts: Ints, count: int) -> Ints:
    """Whole ``amounts`` added up by place (0 to ``count`` - 1), exactly."""
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, at, amounts)
    return found
