"""监管工作平台: the regulators' site, one file per group of pages."""

from fastapi import APIRouter, Depends

from api.office import (
    campaigns,
    certificates,
    draws,
    entropy,
    home,
    imports,
    journal,
    keywords,
    leaves,
    links,
    pairing,
    pairing_files,
    parts,
    people,
    plans,
    publication,
    queries,
    reassignments,
    recusals,
    registers,
    replacements,
    risk,
    sign_in,
    slips,
    tasks,
    visits,
)

router = APIRouter(include_in_schema=False, dependencies=[Depends(queries.refuse_nul)])
router.include_router(sign_in.router)
router.include_router(slips.router)
for group in (
    home,
    registers,
    recusals,
    leaves,
    keywords,
    imports,
    risk,
    plans,
    tasks,
    visits,
    certificates,
    links,
    parts,
    entropy,
    replacements,
    campaigns,
    pairing_files,
    pairing,
    reassignments,
    draws,
    publication,
    journal,
    people,
):
    router.include_router(group.router, prefix="/office")
