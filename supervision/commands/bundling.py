"""制作验证包: the bundle that the public site hands out, as a file."""

from pathlib import Path
from typing import Annotated

import typer

from supervision.commands.common import console, opened


def bundle(
    draw_id: Annotated[str, typer.Argument(help="抽取编号，例如 360681-2026-0001")],
    out: Annotated[Path, typer.Option("--out", help="验证包，例如 evidence.zip")],
) -> None:
    """把一次抽取的全部公开材料写成一个验证包；与公示网站下载的逐字节相同，尚未公开的不在其中。"""
    from supervision.errors import InvalidInput
    from supervision.publication import material
    from supervision.settings import settings
    from supervision.transparency.keys import log_signer

    signer = log_signer(settings().log_key, settings().log_origin)
    with opened() as database, database.reading() as session:
        packed = material.packed(session, draw_id, signer)
    try:
        out.write_bytes(packed)
    except OSError as error:
        raise InvalidInput(field="--out", problem=f"无法写入 {out}：{error.strerror}。") from error
    told = f"已写入 {out}（{len(packed):,} 字节）。核验：double-random verify {out}"
    console().print(told, markup=False, soft_wrap=True)
