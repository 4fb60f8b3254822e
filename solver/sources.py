"""公共随机源: the bytes that a public source reveals, and whether a reveal is just these."""

from __future__ import annotations

import re
from collections.abc import Mapping

from solver import beacon
from solver.beacon import CHAINS, Answer, Chain
from solver.errors import SourceError
from solver.plan import Beacon, Lottery

_NUMBERS = re.compile(r"[0-9]{1,9}(-[0-9]{1,9}){0,63}")


def lottery_bytes(lottery: Lottery, result: str) -> bytes:
    """开奖结果的揭示: the ASCII text ``game,issue,result``, as ``ssq,2026134,02-09-14-21-27-30-11``.

    ``result``: the numbers as published, each of 1–9 digits, joined by ``-``; ``SourceError`` otherwise.
    """
    if not _NUMBERS.fullmatch(result):
        raise SourceError.of("lottery_result")
    return f"{lottery.game},{lottery.issue},{result}".encode("ascii")


def check_lottery(lottery: Lottery, position: int, reveal: bytes, typed: str | None = None) -> None:
    """Whether the reveal at ``position`` (from 1) is a result of this game and issue.

    ``typed``: what was typed in and logged, as ``game,issue,result``; the reveal is the same.
    """
    head = f"{lottery.game},{lottery.issue},".encode("ascii")
    numbers = reveal.removeprefix(head).decode("ascii", "replace")
    fits = reveal.startswith(head) and _NUMBERS.fullmatch(numbers) is not None
    if not fits or (typed is not None and typed.encode("ascii") != reveal):
        raise SourceError.of("lottery_mismatch", position=position, game=lottery.game, issue=lottery.issue)


def check_beacon(
    source: Beacon, position: int, reveal: bytes, answer: Answer, chains: Mapping[str, Chain] = CHAINS
) -> None:
    """Whether the reveal at ``position`` (from 1) is the round of the plan, signed by a known chain."""
    beacon.check(beacon.known(source.chain, chains), source.round, answer)
    if answer.randomness != reveal:
        raise SourceError.of("beacon_reveal", position=position, round=source.round)
