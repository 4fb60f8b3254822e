"""What a frozen plan betrays to whoever only sees what is public, or sits beside the draw."""

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import date

from sqlmodel import col, select

from supervision.database import Database
from supervision.draw import records
from supervision.draw import service as draws
from supervision.draw.freezing import inspector_root
from supervision.publication import material, portal
from supervision.register.tables import Inspector
from supervision.verification.service import verify_draw
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, HOW, NOW, Office

EQUAL = dict.fromkeys(county.RATES, 50_000)


def test_a_draw_that_keeps_its_list_is_blinded_though_no_class_enters_it(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office, by_class=False, rates=EQUAL, publish_drawn_list=False)
        draw = county.drawn(session, office, task)
    with database.reading() as session:
        # the witness knows the seed, and everybody the frame: no credit code may stand in it
        assert draws.seen_draw(session, office.witness, draw.draw_id).seed is not None
        frame = gzip.decompress(material.piece(session, draw.draw_id, "frame.csv.gz")).decode()
        page = portal.draw_page(session, draw.draw_id)
        drawn = [entity.uscc for _, entity in records.drawn(session, draw.id or 0)]
        assert verify_draw(session, draw.draw_id).ok
    assert len(drawn) > 0
    assert "360681" not in frame
    assert (page.replayable, page.names_public) == (True, False)
    assert not any(uscc in repr(page) for uscc in drawn)


def test_who_is_left_out_cannot_be_guessed_from_the_published_hash(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        first = county.drawn(session, office, county.new_task(session, office))
        task = county.new_task(session, office)
        county.committed(session, office, task)
        draw = draws.freeze(session, office.planner, task.code, replace(HOW, visit_cap=1), NOW, FRAME_KEY)
        left_out = sorted(entity.uscc for _, entity in records.drawn(session, first.id or 0))
    bare = hashlib.sha256("".join(f"{uscc}\n" for uscc in left_out).encode()).hexdigest()
    assert json.loads(draw.plan_json)["exclusion"]["hash"] != bare


def test_the_inspectors_root_covers_whatever_decides_a_team(database: Database, office: Office) -> None:
    with database.writing() as session:
        people = list(session.exec(select(Inspector).order_by(col(Inspector.code))))
        before = inspector_root(people, [], [], FRAME_KEY)
        assert inspector_root(people[::-1], [], [], FRAME_KEY) == before
        assert inspector_root(people, [], [], bytes(32)) != before
        assert inspector_root(people, [("J01", county.uscc(7))], [], FRAME_KEY) != before
        assert inspector_root(people[1:], [], [], FRAME_KEY) != before
        leave = ("J01", date(2026, 11, 23), date(2026, 12, 31))
        assert inspector_root(people, [], [leave], FRAME_KEY) != before
        people[4].station = "滨江市场监督管理所"
        assert inspector_root(people, [], [], FRAME_KEY) != before
        people[4].station = ""
        people[3].past_load += 1
        assert inspector_root(people, [], [], FRAME_KEY) != before
        session.rollback()
