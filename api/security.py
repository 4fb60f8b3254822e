"""Headers, cookies and the defence against forged forms."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response

from supervision.errors import SupervisionError
from supervision.people.rules import TooManyAttempts

COOKIE = "dr_session"
FORM_FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; worker-src 'self'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class ForgedForm(SupervisionError):
    code = "forged_form"
    status = 403
    sentence = "页面已过期或请求来源不明，操作没有执行。请返回并刷新页面后重试。"


def form_token(session_token: str) -> str:
    """The token a form carries: derived from the session's, so that no other site can know it."""
    return hmac.new(session_token.encode(), b"form", hashlib.sha256).hexdigest()


def check_form_token(session_token: str, given: str) -> None:
    if not hmac.compare_digest(form_token(session_token).encode(), given.encode()):
        raise ForgedForm()


def check_origin(request: Request) -> None:
    """Refuse a form sent from another site: by ``Sec-Fetch-Site``, or by ``Origin`` over plain HTTP."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise ForgedForm()
    if site is None and origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ForgedForm()


async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Security headers on every answer; nothing that a signed-in person sees is kept by caches."""
    return guarded(request, await call_next(request))


def guarded(request: Request, response: Response) -> Response:
    """The answer with its security headers."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if COOKIE in request.cookies or "authorization" in request.headers:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


NAMES_AT_AN_ADDRESS = 10
"""A whole office may sit behind one address: it may try so many times as often as one username."""


def address_of(request: Request) -> str:
    """Where a request comes from, as far as the server can tell."""
    return request.client.host if request.client else ""


class SignInGuard:
    """登录限速: bounds attempts per username and, more widely, per address; success is no attempt."""

    def __init__(self, per_minute: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._of_name = RateLimitItemPerMinute(per_minute)
        self._of_address = RateLimitItemPerMinute(per_minute * NAMES_AT_AN_ADDRESS)

    def check(self, username: str, address: str) -> None:
        """Count an attempt; refuse it beyond either bound."""
        within = self._limiter.hit(self._of_address, "address", address)
        if not (self._limiter.hit(self._of_name, "name", self._key(username)) and within):
            raise TooManyAttempts(seconds=60)

    def passed(self, username: str) -> None:
        """The password was right: forget this name's attempts."""
        self._limiter.clear(self._of_name, "name", self._key(username))

    @staticmethod
    def _key(username: str) -> str:
        """Blanks in a name make no other name."""
        return "".join(username.split())
