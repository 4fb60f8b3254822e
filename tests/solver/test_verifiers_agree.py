"""Library and one-file verifier on bundles that nobody thought of: the same steps, with the same outcome.

A story is bent at random places (values, order, copies, whole entries), its hashes, proofs and signatures made anew.
"""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

import pytest

from solver import bundle
from solver.verify import verify
from tests.solver.drawing import verifier
from tests.solver.test_verify_draw_bundle import of_the_library, remembered, steps_of
from tests.vectors.evidence import DRAW_ID, TELLING, Files, Story, honest
from tests.vectors.reference import canon

JUNK = (
    None, True, 0, 1, 2, 5, -1, 2**53 - 1, "", "x", "0" * 64, "2023-08-23T15:15:33Z", "2023-02-30T00:00:00Z",
    "2023-08-20T00:00:00Z", [], {}, ["00"], DRAW_ID, "missing", "reveal", "closing", "plan", "opening", "release",
    "campaign", "beacon", "lottery", "1-2",
)  # fmt: skip
Path = tuple[str | int, ...]


def places(value: Any, before: Path = ()) -> list[Path]:
    """The way to every value inside a JSON value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in ((*before, key), *places(value[key], (*before, key)))]


def bend(value: Any, dice: random.Random) -> None:
    """Change one value somewhere inside: drop, swap, copy, add, off by one, one character, anything."""
    *way, last = dice.choice(places(value))
    for key in way:
        value = value[key]
    change, old = dice.randrange(7), value[last]
    if change == 0:
        del value[last]
    elif change == 1 and isinstance(value, list):
        other = dice.randrange(len(value))
        value[last], value[other] = value[other], value[last]
    elif change == 2 and isinstance(value, list):
        value.insert(last, deepcopy(old))
    elif change == 3 and isinstance(value, dict):
        value[dice.choice(["note", "void", "kind", "at"])] = dice.choice(JUNK)
    elif change == 4 and isinstance(old, int):
        value[last] = old + dice.choice([-1, 1])
    elif change == 5 and isinstance(old, str) and old:
        at = dice.randrange(len(old))
        value[last] = old[:at] + dice.choice("0a9fZ-,") + old[at + 1 :]
    else:
        value[last] = dice.choice(JUNK)


def with_bent_log(story: Story, dice: random.Random) -> Files:
    at, other = (dice.choice(story.mine()) for _ in range(2))
    log, change = story.log, dice.randrange(6)
    if change == 0:
        del log[at]
    elif change == 1:
        log[at], log[other] = log[other], log[at]
        log[at]["at"], log[other]["at"] = log[other]["at"], log[at]["at"]
    elif change == 2:
        log.insert(at, log[other] | {"at": log[at]["at"]})
    else:
        bend(log[at], dice)
    return story.files()


def with_bent_file(story: Story, dice: random.Random) -> Files:
    files = story.files()
    name = dice.choice([name for name in files if name.endswith(".json")])
    value = json.loads(files[name])
    bend(value, dice)
    left_out = dice.choice([*files.keys() - {"plan.json", "frame.csv.gz"}, *[""] * 40])
    return {key: data for key, data in (files | {name: canon(value)}).items() if key != left_out}


def bent(name: str, dice: random.Random) -> Files:
    """The bundle of a bent story; where nothing can be told any more (no plan in the log), one of a bent file."""
    try:
        return dice.choice([with_bent_log, with_bent_file])(honest(name), dice)
    except (AttributeError, IndexError, KeyError, TypeError):
        return with_bent_file(honest(name), dice)


@pytest.mark.parametrize("name", TELLING)
def test_both_verifiers_say_the_same_of_a_bundle_bent_anywhere(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for curve in ("pairings_cancel", "signed_by"):
        monkeypatch.setattr(verifier, curve, remembered(curve))
    dice, refused = random.Random(name), 0
    for number in range(25):
        files = bent(name, dice)
        steps = steps_of(verifier, files, None)
        assert steps == of_the_library(files, None), f"bundle {number}"
        refused += not all(status != "failed" for _, status in steps)
    assert refused > 15
    assert verify(bundle.read(honest(name).files())).failed == ()
