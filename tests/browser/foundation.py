"""A small application that shows every component on the three sites, under the product's content policy."""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.charts import bar_chart
from api.pages import FOLDERS, STATIC, render
from api.security import HEADERS

POLICY = HEADERS["Content-Security-Policy"]
PAGES = Path(__file__).parent / "pages"
PARTS = [
    ("工作台", "/office", True),
    ("抽查计划", "/office/plans", False),
    ("随机抽取", "/office/draws", False),
]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
BARS = [{"c": f"{letter} 类", "n": n} for letter, n in zip("ABCD", (812, 1644, 930, 276), strict=True)]
ROWS = [
    {"id": n, "name": name, "n": total, "p": share, "on": datetime(2026, 11, n, 8, tzinfo=UTC), "s": tag}
    for n, name, total, share, tag in (
        (1, "A 类 · 餐饮服务", 81203, Fraction(1, 100), ("已公示", "green")),
        (2, "B 类 · 餐饮服务", 36012, Fraction(3, 100), ("进行中", "teal")),
        (3, HOSTILE, 4863, Fraction(1, 3000), ("受阻", "red")),
    )
]
COLUMNS = [
    ("name", "分层", "text", "/office/cells/{row[id]}"),
    ("n", "户数", "number"),
    ("p", "入样概率", "percent"),
    ("on", "公示期限", "date"),
    ("s", "状态", "status"),
    ("todo", "操作"),
]


class ContentPolicy:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await self.app(scope, receive, send_with_policy)


def show(site: str) -> Any:
    async def endpoint(request: Request) -> Response:
        request.state.user = SimpleNamespace(name="李敏")
        request.state.csrf_token = "token-1"
        request.state.parts = PARTS
        return render(
            request,
            f"{site}.html",
            folders=(*FOLDERS, PAGES),
            rows=ROWS,
            columns=COLUMNS if site == "office" else COLUMNS[:-1],
            bar=bar_chart(BARS, "c", "n", "各信用等级应抽户数", x_title="信用风险等级", y_title="户数"),
            bar_rows=BARS,
            digest="3f2a09c1d7e4" * 5 + "beef",
            moment=datetime(2026, 11, 10, 16, 30, tzinfo=UTC),
            hostile=HOSTILE,
            job="/job.json",
        )

    return endpoint


async def job(request: Request) -> Response:
    state = request.app.state
    state.polls = getattr(state, "polls", 0) + 1
    done = min(122078, 60000 * state.polls)
    finished = "done" if done == 122078 else "running"
    return JSONResponse(
        {"state": finished, "done": done, "total": 122078, "message": f"已读 {done:,} 行", "next": None}
    )


async def missing(request: Request) -> Response:
    return render(
        request,
        "errors/error.html",
        status_code=404,
        status=404,
        message="",
        steps=[],
        code="",
        reference="R-1",
    )


async def paper(request: Request) -> Response:
    return render(request, "paper.html", folders=(*FOLDERS, PAGES), organisation="贵溪市市场监督管理局")


def foundation() -> Starlette:
    return Starlette(
        routes=[
            Route("/office", show("office")),
            Route("/field", show("field")),
            Route("/public", show("public")),
            Route("/public/missing", missing),
            Route("/paper", paper),
            Route("/job.json", job),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(ContentPolicy)],
    )
