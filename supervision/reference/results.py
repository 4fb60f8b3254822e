"""抽查结果: the eight national result codes with their follow-up and clock (domain.md 4.1; R21, R23, R24)."""

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Clock:
    """时限: ``days`` that are ``working`` or ``calendar`` days; ``order``: to the date in the order."""

    kind: str
    days: int | None


@dataclass(frozen=True, slots=True)
class ResultCode:
    """抽查结果代码: ``clock`` runs first, ``then`` after it; a result not ``final`` must be updated later."""

    code: int
    name: str
    name_en: str
    follow_up: str
    follow_up_en: str
    clock: Clock | None
    then: Clock | None
    final: bool


@cache
def result_codes() -> dict[int, ResultCode]:
    """The eight codes, 1 to 8."""
    text = files(__package__).joinpath("result_codes.csv").read_text("utf-8")
    return {
        int(line["code"]): ResultCode(
            int(line["code"]),
            line["name"],
            line["name_en"],
            line["follow_up"],
            line["follow_up_en"],
            _clock(line["clock_kind"], line["clock_days"]),
            _clock(line["then_kind"], line["then_days"]),
            line["final"] == "yes",
        )
        for line in csv.DictReader(io.StringIO(text, newline=""))
    }


@cache
def result_names() -> dict[str, str]:
    """抽查结果: code ``1``–``8`` → the national wording."""
    return {str(code): result.name for code, result in result_codes().items()}


def _clock(kind: str, days: str) -> Clock | None:
    return Clock(kind, int(days) if days else None) if kind else None
