"""The public site over the county of ``tests.api.published``."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from supervision.database import Database
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.settings import Settings
from tests.api import published
from tests.api.published import LATER, Site
from tests.supervision.county import Office


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None, public_address="http://testserver")  # type: ignore[call-arg]


@pytest.fixture
def empty(database: Database, settings: Settings) -> TestClient:
    """A site on which nothing has happened yet."""
    return TestClient(create_app(database, settings, lambda: LATER), follow_redirects=False)


@pytest.fixture
def site(
    database: Database,
    organ: Organ,
    planner: Actor,
    approver: Actor,
    witness: Actor,
    enrol: Callable[..., Actor],
) -> Site:
    return published.build(database, organ, Office(planner, approver, witness), enrol)


@pytest.fixture
def anyone(site: Site, empty: TestClient) -> TestClient:
    return empty
