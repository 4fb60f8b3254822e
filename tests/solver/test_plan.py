"""The strict reading of a plan."""

from __future__ import annotations

import json
from typing import Any

import pytest

from solver.errors import CanonicalError, PlanError
from solver.plan import Beacon, Lottery, Plan
from solver.rates import FixedMode
from tests.solver.drawing import BEACON, FIXED, RATE, frame_of, plan_value, vector

FRAME = frame_of(["330106/F/A", "330106/F/B"])
HEX = "ab" * 32


def changed(mode: dict[str, Any] = RATE, /, **more: Any) -> dict[str, Any]:
    return {**plan_value(FRAME, mode), **more}


def test_a_plan_of_the_vectors_is_read_with_its_defaults() -> None:
    plan = Plan.parse(vector("fixed60")[0])
    assert (plan.alg, plan.disclosure, plan.frame, plan.min_anonymity) == ("sha256", "open", "open", 5)
    assert plan.mode == FixedMode(12, {"A": 1, "B": 3, "C": 10, "D": 40})
    assert plan.beacon == Beacon(BEACON["chain"], 123)  # type: ignore[arg-type]
    assert plan.public_positions == (3,)


def test_the_layout_of_the_file_does_not_change_the_hash_but_any_value_does() -> None:
    value = changed()
    again = Plan.parse(json.dumps(dict(reversed(value.items())), indent=4))
    assert Plan.of(value).plan_hash == again.plan_hash
    assert Plan.of(value | {"draw_id": "330106-2026-0002"}).plan_hash != again.plan_hash


def test_a_default_that_is_written_out_is_another_plan() -> None:
    assert Plan.of(changed(disclosure="open")).plan_hash != Plan.of(changed()).plan_hash


def test_every_optional_field_is_read() -> None:
    plan = Plan.of(
        changed(
            alg="sm3",
            disclosure="sealed",
            open_by="2026-12-31T09:00:00Z",
            exclusion={"rule": "visited in the last 180 days", "hash": HEX},
            frame="blinded",
            min_anonymity=8,
            inspector_root=HEX,
            campaign="330100-2026-Q4",
            items=["SC-01", "SC-02"],
            lottery=[{"game": "ssq", "issue": "2026140"}],
            commits=[HEX, None],
        )
    )
    assert plan.lottery == (Lottery("ssq", "2026140"),)
    assert plan.items == ("SC-01", "SC-02")
    assert plan.exclusion is not None
    assert plan.exclusion.hash == HEX
    assert (plan.open_by, plan.min_anonymity) == ("2026-12-31T09:00:00Z", 8)


@pytest.mark.parametrize(
    "key", ["v", "draw_id", "prev", "register_root", "register_n", "mode", "commits", "den"]
)
def test_a_missing_field_is_named(key: str) -> None:
    value = changed()
    del value[key]
    with pytest.raises(PlanError) as caught:
        Plan.of(value)
    assert (caught.value.code, caught.value.params) == ("plan_missing_key", {"key": key})


@pytest.mark.parametrize("key", ["note", "n", "weights", "V"])
def test_a_field_that_this_mode_does_not_have_is_refused(key: str) -> None:
    with pytest.raises(PlanError) as caught:
        Plan.of(changed(**{key: 1}))
    assert (caught.value.code, caught.value.params["key"]) == ("plan_unknown_key", key)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("v", "draw/2"),
        ("mode", "systematic"),
        ("mode", ["rate"]),
        ("draw_id", ""),
        ("draw_id", "a b"),
        ("draw_id", 7),
        ("prev", "0" * 63),
        ("prev", "G" * 64),
        ("register_root", HEX.upper()),
        ("register_n", -1),
        ("register_n", "60"),
        ("commits", []),
        ("commits", [HEX + "00"]),
        ("commits", "ab"),
        ("den", 0),
        ("den", -100),
        ("rates", {}),
        ("rates", {"A": -1}),
        ("rates", {"E": 1}),
        ("rates", {"AB": 1}),
        ("rates", [1, 3, 10, 30]),
        ("alg", "md5"),
        ("beacon", {"chain": HEX}),
        ("beacon", {"chain": HEX, "round": 0}),
        ("beacon", {"chain": HEX, "round": 1, "url": "x"}),
        ("lottery", []),
        ("disclosure", "closed"),
        ("open_by", "tomorrow"),
        ("exclusion", {"rule": "x"}),
        ("frame", "hidden"),
        ("min_anonymity", 0),
        ("items", ["a b"]),
        ("campaign", None),
    ],
)
def test_a_bad_value_is_refused_and_its_field_named(key: str, value: Any) -> None:
    with pytest.raises(PlanError) as caught:
        Plan.of(changed(**{key: value}))
    assert (caught.value.code, caught.value.params) == ("plan_value", {"key": key})


def test_negative_weights_and_numbers_are_refused() -> None:
    for more in ({"n": -1}, {"weights": {"A": -3}}):
        with pytest.raises(PlanError) as caught:
            Plan.of(changed(FIXED, **more))
        assert caught.value.code == "plan_value"


def test_floats_booleans_and_duplicate_keys_are_refused() -> None:
    for text in (b'{"den":1.0}', b'{"den":true}', b'{"den":1,"den":1}'):
        with pytest.raises(CanonicalError):
            Plan.parse(text)


@pytest.mark.parametrize("text", [b"[]", b"1", b"null", b'"plan"'])
def test_a_plan_is_an_object(text: bytes) -> None:
    with pytest.raises(PlanError) as caught:
        Plan.parse(text)
    assert caught.value.code == "plan_not_object"


def test_a_sealed_plan_says_by_when_it_opens() -> None:
    with pytest.raises(PlanError) as caught:
        Plan.of(changed(disclosure="sealed"))
    assert caught.value.params == {"key": "open_by"}


@pytest.mark.parametrize(
    ("commits", "more"),
    [
        ([HEX, None], {}),  # a free position would let whoever fills it choose the seed
        ([HEX], {"beacon": BEACON}),  # a beacon that does not enter the seed
        ([HEX, None, None], {"beacon": BEACON}),
    ],
)
def test_every_empty_commitment_belongs_to_one_public_source(
    commits: list[str | None], more: dict[str, Any]
) -> None:
    with pytest.raises(PlanError) as caught:
        Plan.of(changed(commits=commits, **more))
    assert caught.value.code == "plan_no_public_position"
