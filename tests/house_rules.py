"""The house rules that no linter knows, as functions from a file's text to the offences in it.

An offence is a line ``place: what is wrong``, so that a failing test reads as a list of things to mend.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent
PACKAGES = ("solver", "supervision", "api")
STEPS = (
    "people", "journal", "jobs", "register", "risk", "plan", "draw", "pairing", "schedule", "inspection",
    "publication", "verification", "transparency",
)  # fmt: skip
STEP_FILES = ("tables.py", "rules.py", "records.py", "service.py")
OTHER_NAMES_FOR_THEM = {
    "models.py", "model.py", "entities.py", "schema.py", "queries.py", "repository.py", "repositories.py",
    "dao.py", "crud.py", "services.py", "logic.py", "manager.py", "utils.py", "helpers.py",
}  # fmt: skip
LONGEST_FILE = 600
# What has to be one file, for whoever downloads and reads it: the verifiers, one with its own curves and signatures.
LONGEST_ALONE = {"solver/verify_draw.py": 1000, "solver/verify_pairing.py": 1000}

# Besides records.py: where the connection is set up, and where the migrations' search index is laid.
SPEAKS_SQL = {"supervision/database.py", "supervision/register/search.py"}
QUERIES = {"select", "insert", "update", "delete", "text"}
CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime",
}  # fmt: skip
CLOCK_EDGES = re.compile(r"supervision/clock\.py|supervision/cli(\.py|/.*)|api/app\.py")
DICE = re.compile(r"(random\.(?!Random$)\w+|secrets\.\w+|os\.urandom|uuid\.uuid[14])$")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|tmp|root)/\w[^\s`)'\"]*")
INDEX_ADDRESSES = re.compile(
    r"https?://[^\s\"')]*(?:registry\.npmjs|pythonhosted|pypi\.org/simple|/simple/)[^\s\"')]*|--(?:extra-)?index-url"
)


def files(*patterns: str) -> list[Path]:
    """The repository's files that match, in order of name."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    return sorted(path for path in found if "node_modules" not in path.parts and "vendor" not in path.parts)


def source_files() -> list[Path]:
    return files(*(f"{package}/**/*.py" for package in PACKAGES))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every call as line and dotted name, aliases resolved: ``sa.select`` is ``sqlalchemy.select``."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {name.asname: name.name for name in node.names if name.asname}
        elif isinstance(node, ast.ImportFrom):
            known |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            head, _, rest = ast.unparse(node.func).partition(".")
            yield node.lineno, known.get(head, head) + (f".{rest}" if rest else "")


def builds_queries(name: str, text: str) -> list[str]:
    """Queries outside ``records.py``. A condition of the schema (``text`` in ``tables.py``) is none."""
    path = PurePosixPath(name)
    if path.name == "records.py" or name in SPEAKS_SQL or "migrations" in path.parts:
        return []
    banned = QUERIES - {"text"} if path.name == "tables.py" else QUERIES
    return [
        f"{name}:{line}: {call}() builds a query outside records.py"
        for line, call in calls(ast.parse(text))
        if call.split(".")[0] in {"sqlalchemy", "sqlmodel"} and call.split(".")[-1] in banned
    ]


def commits(name: str, text: str) -> list[str]:
    """Commits within a step: the owner of the session commits, once per request or job."""
    if PurePosixPath(name).name not in {"service.py", "records.py", "rules.py"}:
        return []
    return [
        f"{name}:{line}: {call}() is for the owner of the session"
        for line, call in calls(ast.parse(text))
        if call.endswith(".commit")
    ]


def reads_the_clock(name: str, text: str) -> list[str]:
    """Readings of the clock away from the edges: a moment is an argument."""
    if CLOCK_EDGES.fullmatch(name):
        return []
    return [
        f"{name}:{line}: {call}() reads the clock; take the moment as an argument"
        for line, call in calls(ast.parse(text))
        if call in CLOCKS or call.removeprefix("datetime.") in CLOCKS
    ]


def throws_dice(name: str, text: str) -> list[str]:
    """Ambient randomness in the solver: what is drawn must follow from the seed alone."""
    if not name.startswith("solver/"):
        return []
    return [
        f"{name}:{line}: {call}() is randomness that no seed repeats"
        for line, call in calls(ast.parse(text))
        if DICE.match(call)
    ]


def is_too_long(name: str, text: str) -> list[str]:
    """A migration is written once, by Alembic, and may be as long as the tables are many."""
    if name.startswith("supervision/migrations/versions/"):
        return []
    lines, most = len(text.splitlines()), LONGEST_ALONE.get(name, LONGEST_FILE)
    return [f"{name}: {lines} lines, at most {most}"] if lines > most else []


def misplaces_tables(name: str, text: str) -> list[str]:
    """Table classes outside ``tables.py``."""
    if PurePosixPath(name).name == "tables.py":
        return []
    return [
        f"{name}:{node.lineno}: table {node.name} belongs in tables.py"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef) and any(word.arg == "table" for word in node.keywords)
    ]


def breaks_step_names(step: str, names: set[str]) -> list[str]:
    """A step with a service has all four files; none of them goes by another name."""
    missing = [name for name in STEP_FILES if name not in names] if "service.py" in names else []
    return [f"supervision/{step}/{name} is missing" for name in missing] + [
        f"supervision/{step}/{name}: the names are {', '.join(STEP_FILES)}"
        for name in sorted(names & OTHER_NAMES_FOR_THEM)
    ]


class _Inline(HTMLParser):
    """Collects what a strict content security policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, given = self.getpos()[0], dict(attrs)
        self.found += [
            (line, f"<{tag} {name}=…>")
            for name in given
            if name == "style" or re.match(r"on|hx-on|data-hx-on", name)
        ]
        if tag == "style":
            self.found.append((line, "<style>"))
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append((line, "<script> without src"))
        for name in ("src", "srcset"):
            if re.match(r"(https?:)?//", given.get(name) or ""):
                self.found.append((line, f"<{tag} {name}> from another host"))


def has_inline_code(name: str, text: str) -> list[str]:
    """Styles, handlers and scripts within a page, and anything fetched from another host."""
    blank = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", lambda hit: "\n" * hit[0].count("\n"), text, flags=re.S
    )
    page = _Inline()
    page.feed(blank)
    return [f"{name}:{line}: {what}" for line, what in page.found]


def names_this_machine(name: str, text: str) -> list[str]:
    """Paths of somebody's machine and addresses of somebody's package index."""
    return [
        f"{name}:{number}: {hit[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for pattern in (MACHINE_PATHS, INDEX_ADDRESSES)
        for hit in pattern.finditer(line)
    ]
