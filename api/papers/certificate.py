"""公平性证书 as words, tables and plots in one language: what both the PDF and the page show."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from api.formats import format_percent
from api.i18n import lazy, translate
from api.papers.pairing import pairing_view
from api.papers.pictures import by_group, expected_and_drawn, place_by_place
from solver.fairness.fixed_step import FixedStep
from supervision.draw.certificate import OTHER, Certificate, Row
from supervision.draw.certifying import Paper
from supervision.draw.rules import REST
from supervision.reference.regions import region_table
from supervision.register.traits import CAPITAL_NAMES, OWNERSHIP_NAMES
from supervision.risk.rules import CLASS_LABELS
from supervision.risk.tables import RiskClass

Translate = Callable[[str], str]
Pair = tuple[str, str]

WIDE, THIRD, LOW = 700, 232, 112
"""Plots in CSS pixels: over the whole sheet, over a third of it, and how high the wide ones are."""
SCOPES = {
    "public": lazy("公开版"),
    "office": lazy("内部版，不得公开"),
    "files": lazy("依公开文件出具"),
    "preview": lazy("预览，方案尚未冻结"),
}
NAMES = {"ownership": tuple(OWNERSHIP_NAMES), "capital": tuple(CAPITAL_NAMES)}
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MODES = {"rate": lazy("按比例抽取"), "fixed": lazy("按定额抽取"), "pps": lazy("按规模抽取")}


def view_of(paper: Paper, lang: str) -> dict[str, Any]:
    """Everything that stands on the sheet; texts in ``lang``, plots as SVG."""
    _: Translate = partial(translate, lang=lang)
    given = paper.certificate
    size = "size" if "size" in given.tables else "capital"
    small = [("class", _("按等级"))]
    small += [("ownership", _("按主体类型"))] if "ownership" in given.tables else []
    small += [(size, _("按规模") if size == "size" else _("按注册资本"))] if size in given.tables else []
    places = given.tables.get("county", given.tables["area"])
    return {
        "lang": lang,
        "title": _("双随机抽查公平性证书"),
        "kind": _(SCOPES[given.scope]),
        "internal": given.scope in ("office", "preview"),
        "organ": paper.organ,
        "number": given.facts.draw_id,
        "subtitle": "　".join(filter(None, (paper.organ, given.facts.draw_id))),
        "facts": _facts(_, paper),
        "claims": _claims(_, given),
        "comparison": _comparison(_, given),
        "classes": _classes(_, given),
        "legend": _("■ 本方案的入样概率　｜ 等距抽样的平均入样概率"),
        "plots": [
            {
                "caption": caption,
                "svg": by_group(_rows(_, name, given.tables[name]), caption, THIRD),
                "numbers": _numbers(_, name, given.tables[name]),
            }
            for name, caption in small
        ],
        "places": [{"caption": caption, "svg": svg} for caption, svg in _place_plots(_, given, places)],
        "place_numbers": _numbers(_, "county", places),
        "notes": _notes(_, given),
        "pairing": None if given.pairing is None else pairing_view(_, given.pairing, WIDE),
        "evidence_title": _("凭证"),
        "evidence": _evidence(_, given),
        "digest_label": _("证书数据 SHA-256（certificate.json）"),
        "digest": given.digest,
    }


def _facts(_: Translate, paper: Paper) -> list[Pair]:
    given = paper.certificate
    facts = given.facts
    drawn = _("{n} 户").format(n=_whole(given.drawn)) if given.drawn is not None else _("尚未公开")
    return [
        *([(_("抽查任务"), paper.task)] if paper.task else []),
        (_("抽取方式"), _(MODES[facts.mode])),
        (_("名录户数"), _("{n} 户").format(n=_whole(facts.register_n))),
        (_("期望抽中"), _("{n} 户").format(n=_decimal(given.expected))),
        (_("实际抽中"), drawn),
        (_("随机来源"), _sources(_, facts.sources) or _("尚未冻结")),
    ]


def _sources(_: Translate, sources: Sequence[str]) -> str:
    parties = sources.count("party")
    told = [_("{n} 方承诺").format(n=parties)] if parties else []
    for source in sources:
        kind, _sep, rest = source.partition(":")
        if kind == "beacon":
            told.append(_("drand 第 {round} 轮").format(round=rest))
        elif kind == "lottery":
            told.append(
                _("彩票 {game} 第 {issue} 期").format(
                    **dict(zip(("game", "issue"), rest.split(":"), strict=True))
                )
            )
    return _("；").join(told)


def _claims(_: Translate, given: Certificate) -> list[dict[str, Any]]:
    hidden = given.anonymity
    claims = [
        (_("{n} 户").format(n=_whole(given.never)), _("入样概率为 0"), given.never == 0),
        (_("{n} 户").format(n=_whole(given.certain)), _("必查（概率为 1），每次都抽中"), True),
        (_possible(_, given), _("可能的不同名单"), True),
    ]
    if hidden is not None and hidden.least is not None:
        told = _("匿名集：每户至少隐藏在这么多户之中（要求 {asked} 户）").format(asked=hidden.asked)
        claims.append((_("{n} 户").format(n=hidden.least), told, hidden.reached))
    elif given.deviation is not None:
        claims.append(
            (_decimal(given.deviation), _("各地区抽中数与期望的最大差距（小于 1）"), given.deviation < 1)
        )
    return [{"value": value, "label": label, "good": good} for value, label, good in claims]


def _possible(_: Translate, given: Certificate) -> str:
    return _("≥ 10{power} 种").format(power=str(given.samples).translate(RAISED))


def _comparison(_: Translate, given: Certificate) -> dict[str, Any]:
    step, n = given.step, given.facts.register_n
    rows = [
        (_("永远抽不到的对象"), _lost(_, given.never, n), _lost(_, step.never, n)),
        (_("可能的不同名单"), _possible(_, given), _("{n} 种").format(n=_whole(step.distinct_samples))),
        (_("得知一户抽中，即可断定的其他对象"), _("除必查对象外没有"), _betrayed(_, step)),
    ]
    if len(given.tables["class"]) > 1:
        rows.append((_("入样概率随信用风险等级提高"), _("是"), _("否")))
    return {"head": ("", _("本方案（draw/1）"), _("同一名录按等距抽样")), "rows": rows}


def _lost(_: Translate, never: int, n: int) -> str:
    return _("{n} 户（{share}）").format(n=_whole(never), share=format_percent((never, n or 1)))


def _betrayed(_: Translate, step: FixedStep) -> str:
    if step.kind == "skip":
        return _("每次必抽的 {n} 户").format(n=_whole(step.always))
    return _("其余 {n} 户，全部").format(n=_whole(max(step.wanted - 1, 0)))


def _classes(_: Translate, given: Certificate) -> dict[str, Any]:
    head = (_("信用风险等级"), _("户数"), _("入样概率"), _("期望抽中"), _("实际抽中"), _("等距抽样概率"))
    rows = [
        (
            _named(_, "class", row.label) if len(given.tables["class"]) > 1 else _("全部对象，不分等级"),
            _whole(row.n),
            format_percent(row.mean) if row.low == row.high else _between(row),
            _decimal(row.expected),
            _whole(row.drawn),
            format_percent(row.step_mean),
        )
        for row in given.tables["class"]
    ]
    return {"head": head, "rows": rows}


def _between(row: Row) -> str:
    if row.low is None or row.high is None:
        return format_percent(row.mean)
    return f"{format_percent(row.low)} – {format_percent(row.high)}"


def _place_plots(_: Translate, given: Certificate, places: Sequence[Row]) -> Iterable[tuple[str, str]]:
    if len(places) < 2:  # one bar compares nothing
        return
    rows = _rows(_, "county", places)
    said = _("{n} 个地区，按代码排列").format(n=len(rows))
    chance = _("按地区的平均入样概率（● 本方案　｜ 等距抽样）")
    yield chance, place_by_place(rows, chance, WIDE, LOW, said)
    drawn = _("按地区的期望抽中数（柱）与实际抽中数（●）")
    yield drawn, expected_and_drawn(rows, drawn, WIDE, LOW, said)


def _rows(_: Translate, grouping: str, rows: Sequence[Row]) -> list[Mapping[str, Any]]:
    """Groups as a plot takes them; floats serve the picture alone."""
    return [
        {
            "code": row.label,
            "label": _named(_, grouping, row.label),
            "share": float(row.mean),
            "told": format_percent(row.mean),
            "step": float(row.step_mean),
            "expected": float(row.expected),
            "drawn": row.drawn,
        }
        for row in _last(rows, NAMES.get(grouping, ()))
    ]


def _numbers(_: Translate, grouping: str, rows: Sequence[Row]) -> dict[str, Any]:
    """The same as a table, for whoever does not see plots."""
    head = ("", _("户数"), _("入样概率"), _("期望抽中"), _("实际抽中"), _("等距抽样概率"))
    told = [
        (
            _named(_, grouping, row.label),
            _whole(row.n),
            format_percent(row.mean),
            _decimal(row.expected),
            _whole(row.drawn),
            format_percent(row.step_mean),
        )
        for row in _last(rows, NAMES.get(grouping, ()))
    ]
    return {"head": head, "rows": told}


def _last(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """In the order of their names, what was put together at the end."""
    place = {name: at for at, name in enumerate(names)}
    return sorted(rows, key=lambda row: (row.label == OTHER, place.get(row.label, 0), row.label))


def _named(_: Translate, grouping: str, label: str) -> str:
    if label == OTHER:
        return _("其他（合并）")
    if grouping == "class":
        return f"{label} {_(CLASS_LABELS[RiskClass(label)])}"
    if grouping == "ownership":
        return _(OWNERSHIP_NAMES[label])
    if grouping == "capital":
        return _(CAPITAL_NAMES[label])
    if grouping == "size":
        digits = int(label[1:])
        return f"{10 ** (digits - 1):,} – {10**digits - 1:,}" if digits else "0"
    return _place(_, label)


def _place(_: Translate, label: str) -> str:
    if label == REST:
        return _("其余地区")
    region = region_table().get(label)
    return region.name if region is not None else label[:8]


def _notes(_: Translate, given: Certificate) -> list[str]:
    facts, step = given.facts, given.step
    exact = _(
        "入样概率由方案和名录唯一决定：分子 a 与公分母 D = {whole} 都是整数。取整只用一个随机起点；"
        "遍历全部 D 个起点，各层抽中数的期望恰为 N·a/D，每次只取其下整或上整，"
        "各地区及其各行业的合计与期望相差小于 1。"
    ).format(whole=_whole(facts.D))
    if given.deviation is not None:
        exact += _("本次各地区的差距最大为 {most}。").format(most=_decimal(given.deviation))
    other = _(
        "等距抽样：名录按地区排序，随机取一个起点，每隔 {step} 户取一户，取足 {wanted} 户为止。"
        "这是常见平台的做法，可能的名单只有 {samples} 份。"
    ).format(step=_whole(step.step), wanted=_whole(step.wanted), samples=_whole(step.distinct_samples))
    if step.never:
        other += _("名录末尾的 {never} 户无论起点为何都抽不到。").format(never=_whole(step.never))
    check = _(
        "复核：证书全部数字在 certificate.json 中，其 SHA-256 印在下方；按等级、分层的各表，"
        "任何人可由公开的验证包重算：double-random draw audit 验证包.zip --out 文件夹。"
    )
    if "county" in given.tables:
        check += _("主体类型、资本和所在县取自出具时的名录，过小的组已合并。")
    return [exact, other, check]


def _evidence(_: Translate, given: Certificate) -> list[Pair]:
    facts = given.facts
    logged = [str(index) for index in (facts.log_plan, facts.log_closing) if index is not None]
    pairs = [
        (_("方案摘要"), facts.plan_hash),
        (_("名录根摘要"), facts.register_root),
        (_("结果 SHA-256"), facts.result_sha256),
        (_("结案摘要"), facts.closing_hash),
        (_("公开日志条目（方案、结案）"), " · ".join(logged)),
    ]
    return [(name, value) for name, value in pairs if value]


def _whole(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _decimal(value: Any) -> str:
    """A fraction with at most two digits behind the point."""
    return f"{float(value):,.2f}".rstrip("0").rstrip(".")
