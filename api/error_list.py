"""Every code that a refusal can carry, for docs/errors.md: ``python -m api.error_list`` writes it anew."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from api.errors import BROKEN, INVALID, PLAIN, SIMULTANEOUS, UNSOLVABLE
from solver.errors import SolverError
from supervision.errors import SupervisionError

LIST = Path(__file__).parent.parent / "docs" / "errors.md"
PACKAGES = ("solver", "supervision", "api")
OWN_WORDS = {
    "pairing_input": "（逐项说明匹配问题中自相矛盾之处）",
    "pairing_infeasible": "（逐户说明缺少哪一类人员、谁可补充、差几人）",
    "pairing_cap": "（说明最低可行上限，以及哪些席位可派的人太少）",
    "pairing_unresolved": "（说明回避关系过密之处）",
}
"""Refusals that compose their sentence from the case at hand."""
INTRODUCTION = """\
# 错误代码  Error codes

每一次拒绝都是一份 `application/problem+json`（RFC 9457）。`code` 是下表中不变的代码；
`detail` 是填好内容、可以照办的一句话，按 `Accept-Language` 给出中文或英文；
`params` 是句中的各项内容；`errors` 逐项指出请求中填写有误的位置。

Every refusal is a problem document. `code` never changes and is what a program should look at;
`detail` is for people; `params` holds what stands in the braces below; `errors` names the parts of a
malformed request.

本表由 `python -m api.error_list` 从代码生成，测试核对二者一致。

| code | status | 说明 |
| --- | --- | --- |
"""

Kind = TypeVar("Kind")


def codes() -> dict[str, tuple[int, str]]:
    """Code → status and sentence, from the classes themselves."""
    _import_everything()
    found = {code: (status, sentence) for status, (code, sentence) in PLAIN.items()}
    found |= {"invalid_request": (422, INVALID), "simultaneous": (409, SIMULTANEOUS)}
    found |= {"internal_error": (500, BROKEN)}
    found |= {code: (UNSOLVABLE, words) for code, words in OWN_WORDS.items()}
    for refusal in refusals():
        found[refusal.code] = (refusal.status, refusal.sentence)
    for unsolvable in _below(SolverError):
        found |= {code: (UNSOLVABLE, sentence) for code, sentence in unsolvable.SENTENCES.items()}
    return dict(sorted(found.items()))


def refusals() -> list[type[SupervisionError]]:
    """The product's own refusals (tests may have some as well)."""
    return [found for found in _below(SupervisionError) if found.__module__.partition(".")[0] in PACKAGES]


def rows() -> list[str]:
    return [_row(code, status, sentence) for code, (status, sentence) in codes().items()]


def _row(code: str, status: int, sentence: str) -> str:
    text = sentence.replace("|", r"\|").replace("\n", " ")
    return f'| <a id="{code}"></a>`{code}` | {status} | {text} |'


def _below(kind: type[Kind]) -> Iterator[type[Kind]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def _import_everything() -> None:
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)


if __name__ == "__main__":
    LIST.write_text(INTRODUCTION + "\n".join(rows()) + "\n", encoding="utf-8")
