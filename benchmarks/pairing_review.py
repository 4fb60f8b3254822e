"""pair/1 on peer-review data, beside the methods of the literature, at the same quality and the same cap.

``python -m benchmarks.pairing_review [FILE --each 3 --most 7]``; without a file, similarities of low rank
are made up. FILE: papers and reviewers in the first line, then a line of similarities for each paper. A
paper wants ``each`` reviewers, a reviewer takes ``most`` papers. Methods: *limited* (Jecmen et al. 2020:
greatest quality with no chance above a cap, by GLOP) and *perturbed* (Xu, Jecmen, Song, Fang 2023: x - βx²
instead of x, by its dual). The cap is the lowest at which the quality can be had; β, and our weight of
affinity, are those that just have it.
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp
from rich import box
from rich.console import Console
from rich.table import Table

from solver import pairing
from solver.pairing import Affinity, Inspector, Problem, Seat, Task

Floats = NDArray[np.float64]
QUALITIES = (0.8, 0.85, 0.9, 0.95, 0.98)
SHORT = 1e-4
"""So much less quality, relatively, counts as the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """Similarities (papers × reviewers), reviewers for each paper, papers at most for each reviewer."""

    scores: Floats
    each: int
    most: int

    def quality(self, chances: Floats) -> float:
        return float((self.scores * chances).sum())


def read(path: Path, each: int, most: int) -> Instance:
    lines = path.read_text().split("\n")[1:]
    return Instance(np.array([line.split() for line in lines if line.split()], dtype=float), each, most)


