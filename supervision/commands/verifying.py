"""``double-random verify``: a draw kept here, a bundle from anywhere, or one enterprise's own proof."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from solver.errors import SolverError
from supervision.commands import draw
from supervision.commands.common import console
from supervision.errors import NotFound

MARKS = {"ok": "一致", "failed": "不一致", "skipped": "未核验"}
#: Exit code where nothing disagrees, but not everything is public yet.
UNFINISHED = 3


def verify(
    what: Annotated[str, typer.Argument(help="抽取编号、验证包（.zip 或解开的文件夹）或者本户证明（.json）")],
    log_key: Annotated[str, typer.Option(help="公开日志的公钥，或存有公钥的文件；不给则用包里写明的")] = "",
    witness: Annotated[
        list[str] | None, typer.Option(help="见证单位的公钥或文件，检查点须有其联署；可以给多个")
    ] = None,
    cells: Annotated[Path | None, typer.Option(help="公布的分层表 cells.json，核对本户证明时用")] = None,
) -> None:
    """逐步核验：全部一致以 0 退出，有一步不符以 1 退出，尚未全部公开以 3 退出。不联网。"""
    given = Path(what)
    if not given.exists():
        if "/" in what or given.suffix.lower() in {".zip", ".json"}:
            raise NotFound(what="文件", key=what)
        draw.verify(what)
    elif given.suffix.lower() == ".json":
        _own_line(given, cells)
    else:
        _bundle(given, log_key, witness or [])


def _bundle(source: Path, log_key: str, witnesses: list[str]) -> None:
    from solver import bundle
    from solver.log.checkpoint import VerifierKey
    from solver.verify import verify

    def key_of(given: str) -> VerifierKey:
        text = Path(given).read_text("utf-8") if Path(given).is_file() else given
        return VerifierKey.parse(text.strip())

    own = key_of(log_key) if log_key else None
    evidence = bundle.read(source)
    report = verify(evidence, log_key=own, witnesses=[key_of(each) for each in witnesses])
    for step in report.steps:
        console().print(
            f"[{MARKS[step.status]}] {step.title} {step.message}".rstrip(), markup=False, soft_wrap=True
        )
    if report.failed:
        told, code = f"验证未通过，原因在这一步：{report.failed[0].title}。", 1
    elif report.ok and evidence.log is None:
        told, code = "各项一致；但包里没有公开日志，何时登记、次序如何无从核验。", UNFINISHED
    elif report.ok:
        told, code = "验证通过。", 0
    else:
        told, code = "已公开的各项一致；未核验的步骤要等全部公开之后才能核验。", UNFINISHED
    if own is None and any(step.name == "checkpoint" and step.status == "ok" for step in report.steps):
        told += "日志公钥取自验证包本身，没有与别处得到的比对；另行取得的公钥用 --log-key 给出。"
    if report.result is not None:
        told += f"抽中 {report.result.n} 户，结果摘要 {report.result.result_sha256}。"
    console().print(told, markup=False, soft_wrap=True)
    sys.exit(code)


def _own_line(file: Path, cells: Path | None) -> None:
    from solver.verify import check_own_line

    try:
        shown = check_own_line(file.read_bytes(), None, cells.read_bytes() if cells else None)
    except SolverError as error:
        console().print(f"本户证明不成立：{error.message}", markup=False, soft_wrap=True)
        sys.exit(1)
    told = {None: "抽取结果尚未公开", True: "抽中", False: "没有抽中"}[shown.drawn]
    console().print(
        f"抽取 {shown.draw_id}，方案摘要 {shown.plan_hash}\n"
        f"名录中的一行：{shown.line}\n"
        f"本层 {shown.entities} 户，每户入选概率 {shown.probability}\n"
        f"签号 {shown.ticket or '—'}\n入选线 {shown.threshold or '—'}\n结论：{told}",
        markup=False,
        soft_wrap=True,
    )
