"""Import of a register into an empty SQLite file: a generated county of 122,078 rows, or a file of your own.

``python -m benchmarks.register_import [FILE]``
"""

import hashlib
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import measure, show
from supervision import clock
from supervision.database import Database, upgrade
from supervision.demo.generator import write_demo
from supervision.people import service as people
from supervision.people.service import SYSTEM
from supervision.register.importing import run_import, start_import
from supervision.register.tables import RegisterKind

ROWS = 122_078


def run(source: Path, folder: Path) -> None:
    file = folder / "office.db"
    file.unlink(missing_ok=True)
    url = f"sqlite:///{file}"
    upgrade(url)
    database = Database(url)
    with database.writing() as session:
        organ = people.add_organ(session, SYSTEM, "360000", "江西省市场监督管理局", "360000", clock.now())
        actor = replace(SYSTEM, organ_id=organ.id or 0, organ_code=organ.code)
        begun = start_import(
            session,
            actor,
            kind=RegisterKind.ENTITY,
            filename=source.name,
            sha256=hashlib.sha256(source.read_bytes()).hexdigest(),
            mapping={},
            now=clock.now(),
        )
    for progress in run_import(database, begun.id or 0, source, actor, clock.now):
        last = progress
    database.close()
    print(f"{last.read:,} rows: {last.added:,} added, {last.set_aside:,} set aside")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if len(sys.argv) > 1:
            source = Path(sys.argv[1])
        else:
            source = write_demo(folder, 1, today=clock.today(clock.now()), entities=ROWS).entities
        show(
            f"register import of {source.name}", [("SQLite, empty", measure(lambda: run(source, folder), 1))]
        )


if __name__ == "__main__":
    main()
