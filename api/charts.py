"""Charts drawn on the server as SVG that a strict content policy lets through: no script, no style attribute.

A chart is a picture for people who see it; beside it a page always gives the same numbers as a table.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import vl_convert
from markupsafe import Markup

INK, MUTED, LINE = "#1f2a33", "#55606a", "#ded9cd"
TEAL, OTHERS = "#12586a", ("#12586a", "#b78a3c", "#a3331f", "#6b8f71", "#7a6a8a", "#8a8578")
FONT = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Noto Sans SC, sans-serif"
WIDTH = 640
SHADES = ("#eef4f5", "#8fb8c2", "#12586a")
CERTAIN = "#b78a3c"
"""Of what leaves nothing to chance, and of what is expected beside what came."""
BAR_HEIGHT = 30
CELL = 22
HEIGHT, LOW = 280, 200
DAYS_UPRIGHT = 12
"""Days whose names stand side by side under a chart."""
SLANTED = {"labelAngle": -60, "domain": False, "ticks": False, "labelOffset": 4, "orient": "top"}
ROOM_FOR_LABELS = 1.12
"""The axis reaches this far beyond the longest bar, so that its number is not cut off."""
NUMBER = ",.6~r"

# Vega gives its groups roles without names; the whole picture has one role and one name instead.
DRAWING_ROLES = re.compile(r' (?:role="graphics-\w+"|aria-roledescription="[^"<>]*")(?=[^<>]*>)')

Row = Mapping[str, Any]
Spec = dict[str, Any]

CONFIG: Spec = {
    "aria": False,
    "font": FONT,
    "background": None,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "titlePadding": 10,
        "labelColor": INK,
        "titleColor": MUTED,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelLimit": 260,
    },
    "axisX": {"labelAngle": 0},
    "legend": {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "orient": "top"},
    "range": {"category": list(OTHERS)},
    "bar": {"color": TEAL},
    "text": {"fontSize": 13, "color": INK},
}


@lru_cache(maxsize=64)
def _convert(spec: str) -> str:
    # allowed_base_urls=[]: a chart never reads from an address.
    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])


def picture(spec: Spec, rows: Sequence[Row], title: str, width: int, height: int | Spec) -> Markup:
    """The picture of a Vega-Lite ``spec`` over ``rows``; ``title`` is what a screen reader says."""
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": CONFIG,
        "data": {"values": [dict(row) for row in rows]},
        "width": width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        **spec,
    }
    drawn = _convert(json.dumps(whole, ensure_ascii=False, sort_keys=True))
    drawn = DRAWING_ROLES.sub("", drawn)
    label = Markup('<svg role="img" aria-label="{}" ').format(title)
    return Markup(drawn.replace("<svg ", label, 1))


def _axis(title: str | None, **more: Any) -> Spec:
    return {"title": title, **more}


def bar_chart(
    rows: Sequence[Row],
    x: str,
    y: str,
    title: str,
    *,
    x_title: str | None = None,
    y_title: str | None = None,
    series: str | None = None,
    horizontal: bool = False,
    width: int = WIDTH,
) -> Markup:
    """条形图: one bar per ``row[x]``, in the given order, as long as ``row[y]``.

    ``series`` names the field that puts bars side by side. ``title`` is what a screen reader says;
    the figure's caption shows it to everyone else.
    """
    scale: Spec = {"paddingInner": 0.4, "paddingOuter": 0.3}
    name: Spec = {
        "field": x,
        "type": "nominal",
        "sort": None,
        "axis": _axis(x_title, grid=False),
        "scale": scale,
    }
    size: Spec = {"field": y, "type": "quantitative", "axis": _axis(y_title, format=NUMBER, tickCount=5)}
    longest = max((row[y] for row in rows), default=0)
    if longest > 0:
        size["scale"] = {"domainMax": longest * ROOM_FOR_LABELS}
    encoding: Spec = {"y": name, "x": size} if horizontal else {"x": name, "y": size}
    layers: list[Spec] = [{"mark": {"type": "bar"}}]
    if series is None:
        layers.append(_labels(y, horizontal))
    else:
        encoding["color"] = {"field": series, "type": "nominal", "sort": None, "title": None}
        encoding["yOffset" if horizontal else "xOffset"] = {"field": series, "sort": None}
    height: int | Spec = {"step": BAR_HEIGHT} if horizontal else HEIGHT
    return picture({"layer": layers, "encoding": encoding}, rows, title, width, height)


def _labels(field: str, horizontal: bool) -> Spec:
    """The number at the end of each bar."""
    place = {"align": "left", "dx": 6} if horizontal else {"baseline": "bottom", "dy": -4}
    text = {"field": field, "type": "quantitative", "format": NUMBER}
    return {"mark": {"type": "text", **place}, "encoding": {"text": text}}


def day_columns(
    rows: Sequence[Row], x: str, y: str, title: str, *, y_title: str, width: int = WIDTH
) -> Markup:
    """每日柱形图: a narrow column per day, in the given order; many days are written aslant."""
    highest = max((row[y] for row in rows), default=0)
    slant: Spec = {"labelAngle": -50} if len(rows) > DAYS_UPRIGHT else {}
    encoding: Spec = {
        "x": {
            "field": x,
            "type": "nominal",
            "sort": None,
            "axis": _axis(None, grid=False, labelOverlap=False, **slant),
            "scale": {"paddingInner": 0.3, "paddingOuter": 0.2},
        },
        "y": {
            "field": y,
            "type": "quantitative",
            "axis": _axis(y_title, format="d", values=list(range(0, highest + 1, max(1, -(-highest // 5))))),
            "scale": {"domainMax": highest * ROOM_FOR_LABELS or 1},
        },
    }
    layers: list[Spec] = [{"mark": {"type": "bar"}}, _labels(y, horizontal=False)]
    return picture({"layer": layers, "encoding": encoding}, rows, title, width, LOW)


def heat_map(
    rows: Sequence[Row],
    x: str,
    y: str,
    value: str,
    title: str,
    *,
    legend: str,
    certain: str,
    columns: Sequence[str],
    width: int = WIDTH,
) -> Markup:
    """热力图: a cell for each (``row[x]``, ``row[y]``), the darker the greater the share ``row[value]``.

    A share of 1 is no chance: those cells have the colour of warnings, and the legend calls them ``certain``.
    ``columns``: the values of ``x`` in their order; rows stand in the order in which they come.
    """
    open_rows = [row for row in rows if row[value] < 1]
    highest = max((row[value] for row in open_rows), default=1.0)
    across: Spec = {
        "field": x,
        "type": "nominal",
        "sort": list(columns),
        "scale": {"domain": list(columns)},
        "axis": _axis(None, **SLANTED),
    }
    down: Spec = {"field": y, "type": "nominal", "sort": None, "axis": _axis(None, domain=False, ticks=False)}
    shade: Spec = {
        "field": value,
        "type": "quantitative",
        "scale": {"domain": [0, highest], "range": list(SHADES)},
        "legend": {"title": legend, "format": ".0%", "gradientLength": 260, "tickCount": 4},
    }
    told: Spec = {
        "field": "certain",
        "type": "nominal",
        "scale": {"domain": [certain], "range": [CERTAIN]},
        "title": None,
    }
    cells: Spec = {"type": "rect", "cornerRadius": 2, "stroke": "#ffffff", "strokeWidth": 1.5}
    layers: list[Spec] = [
        {
            "transform": [{"filter": f"datum['{value}'] < 1"}],
            "mark": cells,
            "encoding": {"x": across, "y": down, "color": shade},
        }
    ]
    if len(open_rows) < len(rows):
        layers.append(
            {
                "transform": [
                    {"filter": f"datum['{value}'] >= 1"},
                    {"calculate": json.dumps(certain), "as": "certain"},
                ],
                "mark": cells,
                "encoding": {"x": across, "y": down, "fill": told},
            }
        )
    spec: Spec = {"layer": layers, "resolve": {"scale": {"color": "independent", "fill": "independent"}}}
    return picture(spec, rows, title, width, {"step": CELL})


def against_expected(
    rows: Sequence[Row],
    name: str,
    actual: str,
    expected: str,
    title: str,
    *,
    labels: tuple[str, str],
    x_title: str | None = None,
    width: int = WIDTH,
) -> Markup:
    """实际与期望图: a lying bar as long as ``row[actual]``, and across it a line at ``row[expected]``.

    ``labels`` of the bar and of the line, for the legend. Where no row has an ``actual``, the bar is what is
    expected and there is no line.
    """
    known = any(row.get(actual) is not None for row in rows)
    shown = actual if known else expected
    longest = max((max(row.get(actual) or 0, row[expected]) for row in rows), default=0)
    down: Spec = {
        "field": name,
        "type": "nominal",
        "sort": None,
        "axis": _axis(None, grid=False),
        "scale": {"paddingInner": 0.35, "paddingOuter": 0.3},
    }
    across: Spec = {
        "field": shown,
        "type": "quantitative",
        "axis": _axis(x_title, format=NUMBER, tickCount=5),
        "scale": {"domainMax": longest * ROOM_FOR_LABELS or 1},
    }
    bar, line = labels
    colours: Spec = {"domain": [bar, line], "range": [TEAL, CERTAIN]}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar"},
            "encoding": {
                "y": down,
                "x": across,
                "color": {"datum": bar, "scale": colours, "legend": {"title": None} if known else None},
            },
        }
    ]
    if known:
        layers.append(
            {
                "mark": {"type": "tick", "thickness": 3, "size": 24, "opacity": 1},
                "encoding": {
                    "y": down,
                    "x": {**across, "field": expected},
                    "color": {"datum": line, "scale": colours},
                },
            }
        )
    label: Spec = {"field": shown, "type": "quantitative", "format": ",.3~r"}
    layers.append(
        {
            "transform": [{"calculate": f"max(datum['{shown}'], datum['{expected}'])", "as": "end"}],
            "mark": {"type": "text", "align": "left", "dx": 8},
            "encoding": {"y": down, "x": {**across, "field": "end"}, "text": label},
        }
    )
    return picture({"layer": layers}, rows, title, width, {"step": BAR_HEIGHT})


def cost_line(
    rows: Sequence[Row],
    x: str,
    y: str,
    title: str,
    *,
    x_title: str,
    y_title: str,
    marked: float | None = None,
    width: int = WIDTH,
) -> Markup:
    """代价曲线: the share ``row[y]`` that is kept at each share ``row[x]``, both of 1; one point marked."""
    lowest = min((row[y] for row in rows), default=0.0)
    encoding: Spec = {
        "x": {"field": x, "type": "quantitative", "axis": _axis(x_title, format=".0%", tickCount=6)},
        "y": {
            "field": y,
            "type": "quantitative",
            "axis": _axis(y_title, format=".4~p", tickCount=4),
            "scale": {"domain": [min(lowest, 0.9), 1.0]},
        },
    }
    layers: list[Spec] = [
        {"mark": {"type": "line", "color": TEAL, "strokeWidth": 2, "point": {"color": TEAL, "size": 50}}}
    ]
    if marked is not None:
        chosen = {"type": "point", "filled": True, "color": CERTAIN, "size": 170, "opacity": 1}
        near = f"abs(datum['{x}'] - {marked!r}) < 1e-9"
        layers.append({"transform": [{"filter": near}], "mark": chosen})
    return picture({"layer": layers, "encoding": encoding}, rows, title, width, LOW)
