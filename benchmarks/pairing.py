"""The pairing lot on teams of two: loads, lot and check."""

from benchmarks.measure import measure, show
from solver import pairing
from solver.pairing import Inspector, Problem, Seat, Task

SIZES = ((300, 60, 1), (700, 60, 1), (5_000, 300, 12))


def problem(tasks: int, people: int, areas: int) -> Problem:
    """Visits spread over areas; everybody serves one area, half may lead."""
    inspectors = tuple(Inspector(f"i{number:05d}") for number in range(people))
    by_area = [[one.id for one in inspectors[area::areas]] for area in range(areas)]
    return Problem(
        inspectors=inspectors,
        tasks=tuple(
            Task(
                f"t{number:06d}",
                (
                    Seat("lead", tuple(by_area[number % areas][::2])),
                    Seat("member", tuple(by_area[number % areas])),
                ),
            )
            for number in range(tasks)
        ),
    )


def run(given: Problem) -> None:
    table = pairing.solve(given)
    drawn = pairing.draw(table, b"benchmark")
    report = pairing.check(given, table, drawn, None)
    if not report.ok:
        raise SystemExit(str(report))


def main() -> None:
    rows = []
    for tasks, people, areas in SIZES:
        given = problem(tasks, people, areas)
        rows.append(
            (f"{tasks:,} visits × {people} inspectors, {areas} areas", measure(lambda g=given: run(g)))
        )
    show("pairing pair/0: table, lot and check", rows)


if __name__ == "__main__":
    main()
