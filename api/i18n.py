"""Two languages: Chinese is the source text, English comes from ``api/locale/en/messages.po``.

``python -m api.i18n extract`` adds what pages, papers and errors say and the catalogue lacks, and drops what
nobody says any more.
"""

import sys
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from solver.errors import SolverError
from supervision.errors import SupervisionError

SOURCE = "zh-CN"
LANGUAGES: Mapping[str, str] = MappingProxyType({"zh-CN": "中文", "en": "English"})
COOKIE = "lang"
LOCALE = Path(__file__).parent / "locale"


def lazy(message: str) -> str:
    """Mark a text that is written here and translated where it is shown, with ``_(text)``."""
    return message


def catalogue_path(lang: str) -> Path:
    return LOCALE / lang / "messages.po"


@cache
def catalogue(lang: str) -> NullTranslations:
    """The messages of ``lang``, read from its .po; the source language needs none."""
    if lang == SOURCE:
        return NullTranslations()
    if lang not in LANGUAGES:
        raise KeyError(lang)
    with catalogue_path(lang).open("rb") as file:
        messages = read_po(file, locale=lang)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def translate(message: str, lang: str) -> str:
    """``message`` in ``lang``; the message itself where the catalogue has no entry."""
    return catalogue(lang).gettext(message) if message else message


def error_message(error: SupervisionError | SolverError, lang: str) -> str:
    """The sentence of a refusal in ``lang``, with its parameters filled in (words among them translated)."""
    params = {
        name: translate(value, lang) if isinstance(value, str) else value
        for name, value in error.params.items()
    }
    if isinstance(error, SolverError):
        sentence = error.SENTENCES.get(error.code, "")
        return translate(sentence, lang).format(**params) if sentence else error.message
    return translate(error.sentence, lang).format(**params)


def _accepted(header: str) -> list[str]:
    """Language tags of an Accept-Language header, best first; malformed parts are passed over."""
    weighted: list[tuple[float, int, str]] = []
    for position, part in enumerate(header.split(",")):
        tag, _, parameter = part.strip().partition(";")
        try:
            quality = float(parameter.partition("=")[2]) if parameter else 1.0
        except ValueError:
            continue
        if tag and quality > 0:
            weighted.append((-quality, position, tag))
    return [tag for _, _, tag in sorted(weighted)]


def choose(query: str | None, cookie: str | None, accept_language: str | None) -> str:
    """The language of a page: what the address asks for, else the cookie, else the browser, else Chinese."""
    for asked in (query, cookie):
        if asked is not None and asked in LANGUAGES:
            return asked
    for tag in _accepted(accept_language or ""):
        if tag.lower().split("-")[0] == "zh":
            return SOURCE
        if negotiate_locale([tag], ["en"], sep="-"):
            return "en"
    return SOURCE


def main(arguments: list[str]) -> int:
    from api.messages import renew

    if arguments != ["extract"]:
        sys.stderr.write("usage: python -m api.i18n extract\n")
        return 2
    for lang in LANGUAGES:
        if lang != SOURCE:
            for message in renew(lang):
                sys.stdout.write(f"{lang}: {message}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
