"""The certificate of a paired draw tells of its teams, from the table as it was fixed and logged."""

import json

from solver.pairing.table import Table
from supervision.database import Database
from supervision.draw import certifying
from supervision.pairing import records, storing
from supervision.pairing import service as pairing
from supervision.pairing.certifying import part_of, stage_of
from supervision.publication.certificates import public_paper
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office


def test_a_paired_draw_has_the_part_in_the_office_and_in_public(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
    with database.reading() as session:
        kept = records.pairing_of_draw(session, draw.id or 0)
        assert kept is not None
        table: Table = storing.table_of(kept)
        papers = [
            certifying.office_paper(session, office.approver, draw.draw_id),
            public_paper(session, draw.draw_id),
        ]
    for paper in papers:
        part = paper.certificate.pairing
        assert part is not None
        assert part.table_sha256 == kept.table_sha256 == table.table_sha256
        assert part.assignment_sha256 == kept.assignment_sha256
        told = json.loads(paper.certificate.json)["pairing"]
        assert told["tasks"] == len(table.problem.tasks) == sum(told["rungs"].values())
        assert sum(people for _, people in told["loads"]) == len(table.problem.inspectors)
        # A list walked down has one start among the inspectors, and no luck besides.
        assert told["round_robin"]["starts"] == len(table.problem.inspectors)
        assert float(told["entropy_bits"]) > 10 * float(told["round_robin"]["bits"])


def test_a_draw_without_teams_has_no_such_part(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
    with database.reading() as session:
        assert part_of(session, draw.id or 0) is None
        paper = certifying.office_paper(session, office.approver, draw.draw_id)
    assert paper.certificate.pairing is None


def test_before_the_lot_the_table_alone_is_told(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
    with database.reading() as session:
        part = part_of(session, draw.id or 0)
        assert stage_of(session, draw.id or 0) == "table"
    assert part is not None
    assert (part.assignment_sha256, part.second) == (None, None)
