"""服务: hand over to ``python -m api``; the office never imports its web pages."""

import os
import sys
from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="监听地址；对外服务时用 0.0.0.0")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口")] = 8000,
    behind_proxy: Annotated[bool, typer.Option(help="位于反向代理之后，信任 X-Forwarded-* 头")] = False,
) -> None:
    """启动监管、执法、公众三个站点和 API。"""
    options = ["--host", host, "--port", str(port), *(["--behind-proxy"] if behind_proxy else [])]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "api", *options])
