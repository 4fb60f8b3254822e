"""行业门类与监管标签的关键词表: what an entity does, told from its name and scope in plain sight.

The whole judgement is ``tags.csv``: an office may edit it, and :meth:`KeywordTable.explain` shows for one
entity which words spoke for what.  Columns:

``kind``     section (行业门类) | tag (监管标签) | ignore (不作依据) | exclusion (除外说明)
``code``     section letter of GB/T 4754—2017, or the tag's code (lower-case ASCII)
``name``     Chinese name of the section or tag
``where``    empty: read in both; ``name``: only in the name; ``scope``: only in the business scope
``keyword``  the words looked for
``weight``   points, a whole number; 0 for ignore and exclusion
``note``     for the reader

Rules: at each place the longest keyword wins and hides shorter ones inside it; each keyword counts once per
text; words in the name count three times; the first section keyword of the scope counts twice, because a
scope opens with the main activity (主营在前); the section with most points wins, the one met first on a
tie; a tag is given from two points.  A parenthesis that opens or ends with an exclusion word (不含…, …除外)
is not read at all.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from supervision.errors import SupervisionError

COLUMNS = ("kind", "code", "name", "where", "keyword", "weight", "note")
KINDS = ("section", "tag", "ignore", "exclusion")
PLACES = ("", "name", "scope")
NAME_FACTOR = 3
LEADING_FACTOR = 2
TAG_THRESHOLD = 2
_GROUP = 48
"""First letters of words that a pattern tries, or passes over, together."""


class KeywordTableInvalid(SupervisionError):
    """The table cannot be used; ``line`` counts from 1, the header being line 1."""

    code = "keyword_table_invalid"
    status = 422
    sentence = "关键词表第 {line} 行有误：{problem}"


@dataclass(frozen=True, slots=True)
class Keyword:
    """关键词: one line of the table."""

    kind: str
    code: str
    name: str
    where: str
    keyword: str
    weight: int
    note: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """依据: ``keyword``, found in the ``name`` or ``scope``, gave ``points`` to a section or tag."""

    kind: str
    code: str
    where: str
    keyword: str
    points: int


@dataclass(frozen=True, slots=True)
class Classification:
    """推断结果: section letter or None, and tag codes in alphabetical order."""

    section: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Effects:
    """What one keyword gives: points by section and by tag."""

    sections: tuple[tuple[str, int], ...]
    tags: tuple[tuple[str, int], ...]


class KeywordTable:
    """关键词表, compiled once; safe to share."""

    def __init__(self, keywords: Sequence[Keyword]) -> None:
        self.keywords = tuple(keywords)
        self.sections = {k.code: k.name for k in keywords if k.kind == "section"}
        self.tags = {k.code: k.name for k in keywords if k.kind == "tag"}
        exclusions = [k.keyword for k in keywords if k.kind == "exclusion"]
        self._name_effects = _effects(k for k in keywords if k.where in ("", "name"))
        self._scope_effects = _effects(k for k in keywords if k.where in ("", "scope"))
        self._find_in_name = _pattern(self._name_effects).findall
        self._find_in_scope = _pattern(self._scope_effects, exclusions).findall

    @classmethod
    def from_csv(cls, text: str) -> "KeywordTable":
        """Read the table; KeywordTableInvalid names the first wrong line."""
        reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
        header = tuple(next(reader, ()))
        if header != COLUMNS:
            raise KeywordTableInvalid(line=1, problem=f"表头应为 {','.join(COLUMNS)}。")
        keywords: list[Keyword] = []
        seen: dict[tuple[str, str, str, str], int] = {}
        names: dict[tuple[str, str], str] = {}
        for cells in reader:
            if not any(cells):
                continue
            keyword = _keyword(cells, reader.line_num)
            key = (keyword.kind, keyword.code, keyword.where, keyword.keyword)
            if key in seen:
                problem = f"关键词“{keyword.keyword}”与第 {seen[key]} 行重复。"
                raise KeywordTableInvalid(line=reader.line_num, problem=problem)
            if names.setdefault(key[:2], keyword.name) != keyword.name:
                problem = f"代码 {keyword.code} 前后名称不一致。"
                raise KeywordTableInvalid(line=reader.line_num, problem=problem)
            seen[key] = reader.line_num
            keywords.append(keyword)
        if not any(k.kind == "section" for k in keywords):
            raise KeywordTableInvalid(line=1, problem="没有任何行业门类关键词。")
        return cls(keywords)

    def classify(self, name: str, scope: str | None) -> Classification:
        """Section and tags of the entity called ``name`` with business scope ``scope``."""
        sections: dict[str, int] = {}
        tags: dict[str, int] = {}
        in_name = dict.fromkeys(self._find_in_name(name))
        for word in in_name:
            effects = self._name_effects[word]
            for code, weight in effects.sections:
                sections[code] = sections.get(code, 0) + weight * NAME_FACTOR
            for code, weight in effects.tags:
                tags[code] = tags.get(code, 0) + weight * NAME_FACTOR
        in_scope = dict.fromkeys(self._find_in_scope(scope)) if scope else {}
        leading = LEADING_FACTOR
        for word in in_scope:
            found = self._scope_effects.get(word)
            if found is None:  # an exclusion in parentheses
                continue
            if found.sections:
                for code, weight in found.sections:
                    sections[code] = sections.get(code, 0) + weight * leading
                leading = 1
            for code, weight in found.tags:
                tags[code] = tags.get(code, 0) + weight
        section = max(sections, key=sections.__getitem__, default=None)
        given = sorted([code for code, points in tags.items() if points >= TAG_THRESHOLD])
        return Classification(section, tuple(given))

    def explain(self, name: str, scope: str | None) -> tuple[Evidence, ...]:
        """Every word found and the points it gave, in order of reading: the working shown to the clerk."""
        found: list[Evidence] = []
        for word in dict.fromkeys(self._find_in_name(name)):
            found.extend(_evidence(self._name_effects[word], "name", word, NAME_FACTOR, NAME_FACTOR))
        leading = LEADING_FACTOR
        for word in dict.fromkeys(self._find_in_scope(scope or "")):
            if effects := self._scope_effects.get(word):
                found.extend(_evidence(effects, "scope", word, leading, 1))
                leading = 1 if effects.sections else leading
        return tuple(found)


@cache
def keyword_table() -> KeywordTable:
    """The table that comes with the product."""
    return KeywordTable.from_csv(files(__package__).joinpath("tags.csv").read_text("utf-8"))


def _keyword(cells: list[str], line: int) -> Keyword:
    def wrong(problem: str) -> KeywordTableInvalid:
        return KeywordTableInvalid(line=line, problem=problem)

    if len(cells) != len(COLUMNS):
        raise wrong(f"应有 {len(COLUMNS)} 列，实有 {len(cells)} 列。")
    kind, code, name, where, keyword, weight, note = (cell.strip() for cell in cells)
    if kind not in KINDS:
        raise wrong(f"kind 应为 {'、'.join(KINDS)} 之一，实为“{kind}”。")
    if where not in PLACES:
        raise wrong(f"where 应为空、name 或 scope，实为“{where}”。")
    if not keyword or not code or not name:
        raise wrong("code、name、keyword 均不能为空。")
    if kind == "section" and not re.fullmatch("[A-T]", code):
        raise wrong(f"行业门类代码应为 A 至 T 的一个字母，实为“{code}”。")
    if kind == "tag" and not re.fullmatch("[a-z][a-z0-9_]{0,39}", code):
        raise wrong(f"标签代码应为小写字母、数字和下划线，实为“{code}”。")
    if not re.fullmatch(r"-?\d{1,3}", weight):
        raise wrong(f"weight 应为整数，实为“{weight}”。")
    if kind == "exclusion" and (keyword.count("…") != 1 or "…" not in (keyword[0], keyword[-1])):
        raise wrong("除外说明应以“…”开头或结尾，如“不含…”“…除外”。")
    return Keyword(kind, code, name, where, keyword, int(weight), note)


def _effects(keywords: Iterable[Keyword]) -> dict[str, _Effects]:
    sections: dict[str, list[tuple[str, int]]] = {}
    tags: dict[str, list[tuple[str, int]]] = {}
    words: dict[str, None] = {}
    for keyword in keywords:
        if keyword.kind == "exclusion":
            continue
        words[keyword.keyword] = None
        if keyword.kind == "section":
            sections.setdefault(keyword.keyword, []).append((keyword.code, keyword.weight))
        elif keyword.kind == "tag":
            tags.setdefault(keyword.keyword, []).append((keyword.code, keyword.weight))
    return {word: _Effects(tuple(sections.get(word, ())), tuple(tags.get(word, ()))) for word in words}


def _evidence(effects: _Effects, where: str, word: str, section: int, tag: int) -> Iterable[Evidence]:
    for code, weight in effects.sections:
        yield Evidence("section", code, where, word, weight * section)
    for code, weight in effects.tags:
        yield Evidence("tag", code, where, word, weight * tag)


class _Node(dict[str, "_Node"]):
    """A tree of shared beginnings; the empty string marks the end of a word."""

    def size(self) -> int:
        return 1 + sum(node.size() for node in self.values())


def _pattern(words: Iterable[str], exclusions: Iterable[str] = ()) -> re.Pattern[str]:
    """One pattern for all words: each place of the text is tried once, the longest word first.

    A place where no word can begin is skipped at full speed; elsewhere the engine tries branch after branch,
    so they stand in groups it can pass over: a hundred thousand long scopes are a matter of seconds.
    """
    root = _Node()
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, _Node())
        node[""] = _Node()
    within = _exclusion(list(exclusions))
    brackets = "（(" if within else ""
    branches = [f"[{brackets}]{within}"] if within else []
    letters = _busiest_first(root)
    for start in range(0, len(letters), _GROUP):
        group = letters[start : start + _GROUP]
        branches.append(f"{_ahead(group)}(?:{'|'.join(_branches(root, group))})")
    return re.compile(f"{_ahead([*brackets, *letters])}(?:{'|'.join(branches)})" if branches else "(?!)")


def _ahead(letters: Sequence[str]) -> str:
    return f"(?=[{''.join(map(re.escape, letters))}])"


def _busiest_first(node: _Node) -> list[str]:
    """The letters that go on from here, those with most words behind them first."""
    return sorted(filter(None, node), key=lambda letter: -node[letter].size())


def _branches(node: _Node, letters: Sequence[str]) -> list[str]:
    return [re.escape(letter) + _rest(node[letter]) for letter in letters]


def _rest(node: _Node) -> str:
    branches = _branches(node, _busiest_first(node))
    if not branches:
        return ""
    one = len(branches) == 1 and "" not in node
    pattern = branches[0] if one else f"(?:{'|'.join(branches)})"
    return f"{pattern}?" if "" in node else pattern


def _exclusion(words: list[str]) -> str:
    """What follows the bracket of a parenthesis that opens with 不含… or ends with …除外."""
    openings = "|".join(re.escape(word[:-1]) for word in words if word.endswith("…"))
    endings = "|".join(re.escape(word[1:]) for word in words if word.startswith("…"))
    parts = [rf"(?:{openings})[^（()）]*"] if openings else []
    parts += [rf"[^（()）]*(?:{endings})"] if endings else []
    return rf"(?:{'|'.join(parts)})[）)]" if parts else ""
