"""The sentences of the browser's verifier, by the codes that it reports.

The verifier runs in the visitor's browser and knows no language: the page carries a sentence for each code.
"""

from collections.abc import Iterator

from solver import errors
from solver.errors import SolverError
from solver.report import STEPS

STEP_NAMES = {"bundle": "验证包完整，没有多余的文件", **STEPS}
PAGE_NAMES = {
    "status-ok": "✓ 一致",
    "status-failed": "✗ 不一致",
    "status-skipped": "未核验",
    "verdict-ok": "通过：{n} 步全部一致",
    "verdict-partial": "尚无不一致：{ok} 步一致，{skipped} 步未核验",
    "verdict-failed": "不通过：第 {number} 步“{title}”",
    "about-plan": "抽取 {draw}",
    "about-drawn": "抽取 {draw}，抽中 {n} 户",
    "verdict-bundle": "不通过：这不是完整的验证包",
    "downloading": "正在从本网站下载验证包",
    "download-failed": "下载没有成功（{status}）。请稍后再试，或者保存验证包后从本机选择。",
    "stopped": "核验已取消，没有得出任何结论。",
    "broken": "核验程序意外中断，没有得出任何结论。请刷新本页后重试，或者改用 verify_draw.py。",
    "no-zip": "请先选择一个验证包（.zip）。",
    "no-plan": "请至少选择方案和名录快照两个文件。",
    "entity-drawn": "抽中：签号不大于本层的入选线",
    "entity-spared": "没有抽中：签号大于本层的入选线",
    "entity-none": "没有抽中：本层没有抽取任何一户",
    "entity_salt": "查询码应为 64 位，请与查询凭证核对。",
    "entity_code": "填了查询码，就要填 18 位统一社会信用代码。",
}


def texts() -> Iterator[tuple[str, str]]:
    """Every code that the verifier reports, with its sentence in the source language."""
    yield from ((f"step-{name}", title) for name, title in STEP_NAMES.items())
    yield from PAGE_NAMES.items()
    yield from _refusals(SolverError)


def _refusals(of: type[SolverError]) -> Iterator[tuple[str, str]]:
    for kind in of.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield from kind.SENTENCES.items()
            yield from _refusals(kind)
