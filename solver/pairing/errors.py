"""What may stop a pairing: a problem badly put, a rule nobody can obey, a rule this version does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.errors import SolverError

if TYPE_CHECKING:
    from solver.pairing.shortage import Shortage


class PairingInputError(SolverError):
    """匹配问题填写有误: the problem contradicts itself; ``params["where"]`` names the place."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__("pairing_input", params, message)


class PairingUnsupported(SolverError):
    """本版本不支持: the problem asks for a guarantee that would otherwise be dropped in silence."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__("pairing_unsupported", params, message)


class PairingInfeasible(SolverError):
    """无法匹配: no lawful assignment exists. ``shortages``: where, who could help, how many missing."""

    def __init__(self, shortages: tuple[Shortage, ...]) -> None:
        self.shortages = shortages
        params = {"shortages": [shortage.to_json() for shortage in shortages]}
        super().__init__("pairing_infeasible", params, "\n".join(shortage.message for shortage in shortages))


class PairingUnresolved(SolverError):
    """回避关系过密: neither a lawful assignment nor a proof that there is none within the search limit."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__("pairing_unresolved", params, message)
