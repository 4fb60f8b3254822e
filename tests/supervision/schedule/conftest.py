"""The county that schedules are made for."""

import pytest

from supervision.database import Database
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from tests.supervision.schedule.scene import County, settle


@pytest.fixture
def county(database: Database, organ: Organ, planner: Actor, approver: Actor) -> County:
    return settle(database, organ, planner, approver)
