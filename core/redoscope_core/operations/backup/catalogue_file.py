"""The file of the catalogue: its shape, made, opened, and carried over from an earlier shape."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["made", "opened"]

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


def _shape(schema: str) -> list[tuple[Any, ...]]:
    with closing(_connected("")) as connection:
        connection.executescript(schema)
        return _shape_of(connection)


def _shape_of(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()


def _connected(where: str) -> sqlite3.Connection:
    connection = sqlite3.connect(where)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection
