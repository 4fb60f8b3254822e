"""抽查结果: search and list, and one address per entity."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.deps import Config, Reading
from api.pages import language_of
from api.public import answers
from api.public.answers import AskedFor, Table, shown_at
from api.public.filters import WantedResults, uscc_of
from api.wording import result_names
from supervision.paging import Page
from supervision.publication import exports, portal
from supervision.publication.public import PublicResult
from supervision.publication.rules import NotPublished

router = APIRouter()

MORE = ("公示版本", "公示时间（UTC）", "更正的版本", "被更正的版本")


@shown_at(router, "/results")
def results(request: Request, session: Reading, asked: AskedFor, wanted: WantedResults) -> Response:
    """抽查结果查询: by name or credit code, organ, result and day of completion."""
    found = portal.results(session, wanted, asked.after, asked.limit)
    changed = found.rows[0].published_at if found.rows and asked.after is None else None
    if asked.suffix:
        return answers.data(
            request, asked, answers.listed(request, found), _table("抽查结果", found), changed
        )
    if uscc_of(wanted.words) and found.rows:
        return RedirectResponse(f"/entities/{found.rows[0].uscc}", status_code=303)
    return answers.page(
        request,
        "results",
        changed=changed,
        page=found,
        wanted=wanted,
        typed=request.query_params,
        next=answers.next_address(request, found.after) or "",
        organs=portal.organs(session),
        result_names=result_names(language_of(request)),
        files=answers.downloads(request, "csv", "xlsx", "json"),
    )


@shown_at(router, "/entities/{uscc}")
def entity(request: Request, session: Reading, asked: AskedFor, config: Config, uscc: str) -> Response:
    """经营主体的公示页: everything inspections found of it; corrected results stay and say so."""
    code = uscc_of(uscc)
    if code is None:
        raise NotPublished(what="经营主体的抽查结果", key=uscc)
    if code != uscc:
        tail = f".{asked.suffix}" if asked.suffix else ""
        return RedirectResponse(f"/entities/{code}{tail}", status_code=308)
    found = portal.entity_page(session, code, config.publish_inspector_names)
    changed = max(row.published_at for row in found.results)
    if asked.suffix:
        table = _table(f"抽查结果-{code}", Page(found.results, None))
        return answers.data(request, asked, found, table, changed)
    return answers.page(
        request,
        "entity",
        changed=changed,
        entity=found,
        result_names=result_names(language_of(request)),
        files=answers.downloads(request, "csv", "xlsx", "json"),
    )


def _table(name: str, found: Page[PublicResult, str]) -> Table:
    rows = (
        (
            *exports.columns(row),
            row.release_code,
            row.published_at,
            row.corrects,
            row.replaced_by,
        )
        for row in found.rows
    )
    return Table(name, (*exports.HEADER, *MORE), rows)
