"""演示: one county taken from its registers to verified results, by the acts that an office uses."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlmodel import Session

from solver.pairing import PairingInfeasible
from solver.pairing.seeding import first_secret
from solver.seed import commitment
from supervision.clock import Clock, today
from supervision.database import Database
from supervision.demo import scheduling
from supervision.demo.findings import finding
from supervision.demo.generator import DemoBase, DemoRecusal
from supervision.demo.scheduling import Scheduled
from supervision.draw import replacing
from supervision.draw import service as draws
from supervision.draw.replacing import ReserveExhausted
from supervision.draw.service import Freeze, NamedParty, PartyKind
from supervision.errors import NotFound
from supervision.inspection import service as inspection
from supervision.inspection.replacing import TeamRefused
from supervision.inspection.tables import VisitState
from supervision.pairing import reassigning
from supervision.pairing import service as pairing
from supervision.pairing.reassigning import NothingToReassign
from supervision.pairing.seconds import reveal_second
from supervision.people import records as people_records
from supervision.people import service as people
from supervision.people.rules import Actor, scope_of
from supervision.people.service import SYSTEM
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.rules import TaskDraft
from supervision.plan.tables import Disclosure
from supervision.publication import service as publication
from supervision.reference.calendar import working_calendar
from supervision.reference.regions import region_table
from supervision.register import service as register
from supervision.register.importing import run_import, start_import
from supervision.register.tables import Inspector, RegisterKind
from supervision.risk import service as risk
from supervision.risk.tables import RiskClass
from supervision.settings import Settings
from supervision.verification.service import verify_draw

Tell = Callable[[str, float], None]
"""``tell(what is being done, share done of it from 0 to 1)``."""

DAYS = 46
"""The story began so many days ago, so that most visits are done and some deadlines are near."""
RATES = {RiskClass.A: 10_000, RiskClass.B: 30_000, RiskClass.C: 100_000, RiskClass.D: 300_000}
PEOPLE = (
    ("planner", "计划科 王敏", (Role.PLANNER,)),
    ("approver", "分管局长 李建国", (Role.APPROVER,)),
    ("discipline", "派驻纪检监察组 陈静", (Role.WITNESS,)),
    ("enterprise", "企业代表 周强", (Role.WITNESS,)),
    ("auditor", "司法局执法监督科 吴芳", (Role.AUDITOR,)),
    ("admin", "系统管理员 赵磊", (Role.ADMINISTRATOR,)),
)
FOOD = "food_sale"
FIRST, SECOND = 3, 38
"""Days on which the two draws begin: the first is inspected and published, the second is still sealed."""
PARTIES = (
    NamedParty("planner", "组织方", PartyKind.ORGANISER),
    NamedParty("discipline", "派驻纪检监察组", PartyKind.DISCIPLINE),
    NamedParty("enterprise", "企业代表", PartyKind.ENTERPRISE),
)


@dataclass(frozen=True, slots=True)
class Files:
    """演示名录文件, in the order of their import."""

    entities: Path
    inspectors: Path
    items: Path
    recusals: tuple[DemoRecusal, ...] = ()
    hours: Path | None = None
    bases: tuple[DemoBase, ...] = ()
    located: bool = True
    """Whether the register says where its entities are."""


@dataclass(frozen=True, slots=True)
class Ending:
    """演示结果: what there is to look at."""

    draw_id: str
    entities: int
    set_aside: int
    drawn: int
    published: int
    verified: bool
    accounts: tuple[str, ...]
    replaced: int
    """Drawn entities in whose place the next ticket came."""
    sealed_id: str
    """A second draw, done but sealed: who was drawn is not public before its opening."""
    reassigned: int
    """Seats that others took from an inspector who fell ill."""
    scheduled: Scheduled
    """What is left to inspect, by day and time."""


@dataclass(slots=True)
class Story:
    """The demo as it unfolds: every act has its own moment, later than the one before."""

    database: Database
    settings: Settings
    county: str
    password: str
    now: datetime
    tell: Tell
    chance: Random
    """For what the demo's inspectors find; nothing lawful hangs on it."""

    @property
    def opening_day(self) -> date:
        """The day on which the registers are written down."""
        return today(self.day(0))

    def day(self, number: int, hour: int = 1) -> datetime:
        """A moment of the story: ``hour`` in UTC on its ``number``-th day."""
        start = (self.now - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
        return start.replace(hour=hour) + timedelta(days=number)


def play(story: Story, files: Files) -> Ending:
    """演示全程: registers → snapshot → plan → draw → pairing → findings → publication → verification."""
    office = _open_office(story)
    set_aside = _import_registers(story, files)
    entities = _snapshot(story, office["planner"])
    with story.database.writing() as session:
        officers = _inspectors(story, session, office["planner"])
        _recuse(story, session, office["planner"], files.recusals)
    plan_code = _plan(story, office["planner"])
    with story.database.reading() as session:
        year = today(story.day(FIRST)).year
        whole = _draft(
            session,
            office["planner"],
            story,
            f"{year}年第四季度市场主体双随机抽查",
            _window(story),
            second_reveal=True,
        )
        surprise = _surprise(session, office["planner"], story)
    crew = scheduling.Office(story.database, office["planner"], office["approver"], story.tell)
    scheduling.open_offices(crew, files.bases, files.hours, story.day(FIRST, 1))
    task_code, draw_id, drawn = _draw(story, office, plan_code, whole, FIRST)
    published = _inspect_and_publish(story, office["approver"], officers, task_code)
    replaced = _replace_one(story, office, officers, task_code, draw_id)
    reassigned = _reassign_one(story, office, officers, draw_id)
    sealed_code, sealed_id, _ = _draw(story, office, plan_code, surprise, SECOND)
    scheduled = scheduling.schedule(
        crew,
        (task_code, sealed_code),
        (today(story.now), today(story.now) + timedelta(days=14)),
        (story.day(SECOND + 4), story.day(SECOND + 6)),
        located=files.located,
    )
    _leave_work(story, office["planner"], plan_code)
    story.tell("验证抽取", 0)
    with story.database.reading() as session:
        verified = all(verify_draw(session, number).ok for number in (draw_id, sealed_id))
    story.tell("验证抽取", 1)
    accounts = (*(username for username, *_ in PEOPLE), officers[0].username)
    return Ending(
        draw_id,
        entities,
        set_aside,
        drawn,
        published,
        verified,
        accounts,
        replaced,
        sealed_id,
        reassigned,
        scheduled,
    )


def _open_office(story: Story) -> dict[str, Actor]:
    story.tell("开设机关和账号", 0)
    county = region_table().resolve(story.county)
    if county is None:
        raise NotFound(what="区划", key=story.county)
    moment = story.day(0)
    with story.database.writing() as session:
        people.add_organ(session, SYSTEM, story.county, f"{county.name}市场监督管理局", story.county, moment)
        actors = {
            username: people.actor_for(
                session,
                people.add_account(
                    session,
                    SYSTEM,
                    username=username,
                    display_name=shown,
                    password=story.password,
                    organ_code=story.county,
                    roles=roles,
                    now=moment,
                ),
            )
            for username, shown, roles in PEOPLE
        }
    story.tell("开设机关和账号", 1)
    return actors


def _import_registers(story: Story, files: Files) -> int:
    """Import the three registers; how many rows were set aside."""
    set_aside = 0
    jobs = (
        (RegisterKind.ENTITY, files.entities, "导入检查对象名录"),
        (RegisterKind.INSPECTOR, files.inspectors, "导入执法检查人员名录"),
        (RegisterKind.ITEM, files.items, "导入抽查事项清单"),
    )
    for hour, (kind, path, what) in enumerate(jobs, start=1):
        moment = story.day(1, hour)
        with story.database.writing() as session:
            actor = _office_system(session, story.county)
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            begun = start_import(
                session,
                actor,
                kind=kind,
                filename=path.name,
                sha256=sha256,
                mapping={},
                now=moment,
            )
        for progress in run_import(story.database, begun.id or 0, path, actor, _standing(moment)):
            story.tell(what, progress.position / max(progress.size, 1))
        set_aside += progress.set_aside
    return set_aside


def _standing(moment: datetime) -> Clock:
    """A clock that stands still."""
    return lambda: moment


def _office_system(session: Session, county: str) -> Actor:
    """The system acting for the demo's organ, over every region of the file it is given."""
    organ = people_records.organ_by_code(session, county)
    assert organ is not None
    return replace(SYSTEM, organ_id=organ.id or 0, organ_code=organ.code, organ_name=organ.name)


def _snapshot(story: Story, planner: Actor) -> int:
    moment = story.day(2)
    with story.database.writing() as session:
        taken = risk.take_snapshot(
            session,
            planner,
            today(moment).replace(day=1),
            moment,
            lambda done, total: story.tell("计算信用风险等级", done / max(total, 1)),
        )
    return taken.count_a + taken.count_b + taken.count_c + taken.count_d


def _inspectors(story: Story, session: Session, planner: Actor) -> list[Actor]:
    """Every inspector as an actor; the first one that may lead can also sign in."""
    found = register.inspectors(session, planner, active_only=True).rows
    organ = (planner.organ_id, planner.organ_code, planner.organ_name, planner.region_prefix)
    actors = [Actor(0, one.code, one.name, *organ, frozenset({Role.INSPECTOR}), one.id) for one in found]
    first = next(i for i, one in enumerate(found) if one.may_lead and _certified(one, story))
    account = people.add_account(
        session,
        SYSTEM,
        username="inspector",
        display_name=found[first].name,
        password=story.password,
        organ_code=story.county,
        roles=[Role.INSPECTOR],
        now=story.day(2, 2),
        inspector_id=found[first].id,
    )
    actors[first] = people.actor_for(session, account)
    return [actors[first], *actors[:first], *actors[first + 1 :]]


def _recuse(story: Story, session: Session, planner: Actor, recusals: Sequence[DemoRecusal]) -> None:
    ids = {one.code: one.id or 0 for one in register.inspectors(session, planner).rows}
    for one in recusals:
        register.add_recusal(
            session, planner, ids[one.inspector], reason=one.reason, now=story.day(2, 3), uscc=one.uscc
        )


def _certified(inspector: Inspector, story: Story) -> bool:
    return inspector.certificate_until >= _window(story)[1]


def _window(story: Story) -> tuple[date, date]:
    return today(story.day(7)), today(story.now) + timedelta(days=24)


def _plan(story: Story, planner: Actor) -> str:
    story.tell("编制计划和任务", 0)
    year = today(story.day(FIRST)).year
    with story.database.writing() as session:
        return plans.create_plan(
            session, planner, year, f"{year}年度双随机抽查工作计划", story.day(FIRST)
        ).code


def _draw(
    story: Story, office: dict[str, Actor], plan_code: str, draft: TaskDraft, first: int
) -> tuple[str, str, int]:
    """Task, commitments, freeze, approval, reveals, draw and pairing from the ``first`` day on.

    Where the task asks for second secrets, the first ones follow from them.

    Gives task, draw, and how many are drawn.
    """
    planner = office["planner"]
    seconds = {party.username: secrets.token_bytes(32) for party in PARTIES}
    own_secrets = {name: first_secret(second) for name, second in seconds.items()}
    freeze = Freeze.of(story.settings)
    with story.database.writing() as session:
        task = plans.create_task(session, planner, plan_code, draft, story.day(first, 2))
        draws.name_parties(session, planner, task.code, PARTIES, story.day(first, 3))
        for hour, (username, secret) in enumerate(own_secrets.items(), start=1):
            draws.commit(
                session, office[username], task.code, commitment(secret).hex(), story.day(first + 1, hour)
            )
    story.tell("冻结名录", 0)
    with story.database.writing() as session:
        frozen = draws.freeze(
            session, planner, task.code, freeze, story.day(first + 2), secrets.token_bytes(32)
        )
        draws.approve(session, office["approver"], frozen.draw_id, story.day(first + 2, 4))
        for hour, (username, secret) in enumerate(own_secrets.items(), start=1):
            draws.reveal(session, office[username], task.code, secret.hex(), story.day(first + 3, hour))
    story.tell("抽取检查对象", 0)
    with story.database.writing() as session:
        closed = draws.run(
            session,
            planner,
            frozen.draw_id,
            story.day(first + 3, 6),
            lambda done, total, _stage: story.tell("抽取检查对象", done / max(total, 1)),
        )
        drawn = len((closed.result or "").splitlines())
    _pair(story, office, task.code, frozen.draw_id, first, seconds if draft.second_reveal else {})
    return task.code, frozen.draw_id, drawn


def _pair(
    story: Story,
    office: dict[str, Actor],
    task_code: str,
    draw_id: str,
    first: int,
    seconds: Mapping[str, bytes],
) -> None:
    """The table, the parties' second secrets where they are asked for, and the teams."""
    planner, key = office["planner"], secrets.token_bytes(32)
    story.tell("随机匹配检查组", 0)
    with story.database.writing() as session:
        if seconds:
            pairing.commit_table(session, planner, draw_id, story.day(first + 3, 7), key)
            for hour, (username, second) in enumerate(seconds.items(), start=8):
                reveal_second(session, office[username], task_code, second.hex(), story.day(first + 3, hour))
            pairing.draw_teams(session, planner, draw_id, story.day(first + 3, 12))
        else:
            pairing.pair(session, planner, draw_id, story.day(first + 3, 7), key)
    story.tell("随机匹配检查组", 1)


def _surprise(session: Session, planner: Actor, story: Story) -> TaskDraft:
    """不预先通知的抽查: drawn, paired and sealed until after its last day."""
    return _draft(
        session,
        planner,
        story,
        "食品销售单位突击抽查（封存）",
        (today(story.day(SECOND + 4)), today(story.now) + timedelta(days=14)),
        directed=True,
        tags=(FOOD,),
        items=_food_items(session, planner),
        disclosure=Disclosure.SEALED,
        open_by=story.now + timedelta(days=15),
    )


def _food_items(session: Session, planner: Actor) -> tuple[str, ...]:
    return tuple(item.code for item in register.items(session, planner).rows if item.tag == FOOD)


def _replace_one(
    story: Story, office: dict[str, Actor], officers: Sequence[Actor], task_code: str, draw_id: str
) -> int:
    """One drawn entity has moved away: the next ticket of its cell comes instead. How many were replaced."""
    for code, officer in sorted(_whose(story, officers, task_code).items()):
        with story.database.reading() as session:
            visit = inspection.visit_detail(session, officer, code)
        if visit.state is not VisitState.ASSIGNED:
            continue
        try:
            with story.database.writing() as session:
                asked = replacing.propose_replacement(
                    session,
                    office["planner"],
                    draw_id,
                    visit.uscc,
                    "moved-away",
                    "现场核实，已迁出本辖区，登记机关已办理迁移。",
                    story.day(SECOND - 1),
                )
                replacing.approve_replacement(
                    session, office["approver"], draw_id, asked.id or 0, story.day(SECOND - 1, 3)
                )
        except (ReserveExhausted, TeamRefused):
            continue
        return 1
    return 0


def _reassign_one(story: Story, office: dict[str, Actor], officers: Sequence[Actor], draw_id: str) -> int:
    """One inspector falls ill: others are drawn for what he has not visited yet. How many seats changed."""
    for officer in officers[1:]:
        try:
            with story.database.writing() as session:
                asked = reassigning.propose_reassignment(
                    session,
                    office["planner"],
                    draw_id,
                    officer.inspector_id or 0,
                    "illness",
                    "本人住院，已交医院证明。",
                    story.day(SECOND - 1, 4),
                )
                made = reassigning.approve_reassignment(
                    session, office["approver"], draw_id, asked.id or 0, story.day(SECOND - 1, 5)
                )
        except (NothingToReassign, PairingInfeasible):
            continue
        return len(made.changed)
    return 0


def _draft(
    session: Session, planner: Actor, story: Story, name: str, window: tuple[date, date], **more: object
) -> TaskDraft:
    fields: dict[str, object] = {
        "name": name,
        "region_prefix": scope_of(story.county),
        "items": tuple(item.code for item in register.items(session, planner).rows),
        "rates": RATES,
        "starts": window[0],
        "ends": window[1],
    }
    return TaskDraft.model_validate(fields | more)


def _inspect_and_publish(story: Story, approver: Actor, officers: Sequence[Actor], task_code: str) -> int:
    """Nine visits of ten are done, most of them published in three releases; how many are published."""
    visits = _whose(story, officers, task_code)
    codes = sorted(visits)
    story.chance.shuffle(codes)
    ends = [len(codes) * 3 * number // 10 for number in range(4)]
    published = 0
    for number in range(3):
        batch = codes[ends[number] : ends[number + 1]]
        visited = story.day(9 + 12 * number)
        with story.database.writing() as session:
            for done, code in enumerate(batch):
                story.tell("录入检查结果", (number + done / len(batch)) / 3)
                _enter(story, session, visits[code], code, visited)
        ready = batch if number < 2 else batch[: (len(batch) + 1) // 2]
        if ready:
            with story.database.writing() as session:
                publication.publish(session, approver, ready, visited + timedelta(days=3))
        published += len(ready)
    story.tell("录入检查结果", 1)
    return published


def _whose(story: Story, officers: Sequence[Actor], task_code: str) -> dict[str, Actor]:
    """Visit → a member of its team, who will enter its result."""
    found: dict[str, Actor] = {}
    with story.database.reading() as session:
        for officer in officers:
            after: str | None = None
            while True:
                page = inspection.my_visits(session, officer, after=after, limit=200)
                found |= {row.code: officer for row in page.rows if row.task_code == task_code}
                after = page.after
                if after is None:
                    break
    return found


def _enter(story: Story, session: Session, officer: Actor, code: str, visited: datetime) -> None:
    items = inspection.visit_detail(session, officer, code).items
    found = finding(story.chance, [item.id for item in items])
    inspection.enter_finding(
        session,
        officer,
        code,
        inspected_on=today(visited),
        result=found.result,
        note=found.note,
        items=found.items,
        now=visited + timedelta(hours=6),
        working_days=working_calendar(session),
        publication_working_days=story.settings.publication_working_days,
    )


def _leave_work(story: Story, planner: Actor, plan_code: str) -> None:
    """A second task in draft, so that there is something to try: a directed one on food."""
    moment = story.now - timedelta(minutes=5)
    window = (today(story.now) + timedelta(days=3), today(story.now) + timedelta(days=40))
    with story.database.writing() as session:
        food = _food_items(session, planner)
        draft = _draft(
            session, planner, story, "食品销售单位定向抽查", window, directed=True, tags=(FOOD,), items=food
        )
        task = plans.create_task(session, planner, plan_code, draft, moment)
        draws.name_parties(session, planner, task.code, PARTIES, moment)
