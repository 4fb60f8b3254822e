"""Serve the three sites and the API: ``python -m api [--host HOST] [--port PORT]``."""

import argparse

import uvicorn

from api.app import create_app
from supervision.database import Database, upgrade
from supervision.settings import settings


def main() -> None:
    """Bring the database to the newest layout, then serve until interrupted."""
    options = argparse.ArgumentParser(prog="python -m api")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--behind-proxy", action="store_true", help="trust X-Forwarded-* headers")
    chosen = options.parse_args()
    upgrade(settings().database_url)
    app = create_app(Database(settings().database_url), settings())
    uvicorn.run(
        app,
        host=chosen.host,
        port=chosen.port,
        log_level="warning",
        server_header=False,
        proxy_headers=chosen.behind_proxy,
    )


if __name__ == "__main__":
    main()
