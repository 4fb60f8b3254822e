"""Entries of the transparency log: their fields, their proofs, and the order of events of one draw."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from solver.beacon import Answer
from solver.canonical import canonical, parse
from solver.errors import BeaconError, LogError
from solver.log.checkpoint import parse_note
from solver.log.entries import FIELDS, KINDS, OPTIONAL, Entry
from solver.log.file import check_consistency, check_inclusion, parse_log, told_key
from solver.log.order import Published, check_order
from solver.plan import Plan
from tests.solver.drawing import ROOT
from tests.vectors.evidence import DRAW_ID, Story, honest

STORY = honest("lottery")
HEX = "ab" * 32
ENTRIES: dict[str, dict[str, Any]] = {
    "plan": {"draw_id": "x-1", "plan_hash": HEX},
    "campaign": {"record": {"v": "campaign/1", "campaign": "c", "plans": [HEX]}},
    "reveal": {"draw_id": "x-1", "position": 0, "commit": HEX},
    "missing": {"draw_id": "x-1", "position": 12, "commit": HEX},
    "beacon": {
        "draw_id": "x-1", "position": 2, "chain": HEX, "round": 7, "randomness": HEX, "signature": "cd" * 48,
    },
    "lottery": {"draw_id": "x-1", "position": 3, "game": "ssq", "issue": "2026134", "result": "02-09-14"},
    "closing": {"draw_id": "x-1", "record": {"draw_id": "x-1", "plan_hash": HEX, "void": "fire"}},
    "opening": {"draw_id": "x-1", "reveals": ["", "00ff"]},
    "replacement": {
        "draw_id": "x-1", "cell": "330106/F/A", "out": "91330000000000000X", "in": "ab" * 20,
        "ticket": HEX, "reason": "deregistered",
    },
    "release": {"code": "r-1", "sha256": HEX, "draw_id": "x-1"},
    "pairing": {"draw_id": "x-1", "problem_sha256": HEX, "table_sha256": HEX, "second": [0, 2]},
    "pairing_reveal": {"draw_id": "x-1", "position": 0},
    "pairing_missing": {"draw_id": "x-1", "position": 2},
    "assignment": {"draw_id": "x-1", "assignment_sha256": HEX},
    "reassignment": {
        "draw_id": "x-1", "number": 1, "table_sha256": HEX, "assignment_sha256": HEX, "reason": "illness",
    },
}  # fmt: skip


def entry(kind: str, **change: Any) -> dict[str, Any]:
    return {"kind": kind, "at": "2026-11-22T08:00:00Z"} | ENTRIES[kind] | change


def refused(code: str) -> pytest.RaisesExc[LogError]:
    return pytest.raises(LogError, check=lambda error: error.code == code)


def test_the_contract_names_every_kind_with_its_fields() -> None:
    section = (ROOT / "docs" / "transparency-log.md").read_text("utf-8").split("## 1")[1].split("## 2")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    plain = [[re.sub(r"\([^()]*\)", "", cell) for cell in row] for row in rows]
    told = {row[0].split("`")[1]: set(re.findall(r"`(\w+)`", row[1])) for row in plain}
    assert {kind: told[kind] for kind in KINDS} == KINDS


def test_a_pairing_may_name_its_bundles_and_nothing_else_may() -> None:
    assert Entry.of(entry("pairing", bundles_sha256=HEX), 5).fields["bundles_sha256"] == HEX
    with refused("log_entry"):
        Entry.of(entry("pairing", bundles_sha256="B"), 5)
    with refused("log_entry"):
        Entry.of(entry("assignment", bundles_sha256=HEX), 5)


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_of_each_kind_is_read_back_from_its_bytes(kind: str) -> None:
    made = Entry.of(entry(kind), 5)
    assert made.text == canonical(entry(kind))
    assert made.at == 1795334400
    assert made.draw_id == (None if kind == "campaign" else "x-1")
    assert Entry.parse(made.text, 5) == made
    with refused("log_entry"):
        Entry.parse(made.text + b"\n", 5)


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_of_an_entry_can_be_left_out_added_or_misspelt(kind: str) -> None:
    for key in [*ENTRIES[kind], "at"]:
        with refused("log_entry"):
            Entry.of({name: item for name, item in entry(kind).items() if name != key}, 0)
        for wrong in (None, "", " ", -1, {}, [[]], ["0"], True, 1.5, "é"):
            with refused("log_entry"):
                Entry.of(entry(kind, **{key: wrong}), 0)
    with refused("log_entry"):
        Entry.of(entry(kind, note="x"), 0)


@pytest.mark.parametrize("value", [None, [], "plan", {}, {"kind": "gossip"}, {"kind": ["plan"]}])
def test_what_is_of_no_known_kind_is_refused(value: object) -> None:
    with pytest.raises(LogError):
        Entry.of(value, 0)


@pytest.mark.parametrize(
    ("kind", "key", "wrong"),
    [
        ("plan", "at", "2026-02-30T08:00:00Z"),
        ("plan", "at", "2026-11-22T24:00:00Z"),
        ("plan", "at", "2026-11-22T08:00:00+08:00"),
        ("plan", "at", "2026-11-22 08:00:00"),
        ("reveal", "position", "0"),
        ("lottery", "result", "02-09-"),
        ("lottery", "result", "０２"),
        ("beacon", "round", 0),
        ("opening", "reveals", ["AB"]),
        ("opening", "reveals", []),
        ("closing", "record", {"draw_id": "x-2", "plan_hash": HEX, "void": "fire"}),
        ("closing", "record", {"draw_id": "x-1", "plan_hash": HEX}),
        ("campaign", "record", {"v": "campaign/1", "campaign": "c", "plans": [HEX, HEX]}),
        ("replacement", "in", "91330000000000000X"),
        ("replacement", "reason", "搬走了"),
    ],
)
def test_an_entry_says_only_what_its_kind_allows(kind: str, key: str, wrong: object) -> None:
    with pytest.raises(LogError):
        Entry.of(entry(kind, **{key: wrong}), 0)


def test_every_field_has_a_pattern() -> None:
    assert set(FIELDS) == {"kind", "at"}.union(*KINDS.values(), *OPTIONAL.values())


LOG = parse_log(STORY.files()["log.json"])
HEAD = parse_note(STORY.files()["checkpoint"]).checkpoint
EARLIER = parse_note(STORY.files()["earlier"]).checkpoint


def test_a_log_file_is_proved_entry_by_entry_under_its_checkpoint() -> None:
    check_inclusion(LOG, HEAD)
    moved = replace(LOG.entries[1], index=LOG.entries[1].index - 1)
    with refused("log_inclusion"):
        check_inclusion(replace(LOG, entries=(LOG.entries[0], moved)), HEAD)
    with refused("log_inclusion"):
        check_inclusion(LOG, EARLIER)


def test_the_earlier_checkpoint_is_proved_to_be_the_beginning() -> None:
    check_consistency(LOG, EARLIER, HEAD)
    with refused("log_inconsistent"):
        check_consistency(LOG, replace(EARLIER, root=bytes(32)), HEAD)
    with refused("log_earlier"):
        check_consistency(LOG, None, HEAD)
    with refused("log_earlier"):
        check_consistency(replace(LOG, consistency=None), EARLIER, HEAD)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + b"\n",
        lambda text: text.replace(b'"key":', b'"keys":'),
        lambda text: text.replace(b'"index":', b'"number":'),
        lambda text: text.replace(b'"proof":["', b'"proof":["00'),
        lambda text: json.dumps(json.loads(text), indent=1).encode(),
        lambda _: b"{}",
        lambda _: b"[]",
        lambda _: b"\xff",
    ],
)
def test_a_log_file_out_of_shape_is_refused(change: Any) -> None:
    with refused("log_malformed"):
        parse_log(change(STORY.files()["log.json"]))


def test_the_key_of_a_log_file_is_told_as_far_as_it_can_be_read() -> None:
    assert told_key(STORY.files()["log.json"]) == LOG.key
    assert told_key(b'{"key": "a log"}') == "a log"
    assert [told_key(text) for text in (b"", b"[]", b"{}", b'{"key":1}')] == [None] * 4


def published(story: Story) -> Published:
    files = story.files()
    answer = parse(files["beacon.json"]) if "beacon.json" in files else None
    return Published(
        plan=Plan.parse(files["plan.json"]),
        reveals=story.reveals,
        beacon=Answer(answer["round"], *(bytes.fromhex(answer[k]) for k in ("randomness", "signature")))
        if isinstance(answer, dict)
        else None,
        closing=files.get("closing.json"),
        campaign=files.get("campaign.json"),
        earlier=story.at("plan") + 1,
    )


def entries(story: Story) -> list[Entry]:
    return [Entry.of(story.log[index], index) for index in story.mine()]


def told(name: str, **change: Any) -> tuple[list[Entry], Published]:
    story = honest(name)
    return entries(story), replace(published(story), **change)


def changed(made: Entry, **change: Any) -> Entry:
    return Entry.of(dict(made.fields) | change, made.index)


def test_the_events_of_an_honest_draw_are_in_order_at_every_stage() -> None:
    for name in ("open", "sealed", "opened", "lottery", "campaign", "missing", "parties", "planned", "void"):
        check_order(*told(name))


def test_a_sealed_draw_that_is_not_opened_may_not_tell_its_reveals() -> None:
    logged, public = told("open", reveals=None)
    with refused("log_opening"):
        check_order(logged, public)
    with refused("log_opening"):
        check_order(*told("sealed", reveals=honest("opened").reveals))


def test_the_moment_of_the_beacon_itself_is_too_late() -> None:
    logged, public = told("open")
    at = next(i for i, made in enumerate(logged) if made.position == 2)
    late = [*logged[:at], changed(logged[at], at="2023-08-23T15:15:33Z"), *logged[at + 1 :]]
    with refused("log_too_late"):
        check_order(late, public)
    check_order([*logged[:at], changed(logged[at], at="2023-08-23T15:15:32Z"), *logged[at + 1 :]], public)
    with pytest.raises(BeaconError):
        check_order(logged, public, chains={})


def test_a_release_stands_anywhere_after_the_closing_and_a_replacement_after_the_opening() -> None:
    logged, public = told("open")
    closing = next(i for i, made in enumerate(logged) if made.kind == "closing")
    last = logged[-1].index
    swap = {
        "draw_id": DRAW_ID,
        "cell": "a/F/A",
        "out": "ab" * 20,
        "in": "cd" * 20,
        "ticket": HEX,
        "reason": "moved",
    }
    moved = Entry.of({"kind": "replacement", "at": "2023-10-01T00:00:00Z"} | swap, last + 1)
    release = Entry.of(
        {"kind": "release", "at": "2023-10-02T00:00:00Z", "code": "r", "sha256": HEX, "draw_id": DRAW_ID},
        last + 2,
    )
    check_order([*logged, moved, release], public)
    renumbered = [
        replace(made, index=100 + i, at=0)
        for i, made in enumerate([*logged[:closing], release, *logged[closing:]])
    ]
    with refused("log_sequence"):
        check_order(renumbered, replace(public, earlier=101))
    unopened, sealed = told("sealed")
    with refused("log_sequence"):
        check_order([*unopened, replace(moved, at=unopened[-1].at, index=unopened[-1].index + 1)], sealed)
    check_order([*unopened, replace(release, at=unopened[-1].at, index=unopened[-1].index + 1)], sealed)


def test_nothing_follows_a_void_closing() -> None:
    logged, public = told("void")
    after = [*logged, replace(logged[1], index=logged[-1].index + 1, at=logged[-1].at)]
    assert (logged[1].kind, logged[-1].void) == ("reveal", True)
    with pytest.raises(LogError):
        check_order(after, public)
    check_order([logged[0], logged[-1]], public)
    late = "2023-08-24T00:00:00Z"  # approved too late for its beacon, and therefore given up
    given_up = [changed(logged[0], at=late), changed(logged[-1], at=late)]
    check_order(given_up, public)


def test_an_empty_log_shows_no_plan() -> None:
    with refused("log_plan"):
        check_order([], told("open")[1])
