"""The material everybody gets of a draw: one bundle that verifies offline, and the holder's own proof."""

from datetime import timedelta

import pytest

from solver import bundle
from solver.blind import salt
from solver.log.checkpoint import Signer
from solver.verify import check_own_line, verify
from supervision.database import Database
from supervision.draw.tables import Draw
from supervision.errors import NotFound
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.publication import material
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, NOW, Office, uscc

SIGNER = Signer("test.example/log", bytes(32))
ALWAYS = {"plan.json", "frame.csv.gz", "summary.json", "verify_draw.py", "README.txt"}


@pytest.fixture
def office(planner: Actor, approver: Actor, witness: Actor) -> Office:
    return Office(planner, approver, witness)


@pytest.fixture
def closed(database: Database, organ: Organ, office: Office) -> Draw:
    with database.writing() as session:
        county.settle(session, organ.id or 0)
        return county.drawn(session, office, county.new_task(session, office))


def seal(database: Database, draw: Draw) -> None:
    with database.writing() as session:
        found = session.merge(draw)
        found.sealed, found.open_by, found.opened_at = True, NOW + timedelta(days=3), None


def test_the_bundle_of_a_closed_draw_verifies_offline_step_by_step(database: Database, closed: Draw) -> None:
    with database.reading() as session:
        packed = material.packed(session, closed.draw_id, SIGNER)
    report = verify(bundle.read(packed), log_key=None)
    assert [(step.name, step.message) for step in report.steps if step.status == "failed"] == []
    assert {"plan_hash", "register", "reveals", "result", "cells", "closing_hash"} <= {
        step.name for step in report.steps if step.status == "ok"
    }


def test_the_same_draw_gives_the_same_bundle(database: Database, closed: Draw) -> None:
    with database.reading() as session:
        first = material.packed(session, closed.draw_id, SIGNER)
        assert material.packed(session, closed.draw_id, SIGNER) == first


def test_a_sealed_draw_gives_nothing_that_the_opening_will_give(database: Database, closed: Draw) -> None:
    seal(database, closed)
    with database.reading() as session:
        files = material.bundle(session, closed.draw_id, None)
        about = material.about(session, closed.draw_id)
        for name in ("reveals.json", "result.csv", "cells.json"):
            with pytest.raises(NotFound):
                material.piece(session, closed.draw_id, name)
    assert set(files) == ALWAYS | {"closing.json"}
    assert b"seed" not in files["summary.json"]
    assert closed.seed is not None
    assert not any(closed.seed.encode() in body for body in files.values())
    assert (about.revealed, about.names_public) == (False, False)


def test_the_proof_of_ones_own_line_is_checked_without_us(database: Database, closed: Draw) -> None:
    with database.reading() as session:
        for number in (7, 19, 59):
            code = salt(FRAME_KEY, uscc(number)).hex()
            proof = material.own_proof(session, closed.draw_id, uscc(number), code)
            cells = material.piece(session, closed.draw_id, "cells.json")
            checked = check_own_line(proof, closed.plan_hash, cells)
            shown = material.own_line(session, closed.draw_id, uscc(number), code)
            assert shown.lot is not None
            assert (checked.ticket, checked.drawn) == (shown.lot.ticket, shown.lot.drawn)
            assert checked.probability == shown.probability


def test_before_the_opening_the_proof_has_no_ticket(database: Database, closed: Draw) -> None:
    seal(database, closed)
    with database.reading() as session:
        code = salt(FRAME_KEY, uscc(7)).hex()
        proof = material.own_proof(session, closed.draw_id, uscc(7), code)
    assert check_own_line(proof, closed.plan_hash).ticket is None
    assert b"reveals" not in proof


def test_the_readme_and_the_verifier_stand_in_the_bundle_as_they_are() -> None:
    assert "double-random verify" in material.README.read_text("utf-8")
    assert b"import" in material.verifier()
