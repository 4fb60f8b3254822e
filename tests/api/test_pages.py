from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jinja2 import TemplateRuntimeError, UndefinedError
from starlette.requests import Request

from api.pages import FOLDERS, environment, page_context, render, render_text, site_of

HOSTILE = "<script>alert(1)</script>\"'"


@dataclass(frozen=True)
class Row:
    id: int
    name: str


def request(path: str = "/office", query: str = "", **headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost"), *pairs],
            "server": ("localhost", 80),
            "scheme": "http",
            "state": {},
        }
    )


def drawn(source: str, lang: str = "zh-CN", path: str = "/office", **context: Any) -> str:
    """What a page that consists of ``source`` shows."""
    folder = Path(__file__).parent / "pages"
    pages = environment(lang, (*FOLDERS, folder))
    from api.pages import Components

    known = {**page_context(request(path), lang), **context}
    return pages.from_string(source).render({**known, "ui": Components(pages, known)})


FIELDS = [
    "ui.text_input(x, x, x, x, x, suffix=x)",
    "ui.date_input('n', x, x, x, x)",
    "ui.textarea('n', x, x, x, x)",
    "ui.select('n', x, [(x, x)], x, x, x, empty=x)",
    "ui.file_input('n', x, x, x, x)",
    "ui.checkboxes('n', x, [(x, x, x)], [x], x, x)",
    "ui.checkbox('n', x, true, x, x, x)",
    "ui.radios('n', x, [(x, x, x)], x, x, x)",
    "ui.error_summary({'n': x}, x)",
    "ui.button(x, name=x, value=x)",
    "ui.post_button(x, '/a', fields={'n': x})",
    "ui.page_header(x, x, x, (x, 'grey'))",
    "ui.breadcrumbs([(x, '/a'), (x, none)])",
    "ui.steps([(x, 'done', x), (x, 'todo', x, '/a')], x)",
    "ui.tabs([(x, '/a', true)], x)",
    "ui.data_table(x, [('k', x)], [{'k': x}], [(x, '/a')])",
    "ui.data_table(x, [('k', x)], [], (), x, (x, '/a'))",
    "ui.summary_list([(x, x, 'text', (x, '/a'))])",
    "ui.stat_cards([(x, x, x)])",
    "ui.hash_code(x, x)",
    "ui.kv([(x, x)])",
    "ui.notice(x, 'warning', x)",
    "ui.progress(x, 1, 2, x)",
    "ui.commitment('n', x, x, x)",
    "ui.chart(x, x, [('k', x)], [{'k': x}], 'c', x)",
]


@pytest.mark.parametrize("call", FIELDS)
def test_text_from_outside_stays_text_in_every_component(call: str) -> None:
    html = drawn("{{ %s }}" % call, x=HOSTILE)  # noqa: UP031  braces of two languages
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_name_the_page_was_not_given_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        drawn("{{ nobody }}")
    with pytest.raises(UndefinedError):
        drawn("{{ ui.no_such_component() }}")


def test_two_components_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    for file in ("a.html", "b.html"):
        (tmp_path / "components" / file).write_text("{% macro same() %}{% endmacro %}")
    with pytest.raises(TemplateRuntimeError, match="same"):
        environment("en", (tmp_path,))


def test_every_form_that_acts_carries_the_token() -> None:
    html = drawn("{% call ui.form('/a') %}{% endcall %}{{ ui.post_button('b', '/b') }}", csrf_token="t-1")
    assert html.count('<input type="hidden" name="csrf_token" value="t-1">') == 2
    html = drawn("{% call ui.form('/a', method='get') %}{% endcall %}", csrf_token="t-1")
    assert "t-1" not in html


def test_a_table_shows_rows_of_objects_and_of_mappings_with_links() -> None:
    table = (
        "{{ ui.data_table('c', [('name', '名称', 'text', '/e/{row.id}'), ('id', '编号', 'number')], rows) }}"
    )
    html = drawn(table, rows=[Row(1200, "甲")])
    assert '<a href="/e/1200">甲</a>' in html
    assert 'data-label="编号">1,200<' in html
    html = drawn(table.replace("row.id", "row[id]"), rows=[{"id": 7, "name": "乙"}])
    assert '<a href="/e/7">乙</a>' in html


def test_a_page_may_draw_single_cells_itself() -> None:
    table = """{% call(row, key) ui.data_table('c', [('name', '名称'), ('do', '操作')], rows) %}
      {%- if key == 'do' %}<a href="/x/{{ row.id }}">改</a>{% endif -%}{% endcall %}"""
    html = drawn(table, rows=[Row(1, "甲")])
    assert 'data-label="名称">甲<' in html
    assert '<a href="/x/1">改</a>' in html


def test_the_navigation_marks_the_section_one_is_in() -> None:
    links = "{{ ui.nav_link('a', '/office', exact=true) }}{{ ui.nav_link('b', '/office/plans') }}"
    html = drawn(links, path="/office/plans/7")
    assert '<a class="nav__link" href="/office">' in html
    assert '<a class="nav__link" href="/office/plans" aria-current="page">' in html


def test_a_page_in_english_has_english_words_from_macros_too() -> None:
    assert ">Next<" in drawn("{{ ui.pagination(next='/a') }}", lang="en")
    assert ">下一页<" in drawn("{{ ui.pagination(next='/a') }}")


def test_an_answer_says_its_language_and_remembers_the_one_asked_for() -> None:
    context: dict[str, Any] = {"status": 404, "message": "", "steps": [], "code": "", "reference": ""}
    answer = render(request("/public/x", "lang=en"), "errors/error.html", status_code=404, **context)
    assert answer.status_code == 404
    assert answer.headers["content-language"] == "en"
    assert "lang=en" in answer.headers["set-cookie"]
    assert "Page not found" in bytes(answer.body).decode()
    answer = render(request("/public/x", accept_language="en"), "errors/error.html", **context)
    assert "set-cookie" not in answer.headers
    assert "Accept-Language" in answer.headers["vary"]


def test_changing_the_language_keeps_the_rest_of_the_address() -> None:
    links = page_context(request("/public/results", "q=%E7%94%B2&lang=en"), "en")["languages"]
    assert [link[2] for link in links] == [
        "/public/results?q=%E7%94%B2&lang=zh-CN",
        "/public/results?q=%E7%94%B2&lang=en",
    ]
    assert [link[3] for link in links] == [False, True]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 429, 500, 503])
@pytest.mark.parametrize("site", ["office", "field", "public"])
def test_every_refusal_has_a_page_with_a_next_step(status: int, site: str) -> None:
    context = page_context(request(f"/{site}/x"), "zh-CN")
    context |= {"status": status, "message": "", "steps": [], "code": "", "reference": ""}
    html = render_text("errors/error.html", "zh-CN", context)
    home = "/" if site == "public" else f"/{site}"
    assert f'<a href="{home}">回到首页</a>' in html


def test_an_address_belongs_to_one_of_three_sites() -> None:
    paths = ["/office/plans", "/field", "/", "/public/x", "/officers"]
    assert [site_of(path) for path in paths] == ["office", "field", "public", "public", "public"]
