"""公开随机源与公开方式 in the task form: what was typed, and the fields of the draft it means."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from api.i18n import lazy
from supervision.clock import BEIJING
from supervision.draw.sources import LOTTERIES
from supervision.plan.rules import LotteryDraft, TaskDraft
from supervision.plan.tables import Disclosure

ROWS, MOST = 3, 5
"""Lotteries that the form offers, and those that a task may have."""
OTHER = "other"
TEXTS = ("reveal_by", "disclosure", "open_by")
LOTTERY_TEXTS = ("game", "code", "issue")
FIELDS: Mapping[str, str] = {
    "揭示截止时间": "reveal_by",
    "彩票开奖": "lottery_game_0",
    "启封期限": "open_by",
}
"""What the services call a field → its name in the form."""
WRONG_MOMENT = lazy("请填写日期和时间，例如 2026-12-01T18:00（北京时间）。")
NO_GAME = lazy("请选择彩票，或把这一行的期号清空。")
NO_CODE = lazy("请填写彩票的代码：字母、数字、“.”“_”“-”，不超过 64 个字符。")
NO_ISSUE = lazy("请填写期号，例如 2026135；不使用时把彩票改为“不使用”。")
NO_DISCLOSURE = lazy("请选择公开方式。")
DISCLOSURE_LABELS = {
    Disclosure.OPEN: "公开型：抽取的同时公开",
    Disclosure.SEALED: "封存型：先封存，到期启封",
}
DISCLOSURE_HINT_LABELS = {
    Disclosure.OPEN: "揭示值、种子和结果随抽取公开，任何人当即可以重算。",
    Disclosure.SEALED: (
        "结果先行封存，不得改动；启封之前不公开任何一户，到期由系统自动启封。适合不宜预先告知的检查。"
    ),
}

Entered = dict[str, Any]


def blank() -> Entered:
    entered: Entered = {"reveal_by": "", "use_beacon": "", "disclosure": Disclosure.OPEN.value, "open_by": ""}
    for at in range(MOST):
        entered |= {f"lottery_{name}_{at}": "" for name in LOTTERY_TEXTS}
    return entered


def read(form: FormData) -> Entered:
    entered: Entered = {name: _typed(form, name)[:40] for name in TEXTS}
    entered["disclosure"] = entered["disclosure"] or Disclosure.OPEN.value
    entered["use_beacon"] = "1" if form.get("use_beacon") == "1" else ""
    for at in range(MOST):
        for name in LOTTERY_TEXTS:
            key = f"lottery_{name}_{at}"
            entered[key] = _typed(form, key)[:80]
    return entered


def _typed(form: FormData, name: str) -> str:
    """A field's text; digits, letters and colons of full width as the plain ones they mean."""
    return unicodedata.normalize("NFKC", str(form.get(name, ""))).strip()


def entered_of(draft: TaskDraft) -> Entered:
    """A draft's sources as they would have been typed."""
    entered = blank() | {
        "reveal_by": moment_text(draft.reveal_by),
        "use_beacon": "1" if draft.use_beacon else "",
        "disclosure": draft.disclosure.value,
        "open_by": moment_text(draft.open_by),
    }
    for at, lottery in enumerate(draft.lotteries):
        listed = lottery.game in LOTTERIES
        entered[f"lottery_game_{at}"] = lottery.game if listed else OTHER
        entered[f"lottery_code_{at}"] = "" if listed else lottery.game
        entered[f"lottery_issue_{at}"] = lottery.issue
    return entered


def rows(entered: Entered) -> Sequence[int]:
    """Which rows the form shows: never fewer than were filled."""
    return range(max(ROWS, max(_filled(entered), default=0) + 1))


def names_lotteries(entered: Entered) -> bool:
    return bool(_filled(entered))


def fields(entered: Entered, errors: dict[str, str]) -> dict[str, Any]:
    """The draft's fields; what cannot be read is named in ``errors``."""
    sealed = entered["disclosure"] == Disclosure.SEALED.value
    if entered["disclosure"] not in list(Disclosure):
        errors["disclosure"] = NO_DISCLOSURE
    return {
        "reveal_by": _moment(entered, "reveal_by", errors),
        "use_beacon": entered["use_beacon"] == "1",
        "lotteries": _lotteries(entered, errors),
        "disclosure": Disclosure.SEALED if sealed else Disclosure.OPEN,
        "open_by": _moment(entered, "open_by", errors),
    }


def moment_text(moment: datetime | None) -> str:
    """As a browser's field for a moment takes it, in Beijing time."""
    if moment is None:
        return ""
    there = moment.astimezone(BEIJING).replace(tzinfo=None)
    return there.isoformat(timespec="auto" if there.second or there.microsecond else "minutes")


def _filled(entered: Entered) -> list[int]:
    return [at for at in range(MOST) if any(entered[f"lottery_{name}_{at}"] for name in LOTTERY_TEXTS)]


def _moment(entered: Entered, name: str, errors: dict[str, str]) -> datetime | None:
    text = entered[name].replace("/", "-")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or not any(mark in text for mark in "T "):
        errors[name] = WRONG_MOMENT
        return None
    return found.replace(tzinfo=BEIJING)


def _lotteries(entered: Entered, errors: dict[str, str]) -> tuple[LotteryDraft, ...]:
    found = []
    for at in _filled(entered):
        game, code, issue = (entered[f"lottery_{name}_{at}"] for name in LOTTERY_TEXTS)
        chosen = code if game in ("", OTHER) else game
        if not game and not code:
            errors[f"lottery_game_{at}"] = NO_GAME
        elif not _is_code(chosen):
            errors[f"lottery_code_{at}"] = NO_CODE
        if not _is_code(issue):
            errors[f"lottery_issue_{at}"] = NO_ISSUE
        elif _is_code(chosen):
            found.append(LotteryDraft(game=chosen, issue=issue))
    return tuple(found)


def _is_code(text: str) -> bool:
    try:
        LotteryDraft(game=text, issue=text)
    except ValidationError:
        return False
    return True
