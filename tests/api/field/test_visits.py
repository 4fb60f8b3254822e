"""An inspector sees the visits, enters what was found, and corrects it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from supervision.database import Database
from supervision.inspection import service as inspection
from supervision.people.rules import Actor
from supervision.publication import service as publication
from tests.api.field.conftest import Phone, text_of
from tests.supervision.factories import MOMENT, PHONE, Scene, enter


def filled(scene: Scene, **changes: Any) -> dict[str, Any]:
    """A form without fault: both items pass, no problem found."""
    fields: dict[str, Any] = {"inspected_on": "2026-11-18", "result": "1", "note": ""}
    for item in scene.items:
        fields |= {f"item-{item.id}": "pass", f"item-note-{item.id}": ""}
    return fields | changes


def test_the_list_shows_what_is_to_be_done_with_its_deadline(phone: Phone, scene: Scene) -> None:
    text = text_of(phone.get("/field").text)
    assert "2026年11月20日，待办 3 户" in text
    assert "还有 41 天" in text  # 20 November to 31 December
    for entity in scene.entities:
        assert entity.name in text
        assert entity.address in text


def test_visits_move_from_to_do_to_done(phone: Phone, scene: Scene) -> None:
    assert phone.fill(f"/field/visits/{scene.codes[0]}", **filled(scene)).status_code == 303
    assert scene.entities[0].name not in phone.get("/field").text
    assert scene.entities[0].name in phone.get("/field/done").text
    assert scene.entities[0].name in phone.get("/field/done?state=submitted").text
    assert scene.entities[0].name not in phone.get("/field/done?state=published").text


def test_a_visit_shows_where_to_go_with_whom_and_for_what(phone: Phone, scene: Scene) -> None:
    page = phone.get(f"/field/visits/{scene.codes[0]}").text
    text = text_of(page)
    for word in (
        "贵溪市雄石路1号",
        "检查员1 · 组长",
        "检查员2 · 组员",
        "食品经营许可检查",
        "食品贮存检查",
        PHONE,
    ):
        assert word.replace(" ", "") in text.replace(" ", ""), word
    assert "电梯使用检查" not in text  # does not concern a food shop
    assert "《中华人民共和国食品安全法》第一百一十条" in page
    assert page.count('type="radio"') == 2 * 4 + 8


def test_a_result_is_entered_and_waits_for_an_approver(
    phone: Phone, scene: Scene, database: Database
) -> None:
    answer = phone.fill(f"/field/visits/{scene.codes[0]}", **filled(scene))
    assert answer.headers["location"] == f"/field/visits/{scene.codes[0]}?done=entered"
    page = text_of(phone.get(answer.headers["location"]).text)
    assert "结果已提交" in page
    assert "待审核" in page
    with database.reading() as session:
        view = inspection.visit_detail(session, scene.team[0], scene.codes[0])
    assert (view.findings[0].result, view.findings[0].inspected_on) == ("1", date(2026, 11, 18))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"inspected_on": "2026-12-24"}, "inspected_on", "晚于今天"),
        ({"inspected_on": "18.11.2026"}, "inspected_on", "2026-11-22 的格式"),
        ({"inspected_on": "2026-08-31"}, "inspected_on", "早于任务开始日期"),
        ({"result": "9"}, "result", "不存在"),
        ({"result": ""}, "result", "不存在"),
        ({"result": "5"}, "note", "写明事实"),
        ({"note": "长" * 2001}, "note", "最多 2000 个字"),
    ],
)
def test_a_refused_form_says_why_beside_the_field_and_keeps_what_was_typed(
    phone: Phone, scene: Scene, changes: dict[str, str], field: str, words: str
) -> None:
    kept = {f"item-note-{scene.items[0].id}": "许可证在有效期内"}
    answer = phone.fill(f"/field/visits/{scene.codes[0]}", **filled(scene, **kept, **changes))
    assert answer.status_code == 422
    assert words in text_of(answer.text)
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "许可证在有效期内" in answer.text
    assert answer.text.count(" checked") >= 2


def test_an_item_without_an_answer_is_named(phone: Phone, scene: Scene) -> None:
    form = filled(scene)
    del form[f"item-{scene.items[1].id}"]
    answer = phone.fill(f"/field/visits/{scene.codes[0]}", **form)
    assert answer.status_code == 422
    assert f'href="#item-{scene.items[1].id}"' in answer.text
    assert "还有 1 项没有填写：食品贮存检查" in answer.text


def test_a_returned_finding_shows_the_reason_and_what_was_entered(
    phone: Phone, scene: Scene, database: Database
) -> None:
    with database.writing() as session:
        enter(session, scene, scene.codes[0], "5", note="标签不全")
        inspection.return_finding(session, scene.approver, scene.codes[0], "请补充照片编号", MOMENT)
    assert "已退回" in phone.get("/field").text
    page = phone.get(f"/field/visits/{scene.codes[0]}").text
    assert "请补充照片编号" in page
    assert "标签不全" in page
    assert 'value="5" checked' in page
    answer = phone.fill(
        f"/field/visits/{scene.codes[0]}", **filled(scene, result="5", note="标签不全，照片 12")
    )
    assert answer.status_code == 303


def test_a_published_code_8_is_corrected_with_a_reason(
    phone: Phone, scene: Scene, database: Database
) -> None:
    with database.writing() as session:
        enter(session, scene, scene.codes[0], "8", note="已立案")
        publication.publish(session, scene.approver, [scene.codes[0]], MOMENT)
    address = f"/field/visits/{scene.codes[0]}/correction"
    assert address in phone.get(f"/field/visits/{scene.codes[0]}").text
    assert "更正理由" in phone.get(address).text
    refused = phone.fill(address, **filled(scene, result="5", note="已办结"))
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    done = phone.fill(address, **filled(scene, result="5", note="已办结", reason="案件办结"))
    assert done.status_code == 303
    assert "更正理由：案件办结" in phone.get(f"/field/visits/{scene.codes[0]}").text


def test_only_a_published_visit_can_be_corrected(phone: Phone, scene: Scene) -> None:
    assert phone.get(f"/field/visits/{scene.codes[0]}/correction").status_code == 404


def test_a_colleague_of_another_team_sees_nothing(scene: Scene, sign_in: Callable[[Actor], Phone]) -> None:
    stranger = sign_in(scene.stranger)
    assert "没有待办的检查" in stranger.get("/field").text
    assert stranger.get(f"/field/visits/{scene.codes[0]}").status_code == 404
    assert stranger.fill(f"/field/visits/{scene.codes[0]}", **filled(scene)).status_code == 404


def test_the_same_result_sent_twice_is_entered_once(phone: Phone, scene: Scene) -> None:
    form = filled(scene)
    assert phone.fill(f"/field/visits/{scene.codes[0]}", **form).status_code == 303
    assert phone.fill(f"/field/visits/{scene.codes[0]}", **form).status_code == 409


def test_a_form_without_the_sites_token_changes_nothing(phone: Phone, scene: Scene) -> None:
    address = f"/field/visits/{scene.codes[0]}"
    assert phone.post(address, data=filled(scene)).status_code == 403
    forged = phone.post(address, data=filled(scene), headers={"origin": "https://evil.example"})
    assert forged.status_code == 403
    assert "待检查" in phone.get(address).text


def test_who_is_not_signed_in_is_led_to_the_sign_in(phone: Phone, scene: Scene) -> None:
    stranger = TestClient(phone.app, follow_redirects=False)
    for address in ("/field", "/field/done", "/field/calendar", f"/field/visits/{scene.codes[0]}"):
        answer = stranger.get(address)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/field/sign-in?next={address}"
    assert stranger.get("/field/visits.csv").status_code == 401


def test_an_account_that_inspects_nothing_is_told_so(
    scene: Scene, planner: Actor, sign_in: Callable[[Actor], Phone]
) -> None:
    assert sign_in(planner).get("/field").status_code == 403


def test_what_an_inspector_sees_is_kept_by_no_cache(phone: Phone) -> None:
    assert phone.get("/field").headers["cache-control"] == "no-store"


def test_all_own_visits_are_a_file(phone: Phone, scene: Scene) -> None:
    answer = phone.get("/field/visits.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 3
    assert scene.entities[0].uscc in answer.text
    assert PHONE not in answer.text
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]


def test_a_name_that_looks_like_a_formula_is_only_a_name(
    phone: Phone, scene: Scene, database: Database
) -> None:
    with database.writing() as session:
        entity = scene.entities[0].model_copy()
        entity.name = "=HYPERLINK(1)"
        session.merge(entity)
    assert '"\'=HYPERLINK(1)"' in phone.get("/field/visits.csv").text


def test_pages_speak_english_when_asked(phone: Phone, scene: Scene) -> None:
    page = text_of(phone.get(f"/field/visits/{scene.codes[0]}", headers={"accept-language": "en"}).text)
    for word in ("To be inspected", "Result of this item", "1 No problem found", "Submit the result"):
        assert word in page
