"""Joint draws at the desk: started, joined, left, sealed; and what is waited for."""

from collections.abc import Callable

import pytest

from supervision.database import Database
from supervision.draw import campaigns
from supervision.draw import service as draws
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from tests.api.office.conftest import Clerk, plain
from tests.api.office.test_task_form import TYPED
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, HOW, NOW, Office
from tests.supervision.draw.test_campaigns import fire, joined

__all__ = ["fire"]
AT_DESK = Callable[[Actor], Clerk]
LIST = "/office/campaigns"
HERE = f"{LIST}/360681-2026-C01"
OWN = "360681-2026-P01-T01"
OTHER = "360681-9-2026-P01-T01"
NO_SOURCE = {"reveal_by": None, "use_beacon": False}
pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def drafts(database: Database, office: Office, filled: None, fire: Office) -> None:
    with database.writing() as session:
        county.new_task(session, office)
        county.new_task(session, fire, items=("XF-01",))


@pytest.mark.usefixtures("drafts")
def test_a_campaign_is_started_from_a_task_joined_and_left(
    office: Office, fire: Office, at_desk: AT_DESK
) -> None:
    planner, brigade = at_desk(office.planner), at_desk(fire.planner)
    assert f"{LIST}?task={OWN}" in planner.page(f"/office/tasks/{OWN}")
    form = planner.page(LIST, task=OWN)
    assert f'<option value="{OWN}" selected>' in form
    assert OTHER not in form
    made = planner.act(LIST, task=OWN, name="市场监管与消防联合抽查")
    assert made == f"{HERE}?done=campaign_created"
    assert HERE in planner.page(f"/office/tasks/{OWN}")
    assert HERE in brigade.page(LIST)
    assert brigade.act(f"{HERE}/join", task=OTHER) == f"{HERE}?done=campaign_joined"
    page = plain(planner.page(HERE))
    assert "组织方确定参与方" in page
    assert "冻结名录和方案：贵溪市市场监督管理局、贵溪市消防救援大队" in page
    task = plain(brigade.page(f"/office/tasks/{OTHER}"))
    assert "参与方由联合抽取 360681-2026-C01 的组织方任务确定，组织方还没有确定。" in task
    assert "保存参与方" not in task
    assert "不能在这里修改" in brigade.page(f"/office/tasks/{OTHER}/edit")
    assert "退出" in brigade.page(HERE).partition("<main")[2]
    assert brigade.act(f"{HERE}/leave", task=OTHER) == f"{HERE}?done=campaign_left"
    assert OTHER not in planner.page(HERE)


@pytest.mark.usefixtures("drafts")
def test_a_wrong_start_is_refused_at_its_field_and_kept(office: Office, at_desk: AT_DESK) -> None:
    planner = at_desk(office.planner)
    nameless = planner.press(LIST, task=OWN, name=" ")
    assert nameless.status_code == 422
    assert '<a href="#name">' in nameless.text
    assert f'<option value="{OWN}" selected>' in nameless.text
    nothing = planner.press(LIST, task="", name="保留的名称")
    assert nothing.status_code == 404
    assert '<a href="#task">' in nothing.text
    assert 'value="保留的名称"' in nothing.text
    planner.act(LIST, task=OWN, name="第一次")
    again = planner.press(LIST, task=OWN, name="第二次")
    assert again.status_code == 409
    assert "已加入联合抽取" in again.text
    organiser = planner.press(f"{HERE}/leave", task=OWN)
    assert organiser.status_code == 409
    assert "组织方任务" in organiser.text
    assert planner.press(f"{HERE}/join", task="").status_code == 404
    assert at_desk(office.approver).press(LIST, task=OWN, name="联合").status_code == 403


def test_a_task_that_joined_keeps_the_organisers_sources_when_it_is_changed(
    database: Database, office: Office, fire: Office, at_desk: AT_DESK
) -> None:
    with database.writing() as session:
        joined(session, office, fire)
    brigade = at_desk(fire.planner)
    typed = TYPED | {"items": ["XF-01"], "name": "消防专项", "reveal_by": "2026-12-24T18:00"}
    brigade.act(f"/office/tasks/{OTHER}/edit", **typed)
    page = plain(brigade.page(f"/office/tasks/{OTHER}"))
    assert "消防专项" in page
    assert "揭示截止时间 2026-11-20 12:00" in page
    assert "与联合抽取组织方任务相同" in page


