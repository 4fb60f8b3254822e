"""The whole server with the tests' kinds of jobs, to be killed: ``python -m tests.recovery.serve URL PORT``."""

import sys

import uvicorn

from api.app import create_app
from supervision import tables  # noqa: F401  every table registers itself on import
from supervision.database import Database
from supervision.jobs import kinds
from supervision.settings import Settings
from tests.supervision.jobs.kinds import KINDS


def main(url: str, port: str) -> None:
    kinds.kinds = lambda: KINDS
    app = create_app(Database(url), Settings(_env_file=None))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
