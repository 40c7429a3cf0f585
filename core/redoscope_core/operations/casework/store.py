"""The database of a case: opened, judged, locked and brought up to date; `rows` says what is in it.

It comes from anywhere. It is used only if it is a regular file whose tables are exactly those of a
version that is known: no trigger, no view. A journal that is rolled back keeps it whole when a
program is killed. Nothing here opens the file but SQLite: to close it again would give up the
locks that SQLite has on it in other threads.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from redoscope_core.errors import (
    DiskFull,
    FileMissing,
    FileRefused,
    FileUnreadable,
    InUse,
    MalformedDocument,
    ReadOnly,
    VmdkError,
)
from redoscope_core.files.file import os_error
from redoscope_core.files.turns import holder_of

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

__all__ = ["NOTES", "WAIT", "Store", "make_store", "reading", "writing"]

NOTES = "notes.sqlite"
WAIT = 5.0
"""Seconds for which another program is waited for."""
_APPLICATION = 0x52447363
"""Which program a database is of, in its header: RDsc."""
_LONGEST = 2**22
"""Bytes of a value that is believed."""
_BESIDE = ("-journal", "-wal", "-shm")
_OWNER = 0o600
_ERRORS = (sqlite3.Error, OverflowError, UnicodeError)
"""What goes wrong in a database; the message of a damaged one need be no text."""
_DAMAGED = MalformedDocument
_MEANINGS = (
    ({sqlite3.SQLITE_READONLY}, ReadOnly, "the notes of the case can't be written"),
    (
        {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_CANTOPEN},
        FileUnreadable,
        "the notes of the case can't be used",
    ),
    ({sqlite3.SQLITE_NOTADB}, _DAMAGED, "the notes of the case are no database"),
)
"""What errors of SQLite mean."""
_CURE = "put back a copy of it, or import an export of the case into a new one"

SCHEMA = (
    """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE disks (number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL, added TEXT NOT NULL);
CREATE TABLE links (disk INTEGER NOT NULL, generation INTEGER NOT NULL, cid INTEGER NOT NULL,
    uuid TEXT NOT NULL, capacity INTEGER NOT NULL, descriptor TEXT NOT NULL,
    PRIMARY KEY (disk, generation)) WITHOUT ROWID;
CREATE TABLE files (disk INTEGER NOT NULL, place INTEGER NOT NULL, generation INTEGER NOT NULL,
    path TEXT NOT NULL, bytes INTEGER NOT NULL, modified INTEGER NOT NULL,
    changed INTEGER NOT NULL, md5 TEXT, sha1 TEXT, sha256 TEXT, taken TEXT,
    PRIMARY KEY (disk, place)) WITHOUT ROWID;
CREATE TABLE entries (number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, colour TEXT, disk INTEGER,
    generation INTEGER, start INTEGER, count INTEGER, file TEXT, search TEXT,
    made TEXT NOT NULL, changed TEXT NOT NULL);
CREATE TABLE tags (entry INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (entry, tag))
    WITHOUT ROWID;
CREATE TABLE events (number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL,
    act TEXT NOT NULL, args TEXT NOT NULL, result TEXT NOT NULL);
