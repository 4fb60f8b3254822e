"""Every router of the product, in the order in which addresses are matched."""

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    from api.v1 import router as v1
    from api.v1.visits import calendar

    return [v1, calendar]
