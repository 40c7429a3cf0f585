"""The file of the catalogue: its shape, made, opened, and carried over from an earlier shape."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["made", "opened", "take_removals"]

_VERSION = 2
_FIRST = """
CREATE TABLE points (name TEXT PRIMARY KEY, length INTEGER NOT NULL, changed INTEGER NOT NULL,
    sha256 TEXT NOT NULL, head TEXT NOT NULL, tail TEXT NOT NULL);
CREATE TABLE leaves (sha256 TEXT NOT NULL, span INTEGER NOT NULL, node BLOB NOT NULL,
    leaves BLOB NOT NULL, PRIMARY KEY (sha256, span)) WITHOUT ROWID;
CREATE TABLE removing (place INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL,
    cid INTEGER NOT NULL);
"""
"""The shape of version 1."""
_SECOND = f"""
CREATE TABLE dropped (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL,
    change_id TEXT NOT NULL);
PRAGMA user_version = {_VERSION};
"""
"""What version 2 has more."""
_LONGEST = 2**24
"""Bytes of a value that is believed: what a manifest says of itself, or the leaves of a span."""


def made(where: str) -> sqlite3.Connection:
    """Make an empty catalogue in the new file *where*, or, without a name, for this call alone."""
    connection = _connected(where)
    connection.executescript(_FIRST + _SECOND)
    return connection


def opened(path: Path) -> sqlite3.Connection | None:
    """Return the catalogue *path*, open; None if it is none of ours, or damaged.

    One of version 1 gets what it lacks: it may say what is still to be removed.

    Raises:
        sqlite3.OperationalError: It may be sound, and can't be used.
    """
    connection = _connected(str(path))
    try:
        shape = _shape_of(connection)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict == "ok" and (version, shape) == (_VERSION, _shape(_FIRST + _SECOND)):
            return connection
        if verdict == "ok" and (version, shape) == (1, _shape(_FIRST)):
            connection.executescript(f"BEGIN;{_SECOND}COMMIT;")
            return connection
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError:
        pass
    connection.close()
    return None


def take_removals(path: Path, into: sqlite3.Connection) -> None:
    """Put what the catalogue *path* says of removals *into* another; nothing if it is none of ours.

    It is opened to be read. A program that was killed while it wrote may have left a journal: only
    then it is opened to be written, for SQLite has to take back what was half written.
    """
    for mode in ("ro", "rw"):
        try:
            with closing(_connected(f"{path.absolute().as_uri()}?mode={mode}", uri=True)) as there:
                shape = _shape_of(there)
                tables = {
                    "removing": shape in (_shape(_FIRST), _shape(_FIRST + _SECOND)),
                    "dropped": shape == _shape(_FIRST + _SECOND),
                }
                for table in (name for name, is_there in tables.items() if is_there):
                    for row in there.execute(f"SELECT * FROM {table}"):  # noqa: S608 - from above
                        marks = ", ".join("?" * len(row))
                        into.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)  # noqa: S608
            into.commit()
            return  # noqa: TRY300
        except sqlite3.OperationalError:
            into.rollback()
        except sqlite3.DatabaseError:
            into.rollback()
            return


def _shape(schema: str) -> list[tuple[Any, ...]]:
    with closing(_connected("")) as connection:
        connection.executescript(schema)
        return _shape_of(connection)


def _shape_of(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()


def _connected(where: str, *, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(where, uri=uri)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection
