"""The bundle of a draw as a file, and its verification without a database."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from supervision.cli import app
from supervision.database import Database
from supervision.settings import Settings, settings
from tests.api import published
from tests.api.published import LATER
from tests.conftest import lay_tables

RUN = CliRunner()


def test_the_command_writes_the_bundle_of_the_site_and_it_verifies_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, key = f"sqlite:///{tmp_path / 'site.db'}", tmp_path / "log.key"
    lay_tables(url)
    database = Database(url)
    site = published.build_alone(database)
    served = Settings(_env_file=None, log_key_file=key)  # type: ignore[call-arg]
    there = TestClient(create_app(database, served, lambda: LATER)).get(f"/draws/{site.draw_id}/evidence.zip")
    database.close()

    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DR_LOG_KEY_FILE", str(key))
    settings.cache_clear()
    file = tmp_path / "evidence.zip"
    done = RUN.invoke(app, ["draw", "bundle", site.draw_id, "--out", str(file)])
    assert done.exit_code == 0, done.output
    assert file.read_bytes() == there.content
    (tmp_path / "site.db").unlink()
    done = RUN.invoke(app, ["verify", str(file)])
    assert done.exit_code == 0, done.output
    file.write_bytes(file.read_bytes()[:-1])
    assert RUN.invoke(app, ["verify", str(file)]).exit_code != 0
    settings.cache_clear()
