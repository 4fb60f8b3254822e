"""Databases and people for every test.

A test that asks for ``database`` runs twice: on SQLite and on PostgreSQL. Tables are laid once per run and
copied for each test.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from sqlmodel import SQLModel

from supervision import tables  # noqa: F401  every table registers itself on import
from supervision.database import Database
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.register import search
from tests import postgres

PASSWORD = "correct horse battery"
MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class Template(NamedTuple):
    """Where empty tables lie, and how a test gets a copy of them."""

    copy: Callable[[Path], str]
    drop: Callable[[str], None]


def lay_tables(url: str) -> None:
    """All tables, empty."""
    database = Database(url)
    with database.engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        search.create(connection)
    database.close()


def _sqlite_template(folder: Path) -> Template:
    original = folder / "template.db"
    lay_tables(f"sqlite:///{original}")

    def copy(target: Path) -> str:
        shutil.copyfile(original, target / "test.db")
        return f"sqlite:///{target / 'test.db'}"

    return Template(copy, lambda _url: None)


def _postgresql_template(folder: Path) -> Template:
    server = postgres.postgres_url()
    name = f"template_{uuid4().hex[:12]}"
    lay_tables(postgres.create_database(server, name))

    def copy(_target: Path) -> str:
        return postgres.create_database(server, f"test_{uuid4().hex[:12]}", template=name)

    def drop(url: str) -> None:
        postgres.drop_database(server, url.rpartition("/")[2].partition("?")[0])

    return Template(copy, drop)


TEMPLATES = {"sqlite": _sqlite_template, "postgresql": _postgresql_template}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    return TEMPLATES[request.param](tmp_path_factory.mktemp(request.param))


@pytest.fixture
def database(template: Template, tmp_path: Path) -> Iterator[Database]:
    """An empty database of one's own."""
    url = template.copy(tmp_path)
    found = Database(url)
    yield found
    found.close()
    template.drop(url)


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
