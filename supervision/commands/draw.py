"""抽取与匹配: a party's secret, the replay of a draw, and a pairing on the mathematical form alone."""

import json
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from supervision.commands.common import console, errors_to, opened

app = typer.Typer(help="抽取", no_args_is_help=True)


@app.command()
def secret() -> None:
    """生成参与方的随机数和承诺：承诺提交给系统，随机数自己保存到揭示时。"""
    from solver.seed import commitment

    value = secrets.token_bytes(32)
    console().print(f"承诺（提交）：{commitment(value).hex()}", markup=False)
    console().print(f"随机数（保密）：{value.hex()}", markup=False)


def verify(draw_id: Annotated[str, typer.Argument(help="抽取编号，例如 360681-2026-0001")]) -> None:
    """重放一次已封存的抽取和匹配，逐步核验；有一步不符即以 1 退出。"""
    from supervision.verification.service import verify_draw

    with opened() as database, database.reading() as session:
        report = verify_draw(session, draw_id)
    console().print(str(report), markup=False)
    sys.exit(0 if report.ok else 1)


def pair(
    problem: Annotated[Path, typer.Option(help="匹配问题 P.json")],
    seed: Annotated[str, typer.Option(help="种子，十六进制")],
    out: Annotated[Path, typer.Option(help="匹配结果 A.json")],
) -> None:
    """对一个匹配问题（不涉及名录）抽签；无解时以 3 退出并写明缺口，输入有误时以 2 退出。"""
    from solver.pairing import PairingInfeasible, infeasible_json, pair_json
    from supervision.errors import InvalidInput

    try:
        given = json.loads(problem.read_text("utf-8"))
        drawn = pair_json(given, bytes.fromhex(seed))
    except PairingInfeasible as error:
        out.write_text(json.dumps(infeasible_json(error), ensure_ascii=False, indent=1) + "\n", "utf-8")
        errors_to().print(error.message, style="red", markup=False)
        sys.exit(3)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InvalidInput(field=str(problem), problem=f"无法读取：{error}") from error
    except ValueError as error:
        raise InvalidInput(field="--seed", problem="应为偶数个十六进制字符。") from error
    out.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", "utf-8")
