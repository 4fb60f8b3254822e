"""抽取: a party's secret, sealed draws that fall due, and the replay of a draw."""

import os
import secrets
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from supervision.commands.audit import audit
from supervision.commands.bundling import bundle
from supervision.commands.common import console, opened

app = typer.Typer(help="抽取", no_args_is_help=True)
app.command()(audit)
app.command()(bundle)


@app.command()
def secret(
    out: Annotated[
        Path | None, typer.Option("--out", help="把随机数写入此文件（仅本人可读），不在屏幕显示")
    ] = None,
    alg: Annotated[
        Literal["sha256", "sm3"], typer.Option(help="抽取的摘要算法，以本单位 DR_ALG 为准")
    ] = "sha256",
) -> None:
    """生成参与方的两份随机数和承诺（不需要联网）：承诺提交给系统，随机数自己保存到交出时。

    抽取随机数由匹配随机数算出，所以一份承诺约束两份。抽取时只揭示前者；匹配概率表登记之后才交出后者。
    """
    from solver.pairing.seeding import first_secret
    from solver.seed import commitment

    second = secrets.token_bytes(32)
    value = first_secret(second)
    lines = [f"抽取随机数（揭示时交出）：{value.hex()}", f"匹配随机数（概率表登记后交出）：{second.hex()}"]
    if out is not None:
        _keep(out, "".join(f"{line}\n" for line in lines))
        lines = [f"随机数（保密）：已写入 {out}，交出之前不要给任何人"]
    for line in (f"承诺（提交）：{commitment(value, alg).hex()}", *lines):
        console().print(line, markup=False, soft_wrap=True)


def _keep(file: Path, text: str) -> None:
    """A new file that nobody else can read; an older secret is never overwritten."""
    from supervision.errors import InvalidInput

    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InvalidInput(field="--out", problem=f"{file} 已经存在，请另选一个文件名。") from None
    except OSError as error:
        raise InvalidInput(field="--out", problem=f"无法写入 {file}：{error.strerror}。") from error
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(text)


@app.command("open-due")
def open_due() -> None:
    """到期启封：启封期限已过的封存型抽取全部公开（服务运行时自动办理）。"""
    from supervision.clock import now
    from supervision.draw import upkeep

    with opened() as database:
        numbers = upkeep.open_due(database, now)
    told = f"已启封 {len(numbers)} 次抽取：{'、'.join(numbers)}" if numbers else "没有到期未启封的抽取。"
    console().print(told, markup=False, soft_wrap=True)


def verify(draw_id: Annotated[str, typer.Argument(help="抽取编号，例如 360681-2026-0001")]) -> None:
    """重放一次已结案的抽取和匹配，逐步核验；有一步不符即以 1 退出。"""
    from supervision.verification.service import verify_draw

    with opened() as database, database.reading() as session:
        report = verify_draw(session, draw_id)
    console().print(str(report), markup=False)
    sys.exit(0 if report.ok else 1)