""",
)
"""What each version adds to the one before: an older database is brought up to date by the rest."""


class Store:
    """The database, open; of one thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Use *connection*, which is open to *path*."""
        self._connection = connection
        self.path = path

    def ask(self, question: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows that answer *question*.

        Raises:
            VmdkError: The database is damaged, in use, or can't be read or written.
        """
        try:
            return self._connection.execute(question, tuple(values)).fetchall()
        except _ERRORS as error:
            raise _failed(error, self.path) from None

    def tell(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run *statement*; return the number of the row that it made. Raises as `ask` does."""
        try:
            return self._connection.execute(statement, tuple(values)).lastrowid or 0
        except _ERRORS as error:
            raise _failed(error, self.path) from None

    def tell_many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Run *statement* for each of *rows*. Raises as `ask` does."""
        try:
            self._connection.executemany(statement, rows)
        except _ERRORS as error:
            raise _failed(error, self.path) from None

    @contextlib.contextmanager
    def all_or_nothing(self, *, writes: bool) -> Generator[None]:
        """Let all that is done inside be done, or nothing of it; others see it only then."""
        self.tell("BEGIN IMMEDIATE" if writes else "BEGIN")
        try:
            yield
        except BaseException:
            with contextlib.suppress(VmdkError):
                self.tell("ROLLBACK")
            raise
        self.tell("COMMIT")


def make_store(path: Path) -> None:
    """Make the empty database *path*.

    Raises:
        VmdkError: It can't be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, _OWNER))
        with closing(_connected(path)) as connection:
            _bring_up(connection, 0)
    except OSError as error:
        raise os_error(error, path, "making it") from None
    except sqlite3.Error as error:
        raise _failed(error, path) from None


@contextlib.contextmanager
def reading(path: Path) -> Generator[Store]:
    """Open the database *path* to read what is in it now.

    Raises:
        VmdkError: It is not there, no database of a case, damaged, or in use.
    """
    with _opened(path) as store, store.all_or_nothing(writes=False):
        yield store


@contextlib.contextmanager
def writing(path: Path) -> Generator[Store]:
    """Open the database *path* to change it; raises as `reading` does."""
    with _opened(path) as store:
        # A program that left it in another way of keeping its journal is none of ours.
        if store.ask("PRAGMA journal_mode = DELETE") != [("delete",)]:
            raise FileUnreadable("its journal can't be kept as it must be", path=path)
        store.tell("PRAGMA synchronous = EXTRA")
        yield store


@contextlib.contextmanager
def _opened(path: Path) -> Generator[Store]:
    _refuse_other_things(path)
    try:
        connection = _connected(path)
    except _ERRORS as error:
        raise _failed(error, path) from None
    with closing(connection):
        try:
            version = _version(connection, path)
            if version < len(SCHEMA):
                _bring_up(connection, version)
        except _ERRORS as error:
            raise _failed(error, path) from None
        yield Store(connection, path)


def _refuse_other_things(path: Path) -> None:
    """Refuse what is no regular file, also what SQLite would open beside it."""
    for name in (path.name, *(path.name + ending for ending in _BESIDE)):
        file = path.with_name(name)
        try:
            status = file.lstat()
        except (OSError, ValueError) as error:
            if name != path.name and isinstance(error, FileNotFoundError):
                continue
            problem = error if isinstance(error, OSError) else OSError(None, str(error))
            raise os_error(problem, file, "opening the notes of the case") from None
        if not stat.S_ISREG(status.st_mode):
            raise FileRefused(
                "not the notes of a case", path=file, expected="a regular file", cure=_CURE
            )
        if name == path.name and not status.st_size:
            raise MalformedDocument(
                "the notes of the case are an empty file", path=file, cure=_CURE
            )


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path.absolute()))}?mode=rw",
        uri=True,
        timeout=WAIT,
        isolation_level=None,
    )
    try:
        connection.text_factory = _text
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _text(raw: bytes) -> str:
    """Return a text of a database, whatever bytes it has."""
    return raw.decode("utf-8", "surrogateescape")


def _bring_up(connection: sqlite3.Connection, version: int) -> None:
    """Make *version* the present one, all at once; 0 is a database without tables."""
    connection.execute("BEGIN IMMEDIATE")
    # Another program may have done it meanwhile.
    if connection.execute("PRAGMA user_version").fetchone() == (version,):
        for script in SCHEMA[version:]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(SCHEMA)}")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Return of which version the database *path* is, if it is one of a case."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application == _APPLICATION and version > len(SCHEMA):
        raise MalformedDocument(
            "the notes of the case are of a later version",
            path=path,
            found=f"version {version}",
            expected=f"at most {len(SCHEMA)}",
            cure="use the program that made them, or a later one",
        )
    if application == _APPLICATION and version > 0 and _shape(connection) == _known(version):
        return int(version)
    raise MalformedDocument(
        "a database that is not of a case",
        path=path,
        found=f"application {application:#x}, version {version}, or other tables than that has",
        cure=_CURE,
    )


def _shape(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    # One more than any version has: what is not of a case may have a million.
    question = "SELECT type, name, sql FROM sqlite_master ORDER BY name LIMIT 100"
    return connection.execute(question).fetchall()


@cache
def _known(version: int) -> list[tuple[Any, ...]]:
    """Return the shape of *version*."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("".join(SCHEMA[:version]))
        return _shape(connection)


def _failed(error: Exception, path: Path) -> VmdkError:
    """Return what *error* of SQLite means to a user."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    said = str(error)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return InUse(
            "another program has the notes of the case locked",
            path=path,
            found=holder_of(path),
            cure="close it there, and try again",
        )
    if code == sqlite3.SQLITE_FULL:
        return DiskFull("no room to write", path=path, cure="free some space and try again")
    if code == sqlite3.SQLITE_CANTOPEN and not os.path.lexists(path):
        return FileMissing("the notes of the case are not there", path=path, cure=_CURE)
    for codes, kind, what in _MEANINGS:
        if code in codes:
            return kind(what, path=path, found=said, cure=_CURE if kind is _DAMAGED else None)
    return _DAMAGED("the notes of the case are damaged", path=path, found=said, cure=_CURE)
