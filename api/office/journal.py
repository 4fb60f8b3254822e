"""留痕: the acts of the office in their unbroken order."""

import json

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import Reading
from api.office import queries
from api.office.answers import REFUSALS, sentence_of, show, texts
from api.office.navigation import Officer
from supervision.journal import service as journal
from supervision.people.tables import Role

router = APIRouter(prefix="/journal")
HERE = "/office/journal"
PAGE = 50
ACT_NAMES = {
    "organ.add": "登记机关",
    "account.add": "开设账号",
    "account.change": "变更账号",
    "account.sign_in": "登录",
    "account.sign_out": "退出",
    "register.import.start": "开始导入",
    "register.import": "导入结束",
    "register.import.cancel": "停止导入",
    "entity.correct": "更正分类",
    "entity.reclassify": "重新推断分类",
    "keywords.replace": "更换关键词表",
    "recusal.add": "登记回避",
    "recusal.remove": "撤销回避",
    "risk.snapshot": "生成等级快照",
    "plan.create": "建立计划",
    "task.create": "编制任务",
    "task.change": "修改任务",
    "task.done": "任务完成",
    "draw.name_parties": "确定参与方",
    "draw.commit": "提交承诺",
    "draw.freeze": "冻结",
    "draw.approve": "审批",
    "draw.reveal": "揭示",
    "draw.close": "抽取并结案",
    "draw.void": "作废",
    "draw.note_missing": "记录缺席",
    "draw.enter_beacon": "录入公共随机数",
    "draw.type_lottery": "录入开奖号码",
    "draw.open": "启封",
    "campaign.create": "发起联合抽取",
    "campaign.join": "加入联合抽取",
    "campaign.leave": "退出联合抽取",
    "campaign.seal": "联合抽取定案",
    "replacement.propose": "提出替补",
    "replacement.approve": "批准替补",
    "replacement.refuse": "不同意替补",
    "draw.hand_out_salt": "出具查询凭证",
    "draw.links": "查看审计对应表",
    "draw.frame_key": "出示盲化密钥",
    "pairing.pair": "匹配",
    "finding.enter": "录入结果",
    "finding.correct": "更正结果",
    "finding.return": "退回结果",
    "release.publish": "公示",
    "calendar.open": "开通日历订阅",
    "calendar.close": "停用日历订阅",
}


@router.get("")
def list_entries(request: Request, actor: Officer, session: Reading) -> Response:
    _ = texts(request)
    act, subject = queries.text(request, "act", 64), queries.text(request, "subject", 128)
    before = queries.number(request, "before")
    found = journal.entries(session, actor, before=before, limit=PAGE + 1, act=act, subject=subject)
    rows = [
        {
            "seq": entry.seq,
            "at": entry.at,
            "actor": entry.actor,
            "act": _(ACT_NAMES.get(entry.act, entry.act)),
            "subject": entry.subject,
            "detail": json.dumps(entry.detail, ensure_ascii=False, indent=1) if entry.detail else "",
            "hash": entry.hash,
        }
        for entry in found[:PAGE]
    ]
    return show(
        request,
        "journal",
        rows=rows,
        act=act,
        subject=subject,
        acts=[(key, _(name)) for key, name in ACT_NAMES.items()],
        next=queries.address(HERE, act=act, subject=subject, before=found[PAGE - 1].seq)
        if len(found) > PAGE
        else "",
        may_check=actor.has(Role.AUDITOR, Role.ADMINISTRATOR),
    )


@router.get("/check")
def check(request: Request, actor: Officer, session: Reading) -> Response:
    """Follow the chain from its first entry to its last."""
    broken, number = "", 0
    try:
        number = journal.audit(session, actor)
    except REFUSALS as refusal:
        if refusal.code != "broken_journal":
            raise
        broken = sentence_of(request, refusal)
    return show(request, "journal_check", number=number, broken=broken)
