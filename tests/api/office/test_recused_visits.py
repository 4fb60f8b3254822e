"""A recusal that is granted after the teams were drawn points to the visit it forbids."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from supervision.database import Database
from supervision.pairing import records
from supervision.pairing import service as pairing
from supervision.pairing.tables import TeamMember
from supervision.people.rules import Actor
from supervision.register import service as register
from tests.api.office.conftest import Clerk, plain
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office

pytestmark = pytest.mark.usefixtures("filled")
HERE = "/office/register/recusals"
WARNING = "已决定回避，但检查组已经抽出"


def test_the_page_of_recusals_leads_to_the_reassignment(
    database: Database, office: Office, at_desk: Callable[[Actor], Clerk]
) -> None:
    planner = at_desk(office.planner)
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        member = session.exec(select(TeamMember)).first()
        assert member is not None
        who = member.inspector_id
        visit, _, entity = records.seats_of(session, who)[0]
        name = next(
            f"{each.name} {each.code}"
            for each in records.inspectors(session, draw.organ_id)
            if each.id == who
        )
    assert WARNING not in planner.page(HERE)
    with database.writing() as session:
        register.add_recusal(session, office.planner, who, reason="近亲属", now=NOW, uscc=entity.uscc)
    page = planner.page(HERE)
    assert WARNING in page
    assert f"/office/draws/{draw.draw_id}/reassignments" in page
    assert f"{name} · {entity.name}（{visit.code}）" in plain(page)
