"""The history pane: a file through all generations, and the way to what it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.fakes import Endless, Failing
from tests.gui.views.listed_files import START, Story, answering

from redoscope_core import (
    SECTOR,
    DiskVolume,
    FileContent,
    FileHistory,
    FileMoment,
    Holding,
    Overwritten,
    StreamParts,
    WhatBecame,
)
from redoscope_gui.requests import FileAsked, ListVolumes, PastTold, TellPast
from redoscope_gui.session import Session
from redoscope_gui.views.history import HistoryView
from redoscope_gui.views.history.parts import PartRows
from redoscope_gui.views.history.words import content_words
from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
SALARIES = FileAsked(START, "/SALARIES.TXT", "1:/SALARIES.TXT")
BECAME, SIZE, STORED = 1, 2, 3
BYTE, LENGTH, PLACE, LINK, LOST = range(5)
HOSTILE = "/<b>&\u202e\x1b[31m{0} %s.txt"


@pytest.fixture
def opened(
    window: MainWindow,
    tip: Path,
    told: Story,
    salaries: PastTold,
    monkeypatch: pytest.MonkeyPatch,
) -> MainWindow:
    """The window with the sample; whoever asks for a history has that of what was shredded."""
    assert told
    monkeypatch.setattr(TellPast, "run", answering(salaries))
    window.open_path(tip)
    return window


@pytest.fixture
def pane(qtbot: QtBot, opened: MainWindow) -> HistoryView:
    """The pane, with that history; the newest generation is shown."""
    opened.commands.run("window.history")
    opened.session.files.tell_past(SALARIES)
    view = opened.panes.guests.history_view
    qtbot.waitUntil(lambda: view.moments.rowCount() > 0)
    return view


def column(view: HistoryView, number: int) -> list[str]:
    model = view.moments
    return [str(model.index(row, number).data()) for row in range(model.rowCount())]


def part(view: HistoryView, row: int) -> list[str]:
    return [str(view.parts.index(row, number).data()) for number in range(5)]


def test_each_generation_says_what_became_of_the_file_and_which_link_has_it(
    pane: HistoryView,
) -> None:
    assert column(pane, 0)[3] == "3  office-000003.vmdk"
    assert column(pane, BECAME) == [
        *("there; nothing older is known", "the same", "the same"),
        *("deleted, shredded", "not there", "not there"),
    ]
    assert column(pane, SIZE) == ["64 KiB"] * 3 + [""] * 3
    assert column(pane, STORED) == ["office.vmdk"] * 3 + [""] * 3
    assert pane.name.text().endswith("SALARIES.TXT")
    assert "1 state of its bytes in 6 generations" in pane.totals.text()
    assert "64 KiB were overwritten, and are still stored" in pane.totals.text()
    signs = [pane.moments.index(row, BECAME).data(Qt.ItemDataRole.DecorationRole) for row in (2, 3)]
    assert signs[0] is None
    assert not signs[1].isNull()


def test_where_the_file_is_gone_its_last_bytes_are_told_and_who_overwrote_them(
    session: Session, pane: HistoryView
) -> None:
    assert session.cursor.generation == 5
    about = pane.about.text()
    assert "Gone; its bytes as generation 2 has them: 64 KiB" in about
    assert "overwritten by 3, office-000003.vmdk, with zeros" in about
    assert pane.parts.rowCount() == 1
    told = part(pane, 0)
    assert (told[BYTE], told[LENGTH], told[LINK]) == ("0", "64 KiB", "office.vmdk")
    assert told[LOST] == "3  office-000003.vmdk"
    assert not pane.there.isEnabled()
    assert pane.older.isEnabled()


def test_older_bytes_are_shown_by_the_button_where_a_newer_generation_reads_zeros(
    qtbot: QtBot, window: MainWindow, session: Session, pane: HistoryView
) -> None:
    pane.places.selectRow(0)
    chain = session.generation_chain
    assert chain is not None
    assert session.cursor.generation == 5
    assert not any(chain.read(session.cursor.sector, 1)), "a part leads to what is there by now"
    qtbot.mouseClick(pane.older, LEFT)
    chain = session.generation_chain
    assert chain is not None
    assert session.cursor.generation == 2
    assert chain.read(session.cursor.sector, 1).startswith(b"SALARIES - CONFIDENTIAL")
    assert window.panes.hex.in_front
    assert pane.table.currentIndex().row() == 2
    assert pane.there.isEnabled()
    assert not pane.older.isEnabled(), "nothing is known of what it was before"


def test_a_row_leads_to_its_generation_and_return_to_the_bytes_of_the_file(
    qtbot: QtBot, window: MainWindow, session: Session, pane: HistoryView
) -> None:
    place = pane.table.visualRect(pane.moments.index(1, 0)).center()
    qtbot.mouseClick(pane.table.viewport(), LEFT, pos=place)
    assert session.cursor.generation == 1
    assert session.cursor.offset == 0, "to choose a row does not move within the disk"
    qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    chain = session.generation_chain
    assert chain is not None
    assert chain.read(session.cursor.sector, 1).startswith(b"SALARIES")
    assert window.panes.hex.in_front
    session.select_generation(4)
    assert pane.table.currentIndex().row() == 4, "the pane follows the one cursor"


def test_brackets_walk_through_the_generations_in_which_its_bytes_differ(
    qtbot: QtBot, session: Session, pane: HistoryView
) -> None:
    pane.table.setFocus()
    qtbot.keyClick(pane.table, Qt.Key.Key_BracketLeft)
    assert session.cursor.generation == 3
    qtbot.keyClick(pane.table, Qt.Key.Key_BracketLeft)
    assert session.cursor.generation == 3, "it is the same in all before"
    session.select_generation(0)
    qtbot.keyClick(pane.table, Qt.Key.Key_BracketRight)
    assert session.cursor.generation == 3


def test_the_older_content_is_exported_from_the_generation_that_has_it(
    qtbot: QtBot,
    session: Session,
    pane: HistoryView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    assert session.cursor.generation == 5
    with qtbot.waitSignal(session.message, check_params_cb=lambda text: "Exported" in text):
        qtbot.mouseClick(pane.save, LEFT)
    found = tmp_path / "out" / "SALARIES.TXT"
    assert found.read_bytes().startswith(b"SALARIES - CONFIDENTIAL")
    assert found.stat().st_size == 65536
    assert session.cursor.generation == 5


def test_the_file_at_the_cursor_is_told_by_its_key_though_nothing_was_listed(
    qtbot: QtBot, opened: MainWindow, session: Session, told: Story
) -> None:
    window = opened
    session.go_to((START + 512) * SECTOR)
    window.activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_I, keys)
    assert window.panes.guests.history.in_front
    qtbot.waitUntil(lambda: session.files.listed is told[0])
    assert session.files.past.file == FileAsked(START, "/README.TXT", "1:/README.TXT")
    session.go_to(0)
    qtbot.mouseClick(window.panes.guests.history_view.here, LEFT)
    assert session.files.past.file.path == "/README.TXT", "no file has the partition table"


def test_the_file_that_is_chosen_in_the_list_is_told_by_its_button(
    qtbot: QtBot, opened: MainWindow, session: Session, told: Story
) -> None:
    window = opened
    window.commands.run("go.files")
    files = window.panes.guests.files_view
    qtbot.waitUntil(lambda: session.files.listed is told[0])
    assert not files.past.isEnabled(), "no file is chosen"
    files.tree.setCurrentIndex(files.rows.find(START, "/DIARY.TXT"))
    qtbot.mouseClick(files.past, LEFT)
    asked = session.files.past.file
    assert asked == FileAsked(START, "/DIARY.TXT", "1:/DIARY.TXT")
    assert window.panes.guests.history.in_front


def test_another_chain_forgets_the_file_and_the_pane_says_what_to_do(
    session: Session, pane: HistoryView, own_sample: Path
) -> None:
    session.open(own_sample / "office-000005.vmdk")
    assert session.files.past.file is None
    assert pane.totals.text() == "Choose a file in Files, or the one at the cursor"
    assert not pane.moments.rowCount()
    assert not pane.parts.rowCount()
    assert not pane.begin.isVisible()
    session.look_alone()
    assert "looked at alone" in pane.totals.text()


def test_an_error_is_told_and_can_be_tried_again(
    qtbot: QtBot,
    session: Session,
    pane: HistoryView,
    salaries: PastTold,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(TellPast, "run", lambda _self: Failing().run())
    session.files.tell_past(FileAsked(START, "/other", "1:/other"))
    qtbot.waitUntil(lambda: session.files.past.error is not None)
    assert "the disk is gone" in pane.totals.text()
    assert not pane.moments.rowCount()
    monkeypatch.setattr(TellPast, "run", answering(salaries))
    qtbot.mouseClick(pane.begin, LEFT)
    assert pane.moments.rowCount() == 6


def test_where_files_can_not_be_listed_the_pane_says_why_and_waits_for_none(
    qtbot: QtBot, opened: MainWindow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ListVolumes, "run", lambda _self: Failing().run())
    opened.commands.run("go.history")
    view = opened.panes.guests.history_view
    qtbot.waitUntil(lambda: session.files.error is not None)
    assert "the disk is gone" in view.totals.text()
    assert not session.files.awaits_past
    session.look_alone()
    opened.commands.run("go.history")
    qtbot.mouseClick(view.here, LEFT)
    assert not session.files.awaits_past
    assert "looked at alone" in view.totals.text()


def test_a_history_is_stopped_and_its_cleaning_up_is_done(
    qtbot: QtBot, threaded_session: Session, tip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = Endless()
    monkeypatch.setattr(TellPast, "run", lambda _self: endless.run())
    view = HistoryView(threaded_session)
    qtbot.addWidget(view)
    threaded_session.open(tip)
    qtbot.waitUntil(lambda: threaded_session.chain is not None)
    with qtbot.waitExposed(view):
        view.show()
    threaded_session.files.tell_past(SALARIES)
    qtbot.waitUntil(lambda: endless.begun.is_set() and view.begin.text() == "Stop")
    qtbot.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(lambda: bool(endless.cleaned))
    assert view.totals.text() == "Not told yet"
    view.hide()


def test_a_path_that_no_generation_has_says_so(
    session: Session, pane: HistoryView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TellPast, "run", answering(PastTold(None, 0)))
    session.files.tell_past(FileAsked(START, "/no", "1:/no"))
    assert pane.totals.text() == "No generation has such a file"
    assert not pane.save.isEnabled()


# --- histories made by hand ----------------------------------------------------------------------


def parts_of(*rows: tuple[int, int, int, int]) -> StreamParts:
    """Return parts of (byte, length, sector, link), all of them data."""
    offset, length, sector, link = (np.array(each, np.int64) for each in zip(*rows, strict=True))
    return StreamParts(offset, length, sector, np.full(len(rows), 2, np.int64), link)


def hostile() -> PastTold:
    """Return the history of a file of a hostile name with a stream, twice overwritten."""
    parts = parts_of((0, 4096, 100, 0), (4096, 1000, 200, 1))
    lost = [
        Overwritten(2, parts_of((1024, 512, 102, 0)), 0, 512, 0, (HOSTILE,)),
        Overwritten(3, parts_of((0, 512, 100, 0), (4096, 1000, 200, 1)), 512, 0, 0, ()),
    ]
    contents = [
        FileContent(0, 1, HOSTILE, b"", 6000, 0, parts, lost),
        FileContent(
            2, 5, HOSTILE, b"", 30, 30, parts_of((0, 0, 0, 0)).taking(np.zeros(1, bool)), []
        ),
        FileContent(0, 1, HOSTILE, b"ads\xff<i>", 6000, 0, parts, lost),
    ]
    moments = [
        FileMoment(0, WhatBecame.UNKNOWN, None, None, None, False, (), None),
        FileMoment(1, WhatBecame.FIRST, HOSTILE, None, 9, False, (), None),
        FileMoment(2, WhatBecame.RENAMED, HOSTILE, "/<img src=x>", 9, True, ("new_note",), None),
        FileMoment(3, WhatBecame.UNREAD, HOSTILE, None, 9, False, ("not_all_read",), None),
        FileMoment(4, WhatBecame.METADATA, HOSTILE, None, 9, False, ("timestomped",), None),
        FileMoment(5, WhatBecame.SAME, HOSTILE, None, 9, False, (), None),
    ]
    volume = DiskVolume(1, START, 1000, Holding.NTFS)
    return PastTold(FileHistory(volume, HOSTILE, moments, contents), 7)


def test_hostile_names_are_spelled_out_and_streams_are_chosen(
    qtbot: QtBot, session: Session, pane: HistoryView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TellPast, "run", answering(hostile()))
    QAbstractItemModelTester(pane.moments, QAbstractItemModelTester.FailureReportingMode.Fatal)
    QAbstractItemModelTester(pane.parts, QAbstractItemModelTester.FailureReportingMode.Fatal)
    session.files.tell_past(FileAsked(START, HOSTILE, f"1:{HOSTILE}"))
    assert pane.streams.isVisible()
    assert [pane.streams.itemText(row) for row in range(2)] == ["content", r":ads\xff<i>"]
    assert column(pane, BECAME)[2] == "renamed from /<img src=x>, other bytes, new note"
    assert column(pane, STORED)[2:] == ["in its record"] * 4
    session.select_generation(1)
    for text in (pane.about.text(), *column(pane, BECAME), *part(pane, 0)):
        assert all(char.isprintable() or char == "\u202f" for char in text), text
    assert not QtGui.Qt.mightBeRichText(pane.name.toolTip())
    assert "7 sectors could not be compared" in pane.totals.text()
    pane.streams.setFocus()
    qtbot.keyClick(pane.streams, Qt.Key.Key_Down)
    assert column(pane, SIZE) == ["5.9 KiB", "5.9 KiB", "", "", "", ""]


def test_parts_are_cut_where_a_newer_generation_overwrote_some_first(session: Session) -> None:
    rows = PartRows(session)
    told = hostile()
    content = told.content(1)
    rows.show(content, ["base", "c1", "c2", "c3"])
    assert [rows.cells(row) for row in range(rows.rowCount())] == [
        ("0", "512 B", "100", "base", "3  c3"),
        ("512", "512 B", "101", "base", ""),
        ("1\u202f024", "512 B", "102", "base", "2  c2"),
        ("1\u202f536", "2.5 KiB", "103", "base", ""),
        ("4\u202f096", "1000 B", "200", "c1", "3  c3"),
    ]
    assert rows.row_at(100 * SECTOR + 511) == 0
    assert rows.row_at(99 * SECTOR) is None
    assert content is not None
    words = content_words(content, 1, ["base", "c1", "c2", "c3"])
    assert words.startswith("Its bytes in generations 0 to 1: 5.9 KiB (6\u202f000 bytes); 904 B in")
    assert "512 B can't be read there, now of " in words
    assert content_words(replace_last(content), 0, ["base", "c1"]).endswith("overwritten since")


def replace_last(content: FileContent) -> FileContent:
    """Return the same, of one generation and never overwritten."""
    return replace(content, last=0, overwritten=[])


def test_a_content_of_100_000_parts_costs_what_is_seen(session: Session) -> None:
    count = np.arange(100_000, dtype=np.int64)
    parts = StreamParts(count * 512, count * 0 + 512, count * 2, count * 0 + 2, count * 0)
    lost = Overwritten(1, parts, 0, 0, 0, ())
    rows = PartRows(session)
    rows.show(FileContent(0, 0, "/a", b"", 512 * 100_000, 0, parts, [lost]), ["base", "c1"])
    assert rows.rowCount() == 100_000
    assert rows.is_lost(99_999)
    assert rows.cells(99_999)[LOST] == "1  c1"
