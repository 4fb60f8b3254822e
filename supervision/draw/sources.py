"""Decisions on public sources, on plain values: what a plan names, and when what may be entered."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from solver import beacon
from solver.canonical import canonical
from solver.plan import Lottery
from solver.sources import lottery_bytes
from supervision.draw.tables import DrawParty, DrawSource, SourceKind
from supervision.errors import Conflict, InvalidInput, SupervisionError

LOTTERIES = {
    "ssq": "福利彩票双色球",
    "3d": "福利彩票 3D",
    "qlc": "福利彩票七乐彩",
    "kl8": "福利彩票快乐 8",
    "dlt": "体育彩票超级大乐透",
    "pl3": "体育彩票排列 3",
    "pl5": "体育彩票排列 5",
    "qxc": "体育彩票 7 星彩",
}
"""Common games by the code that plans use; others may be named as well."""
NUMBERS = re.compile(r"[0-9]{1,9}(-[0-9]{1,9}){0,19}")


class RevealTooLate(SupervisionError):
    code = "reveal_too_late"
    status = 409
    sentence = "揭示截止时间已过，“{title}”的随机数不再接收，按缺席处理。"


class NoPublicSource(Conflict):
    code = "no_public_source"
    sentence = "方案没有使用公共随机信标，不能记录缺席。有参与方不揭示时，只能作废本次抽取。"


class MissingTooEarly(Conflict):
    code = "missing_too_early"
    sentence = "揭示截止时间还没有到，不能记录缺席。"


class MissingTooLate(Conflict):
    code = "missing_too_late"
    sentence = "公开随机数已经可以知道，不能再记录缺席。请作废本次抽取，另建任务重新抽取。"


class NothingMissing(Conflict):
    code = "nothing_missing"
    sentence = "各参与方都已揭示或已记录缺席。"


class RevealsAwaited(SupervisionError):
    code = "reveals_awaited"
    status = 409
    sentence = "以下参与方还没有揭示，也没有记录缺席：{titles}。在此之前不接收公开随机数。"


class SourceTooEarly(SupervisionError):
    code = "source_too_early"
    status = 409
    sentence = "方案指定的第 {round} 轮公共随机数要到 {moment} 才产生，请届时再录入。"


class SourceMissing(SupervisionError):
    code = "source_missing"
    status = 409
    sentence = "还缺少公开随机源的结果：{sources}。录入后才能抽取。"


class NoRelay(SupervisionError):
    code = "no_relay"
    status = 409
    sentence = "没有设置公共随机数的获取地址（DR_DRAND_RELAY）。请下载该轮结果文件后上传。"


class RelayFailed(SupervisionError):
    code = "relay_failed"
    status = 502
    sentence = "没有从 {relay} 取得公共随机数：{reason}。请稍后再试，或下载该轮结果文件后上传。"


def planned_round(chain: str, reveal_by: datetime, margin: int) -> tuple[int, datetime]:
    """指定轮次: the first round of the chain at or after the deadline and a margin (s), and its moment."""
    known = beacon.known(chain, beacon.CHAINS)
    unix = -int(-reveal_by.timestamp() // 1) + margin
    number = beacon.round_at(known, unix)
    return number, datetime.fromtimestamp(beacon.moment_of(known, number), UTC)


def source_name(source: DrawSource) -> str:
    """Where it comes from, in words."""
    if source.kind is SourceKind.BEACON:
        return f"公共随机数第 {source.round} 轮"
    return f"{LOTTERIES.get(source.game or '', source.game)}第 {source.issue} 期"


def check_missing_may_be_noted(
    reveal_by: datetime | None, sources: Sequence[DrawSource], typed: bool, now: datetime
) -> None:
    """After the deadline, and before the moment of the beacon. ``typed``: a lottery was.

    Without a beacon never: the moment of a lottery is nowhere stated, and its numbers may be known already.
    """
    if reveal_by is None or all(source.due_at is None for source in sources):
        raise NoPublicSource()
    if now <= reveal_by:
        raise MissingTooEarly()
    known = any(s.settled_at is not None or (s.due_at is not None and s.due_at <= now) for s in sources)
    if known or typed:
        raise MissingTooLate()


def check_all_revealed(parties: Sequence[DrawParty]) -> None:
    """No public source is taken while somebody could still decide whether to reveal."""
    if waiting := [party.title for party in parties if not party.secret and not party.missing_at]:
        raise RevealsAwaited(titles="、".join(waiting))


def tidy_result(text: str) -> str:
    """开奖号码 as typed, also in full width: numbers, apart by blanks, commas, plus signs or dashes."""
    plain = unicodedata.normalize("NFKC", text)
    numbers = re.sub(r"[\s,+、|\u2010-\u2015-]+", "-", plain).strip("-")
    if not NUMBERS.fullmatch(numbers):
        raise InvalidInput(
            field="开奖号码", problem="请按公布的顺序填写各个号码，用“-”隔开，例如 02-09-14-21-27-30-11。"
        )
    return numbers


def source_bytes(source: DrawSource) -> bytes:
    """What a settled source reveals."""
    if source.kind is SourceKind.BEACON:
        return bytes.fromhex(source.randomness or "")
    return lottery_bytes(Lottery(source.game or "", source.issue or ""), source.result or "")


def beacon_answer(sources: Iterable[DrawSource]) -> bytes | None:
    """drand's answer as its relays give it, canonical; none before it was entered."""
    for source in sources:
        if source.kind is SourceKind.BEACON and source.settled_at is not None:
            answer = {"round": source.round, "randomness": source.randomness, "signature": source.signature}
            return canonical(answer)
    return None


def reveals_of(parties: Sequence[DrawParty], sources: Sequence[DrawSource]) -> list[bytes]:
    """揭示, in plan order: the parties' secrets (empty where one is missing), then the public sources."""
    return [
        *(bytes.fromhex(party.secret or "") for party in parties),
        *(source_bytes(source) for source in sources),
    ]
