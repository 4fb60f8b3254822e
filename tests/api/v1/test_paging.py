"""Lists are complete page by page, whatever the page's length; a foreign cursor is refused."""

import pytest

from api.v1.paging import BadCursor, decode, encode
from tests.api.v1.county import Office, every


@pytest.mark.parametrize("after", [0, 7, 2**63 - 1, "360681-2026-0001-V0001", "张敏", "2026-12-18~x"])
def test_a_cursor_stands_for_the_row_it_was_made_of(after: int | str) -> None:
    assert decode(encode(after)) == after


@pytest.mark.parametrize(
    "cursor", ["", "x", "n", "bg", "dA", "bjk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "有", "bi0x", "=="]
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        decode(cursor)


@pytest.mark.parametrize("limit", [7, 159, 160, 200])
def test_every_entity_appears_once_whatever_the_length_of_a_page(office: Office, limit: int) -> None:
    office.fill_registers()
    found = [row["uscc"] for row in every(office.planner, "/entities", limit=limit)]
    assert len(found) == len(set(found)) == 160


def test_lists_newest_first_are_complete_while_rows_are_added(office: Office) -> None:
    for number in range(5):
        office.planner.act("POST", "/plans", {"year": 2026, "name": f"计划{number}"})
    first = office.planner.see("/plans", limit=2)
    office.planner.act("POST", "/plans", {"year": 2026, "name": "之后的计划"})
    second = office.planner.see("/plans", limit=2, cursor=first["next"])
    third = office.planner.see("/plans", limit=2, cursor=second["next"])
    names = [plan["name"] for page in (first, second, third) for plan in page["items"]]
    assert names == ["计划4", "计划3", "计划2", "计划1", "计划0"]
    assert third["next"] is None


@pytest.mark.parametrize(
    "path", ["/entities", "/plans", "/tasks", "/draws", "/journal", "/imports", "/accounts"]
)
@pytest.mark.parametrize("cursor", ["x", encode("2026-12-18~x") + "A"])
def test_a_bad_cursor_is_a_problem_with_a_code(office: Office, path: str, cursor: str) -> None:
    answer = office.planner.get(f"/api/v1{path}", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1e3"])
def test_the_length_of_a_page_is_bounded(office: Office, limit: str) -> None:
    answer = office.planner.get("/api/v1/plans", params={"limit": limit})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
