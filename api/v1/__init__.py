"""The API, version 1: one file per resource."""

from fastapi import APIRouter

from api.v1 import (
    calendar,
    campaigns,
    draws,
    entropy,
    imports,
    journal,
    leaves,
    links,
    log,
    pairings,
    people,
    plans,
    public,
    reassignments,
    registers,
    releases,
    replacements,
    risk,
    sessions,
    tables,
    tasks,
    visits,
)

router = APIRouter(prefix="/api/v1")
for resource in (
    sessions.door,
    sessions.router,
    people.router,
    imports.router,
    registers.router,
    leaves.router,
    registers.keywords,
    calendar.router,
    risk.router,
    plans.router,
    tasks.router,
    draws.router,
    entropy.router,
    campaigns.router,
    replacements.router,
    links.router,
    pairings.router,
    tables.router,
    reassignments.router,
    visits.router,
    releases.router,
    journal.router,
    public.router,
    log.router,
):
    router.include_router(resource)
