"""A file in two generations side by side: text by lines, pictures, bytes, and what can't be."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot
from tests.gui.fakes import Failing
from tests.gui.views.listed_files import START, Story, answering

from redoscope_core import ContentRead, Policy, WhyLeft, finished
from redoscope_gui import theme
from redoscope_gui.requests import FileAsked, PastTold, ReadStates, StatesRead, TellPast
from redoscope_gui.requests.selected import Shown
from redoscope_gui.session import Compared, Session
from redoscope_gui.two_states import beside
from redoscope_gui.views.beside import BesideView
from redoscope_gui.views.beside.pictures import picture_in
from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
SALARIES = FileAsked(START, "/SALARIES.TXT", "1:/SALARIES.TXT")
NUMBER_A, OLDER, NUMBER_B, NEWER = range(4)


@pytest.fixture
def shredded(salaries: PastTold, monkeypatch: pytest.MonkeyPatch) -> PastTold:
    """The history of what was shredded, which whoever asks for one has for an answer."""
    monkeypatch.setattr(TellPast, "run", answering(salaries))
    return salaries


@pytest.fixture
def pane(
    qtbot: QtBot, window: MainWindow, tip: Path, told: Story, shredded: PastTold
) -> BesideView:
    """The pane, shown by its command."""
    assert told
    window.open_path(tip)
    window.session.files.tell_past(SALARIES)
    window.session.compare(Compared(2))
    window.commands.run("go.beside")
    view = window.panes.guests.beside_view
    qtbot.waitUntil(lambda: view.found is not None)
    assert window.session.files.past.told is shredded
    return view


def read(data: bytes) -> ContentRead:
    return ContentRead(len(data), data)


def states(older: bytes | None, newer: bytes | None) -> StatesRead:
    """Return two states as they are read; None is that the file is not there."""
    sides = [None if each is None else read(each) for each in (older, newer)]
    return StatesRead(sides[0], sides[1], beside(older or b"", newer or b""))


def show(
    qtbot: QtBot, view: BesideView, found: StatesRead, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have other states read: those of the next generation pair."""
    monkeypatch.setattr(ReadStates, "run", answering(found))
    view._session.compare(Compared(0 if view._session.comparison == Compared(1) else 1))
    qtbot.waitUntil(lambda: view.found is found)


def column(view: BesideView, number: int) -> list[str]:
    return [str(view.rows.index(row, number).data()) for row in range(view.rows.rowCount())]


