"""Where files are named once they are listed: the inspector, hits, differences, changed areas."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tests.gui.views.listed_files import START, Story, index_of, listed_of, unread

from redoscope_core import (
    SECTOR,
    DiskVolume,
    Examined,
    Examining,
    FileChange,
    Holding,
    SectorClass,
    SectorOwner,
)
from redoscope_gui.file_words import Badge, badges_of, change_words, owner_brief, owner_words
from redoscope_gui.plain_rows import PlainRows
from redoscope_gui.session import Compared, Session
from redoscope_gui.window import MainWindow

NTFS = Examining(DiskVolume(1, 100, 800, Holding.NTFS), Examined.EXAMINED, None, None)


@pytest.fixture
def session_told(explorer: MainWindow, told: Story) -> Session:
    """A session whose files are listed, in a window with every pane; A is generation 1."""
    assert told
    explorer.session.compare(Compared(1))
    return explorer.session


def files_of(rows: PlainRows) -> list[str]:
    """Return what the column of files says of each row."""
    column = list(rows.heads()).index("File")
    return [str(rows.index(row, column).data()) for row in range(rows.rowCount())]


def test_the_inspector_names_the_file_at_the_cursor_and_is_silent_before(
    explorer: MainWindow, session_told: Session
) -> None:
    inspector = explorer.panes.inspector_view
    assert inspector is not None
    assert not inspector.whose.isVisibleTo(inspector)
    assert not session_told.jobs, "nobody looked at files"
    session_told.files.begin()
    session_told.go_to((START + 512) * SECTOR + 3)
    shown = inspector.whose
    assert shown.isVisibleTo(inspector)
    assert shown.accessibleDescription() == "Volume 1, FAT16: /README.TXT, byte 3 of 770"
    session_told.go_to((START + 512 + 2) * SECTOR)
    assert shown.accessibleDescription().endswith("/README.TXT, slack after 770 bytes")
    session_told.go_to(0)
    assert shown.accessibleDescription() == "partition table"
    session_told.go_to((START + 1) * SECTOR)
    assert "FAT, cluster 0" in shown.accessibleDescription() or "reserved" in shown.text()
    session_told.select_generation(2)
    assert not shown.isVisibleTo(inspector), "this one is not listed"


def test_hits_name_the_file_they_lie_in(
    qtbot: QtBot, explorer: MainWindow, session_told: Session
) -> None:
    view = explorer.panes.guests.search_view
    qtbot.keyClicks(view.form.pattern, "sample chain of Redoscope")
    qtbot.keyClick(view.form.pattern, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.rows.rowCount() > 0 and not view.is_running)
    assert set(files_of(view.rows)) == {""}
    session_told.files.begin()
    assert set(files_of(view.rows)) == {"/README.TXT"}
    header = view.table.horizontalHeader()
    assert not view.table.isColumnHidden(5)
    assert header.visualIndex(5) < header.visualIndex(3), "beside the place, before the text"


def test_differences_name_files_and_the_one_that_a_had_where_b_has_none(
    qtbot: QtBot, explorer: MainWindow, session_told: Session
) -> None:
    view = explorer.panes.guests.compare_view
    view.compare()
    qtbot.waitUntil(lambda: view.found is not None)
    assert view.table.isColumnHidden(6)
    session_told.files.begin()
    session_told.files.begin()
    named = files_of(view.runs)
    assert not view.table.isColumnHidden(6)
    assert {"/DIARY.TXT", "/MAIL.MBX", "/PHOTOS/PARTY1.BMP and on"} & set(named)
    assert "/SALARIES.TXT in A" in named
    assert "" not in named


def test_changed_areas_name_their_files(
    qtbot: QtBot, explorer: MainWindow, session_told: Session
) -> None:
    explorer.toggle_pane(explorer.panes.guests.changes)
    view = explorer.panes.guests.changes_view
    qtbot.waitUntil(lambda: view.rows.rowCount() > 0)
    assert set(files_of(view.rows)) == {""}
    session_told.files.begin()
    assert any(name.startswith("/") for name in files_of(view.rows))
    assert not view.table.isColumnHidden(4)


def test_a_pane_that_is_shown_after_files_were_listed_names_them(
    qtbot: QtBot, explorer: MainWindow, session_told: Session
) -> None:
    session_told.files.begin()
    explorer.toggle_pane(explorer.panes.guests.changes)
    view = explorer.panes.guests.changes_view
    qtbot.waitUntil(lambda: view.rows.rowCount() > 0)
    assert not view.table.isColumnHidden(4)
    assert any(name.startswith("/") for name in files_of(view.rows))
    assert not explorer.panes.guests.search_view.table.isColumnHidden(5)
    assert not explorer.panes.guests.compare_view.table.isColumnHidden(6)


@pytest.mark.parametrize(
    ("owner", "offset", "words"),
    [
        (
            SectorOwner(
                *(5, SectorClass.STREAM, NTFS, ("/a", "/b"), 34, "ads"), offset=512, size=600
            ),
            5 * SECTOR + 2,
            "Volume 1, NTFS: /a = /b:ads, byte 514 of 600",
        ),
        (
            SectorOwner(5, SectorClass.SLACK, NTFS, ("/a",), 34, "", 4608, 4242),
            5 * SECTOR,
            "Volume 1, NTFS: /a, slack after 4\u202f242 bytes",
        ),
        (
            SectorOwner(5, SectorClass.FILE_SYSTEM, NTFS, ("/$MFT",), 0, "", 0, 99, "mft"),
            5 * SECTOR,
            "Volume 1, NTFS: MFT",
        ),
        (
            SectorOwner(5, SectorClass.DIRECTORY, NTFS, ("/d",), 9, "", 0, 99, "directory"),
            5 * SECTOR,
            "Volume 1, NTFS: directory /d",
        ),
        (SectorOwner(5, SectorClass.FREE_SPACE, NTFS), 0, "Volume 1, NTFS: free space"),
        (SectorOwner(5, SectorClass.GAP, None), 0, "in no partition"),
    ],
)
def test_whose_a_byte_is_is_told_in_words(owner: SectorOwner, offset: int, words: str) -> None:
    assert owner_words(owner, offset) == words
    assert owner_brief(owner)


def test_the_inode_at_the_very_byte_is_told() -> None:
    listed = listed_of(index_of([b"a"]), *unread())
    (owner,) = listed.whose(np.array([START + 10], np.int64))
    offset = (START + 10) * SECTOR
    assert owner_words(owner, offset + 255).endswith("inode table, inode 1")
    assert owner_words(owner, offset + 256).endswith("inode table, inode 2")
    (owner,) = listed.whose(np.array([START + 12], np.int64))
    named = owner_words(owner, offset + 2 * SECTOR)
    assert named == "Volume 1, ext4: inode table, inode 5 (/)"


@pytest.mark.parametrize(
    ("change", "badges", "words"),
    [
        (FileChange("added", "/a"), (Badge.ADDED,), "added"),
        (
            FileChange("renamed", "/b", (), "/<a>"),
            (Badge.RENAMED,),
            "renamed from /<a>",
        ),
        (
            FileChange("metadata", "/a", ("slack_written",)),
            (Badge.METADATA, Badge.SLACK),
            "metadata only, slack written",
        ),
        (
            FileChange("modified", "/a", ("stream_added:{0} %s", "no_metadata_trace", "new_note")),
            (Badge.MODIFIED, Badge.STREAM),
            "modified, stream {0} %s added, without a trace in its metadata, new note",
        ),
        (FileChange("internal", "/$MFT"), (), "file system's own"),
        (FileChange("unheard-of", "/a"), (), "unheard-of"),
    ],
)
def test_what_became_of_a_file_is_told_in_words(
    change: FileChange, badges: tuple[Badge, ...], words: str
) -> None:
    assert badges_of(change) == badges
    assert change_words(change) == words
