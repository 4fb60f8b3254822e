"""核对结果: what does not agree in a log, and the report of it."""

from dataclasses import dataclass

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """不符之处: ``index`` is the entry's number, or the first it may be; none where it is about no entry."""

    code: str
    index: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class LogReport:
    """核对结果: the log of ``size`` entries under ``root``, and what does not agree."""

    origin: str
    size: int
    root: str
    compared: int
    """How many kept checkpoints were found to be prefixes."""
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def __str__(self) -> str:
        if self.ok:
            return (
                f"公开日志完整：{self.origin}，共 {self.size:,} 条，根摘要 {self.root}。\n"
                f"由公开文件重建的根摘要与检查点一致；另与 {self.compared} 个已保存的检查点一致。"
            )
        lines = [problem.sentence for problem in self.problems[:MOST_SHOWN]]
        more = len(self.problems) - MOST_SHOWN
        return "\n".join([*lines, *([f"……另有 {more} 处。"] if more > 0 else [])])
