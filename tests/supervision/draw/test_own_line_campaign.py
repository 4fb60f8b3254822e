"""One's own line in a campaign: tickets come from the seed that the departments share."""

import pytest

from solver.blind import salt
from solver.verify import check_own_line
from supervision.database import Database
from supervision.draw import campaigns, entropy, records
from supervision.draw import service as draws
from supervision.draw.anonymity import anonymity_of
from supervision.draw.tables import Draw
from supervision.publication import material
from tests.supervision.county import NOW, SECRETS, Office
from tests.supervision.draw.beacons import AFTER, answer_to, chain
from tests.supervision.draw.test_campaigns import KEY, approved, fire, joined

__all__ = ["chain", "fire"]
pytestmark = pytest.mark.usefixtures("chain")


@pytest.fixture
def pair(database: Database, office: Office, fire: Office) -> tuple[Draw, Draw]:
    with database.writing() as session:
        code, own, other = joined(session, office, fire)
        first, second = approved(session, office, fire, own, other)
        campaigns.seal_campaign(session, office.planner, code, NOW)
        for actor, secret in zip(office.parties, SECRETS, strict=True):
            draws.reveal(session, actor, own.code, secret.hex(), NOW)
        entropy.enter_beacon(session, office.planner, first.draw_id, answer_to(session, first), AFTER)
        draws.run(session, office.planner, first.draw_id, AFTER)
        draws.run(session, fire.planner, second.draw_id, AFTER)
    return first, second


def test_the_ticket_that_a_firm_is_told_is_that_of_the_campaign(
    database: Database, pair: tuple[Draw, Draw]
) -> None:
    with database.reading() as session:
        for draw in pair:
            cells = material.piece(session, draw.draw_id, "cells.json")
            for row, entity in records.drawn(session, draw.id or 0)[:5]:
                code = salt(KEY, entity.uscc).hex()  # one code opens the line in each of the draws
                told = material.own_line(session, draw.draw_id, entity.uscc, code)
                assert told.lot is not None
                assert (told.lot.ticket, told.lot.drawn) == (row.ticket, True)
                proof = material.own_proof(session, draw.draw_id, entity.uscc, code)
                assert check_own_line(proof, draw.plan_hash, cells).drawn is True


def test_laid_side_by_side_the_draws_hide_less_and_it_is_said(
    database: Database, pair: tuple[Draw, Draw]
) -> None:
    with database.reading() as session:
        drawn = [{row.frame_id for row, _ in records.drawn(session, draw.id or 0)} for draw in pair]
        found = [anonymity_of(session, draw, revealed=True) for draw in pair]
    assert drawn[0] != drawn[1]  # each plan rounds by itself
    for own, other, told in ((drawn[0], drawn[1], found[0]), (drawn[1], drawn[0], found[1])):
        assert told is not None
        assert told.jointly is not None
        assert told.least is not None
        assert told.jointly <= len(own - other) < told.least
        assert not told.reached
