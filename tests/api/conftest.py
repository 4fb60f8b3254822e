"""What the tests of the sites and of the API share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.app import create_app, furnish
from supervision.clock import Clock
from supervision.database import Database
from supervision.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """As shipped, but files stay in the test's own folder, and few entities may hide each other."""

    class Here(Settings):
        @property
        def data_folder(self) -> Path:
            return tmp_path / "var"

    return Here(_env_file=None, min_anonymity=1)  # type: ignore[call-arg]


@pytest.fixture(scope="session")
def application() -> FastAPI:
    """The application, whose addresses take a good while to build: once for all tests."""
    return create_app(Database("sqlite://"), Settings(_env_file=None))  # type: ignore[call-arg]


@pytest.fixture
def app_over(application: FastAPI) -> Iterator[Callable[[Database, Settings, Clock], FastAPI]]:
    """Gives the application over a database, without a past: one at a time. Ask for the database before it."""

    def over(database: Database, settings: Settings, clock: Clock) -> FastAPI:
        furnish(application, database, settings, clock)
        return application

    yield over
    application.state.jobs.join()
    application.state.jobs.close()