def test_it_is_sealed_by_the_organiser_once_every_plan_is_approved(
    database: Database, office: Office, fire: Office, at_desk: AT_DESK
) -> None:
    with database.writing() as session:
        _, own, other = joined(session, office, fire, **NO_SOURCE)
        county.committed(session, office, own)
    planner, brigade = at_desk(office.planner), at_desk(fire.planner)
    early = planner.press(f"{HERE}/seal")
    assert early.status_code == 409
    assert f"以下任务的方案还没有审批：{OWN}、{OTHER}" in early.text
    shared = plain(brigade.page(f"/office/tasks/{OTHER}"))
    assert "一次承诺、一次揭示，各任务共用" in shared
    assert "冻结名录和方案" in shared
    with database.writing() as session:
        for people_of, task in ((office, own), (fire, other)):
            draw = draws.freeze(session, people_of.planner, task.code, HOW, NOW, FRAME_KEY)
            draws.approve(session, people_of.approver, draw.draw_id, NOW)
    held = plain(planner.page(f"/office/tasks/{OWN}"))
    assert "联合抽取还没有定案" in held
    assert "审批和定案" in held
    part = at_desk(office.witness).page(f"/office/draws/parts/{OWN}")
    assert "联合抽取还没有定案" in part
    assert "联合抽取定案" in planner.page("/office")
    assert "联合抽取定案" not in brigade.page("/office")
    assert "定案后参加的方案即固定" in planner.page(HERE)
    assert "定案后参加的方案即固定" not in brigade.page(HERE)
    assert brigade.press(f"{HERE}/seal").status_code == 404
    assert planner.act(f"{HERE}/seal") == f"{HERE}?done=campaign_sealed"
    sealed = planner.page(HERE)
    assert '{"campaign":"360681-2026-C01","plans":[' in sealed
    assert "加入后" not in sealed
    assert planner.press(f"{HERE}/seal").status_code == 409
    assert "揭示随机数" in at_desk(office.witness).page(f"/office/draws/parts/{OWN}")


def test_a_campaign_of_the_city_is_seen_by_the_county_that_may_join_it(
    database: Database, office: Office, at_desk: AT_DESK, enrol: Callable[..., Actor]
) -> None:
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360600", "鹰潭市市场监督管理局", "360600", NOW)
        people.add_organ(session, people.SYSTEM, "360100", "南昌市市场监督管理局", "360100", NOW)
    for code in ("360600", "360100"):
        planner = enrol(Role.PLANNER, f"planner-{code}", organ_code=code)
        with database.writing() as session:
            from supervision.register.tables import Item

            item = Item(
                organ_id=planner.organ_id,
                code="S-01",
                name="检查",
                legal_basis="法",
                digest="-",
                updated_at=NOW,
            )
            session.add(item)
            session.flush()
            city = Office(planner, planner, planner)
            task = county.new_task(session, city, items=("S-01",), region_prefix=code[:4])
            campaigns.create_campaign(session, planner, task.code, f"{code} 联合抽查", NOW, FRAME_KEY)
    page = at_desk(office.planner).page(LIST)
    assert "360600 联合抽查" in page
    assert "360100 联合抽查" not in page
    members = at_desk(office.planner).page(f"{LIST}/360600-2026-C01")
    assert "鹰潭市市场监督管理局" in members
    assert "/office/tasks/360600-2026-P01-T01" not in members
    assert at_desk(office.planner).get(f"{LIST}/360100-2026-C01").status_code == 404


def test_only_the_office_is_shown_joint_draws(
    office: Office, at_desk: AT_DESK, auditor: Actor, administrator: Actor
) -> None:
    assert LIST in at_desk(auditor).page("/office")
    assert LIST not in at_desk(office.witness).page("/office/draws")
    for actor in (office.witness, administrator):
        assert at_desk(actor).get(LIST).status_code == 403
