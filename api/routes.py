"""Every router of the product, in the order in which addresses are matched."""

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    from api.field import router as field
    from api.office import router as office
    from api.public import router as public
    from api.v1 import router as v1
    from api.v1.visits import calendar

    return [office, field, v1, calendar, public]
