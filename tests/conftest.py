"""Databases and people for every test.

A test that asks for ``database`` runs twice: on SQLite and on PostgreSQL. Tables are laid once per
run.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url

from supervision import tables  # noqa: F401  every table registers itself on import
from supervision.database import Database, upgrade
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from tests import postgres

PASSWORD = "correct horse battery"
MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class Stock(NamedTuple):
    """Where a test gets an empty database from, and what is done with it afterwards."""

    give: Callable[[Path], str]
    take_back: Callable[[str], None]


def lay_tables(url: str) -> None:
    """All tables, empty, as the migrations lay them."""
    upgrade(url)


def _sqlite(folder: Path) -> Stock:
    original = folder / "template.db"
    lay_tables(f"sqlite:///{original}")

    def give(target: Path) -> str:
        shutil.copyfile(original, target / "test.db")
        return f"sqlite:///{target / 'test.db'}"

    return Stock(give, lambda _url: None)


EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE name text; gone bigint; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP
    EXECUTE format('DELETE FROM %I', name);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 5000 THEN EXECUTE format('TRUNCATE %I CASCADE', name); END IF;
  END LOOP;
  PERFORM setval(format('%I', sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$;
"""
"""Copying a template takes PostgreSQL half a second, emptying the tables a fiftieth of that."""


def _postgresql(_folder: Path) -> Stock:
    url = postgres.create_database(postgres.postgres_url(), f"test_{uuid4().hex[:12]}")
    lay_tables(url)

    def take_back(url: str) -> None:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(EMPTY)

    return Stock(lambda _target: url, take_back)


STOCKS = {"sqlite": _sqlite, "postgresql": _postgresql}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stock(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stock:
    return STOCKS[request.param](tmp_path_factory.mktemp(request.param))


@pytest.fixture
def database(stock: Stock, tmp_path: Path) -> Iterator[Database]:
    """An empty database of one's own. A test that changes the tables themselves makes another."""
    url = stock.give(tmp_path)
    found = Database(url)
    yield found
    found.close()
    stock.take_back(url)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """An argon2id hash takes half a second: hash once, and use it for everyone."""
    real, kept = people.hash_password, {}  # type: ignore[var-annotated]

    def once(password: str) -> str:
        if password not in kept:
            kept[password] = real(password)
        return str(kept[password])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "hash_password", once)
        yield


@pytest.fixture
def moment() -> datetime:
    """A Friday in November 2026, 10 o'clock in Beijing."""
    return MOMENT


@pytest.fixture
def organ(database: Database) -> Organ:
    """贵溪市市场监督管理局, county 360681."""
    with database.writing() as session:
        return people.add_organ(session, people.SYSTEM, "360681", "贵溪市市场监督管理局", "360681", MOMENT)


@pytest.fixture
def enrol(database: Database, organ: Organ) -> Callable[..., Actor]:
    """Gives an account of the organ, with a role, as an actor."""

    def account(role: Role, username: str = "", **more: object) -> Actor:
        with database.writing() as session:
            found = people.add_account(
                session,
                people.SYSTEM,
                username=username or role.value,
                display_name=f"{role.value} 同志",
                password=PASSWORD,
                roles=[role],
                now=MOMENT,
                **{"organ_code": organ.code} | more,  # type: ignore[arg-type]
            )
            return people.actor_for(session, found)

    return account


@pytest.fixture
def planner(enrol: Callable[..., Actor]) -> Actor:
    return enrol(Role.PLANNER)


@pytest.fixture
def approver(enrol: Callable[..., Actor]) -> Actor:
    return enrol(Role.APPROVER)


@pytest.fixture
def auditor(enrol: Callable[..., Actor]) -> Actor:
    return enrol(Role.AUDITOR)


@pytest.fixture
def administrator(enrol: Callable[..., Actor]) -> Actor:
    return enrol(Role.ADMINISTRATOR)


@pytest.fixture
def witness(enrol: Callable[..., Actor]) -> Actor:
    return enrol(Role.WITNESS)
