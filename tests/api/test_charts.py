import re
from html.parser import HTMLParser
from typing import Any

import pytest
from markupsafe import Markup

from api.charts import CERTAIN, against_expected, bar_chart, cost_line, heat_map

HOSTILE = "</text><script>alert(1)</script>"
PAIRS: list[dict[str, Any]] = [
    {"who": HOSTILE, "visit": "V0001", "p": 0.25},
    {"who": "检查员1", "visit": "V0001", "p": 1.0},
    {"who": "检查员1", "visit": "V0002", "p": 0.125},
]
LOADS = [{"who": HOSTILE, "actual": 5, "expected": 4.25}, {"who": "检查员1", "actual": 4, "expected": 4.25}]
STOPS = [{"cap": 0.25, "kept": 0.97}, {"cap": 0.5, "kept": 0.999}, {"cap": 1.0, "kept": 1.0}]
ROWS = [{"kind": HOSTILE, "month": "一月", "count": 1200}, {"kind": "B 类", "month": "二月", "count": 35}]


class Parts(HTMLParser):
    def __init__(self, svg: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(svg)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


CHARTS = {
    "bar": bar_chart(ROWS, "kind", "count", HOSTILE, y_title="户数"),
    "lying bar": bar_chart(ROWS, "kind", "count", HOSTILE, horizontal=True),
    "grouped bar": bar_chart(ROWS, "kind", "count", HOSTILE, series="month"),
    "heat map": heat_map(
        PAIRS, "who", "visit", "p", HOSTILE, legend="概率", certain=HOSTILE, columns=["检查员1", HOSTILE]
    ),
    "expected": against_expected(LOADS, "who", "actual", "expected", HOSTILE, labels=("实际", "期望")),
    "cost": cost_line(STOPS, "cap", "kept", HOSTILE, x_title=HOSTILE, y_title="随机性", marked=0.25),
}


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_has_nothing_that_a_strict_content_policy_blocks(kind: str) -> None:
    parts = Parts(CHARTS[kind])
    assert parts.tags <= {
        "svg",
        "g",
        "path",
        "rect",
        "line",
        "text",
        "defs",
        "lineargradient",
        "stop",
        "clippath",
    }
    assert "style" not in parts.attributes
    assert not [name for name in parts.attributes if name.startswith("on")]


@pytest.mark.parametrize("kind", CHARTS)
def test_text_of_the_data_stays_text(kind: str) -> None:
    assert HOSTILE in Parts(CHARTS[kind]).texts


def test_a_chart_is_an_image_with_a_name_and_says_its_numbers() -> None:
    chart = CHARTS["bar"]
    assert isinstance(chart, Markup)
    assert chart.startswith('<svg role="img" aria-label="&lt;/text&gt;&lt;script&gt;alert(1)')
    assert "1,200" in Parts(chart).texts
    assert "户数" in Parts(chart).texts


def test_a_chart_of_nothing_is_still_a_picture() -> None:
    assert bar_chart([], "kind", "count", "无").startswith("<svg ")


def fills(svg: str) -> list[str]:
    return re.findall(r'fill="(#[0-9a-f]{6})"', svg)


def test_what_is_certain_has_another_colour_in_the_heat_map_than_what_is_likely() -> None:
    assert fills(CHARTS["heat map"]).count(CERTAIN) == 2, "the cell, and its mark in the legend"
    likely = [row for row in PAIRS if row["p"] < 1]
    drawn = heat_map(likely, "who", "visit", "p", "图", legend="概率", certain="必然", columns=["检查员1"])
    assert CERTAIN not in fills(drawn)
    assert "必然" not in Parts(drawn).texts


def test_columns_of_the_heat_map_stand_in_the_order_asked_for() -> None:
    texts = Parts(CHARTS["heat map"]).texts
    assert texts.index("检查员1") < texts.index(HOSTILE, texts.index("检查员1"))


def test_before_anybody_is_assigned_the_bars_are_what_is_expected() -> None:
    ahead = [{"who": "检查员1", "actual": None, "expected": 4.25}]
    texts = Parts(against_expected(ahead, "who", "actual", "expected", "图", labels=("实际", "期望"))).texts
    assert "4.25" in texts
    assert "实际" not in texts


def test_the_chosen_cap_alone_is_marked() -> None:
    assert CHARTS["cost"].count(CERTAIN) == 1
    assert CERTAIN not in cost_line(STOPS, "cap", "kept", "图", x_title="上限", y_title="随机性")
