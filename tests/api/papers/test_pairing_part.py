"""The pairing's part of the certificate: a second sheet with few numbers, in both languages, naming nobody."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from html import unescape

import pytest

from api.papers.certificate import view_of
from api.papers.printing import Print
from solver.canonical import parse
from solver.fairness.pairing import of_table
from solver.pairing import Inspector, Problem, Seat, Task
from solver.pairing.table import Table
from supervision.draw.certifying import Paper, files_paper
from supervision.draw.pairing_part import PairingPart
from tests.api.papers.test_printing import PLAN, pages
from tests.solver.pairing.test_pairing_fairness import even_table
from tests.supervision.draw.test_certificate import FRAME, files

PEOPLE = tuple(f"inspector-{number:02d}" for number in range(60))


def table() -> Table:
    """12 visits by pairs of 60, of whom only the first half may lead."""
    tasks = tuple(
        Task(f"visit-{number:02d}", (Seat("lead", PEOPLE[:30]), Seat("member", PEOPLE)))
        for number in range(12)
    )
    return even_table(Problem(tuple(Inspector(name) for name in PEOPLE), tasks))


def part(second: int | None = 2) -> PairingPart:
    return PairingPart(of_table(table()), "a" * 64, "b" * 64, "c" * 64, second, {"L0": 12})


@pytest.fixture(scope="module")
def paper() -> Paper:
    given = files_paper(files(PLAN, FRAME))
    return replace(given, certificate=replace(given.certificate, pairing=part()))


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_it_is_a_second_sheet_and_the_same_bytes_every_time(paper: Paper, lang: str) -> None:
    first = Print(paper, lang).pdf
    assert pages(first) == 2
    assert Print(paper, lang).pdf == first


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_page_tells_it_in_either_language_and_names_nobody(paper: Paper, lang: str) -> None:
    text = unescape(Print(paper, lang).html())
    section = text[text.index('id="pairing"') :]
    assert "b" * 64 in section
    assert "5.9" in section
    assert "inspector-" not in text
    assert "visit-" not in text
    assert bool(re.search("[\u4e00-\u9fff]", section.replace("贵溪市", ""))) is (lang == "zh-CN")


def test_what_it_claims_can_be_checked_by_hand(paper: Paper) -> None:
    told = view_of(paper, "zh-CN")["pairing"]
    values = [claim["value"] for claim in told["claims"]]
    # A lead's chance is 1/30 to lead and 1/60 as a member: 1/20 in all.
    assert values[1] == "5%"
    # Who may lead may sit with anyone, the others only with them: 30·29/2 + 30·30 of 1,770 pairs.
    assert values[2] == "1,335 对"
    assert told["comparison"]["rows"][0][2] == "5.9 比特（60 个起点）"
    assert told["comparison"]["rows"][1][2].startswith("60 对")
    # Starts 30 … 58 of the walk, by teams of two, find nobody who may lead: on average 29 · 12 / 60 of 12 teams.
    assert told["comparison"]["rows"][3][2].startswith("平均 5.8 个")


def test_loads_are_told_as_visits_and_people(paper: Paper) -> None:
    loads = view_of(paper, "zh-CN")["pairing"]["loads"]["rows"]
    # 12 lead seats among 30, 12 member seats among 60: 12/60 visits each, and 12/30 more for those who may lead.
    assert loads == [("0.2", "30"), ("0.6", "30")]


def test_the_data_has_no_floating_point_numbers_and_carries_the_part(paper: Paper) -> None:
    told = json.loads(paper.certificate.json)["pairing"]
    assert parse(paper.certificate.json)
    assert told["highest"] == str(Fraction(52_428, 2**20)) == "13107/262144"
    assert (told["tasks"], told["second_secrets"], told["rungs"]) == (12, 2, {"L0": 12})
    assert told["round_robin"]["bits"] == "5.907"


def test_a_certificate_without_pairing_has_one_sheet_and_no_word_of_it() -> None:
    plain = files_paper(files(PLAN, FRAME))
    assert "pairing" not in json.loads(plain.certificate.json)
    assert "检查组" not in Print(plain, "zh-CN").html()


def test_a_table_that_nobody_can_prove_older_than_its_seed_says_so(paper: Paper) -> None:
    def notes(second: int | None) -> str:
        given = replace(paper.certificate, pairing=part(second))
        return "".join(view_of(replace(paper, certificate=given), "zh-CN")["pairing"]["notes"])

    assert "不能证明概率表先于种子" in notes(0)
    assert "2 方的二次秘密后公开" in notes(2)
    assert "二次秘密" not in notes(None)
