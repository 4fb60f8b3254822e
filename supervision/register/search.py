"""Searching names: pairs of characters, in each database's own full-text index.

SQLite's trigram index finds nothing for queries of two characters, and PostgreSQL comes without an index for
parts of words, so names are cut into overlapping pairs: 贵溪酒店 → ``贵溪 溪酒 酒店 店``. The last
character stands alone at the end, so that every character begins a piece and a query of one character is a
query for the beginning of a piece. Only letters and digits count; width and case are levelled (NFKC).

``create`` and ``drop`` lay the index; the migrations call them. On SQLite triggers keep it right whatever
writes to the table; a migration that rebuilds the table ``entity`` (batch mode) loses them, so it calls both.
"""

import unicodedata
from operator import add

from sqlalchemy import Connection

_SQLITE = (
    # the ascii tokenizer takes every character beyond ASCII as part of a word, also rare ones
    "CREATE VIRTUAL TABLE entity_fts USING fts5(name_grams, content='entity', content_rowid='id',"
    " detail='none', columnsize=0, tokenize='ascii')",
    "CREATE TRIGGER entity_fts_added AFTER INSERT ON entity BEGIN"
    " INSERT INTO entity_fts(rowid, name_grams) VALUES (new.id, new.name_grams); END",
    "CREATE TRIGGER entity_fts_removed AFTER DELETE ON entity BEGIN"
    " INSERT INTO entity_fts(entity_fts, rowid, name_grams) VALUES ('delete', old.id, old.name_grams); END",
    "CREATE TRIGGER entity_fts_renamed AFTER UPDATE OF name_grams ON entity"
    " WHEN old.name_grams IS NOT new.name_grams BEGIN"
    " INSERT INTO entity_fts(entity_fts, rowid, name_grams) VALUES ('delete', old.id, old.name_grams);"
    " INSERT INTO entity_fts(rowid, name_grams) VALUES (new.id, new.name_grams); END",
)
_SQLITE_DROP = (
    "DROP TRIGGER IF EXISTS entity_fts_added",
    "DROP TRIGGER IF EXISTS entity_fts_removed",
    "DROP TRIGGER IF EXISTS entity_fts_renamed",
    "DROP TABLE IF EXISTS entity_fts",
)
PIECES = "array_to_tsvector(string_to_array(name_grams, ' '))"
"""On PostgreSQL: the pieces as they are. Its text parser would take some for numbers or addresses."""
_POSTGRESQL = (f"CREATE INDEX ix_entity_name_grams_fts ON entity USING gin ({PIECES})",)
_POSTGRESQL_DROP = ("DROP INDEX IF EXISTS ix_entity_name_grams_fts",)


def create(connection: Connection) -> None:
    """Lay the index over the table ``entity``, names already in it included."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        connection.exec_driver_sql(statement)
    if sqlite:
        connection.exec_driver_sql("INSERT INTO entity_fts(entity_fts) VALUES ('rebuild')")


def drop(connection: Connection) -> None:
    for statement in _SQLITE_DROP if connection.dialect.name == "sqlite" else _POSTGRESQL_DROP:
        connection.exec_driver_sql(statement)


def levelled(name: str) -> str:
    """A name's letters and digits, in one width and case."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return letters if letters.isalnum() else "".join(filter(str.isalnum, letters))


def grams(name: str) -> str:
    """The pieces of a name, in its order: every pair, then the last character alone."""
    return _pieces(levelled(name))


def _pieces(letters: str) -> str:
    return " ".join([*map(add, letters, letters[1:]), letters[-1:]])


def sought(words: str) -> str:
    """The run of pieces that a name containing ``words`` has; empty where there is no letter to look for."""
    letters = levelled(words)
    return _pieces(letters)[:-2] if len(letters) > 1 else letters


def sqlite_match(run: str) -> str:
    """An FTS5 query for all pieces of a run; the last may be a beginning only."""
    return " AND ".join(f'"{piece}"*' if len(piece) == 1 else f'"{piece}"' for piece in run.split(" "))


def postgresql_match(run: str) -> str:
    """A ``tsquery`` for all pieces of a run; the last may be a beginning only."""
    return " & ".join(f"'{piece}':*" if len(piece) == 1 else f"'{piece}'" for piece in run.split(" "))
