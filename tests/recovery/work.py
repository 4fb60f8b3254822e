"""A server's worker as a process of its own, to be killed: ``python -m tests.recovery.work URL PATIENCE``."""

import sys
import time
from datetime import timedelta

from supervision import tables  # noqa: F401  every table registers itself on import
from supervision.clock import now
from supervision.database import Database
from supervision.jobs.engine import Engine
from supervision.settings import Settings
from tests.supervision.jobs.kinds import KINDS


def main(url: str, patience: str) -> None:
    database = Database(url)
    engine = Engine(
        database, KINDS, now, Settings(_env_file=None), patience=timedelta(seconds=float(patience)), threads=2
    )  # type: ignore[call-arg]
    engine.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
