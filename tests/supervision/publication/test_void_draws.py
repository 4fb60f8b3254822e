"""A draw given up when its outcome could be known already stays visible as such, and is counted."""

import pytest

from supervision.database import Database
from supervision.draw import service as draws
from supervision.publication import portal
from tests.supervision import county
from tests.supervision.county import NOW, Office
from tests.supervision.draw.beacons import AFTER, SSQ, approved, chain, reveal

__all__ = ["chain"]
pytestmark = pytest.mark.usefixtures("chain")
LOTTERY = {"use_beacon": False, "lotteries": (SSQ,)}


@pytest.fixture
def office(database: Database, planner: object, approver: object, witness: object, organ: object) -> Office:
    county.fill(database, organ.id or 0)  # type: ignore[attr-defined]
    return Office(planner, approver, witness)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "revealed", "later", "known"),
    [
        ({"use_beacon": False}, (0, 1), False, True),
        ({"use_beacon": False}, (0,), False, False),
        ({}, (0, 1), False, False),  # the round of the beacon is still ahead
        ({}, (0, 1), True, True),  # out, though nobody has entered it here
        (LOTTERY, (0, 1), False, True),  # its numbers may be known
    ],
)
def test_giving_up_a_draw_whose_outcome_could_be_known_is_told_and_counted(
    database: Database,
    office: Office,
    more: dict[str, object],
    revealed: tuple[int, ...],
    later: bool,
    known: bool,
) -> None:
    with database.writing() as session:
        draw, task = approved(session, office, **more)
        reveal(session, office, task, *revealed)
        moment = AFTER if later else NOW
        draws.void(session, office.approver, draw.draw_id, "ordered-by-superior", "另有安排", moment)
        page, figures = portal.draw_page(session, draw.draw_id), portal.statistics(session)
    assert page.void_when_known is known
    assert (figures.draws, figures.void, figures.void_when_known) == (0, 1, int(known))


def test_a_draw_given_up_before_its_approval_was_known_to_nobody(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.frozen(session, office, county.new_task(session, office))
        draws.void(session, office.approver, draw.draw_id, "plan-error", "范围有误", NOW)
        assert not portal.draw_page(session, draw.draw_id).void_when_known
        assert portal.statistics(session).void == 1
