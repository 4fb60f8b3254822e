"""Files of published results, read back."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from supervision.publication import exports
from supervision.publication.public import PublicRelease
from tests.supervision.publication.examples import PUBLISHED, ROW

RELEASE = PublicRelease(
    code="360681-2026-0001-R1",
    draw_id="360681-2026-0001",
    organ_code="360681",
    organ_name="贵溪市市场监督管理局",
    plan_code="360681-2026-P01",
    plan_name="年度计划",
    task_code="360681-2026-P01-T01",
    task_name="食品 <检查> & 抽样",
    row_count=3,
    sha256="ab" * 32,
    published_at=PUBLISHED,
)


def test_the_hashed_bytes_are_fixed_for_ever() -> None:
    data = exports.canonical_csv([ROW])
    assert (
        data
        == (
            '"统一社会信用代码","经营主体名称","抽查计划编号","抽查计划名称","抽查任务编号","抽查任务名称",'
            '"抽查类型","抽查机关","抽查完成日期","抽查结果"\r\n'
            '"91360681MA00000001","贵溪市""老字号"",食品店","360681-2026-P01","年度计划","360681-2026-P01-T01",'
            '"食品检查","不定向抽查","贵溪市市场监督管理局","2026-11-18","未发现问题"\r\n'
        ).encode()
    )
    assert exports.release_sha256([ROW]) == "8bffa0834183f2a59f29ef136fedf3f1945a01ca3fbb5ced8b8896bb4e3befde"


def test_the_hashed_bytes_keep_a_name_that_looks_like_a_formula() -> None:
    assert b'"=HYPERLINK(1)"' in exports.canonical_csv([replace(ROW, entity_name="=HYPERLINK(1)")])


def test_the_feed_is_atom_with_lasting_ids_and_escaped_text() -> None:
    entries = exports.release_entries([RELEASE], "https://example.cn/")
    feed = ET.fromstring(exports.atom(entries, "https://example.cn/", "抽查结果公示", PUBLISHED))
    name = "{http://www.w3.org/2005/Atom}"
    assert feed.tag == f"{name}feed"
    for required in ("id", "title", "updated"):
        assert feed.findtext(f"{name}{required}")
    (entry,) = feed.findall(f"{name}entry")
    assert entry.findtext(f"{name}id") == "tag:example.cn,2026:release:360681-2026-0001-R1"
    assert entry.findtext(f"{name}title") == "抽查结果公示：食品 <检查> & 抽样（3 户）"
    assert entry.findtext(f"{name}updated") == "2026-11-20T02:00:00Z"
    assert entry.findtext(f"{name}author/{name}name") == "贵溪市市场监督管理局"
    link = entry.find(f"{name}link")
    assert link is not None
    assert link.get("href") == "https://example.cn/releases/360681-2026-0001-R1"


def test_a_feed_without_entries_is_still_a_feed() -> None:
    feed = ET.fromstring(exports.atom([], "https://example.cn", "公示", PUBLISHED))
    assert feed.findtext("{http://www.w3.org/2005/Atom}updated") == "2026-11-20T02:00:00Z"


def test_a_control_character_in_a_name_does_not_break_the_feed() -> None:
    broken = replace(RELEASE, task_name="检查\x0b\x00任务")
    feed = exports.atom(
        exports.release_entries([broken], "https://example.cn"), "https://e.cn", "公示", PUBLISHED
    )
    assert "检查任务" in ET.fromstring(feed).findtext(".//{*}entry/{*}title", "")
