"""Which messages the product uses, found by reading its sources, and which of them a catalogue lacks."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from api.i18n import catalogue_path

ROOT = Path(__file__).parent.parent
PYTHON = ("api", "supervision", "solver")
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
TEXT_NAMES = ("sentence", "label", "SENTENCES", "STEPS", "LOTTERIES", "REASONS", "VOID_REASONS")
TEXT_SUFFIXES = ("LABELS", "NAMES")
HEADER = """\
# The English texts of double-random. Chinese, the key of each entry, is the source.
msgid ""
msgstr ""
"Language: {lang}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
JINJA = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "silent": "false"}

Message = str | tuple[str, str]


def _from_templates() -> Iterator[Message]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        with path.open("rb") as file:
            for _, message, _, _ in extract("jinja2.ext:babel_extract", file, KEYWORDS, options=JINJA):
                yield _message(message)


def _from_calls(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        for _, message, _, _ in extract("python", file, KEYWORDS):
            yield _message(message)


def _message(found: str | tuple[str, ...]) -> Message:
    return found if isinstance(found, str) else (found[0], found[1])


def _assigned(node: ast.Assign | ast.AnnAssign) -> tuple[list[str], ast.expr | None]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)], node.value


def _texts(value: ast.expr | None) -> Iterator[str]:
    """The Chinese texts of a literal; the keys of a mapping are codes, not texts."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and CHINESE.search(value.value):
        yield value.value
    elif isinstance(value, ast.Dict):
        for each in value.values:
            yield from _texts(each)
    elif isinstance(value, ast.Tuple | ast.List):
        for each in value.elts:
            yield from _texts(each)
    elif isinstance(value, ast.Call):
        for each in value.args:
            yield from _texts(each)


def _from_sentences(path: Path) -> Iterator[Message]:
    """The sentences of errors, and the values of tables named ``…LABELS``, ``…NAMES`` or as listed."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            names, value = _assigned(node)
            if any(name in TEXT_NAMES or name.endswith(TEXT_SUFFIXES) for name in names):
                yield from _texts(value)


@cache
def used_messages() -> tuple[Message, ...]:
    """Every message of templates, of ``_()`` and ``lazy()`` calls, of error sentences and label tables."""
    found: dict[Message, None] = dict.fromkeys(_from_templates())
    for package in PYTHON:
        for path in sorted((ROOT / package).rglob("*.py")):
            found.update(dict.fromkeys(_from_calls(path)))
            found.update(dict.fromkeys(_from_sentences(path)))
    found.pop("", None)
    return tuple(found)


def _read(lang: str) -> Catalog:
    path = catalogue_path(lang)
    if not path.exists():
        return Catalog(locale=lang)
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def missing_messages(lang: str) -> list[str]:
    """Messages in use that have no entry, or an empty one, in the catalogue of ``lang``."""
    catalog = _read(lang)
    missing = []
    for message in used_messages():
        key = message if isinstance(message, str) else message[0]
        entry = catalog.get(key)
        string = None if entry is None else entry.string
        if not (all(string) if isinstance(string, tuple) else string):
            missing.append(key)
    return missing


def unused_messages(lang: str) -> list[str]:
    """Entries of the catalogue that no template and no line of Python says any more.

    Any literal counts: words that are given to an error as its parameters are translated as well.
    """
    said = {message if isinstance(message, str) else message[0] for message in used_messages()}
    said.update(
        text for package in PYTHON for path in (ROOT / package).rglob("*.py") for text in _literals(path)
    )
    keys = (entry.id if isinstance(entry.id, str) else entry.id[0] for entry in _read(lang))
    return [key for key in keys if key and key not in said]


def _literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def renew(lang: str) -> list[str]:
    """Write an empty entry for each missing message into the .po and drop those that nobody says any more.

    Returns what still wants a translation.
    """
    catalog = _read(lang)
    for key in unused_messages(lang):
        catalog.delete(key)
    for message in used_messages():
        key = message if isinstance(message, str) else message[0]
        if catalog.get(key) is None:
            catalog.add(message, string=None)
    entries = BytesIO()
    write_po(entries, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    path = catalogue_path(lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(lang=lang) + entries.getvalue().decode(), encoding="utf-8")
    return missing_messages(lang)
