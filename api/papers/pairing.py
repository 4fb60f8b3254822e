"""证书的检查组部分 as words, a table and a plot: what a county official can check by eye."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor
from typing import Any

from api.formats import format_percent
from api.papers.pictures import visits_and_people
from supervision.draw.pairing_part import PairingPart

Translate = Callable[[str], str]
MOST_BARS = 12
"""More different loads than this are told by whole visits."""


def pairing_view(_: Translate, part: PairingPart, width: int) -> dict[str, Any]:
    """Everything that stands in the part; texts translated, the plot as SVG."""
    caption = _("每人预期任务量（次）与人数")
    loads = _loads(_, part)
    return {
        "title": _("检查组的公平性（pair/1）"),
        "claims": _claims(_, part),
        "comparison": _comparison(_, part),
        "caption": caption,
        "plot": visits_and_people(loads, caption, width, _("人数")),
        "loads": {
            "head": (_("预期任务量"), _("人数")),
            "rows": [(row["visits"], f"{row['people']:,}") for row in loads],
        },
        "notes": _notes(_, part),
        "evidence": _evidence(_, part),
    }


def _claims(_: Translate, part: PairingPart) -> list[dict[str, Any]]:
    given = part.fairness
    spread = _decimal(given.total_spread)
    claims = [
        (
            _("{n} 人").format(n=_decimal(given.choices)),
            _("每个席位的随机程度，相当于在这么多人中公平抽签"),
        ),
        (format_percent(given.highest), _("任何人被派往任何一户的概率，最高不超过此数（必然搭配除外）")),
        (_("{n} 对").format(n=f"{given.meeting:,}"), _("可能分在同一组的两人")),
        (_("{n} 次").format(n=spread), _("各人任务量（预期，计入既往）最多与最少之差")),
    ]
    return [{"value": value, "label": label, "good": True} for value, label in claims]


def _comparison(_: Translate, part: PairingPart) -> dict[str, Any]:
    given, peer = part.fairness, part.fairness.round_robin
    pairs = _("{n} 对，占 {share}")
    rows = [
        (
            _("随机性"),
            _("{n} 比特").format(n=f"{given.bits:,.0f}"),
            _("{n} 比特（{starts} 个起点）").format(n=f"{peer.bits:.1f}", starts=f"{peer.starts:,}"),
        ),
        (
            _("可能分在同一组的两人"),
            pairs.format(n=f"{given.meeting:,}", share=format_percent((given.meeting, peer.pairs or 1))),
            pairs.format(n=f"{peer.meeting:,}", share=format_percent((peer.meeting, peer.pairs or 1))),
        ),
        (
            _("得知一个检查组，即可断定的其他检查组"),
            _("除必然搭配外没有"),
            _("其余 {n} 个，全部").format(n=f"{peer.betrayed:,}"),
        ),
        (
            _("违反资格、回避规定的检查组"),
            _("0 个"),
            _("平均 {n} 个，最好的起点也有 {least} 个").format(
                n=_decimal(peer.broken), least=f"{peer.fewest_broken:,}"
            ),
        ),
    ]
    return {"head": ("", _("本方案（pair/1）"), _("同一名单轮流派人")), "rows": rows}


def _loads(_: Translate, part: PairingPart) -> list[Mapping[str, Any]]:
    """Rows of the plot, rising: ``visits`` as text, ``people``."""
    loads = part.fairness.loads
    if len(loads) <= MOST_BARS:
        return [{"visits": _decimal(load), "people": people} for load, people in loads]
    whole: dict[int, int] = {}
    for load, people in loads:
        whole[floor(load)] = whole.get(floor(load), 0) + people
    return [{"visits": f"{least}–{least + 1}", "people": people} for least, people in sorted(whole.items())]


def _notes(_: Translate, part: PairingPart) -> list[str]:
    given = part.fairness
    table = _(
        "按资格、回避、区域和任务量规则求出概率表，再由种子抽出检查组：共 {tasks} 项任务、{places} 个席位、"
        "{people} 人。每个搭配的概率恰为表中所载；每次抽取都满足全部规则。"
    ).format(tasks=f"{given.tasks:,}", places=f"{given.places:,}", people=f"{given.inspectors:,}")
    if given.forced:
        table += _("受规则所限，{n} 个搭配是必然的，已另行列出。").format(n=f"{given.forced:,}")
    if part.second:
        return [
            table,
            _("概率表的摘要先登记，{n} 方的二次秘密后公开，种子由两者产生。").format(n=part.second),
        ]
    if part.second == 0:
        return [table, _("本次没有二次秘密：种子在概率表确定之前就能算出，不能证明概率表先于种子。")]
    return [table]


def _evidence(_: Translate, part: PairingPart) -> list[tuple[str, str]]:
    pairs = [
        (_("匹配问题 SHA-256"), part.problem_sha256),
        (_("概率表摘要"), part.table_sha256),
        (_("检查组名单 SHA-256"), part.assignment_sha256 or ""),
    ]
    return [(name, value) for name, value in pairs if value]


def _decimal(value: Fraction | float) -> str:
    """At most two digits behind the point."""
    return f"{float(value):,.2f}".rstrip("0").rstrip(".")
