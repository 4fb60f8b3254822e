"""出具证书的检查组部分: the numbers of a draw's pairing, from the table as it was fixed."""

from collections import Counter

from sqlmodel import Session

from solver.fairness.pairing import of_table
from supervision.draw.pairing_part import PairingPart
from supervision.pairing import records, storing


def stage_of(session: Session, draw_id: int) -> str:
    """How far a draw's pairing is, as the certificate tells it: nothing, the ``table``, the ``teams``."""
    pairing = records.pairing_of_draw(session, draw_id)
    if pairing is None or pairing.table is None:
        return ""
    return "teams" if pairing.is_drawn else "table"


def part_of(session: Session, draw_id: int) -> PairingPart | None:
    """``None`` where no table of chances was fixed (yet), or pairing was not by one."""
    pairing = records.pairing_of_draw(session, draw_id)
    if pairing is None or pairing.table is None or pairing.table_sha256 is None:
        return None
    table = storing.table_of(pairing)
    return PairingPart(
        fairness=of_table(table),
        problem_sha256=pairing.problem_sha256,
        table_sha256=pairing.table_sha256,
        assignment_sha256=pairing.assignment_sha256,
        second=pairing.second if pairing.is_drawn else None,
        rungs=dict(sorted(Counter(table.rung.values()).items())),
    )
