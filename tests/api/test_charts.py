from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from api.charts import bar_chart

HOSTILE = "</text><script>alert(1)</script>"
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
