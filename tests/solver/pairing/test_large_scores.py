"""Affinity of great weight: chances lean as far as they may, or a sentence asks for a smaller weight."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from solver.pairing import Affinity, Inspector, PairingInputError, Problem, Seat, Task, solve


def leaning(weight: float, tasks: int = 60, people: int = 20) -> Problem:
    dice = random.Random(3)
    ids = [f"i{at}" for at in range(people)]
    return Problem(
        inspectors=tuple(Inspector(one) for one in ids),
        tasks=tuple(
            Task(f"t{at}", (Seat("lead", tuple(ids[::2])), Seat("member", tuple(ids), demand=2)))
            for at in range(tasks)
        ),
        affinity=Affinity(
            weight,
            tuple(
                (f"t{at}", one, dice.choice((1, 1, -1)) * dice.random()) for at in range(tasks) for one in ids
            ),
        ),
        cap=Fraction(3, 4),
    )


def quality(weight: float) -> float:
    problem = leaning(weight)
    scores = {(task, who): score for task, who, score in problem.affinity.scores} if problem.affinity else {}
    table = solve(problem)
    assert table.gap <= 1e-3
    return sum(scores[task, who] * n for task, _, who, n in table.rows) / (1 << problem.bits)


def test_the_expected_score_rises_with_weights_up_to_a_thousand() -> None:
    found = [quality(weight) for weight in (0.0, 1.0, 10.0, 100.0, 1000.0)]
    assert found == sorted(found)
    assert found[-1] > found[-2] > found[0] + 60


@pytest.mark.parametrize("weight", [1e9, -1e9, 1e308])
def test_scores_beyond_a_million_are_refused_with_their_place(weight: float) -> None:
    with pytest.raises(
        PairingInputError, match=r"affinity 的 weight 与检查任务 t0、执法检查人员 i0 的分值之积"
    ):
        solve(leaning(weight, 4, 4))


def test_a_weight_at_which_no_chances_settle_is_refused_with_a_sentence() -> None:
    with pytest.raises(PairingInputError, match=r"affinity 的 weight 过大"):
        solve(leaning(1e6 - 1))
