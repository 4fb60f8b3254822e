"""The command hands over to what prints papers, with everything it was told."""

import sys

import pytest
from typer.testing import CliRunner

from supervision.cli import app
from supervision.commands import audit


@pytest.mark.parametrize(
    ("words", "handed"),
    [
        (["360681-2026-0001"], ["certificate", "360681-2026-0001", "--out", ".", "--lang", "zh-CN"]),
        (
            ["plan.json", "frame.csv", "--out", "x", "--lang", "en", "--public"],
            ["certificate", "plan.json", "frame.csv", "--out", "x", "--lang", "en", "--public"],
        ),
    ],
)
def test_the_audit_is_handed_over_word_by_word(
    words: list[str], handed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(audit.os, "execv", lambda _program, arguments: seen.append(arguments))
    assert CliRunner().invoke(app, ["draw", "audit", *words]).exit_code == 0
    assert seen == [[sys.executable, "-m", "api.papers", *handed]]
