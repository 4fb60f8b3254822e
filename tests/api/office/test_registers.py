"""Registers: looking up, downloading, correcting, recusing; imports with their bad rows; the keyword table."""

import csv
import io
from collections.abc import Callable

import pytest
from fastapi import FastAPI

from supervision.database import Database
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.register.columns import ENTITY_FIELDS
from tests.api.office.conftest import ENTITIES, Clerk, plain
from tests.api.v1.county import entities_csv, uscc
from tests.supervision import county

AT_DESK = Callable[[Actor], Clerk]
IMPORTS = "/office/register/imports"
ENTITIES_PAGE = "/office/register/entities"


def upload(clerk: Clerk, text: str | bytes, name: str = "名录.csv", **more: str) -> str:
    """Send a file; returns the address of its import."""
    content = text.encode() if isinstance(text, str) else text
    return clerk.act(IMPORTS, files={"file": (name, content, "text/csv")}, kind="entity", **more).partition(
        "?"
    )[0]


def test_entities_are_found_by_name_by_code_and_by_their_class(
    planner: Actor, at_desk: AT_DESK, filled: None
) -> None:
    clerk = at_desk(planner)
    assert f"共 {ENTITIES} 户" in clerk.page(ENTITIES_PAGE)
    assert "共 1 户" in clerk.page(ENTITIES_PAGE, q="第17商店")
    assert "共 1 户" in clerk.page(ENTITIES_PAGE, q=county.uscc(17))
    assert "共 6 户" in clerk.page(ENTITIES_PAGE, risk_class="D")
    assert "共 40 户" in clerk.page(ENTITIES_PAGE, industry="F")
    assert "没有符合条件的检查对象" in clerk.page(ENTITIES_PAGE, q="不存在的名称")


def test_the_pages_of_a_list_hold_everyone_once(planner: Actor, at_desk: AT_DESK, filled: None) -> None:
    clerk, path, seen = at_desk(planner), ENTITIES_PAGE, []
    for _ in range(3):
        page = clerk.page(path)
        seen += [part.partition('"')[0] for part in page.split('href="/office/register/entities/')[1:]]
        path = page.partition('" rel="next"')[0].rpartition('href="')[2]
    assert 'rel="next"' not in page
    assert len(seen) == len(set(seen)) == ENTITIES


def test_a_query_that_says_nothing_sensible_narrows_nothing(
    planner: Actor, at_desk: AT_DESK, filled: None
) -> None:
    clerk = at_desk(planner)
    odd = {"region": "x'--", "status": "?", "after": "-1", "risk_class": "Z"}
    assert f"共 {ENTITIES} 户" in clerk.page(ENTITIES_PAGE, **odd)
    assert f"共 {ENTITIES} 户" in clerk.page(ENTITIES_PAGE + "?q=%00")


def test_an_inspector_and_an_administrator_see_no_class(
    enrol: Callable[..., Actor], administrator: Actor, at_desk: AT_DESK, filled: None
) -> None:
    for actor in (enrol(Role.INSPECTOR), administrator):
        clerk = at_desk(actor)
        assert "信用风险等级" not in clerk.page(ENTITIES_PAGE)
        assert f"共 {ENTITIES} 户" in clerk.page(ENTITIES_PAGE, risk_class="D")
        assert "信用风险等级" not in clerk.page(f"{ENTITIES_PAGE}/{county.uscc(19)}")


def test_the_file_of_entities_holds_no_class_no_contact_and_what_the_filter_chose(
    planner: Actor, at_desk: AT_DESK, filled: None
) -> None:
    answer = at_desk(planner).get(f"{ENTITIES_PAGE}.csv?industry=F")
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[:2] == ["统一社会信用代码", "名称"]
    assert not {"联系电话", "联系人", "信用风险等级"} & set(head)
    assert len(rows) == 40
    assert at_desk(planner).get(f"{ENTITIES_PAGE}.xlsx").content.startswith(b"PK")


def test_an_entity_of_another_county_is_not_found(
    enrol: Callable[..., Actor], at_desk: AT_DESK, filled: None
) -> None:
    narrow = enrol(Role.PLANNER, "narrow", region_prefix="360681")
    assert at_desk(narrow).get(f"{ENTITIES_PAGE}/{county.uscc(1)}").status_code == 200
    assert at_desk(narrow).get(f"{ENTITIES_PAGE}/{uscc(1, '360602')}").status_code == 404


