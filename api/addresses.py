"""What every address of a page must be, before anything is looked up by it."""

from fastapi import Request

from supervision.errors import NotFound


def plain_address(request: Request) -> None:
    """Refuse addresses with NUL, which no code or name holds and PostgreSQL cannot ask for."""
    if "\0" in request.url.path or "%00" in request.url.query:
        raise NotFound(what="页面", key=request.url.path.replace("\0", ""))
