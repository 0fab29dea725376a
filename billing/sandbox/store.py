"""The sandbox's memory: JSON objects in one SQLite file, or in memory for tests."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Object = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, position);
CREATE INDEX IF NOT EXISTS objects_by_payment
    ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_by_due ON objects (kind, json_extract(body, '$._due'));
CREATE INDEX IF NOT EXISTS objects_by_event ON objects (kind, json_extract(body, '$.event'));
"""


class Store:
    """Objects by id, in the order in which they were created.

    Only one thread at a time may use it. `get` and `find` return copies; `put` stores a changed
    copy.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._database = sqlite3.connect(
            path or ":memory:", check_same_thread=False, isolation_level=None
        )
        if path:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(SCHEMA)

    @classmethod
    def in_home(cls, home: Path) -> "Store":
        """Open the file in the site's home (SPACES_HOME), or create it."""
        folder = home / "sandbox"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(folder / "stripe.sqlite3")

    def close(self) -> None:
        self._database.close()

    @property
    def in_transaction(self) -> bool:
        return self._database.in_transaction

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes of a block, or none if it raises an exception."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Inside a transaction: keep all changes of a block, or none if it raises an exception."""
        self._database.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK TO part")
            self._database.execute("RELEASE part")
            raise
        self._database.execute("RELEASE part")

    def get(self, kind: str, id: str) -> Object | None:
        row = self._database.execute(
            "SELECT body FROM objects WHERE id = ? AND kind = ?", (id, kind)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, value: Mapping[str, Any]) -> None:
        """Add an object, or replace the object with the same id."""
        self._database.execute(
            "INSERT INTO objects (kind, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (kind, value["id"], json.dumps(value)),
        )

    def delete(self, kind: str, id: str) -> None:
        self._database.execute("DELETE FROM objects WHERE id = ? AND kind = ?", (id, kind))

    def find(
        self,
        kind: str,
        equal: Mapping[str, Any] | None = None,
        *,
        ranges: Mapping[str, Mapping[str, int]] | None = None,
        newest_first: bool = False,
        after: str = "",
        before: str = "",
        limit: int = -1,
    ) -> list[Object]:
        """Return the objects whose fields have these values, or lie in these ranges (gt, lte, …).

        `after` and `before` are ids, in the order of the result.
        """
        terms, values = ["kind = ?"], [kind]
        for name, value in (equal or {}).items():
            terms.append(f"json_extract(body, '$.{name}') IS ?")
            values.append(value)
        for name, bounds in (ranges or {}).items():
            for bound, value in bounds.items():
                terms.append(f"json_extract(body, '$.{name}') {OPERATORS[bound]} ?")
                values.append(value)  # type: ignore[arg-type]
        for id, follows in ((after, True), (before, False)):
            if id:
                operator = "<" if follows == newest_first else ">"
                terms.append(
                    f"position {operator} (SELECT position FROM objects WHERE id = ?)"  # noqa: S608
                )
                values.append(id)
        # With `before`, the nearest objects are wanted, so they are read in reverse order.
        descending = newest_first != bool(before)
        rows = self._database.execute(
            f"SELECT body FROM objects WHERE {' AND '.join(terms)}"  # noqa: S608 - our own names
            f" ORDER BY position {'DESC' if descending else 'ASC'} LIMIT ?",
            (*values, limit),
        ).fetchall()
        if before:
            rows.reverse()
        return [json.loads(row[0]) for row in rows]


OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
