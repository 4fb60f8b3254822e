"""The tree keeps the house rules, and each rule would notice if it did not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import house_rules as rules

TEXTS = ("*.md", "docs/**/*.md", "NOTICE", "*.toml", "*.lock", "*.json", "Makefile", ".ci/*", ".npmrc")


def offences(check: Callable[[str, str], list[str]], paths: list[Path]) -> list[str]:
    return [offence for path in paths for offence in check(rules.place(path), path.read_text("utf-8"))]


def test_only_records_build_queries() -> None:
    assert offences(rules.builds_queries, rules.source_files()) == []


def test_no_step_commits() -> None:
    assert offences(rules.commits, rules.source_files()) == []


def test_the_clock_is_read_at_the_edges_alone() -> None:
    assert offences(rules.reads_the_clock, rules.source_files()) == []


def test_the_solver_throws_no_dice_of_its_own() -> None:
    assert offences(rules.throws_dice, rules.source_files()) == []


def test_tables_stand_in_tables_py() -> None:
    assert offences(rules.misplaces_tables, rules.source_files()) == []


def test_no_file_is_longer_than_600_lines_but_the_verifier_that_has_to_be_one() -> None:
    ours = rules.files("tests/**/*.py", "tools/*", "benchmarks/**/*.py", "templates/**/*.html")
    assert offences(rules.is_too_long, rules.source_files() + ours) == []


@pytest.mark.parametrize("step", rules.STEPS)
def test_every_step_names_its_files_alike(step: str) -> None:
    names = {path.name for path in (rules.ROOT / "supervision" / step).glob("*.py")}
    assert rules.breaks_step_names(step, names) == []


def test_pages_carry_no_inline_code() -> None:
    assert offences(rules.has_inline_code, rules.files("templates/**/*.html")) == []


def test_no_text_names_a_machine_or_an_index() -> None:
    assert offences(rules.names_this_machine, rules.files(*TEXTS)) == []


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (rules.builds_queries, "supervision/plan/service.py", "from sqlmodel import select\nselect(1)"),
        (rules.builds_queries, "api/public/pages.py", "import sqlalchemy as sa\nsa.text('SELECT 1')"),
        (rules.builds_queries, "api/app.py", "from sqlalchemy.dialects.sqlite import insert as add\nadd(t)"),
        (rules.commits, "supervision/draw/service.py", "def seal(session):\n    session.commit()"),
        (rules.reads_the_clock, "solver/draw.py", "import time\ntime.time()"),
        (rules.reads_the_clock, "supervision/plan/rules.py", "from datetime import date\ndate.today()"),
        (rules.reads_the_clock, "api/pages.py", "import datetime as dt\ndt.datetime.now(dt.UTC)"),
        (rules.throws_dice, "solver/fairness/joint.py", "from random import shuffle\nshuffle([1, 2])"),
        (rules.throws_dice, "solver/seed.py", "import secrets\nsecrets.token_bytes(32)"),
        (rules.misplaces_tables, "supervision/plan/service.py", "class Plan(SQLModel, table=True): ..."),
        (rules.is_too_long, "solver/draw.py", "pass\n" * 601),
        (rules.has_inline_code, "templates/base.html", "<p style='color: red'>红</p>"),
        (
            rules.has_inline_code,
            "templates/base.html",
            '{% if a > 1 %}<button onclick="go()">去</button>{% endif %}',
        ),
        (rules.has_inline_code, "templates/base.html", "<script>go()</script>"),
        (rules.has_inline_code, "templates/base.html", "<img src='//example.org/a.png' alt=''>"),
        (rules.names_this_machine, "docs/operate.md", "cd /root/project"),
        (rules.names_this_machine, "requirements.lock", "--index-url https://example.org/simple/"),
    ],
)
def test_each_rule_notices_its_offence(check: Callable[[str, str], list[str]], name: str, text: str) -> None:
    assert len(check(name, text)) >= 1


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (rules.builds_queries, "supervision/plan/records.py", "from sqlmodel import select\nselect(1)"),
        (
            rules.builds_queries,
            "supervision/plan/tables.py",
            "from sqlalchemy import text\ntext('a IS NULL')",
        ),
        (rules.builds_queries, "api/app.py", "import hashlib\nhashlib.sha256().update(b'')"),
        (rules.commits, "supervision/jobs.py", "session.commit()"),
        (
            rules.reads_the_clock,
            "supervision/clock.py",
            "from datetime import UTC, datetime\ndatetime.now(UTC)",
        ),
        (rules.reads_the_clock, "solver/progress.py", "import time\ntime.monotonic()"),
        (rules.throws_dice, "supervision/draw/service.py", "import secrets\nsecrets.token_bytes(32)"),
        (
            rules.has_inline_code,
            "templates/base.html",
            "{% set one = 1 %}<script src='{{ url }}' defer></script>",
        ),
        (rules.names_this_machine, "docs/verify.md", "the homework/tmp folder, https://example.org/work"),
    ],
)
def test_what_is_allowed_passes(check: Callable[[str, str], list[str]], name: str, text: str) -> None:
    assert check(name, text) == []


def test_a_step_with_a_service_must_have_all_four_files() -> None:
    assert rules.breaks_step_names("plan", {"service.py", "tables.py", "models.py"}) == [
        "supervision/plan/rules.py is missing",
        "supervision/plan/records.py is missing",
        "supervision/plan/models.py: the names are tables.py, rules.py, records.py, service.py",
    ]
