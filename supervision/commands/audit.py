"""公平性证书: hand over to ``python -m api.papers``; the office never imports what prints its papers."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def audit(
    target: Annotated[
        str, typer.Argument(help="抽取编号、任务编号（未冻结时为预览）、验证包 .zip 或 PLAN.json")
    ],
    frame: Annotated[Path | None, typer.Argument(help="名录快照 FRAME.csv，仅与 PLAN.json 同用")] = None,
    out: Annotated[Path, typer.Option(help="写入的文件夹")] = Path(),
    lang: Annotated[str, typer.Option(help="zh-CN 或 en")] = "zh-CN",
    public: Annotated[bool, typer.Option("--public", help="出具可公开的版本")] = False,
) -> None:
    """出具公平性证书（PDF、网页和数据）：各组入样概率、期望与实际、与等距抽样的比较。

    有对象入样概率为 0 时以 1 退出。不加 --public 时，对本库的抽取出具内部版，不得公开。
    """
    words = ["certificate", target, *([str(frame)] if frame else []), "--out", str(out), "--lang", lang]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "api.papers", *words, *(["--public"] if public else [])])
