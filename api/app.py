"""The application: one server, three sites (office, field, public) and the API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.staticfiles import StaticFiles

from api import errors, security, uploads
from api.lately import Lately
from api.pages import STATIC, STATIC_URL
from api.papers import shelf
from api.public import checks
from api.public.mine import Bounds
from api.routes import routers
from api.v1.openapi import describe
from supervision import clock as clocks
from supervision.clock import Clock
from supervision.database import Database
from supervision.draw.upkeep import fetch_rounds, keep_up
from supervision.jobs import Jobs, Ticker
from supervision.jobs.kinds import engine
from supervision.people.service import SYSTEM
from supervision.register.importing import mark_interrupted
from supervision.settings import Settings

DESCRIPTION = """
Double-random inspection: registers, plans, verifiable draws, random pairing, findings and publication.

Acts need a bearer token (`POST /api/v1/sessions`) and accept an `Idempotency-Key`. Lists are paged by
cursor. Refusals are problem documents (RFC 9457) with a stable `code`. Addresses under `/api/v1/public`
need no sign-in.
"""


def furnish(app: FastAPI, database: Database, settings: Settings, clock: Clock) -> None:
    """What the application works with, and what it remembers between requests, from the beginning."""
    state, attempts = app.state, settings.sign_in_attempts_per_minute
    state.database, state.settings, state.clock, state.jobs = database, settings, clock, Jobs()
    state.sign_in_guard, state.own_line_bounds = security.SignInGuard(attempts), Bounds(attempts)
    state.cosignatures = MovingWindowRateLimiter(MemoryStorage())
    state.checks, state.shelf = Lately(checks.KEPT, checks.MOST), Lately(shelf.KEPT, shelf.MOST)


def create_app(database: Database, settings: Settings, clock: Clock = clocks.now) -> FastAPI:
    """The whole product over one database."""
    worker = engine(database, settings, clock)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        uploads.clear(settings)
        with database.writing() as session:
            mark_interrupted(session, SYSTEM, clock())
        relay, seconds = settings.drand_relay, settings.upkeep_seconds
        tickers = [Ticker(seconds, lambda: keep_up(database, clock))]
        if relay:
            tickers.append(Ticker(seconds, lambda: fetch_rounds(database, relay, clock)))
        for ticker in tickers:
            ticker.start()
        worker.start()
        yield
        worker.close()
        for ticker in tickers:
            ticker.close()
        app.state.jobs.close()
        database.close()

    app = FastAPI(
        title="double-random 双随机",
        version="1",
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    furnish(app, database, settings, clock)
    app.state.engine = worker
    errors.install(app)
    app.middleware("http")(security.add_headers)
    app.mount(STATIC_URL, StaticFiles(directory=STATIC), name="static")
    for router in routers():
        app.include_router(router, max_body_size=settings.max_upload_mb << 20)
    describe(app)
    return app
