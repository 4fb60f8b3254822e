"""匹配: a pairing on the mathematical form alone, and the audit of anybody's list of pairings."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from supervision.commands.common import console, errors_to
from supervision.errors import InvalidInput

if TYPE_CHECKING:
    from solver.pairing.errors import PairingInfeasible
    from solver.pairing.problem import Problem
    from solver.pairing.table import Table

INFEASIBLE, CAP_TOO_LOW = 3, 4

app = typer.Typer(invoke_without_command=True)

ProblemOption = Annotated[Path | None, typer.Option("--problem", help="匹配问题 P.json")]
OutOption = Annotated[Path | None, typer.Option("--out", help="写入的文件")]


@app.callback(no_args_is_help=True)
def pair(
    context: typer.Context,
    problem: ProblemOption = None,
    seed: Annotated[str | None, typer.Option(help="种子，十六进制")] = None,
    out: OutOption = None,
    repeat: Annotated[int | None, typer.Option(min=1, help="连抽几次，每次一行")] = None,
    table: Annotated[Path | None, typer.Option(help="已公布的概率表，不再求解")] = None,
) -> None:
    """匹配：由匹配问题求概率表并抽检查组（不涉及名录），或审计匹配名单。

    --problem、--seed、--out 三项必填；表和检查组写入 --out（A.json，格式见 docs/pair-1.md）。

    --table 可用 A.json 或 pair table 写出的文件。

    --repeat K 只求一次概率表，以种子 HEX、HEX+1……各抽一次；文件的每一行是一次抽签，
    含 seed、assignment、rejected、assignment_sha256。

    退出码 0：已写入。2：输入有误，或回避关系过密；不写文件。3：无法匹配，文件中写明缺口和建议。

    4：概率上限低于最低可行上限，文件中写明有关的席位和人员。
    """
    if context.invoked_subcommand is not None:
        return
    posed_at, given, target = _named("--problem", problem), _seed(seed), _target(out)
    found = _posed_table(posed_at, table, target)
    from solver.pairing.lottery import Lottery
    from solver.pairing.proof import answer_writing as writing

    lottery = Lottery(found)
    if repeat is None:
        drawn = lottery.draw(given)
        _write(target, writing.written(writing.assignment_json(found, drawn)))
        console().print(str(drawn), markup=False, soft_wrap=True)
        return
    seeds = _seeds(given, repeat)
    lines = (writing.line_json(one, lottery.draw(one)) for one in seeds)
    _write(target, (json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines))
    console().print(f"已抽签 {repeat} 次，每次一行，写入 {target}。", markup=False, soft_wrap=True)


@app.command("table")
def table_alone(problem: ProblemOption = None, out: OutOption = None) -> None:
    """只求概率表，供在种子产生之前公布；退出码与 pair 相同。之后用 pair --table 抽签。"""
    posed_at, target = _named("--problem", problem), _target(out)
    found = _posed_table(posed_at, None, target)
    from solver.pairing.proof.answer_writing import table_json, written

    _write(target, written(table_json(found)))
    told = f"概率表 {len(found.rows)} 行，概率上限 {found.cap}，摘要 {found.table_sha256}"
    console().print(told, markup=False, soft_wrap=True)


@app.command()
def audit(
    pairings: Annotated[Path, typer.Argument(metavar="LIST", help="匹配名单：.csv，或 A.json 等 .json 文件")],
    problem: Annotated[
        Path | None, typer.Option(help="匹配问题 P.json：谁可以去哪里，用于核对资格和计算")
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="把审计结论另写为 JSON 文件")] = None,
) -> None:
    """审计任何一份匹配名单：有没有轮转、固定搭配，任务量是否均衡，至多含多少位随机性。"""
    from solver.fairness.pairing_files import audit_file

    found = audit_file(pairings, problem)
    if out is not None:
        _write(_target(out), [json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n"])
    console().print(str(found), markup=False, soft_wrap=True)


def _posed_table(problem: Path, table: Path | None, out: Path) -> Table:
    """The table of the problem, published before or solved now; without one, the reason goes into ``out``."""
    from solver.pairing.errors import CapTooLow, PairingInfeasible
    from solver.pairing.problem import Problem
    from solver.pairing.proof.answer import parse_json, table_from_json

    posed = Problem.from_json(parse_json(_read(problem), str(problem)))
    if table is not None:
        return _published(posed, table_from_json(posed, parse_json(_read(table), str(table))))
    from solver.pairing.solve import solve

    try:
        return solve(posed)
    except PairingInfeasible as error:
        _short(posed, error, out)
    except CapTooLow as error:
        from solver.pairing.proof.answer_writing import cap_json, written

        _write(out, written(cap_json(error)))
        _refused(error.message, CAP_TOO_LOW)


def _published(problem: Problem, table: Table) -> Table:
    """A table of somebody else's is drawn from only if it is sound."""
    from solver.pairing.proof.checking import check

    report = check(problem, table, None, None)
    if not report.ok:
        raise InvalidInput(field="--table", problem=report.violations[0].message)
    return table


def _short(problem: Problem, error: PairingInfeasible, out: Path) -> NoReturn:
    from solver.pairing.proof.answer_writing import infeasible_json, written
    from solver.pairing.shortage.suggestions import suggest

    offers = error.suggestions or suggest(problem, error.shortages)
    _write(out, written(infeasible_json(error, offers)))
    told = [*(shortage.message for shortage in error.shortages), *(offer.message for offer in offers)]
    _refused("\n".join(told), INFEASIBLE)


def _refused(said: str, code: int) -> NoReturn:
    errors_to().print(said, style="red", markup=False, soft_wrap=True)
    sys.exit(code)


def _named(option: str, value: Path | None) -> Path:
    if value is None:
        raise InvalidInput(field=option, problem="请指明文件。")
    return value


def _seed(text: str | None) -> bytes:
    if text is None or not re.fullmatch("([0-9A-Fa-f]{2})+", text):
        raise InvalidInput(field="--seed", problem="应为偶数个十六进制字符。")
    return bytes.fromhex(text)


def _seeds(first: bytes, many: int) -> Iterator[bytes]:
    """HEX, HEX+1, …: as big numbers of the same width, from all ones on to zero."""
    size = len(first)
    start = int.from_bytes(first, "big")
    return (((start + more) % 256**size).to_bytes(size, "big") for more in range(many))


def _target(out: Path | None) -> Path:
    """Where to write: looked at before the work, so that it is not done in vain."""
    target = _named("--out", out)
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise InvalidInput(field="--out", problem=f"无法写入 {target}：没有这个文件夹，或它本身是文件夹。")
    return target


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(field=str(file), problem=f"无法读取：{error.strerror}。") from error


def _write(target: Path, pieces: Iterable[str]) -> None:
    """The whole text or nothing: an older file stays until the new one is there."""
    aside = target.with_name(target.name + ".part")
    plain = target.is_file() or not target.exists()
    try:
        with (aside if plain else target).open("w", encoding="utf-8") as file:
            file.writelines(pieces)
        if plain:
            aside.replace(target)
    except OSError as error:
        raise InvalidInput(field="--out", problem=f"无法写入 {target}：{error.strerror}。") from error
    finally:
        aside.unlink(missing_ok=True)
