"""证书的检查组部分: what the table of a draw's pairing gives everyone, in few numbers; it names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from solver.fairness.pairing import TableFairness


@dataclass(frozen=True, slots=True)
class PairingPart:
    """检查组的公平性 of one draw.

    ``second`` 二次秘密: how many entered the seed, ``None`` before the lot; with none of them the teams
    follow from what was known before the table. ``rungs``: rung of docs/pair-1.md → tasks.
    """

    fairness: TableFairness
    problem_sha256: str
    table_sha256: str
    assignment_sha256: str | None
    second: int | None
    rungs: Mapping[str, int]

    def plain(self) -> dict[str, Any]:
        """Its part of the certificate's data: whole numbers, fractions ``p/q``, decimals as text."""
        told = self.fairness.to_json() | {"rungs": dict(self.rungs), "second_secrets": self.second}
        return _exact(told) | {
            "problem_sha256": self.problem_sha256,
            "table_sha256": self.table_sha256,
            "assignment_sha256": self.assignment_sha256,
        }


def _exact(told: Mapping[str, Any]) -> dict[str, Any]:
    """Decimals as text with three places: the data of a certificate has no floating point numbers."""
    return {
        key: _exact(value)
        if isinstance(value, Mapping)
        else f"{value:.3f}"
        if isinstance(value, float)
        else str(value)
        if isinstance(value, Fraction)
        else value
        for key, value in told.items()
    }
