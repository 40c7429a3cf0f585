"""The dialogs of a case: a new one, and its entries."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QStyle
from pytestqt.qtbot import QtBot
from tests.gui.typist import CTRL, Typist

from redoscope_core import SECTOR, CaseEntryKind, MarkColour, MarkedPlace
from redoscope_gui import theme
from redoscope_gui.dialogs.case_entry import CaseEntryDialog
from redoscope_gui.dialogs.new_case import NewCaseDialog
from redoscope_gui.requests import MakeCase
from redoscope_gui.session import Session
from redoscope_gui.window import MainWindow

OK = QDialogButtonBox.StandardButton.Ok


@pytest.fixture
def opened(window: MainWindow, session: Session, tip: Path, tmp_path: Path) -> MainWindow:
    """The window with the sample and a case."""
    window.open_path(tip)
    session.casework.make(MakeCase(tmp_path / "case", "Office"))
    window.activateWindow()
    return window


def asked(window: MainWindow, command: str) -> CaseEntryDialog:
    assert window.commands.run(command)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CaseEntryDialog)
    return dialog


def test_a_case_beside_disks_is_refused_and_made_once_that_is_allowed(
    window: MainWindow, session: Session, own_sample: Path
) -> None:
    window.commands.run("case.new")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, NewCaseDialog)
    dialog.folder_box.setText(str(own_sample / "case"))
    ok = dialog.buttons.button(OK)
    assert ok.isEnabled()  # nothing is open: the engine tells, once it has looked there
    ok.click()
    assert dialog.isVisible()
    assert "beside" in dialog.reason.label.text() or "lie" in dialog.reason.label.text()
    assert not (own_sample / "case").exists()
    dialog.beside_box.setChecked(True)
    ok.click()
    assert session.casework.state is not None
    assert session.casework.state.case.head.beside_evidence


def test_a_case_beside_what_is_open_is_refused_as_soon_as_it_is_named(
    window: MainWindow, tip: Path, tmp_path: Path
) -> None:
    window.open_path(tip)
    window.commands.run("case.new")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, NewCaseDialog)
    ok = dialog.buttons.button(OK)
    disks = tip.parent
    around = (disks, disks / "case", disks.parent, disks / "x" / ".." / "case", disks / "a" / "b")
    for folder in around:
        dialog.folder_box.setText(str(folder))
        assert not ok.isEnabled()
        assert "beside the disks" in dialog.reason.label.text()
        dialog.beside_box.setChecked(True)
        assert ok.isEnabled()
        dialog.beside_box.setChecked(False)
    dialog.folder_box.setText(str(tmp_path / "apart" / "case"))
    assert ok.isEnabled()
    dialog.reject()


def test_a_new_case_wants_a_folder_that_is_no_file(window: MainWindow, tmp_path: Path) -> None:
    window.commands.run("case.new")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, NewCaseDialog)
    (tmp_path / "file").touch()
    for text in ("", "  ", str(tmp_path / "file")):
        dialog.folder_box.setText(text)
        assert not dialog.buttons.button(OK).isEnabled()
    dialog.reject()


def test_the_box_of_a_note_shows_where_it_is_and_that_it_has_the_focus(
    qtbot: QtBot, opened: MainWindow
) -> None:
    dialog = asked(opened, "case.note")
    box = dialog.text_box
    shown = []
    for chosen in (box, dialog.tags_box):
        chosen.setFocus()
        qtbot.waitUntil(chosen.hasFocus)
        edge = box.grab().toImage().pixelColor(box.width() // 2, 0)
        shown.append(edge.name())
    assert shown == [theme.colour("accent").name(), theme.colour("line").name()]


def test_the_buttons_of_a_dialog_have_no_icons_of_another_style(opened: MainWindow) -> None:
    dialog = asked(opened, "case.note")
    hint = QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
    assert not dialog.style().styleHint(hint, None, dialog.buttons)
    assert all(button.icon().isNull() for button in dialog.buttons.buttons())


def test_a_bookmark_is_kept_from_the_keyboard(
    qtbot: QtBot, opened: MainWindow, session: Session
) -> None:
    session.marked.mark((34 * SECTOR, 42 * SECTOR - 1))
    typist = Typist(qtbot, opened)
    typist.press(Qt.Key.Key_D, CTRL)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CaseEntryDialog)
    typist.type("odd gap")
    typist.tab_to(dialog.text_box)
    typist.type("nobody owns it")
    typist.tab_to(dialog.tags_box)
    typist.type("gap, odd ,,gap")
    with qtbot.waitSignal(dialog.accepted):
        typist.press(Qt.Key.Key_Return)
    entry = session.casework.entry
    assert entry is not None
    assert (entry.name, entry.text, entry.tags) == ("odd gap", "nobody owns it", ("gap", "odd"))
    assert entry.colour is MarkColour.ORANGE
    assert entry.place == MarkedPlace(1, 5, 34, 8)


def test_a_note_may_be_about_the_selection_the_link_or_the_case(
    opened: MainWindow, session: Session
) -> None:
    dialog = asked(opened, "case.note")
    words = [dialog.about_box.itemText(at) for at in range(dialog.about_box.count())]
    assert words == [
        "sector 0, generation 5",
        "link office-000005.vmdk, generation 5",
        "the case",
    ]
    assert not dialog.buttons.button(OK).isEnabled()
    dialog.text_box.setPlainText("sealed")
    dialog.about_box.setCurrentIndex(2)
    dialog.buttons.button(OK).click()
    assert session.casework.entry is not None
    assert session.casework.entry.kind is CaseEntryKind.NOTE
    assert session.casework.entry.place is None


def test_an_entry_is_edited_and_keeps_its_place(opened: MainWindow, session: Session) -> None:
    dialog = asked(opened, "case.bookmark")
    dialog.name_box.setText("before")
    dialog.buttons.button(OK).click()
    assert session.casework.entry, dialog.reason.label.text()
    place = session.casework.entry.place
    dialog = asked(opened, "case.edit")
    assert not dialog.about_box.isEnabled()
    dialog.name_box.setText("after")
    dialog.colour_box.setCurrentIndex(dialog.colour_box.findData(MarkColour.BLUE.value))
    dialog.buttons.button(OK).click()
    entry = session.casework.entry
    assert entry is not None
    assert (entry.name, entry.colour, entry.place) == ("after", MarkColour.BLUE, place)
    dialog = asked(opened, "case.tag")
    assert dialog.focusWidget() is dialog.tags_box
    dialog.reject()


def test_what_the_case_refuses_is_said_in_the_dialog_and_can_be_mended(
    opened: MainWindow, session: Session
) -> None:
    dialog = asked(opened, "case.bookmark")
    dialog.name_box.setText("b")
    dialog.tags_box.setText("x" * 300)
    dialog.buttons.button(OK).click()
    assert "tag is too long" in dialog.reason.label.text()
    assert session.casework.entry is None
    dialog.tags_box.setText("x")
    dialog.buttons.button(OK).click()
    assert session.casework.entry is not None


def test_without_a_listed_file_at_the_cursor_a_file_is_not_bookmarked(
    opened: MainWindow, session: Session
) -> None:
    told: list[str] = []
    session.message.connect(told.append)
    opened.commands.run("case.bookmark_file")
    assert QApplication.activeModalWidget() is None
    assert told == ["No file that is listed has the byte at the cursor"]
