"""What is approved is stamped, after it is committed, and whether or not the authority answers."""

from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.deps import Now, Writing
from api.logs import Stamped, stamped_later
from api.office.tasks import router as office_tasks
from api.v1.draws import router as draws
from supervision.database import Database
from supervision.jobs import Jobs
from supervision.journal.records import everything as journal
from supervision.settings import Settings
from supervision.transparency import records, service
from tests.conftest import MOMENT
from tests.supervision.transparency.authority import Authority

PLAN = {"draw_id": "360681-2026-0001", "plan_hash": "ab" * 32}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "tsa")


def office(database: Database, folder: Path, url: str, roots: Path | None) -> FastAPI:
    """An application with one act, which writes the log."""
    app = FastAPI()

    @app.post("/approve", dependencies=[Stamped])
    def approve(session: Writing, now: Now) -> int:
        return service.append(session, "plan", PLAN, now).index

    app.state.database, app.state.clock, app.state.jobs = database, lambda: MOMENT, Jobs()
    app.state.settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        log_key_file=folder / "log.key",
        tsa_url=url,
        tsa_roots=roots,
    )
    return app


def approve(app: FastAPI) -> None:
    assert TestClient(app).post("/approve").json() == 0
    app.state.jobs.join()
    app.state.jobs.close()


def test_an_approval_is_stamped_once_it_is_committed(
    database: Database, tmp_path: Path, authority: Authority
) -> None:
    with authority.serving() as address:
        approve(office(database, tmp_path, address, authority.roots))
    with database.reading() as session:
        assert [row.size for row in records.stamps(session)] == [1]


def test_an_approval_stands_when_the_authority_is_away(
    database: Database, tmp_path: Path, authority: Authority
) -> None:
    with authority.serving() as address:
        pass
    approve(office(database, tmp_path, address, authority.roots))
    with database.reading() as session:
        assert records.size(session) == 1
        assert [entry.act for entry in journal(session)] == ["log.stamp_failed"]


def test_nobody_is_asked_where_no_authority_is_chosen(database: Database, tmp_path: Path) -> None:
    approve(office(database, tmp_path, "", None))
    with database.reading() as session:
        assert list(journal(session)) == []


@pytest.mark.parametrize("router", [draws, office_tasks])
def test_both_ways_to_approve_are_stamped(router: APIRouter) -> None:
    [route] = [
        each for each in router.routes if isinstance(each, APIRoute) and each.path.endswith("/approve")
    ]
    assert stamped_later in [each.dependency for each in route.dependencies]
