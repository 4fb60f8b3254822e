"""Generated counties for the pairing benchmarks: teams of two, a lead and a member."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from solver.pairing import Inspector, Problem, Seat, Task


@dataclass(frozen=True, slots=True)
class Size:
    """``leads`` and ``members``: how many may hold each seat of a task. Counties are paired in turn.

    ``near`` 0: they are anybody; else the task lies somewhere on a ring of all inspectors, and those who
    may go are among the ``near`` nearest, so that the whole ring hangs together.
    """

    tasks: int
    people: int
    leads: int
    members: int
    near: int = 0
    counties: int = 1

    @property
    def edges(self) -> int:
        return self.tasks * (self.leads + self.members)

    def __str__(self) -> str:
        whole = f"{self.counties} counties, " if self.counties > 1 else ""
        many = self.counties
        return f"{whole}{self.tasks * many:,} × {self.people * many:,} ({self.edges * many:,} edges)"

    def scaled(self, factor: float) -> "Size":
        """As dense, with so many times the tasks and people."""
        people = round(self.people * factor)
        leads, members = round(self.leads * factor), round(self.members * factor)
        return Size(round(self.tasks * factor), people, leads, members)


SIZES = {
    "small": Size(300, 60, 30, 60),
    "medium": Size(3_000, 300, 73, 146),
    "large": Size(30_000, 3_000, 6, 14, near=60),
    "stream": Size(3_000, 200, 20, 40, counties=100),
}
GROWTH = [SIZES["medium"].scaled(factor) for factor in (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)]


def county(size: Size, number: int = 0) -> Problem:
    """One county; ``number`` makes it another one."""
    chance = random.Random(f"{size.tasks} {size.people} {number}")
    names = [f"i{number:03d}{place:05d}" for place in range(size.people)]
    tasks = []
    for place in range(size.tasks):
        around = chance.randrange(size.people)
        pool = [names[(around + step) % size.people] for step in range(size.near)] if size.near else names
        leads = chance.sample(pool, size.leads)
        members = chance.sample(pool, size.members)
        tasks.append(
            Task(f"t{number:03d}{place:06d}", (Seat("lead", tuple(leads)), Seat("member", tuple(members))))
        )
    return Problem(tuple(Inspector(name) for name in names), tuple(tasks))


def counties(size: Size) -> Iterator[Problem]:
    """One after the other, so that only one is held at a time."""
    for number in range(size.counties):
        yield county(size, number)
