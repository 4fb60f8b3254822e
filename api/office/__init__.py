"""监管工作平台: the regulators' site, one file per group of pages."""

from fastapi import APIRouter

from api.office import draws, plans, sign_in, tasks

router = APIRouter(include_in_schema=False)
router.include_router(sign_in.router)
for group in (plans.router, tasks.router, draws.router):
    router.include_router(group, prefix="/office")
