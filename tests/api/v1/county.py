"""A small county that works through the API alone: 160 entities, six inspectors, two items."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from sqlmodel import Session

from solver.seed import commitment
from supervision.database import Database
from supervision.people import records
from supervision.people.rules import Actor
from supervision.people.service import actor_for
from supervision.register.uscc import check_character
from tests.api.v1.conftest import Caller
from tests.conftest import PASSWORD

ENTITIES = 160
RATES = {"A": 50_000, "B": 100_000, "C": 200_000, "D": 500_000}
DRAFT = {
    "name": "第一批不定向抽查",
    "region_prefix": "360681",
    "items": ["SCJG-001", "SCJG-002"],
    "rates": RATES,
    "starts": "2026-11-20",
    "ends": "2026-12-31",
}

PARTIES = [
    {"username": "planner", "title": "组织方", "kind": "organiser"},
    {"username": "witness", "title": "派驻纪检监察组", "kind": "discipline"},
    {"username": "enterprise", "title": "企业代表", "kind": "enterprise"},
]


def uscc(number: int, county: str = "360681") -> str:
    body = f"91{county}MA{number:07d}"
    return body + check_character(body)


def secret(name: str, task: str) -> str:
    """What a party keeps to itself until it reveals it: another one for every draw."""
    return hashlib.sha256(f"{name} {task}".encode()).hexdigest()


def grade(number: int) -> str:
    """Of every 8 entities 4 are A, 2 B, 1 C and 1 D."""
    return "AAAABBCD"[number % 8]


def entities_csv(count: int = ENTITIES) -> str:
    lines = [
        "企业名称,统一社会信用代码,企业类型,成立日期,经营范围,注册地址,行政区划,信用风险等级,联系人,联系电话"
    ]
    lines += [
        f"贵溪市第{number}号商店,{uscc(number)},有限责任公司,2016-05-03,食品销售,建设路{number}号,360681,"
        f"{grade(number)},张三,13900000000"
        for number in range(count)
    ]
    return "\n".join(lines) + "\n"


INSPECTORS_CSV = "工号,姓名,单位,执法证号,证件有效期,执法区域,可任组长,联系电话\n" + "".join(
    f"GX{number:02d},检查员{number},贵溪市市场监督管理局,赣L{number:04d},2028-12-31,360681,是,13800000000\n"
    for number in range(6)
)
ITEMS_CSV = "事项编号,抽查类别,抽查事项,检查对象,事项类别,检查方式,检查依据\n" + "".join(
    f"SCJG-00{number},登记事项,登记事项检查{number},企业,一般,现场检查,《企业信息公示暂行条例》第十四条\n"
    for number in (1, 2)
)


@dataclass
class Office:
    """The people of the county's regulator, each with a token."""

    app: FastAPI
    planner: Caller
    approver: Caller
    witness: Caller
    auditor: Caller
    administrator: Caller
    enterprise: Caller
    inspectors: dict[str, Caller] = field(default_factory=dict)

    def import_file(self, kind: str, text: str) -> dict[str, Any]:
        """Import a CSV and wait for the job."""
        files = {"file": (f"{kind}.csv", text.encode(), "text/csv")}
        begun = self.planner.post("/api/v1/imports", data={"kind": kind}, files=files)
        assert begun.status_code == 202, begun.text
        self.app.state.jobs.join()
        answer = self.planner.get(begun.headers["location"]).json()
        assert answer["state"] == "done", answer
        return dict(answer)

    def fill_registers(self) -> None:
        taken = [
            self.import_file(kind, text)["added"]
            for kind, text in (
                ("entity", entities_csv()),
                ("inspector", INSPECTORS_CSV),
                ("item", ITEMS_CSV),
            )
        ]
        assert taken == [ENTITIES, 6, 2]

    def import_items(self) -> None:
        assert self.import_file("item", ITEMS_CSV)["added"] == 2

    def enrol_inspectors(self, database: Database, calling: Callable[[Actor], Caller]) -> None:
        """An account for every inspector, by the administrator."""
        for inspector in self.planner.see("/inspectors")["items"]:
            account = {
                "username": inspector["code"].lower(),
                "display_name": inspector["name"],
                "password": PASSWORD,
                "organ_code": "360681",
                "roles": ["inspector"],
                "inspector_id": inspector["id"],
            }
            self.administrator.act("POST", "/accounts", account)
            with database.reading() as session:
                self.inspectors[inspector["name"]] = calling(_actor(session, account["username"]))

    def new_task(self, **more: Any) -> str:
        """A plan, the month's snapshot, and a task in draft; its code."""
        self.planner.act("POST", "/risk-snapshots", {"month": "2026-11-01"})
        plan = self.planner.act("POST", "/plans", {"year": 2026, "name": "2026年度抽查计划"})
        task = self.planner.act("POST", "/tasks", {"plan": plan["code"], "draft": {**DRAFT, **more}})
        return str(task["code"])

    @property
    def parties(self) -> dict[str, Caller]:
        return {"planner": self.planner, "witness": self.witness, "enterprise": self.enterprise}

    def commit(self, task: str) -> None:
        self.planner.act("PUT", f"/tasks/{task}/parties", {"parties": PARTIES})
        for name, caller in self.parties.items():
            kept = bytes.fromhex(secret(name, task))
            caller.act("POST", f"/tasks/{task}/commitments", {"commitment": commitment(kept).hex()})

    def freeze(self, task: str) -> str:
        return str(self.planner.act("POST", f"/tasks/{task}/freeze")["draw_id"])

    def reveal(self, task: str) -> None:
        for name, caller in self.parties.items():
            caller.act("POST", f"/tasks/{task}/reveals", {"secret": secret(name, task)})

    def draw(self, task: str) -> str:
        """From the commitments to the closed draw."""
        self.commit(task)
        draw_id = self.freeze(task)
        self.approver.act("POST", f"/draws/{draw_id}/approve")
        self.reveal(task)
        self.planner.act("POST", f"/draws/{draw_id}/run")
        return draw_id

    def draw_alone_in(self, campaign: str, task: str) -> str:
        """As ``draw``, in a campaign that has to be sealed before the reveals."""
        self.commit(task)
        draw_id = self.freeze(task)
        self.approver.act("POST", f"/draws/{draw_id}/approve")
        self.planner.act("POST", f"/campaigns/{campaign}/seal")
        self.reveal(task)
        self.planner.act("POST", f"/draws/{draw_id}/run")
        return draw_id

    def enter_findings(self, task: str) -> list[str]:
        """The lead of every team enters that nothing was found; the visits' codes."""
        visits = every(self.planner, "/visits", task=task, limit=5)
        for visit in visits:
            items = [{"code": code, "outcome": "pass"} for code in ("SCJG-001", "SCJG-002")]
            finding = {"inspected_on": "2026-11-20", "result": "1", "items": items}
            lead = self.inspectors[visit["team"][0]]
            lead.act("POST", f"/visits/{visit['code']}/findings", finding)
        return [visit["code"] for visit in visits]


def every(caller: Caller, path: str, **params: Any) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor = {}
    while True:
        page = caller.see(path, **params, **cursor)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def _actor(session: Session, username: str) -> Actor:
    account = records.account_by_username(session, username)
    assert account is not None
    return actor_for(session, account)
