"""Serve the three sites and the API: ``python -m api [--host HOST] [--port PORT]``."""

import argparse
import sys

import uvicorn

from api.app import create_app
from supervision.database import Database, upgrade
from supervision.jobs.rules import EngineMissing
from supervision.settings import Settings, settings


def served_at(choices: Settings, host: str, port: int) -> Settings:
    """The settings with the address that people open, unless the office has chosen one.

    Commands, calendars and feeds carry the address; a wrong port in them would lead nowhere.
    """
    if "public_address" in choices.model_fields_set:
        return choices
    reached = "127.0.0.1" if host in ("", "0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return choices.model_copy(update={"public_address": f"http://{reached}:{port}"})


def main() -> None:
    """Bring the database to the newest layout, then serve until interrupted."""
    options = argparse.ArgumentParser(prog="python -m api")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--behind-proxy", action="store_true", help="trust X-Forwarded-* headers")
    chosen = options.parse_args()
    upgrade(settings().database_url)
    try:
        app = create_app(Database(settings().database_url), served_at(settings(), chosen.host, chosen.port))
    except EngineMissing as refusal:
        sys.exit(refusal.message)
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
