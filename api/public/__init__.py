"""抽查公示: pages and data for everyone, without signing in."""

from fastapi import APIRouter, Depends

from api.addresses import plain_address
from api.public.certificates import router as certificates
from api.public.draws import router as draws
from api.public.guide import router as guide
from api.public.home import router as home
from api.public.log import router as log
from api.public.mine import router as mine
from api.public.notices import router as notices
from api.public.pairings import router as pairings
from api.public.releases import router as releases
from api.public.results import router as results

router = APIRouter(include_in_schema=False, dependencies=[Depends(plain_address)])
for part in (home, notices, mine, certificates, pairings, draws, results, releases, log, guide):
    router.include_router(part)
