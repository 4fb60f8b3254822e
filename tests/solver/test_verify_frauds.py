"""The library refuses every way to cheat at the step that is meant to see it."""

from __future__ import annotations

import pytest

from solver.bundle import read
from solver.errors import BundleError
from solver.log.checkpoint import VerifierKey
from solver.verify import verify
from tests.vectors import frauds_replacement
from tests.vectors.evidence import honest
from tests.vectors.frauds import FRAUDS, GOOD, Fraud, Good, zipped
from tests.vectors.frauds_zip import GOOD_ZIPS, ZIPS


@pytest.mark.parametrize("fraud", [*FRAUDS, *frauds_replacement.FRAUDS], ids=lambda fraud: fraud.name)
def test_a_fraud_is_refused_at_its_step(fraud: Fraud) -> None:
    key = VerifierKey.parse(fraud.log_key) if fraud.log_key else None
    if fraud.step == "bundle":
        with pytest.raises(BundleError):
            read(zipped(fraud.files()))
        return
    failed = verify(read(zipped(fraud.files())), log_key=key).failed
    assert failed[0].name == fraud.step, [(step.name, step.code) for step in failed]


@pytest.mark.parametrize("done", ZIPS)
def test_a_zip_that_could_be_read_in_two_ways_is_no_bundle(done: str) -> None:
    with pytest.raises(BundleError):
        read(ZIPS[done]())


@pytest.mark.parametrize("done", GOOD_ZIPS)
def test_a_zip_of_another_tool_is_as_good(done: str) -> None:
    assert verify(read(GOOD_ZIPS[done]())).ok


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_an_honest_bundle_is_accepted_under_the_key_of_its_log(good: Good) -> None:
    key = VerifierKey.parse(good.log_key) if good.log_key else None
    report = verify(read(zipped(good.files())), log_key=key)
    assert report.failed == ()
    assert report.ok == good.complete


def test_replacements_by_the_next_tickets_are_accepted() -> None:
    assert verify(read(frauds_replacement.twice_replaced().files())).ok


def test_by_size_nobody_can_be_replaced() -> None:
    story = honest("pps")
    first, second = frauds_replacement.tickets(story)[:2]
    drawn = (first[0], first[1], first[1])
    report = verify(read(frauds_replacement.replaced(story, (drawn, second)).files()))
    assert [(step.name, step.code) for step in report.failed] == [("order", "log_replacement")]
