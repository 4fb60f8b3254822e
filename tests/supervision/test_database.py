"""Sessions: what one that reads sees while others write."""

from sqlmodel import select

from supervision.database import Database
from supervision.people import service as people
from supervision.people.tables import Organ
from tests.conftest import MOMENT


def test_a_session_that_reads_sees_one_state_from_its_first_query_on(
    database: Database, organ: Organ
) -> None:
    query = select(Organ.code).order_by(Organ.code)
    with database.reading() as session:
        before = list(session.exec(query))
        with database.writing() as other:
            people.add_organ(other, people.SYSTEM, "360622", "余江区市场监督管理局", "360622", MOMENT)
        assert list(session.exec(query)) == before == [organ.code]
    with database.reading() as session:
        assert list(session.exec(query)) == ["360622", organ.code]
