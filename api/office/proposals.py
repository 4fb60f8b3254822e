"""What the pages of 替补 and 换人 share: a proposal's colour, and an act on one that was refused."""

from dataclasses import dataclass

from api.office.answers import Refusal
from supervision.draw.tables import ReplacementState

COLOURS = {
    ReplacementState.PROPOSED: "amber",
    ReplacementState.APPROVED: "green",
    ReplacementState.REFUSED: "grey",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """没有执行的操作, and what was typed for it. ``number``: of the proposal decided on."""

    refusal: Refusal
    number: int = 0
    because: str = ""
