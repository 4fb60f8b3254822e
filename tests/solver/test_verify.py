"""The closing record, and the report of a verification."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from solver import errors
from solver.closing import Closing, Void, close, closing_hash, parse_closing
from solver.draw import draw
from solver.errors import ResultMismatch, RevealError, SolverError
from solver.frame import Frame
from solver.plan import FIELDS, Plan
from solver.progress import Cancelled
from solver.verify import STEPS, Evidence, check_entity, parse_reveals, verify
from tests.solver.drawing import RATE, ROOT, SECRETS, frame_of, plan_value, vector

PLAN, FRAME, REVEALS = vector("fixed60")
RESULT = draw(Plan.parse(PLAN), Frame.parse(FRAME), parse_reveals(REVEALS))
CLOSING = close(RESULT).record
SIGNATURE = "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92"
BEACON = json.dumps(
    {"round": 123, "randomness": parse_reveals(REVEALS)[-1].hex(), "signature": SIGNATURE}
).encode()
EVIDENCE = Evidence(
    plan=PLAN,
    frame=FRAME,
    reveals=parse_reveals(REVEALS),
    plan_hash=RESULT.plan_hash,
    result=RESULT.result_bytes,
    result_sha256=RESULT.result_sha256,
    cells_sha256=RESULT.cells_sha256,
    closing=CLOSING,
    closing_hash=closing_hash(CLOSING),
    seed=RESULT.seed.hex(),
    cells=RESULT.cells_bytes,
    beacon=BEACON,
)
LOGGED = ["checkpoint", "log", "consistency", "order"]
CONTRACT = ROOT / "docs" / "draw-1.md"
LINES = FRAME.splitlines(keepends=True)


def test_a_closing_record_is_canonical_and_binds_the_seed() -> None:
    commit = hashlib.sha256(b"draw/1 seed-commit".ljust(32, b"\0") + RESULT.seed).hexdigest()
    assert CLOSING.decode() == (
        f'{{"draw_id":"330100-2026-fixed60","plan_hash":"{RESULT.plan_hash}",'
        f'"result_sha256":"{RESULT.result_sha256}","seed_commit":"{commit}"}}'
    )
    assert parse_closing(CLOSING) == Closing(
        "330100-2026-fixed60", RESULT.plan_hash, commit, RESULT.result_sha256
    )


def test_a_void_record_names_its_reason_and_has_a_hash_too() -> None:
    void = Void("330100-2026-0007", "ab" * 32, "register-error")
    text = f'{{"draw_id":"330100-2026-0007","plan_hash":"{"ab" * 32}","void":"register-error"}}'
    assert void.record.decode() == text
    assert parse_closing(void.record) == void
    expected = hashlib.sha256(b"draw/1 closing".ljust(32, b"\0") + void.record).hexdigest()
    assert closing_hash(void.record) == expected


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"draw_id":"x","plan_hash":"00","void":"y"}',
        CLOSING[:-1] + b',"note":"x"}',
        CLOSING.replace(b'"draw_id":"330100', b'"draw_id":"330100 '),
    ],
)
def test_what_is_no_closing_record_is_refused(text: bytes) -> None:
    with pytest.raises(ResultMismatch) as caught:
        parse_closing(text)
    assert caught.value.code == "closing_malformed"


def test_a_published_draw_agrees_in_every_step() -> None:
    report = verify(EVIDENCE)
    assert report.ok
    assert [step.name for step in report.steps] == [name for name in STEPS if name not in LOGGED]
    assert report.result == RESULT
    assert report.step("register").title == "名录快照就是方案所载的名录"


def test_a_compressed_frame_is_the_same_frame() -> None:
    assert verify(replace(EVIDENCE, frame=gzip.compress(FRAME))).ok


def test_what_was_not_published_is_not_checked() -> None:
    frame = frame_of(["330106/F/A"] * 3)
    report = verify(Evidence(json.dumps(plan_value(frame, RATE)).encode(), frame.data, SECRETS))
    assert [step.name for step in report.steps] == [
        "plan", "previous", "frame", "register", "reveals", "draw",
    ]  # fmt: skip
    assert report.ok


def test_a_beacon_that_nobody_shows_is_no_beacon() -> None:
    report = verify(replace(EVIDENCE, beacon=None))
    assert (report.failed[0].name, report.failed[0].code) == ("sources", "source_missing")
    assert report.result is None


def test_the_first_plan_of_an_organ_carries_on_from_nothing() -> None:
    frame = frame_of(["330106/F/A"] * 3)
    value = plan_value(frame, RATE, prev="ab" * 32)
    report = verify(Evidence(json.dumps(value).encode(), frame.data, SECRETS))
    assert report.failed[0].code == "prev_mismatch"


def test_a_plan_carries_on_from_the_closing_record_before_it() -> None:
    frame = frame_of(["330106/F/A"] * 3)
    for alg in ("sha256", "sm3"):
        value = plan_value(frame, RATE, prev=closing_hash(CLOSING, alg))  # type: ignore[arg-type]
        evidence = Evidence(json.dumps(value).encode(), frame.data, SECRETS, previous_closing=CLOSING)
        assert verify(evidence).step("previous").status == "ok"
        void = Void("330100-2026-0007", "ab" * 32, "register-error").record
        assert verify(replace(evidence, previous_closing=void)).step("previous").code == "prev_mismatch"


def test_a_sealed_draw_is_checked_as_far_as_it_is_open() -> None:
    report = verify(replace(EVIDENCE, reveals=None))
    assert not report.ok
    assert report.failed == ()
    skipped = [step.name for step in report.steps if step.status == "skipped"]
    assert skipped == ["reveals", "sources", "draw", "result", "cells", "closing"]


def swapped() -> bytes:
    return b"".join([LINES[1], LINES[0], *LINES[2:]])


def exchanged_classes() -> bytes:
    """Two neighbours of classes C and A trade their lines: every id and every cell size stays."""
    first, second = (line[:18] for line in LINES[:2])
    return b"".join([first + LINES[1][18:], second + LINES[0][18:], *LINES[2:]])


TAMPERED: dict[str, tuple[dict[str, Any], str, str]] = {
    "two lines swapped": ({"frame": swapped()}, "frame", "frame_order"),
    "a line dropped": ({"frame": b"".join(LINES[1:])}, "register", "frame_count"),
    "a line added": ({"frame": FRAME + b"91330000000000099X,330106/F,A\n"}, "register", "frame_count"),
    "a line twice": ({"frame": LINES[0] + FRAME}, "frame", "frame_duplicate"),
    "a class changed": ({"frame": FRAME.replace(b"F,C\n", b"F,D\n", 1)}, "register", "frame_root"),
    "two classes exchanged": ({"frame": exchanged_classes()}, "register", "frame_root"),
    "CRLF": ({"frame": FRAME.replace(b"\n", b"\r\n")}, "frame", "frame_cr"),
    "BOM": ({"frame": b"\xef\xbb\xbf" + FRAME}, "frame", "frame_bom"),
    "a header": ({"frame": b"id,path,class\n" + FRAME}, "frame", "frame_line"),
    "gzip cut short": ({"frame": gzip.compress(FRAME)[:-9]}, "frame", "frame_gzip"),
    "a reveal altered": (
        {"reveals": [bytes(32), *parse_reveals(REVEALS)[1:]]},
        "reveals",
        "commitment_mismatch",
    ),
    "a reveal left out": ({"reveals": parse_reveals(REVEALS)[:-1]}, "reveals", "reveal_count"),
    "the beacon left out": (
        {"reveals": [*parse_reveals(REVEALS)[:-1], b""]},
        "reveals",
        "reveal_public_missing",
    ),
    "the plan edited": ({"plan": PLAN.replace(b'"D": 40', b'"D": 41')}, "plan_hash", "plan_hash_mismatch"),
    "the plan broken": ({"plan": PLAN.replace(b'"mode"', b'"mood"')}, "plan", "plan_missing_key"),
    "a drawn line changed": (
        {"result": RESULT.result_bytes.replace(b"0", b"1", 1)},
        "result",
        "result_mismatch",
    ),
    "the beacon of another round": (
        {"beacon": BEACON.replace(b"123", b"124")},
        "sources",
        "beacon_round",
    ),
    "flipped randomness": (
        {"beacon": BEACON.replace(b"fb8f", b"fb8e")},
        "sources",
        "beacon_randomness",
    ),
    "no answer of a beacon": ({"beacon": b"{}"}, "sources", "beacon_malformed"),
    "another seed": ({"seed": "0" * 64}, "draw", "seed_mismatch"),
    "other cells": ({"cells": RESULT.cells_bytes + b" "}, "cells", "cells_mismatch"),
    "another expected hash": ({"result_sha256": "0" * 64}, "result", "result_mismatch"),
    "another cell table": ({"cells_sha256": "0" * 64}, "cells", "cells_mismatch"),
    "another draw closed": (
        {"closing": CLOSING.replace(b"fixed60", b"fixed61")},
        "closing",
        "closing_mismatch",
    ),
    "another seed closed": (
        {"closing": replace(close(RESULT), seed_commit="0" * 64).record},
        "closing",
        "closing_mismatch",
    ),
    "the draw was void": (
        {"closing": Void("330100-2026-fixed60", RESULT.plan_hash, "fire").record},
        "closing",
        "closing_void",
    ),
    "another closing hash": ({"closing_hash": "0" * 64}, "closing_hash", "closing_hash_mismatch"),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_what_was_tampered_with_fails_in_its_own_step_and_first(case: str) -> None:
    change, step, code = TAMPERED[case]
    report = verify(replace(EVIDENCE, **change))
    assert not report.ok
    assert (report.failed[0].name, report.failed[0].code) == (step, code)
    assert report.failed[0].message.endswith("。")


@pytest.mark.parametrize("field", ["plan", "frame"])
@pytest.mark.parametrize("data", [b"", b"\0", b"\x1f\x8b", b"null", b"\xff" * 100, b"[" * 50_000])
def test_no_bytes_make_a_verification_crash(field: str, data: bytes) -> None:
    assert not verify(replace(EVIDENCE, **{field: data})).ok  # type: ignore[arg-type]


def test_a_verification_can_be_stopped() -> None:
    def stop(_done: int, _total: int, _stage: str) -> None:
        raise Cancelled.of("cancelled")

    with pytest.raises(Cancelled):
        verify(EVIDENCE, stop)


@pytest.mark.parametrize("text", [b"{}", b"[1]", b'["0"]', b'["zz"]', b'["00 11"]', b'["AB"]', b"[null]"])
def test_a_reveals_file_is_a_list_of_lower_case_hex(text: bytes) -> None:
    with pytest.raises(RevealError):
        parse_reveals(text)
    assert parse_reveals(b'["00ff",""]') == [b"\x00\xff", b""]


def test_nobody_of_a_cell_without_threshold_is_drawn() -> None:
    assert not check_entity(RESULT.seed, "91330000000000000X", "").drawn


def _classes(base: type[SolverError]) -> list[type[SolverError]]:
    own = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, base)]
    return [kind for kind in own if kind is not SolverError]


def test_every_code_belongs_to_one_error_and_says_a_chinese_sentence() -> None:
    codes = [code for kind in _classes(SolverError) for code in kind.SENTENCES]
    assert len(codes) == len(set(codes))
    for kind in _classes(SolverError):
        for sentence in kind.SENTENCES.values():
            assert sentence.endswith("。")


def test_the_contract_lists_every_refusal_with_its_sentence() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.+) \|$", CONTRACT.read_text("utf-8"), re.MULTILINE))
    raised = {(kind.__name__, *pair) for kind in _classes(SolverError) for pair in kind.SENTENCES.items()}
    assert listed == raised


def test_the_contract_lists_every_field_of_a_plan() -> None:
    section = CONTRACT.read_text("utf-8").split("## 3")[1].split("## 4")[0]
    named = {
        key
        for row in re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
        for key in re.findall(r"`(\w+)`", row)
    }
    assert named == set(FIELDS) - {"den", "n"}  # these two stand with their mode


def test_an_error_carries_its_code_its_parameters_and_its_sentence() -> None:
    error = errors.FrameError.of("frame_order", line=7)
    assert (error.code, error.params) == ("frame_order", {"line": 7})
    assert str(error) == "名录快照第 7 行的代码没有按升序排列。"
