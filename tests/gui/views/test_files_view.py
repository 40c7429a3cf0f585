"""The files pane: what it lists, what it says of what it can't, and where it leads."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.fakes import Endless, Failing
from tests.gui.hostile import hostile_texts
from tests.gui.views.listed_files import START, Story, answering, index_of, listed_of, unread

from redoscope_core import SECTOR, Examined, FileChange, VolumeDifference
from redoscope_gui.file_words import Badge, badges_of, change_words
from redoscope_gui.requests import ListVolumes, VolumeChanges
from redoscope_gui.session import Compared, Session
from redoscope_gui.views.files import FilesView
from redoscope_gui.views.files.folders import Wanted
from redoscope_gui.views.files.rows import FileRows
from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
NAME, SIZE, MODIFIED, STATE = range(4)
MANY = 20_000


@pytest.fixture
def pane(qtbot: QtBot, window: MainWindow, tip: Path, told: Story) -> FilesView:
    """The pane, brought to the front by its key, with the files of the sample."""
    window.open_path(tip)
    window.activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_L, keys)
    view = window.panes.guests.files_view
    qtbot.waitUntil(lambda: window.session.files.listed is told[0])
    return view


@pytest.fixture
def compared(qtbot: QtBot, session: Session, pane: FilesView) -> FilesView:
    """The pane, with what became of the files since generation 1."""
    session.compare(Compared(1))
    qtbot.waitUntil(lambda: session.files.compared is not None)
    return pane


def names(model: QAbstractItemModel, parent: QModelIndex) -> list[str]:
    rows = range(model.rowCount(parent))
    return [str(model.index(row, NAME, parent).data()) for row in rows]


def cell(pane: FilesView, path: str, column: int) -> str:
    index = pane.rows.find(START, path)
    assert index.isValid(), path
    return str(index.siblingAtColumn(column).data())


def choose(qtbot: QtBot, pane: FilesView, path: str) -> None:
    """Click on a file whose directory is open."""
    index = pane.rows.find(START, path)
    pane.tree.scrollTo(index)
    place = pane.tree.visualRect(index).center()
    qtbot.mouseClick(pane.tree.viewport(), LEFT, pos=place)
    assert pane.tree.currentIndex() == index


def test_nothing_is_asked_for_before_the_pane_is_looked_at(
    explorer: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ListVolumes, "run", lambda _self: pytest.fail("nobody looked"))
    explorer.session.select_generation(2)
    explorer.session.go_to(5000)
    assert explorer.session.files.listed is None
    assert not explorer.session.jobs


def test_the_volumes_and_their_files_are_listed_as_they_are_opened(
    qtbot: QtBot, pane: FilesView
) -> None:
    assert names(pane.rows, QModelIndex()) == ["Volume 1, FAT16"]
    volume = pane.rows.index(0, 0)
    assert names(pane.rows, volume)[:3] == ["PHOTOS", "SCANS", "$FAT1"]
    assert len(pane.rows.folders) == 2, "no directory was looked into but the root"
    pane.tree.setCurrentIndex(pane.rows.find(START, "/SCANS"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_Right)
    assert len(names(pane.rows, pane.rows.find(START, "/SCANS"))) == 13
    assert cell(pane, "/DIARY.TXT", SIZE) == "362 B"
    assert cell(pane, "/DIARY.TXT", MODIFIED) == "2026-01-09 15:10"
    assert "23 files in 1 volume" in pane.totals.text()


def test_to_come_to_the_pane_chooses_nothing_and_moves_nothing(
    session: Session, pane: FilesView
) -> None:
    assert pane.tree.hasFocus()
    assert session.cursor.offset == 0
    assert not pane.tree.selectionModel().hasSelection()
    assert not pane.in_bytes.isEnabled()


def test_a_chosen_file_leads_the_cursor_to_its_first_byte_and_return_to_its_bytes(
    qtbot: QtBot, window: MainWindow, session: Session, pane: FilesView
) -> None:
    choose(qtbot, pane, "/README.TXT")
    chain = session.generation_chain
    assert chain is not None
    assert chain.read(session.cursor.sector, 1).startswith(b"THE DISK OF")
    assert session.cursor.offset % SECTOR == 0
    assert "Run 1 of 1" in pane.about.text()
    qtbot.mouseClick(pane.in_map, LEFT)
    first, last = session.marked.span or (0, 0)
    assert (first, last + 1 - first) == (session.cursor.offset, 2048)
    qtbot.keyClick(pane.tree, Qt.Key.Key_Return)
    assert window.panes.hex.in_front


def test_what_became_of_files_has_signs_and_words_and_what_is_gone_is_struck_out(
    qtbot: QtBot, compared: FilesView
) -> None:
    assert "modified" in cell(compared, "/DIARY.TXT", STATE)
    assert "added" in cell(compared, "/MAIL.MBX", STATE)
    gone = compared.rows.find(START, "/SALARIES.TXT")
    assert gone.siblingAtColumn(STATE).data() == "deleted"
    assert gone.data(Qt.ItemDataRole.FontRole).strikeOut()
    assert not gone.siblingAtColumn(STATE).data(Qt.ItemDataRole.DecorationRole).isNull()
    assert compared.legend.counts == {Badge.ADDED: 6, Badge.DELETED: 2, Badge.MODIFIED: 5}
    assert "6 added, 2 deleted, 5 modified" in compared.legend.accessibleDescription()
    assert cell(compared, "/SCANS", STATE) == "4 changes in it"
    spoken = gone.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("SALARIES.TXT, ")
    assert spoken.endswith("deleted")
    qtbot.mouseClick(compared.changed, LEFT)
    root = compared.rows.index(0, 0)
    assert names(compared.rows, root) == [
        *("PHOTOS", "SCANS", "$FAT1", "$FAT2", "BUDGET.CSV", "CUSTOMER.DB", "DIARY.TXT"),
        *("MAIL.MBX", "SALARIES.TXT"),
    ]


def test_without_a_comparison_signs_go_and_what_was_open_stays(
    qtbot: QtBot, session: Session, compared: FilesView
) -> None:
    compared.tree.expand(compared.rows.find(START, "/SCANS"))
    choose(qtbot, compared, "/SCANS/SCAN09.BIN")
    session.compare(None)
    assert not compared.legend.isVisible()
    assert not compared.changed.isEnabled()
    assert compared.tree.isExpanded(compared.rows.find(START, "/SCANS"))
    assert compared.tree.currentIndex().data() == "SCAN09.BIN"
    assert not compared.rows.find(START, "/SALARIES.TXT").isValid()


def test_deleted_entries_come_with_their_switch_and_names_are_filtered(
    qtbot: QtBot, pane: FilesView
) -> None:
    pane.deleted.setFocus()
    qtbot.keyClick(pane.deleted, Qt.Key.Key_Space)
    assert "deleted entry" in cell(pane, "/PHOTOS/_LURRED.BMP", STATE)
    qtbot.keyClicks(pane.filter, "party")
    qtbot.waitUntil(lambda: pane.rows.wanted.text == "party")
    assert names(pane.rows, pane.rows.index(0, 0)) == ["PHOTOS"]
    photos = pane.rows.find(START, "/PHOTOS")
    assert pane.tree.isExpanded(photos)
    assert names(pane.rows, photos) == ["PARTY1.BMP", "PARTY2.BMP", "PARTY3.BMP"]
    pane.filter.clear()
    qtbot.waitUntil(lambda: pane.rows.wanted.text == "")


def test_a_click_on_a_head_sorts_directories_staying_first(qtbot: QtBot, pane: FilesView) -> None:
    header = pane.tree.header()
    place = header.sectionViewportPosition(SIZE) + 10
    qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(place, 5))
    qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(place, 5))
    found = names(pane.rows, pane.rows.index(0, 0))
    assert found[0] in {"PHOTOS", "SCANS"}
    assert {found[2], found[-1]} == {"CUSTOMER.DB", "BUDGET.CSV"}


def test_the_file_at_the_cursor_is_found_and_the_cursor_stays(
    qtbot: QtBot, session: Session, pane: FilesView
) -> None:
    offset = pane.rows.place(pane.rows.find(START, "/SCANS/SCAN03.BIN")).runs[0][0] + 700
    session.go_to(offset)
    qtbot.mouseClick(pane.here, LEFT)
    assert pane.tree.currentIndex().data() == "SCAN03.BIN"
    assert session.cursor.offset == offset
    session.go_to(0)
    qtbot.mouseClick(pane.here, LEFT)
    assert session.cursor.offset == 0, "no file has the partition table"


def test_ctrl_c_copies_the_path_and_the_menu_offers_what_the_buttons_do(
    qtbot: QtBot, pane: FilesView
) -> None:
    choose(qtbot, pane, "/README.TXT")
    qtbot.keyClick(pane.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "/README.TXT"
    menu = pane.menu()
    assert [each.text() for each in menu.actions() if each.isEnabled()] == [
        *("Show in bytes", "Select run in map and bytes", "History", "Export…", "Copy path")
    ]
    menu.deleteLater()


def test_a_chosen_file_is_exported_and_what_is_gone_since_a_is_not(
    qtbot: QtBot,
    session: Session,
    compared: FilesView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    choose(qtbot, compared, "/SALARIES.TXT")
    assert not compared.save.isEnabled()
    choose(qtbot, compared, "/README.TXT")
    with qtbot.waitSignal(session.message, check_params_cb=lambda text: "Exported" in text):
        qtbot.mouseClick(compared.save, LEFT)
    found = tmp_path / "out" / "README.TXT"
    assert found.read_bytes().startswith(b"THE DISK OF")
    assert found.stat().st_size == 770


def test_brackets_walk_through_the_runs_of_a_file(
    qtbot: QtBot, session: Session, pane: FilesView
) -> None:
    choose(qtbot, pane, "/README.TXT")
    place = pane._place
    assert place is not None
    start = place.runs[0][0]
    place.runs.append((start + 8192, 512))
    qtbot.keyClick(pane.tree, Qt.Key.Key_BracketRight)
    assert session.cursor.offset == start + 8192
    assert "Run 2 of 2" in pane.about.text()
    qtbot.keyClick(pane.tree, Qt.Key.Key_BracketRight)
    qtbot.keyClick(pane.tree, Qt.Key.Key_BracketLeft)
    assert session.cursor.offset == start


def test_each_volume_that_can_not_be_read_says_why() -> None:
    rows = FileRows()
    QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows.show(listed_of(index_of([b"a"]), *unread()), None, Wanted())
    told = [rows.index(row, STATE).data() for row in range(rows.rowCount())]
    assert told == [
        "",
        "Not read: it is encrypted",
        "Not read: nothing in it is known, 7.99 bits a byte at its start",
        "Not read: no parser for XFS here",
        "Not read: the file system is damaged (<b>MFT</b>)",
        "Nothing to read",
    ]
    assert not any(rows.hasChildren(rows.index(row, 0)) for row in range(1, 6))
    assert rows.place(rows.index(1, 0)).runs[0][0] == (START + 80_000) * SECTOR


def test_hostile_names_are_spelled_out_and_are_no_markup(tmp_path: Path) -> None:
    texts = [text.encode("utf-8", "surrogateescape") for text in hostile_texts(tmp_path / "p.png")]
    rows = FileRows()
    rows.show(listed_of(index_of(texts)), None, Wanted())
    parent = rows.index(0, 0)
    for row in range(rows.rowCount(parent)):
        index = rows.index(row, 0, parent)
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            shown = index.data(role)
            assert all(char.isprintable() or char == "\u202f" for char in shown), shown
        assert not QtGui.Qt.mightBeRichText(index.data(Qt.ItemDataRole.ToolTipRole))


def test_a_file_that_was_renamed_and_modified_has_both_signs() -> None:
    older, newer = listed_of(index_of([b"was"])), listed_of(index_of([b"is"]))
    notes = ("no_metadata_trace",)
    told = [FileChange("modified", "/is", notes), FileChange("renamed", "/is", notes, "/was")]
    examined = newer.volumes[0]
    volume = examined.volume
    difference = VolumeDifference(
        volume, Examined.EXAMINED, 1, False, told, examined, (older.volumes[0], examined)
    )
    changes = VolumeChanges.of(difference, older.trees[0], newer.trees[0])
    (both,) = changes.of_entry.values()
    assert badges_of(*both) == (Badge.RENAMED, Badge.MODIFIED)
    assert change_words(*both) == "renamed from /was, modified, without a trace in its metadata"
    assert changes.below.total() == 1


def test_20_000_files_in_a_directory_cost_what_is_seen() -> None:
    index = index_of([b"file-%05d.log" % number for number in range(MANY)])
    rows = FileRows()
    rows.show(listed_of(index), None, Wanted())
    parent = rows.index(0, 0)
    assert rows.rowCount(parent) == MANY
    assert rows.index(MANY - 1, 0, parent).data() == "file-19999.log"
    rows.show(listed_of(index), None, Wanted(text="-0123", column=1, descending=True))
    assert rows.rowCount(rows.index(0, 0)) == 10


def test_one_link_alone_is_not_parsed_and_says_so(session: Session, pane: FilesView) -> None:
    session.look_alone()
    assert "looked at alone" in pane.totals.text()
    assert not pane.rows.rowCount()
    assert not pane.begin.isVisible()


def test_an_error_is_told_and_can_be_tried_again(
    qtbot: QtBot,
    session: Session,
    pane: FilesView,
    monkeypatch: pytest.MonkeyPatch,
    story: Story,
) -> None:
    monkeypatch.setattr(ListVolumes, "run", lambda _self: Failing().run())
    session.select_generation(2)
    qtbot.waitUntil(lambda: session.files.error is not None)
    assert "the disk is gone" in pane.totals.text()
    monkeypatch.setattr(ListVolumes, "run", answering(story[0]))
    qtbot.mouseClick(pane.begin, LEFT)
    assert session.files.listed is story[0]
    assert pane.rows.rowCount() == 1


def test_listing_is_stopped_for_good_and_its_cleaning_up_is_done(
    qtbot: QtBot,
    threaded_session: Session,
    tip: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endless = Endless()
    monkeypatch.setattr(ListVolumes, "run", lambda _self: endless.run())
    view = FilesView(threaded_session)
    qtbot.addWidget(view)
    threaded_session.open(tip)
    qtbot.waitUntil(lambda: threaded_session.chain is not None)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: endless.begun.is_set() and view.begin.text() == "Stop")
    qtbot.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(lambda: bool(endless.cleaned))
    assert view.totals.text() == "Not listed yet"
    assert threaded_session.files.is_stopped
    view.hide()


def test_scrubbing_stops_what_would_answer_for_another_generation(
    qtbot: QtBot,
    threaded_session: Session,
    tip: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endless = Endless()
    monkeypatch.setattr(ListVolumes, "run", lambda _self: endless.run())
    threaded_session.open(tip)
    qtbot.waitUntil(lambda: threaded_session.chain is not None)
    threaded_session.files.begin()
    qtbot.waitUntil(endless.begun.is_set)
    threaded_session.select_generation(1)
    qtbot.waitUntil(lambda: bool(endless.cleaned))
    assert not threaded_session.files.is_running
