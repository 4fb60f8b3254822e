"""联合抽取: plans of several departments whose tickets come from one seed (docs/draw-1.md, part 9a)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from solver.canonical import canonical, parse
from solver.errors import CampaignError, CanonicalError
from solver.plan import Plan

VERSION = "campaign/1"

_HEX = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Campaign:
    """联合抽取: the plans that draw with the same tickets, so that the same firms come up for all of them.

    ``code`` is what each plan names in its field ``campaign``; ``plans`` are their hashes (hex), rising.
    """

    code: str
    plans: tuple[str, ...]

    @classmethod
    def of(cls, code: str, plans: Iterable[str]) -> Campaign:
        """The campaign of these plan hashes, given in any order; ``CampaignError`` for what is none."""
        hashes = tuple(sorted(plans))
        rising = all(a < b for a, b in pairwise(hashes))
        if not (_CODE.fullmatch(code) and hashes and rising and all(map(_HEX.fullmatch, hashes))):
            raise CampaignError.of("campaign_malformed")
        return cls(code, hashes)

    @classmethod
    def parse(cls, text: bytes | str) -> Campaign:
        """Read a campaign record in any layout; ``CampaignError`` if it is none."""
        try:
            value = parse(text)
        except CanonicalError as error:
            raise CampaignError.of("campaign_malformed") from error
        if isinstance(value, dict) and set(value) == {"v", "campaign", "plans"}:
            code, plans = value["campaign"], value["plans"]
            texts = isinstance(plans, list) and all(isinstance(item, str) for item in [code, *plans])
            if value["v"] == VERSION and texts and plans == sorted(cast(list[str], plans)):
                return cls.of(code, plans)
        raise CampaignError.of("campaign_malformed")

    @property
    def record(self) -> bytes:
        """The canonical bytes that are logged, and that the seed of the tickets covers."""
        return canonical({"v": VERSION, "campaign": self.code, "plans": list(self.plans)})

    def check(self, plan: Plan) -> None:
        """Whether ``plan`` draws in this campaign: it names the code and its hash is listed."""
        if plan.campaign != self.code:
            raise CampaignError.of("campaign_code", code=self.code)
        if plan.plan_hash not in self.plans:
            raise CampaignError.of("campaign_plan", code=self.code)
