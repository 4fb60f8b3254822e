"""Refusals: problem+json (RFC 9457) for programs, a page with the next step for people."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Match

from api.i18n import error_message, lazy, translate
from api.pages import language_of, render, site_of
from api.security import guarded
from solver.errors import SolverError
from solver.schedule.errors import ScheduleInputError
from supervision.errors import NotSignedIn, SupervisionError

PROBLEM = "application/problem+json"
UNSOLVABLE = 422
"""Status of what the mathematics refuses."""
DATA_SUFFIXES = (".json", ".csv", ".xlsx", ".atom", ".gz", ".ics")
TITLES = {
    401: lazy("请先登录"),
    403: lazy("没有权限"),
    404: lazy("没有找到"),
    405: lazy("不支持的操作"),
    409: lazy("当前不能进行此操作"),
    413: lazy("文件太大"),
    422: lazy("填写有误"),
    429: lazy("操作过于频繁"),
    500: lazy("系统出错"),
}
INVALID = lazy("提交的内容不符合要求，请按下列各项修改。")
PLAIN = {
    404: ("no_such_address", lazy("没有这个地址，请检查网址。")),
    405: ("method_not_allowed", lazy("这个地址不支持这种操作。")),
    413: ("too_large", lazy("提交的内容超过上限，请减小文件后重试。")),
}
SIMULTANEOUS = lazy("同一时间另有一项相同的操作先完成了，您的操作没有执行。请刷新后查看，需要时重试。")
BROKEN = lazy("系统出错，操作没有执行，数据没有改动。请稍后重试；仍不成功时请联系管理员。")


def install(app: FastAPI) -> None:
    """Answer every refusal in the way its reader expects."""
    app.middleware("http")(explain_size)

    @app.exception_handler(SupervisionError)
    async def refused(request: Request, error: SupervisionError) -> Response:
        message = error_message(error, language_of(request))
        return _answer(request, error.status, error.code, message, {"params": _plain(error.params)})

    @app.exception_handler(SolverError)
    async def unsolvable(request: Request, error: SolverError) -> Response:
        more: dict[str, Any] = {"params": _plain(error.params)}
        if isinstance(error, ScheduleInputError) and error.faults:
            more["errors"] = [{"where": one.place, "problem": one.message} for one in error.faults]
        return _answer(request, UNSOLVABLE, error.code, error.message, more)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        problems = [
            {"where": ".".join(str(part) for part in one["loc"]), "problem": one["msg"]}
            for one in error.errors()
        ]
        message = translate(INVALID, language_of(request))
        return _answer(request, 422, "invalid_request", message, {"errors": problems})

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> Response:
        code, sentence = PLAIN.get(error.status_code, (f"http_{error.status_code}", str(error.detail)))
        response = _answer(request, error.status_code, code, translate(sentence, language_of(request)), {})
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = ", ".join(_allowed(request))
        return response

    @app.exception_handler(IntegrityError)
    async def simultaneous(request: Request, error: IntegrityError) -> Response:
        if not _is_duplicate(error):
            raise error
        message = translate(SIMULTANEOUS, language_of(request))
        return _answer(request, 409, "simultaneous", message, {})

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:  # told by the server's log
        # answered outside of every middleware
        return guarded(
            request, _answer(request, 500, "internal_error", translate(BROKEN, language_of(request)), {})
        )


async def explain_size(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Say in our own words what the server's limit on bodies says in plain text."""
    response = await call_next(request)
    if response.status_code == 413 and response.headers.get("content-type", "").startswith("text/plain"):
        code, sentence = PLAIN[413]
        return _answer(request, 413, code, translate(sentence, language_of(request)), {})
    return response


def problem(status: int, code: str, title: str, detail: str, more: dict[str, Any]) -> JSONResponse:
    """A problem document: ``type`` is a stable relative address of the docs, ``code`` a stable word."""
    body = {"type": f"/docs/errors#{code}", "title": title, "status": status, "code": code, "detail": detail}
    return JSONResponse(body | more, status_code=status, media_type=PROBLEM)


def _answer(request: Request, status: int, code: str, message: str, more: dict[str, Any]) -> Response:
    path = request.url.path
    title = translate(TITLES.get(status, TITLES[500] if status >= 500 else TITLES[422]), language_of(request))
    if path.startswith("/api/") or path.endswith(DATA_SUFFIXES):
        return problem(status, code, title, message, more)
    if code == NotSignedIn.code and request.method == "GET":
        return RedirectResponse(f"/{site_of(path)}/sign-in?next={path}", status_code=303)
    return render(
        request,
        "errors/error.html",
        status_code=status,
        status=status,
        message=message,
        steps=[],
        code=code,
        reference="",
    )


def _allowed(request: Request) -> list[str]:
    """Every method of an address; its routes, one for each method, know only their own."""
    return [
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.router.routes
        )
    ]


def _is_duplicate(error: IntegrityError) -> bool:
    """Whether two acts at the same moment took the same number or code."""
    return getattr(error.orig, "sqlstate", "") == "23505" or "UNIQUE constraint" in str(error.orig)


def _plain(params: dict[str, object]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | list | dict) else str(value) for name, value in params.items()
    }
