"""现场检查: pages for inspectors, mostly on a phone."""

from fastapi import APIRouter, Depends

from api.addresses import plain_address
from api.field.calendar import router as calendar
from api.field.visits import router as visits
from api.field.week import router as week

router = APIRouter(include_in_schema=False, dependencies=[Depends(plain_address)])
router.include_router(visits)
router.include_router(week)
router.include_router(calendar)
