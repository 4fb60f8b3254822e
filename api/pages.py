"""Pages: one template environment per language, and one way to answer with a page."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateRuntimeError,
    nodes,
)
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.formats import filters
from api.i18n import COOKIE, LANGUAGES, catalogue, choose

Folders = tuple[Path, ...]

FOLDERS: Folders = (Path(__file__).parent.parent / "templates",)
STATIC = Path(__file__).parent / "static"
STATIC_URL = "/static"
GOVUK = "govuk_frontend_jinja"
SITES = ("office", "field")
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600


class PageEnvironment(Environment):
    """Our templates under StrictUndefined; those of govuk-frontend, which rely on absent keys, without."""

    def __init__(self, lang: str, folders: Folders) -> None:
        super().__init__(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        messages = catalogue(lang)
        self.install_gettext_callables(  # type: ignore[attr-defined]
            messages.gettext, messages.ngettext, newstyle=True
        )
        self.globals.update(lang=lang, static_url=static_url)
        self.filters.update(filters(lang))
        self.macros = Environment(
            loader=PrefixLoader({GOVUK: PackageLoader(GOVUK)}), autoescape=True, undefined=ChainableUndefined
        )
        self.components = dict(self._find_components())

    def get_template(self, name: str | Template, parent: str | None = None, globals: Any = None) -> Template:
        if isinstance(name, str) and name.startswith(f"{GOVUK}/"):
            return self.macros.get_template(name)
        return super().get_template(name, parent, globals)

    def _find_components(self) -> Iterator[tuple[str, str]]:
        """Each macro of ``components/`` with the file that defines it; a name may be used once only."""
        seen: dict[str, str] = {}
        for file in self.list_templates(filter_func=lambda name: name.startswith("components/")):
            if not file.endswith(".html") or self.loader is None:
                continue
            source, _, _ = self.loader.get_source(self, file)
            for macro in self.parse(source).find_all(nodes.Macro):
                if macro.name.startswith("_"):
                    continue
                if macro.name in seen:
                    raise TemplateRuntimeError(f"{macro.name} is in {file} and in {seen[macro.name]}")
                seen[macro.name] = file
                yield macro.name, file


class Components:
    """Every macro of ``templates/components`` under one name: ``ui.button(…)``, ``ui.data_table(…)``."""

    def __init__(self, environment: PageEnvironment, context: Mapping[str, Any]) -> None:
        self._environment = environment
        self._context = {**context, "ui": self}
        self._modules: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        file = self._environment.components.get(name)
        if file is None:
            raise AttributeError(name)
        if file not in self._modules:
            self._modules[file] = self._environment.get_template(file).make_module(self._context)
        return getattr(self._modules[file], name)


@lru_cache(maxsize=16)
def environment(lang: str, folders: Folders = FOLDERS) -> PageEnvironment:
    """The templates of one language; more ``folders`` than ours are for tests only."""
    return PageEnvironment(lang, folders)


@cache
def static_url(path: str) -> str:
    """The address of a file of ``api/static``, which changes with its content (FileNotFoundError without)."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()
    return f"{STATIC_URL}/{path}?v={digest[:12]}"


def site_of(path: str) -> str:
    """Which site an address belongs to: the office's, the inspectors', or everyone's."""
    first = path.strip("/").partition("/")[0]
    return first if first in SITES else "public"


def language_of(request: Request) -> str:
    """The language of this request; ``request.state.lang`` where something before us has decided."""
    decided = getattr(request.state, "lang", None)
    if decided in LANGUAGES:
        return str(decided)
    return choose(
        request.query_params.get("lang"),
        request.cookies.get(COOKIE),
        request.headers.get("accept-language"),
    )


def _language_links(request: Request, lang: str) -> list[tuple[str, str, str, bool]]:
    """(code, name, address of this page in it, whether it is the current one) for each language."""
    links = []
    for code, name in LANGUAGES.items():
        address = request.url.include_query_params(lang=code)
        links.append((code, name, f"{address.path}?{address.query}", code == lang))
    return links


def page_context(request: Request, lang: str) -> dict[str, Any]:
    """What every page knows: who reads it, in which language, on which site."""
    state = request.state
    return {
        "request": request,
        "path": request.url.path,
        "site": getattr(state, "site", None) or site_of(request.url.path),
        "user": getattr(state, "user", None),
        "csrf_token": getattr(state, "csrf_token", ""),
        "organisation": getattr(state, "organisation", ""),
        "languages": _language_links(request, lang),
    }


def render_text(template: str, lang: str, context: Mapping[str, Any], folders: Folders = FOLDERS) -> str:
    """The text of ``template`` with ``context``, its components at hand as ``ui``."""
    pages = environment(lang, folders)
    names = {**context, "ui": Components(pages, context)}
    return pages.get_template(template).render(names)


def render(
    request: Request,
    template: str,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    folders: Folders = FOLDERS,
    **context: Any,
) -> HTMLResponse:
    """Answer ``request`` with a page; ``context`` may override what every page knows."""
    lang = language_of(request)
    text = render_text(template, lang, {**page_context(request, lang), **context}, folders)
    response = HTMLResponse(text, status_code=status_code, headers=headers)
    response.headers["Content-Language"] = lang
    response.headers.add_vary_header("Cookie, Accept-Language")
    if request.query_params.get("lang") == lang:
        response.set_cookie(COOKIE, lang, max_age=LANGUAGE_COOKIE_AGE, httponly=True, samesite="lax")
    return response
