"""Every address of the public site answers, as a page and as data."""

import hashlib

import pytest
from starlette.testclient import TestClient

from tests.api.public.conftest import Built, visitor
from tests.api.published import INSPECTOR, Site

LISTS = ("/results", "/draws", "/releases", "/tasks", "/plans", "/items", "/log")


def addresses(site: Site) -> list[str]:
    """Every page there is."""
    return [
        "/",
        *LISTS,
        "/log?draw=360681-2026-0001&kind=plan",
        "/verify",
        "/about",
        *(f"/draws/{number}" for number in (site.draw_id, site.void_id, site.open_id)),
        f"/draws/{site.draw_id}/drawn",
        f"/draws/{site.draw_id}/check",
        f"/draws/{site.open_id}/check",
        f"/tasks/{site.task_code}",
        *(f"/releases/{code}" for code in site.releases),
        *(f"/entities/{uscc}" for uscc in site.usccs[:3]),
        "/results?q=商店&result=1&since=2026-11-01",
        "/results?q=没有这家",
        f"/tasks?plan={site.task_code[:-4]}",
    ]


def test_every_page_answers_in_both_languages(anyone: TestClient, site: Site) -> None:
    for address in addresses(site):
        for lang in ("zh-CN", "en"):
            answer = anyone.get(address, headers={"accept-language": lang})
            assert answer.status_code == 200, (address, answer.text[:400])
            assert answer.headers["content-language"] == lang
            assert f'<html lang="{lang}"' in answer.text


def test_an_empty_site_says_what_to_expect(empty: TestClient) -> None:
    for address in ("/", *LISTS, "/verify", "/about", "/feed.atom"):
        assert empty.get(address).status_code == 200, address
    assert "还没有公布的抽取" in empty.get("/draws").text


@pytest.mark.parametrize("suffix", ["json", "csv", "xlsx"])
def test_every_list_is_data_at_the_same_address(anyone: TestClient, site: Site, suffix: str) -> None:
    kinds = {"json": "application/json", "csv": "text/csv", "xlsx": "application/vnd.openxmlformats"}
    details = [f"/entities/{site.usccs[0]}", f"/releases/{site.releases[0]}", f"/draws/{site.draw_id}",
               f"/draws/{site.draw_id}/drawn", f"/tasks/{site.task_code}"]  # fmt: skip
    for address in (*LISTS, *details):
        answer = anyone.get(f"{address}.{suffix}")
        assert answer.status_code == 200, (address, answer.text[:300])
        assert answer.headers["content-type"].startswith(kinds[suffix])
        assert answer.headers["etag"]
        assert answer.headers["cache-control"] == "public, max-age=60"
        if suffix != "json":
            assert "filename*=UTF-8''" in answer.headers["content-disposition"]


def test_home_shows_the_figures(anyone: TestClient, site: Site) -> None:
    text = anyone.get("/").text
    assert '<svg role="img"' in text
    assert "100%" in text  # published on time
    for number in (site.draw_id, site.void_id, site.open_id, *site.releases):
        assert number in text


def test_a_corrected_result_stays_visible_as_replaced(anyone: TestClient, site: Site) -> None:
    page = anyone.get(f"/entities/{site.usccs[1]}").text
    assert "<s>发现问题待后续处理</s>" in page
    assert "已更正" in page
    rows = anyone.get(f"/entities/{site.usccs[1]}.json").json()["results"]
    assert [(row["result"], row["replaced_by"], row["corrects"]) for row in rows] == [
        ("5", None, site.releases[0]),
        ("8", site.releases[1], None),
    ]


def test_a_void_draw_stays_with_its_reason_and_gives_no_result(anyone: TestClient, site: Site) -> None:
    assert "比例填写有误" in anyone.get(f"/draws/{site.void_id}").text
    assert "比例填写有误" in anyone.get("/draws").text
    assert anyone.get(f"/draws/{site.void_id}/reveals.json").status_code == 404
    assert anyone.get(f"/draws/{site.void_id}/drawn").status_code == 404
    assert anyone.get(f"/draws/{site.void_id}.csv").status_code == 404


def test_before_a_draw_is_closed_its_plan_is_public_and_nothing_more(anyone: TestClient, site: Site) -> None:
    draw = anyone.get(f"/draws/{site.open_id}.json").json()
    assert draw["seed"] is None
    assert draw["names_public"] is False
    assert {party["secret"] for party in draw["parties"]} == {None}
    assert anyone.get(f"/draws/{site.open_id}/plan.json").status_code == 200
    for piece in ("reveals.json", "result.csv", "closing.json"):
        assert anyone.get(f"/draws/{site.open_id}/{piece}").status_code == 404


