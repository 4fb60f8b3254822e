"""What may stop a pairing: a problem badly put, rules nobody can obey, a cap nobody can keep."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from solver.errors import SolverError
from solver.pairing.words.changes import Suggestion
from solver.pairing.words.gap import Shortage
from solver.pairing.words.wording import cap_sentence


class PairingInputError(SolverError):
    """匹配问题填写有误: the problem contradicts itself; ``params["where"]`` names the place."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__("pairing_input", params, message)


class PairingInfeasible(SolverError):
    """无法匹配: no lawful assignment exists. ``shortages``: where, who could help, how many missing.

    ``suggestions``: the cheapest changes that would mend it, where whoever raised this looked for them.
    """

    def __init__(self, shortages: tuple[Shortage, ...], suggestions: tuple[Suggestion, ...] = ()) -> None:
        self.shortages = shortages
        self.suggestions = suggestions
        params: dict[str, object] = {"shortages": [shortage.to_json() for shortage in shortages]}
        if suggestions:
            params["suggestions"] = [suggestion.to_json() for suggestion in suggestions]
        told = [one.message for one in shortages] + [one.message for one in suggestions]
        super().__init__("pairing_infeasible", params, "\n".join(told))


class CapTooLow(SolverError):
    """概率上限过低: no table keeps every chance (certain ones apart) within ``cap``; ``lowest`` can be kept.

    ``seats`` (task, seat) and ``inspectors`` who may sit there stand in the way.
    """

    def __init__(
        self,
        cap: Fraction,
        lowest: Fraction,
        seats: Sequence[tuple[str, str]],
        inspectors: Sequence[str],
    ) -> None:
        self.cap, self.lowest = cap, lowest
        self.seats, self.inspectors = tuple(seats), tuple(inspectors)
        params = {
            "cap": str(cap),
            "lowest_cap": str(lowest),
            "seats": [list(seat) for seat in self.seats],
            "inspectors": list(self.inspectors),
        }
        super().__init__("pairing_cap", params, cap_sentence(cap, lowest, self.seats, self.inspectors))


class PairingUnresolved(SolverError):
    """没有定论: neither an answer nor a proof that there is none, within the limits of the search.

    Recusals too dense as a rule; hardly ever numbers that do not settle.
    """

    def __init__(self, message: str, **params: object) -> None:
        super().__init__("pairing_unresolved", params, message)
