"""首页: what this is, a search box, the key figures, the newest draws and releases; and the Atom feed."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.charts import bar_chart
from api.deps import Config, Now, Reading
from api.i18n import translate
from api.pages import language_of
from api.public import answers
from api.wording import result_names
from supervision.publication import portal

router = APIRouter()

NEWEST = 5
ATOM = "application/atom+xml; charset=utf-8"


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request, session: Reading) -> Response:
    lang = language_of(request)
    figures = portal.statistics(session)
    bars = [
        {"code": code, "name": f"{code} {name}", "number": figures.results[code]}
        for code, name in result_names(lang).items()
    ]
    title = translate("已公示的抽查结果", lang)
    return answers.page(
        request,
        "home",
        figures=figures,
        bars=bars,
        picture=bar_chart(bars, "name", "number", title, horizontal=True) if figures.total else None,
        releases=portal.latest(session, NEWEST),
        draws=portal.draws(session, limit=NEWEST).rows,
    )


@router.api_route("/feed.atom", methods=["GET", "HEAD"])
def feed(request: Request, session: Reading, config: Config, now: Now) -> Response:
    """最新公示 (RFC 4287)."""
    newest = portal.latest(session, 1)
    changed = newest[0].published_at if newest else None
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    body = portal.feed(session, config.public_address, config.site_name, changed or start)
    return answers.kept(request, Response(body, media_type=ATOM), changed)