@pytest.mark.parametrize("typed", ["{lower}", "{spaced}", "{wide}", " {code} "])
def test_a_credit_code_is_found_however_it_is_typed(anyone: TestClient, site: Site, typed: str) -> None:
    code = site.usccs[0]
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    spaced = f"{code[:8]} {code[8:]}"
    asked = typed.format(lower=code.lower(), spaced=spaced, wide=wide, code=code)
    answer = anyone.get("/results", params={"q": asked})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/entities/{code}"
    canonical = anyone.get(f"/entities/{asked.strip()}.json")
    if asked.strip() != code:
        assert canonical.status_code == 308
        assert canonical.headers["location"] == f"/entities/{code}.json"


def test_a_search_without_a_hit_tells_the_next_step(anyone: TestClient, site: Site) -> None:
    text = anyone.get("/results", params={"q": site.unpublished, "result": "3"}).text
    assert "没有找到已公示的结果" in text
    assert f'href="/results?q={site.unpublished}"' in text


def test_a_list_is_read_in_stretches_to_its_end(anyone: TestClient, site: Site) -> None:
    seen, address = [], "/results.json?limit=3"
    while address:
        stretch = anyone.get(address).json()
        seen += [(row["uscc"], row["release_code"]) for row in stretch["items"]]
        address = stretch["next"]
    assert len(seen) == len(set(seen)) == len(site.usccs) + 1
    csv = anyone.get("/results.csv?limit=3")
    assert csv.headers["link"].endswith('>; rel="next"')
    assert len(csv.text.splitlines()) == 1 + 3


def test_what_does_not_exist_is_a_page_or_a_problem_by_its_suffix(anyone: TestClient, site: Site) -> None:
    for address in ("/draws/999999-2026-0001", "/entities/91360681MA00000000", "/releases/x", "/entities/x"):
        page = anyone.get(address)
        assert page.status_code == 404
        assert page.headers["content-type"].startswith("text/html")
        for suffix in ("json", "csv", "xlsx"):
            problem = anyone.get(f"{address}.{suffix}")
            assert problem.status_code == 404
            assert problem.headers["content-type"] == "application/problem+json"
            assert problem.json()["code"] == "not_published"
    assert anyone.get("/draws.pdf").status_code == 404
    assert anyone.get(f"/draws/{site.draw_id}/links").status_code == 404


NONSENSE = (
    "/results?since=2026-13-99", "/results?after=x", "/results?q=%00&organ=%00", "/draws?after=-1",
    "/results?q=" + "长" * 101, "/entities/%00", "/draws/%F0%9F%98%80", "/tasks?plan=%27", "/draws/%00.json",
    "/results?limit=0", "/results?q=%27%22%25_*", "/results?result=9&organ=%ff",
)  # fmt: skip


def test_nonsense_is_refused_and_breaks_nothing(empty: TestClient) -> None:
    for address in NONSENSE:
        assert empty.get(address).status_code in (200, 404, 422), address


def test_an_unchanged_answer_is_not_sent_twice(anyone: TestClient, site: Site) -> None:
    for address in ("/draws", f"/draws/{site.draw_id}.json", f"/draws/{site.draw_id}/frame.csv.gz"):
        first = anyone.get(address)
        again = anyone.get(address, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]
        assert anyone.head(address).status_code == 200


def test_the_last_change_of_a_release_is_its_publication(anyone: TestClient, site: Site) -> None:
    answer = anyone.get(f"/releases/{site.releases[0]}")
    assert answer.headers["last-modified"] == "Mon, 30 Nov 2026 02:00:00 GMT"


def test_the_language_that_an_address_asks_for_is_kept_by_no_shared_cache(anyone: TestClient) -> None:
    answer = anyone.get("/?lang=en")
    assert "lang=en" in answer.headers["set-cookie"]
    assert answer.headers["cache-control"] == "private, no-cache"


def test_the_feed_leads_to_every_release(anyone: TestClient, site: Site) -> None:
    answer = anyone.get("/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    for code in site.releases:
        assert f"http://testserver/releases/{code}" in answer.text


def test_one_entity_per_release_row_and_its_bytes_have_the_digest(anyone: TestClient, site: Site) -> None:
    code = site.releases[0]
    stated = anyone.get(f"/releases/{code}.json").json()["release"]["sha256"]
    assert hashlib.sha256(anyone.get(f"/releases/{code}/canonical.csv").content).hexdigest() == stated


def test_the_names_of_inspectors_are_shown_only_where_the_office_chose_so(built: Built) -> None:
    address = f"/entities/{built.site.usccs[0]}"
    named = visitor(built.database, publish_inspector_names=True)
    for suffix in ("", ".json"):
        assert INSPECTOR not in visitor(built.database).get(address + suffix).text
        assert INSPECTOR in named.get(address + suffix).text