def made_up(papers: int = 60, reviewers: int = 30, rank: int = 4, seed: int = 1) -> Instance:
    """Similarities of low rank, between 0 and 1, in steps of 1/8."""
    chance = np.random.default_rng(seed)
    product = chance.gamma(0.6, 1, (papers, rank)) @ chance.gamma(0.6, 1, (rank, reviewers))
    return Instance(np.ceil(8 * product / (product + 2)) / 8, 3, -(-papers * 3 // reviewers))


def entropy(chances: Floats) -> float:
    """Nats: - sum of p ln p."""
    positive = chances[chances > 1e-12]
    return float(-(positive * np.log(positive)).sum())


def limited(given: Instance, cap: float) -> Floats | None:
    """Greatest quality under the cap; ``None`` where the cap is too low for all papers."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    papers, reviewers = given.scores.shape
    chance = [[solver.NumVar(0, cap, "") for _ in range(reviewers)] for _ in range(papers)]
    for row in chance:
        solver.Add(solver.Sum(row) == given.each)
    for column in zip(*chance, strict=True):
        solver.Add(solver.Sum(column) <= given.most)
    gains = [
        s * x
        for row, xs in zip(given.scores.tolist(), chance, strict=True)
        for s, x in zip(row, xs, strict=True)
    ]
    solver.Maximize(solver.Sum(gains))
    if solver.Solve() != solver.OPTIMAL:
        return None
    return np.array([[x.solution_value() for x in row] for row in chance])


def lowest_cap(given: Instance, quality: float) -> Fraction:
    """The lowest multiple of 1/1024 under which the quality can be had."""
    low, high = 0, 1024
    while high - low > 1:
        middle = (low + high) // 2
        found = limited(given, middle / 1024)
        if found is not None and given.quality(found) >= quality:
            high = middle
        else:
            low = middle
    return Fraction(high, 1024)


def perturbed(given: Instance, cap: float, beta: float) -> Floats:
    """Greatest sum of s(x - βx²): the dual, one side after the other, each side exactly."""
    scores = given.scores
    curve = 2 * beta * scores + 1e-4
    paper, reviewer = np.zeros((len(scores), 1)), np.zeros((1, scores.shape[1]))

    def chances() -> Floats:
        found: Floats = np.clip((scores - paper - reviewer) / curve, 0, cap)
        return found

    def level(axis: int, wanted: int, floor: float) -> Floats:
        """The price on one side at which each gets what it wants."""
        other = reviewer if axis == 1 else paper
        shape = paper.shape if axis == 1 else reviewer.shape
        low = np.full(shape, floor if floor == 0 else -10 - 10 * beta)
        high = np.full(shape, 10 + 10 * beta)
        for _ in range(50):
            middle = (low + high) / 2
            total = np.clip((scores - other - middle) / curve, 0, cap).sum(axis=axis, keepdims=True)
            low, high = np.where(total > wanted, middle, low), np.where(total > wanted, high, middle)
        return high if floor == 0 else (low + high) / 2

    for _ in range(3_000):
        before = reviewer
        paper = level(1, given.each, -1)
        reviewer = level(0, given.most, 0)
        if np.abs(reviewer - before).max() < 1e-9:
            break
    paper = level(1, given.each, -1)
    return chances()


def problem(given: Instance, cap: Fraction, weight: float) -> Problem:
    """As a problem of ours. Loads here are even, there only bounded: idle places are seats as well."""
    papers, reviewers = given.scores.shape
    names = tuple(f"r{place:04d}" for place in range(reviewers))
    idle = reviewers * given.most - papers * given.each
    tasks = [Task(f"p{place:04d}", (Seat("review", names, given.each),)) for place in range(papers)]
    tasks += [Task(f"x{place:04d}", (Seat("idle", names),)) for place in range(idle)]
    scores = [
        (f"p{paper:04d}", name, score)
        for paper, row in enumerate(given.scores.tolist())
        for name, score in zip(names, row, strict=True)
    ]
    people = tuple(Inspector(name) for name in names)
    return Problem(people, tuple(tasks), affinity=Affinity(weight, tuple(scores)), cap=cap)


def ours(given: Instance, cap: Fraction, weight: float) -> Floats:
    table = pairing.solve(problem(given, cap, weight))
    found = np.zeros(given.scores.shape)
    for task, _, who, n in table.rows:
        if task[0] == "p":
            found[int(task[1:]), int(who[1:])] += n / 2**table.bits
    return found


def tuned(given: Instance, quality: float, method: Callable[[float], Floats], rising: bool) -> Floats:
    """The method at the setting, between 10^-4 and 300, that just has the quality."""
    low, high = -4.0, math.log10(300)
    best = method(10 ** (high if rising else low))
    for _ in range(30):
        middle = (low + high) / 2
        found = method(10**middle)
        enough = given.quality(found) >= quality
        if enough:
            best = found
        if enough == rising:
            high = middle
        else:
            low = middle
        if enough and given.quality(found) < quality * (1 + SHORT / 10):
            break
    return best


def compared(given: Instance, title: str) -> Table:
    """One line for each quality, as a share of the greatest there is."""
    table = Table(title=title, box=box.MARKDOWN)
    for head in ("quality", "cap", "limited", "perturbed", "pair/1", "largest chance"):
        table.add_column(head, justify="right")
    without = limited(given, 1.0)
    if without is None:
        raise SystemExit("there are too few reviewers")
    greatest = given.quality(without)
    for share in QUALITIES:
        least = (share - SHORT) * greatest
        cap = lowest_cap(given, least)
        first = limited(given, float(cap))
        assert first is not None
        second = tuned(given, least, lambda beta, q=cap: perturbed(given, float(q), beta), rising=False)
        third = tuned(given, least, lambda weight, q=cap: ours(given, q, weight), rising=True)
        table.add_row(
            *(f"{given.quality(found) / greatest:.4f}" for found in (third,)),
            str(cap),
            *(f"{entropy(found):.2f}" for found in (first, second, third)),
            f"{third.max():.4f}",
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--most", type=int, default=7)
    options = parser.parse_args()
    given = read(options.file, options.each, options.most) if options.file else made_up()
    papers, reviewers = given.scores.shape
    Console(width=120).print(compared(given, f"{papers} papers × {reviewers} reviewers: entropy, nats"))


if __name__ == "__main__":
    main()
