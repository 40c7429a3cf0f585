"""The line of the status bar that says whose byte is at the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from tests.gui.fakes import Held
from tests.gui.views.listed_files import START, answering, index_of, listed_of, unread

from redoscope_core import SECTOR, SectorClass, SectorOwner
from redoscope_gui import plain
from redoscope_gui.requests import FilesListed, ListVolumes, NameByte, NameStretch
from redoscope_gui.session import Session
from redoscope_gui.window import MainWindow
from redoscope_gui.window.whose import WhoseMark

HOSTILE = b"<b>\x1b[31m\xe2\x80\xae%s{0}" + b"x" * 300


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> FilesListed:
    """Files that whoever asks has for an answer: two, the second of a hostile name."""
    found = listed_of(index_of([b"a.txt", HOSTILE]), *unread())
    monkeypatch.setattr(ListVolumes, "run", answering(found))
    return found


@pytest.fixture
def mark(explorer: MainWindow, listed: FilesListed) -> WhoseMark:
    """The line, in the window."""
    assert listed.files == 2
    found = explorer.statusBar().findChild(WhoseMark)
    assert isinstance(found, WhoseMark)
    return found


def test_the_line_follows_the_cursor_once_files_are_listed_and_asks_for_nothing_before(
    qtbot: QtBot, explorer: MainWindow, mark: WhoseMark
) -> None:
    session = explorer.session
    session.go_to((START + 100) * SECTOR + 7)
    assert mark.text() == ""
    assert not session.jobs
    session.files.begin()
    qtbot.waitUntil(lambda: mark.text() == "Volume 1, ext4: /a.txt, byte 7 of 412")
    session.go_to((START + 100) * SECTOR + 500)
    qtbot.waitUntil(lambda: mark.text().endswith("/a.txt, slack after 412 bytes"))
    session.go_to((START + 10) * SECTOR + 300)
    qtbot.waitUntil(lambda: mark.text().endswith("inode table, inode 2"))
    session.go_to(0)
    qtbot.waitUntil(lambda: mark.text() == "partition table")
    session.select_generation(2)
    assert mark.text() == "", "this one is not listed"


def test_a_message_stands_alone_also_after_the_bar_was_laid_out_anew(
    qtbot: QtBot, explorer: MainWindow, mark: WhoseMark
) -> None:
    def picture() -> QImage:
        QApplication.processEvents()
        return bar.grab(QRect(0, 0, 200, bar.height())).toImage()

    bar = explorer.statusBar()
    plain.show_message(bar, "Links found: 7", 0)
    alone = picture()
    explorer.session.files.begin()
    explorer.session.go_to(0)
    qtbot.waitUntil(lambda: mark.text() == "partition table")
    plain.show_message(bar, "Links found: 7", 0)
    explorer.looks.use_zoom(1.3)
    QApplication.processEvents()
    explorer.looks.use_zoom(1.0)
    assert picture() == alone
    bar.clearMessage()
    assert picture() != alone


def test_a_pull_of_the_cursor_asks_for_the_place_where_it_stops(
    qtbot: QtBot, explorer: MainWindow, mark: WhoseMark, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not mark.text()
    explorer.session.files.begin()
    asked: list[int] = []
    real = NameByte.run

    def noted(each: NameByte) -> SectorOwner:
        asked.append(each.offset)
        return real(each)

    monkeypatch.setattr(NameByte, "run", noted)
    for offset in range(0, 50 * SECTOR, SECTOR):
        explorer.session.go_to(offset, jump=False)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [49 * SECTOR]


def test_an_answer_that_comes_late_is_not_told_of_another_place(
    qtbot: QtBot,
    threaded_session: Session,
    tip: Path,
    listed: FilesListed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threaded_session.open(tip)
    qtbot.waitUntil(lambda: threaded_session.chain is not None)
    threaded_session.files.begin()
    qtbot.waitUntil(lambda: threaded_session.files.listed is listed)
    held = Held(NameByte(listed, 0).run())
    monkeypatch.setattr(NameByte, "run", lambda _self: held.run())
    parent = QWidget()
    qtbot.addWidget(parent)
    mark = WhoseMark(threaded_session, parent)
    threaded_session.go_to(5)
    qtbot.waitUntil(held.begun.is_set)
    threaded_session.select_generation(1)
    held.let_go.set()
    qtbot.waitUntil(lambda: not threaded_session.busy)
    assert mark.text() == ""


def test_a_hostile_name_is_spelled_out_and_widens_nothing(
    qtbot: QtBot, explorer: MainWindow, mark: WhoseMark
) -> None:
    width = explorer.width()
    explorer.session.files.begin()
    explorer.session.go_to((START + 102) * SECTOR)
    qtbot.waitUntil(lambda: "x" * 300 in mark.text())
    assert all(char.isprintable() or char == "\u202f" for char in mark.text())
    assert explorer.width() == width
    assert mark.accessibleDescription() == mark.text()
    assert not mark.grab().isNull()


def test_a_stretch_is_told_by_the_files_that_have_most_of_it(listed: FilesListed) -> None:
    found = NameStretch(listed, START, START + 200).run()
    assert found.files[0] == ("/a.txt", 1)
    assert len(found.files) == 2
    assert found.more == 0
    assert dict(found.others) == {SectorClass.FREE_SPACE: 190, SectorClass.FILE_SYSTEM: 8}
    many = listed_of(index_of([b"%d" % number for number in range(9)]))
    assert NameStretch(many, 0, START + 200).run().more == 6
    gaps = NameStretch(many, 1, START).run()
    assert (gaps.files, gaps.others) == ((), ((SectorClass.GAP, START - 1),))
