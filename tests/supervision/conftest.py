"""The county and its office, for the steps from plan to publication."""

import pytest

from supervision.database import Database
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from tests.supervision import county
from tests.supervision.county import Office


@pytest.fixture
def office(database: Database, organ: Organ, planner: Actor, approver: Actor, witness: Actor) -> Office:
    """The small county of ``tests.supervision.county``, with its planner, approver and witness."""
    county.fill(database, organ.id or 0)
    return Office(planner, approver, witness)
