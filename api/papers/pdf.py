"""PDF by typst, with nothing from outside: system fonts, no packages, no moment of creation in the file."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from supervision.errors import SupervisionError

TEMPLATES = Path(__file__).parent.parent.parent / "templates" / "print"
FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Noto Serif CJK SC",
    "SimSun",
    "SimHei",
)
"""Families with Chinese letters, the best first."""


class NoChineseFont(SupervisionError):
    code = "no_chinese_font"
    status = 500
    sentence = "服务器上没有中文字体，无法生成 PDF。请安装字体后重试，Debian 系统：apt install {package}。"


def chinese_font(installed: frozenset[str]) -> str:
    """The first of ``FONTS`` that is installed; refused where none is: boxes for letters help nobody."""
    for family in FONTS:
        if family in installed:
            return family
    raise NoChineseFont(package="fonts-noto-cjk")


@cache
def installed_families() -> frozenset[str]:
    """The font families of this machine; read once, which takes a moment."""
    return frozenset(typst.Fonts(include_embedded_fonts=False).families())


def pdf(template: str, view: Mapping[str, Any]) -> bytes:
    """The PDF of ``templates/print/<template>.typ`` with ``view``; the same view gives the same bytes."""
    given = {**view, "font": chinese_font(installed_families())}
    data = json.dumps(given, ensure_ascii=False, sort_keys=True)
    source = (TEMPLATES / f"{template}.typ").read_bytes()
    found: bytes = typst.compile(
        source,
        sys_inputs={"data": data},
        timestamp=0,
    )
    return found