def png(colour: str, width: int = 30, height: int = 20) -> bytes:
    """Return a picture of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QPixmap.fromImage(image).save(buffer, "PNG")
    return bytes(data.data())


def test_what_the_file_was_stands_beside_where_it_is_gone(
    session: Session, pane: BesideView
) -> None:
    assert pane.name.text().endswith("SALARIES.TXT")
    assert pane.totals.text() == "It is in A alone"
    assert pane.heads[0].text() == "A: generation 2, office-000002.vmdk, 64 KiB"
    assert pane.heads[1].text() == "B: generation 5, office-000005.vmdk, not there"
    assert "SALARIES - CONFIDENTIAL" in column(pane, OLDER)[0]
    assert column(pane, NUMBER_A)[0] == "\N{MINUS SIGN} 1"
    assert set(column(pane, NEWER)) == {""}
    session.select_generation(0)
    assert pane.totals.text() == "There is no generation before this one"
    assert not pane.rows.rowCount()


def test_without_a_it_is_held_against_the_parent_generation(
    qtbot: QtBot, session: Session, pane: BesideView
) -> None:
    session.compare(None)
    session.select_generation(3)
    qtbot.waitUntil(lambda: pane.found is not None)
    assert pane.heads[0].text().startswith("A: generation 2")
    assert pane.heads[1].text().startswith("B: generation 3")
    session.select_generation(2)
    qtbot.waitUntil(lambda: pane.found is not None)
    assert pane.totals.text() == "The same in every byte"
    assert not pane.after.isEnabled()


def test_texts_stand_line_beside_line_and_brackets_walk_through_what_differs(
    qtbot: QtBot, pane: BesideView, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = "".join(f"line {n}\n" for n in range(60))
    newer = older.replace("line 5\n", "<b>&amp;\u202e\x0cother</b>\n").replace("line 40\n", "")
    show(qtbot, pane, states(older.encode(), newer.encode()), monkeypatch)
    assert pane.totals.text() == "Text; 2 places differ, 2 lines"
    assert pane.table.currentIndex().row() == 5, "it begins at the first that differs"
    told = column(pane, NEWER)[5]
    assert told.startswith("<b>&amp;")
    assert told.isprintable()
    assert column(pane, NUMBER_B)[5] == "\N{NOT EQUAL TO} 6"
    model = pane.rows
    assert model.index(5, OLDER).data(Qt.ItemDataRole.BackgroundRole) == theme.colour("changed")
    assert model.index(6, OLDER).data(Qt.ItemDataRole.BackgroundRole) is None
    qtbot.keyClick(pane.table, Qt.Key.Key_BracketRight)
    assert pane.table.currentIndex().row() == 40
    qtbot.mouseClick(pane.before, LEFT)
    assert pane.table.currentIndex().row() == 5


def test_pictures_stand_side_by_side_and_one_that_is_damaged_says_so(
    qtbot: QtBot, pane: BesideView, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(qtbot, pane, states(png("#a02040"), png("#2040a0", 40)), monkeypatch)
    assert pane.pictures.isVisible()
    assert "Pictures; " in pane.totals.text()
    spoken = pane.pictures.accessibleName()
    assert spoken == "Older picture 30 \u00d7 20, newer picture 40 \u00d7 20"
    shot = pane.pictures.grab().toImage()
    colours = {
        shot.pixelColor(int(shot.width() * at), shot.height() // 2 - 9).name()
        for at in (0.25, 0.75)
    }
    assert colours == {"#a02040", "#2040a0"}
    show(qtbot, pane, states(png("#a02040")[:60], png("#2040a0")), monkeypatch)
    assert pane.pictures.images[0] is None
    assert "damaged" in pane.pictures.accessibleName()
    show(qtbot, pane, states(png("#a02040")[:60], png("#2040a0")[:60]), monkeypatch)
    assert pane.table.isVisible(), "where no picture can be drawn bytes are shown"


def test_bytes_stand_beside_bytes(
    qtbot: QtBot, pane: BesideView, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(qtbot, pane, states(bytes(20), bytes(8) + b"\x01AB\xff" + bytes(4)), monkeypatch)
    assert column(pane, NUMBER_A) == [
        *("0", "\N{NOT EQUAL TO} 8", "\N{MINUS SIGN} 10"),
    ]
    assert column(pane, NEWER)[1].split() == ["01", "41", "42", "FF", *["00"] * 4, ".AB....."]
    assert pane.totals.text() == "1 place differs, 8 bytes"


def test_what_can_not_be_read_is_told_and_nothing_is_shown_in_its_place(
    qtbot: QtBot, pane: BesideView, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = ContentRead(512, b"", WhyLeft.UNREADABLE, "<i>sector 7</i>")
    show(qtbot, pane, StatesRead(lost, read(b"a"), None), monkeypatch)
    assert pane.totals.text() == "Not shown: sectors of it can't be read: <i>sector 7</i>"
    assert not pane.rows.rowCount()
    monkeypatch.setattr(ReadStates, "run", lambda _self: Failing().run())
    pane._session.compare(Compared(2))
    qtbot.waitUntil(lambda: "the disk is gone" in pane.totals.text())


def test_the_history_pane_leads_there_and_compares_with_what_the_file_was(
    qtbot: QtBot, window: MainWindow, pane: BesideView
) -> None:
    window.commands.run("window.beside")
    assert not pane.isVisible()
    window.session.compare(None)
    window.commands.run("window.history")
    history = window.panes.guests.history_view
    qtbot.mouseClick(history.pair, LEFT)
    assert window.session.comparison == Compared(2)
    assert pane.isVisible()
    qtbot.waitUntil(lambda: pane.found is not None)
    assert pane.heads[0].text().startswith("A: generation 2")


def test_pictures_are_decoded_within_limits_and_by_their_own_format_alone() -> None:
    assert picture_in(png("#112233", 2000, 2000)) is not None
    assert picture_in(png("#112233", 4000, 2000)) is None, "too many pixels"
    assert picture_in(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>") is None
    assert picture_in(b"BM" + bytes(60)) is None
    bomb = bytearray(png("#112233"))
    bomb[16:24] = (2**31 - 1).to_bytes(4, "big") * 2
    assert picture_in(bytes(bomb)) is None
    assert picture_in(b"\x89PNG\r\n\x1a\n" + b"<svg/>") is None


def test_only_the_first_bytes_of_a_large_file_are_read_and_that_is_said(
    tip: Path, salaries: PastTold
) -> None:
    shown = Shown(tip, 5, Policy(), None, alone=False)
    moments = salaries.moments
    found = finished(ReadStates(shown, moments[2], moments[3], 1000).run())
    assert found.older is not None
    assert (found.older.size, len(found.older.data)) == (65536, 1000)
    assert found.newer is None
    assert found.is_cut
