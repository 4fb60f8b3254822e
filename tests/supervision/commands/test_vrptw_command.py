"""``double-random schedule --vrptw``: a public instance from a file to a file of routes."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from solver.schedule.routing import formats
from solver.schedule.routing.errors import RoutingError
from supervision.cli import app
from tests.solver.schedule.routing.test_formats import SOLOMON, written

RUN = CliRunner()


def test_routes_are_written_as_cvrplib_writes_them_and_said_not_to_repeat(tmp_path: Path) -> None:
    out = tmp_path / "tiny.sol"
    words = ["schedule", "--vrptw", str(written(tmp_path, SOLOMON)), "--limit", "1", "--out", str(out)]
    result = RUN.invoke(app, words)
    assert result.exit_code == 0
    assert "TINY：2 条路线，总距离 13.0" in result.stdout
    assert "reproducible: false" in result.stdout
    assert sorted(stop for route in formats.read_solution(out) for stop in route) == [1, 2, 3]
    assert out.read_text("utf-8").endswith("Cost 13.0\n")


def test_a_file_that_is_no_instance_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "tiny.sol"
    words = ["schedule", "--vrptw", str(written(tmp_path, "hello")), "--limit", "1", "--out", str(out)]
    result = RUN.invoke(app, words)
    assert isinstance(result.exception, RoutingError)
    assert "不是 Solomon" in str(result.exception)
    assert not out.exists()
