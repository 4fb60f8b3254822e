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
BAR_HEIGHT = 30
HEIGHT = 280
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
