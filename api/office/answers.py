"""How the office answers: with a page, a redirect that says what was done, or the reason of a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from api.i18n import error_message, translate
from api.pages import language_of, render
from solver.errors import SolverError
from supervision.errors import InvalidInput, SupervisionError

Refusal = SupervisionError | SolverError
REFUSALS = (SupervisionError, SolverError)


@dataclass(frozen=True, slots=True)
class Translate:
    """Chinese text → the text in the language of the page."""

    lang: str

    def __call__(self, message: str) -> str:
        return translate(message, self.lang)


DONE_LABELS: Mapping[str, str] = {
    "plan_created": "计划已建立，可以在其中编制任务。",
    "task_created": "任务已建立。请核对预览，再确定参与方。",
    "task_changed": "任务已修改。",
    "parties_named": "参与方已确定，请通知各方提交承诺。",
    "parties_taken_back": "已撤回参与方，请重新确定。",
    "committed": "承诺已提交。生成的秘密值（连同匹配随机数，如有）请妥善保存，交出之前不要告诉任何人。",
    "frozen": "名录和方案已冻结，等待审批。",
    "approved": "已审批，各参与方可以揭示随机数。",
    "approved_jointly": "已审批。各部门都审批、组织方定案之后，各参与方才能揭示。",
    "revealed": "随机数已揭示，与承诺一致。",
    "drawn": "抽取完成，已结案。",
    "missing_noted": "缺席已记录，以空值代替其随机数，并已写入公开日志。",
    "beacon_entered": "公共随机数已录入，签名核对无误，并已写入公开日志。",
    "lottery_typed": "您录入的开奖号码已保存，另一人录入相同的号码后生效。",
    "lottery_differs": "您录入的号码与另一人的不一致，请各自对照开奖公告更正。",
    "lottery_settled": "两人录入的开奖号码一致，已生效并写入公开日志。",
    "opened": "抽取已启封，揭示值和结果即日起公开。",
    "replacement_proposed": "替补已提交，等待审批。",
    "replacement_approved": "替补已批准：同层下一个签号的对象已进入抽中名单，交原检查组检查。",
    "replacement_refused": "已记录不同意，该户仍须检查。",
    "campaign_created": "联合抽取已发起，请通知各部门加入。",
    "campaign_joined": "任务已加入联合抽取，揭示截止时间、公开随机源和公开方式已与组织方任务一致。",
    "campaign_left": "任务已退出联合抽取，请重新核对公开随机源和参与方。",
    "campaign_sealed": "联合抽取已定案并写入公开日志，各参与方可以揭示。",
    "voided": "抽取已作废，记录永久保留。",
    "paired": "匹配完成，检查已分派给检查组。",
    "published": "检查结果已公示。",
    "returned": "检查结果已退回检查组。",
    "import_started": "文件已接收，正在导入。",
    "import_cancelled": "已要求停止，正在处理的一批完成后导入即停止，已导入的行保留。",
    "snapshot_taken": "等级快照已生成。",
    "entity_corrected": "分类已更正，今后推断不再改动。",
    "recusal_added": "回避决定已登记，匹配时遵守。",
    "recusal_removed": "回避决定已撤销。",
    "table_logged": "概率表已登记并写入公开日志，不能更换。",
    "table_begun": "正在计算，完成后本页显示结果。",
    "second_handed_in": "匹配随机数已交出，与抽取时的随机数吻合。",
    "second_missing_noted": "未交已记录，以空值代替，并已写入公开日志。",
    "reassign_proposed": "换人已提交，等待审批。",
    "reassign_approved": "换人已批准，由抽签决定接替的人，并已写入公开日志。",
    "reassign_refused": "已记录不同意，检查组不变。",
    "leave_added": "请假已登记，匹配时遵守。",
    "leave_removed": "请假已撤销。",
    "schedule_made": "安排已编制，正在求解。",
    "schedule_begun": "已开始求解。",
    "schedule_stopping": "已要求就此为止，保留已经求得的最好安排。",
    "schedule_cancelled": "已取消，没有保留结果。",
    "schedule_issued": "安排已下发，检查人员可以在“行程”和日历中看到。",
    "schedule_replanned": "新的安排已编制，正在求解。求解之后请核对变更，再由审批人下发；"
    "下发之前原安排照旧。",
    "savings_begun": "正在试算，可以离开本页，稍后回来查看。",
    "visit_moved": "已改期。",
    "visit_moved_anew": "已改期。改动在这份新的安排里，由审批人下发之后生效；下发之前原安排照旧。",
    "visit_pinned": "已锁定，重新安排时不变。",
    "visit_unpinned": "已解除锁定。",
    "terms_set": "时间要求已保存，重新求解或重新安排时遵守。",
    "base_added": "办公地点已添加。",
    "base_changed": "办公地点已修改，今后编制的安排按新的地点。",
    "base_removed": "办公地点已删除。",
    "calendar_saved": "工作日历已保存，今后的期限和排期都按它计算。",
    "calendar_kept": "软件包的安排已存入本单位日历。",
    "calendar_withdrawn": "这一年的录入已撤回，记录仍保留在历次录入中。",
    "keywords_replaced": "关键词表已更换，新导入的对象按新表推断。",
    "keywords_reset": "已恢复为系统自带的关键词表。",
    "reclassify_started": "正在按现行关键词表重新推断，完成后写入留痕。",
    "account_added": "账号已开设。",
    "account_changed": "账号已变更，原有登录已失效。",
}

UNFINISHED = ("lottery_differs",)
"""Done, and yet not as hoped."""


def texts(request: Request) -> Translate:
    return Translate(language_of(request))


def show(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of the office. ``errors`` (field name or '' → sentence) stand in a summary at its head."""
    _ = texts(request)
    code = request.query_params.get("done", "")
    kind = "warning" if code in UNFINISHED else "success"
    given: dict[str, Any] = {
        "done": _(DONE_LABELS.get(code, "")),
        "done_kind": kind,
        "errors": {},
        "errors_title": "",
    } | context
    if given["errors"] and not given["errors_title"]:
        given["errors_title"] = _("请改正以下内容") if any(given["errors"]) else _("操作没有执行")
    return render(request, f"office/{template}.html", status_code=status, **given)


def done(address: str, code: str) -> RedirectResponse:
    """Lead on after an act, so that reloading the page does not repeat it."""
    mark = "&" if "?" in address else "?"
    return RedirectResponse(f"{address}{mark}done={code}", status_code=303)


def status_of(refusal: Refusal) -> int:
    return refusal.status if isinstance(refusal, SupervisionError) else 422


def sentence_of(request: Request, refusal: Refusal) -> str:
    return error_message(refusal, language_of(request))


def errors_of(request: Request, refusal: Refusal, fields: Mapping[str, str] | None = None) -> dict[str, str]:
    """The refusal at the field it speaks of. ``fields``: the field's Chinese name → its name in the form."""
    named = str(refusal.params.get("field", "")) if isinstance(refusal, SupervisionError) else ""
    name = (fields or {}).get(named, "")
    if name and isinstance(refusal, InvalidInput):
        return {name: texts(request)(str(refusal.params["problem"]))}
    sentence = sentence_of(request, refusal)
    return {name: sentence} if name else {"": sentence}
