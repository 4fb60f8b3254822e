"""The migrations lay exactly the tables that the code describes, and take them away again."""

from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel

from supervision.database import Database, migration_config, upgrade
from tests import postgres

SEARCH_INDEX = "fts"
"""The name index is each database's own: laid by ``register.search``, unknown to the table classes."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'folder' / 'office.db'}"
    return postgres.create_database(postgres.postgres_url(), f"migrated_{uuid4().hex[:8]}")


def test_a_migrated_database_has_the_tables_of_the_code(empty_url: str) -> None:
    upgrade(empty_url)
    database = Database(empty_url)
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    database.close()
    assert [each for each in differences if SEARCH_INDEX not in str(each[1].name)] == []


def test_a_downgrade_leaves_nothing_behind(empty_url: str) -> None:
    upgrade(empty_url)
    command.downgrade(migration_config(empty_url), "base")
    database = Database(empty_url)
    left = inspect(database.engine).get_table_names()
    database.close()
    assert left == ["alembic_version"]
