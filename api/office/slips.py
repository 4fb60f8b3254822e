"""查询凭证: a paper with the code with which one enterprise opens its own line of one draw."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import Config, Form, Now, Reading, SignedIn, Writing
from api.office.answers import REFUSALS
from api.office.draws import draw_page
from api.office.navigation import OFFICE
from api.pages import render
from supervision.draw.own_line import hand_out_salt

router = APIRouter()
GROUP = 8
"""Characters of a code that stand together on paper."""


@router.post("/office/draws/{draw_id}/slip")
@router.post("/field/draws/{draw_id}/slip")
def slip(
    draw_id: str,
    request: Request,
    actor: SignedIn,
    form: Form,
    session: Writing,
    seen: Reading,
    now: Now,
    config: Config,
) -> Response:
    """The paper is the answer itself: the code stands in no address, and is kept nowhere."""
    uscc = str(form.get("uscc", "")).strip()[:60]
    try:
        found = hand_out_salt(session, actor, draw_id, uscc, now)
    except REFUSALS as refusal:
        session.rollback()
        if not request.url.path.startswith("/office/") or not actor.has(*OFFICE):
            raise
        return draw_page(draw_id, request, actor, seen, now, refusal, uscc)
    return render(
        request,
        "print/slip.html",
        slip=found,
        groups=[found.salt[at : at + GROUP] for at in range(0, len(found.salt), GROUP)],
        address=f"{config.public_address.rstrip('/')}/draws/{draw_id}/mine",
    )
