"""Draws that share their parties share second secrets too: none is taken before all of their tables are fixed."""

from datetime import date

import pytest
from sqlmodel import Session, select

from solver.log.entries import Entry
from solver.log.order import check_course
from supervision.database import Database
from supervision.draw import campaigns, entropy, records
from supervision.draw import service as draws
from supervision.draw.tables import Draw
from supervision.pairing import seconds
from supervision.pairing import service as pairing
from supervision.pairing.rules import TableMissing
from supervision.people.tables import Organ
from supervision.plan.tables import Task
from supervision.register.tables import Inspector
from supervision.transparency import records as log
from supervision.verification.service import verify_draw
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, SECRETS, Office
from tests.supervision.draw.beacons import AFTER, answer_to, chain
from tests.supervision.draw.test_campaigns import KEY, SOURCES, approved, fire

__all__ = ["chain", "fire"]
pytestmark = pytest.mark.usefixtures("chain")


@pytest.fixture
def both(database: Database, office: Office, fire: Office) -> tuple[Task, Draw, Draw]:
    """Two draws of one campaign, drawn, that ask for second secrets."""
    with database.writing() as session:
        brigade = session.exec(select(Organ).where(Organ.code == "360681-9")).one()
        for number in (2, 3, 4):
            session.add(
                Inspector(
                    organ_id=brigade.id or 0,
                    code=f"X0{number}",
                    name=f"消防员{number}",
                    certificate=f"X0{number}",
                    certificate_until=date(2028, 1, 1),
                    region_prefix="360681",
                    digest="-",
                    updated_at=NOW,
                )
            )
        own = county.new_task(session, office, second_reveal=True, **SOURCES)
        code = campaigns.create_campaign(session, office.planner, own.code, "联合抽查", NOW, KEY).code
        other = county.new_task(session, fire, items=("XF-01",), second_reveal=True)
        campaigns.join_campaign(session, fire.planner, code, other.code, NOW)
        first, second = approved(session, office, fire, own, other)
        campaigns.seal_campaign(session, office.planner, code, NOW)
        for actor, secret in zip(office.parties, county.secrets_of(session, own), strict=True):
            draws.reveal(session, actor, own.code, secret.hex(), NOW)
        entropy.enter_beacon(session, office.planner, first.draw_id, answer_to(session, first), AFTER)
        draws.run(session, office.planner, first.draw_id, AFTER)
        draws.run(session, fire.planner, second.draw_id, AFTER)
    return own, first, second


def course(session: Session, draw: Draw) -> list[str]:
    entries = [Entry.parse(row.body, row.index) for row in log.of_draw(session, draw.draw_id)]
    check_course(entries)
    return [entry.kind for entry in entries][-4:]


def test_one_second_secret_counts_for_every_draw_once_all_tables_are_fixed(
    database: Database, office: Office, fire: Office, both: tuple[Task, Draw, Draw]
) -> None:
    own, first, second = both
    with database.writing() as session:
        pairing.commit_table(session, office.planner, first.draw_id, AFTER, ALIAS_KEY)
        with pytest.raises(TableMissing, match=second.draw_id):
            seconds.reveal_second(session, office.planner, own.code, SECRETS[0].hex(), AFTER)
        pairing.commit_table(session, fire.planner, second.draw_id, AFTER, ALIAS_KEY)
        seconds.reveal_second(session, office.witness, own.code, SECRETS[1].hex(), AFTER)
        assert len(seconds.note_second_missing(session, fire.planner, second.draw_id, AFTER)) == 1
        for planner, draw in ((office.planner, first), (fire.planner, second)):
            assert pairing.draw_teams(session, planner, draw.draw_id, AFTER).second == 1
        expected = ["pairing", "pairing_reveal", "pairing_missing", "assignment"]
        for draw in (first, second):
            assert course(session, draw) == expected
            assert verify_draw(session, draw.draw_id).ok, str(verify_draw(session, draw.draw_id))
        seeds = [pairing.committed(session, draw).seed for draw in (first, second)]
        assert seeds[0] != seeds[1]
        titles = [party.title for party in records.parties(session, second.task_id) if party.second]
        assert len(titles) == 1
