"""The database of a case comes from anywhere: what is none, damaged or in use is told in a line."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Case, CaseEntry, CaseEntryKind, InUse, MalformedDocument, VmdkError
from redoscope_core.operations.casework import recording, store
from tests.core.operations.casework.conftest import bookmark
from tests.core.operations.casework.test_case import PLACE

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

NOTE = CaseEntry(CaseEntryKind.NOTE, text="noted")


@contextmanager
def other_program(case: Case) -> Generator[sqlite3.Connection]:
    """Open the database as another program does."""
    path = case.folder / store.NOTES
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def refused(case: Case, match: str) -> None:
    """Let the case neither be read nor be changed, in one line that names the file."""
    for act in (case.entries, case.disks, lambda: case.keep([NOTE]), case.document):
        with pytest.raises(VmdkError, match=match) as error:
            act()
        assert "notes.sqlite" in str(error.value)
        assert str(error.value).isprintable()


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "an empty file"),
        (b"hello", "no database"),
        (b"SQLite format 3\0" + bytes(5000), "no database|damaged|not of a case"),
        (os.urandom(8192), "no database"),
    ],
)
def test_what_is_no_database_is_told(case: Case, content: bytes, match: str) -> None:
    (case.folder / store.NOTES).write_bytes(content)
    refused(case, match)
    assert (case.folder / store.NOTES).read_bytes() == content


def test_one_that_is_not_there_or_no_regular_file_is_told(case: Case, tmp_path: Path) -> None:
    path = case.folder / store.NOTES
    kept = path.rename(tmp_path / "kept.sqlite")
    refused(case, "not there")
    path.symlink_to(kept)
    refused(case, "not the notes of a case")
    path.unlink()
    os.mkfifo(path)
    refused(case, "not the notes of a case")
    path.unlink()
    path.mkdir()
    refused(case, "not the notes of a case")
    path.rmdir()
    shutil.copyfile(kept, path)
    os.mkfifo(f"{path}-journal")
    refused(case, "not the notes of a case")


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("PRAGMA user_version = 99", "of a later version, found version 99"),
        ("PRAGMA user_version = 0", "not of a case"),
        ("PRAGMA application_id = 7", "not of a case"),
        ("CREATE TABLE more (x)", "not of a case"),
        ("CREATE VIEW seen AS SELECT 1", "not of a case"),
        ("CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM tags; END", "not of a case"),
        ("DROP TABLE tags", "not of a case"),
        ("ALTER TABLE tags RENAME COLUMN tag TO other", "not of a case"),
    ],
)
def test_one_of_another_shape_or_version_is_told(case: Case, statement: str, match: str) -> None:
    with other_program(case) as connection:
        connection.execute(statement)
    refused(case, match)


@pytest.mark.parametrize(
    "change",
    [
        "name = x'ff'",
        "kind = 'letter'",
        "colour = 'puce'",
        "colour = NULL",
        "disk = 'one'",
        "start = -1",
        "count = 1.5",
        "search = '[['",
        "search = '{}'",
        "text = zeroblob(100000)",
        "disk = NULL",
    ],
)
def test_a_value_that_can_not_be_is_told(case: Case, change: str) -> None:
    case.keep([bookmark(PLACE)])
    with other_program(case) as connection:
        connection.execute(f"UPDATE entries SET {change}")  # noqa: S608 - the damage of a test
    with pytest.raises(MalformedDocument, match="can't be") as error:
        case.entries()
    assert "notes.sqlite" in str(error.value)


def test_a_value_that_is_too_long_is_not_loaded(case: Case) -> None:
    case.keep([NOTE])
    with other_program(case) as connection:
        connection.execute("UPDATE entries SET text = zeroblob(50000000)")
    with pytest.raises(MalformedDocument, match="damaged"):
        case.entries()


def test_any_bytes_that_are_damaged_are_an_error_or_harm_nothing(case: Case) -> None:
    case.keep([bookmark(PLACE, f"number {at}") for at in range(200)])
    path = case.folder / store.NOTES
    whole, drawn = path.read_bytes(), random.Random(7)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(drawn.choice([1, 8, 64])):
            damaged[drawn.randrange(len(damaged))] = drawn.randrange(256)
        path.write_bytes(damaged[: drawn.choice([len(whole)] * 4 + [drawn.randrange(len(whole))])])
        for act in (case.document, lambda: case.keep([NOTE])):
            try:
                act()
            except VmdkError as error:
                assert str(error).isprintable()  # noqa: PT017 - it need not be one


def test_a_case_that_another_program_holds_is_waited_for_and_who_it_is_is_told(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "WAIT", 0.05)
    monkeypatch.setattr(recording, "WAIT", 0.05)
    with other_program(case) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InUse, match=rf"notes\.sqlite.* locked, found process {os.getpid()}"):
            case.entries()
        with pytest.raises(InUse, match="locked"):
            case.keep([NOTE])
        connection.execute("ROLLBACK")
    held = os.open(case.folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        for act in (case.entries, lambda: case.keep([NOTE])):
            with pytest.raises(InUse, match=rf"works on it, found process {os.getpid()}"):
                act()
    finally:
        os.close(held)
    assert case.keep([NOTE])[0].number == 1


def test_an_older_database_is_brought_up_to_date_all_at_once(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept,) = case.keep([NOTE])
    later = (*store.SCHEMA, "ALTER TABLE about ADD COLUMN more TEXT; CREATE TABLE new (x TEXT);")
    store._known.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(store, "SCHEMA", (*store.SCHEMA, "CREATE TABLE new (x); NONSENSE;"))
        with pytest.raises(VmdkError):
            case.entries()
    assert case.entries() == (kept,)
    with monkeypatch.context() as patched:
        patched.setattr(store, "SCHEMA", later)
        assert case.entries() == (kept,)
        assert case.keep([NOTE])[0].number == 2
        with other_program(case) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    store._known.cache_clear()
    refused(case, "of a later version")


def test_a_database_that_was_left_with_another_journal_is_set_right(case: Case) -> None:
    with other_program(case) as connection:
        assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    case.keep([NOTE])
    with other_program(case) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert not (case.folder / "notes.sqlite-wal").exists()


def test_a_journal_that_a_kill_left_takes_the_change_back(case: Case, tmp_path: Path) -> None:
    (kept,) = case.keep([NOTE])
    path = case.folder / store.NOTES
    with other_program(case) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        for at in range(300):
            connection.execute("INSERT INTO tags VALUES (1, ?)", (f"{at}" * 50,))
        # What is on the disk now is what a kill would leave: pages are written, none is committed.
        shutil.copytree(case.folder, tmp_path / "killed")
        connection.execute("ROLLBACK")
    assert (tmp_path / "killed" / "notes.sqlite-journal").stat().st_size
    assert (tmp_path / "killed" / store.NOTES).read_bytes() != path.read_bytes()
    killed = Case.open(tmp_path / "killed")
    assert killed.entries() == (kept,)
    killed.keep([NOTE])


def test_a_case_in_a_folder_that_is_not_to_be_written_is_read(case: Case) -> None:
    (kept,) = case.keep([NOTE])
    for path in (case.folder / store.NOTES, case.folder):
        path.chmod(path.stat().st_mode & 0o555)
    try:
        assert case.entries() == (kept,)
    finally:
        for path in (case.folder, case.folder / store.NOTES):
            path.chmod(path.stat().st_mode | 0o200)
