"""关键词表: how industry and tags are told from a name and a business scope, in plain sight."""

from collections import Counter
from functools import partial

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.deps import Form, Now, Reading, Writing
from api.i18n import lazy
from api.office import queries
from api.office.answers import REFUSALS, done, errors_of, show, status_of, texts
from api.office.labels import industry_label
from api.office.navigation import Officer
from api.sheets import CSV, attachment
from supervision.people.rules import Actor, require
from supervision.register import classifying
from supervision.register.service import KEEPERS

router = APIRouter(prefix="/register/keywords")
HERE = "/office/register/keywords"
MOST = 100
WHERE_LABELS = {"": "名称和经营范围", "name": "名称", "scope": "经营范围"}
KIND_LABELS = {"section": "行业门类", "tag": "监管标签", "ignore": "不作依据", "exclusion": "除外说明"}
NO_FILE = lazy("请选择改好的关键词表文件（CSV）。")
NOT_TEXT = lazy("文件不是文本，请另存为 CSV（UTF-8）。")


@router.get("")
def show_table(request: Request, actor: Officer, session: Reading) -> Response:
    return _page(request, actor, session, {})


@router.get("/table.csv")
def table_file(actor: Officer, session: Reading) -> Response:  # for whoever is signed in
    text = classifying.table_in_force(session).csv
    return attachment(("\ufeff" + text.removeprefix("\ufeff")).encode(), CSV, "keywords.csv")


@router.post("")
def replace_table(
    request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    _ = texts(request)
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return _page(request, actor, reading, {"file": _(NO_FILE)}, 422)
    text = _decoded(sent.file.read(4 * classifying.LONGEST_TABLE))
    if text is None or not text.strip():
        return _page(request, actor, reading, {"file": _(NOT_TEXT)}, 422)
    try:
        classifying.replace_table(session, actor, text, now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(request, actor, reading, {"file": errors_of(request, refusal)[""]}, status_of(refusal))
    return done(HERE, "keywords_replaced")


@router.post("/reset")
def reset_table(actor: Officer, form: Form, session: Writing, now: Now) -> Response:
    classifying.replace_table(session, actor, "", now)
    return done(HERE, "keywords_reset")


@router.post("/apply")
def apply_table(request: Request, actor: Officer, form: Form) -> Response:  # checks the token
    require(actor, *KEEPERS)
    app = request.app
    work = partial(classifying.reclassify, app.state.database, actor, app.state.clock)
    app.state.jobs.submit(f"reclassify:{actor.region_prefix}", work)
    return done(HERE, "reclassify_started")


def _decoded(data: bytes) -> str | None:
    """The text of a file saved by an editor, or by a spreadsheet in GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _page(
    request: Request, actor: Actor, session: Session, errors: dict[str, str], status: int = 200
) -> Response:
    _ = texts(request)
    in_force = classifying.table_in_force(session)
    table = classifying.effective_table(session)
    words, name, scope = (queries.text(request, key, 2000) for key in ("q", "name", "scope"))
    found = [k for k in table.keywords if not words or words in k.keyword or words in (k.code, k.name)]
    tried = table.classify(name, scope) if name or scope else None
    counted = Counter((each.kind, each.code) for each in table.keywords)
    return show(
        request,
        "keywords",
        status=status,
        errors=errors,
        in_force=in_force,
        words=words,
        name=name,
        scope=scope,
        total=len(found),
        rows=[
            {
                "kind": _(KIND_LABELS[each.kind]),
                "name": f"{each.code} {each.name}",
                "keyword": each.keyword,
                "where": _(WHERE_LABELS[each.where]),
                "weight": each.weight,
            }
            for each in found[:MOST]
        ],
        tags=[
            {"code": code, "name": text, "words": counted["tag", code]}
            for code, text in sorted(table.tags.items(), key=lambda tag: tag[1])
        ],
        tried=tried,
        tried_section=industry_label(_, tried.section or "Z") if tried else "",
        tried_tags="、".join(table.tags[tag] for tag in tried.tags) if tried else "",
        spoken=[
            {
                "keyword": each.keyword,
                "where": _(WHERE_LABELS[each.where]),
                "meaning": industry_label(_, each.code)
                if each.kind == "section"
                else table.tags.get(each.code, each.code),
                "points": each.points,
            }
            for each in (table.explain(name, scope) if tried else ())
        ],
        may_change=actor.has(*KEEPERS),
    )