def test_a_classification_is_corrected_by_hand_and_stays_so(
    planner: Actor, auditor: Actor, at_desk: AT_DESK, filled: None
) -> None:
    clerk, page = at_desk(planner), f"{ENTITIES_PAGE}/{county.uscc(1)}"
    assert "由关键词表推断" in clerk.page(page)
    clerk.act(page, industry="H", tags=["catering"])
    shown = plain(clerk.page(page))
    assert "由登记机关或人工确定" in shown
    assert "H 住宿和餐饮业" in shown
    assert clerk.press(page, industry="Q?", tags=[]).status_code == 422
    assert "更正分类" not in at_desk(auditor).page(page)


def test_the_risk_explanation_adds_up_for_those_who_may_see_it(
    planner: Actor, at_desk: AT_DESK, filled: None
) -> None:
    page = plain(at_desk(planner).page(f"{ENTITIES_PAGE}/{county.uscc(19)}"))
    assert "快照中的等级 D" in page
    assert "成立日期不详" in page


def test_a_certificate_about_to_end_is_marked(planner: Actor, at_desk: AT_DESK, filled: None) -> None:
    page = plain(at_desk(planner).page("/office/register/inspectors"))
    assert page.count("即将到期") == 1
    assert page.count("有效 ") >= 11
    assert at_desk(planner).get("/office/register/inspectors.csv").status_code == 200
    assert "GS-01" in at_desk(planner).get("/office/register/items.csv").text


def test_a_recusal_is_decided_and_lifted(planner: Actor, at_desk: AT_DESK, filled: None) -> None:
    clerk, page = at_desk(planner), "/office/register/recusals"
    clerk.act(page, inspector="1", uscc=county.uscc(3), reason="近亲属任法定代表人")
    assert "贵溪市第3商店" in clerk.page(page)
    again = clerk.press(page, inspector="1", uscc=county.uscc(3), reason="近亲属任法定代表人")
    assert again.status_code == 409
    clerk.act(f"{page}/1/remove")
    assert "没有回避决定" in clerk.page(page)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"inspector": "1", "reason": "理由"}, "uscc"),
        ({"inspector": "1", "uscc": "X", "reason": ""}, "reason"),
        ({"inspector": "1", "uscc": "91360681000000999X", "reason": "理由"}, "uscc"),
        ({"inspector": "", "uscc": "X", "reason": "理由"}, "inspector"),
        ({"inspector": "1", "colleague": "1", "reason": "理由"}, "colleague"),
    ],
)
def test_a_recusal_that_makes_no_sense_is_refused_at_its_field(
    planner: Actor, at_desk: AT_DESK, filled: None, fields: dict[str, str], where: str
) -> None:
    answer = at_desk(planner).press("/office/register/recusals", **fields)
    assert answer.status_code in (404, 422)
    assert f'<a href="#{where}">' in answer.text


def test_a_file_with_known_headers_is_taken_and_its_bad_rows_wait_to_be_mended(
    app: FastAPI, planner: Actor, at_desk: AT_DESK
) -> None:
    clerk = at_desk(planner)
    good = entities_csv(5)
    bad = good + f"坏行甲,{uscc(9)[:-1]}?,有限责任公司,2016-05-03,,,360681,A,,\n坏行乙,,,,,,,,,\n"
    here = upload(clerk, bad)
    app.state.jobs.join()
    page = plain(clerk.page(here))
    assert "已读 7" in page
    assert "新增 5" in page
    assert "2 行没有导入" in page
    assert "必填项为空" in page
    assert "坏行甲" not in plain(clerk.page(here, reason="missing_value"))
    mended = clerk.get(f"{here}/quarantine.csv").text.replace(f"{uscc(9)[:-1]}?", uscc(9))
    again = upload(clerk, mended)
    app.state.jobs.join()
    assert "新增 1" in plain(clerk.page(again))


