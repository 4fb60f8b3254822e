"""Our draw beside fixed-step selection, on a generated register of 122,078 rows or on a file of your own.

``python -m benchmarks.fairness [FILE]``: the same number of entities from the same register, by either way.
"""

import hashlib
import sys
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measure import measure, show
from solver.fairness.chances import chances, groups, power_of_ten, samples
from solver.fairness.fixed_step import FixedStep, as_platforms_do
from solver.rates import FixedMode
from supervision import clock
from supervision.database import Database, upgrade
from supervision.demo.generator import write_demo
from supervision.people import service as people
from supervision.people.service import SYSTEM
from supervision.plan.records import Scope, eligible
from supervision.register.importing import run_import, start_import
from supervision.register.tables import RegisterKind

ROWS = 122_078
SHARES = (Fraction(3, 100), Fraction(1, 20), Fraction(3, 10), Fraction(35, 100), Fraction(6, 10))
EVERYONE = Scope("", "", (), (), None, 0, 2026, 10**6)
WEIGHTS = {"A": 1, "B": 3, "C": 10, "D": 30}


def register(source: Path, folder: Path) -> list[tuple[str, str]]:
    """(region, credit code) of every active entity, sorted as common platforms sort."""
    url = f"sqlite:///{folder / 'office.db'}"
    upgrade(url)
    database = Database(url)
    with database.writing() as session:
        organ = people.add_organ(session, SYSTEM, "360000", "江西省市场监督管理局", "360000", clock.now())
        actor = replace(SYSTEM, organ_id=organ.id or 0, organ_code=organ.code)
        sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
        begun = start_import(
            session,
            actor,
            kind=RegisterKind.ENTITY,
            filename=source.name,
            sha256=sha256,
            mapping={},
            now=clock.now(),
        )
    for _ in run_import(database, begun.id or 0, source, actor, clock.now):
        pass
    with database.reading() as session:
        found = sorted((region, uscc) for _, uscc, region, _, _ in eligible(session, EVERYONE))
    database.close()
    return found


def class_of(uscc: str) -> str:
    """A class that has nothing to do with the place in the list: 60 / 25 / 10 / 5 %."""
    at = int(hashlib.sha256(uscc.encode()).hexdigest()[:8], 16) % 100
    return "A" if at < 60 else "B" if at < 85 else "C" if at < 95 else "D"


def compared(rows: list[tuple[str, str]]) -> Table:
    """One line for each share of the register."""
    table = Table(title=f"{len(rows):,} entities: draw/1 beside fixed-step selection")
    for head in ("share", "number", "never, draw/1", "never, fixed step", "always, fixed step"):
        table.add_column(head, justify="right")
    for head in ("lists, draw/1", "lists, fixed step", "regions without a chance"):
        table.add_column(head, justify="right")
    regions = [region for region, _ in rows]
    classes = [class_of(uscc) for _, uscc in rows]
    for share in SHARES:
        wanted = int(share * len(rows))
        ours = chances(FixedMode(wanted, WEIGHTS), classes)
        step: FixedStep = as_platforms_do(len(rows), wanted)
        cells = [(n, 0) for n in _counts(classes)]
        lists = samples(cells, [n * wanted // len(rows) for n, _ in cells])
        lost = sum(1 for group in groups(step.chances, regions) if group.never == group.n)
        table.add_row(
            f"{float(share):.0%}",
            f"{wanted:,}",
            f"{sum(1 for a in ours.a if a == 0):,}",
            f"{step.never:,} ({step.never / len(rows):.1%})",
            f"{step.always:,} ({step.always / len(rows):.1%})",
            f"≥ 10^{power_of_ten(lists)}",
            f"{step.distinct_samples:,}",
            f"{lost:,}",
        )
    return table


def _counts(classes: list[str]) -> list[int]:
    return [classes.count(each) for each in "ABCD"]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if len(sys.argv) > 1:
            source = Path(sys.argv[1])
        else:
            source = write_demo(folder, 1, today=clock.today(clock.now()), entities=ROWS).entities
        rows = register(source, folder)
    Console().print(compared(rows))
    console = Console()
    worst = FixedStep(2_999, 1_000)
    console.print(f"Worst case, 1,000 of 2,999: {worst.never} ({worst.never / 2_999:.1%}) never drawn.")
    classes = [class_of(uscc) for _, uscc in rows]
    regions = [region for region, _ in rows]
    mode = FixedMode(len(rows) * 3 // 100, WEIGHTS)
    work = measure(lambda: groups(chances(mode, classes), regions))
    show(f"exact probabilities by region, {len(rows):,} entities", [("chances and groups", work)])


if __name__ == "__main__":
    main()
