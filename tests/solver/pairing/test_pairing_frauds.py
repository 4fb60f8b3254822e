"""Every way to cheat at a pairing that we could think of is refused, at the same step, by two implementations."""

from __future__ import annotations

from collections import Counter

import pytest

from solver import verify_pairing
from solver.pairing.errors import PairingInputError
from solver.pairing.proof.answer import parse_json
from solver.pairing.proof.checking import check_json
from solver.pairing.proof.report import STEPS
from tests.vectors import frauds_table, frauds_teams
from tests.vectors.pair_story import GOOD, PAIR_FRAUDS, PairFraud, Story

__all__ = ["frauds_table", "frauds_teams"]
FRAUDS = pytest.mark.parametrize("fraud", PAIR_FRAUDS, ids=lambda fraud: fraud.name)


def refused_by_the_library(story: Story) -> str | None:
    """The step at which the library refuses, or nothing."""
    problem, answer = story.files()
    try:
        posed = parse_json(problem, "P.json")
    except PairingInputError:
        return "problem"
    try:
        told = parse_json(answer, "A.json")
    except PairingInputError:
        return "table"
    return check_json(posed, told, story.seed).failed


def refused_by_the_verifier(story: Story) -> str | None:
    done = verify_pairing.verify(*story.files(), story.seed).done
    return next((step for step, how in done.items() if how == "failed"), None)


@pytest.mark.parametrize("name", GOOD)
def test_an_honest_pairing_passes_every_step(name: str) -> None:
    assert refused_by_the_library(GOOD[name]) is None
    assert set(verify_pairing.verify(*GOOD[name].files(), GOOD[name].seed).done.values()) == {"ok"}


@FRAUDS
def test_the_library_refuses_the_fraud_at_its_step(fraud: PairFraud) -> None:
    assert refused_by_the_library(fraud.story()) == fraud.step


@FRAUDS
def test_the_one_file_verifier_refuses_the_fraud_at_its_step(fraud: PairFraud) -> None:
    assert refused_by_the_verifier(fraud.story()) == fraud.step


def test_there_are_frauds_for_every_step_and_each_has_its_name() -> None:
    steps = Counter(fraud.step for fraud in PAIR_FRAUDS)
    assert set(steps) == set(STEPS) == set(verify_pairing.STEPS)
    assert min(steps.values()) >= 2
    assert len({fraud.name for fraud in PAIR_FRAUDS}) == len(PAIR_FRAUDS) >= 80
