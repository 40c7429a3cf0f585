"""Copying from the hex view, and the encoding of its text column."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QMessageBox
from pytestqt.qtbot import QtBot
from tests.gui.views.hex_sight import expected, settle

from redoscope_core import create_disk
from redoscope_gui.copy_forms import CopyForm
from redoscope_gui.session import Session
from redoscope_gui.views.hex import HexView


@pytest.mark.parametrize(
    ("form", "text"), [(CopyForm.HEX, "EB FE"), (CopyForm.TEXT, "."), (CopyForm.C, "0xeb, 0xfe")]
)
def test_the_selection_is_copied(
    qtbot: QtBot, session: Session, hex_view: HexView, form: CopyForm, text: str
) -> None:
    hex_view.surface.hand.select(0, 31)
    hex_view.copy(form)
    copied = QGuiApplication.clipboard().text()
    assert text in copied
    qtbot.keyClick(hex_view.surface, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert bytes.fromhex(QGuiApplication.clipboard().text()) == expected(session, 0, 32)


def test_much_is_copied_only_if_the_user_says_so(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    QGuiApplication.clipboard().setText("before")
    qtbot.keyClick(hex_view.surface, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert hex_view.surface.hand.selection == (0, (64 << 20) - 1)
    hex_view.surface.hand.select(0, (5 << 20) - 1)
    for button, text in (("Cancel", "before"), ("Copy", "EB FE")):
        qtbot.keyClick(hex_view.surface, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        box = hex_view.findChild(QMessageBox)
        assert box is not None
        assert "5 MiB" in box.text().replace("\u202f", " ").replace("\xa0", " ")
        wanted = next(each for each in box.buttons() if each.text() == button)
        qtbot.mouseClick(wanted, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: hex_view.findChild(QMessageBox) is None)
        assert QGuiApplication.clipboard().text().startswith(text)
    whole = bytes.fromhex(QGuiApplication.clipboard().text())
    assert whole == expected(session, 0, 5 << 20)
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize(
    ("form", "most"), [(CopyForm.DUMP, 6), (CopyForm.HEX, 10), (CopyForm.TEXT, 32)]
)
def test_no_text_is_handed_to_the_desktop_that_would_hold_the_window(
    qtbot: QtBot, session: Session, hex_view: HexView, form: CopyForm, most: int
) -> None:
    hex_view.surface.hand.select(0, (most << 20) - 1)
    hex_view.copy(form)
    box = hex_view.findChild(QMessageBox)
    assert box is not None
    box.close()
    qtbot.waitUntil(lambda: hex_view.findChild(QMessageBox) is None)
    hex_view.surface.hand.select(0, most << 20)
    with qtbot.waitSignal(session.message) as caught:
        hex_view.copy(form)
    assert f"at most {most}" in str(caught.args)


def test_more_than_memory_should_hold_is_not_copied(
    qtbot: QtBot, session: Session, hex_view: HexView, tmp_path: Path
) -> None:
    create_disk(tmp_path / "large.vmdk", (1 << 30) // 512)
    session.open(tmp_path / "large.vmdk")
    hex_view.select_all()
    assert hex_view.surface.hand.selection == (0, (1 << 30) - 1)
    QGuiApplication.clipboard().setText("before")
    with qtbot.waitSignal(session.message) as caught:
        hex_view.copy()
    assert "save the selection" in str(caught.args)
    assert hex_view.findChild(QMessageBox) is None
    assert QGuiApplication.clipboard().text() == "before"
    hex_view.copy(CopyForm.SECTORS)
    assert QGuiApplication.clipboard().text().endswith(f"--count {2**21}")


def test_the_text_column_is_read_in_the_encoding_that_was_chosen(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    session.go_to(4096 * 512)
    settle(qtbot, hex_view)
    pictures = []
    for name in ("ascii", "cp037", "utf-16-le"):
        menu = hex_view.menu()
        inner = [each.menu() for each in menu.actions()]
        actions = [each for sub in inner if isinstance(sub, QMenu) for each in sub.actions()]
        with qtbot.waitSignal(hex_view.encoding_chosen) as caught:
            next(each for each in actions if each.text() == name).trigger()
        assert caught.args == [name]
        pictures.append(hex_view.surface.viewport().grab().toImage())
        menu.close()
        menu.deleteLater()
    assert pictures[0] != pictures[1] != pictures[2]
    hex_view.surface.hand.select(4096 * 512, 4096 * 512 + 19)
    hex_view.copy(CopyForm.TEXT)
    data = expected(session, 4096 * 512, 20)
    told = "".join(each if each.isprintable() else "." for each in data.decode("utf-16-le"))
    assert QGuiApplication.clipboard().text() == told