def test_unknown_headers_are_matched_by_hand(app: FastAPI, planner: Actor, at_desk: AT_DESK) -> None:
    clerk = at_desk(planner)
    text = entities_csv(4).replace("企业名称", "甲列").replace("统一社会信用代码", "乙列")
    form = clerk.press(IMPORTS, files={"file": ("x.csv", text.encode(), "text/csv")}, kind="entity")
    assert form.status_code == 422
    assert "文件缺少必需的列：企业名称、统一社会信用代码" in form.text
    kept = form.text.partition('name="kept" value="')[2].partition('"')[0]
    columns = {f"column_{field.name}": "" for field in ENTITY_FIELDS}
    refused = clerk.press(f"{IMPORTS}/mapped", kind="entity", kept=kept, filename="x.csv", **columns)
    assert "文件缺少必需的列" in refused.text
    chosen = columns | {"column_name": "甲列", "column_uscc": "乙列", "column_region": "行政区划"}
    here = clerk.act(f"{IMPORTS}/mapped", kind="entity", kept=kept, filename="x.csv", **chosen)
    app.state.jobs.join()
    assert "新增 4" in plain(clerk.page(here))


@pytest.mark.parametrize("kept", ["../test.db", "/etc/passwd", "", "nothing", "a" * 41])
def test_no_other_file_of_the_server_can_be_asked_for(planner: Actor, at_desk: AT_DESK, kept: str) -> None:
    answer = at_desk(planner).press(f"{IMPORTS}/mapped", kind="entity", kept=kept, filename="x.csv")
    assert answer.status_code == 422
    assert "上传的文件已过期" in answer.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "没有"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04 broken", "无法读取"),
        (b"\x1f\x8b\x08broken", "无法读取"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_the_upload(
    planner: Actor, at_desk: AT_DESK, content: bytes, says: str
) -> None:
    answer = at_desk(planner).press(IMPORTS, files={"file": ("x.csv", content, "text/csv")}, kind="entity")
    assert answer.status_code in (413, 422)
    assert '<a href="#file">' in answer.text
    assert says in answer.text


def test_nothing_chosen_is_said_at_the_field(planner: Actor, at_desk: AT_DESK) -> None:
    answer = at_desk(planner).press(IMPORTS, kind="entity")
    assert '<a href="#file">请选择要导入的文件。</a>' in answer.text


def test_the_bar_of_an_import_is_fed_with_numbers(app: FastAPI, planner: Actor, at_desk: AT_DESK) -> None:
    clerk = at_desk(planner)
    here = upload(clerk, entities_csv(3))
    app.state.jobs.join()
    told = clerk.get(f"{here}.json").json()
    assert told["state"] == "done"
    assert told["done"] == told["total"] > 0
    assert told["next"] == here
    assert clerk.press(f"{here}/cancel").status_code == 409


def test_only_keepers_of_the_registers_import(approver: Actor, auditor: Actor, at_desk: AT_DESK) -> None:
    files = {"file": ("x.csv", entities_csv(1).encode(), "text/csv")}
    assert at_desk(approver).press(IMPORTS, files=files, kind="entity").status_code == 403
    assert "选择文件" not in at_desk(auditor).page(IMPORTS)
    assert f'href="{IMPORTS}"' in at_desk(auditor).page("/office/register/keywords")
    assert f'href="{IMPORTS}"' not in at_desk(approver).page("/office/register/keywords")


def test_the_keyword_table_explains_what_it_would_say(planner: Actor, at_desk: AT_DESK) -> None:
    page = plain(at_desk(planner).page("/office/register/keywords", name="贵溪市大众餐馆", scope="餐饮服务"))
    assert "H 住宿和餐饮业" in page
    assert "系统自带" in page


def test_a_keyword_table_is_replaced_and_a_wrong_one_named_by_its_line(
    app: FastAPI, planner: Actor, at_desk: AT_DESK
) -> None:
    clerk, page = at_desk(planner), "/office/register/keywords"
    good = "kind,code,name,where,keyword,weight,note\nsection,F,批发和零售业,,商店,5,\n"
    bad = good + "tag,Food,食品,,食品,2,\n"
    refused = clerk.press(page, files={"file": ("k.csv", bad.encode(), "text/csv")})
    assert refused.status_code == 422
    assert "关键词表第 3 行有误" in refused.text
    clerk.act(page, files={"file": ("k.csv", good.encode("gb18030"), "text/csv")})
    assert "本单位更换" in clerk.page(page)
    clerk.act(f"{page}/apply")
    app.state.jobs.join()
    clerk.act(f"{page}/reset")
    assert "系统自带" in clerk.page(page)


def test_a_page_in_english_has_no_untranslated_words_of_ours(
    database: Database, planner: Actor, at_desk: AT_DESK
) -> None:
    page = plain(at_desk(planner).page(IMPORTS, lang="en"))
    assert "Import" in page
    assert "导入" not in page
