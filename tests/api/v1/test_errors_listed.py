"""docs/errors.md lists every code that a refusal can carry, with its status and sentence."""

import re

from api.error_list import LIST, codes, refusals, rows


def test_the_list_has_every_code_with_its_status_and_sentence() -> None:
    listed = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("| <a id")]
    assert sorted(set(rows()) - set(listed)) == []  # missing: run python -m api.error_list
    assert listed == rows()


def test_no_code_is_shared_by_two_refusals() -> None:
    owners: dict[str, str] = {}
    for refusal in refusals():
        assert "code" in vars(refusal), refusal
        assert owners.setdefault(refusal.code, refusal.__name__) == refusal.__name__
    assert len(owners) > 40


def test_codes_are_plain_words() -> None:
    assert [code for code in codes() if not re.fullmatch(r"[a-z][a-z0-9_]*", code)] == []
