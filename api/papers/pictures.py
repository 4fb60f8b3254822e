"""The plots of the fairness certificate: small, of few colours, and legible when printed."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from api.charts import CONFIG, INK, MUTED, OTHERS, TEAL, Row, Spec, picture

GOLD = OTHERS[1]
PALE = "#c9dbe0"
MOST_NAMES = 12
"""Above so many places the axis of a place-by-place plot goes without names."""
SHARE = ".3~%"
SMALL: Spec = {
    **CONFIG,
    "padding": 2,
    "axis": {
        **CONFIG["axis"],
        "labelFontSize": 10,
        "titleFontSize": 10,
        "titlePadding": 4,
        "labelLimit": 120,
    },
    "text": {"fontSize": 10, "color": INK},
}


def by_group(rows: Sequence[Row], title: str, width: int) -> Markup:
    """各组概率: a bar per group for draw/1, a stroke on it for fixed-step selection.

    ``rows``: ``label``, ``share`` and ``step`` (probabilities as floats), ``told`` (the share as text).
    """
    rows = [{**row, "edge": max(row["share"], row["step"])} for row in rows]
    longest = max((row["edge"] for row in rows), default=0) or 1
    across: Spec = {
        "type": "quantitative",
        "axis": {"title": None, "format": SHARE, "tickCount": 3, "grid": True},
        "scale": {"domain": [0, longest * 1.42]},
    }
    encoding: Spec = {
        "y": {
            "field": "label",
            "type": "nominal",
            "sort": None,
            "axis": {"title": None, "grid": False, "ticks": False, "domain": False},
        },
        "x": {**across, "field": "share"},
    }
    layers: list[Spec] = [
        {"mark": {"type": "bar", "color": TEAL, "height": {"band": 0.55}}},
        {
            "mark": {"type": "text", "align": "left", "dx": 5},
            "encoding": {"text": {"field": "told", "type": "nominal"}, "x": {**across, "field": "edge"}},
        },
        {
            "mark": {"type": "tick", "color": GOLD, "thickness": 2.5, "height": {"band": 0.9}},
            "encoding": {"x": {**across, "field": "step"}},
        },
    ]
    spec: Spec = {"layer": layers, "encoding": encoding, "config": SMALL}
    return picture(spec, rows, title, width, {"step": 17})


def place_by_place(rows: Sequence[Row], title: str, width: int, height: int, said: str) -> Markup:
    """逐地区概率: one dot per place for draw/1, a stroke for fixed-step selection, places by code."""
    layers = [_mark("tick", "step", GOLD, thickness=2.5), _mark("circle", "share", TEAL, size=26, opacity=1)]
    return _places(layers, rows, title, width, height, said, SHARE)


def expected_and_drawn(rows: Sequence[Row], title: str, width: int, height: int, said: str) -> Markup:
    """期望与实际: a pale bar per place for the number expected, a dot for the number drawn, if known."""
    layers = [_mark("bar", "expected", PALE)]
    if all(row["drawn"] is not None for row in rows):
        layers.append(_mark("circle", "drawn", TEAL, size=26, opacity=1))
    return _places(layers, rows, title, width, height, said, ",.6~r")


def _mark(kind: str, field: str, colour: str, **more: Any) -> Spec:
    down = {"field": field, "type": "quantitative"}
    return {"mark": {"type": kind, "color": colour, **more}, "encoding": {"y": down}}


def _places(
    layers: Sequence[Spec], rows: Sequence[Row], title: str, width: int, height: int, said: str, form: str
) -> Markup:
    named = len(rows) <= MOST_NAMES
    along: Spec = {
        "title": None if named else said,
        "grid": False,
        "ticks": False,
        "labels": named,
        "titleColor": MUTED,
    }
    encoding: Spec = {
        "x": {"field": "label" if named else "code", "type": "nominal", "sort": None, "axis": along},
        "y": {
            "type": "quantitative",
            "axis": {"title": None, "format": form, "tickCount": 4},
            "scale": {"zero": True},
        },
    }
    return picture({"layer": list(layers), "encoding": encoding, "config": SMALL}, rows, title, width, height)


def visits_and_people(rows: Sequence[Row], title: str, width: int, said: str) -> Markup:
    """任务量分布: a bar for each number of ``visits`` (text, in order), as high as its ``people``."""
    across: Spec = {"field": "visits", "type": "nominal", "sort": None}
    encoding: Spec = {
        "x": {**across, "axis": {"title": None, "grid": False, "ticks": False, "labelAngle": 0}},
        "y": {
            "field": "people",
            "type": "quantitative",
            "axis": {"title": said, "tickCount": 3, "tickMinStep": 1},
            "scale": {"zero": True},
        },
    }
    layers: list[Spec] = [
        {"mark": {"type": "bar", "color": TEAL, "width": {"band": 0.5}}},
        {
            "mark": {"type": "text", "dy": -6},
            "encoding": {"text": {"field": "people", "type": "quantitative"}},
        },
    ]
    spec: Spec = {"layer": layers, "encoding": encoding, "config": SMALL}
    return picture(spec, rows, title, width, 90)
