"""The full-text index of what was said.

`Line.words` contains the words of a line as `spaces.directory.search` compares them: in lower case
and without accents. PostgreSQL has an index on this column; on SQLite, triggers copy it to an FTS5
table. Both belong to the database, so whatever deletes or changes a line, in Python or in SQL,
changes the index in the same transaction (docs/decisions/0027).

Django can't describe such an index for both databases, and SQLite loses triggers when a migration
recreates a table. So the index is created after each `migrate`, unless it exists.
"""

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from captions.models import Line
from spaces.directory.search import CONFIG, wanted_by

_TABLE = """
CREATE VIRTUAL TABLE captions_line_words USING fts5(
    words, content='captions_line', content_rowid='id', prefix='2 3',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
)
"""
_DELETE = """
    INSERT INTO captions_line_words(captions_line_words, rowid, words)
    VALUES ('delete', old.id, old.words);
"""
_INSERT = "INSERT INTO captions_line_words(rowid, words) VALUES (new.id, new.words);"
_TRIGGERS = {
    "captions_line_inserted": f"AFTER INSERT ON captions_line BEGIN {_INSERT} END",
    "captions_line_deleted": f"AFTER DELETE ON captions_line BEGIN {_DELETE} END",
    "captions_line_changed": f"""
        AFTER UPDATE OF words ON captions_line BEGIN {_DELETE} {_INSERT} END
    """,
}
_ON_POSTGRESQL = f"""
CREATE INDEX IF NOT EXISTS captions_line_words ON captions_line
USING gin (to_tsvector('{CONFIG}'::regconfig, COALESCE(words, '')))
"""


def matching(lines: QuerySet[Line], text: str) -> QuerySet[Line]:
    """Return the lines that contain all words of `text`, or words that begin with them. If `text`
    contains no word, no line matches."""
    words = wanted_by(text)
    if not words:
        return lines.none()
    if connection.vendor == "postgresql":
        query = " & ".join(f"{word}:*" for word in words)
        wanted = SearchQuery(query, config=CONFIG, search_type="raw")
        vector = SearchVector("words", config=CONFIG)
        return lines.alias(document=vector).filter(document=wanted)
    query = " ".join(f'"{word}"*' for word in words)
    found = "SELECT rowid FROM captions_line_words WHERE captions_line_words MATCH %s"
    return lines.filter(pk__in=RawSQL(found, [query]))  # noqa: S611  (a constant and a parameter)


def create(using: str, **kwargs: Any) -> None:
    """Create the missing parts of the index. This is a receiver of `post_migrate`."""
    database = connections[using]
    with transaction.atomic(using=using), database.cursor() as cursor:
        if not _has_words(database, cursor):
            return  # migrated back to a version without the index
        if database.vendor == "postgresql":
            cursor.execute(_ON_POSTGRESQL)
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'captions_line_%'")
        present = {name for (name,) in cursor.fetchall()}
        if "captions_line_words" not in present:
            cursor.execute(_TABLE)
        missing = _TRIGGERS.keys() - present
        for name in missing:
            cursor.execute(f"CREATE TRIGGER {name} {_TRIGGERS[name]}")
        if missing:
            cursor.execute(
                "INSERT INTO captions_line_words(captions_line_words) VALUES ('rebuild')"
            )


def _has_words(database: Any, cursor: Any) -> bool:
    table, introspection = Line._meta.db_table, database.introspection
    if table not in introspection.table_names(cursor):
        return False
    return "words" in {each.name for each in introspection.get_table_description(cursor, table)}


def purge() -> None:
    """Remove deleted words from the files of SQLite, too. They can't be found any more, but FTS5
    keeps them until it merges its segments."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO captions_line_words(captions_line_words) VALUES ('optimize')"
            )
