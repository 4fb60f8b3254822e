"""Both formats of public instances are read; what is wrong with a file is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.schedule.routing import formats, vrptw
from solver.schedule.routing.errors import RoutingError

SOLOMON = """TINY

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

    0      0         0          0          0        100          0
    1      3         4          4          0         90         10
    2      0         1          6         20         30         10
    3      1         1          7          0         90          5
"""
CVRPLIB = """NAME : TINY
TYPE : VRPTW
DIMENSION : 4
VEHICLES : 2
CAPACITY : 10
SERVICE_TIME : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 0 1
4 1 1
DEMAND_SECTION
1 0
2 4
3 6
4 7
TIME_WINDOW_SECTION
1 0 100
2 0 90
3 20 30
4 0 90
DEPOT_SECTION
1
-1
EOF
"""


def written(folder: Path, text: str, name: str = "tiny.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_solomon_file_is_read_in_tenths(tmp_path: Path) -> None:
    given = formats.read(written(tmp_path, SOLOMON))
    assert (given.name, given.capacity, given.demands) == ("TINY", 10, (0, 4, 6, 7))
    assert given.windows == ((0, 1000), (0, 900), (200, 300), (0, 900))
    assert given.service == (0, 100, 100, 50)
    assert given.distances()[0].tolist() == [0, 50, 10, 14]  # the root of 2 is 1.41421…


def test_a_cvrplib_file_says_the_same(tmp_path: Path) -> None:
    given = formats.read(written(tmp_path, CVRPLIB, "tiny.vrp"))
    other = formats.read(written(tmp_path, SOLOMON))
    assert given.service == (0, 100, 100, 100)
    assert (given.places, given.demands, given.windows) == (other.places, other.demands, other.windows)


def test_a_section_of_service_times_goes_before_the_head(tmp_path: Path) -> None:
    text = CVRPLIB.replace("DEPOT_SECTION", "SERVICE_TIME_SECTION\n1 0\n2 10\n3 10\n4 5\nDEPOT_SECTION")
    assert formats.read(written(tmp_path, text, "tiny.vrp")).service == (0, 100, 100, 50)


def test_the_best_routes_are_found_and_written_as_cvrplib_writes_them(tmp_path: Path) -> None:
    found = vrptw.solve_file(written(tmp_path, SOLOMON), 1, iterations=200)
    assert found.routes in {((1, 2), (3,)), ((2, 1), (3,))}
    assert found.cost == 50 + 42 + 10 + 14 + 14
    assert found.reproducible
    text = found.text()
    assert text.splitlines()[-1] == "Cost 13.0"
    assert formats.read_solution(written(tmp_path, text, "tiny.sol")) == found.routes


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (("CUSTOMER\n", "KUNDEN\n"), "routing_format", "不是 Solomon"),
        (("VEHICLE\n", "WAGEN\n"), "routing_lacks", "VEHICLE"),
        (("    2      0         1 ", "    2      0         x "), "routing_line", "第 12 行"),
        (("    2      0  ", "    5      0  "), "routing_numbering", "点号为 5"),
        (("          6 ", "         60 "), "routing_demand", "2 号客户的需求 60 超过车辆容量 10"),
        (("20         30", "20        nan"), "routing_line", "第 12 行"),
        (("        100          0", "          7          0"), "routing_window", "1 号客户"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    tmp_path: Path, change: tuple[str, str], code: str, told: str
) -> None:
    assert change[0] in SOLOMON
    with pytest.raises(RoutingError) as error:
        formats.read(written(tmp_path, SOLOMON.replace(*change)))
    assert error.value.code == code
    assert told in error.value.message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("EUC_2D", "EXPLICIT"), "routing_edge_type"),
        (("TIME_WINDOW_SECTION", "HOURS_SECTION"), "routing_lacks"),
        (("CAPACITY : 10\n", ""), "routing_lacks"),
        (("4 7\n", ""), "routing_lacks"),
        (("3 0 1\n", "9 0 1\n"), "routing_numbering"),
        (("SERVICE_TIME : 10", "SERVICE_TIME : ten"), "routing_line"),
    ],
)
def test_what_is_wrong_with_a_cvrplib_file_is_told(
    tmp_path: Path, change: tuple[str, str], code: str
) -> None:
    assert change[0] in CVRPLIB
    with pytest.raises(RoutingError) as error:
        formats.read(written(tmp_path, CVRPLIB.replace(*change), "tiny.vrp"))
    assert error.value.code == code


def test_a_file_that_is_no_text_or_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\xff\xfe")
    for name in ("picture.txt", "nowhere.txt"):
        with pytest.raises(RoutingError) as error:
            formats.read(tmp_path / name)
        assert error.value.code == "routing_unreadable"
        assert name in error.value.message
