"""The certificate on paper: one sheet, the same bytes every time, in both languages, with its digest on it."""

import gzip
import hashlib
import re
from html import unescape
from pathlib import Path

import pytest

from api.papers.__main__ import main
from api.papers.certificate import view_of
from api.papers.pdf import NoChineseFont, chinese_font
from api.papers.printing import Print
from solver import bundle
from supervision.draw.certifying import Paper, files_paper
from tests.solver.drawing import frame_of, plan_of
from tests.supervision.draw.test_certificate import FRAME, files

PLAN = plan_of(FRAME, {"mode": "fixed", "n": 12, "weights": {"A": 1, "B": 3, "C": 10, "D": 40}})


@pytest.fixture(scope="module")
def paper() -> Paper:
    return files_paper(files(PLAN, FRAME))


def pages(document: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", document))


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_certificate_is_one_sheet_and_the_same_bytes_every_time(paper: Paper, lang: str) -> None:
    first = Print(paper, lang).pdf
    assert first.startswith(b"%PDF-")
    assert pages(first) == 1
    assert Print(paper, lang).pdf == first
    assert b"CreationDate" not in first


def test_a_province_of_paths_still_fits_on_one_sheet() -> None:
    cells = [
        f"36{county:04d}/{industry}/{cls}" for county in range(140) for industry in "CF" for cls in "ABCD"
    ]
    frame = frame_of(cells)
    plan = plan_of(frame, {"mode": "rate", "den": 100, "rates": {"A": 1, "B": 3, "C": 10, "D": 30}})
    document = Print(files_paper({"plan.json": plan.canonical, "frame.csv": frame.data}), "zh-CN").pdf
    assert pages(document) == 1


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_page_says_the_digest_of_the_data_and_every_class(paper: Paper, lang: str) -> None:
    printed = Print(paper, lang)
    text = unescape(printed.html())
    assert hashlib.sha256(printed.json).hexdigest() in text
    assert PLAN.plan_hash in text
    assert f'<html lang="{lang}"' in text
    assert "style=" not in text
    assert "<script" not in text
    words = text.replace("贵溪市", "")  # names of places have no translation
    assert bool(re.search("[\u4e00-\u9fff]", words)) is (lang == "zh-CN")


def test_a_certificate_with_somebody_out_of_reach_says_so_in_red(paper: Paper) -> None:
    plan = plan_of(FRAME, {"mode": "rate", "den": 9, "rates": {"A": 0, "B": 2, "C": 3, "D": 9}})
    view = view_of(files_paper({"plan.json": plan.canonical, "frame.csv": FRAME.data}), "zh-CN")
    assert view["claims"][0] == {"value": "40 户", "label": "入样概率为 0", "good": False}
    assert view_of(paper, "zh-CN")["claims"][0]["good"] is True


def test_one_place_alone_has_no_plots_that_compare_places() -> None:
    shown = []
    for counties in (1, 2):
        cells = [f"36068{1 + at % counties}/C/A" for at in range(40)]
        plan = plan_of(frame := frame_of(cells), {"mode": "rate", "den": 10, "rates": {"A": 1}})
        printed = Print(files_paper({"plan.json": plan.canonical, "frame.csv": frame.data}), "zh-CN")
        assert pages(printed.pdf) == 1
        shown.append(printed.html().count("certificate__wide"))
    assert shown == [0, 2]


def test_an_empty_frame_has_a_certificate_too() -> None:
    empty = frame_of([])
    plan = plan_of(empty, {"mode": "rate", "den": 9, "rates": {"A": 1}})
    document = Print(files_paper({"plan.json": plan.canonical, "frame.csv": b""}), "zh-CN").pdf
    assert pages(document) == 1


def test_without_a_chinese_font_it_says_which_package_to_install() -> None:
    with pytest.raises(NoChineseFont, match="fonts-noto-cjk"):
        chinese_font(frozenset({"DejaVu Sans", "Liberation Serif"}))
    assert chinese_font(frozenset({"SimSun", "PingFang SC"})) == "PingFang SC"


def test_an_outsider_has_the_certificate_from_the_bundle_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], paper: Paper
) -> None:
    (tmp_path / "evidence.zip").write_bytes(bundle.pack(files(PLAN, FRAME)))
    assert main(["certificate", str(tmp_path / "evidence.zip"), "--out", str(tmp_path / "out")]) == 0
    found = {file.name for file in (tmp_path / "out").iterdir()}
    assert found == {"certificate.json", "certificate.pdf", "certificate.html", "print.css", "mark.svg"}
    digest = hashlib.sha256((tmp_path / "out" / "certificate.json").read_bytes()).hexdigest()
    assert digest == paper.certificate.digest
    assert digest in capsys.readouterr().out
    page = (tmp_path / "out" / "certificate.html").read_text("utf-8")
    assert 'href="print.css"' in page


def test_a_bundle_that_does_not_verify_has_no_certificate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = files(PLAN, FRAME)
    (tmp_path / "evidence.zip").write_bytes(bundle.pack(given | {"reveals.json": b'["00"]'}))
    assert main(["certificate", str(tmp_path / "evidence.zip"), "--out", str(tmp_path / "out")]) == 2
    assert "验证未通过（各方揭示与承诺一致）" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_plan_and_frame_are_enough_and_somebody_out_of_reach_is_exit_code_1(tmp_path: Path) -> None:
    plan = plan_of(FRAME, {"mode": "rate", "den": 9, "rates": {"A": 0, "B": 2, "C": 3, "D": 9}})
    (tmp_path / "PLAN.json").write_bytes(plan.canonical)
    (tmp_path / "FRAME.csv.gz").write_bytes(gzip.compress(FRAME.data))
    words = [
        "certificate",
        str(tmp_path / "PLAN.json"),
        str(tmp_path / "FRAME.csv.gz"),
        "--out",
        str(tmp_path),
    ]
    assert main(words) == 1
    assert (tmp_path / "certificate.pdf").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.zip", b"no zip", "ZIP"),
        ("a.zip", None, "无法读取"),
        ("a.json", b"{}", "名录快照"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_exit_code_2(
    name: str, body: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if body is not None:
        (tmp_path / name).write_bytes(body)
    assert main(["certificate", str(tmp_path / name), "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "certificate.pdf").exists()
