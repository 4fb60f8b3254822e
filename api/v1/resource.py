"""How a resource's addresses are made: signed in unless public, strictly read, acts repeatable."""

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBearer

from api.deps import required_actor
from api.v1.bodies import strict_request
from api.v1.idempotency import ActRoute

LARGEST_BODY = 1 << 20

_bearer = HTTPBearer(auto_error=False, scheme_name="token", description="POST /api/v1/sessions 返回的令牌")


def resource(tag: str, *, public: bool = False, largest_body: int | None = LARGEST_BODY) -> APIRouter:
    """A router for one resource. ``largest_body`` in bytes; none: as large as an upload may be."""
    guards = [] if public else [Depends(_bearer), Depends(required_actor)]
    return APIRouter(
        tags=[tag],
        route_class=ActRoute,
        dependencies=[*guards, Depends(strict_request)],
        max_body_size=largest_body,
    )
