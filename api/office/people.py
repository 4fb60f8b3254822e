"""账号: who may sign in, as what, and where; for administrators."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import Form, Now, Reading, Writing
from api.i18n import lazy
from api.office.answers import REFUSALS, Refusal, Translate, done, errors_of, show, status_of, texts
from api.office.navigation import Officer
from api.v1.people import NewAccount
from supervision.people import service as people
from supervision.people.rules import ROLE_NAMES, Actor, require
from supervision.people.service import AccountView
from supervision.people.tables import Role
from supervision.reference.regions import region_name
from supervision.register import service as register

router = APIRouter(prefix="/people")
HERE = "/office/people"
TEXTS = ("username", "display_name", "organ_code", "region_prefix", "inspector_id")
FIELDS = {"密码": "password", "用户名": "username"}
PROBLEMS = {
    "username": lazy("请填写 1 至 64 个字母、数字或汉字，可含“.”“_”“@”“-”。"),
    "display_name": lazy("请填写姓名。"),
    "password": lazy("密码至少 10 个字符，最多 128 个。"),
    "organ_code": lazy("请选择所属机关。"),
    "region_prefix": lazy("请填写 2、4 或 6 位区划代码开头，或留空。"),
    "roles": lazy("请从列出的角色中选择。"),
    "inspector_id": lazy("请从名录中选择。"),
}


@router.get("")
def list_accounts(request: Request, actor: Officer, session: Reading) -> Response:
    return _list_page(request, actor, session, {}, {})


@router.post("")
def add_account(
    request: Request, actor: Officer, form: Form, session: Writing, reading: Reading, now: Now
) -> Response:
    entered = _read(form)
    given = {name: value for name, value in entered.items() if value != ""}
    try:
        account = NewAccount.model_validate(given | {"password": str(form.get("password", ""))})
        people.add_account(session, actor, now=now, **account.model_dump())
    except ValidationError as wrong:
        names = {str(problem["loc"][0]) for problem in wrong.errors()}
        errors = {name: texts(request)(PROBLEMS[name]) for name in PROBLEMS if name in names}
        return _list_page(request, actor, reading, entered, errors, 422)
    except REFUSALS as refusal:
        session.rollback()
        return _list_page(request, actor, reading, entered, _problems(request, refusal), status_of(refusal))
    return done(HERE, "account_added")


@router.get("/{username}")
def show_account(username: str, request: Request, actor: Officer, session: Reading) -> Response:
    require(actor, Role.ADMINISTRATOR)
    return _account_page(request, actor, session, username, {})


@router.post("/{username}")
def change_account(
    username: str,
    request: Request,
    actor: Officer,
    form: Form,
    session: Writing,
    reading: Reading,
    now: Now,
) -> Response:
    """Roles, whether it may sign in, and where one is typed a new password."""
    known = {role.value: role for role in Role}
    roles = [known[given] for given in form.getlist("roles") if isinstance(given, str) and given in known]
    password = str(form.get("password", ""))[:128]
    try:
        people.change_account(
            session,
            actor,
            username,
            now,
            roles=roles,
            active=form.get("active") == "1",
            password=password or None,
        )
    except REFUSALS as refusal:
        session.rollback()
        problems = _problems(request, refusal)
        return _account_page(request, actor, reading, username, problems, status_of(refusal))
    return done(f"{HERE}/{username}", "account_changed")


def _read(form: FormData) -> dict[str, Any]:
    entered: dict[str, Any] = {name: str(form.get(name, "")).strip()[:200] for name in TEXTS}
    return entered | {"roles": [str(role) for role in form.getlist("roles")]}


def _problems(request: Request, refusal: Refusal) -> dict[str, str]:
    places = {"weak_password": "password", "already_exists": "username", "out_of_scope": "region_prefix"}
    return {
        places.get(refusal.code, name): text for name, text in errors_of(request, refusal, FIELDS).items()
    }


def _row(_: Translate, account: AccountView) -> dict[str, Any]:
    return {
        "username": account.username,
        "display_name": account.display_name,
        "organ": account.organ_name,
        "region": region_name(account.region_prefix) if account.region_prefix else _("全国"),
        "roles": "、".join(_(ROLE_NAMES[role]) for role in account.roles),
        "state": (_("在用"), "green") if account.active else (_("停用"), "grey"),
    }


def _list_page(
    request: Request,
    actor: Actor,
    session: Session,
    entered: dict[str, Any],
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    _ = texts(request)
    may_change = actor.has(Role.ADMINISTRATOR)
    blank: dict[str, Any] = dict.fromkeys(TEXTS, "") | {"organ_code": actor.organ_code, "roles": []}
    inspectors = register.inspectors(session, actor, limit=register.LONGEST_PAGE).rows if may_change else ()
    return show(
        request,
        "people",
        status=status,
        errors=errors,
        rows=[_row(_, account) for account in people.accounts(session, actor)],
        entered=blank | entered,
        roles=[(role.value, _(name)) for role, name in ROLE_NAMES.items()],
        organs=[(organ.code, organ.name) for organ in people.organs(session, actor)] if may_change else [],
        inspectors=[(each.id, f"{each.name} {each.code}") for each in inspectors],
        may_change=may_change,
    )


def _account_page(
    request: Request,
    actor: Actor,
    session: Session,
    username: str,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    _ = texts(request)
    account = people.account(session, actor, username)
    return show(
        request,
        "account",
        status=status,
        errors=errors,
        account=account,
        row=_row(_, account),
        chosen=[role.value for role in account.roles],
        roles=[(role.value, _(name)) for role, name in ROLE_NAMES.items()],
        own=account.username == actor.username,
    )
