"""The public site over the county of ``tests.api.published``: built once, for tests that only look."""

from collections.abc import Callable, Iterator
from typing import NamedTuple
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from supervision.database import Database
from supervision.settings import Settings
from tests import postgres
from tests.api import published
from tests.api.published import LATER, Site
from tests.conftest import lay_tables


class Built(NamedTuple):
    database: Database
    site: Site


def served(**choices: bool) -> Settings:
    return Settings(_env_file=None, public_address="http://testserver", **choices)  # type: ignore[call-arg]


def visitor(database: Database, **choices: bool) -> TestClient:
    """Anyone at all, looking at the site of a database."""
    return TestClient(create_app(database, served(**choices), lambda: LATER), follow_redirects=False)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """To be looked at only: every test sees the same."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('public') / 'site.db'}"
    else:
        url = postgres.create_database(postgres.postgres_url(), f"public_{uuid4().hex[:12]}")
    lay_tables(url)
    database = Database(url)
    yield Built(database, published.build_alone(database))
    database.close()


@pytest.fixture
def site(built: Built) -> Site:
    return built.site


@pytest.fixture(scope="session")
def looker(built: Built) -> TestClient:
    return visitor(built.database)


@pytest.fixture
def anyone(looker: TestClient) -> Iterator[TestClient]:
    """A visitor without a past."""
    yield looker
    looker.cookies.clear()


@pytest.fixture
def empty(database: Database, app_over: Callable[..., FastAPI]) -> TestClient:
    """A site on which nothing has happened yet."""
    return TestClient(app_over(database, served(), lambda: LATER), follow_redirects=False)


@pytest.fixture
def own(database: Database) -> Built:
    """A site of one's own, to be changed."""
    return Built(database, published.build_alone(database))
