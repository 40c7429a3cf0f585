"""Selected bytes, hashed and saved by the commands of the window."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from redoscope_core import Chain

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
FIRST, LAST = 4096 * 512 + 3, 9000 * 512 + 77


def raw(window: MainWindow, generation: int) -> bytes:
    """The selected bytes, read by another chain."""
    path = window.session.cursor.path
    assert path is not None
    with Chain.open(path) as chain:
        data = chain.up_to(generation).read(4096, 9000 - 4096 + 1)
    return data[FIRST - 4096 * 512 : LAST - 4096 * 512 + 1]


def select(window: MainWindow) -> None:
    assert window.panes.hex_view is not None
    window.panes.hex_view.surface.hand.select(FIRST, LAST)


def test_the_hash_of_the_selection_is_that_of_its_bytes(qtbot: QtBot, explorer: MainWindow) -> None:
    explorer.session.select_generation(3)
    select(explorer)
    qtbot.keyClick(explorer, Qt.Key.Key_H, BOTH)
    job = explorer.session.jobs[-1]
    qtbot.waitUntil(lambda: job.over)
    assert job.result == f"sha256 {hashlib.sha256(raw(explorer, 3)).hexdigest()}"
    assert explorer.panes.jobs.in_front


def test_the_selection_is_saved_with_a_file_that_says_whence(
    qtbot: QtBot, explorer: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "part.bin"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(target), ""))
    explorer.session.select_generation(2)
    select(explorer)
    qtbot.keyClick(explorer, Qt.Key.Key_S, BOTH)
    job = explorer.session.jobs[-1]
    qtbot.waitUntil(lambda: job.over)
    data = raw(explorer, 2)
    assert target.read_bytes() == data
    told = json.loads((tmp_path / "part.bin.json").read_text())
    assert told["disk"] == str(explorer.session.cursor.path)
    assert (told["generation"], told["offset"], told["length"]) == (2, FIRST, len(data))
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    qtbot.keyClick(explorer, Qt.Key.Key_S, BOTH)
    qtbot.waitUntil(lambda: explorer.session.jobs[-1].over)
    assert explorer.session.jobs[-1].error is not None, "a taken name is never replaced"
    assert target.read_bytes() == data


def test_a_disk_of_the_chain_is_not_replaced(
    qtbot: QtBot, explorer: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = explorer.session.cursor.path
    assert path is not None
    before = path.read_bytes()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), ""))
    select(explorer)
    explorer.commands.run("edit.save_selection")
    qtbot.waitUntil(lambda: explorer.session.jobs[-1].over)
    assert "never replaced" in str(explorer.session.jobs[-1].error)
    assert path.read_bytes() == before


def test_one_link_alone_is_hashed_where_it_stores_the_bytes(
    qtbot: QtBot, explorer: MainWindow
) -> None:
    assert explorer.session.cursor.path is not None
    explorer.commands.run("chain.look_alone")
    view = explorer.panes.hex_view
    assert view is not None
    view.surface.hand.select(4096 * 512, 4097 * 512 - 1)
    explorer.commands.run("edit.hash_selection")
    qtbot.waitUntil(lambda: explorer.session.jobs[-1].over)
    with Chain.open(explorer.session.cursor.path) as chain:
        digits = hashlib.sha256(chain.read(4096, 1)).hexdigest()
    assert explorer.session.jobs[-1].result == f"sha256 {digits}"
    view.select_all()
    explorer.commands.run("edit.hash_selection")
    qtbot.waitUntil(lambda: explorer.session.jobs[-1].over)
    assert "asks the parent" in str(explorer.session.jobs[-1].error)


def test_more_than_can_be_copied_leads_to_saving(
    qtbot: QtBot, explorer: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "part.bin"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(target), ""))
    view = explorer.panes.hex_view
    assert view is not None
    view.surface.hand.select(0, (5 << 20) - 1)
    view.copy()
    box = view.findChild(QMessageBox)
    assert box is not None
    saving = next(each for each in box.buttons() if "Save" in each.text())
    qtbot.mouseClick(saving, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: explorer.session.jobs[-1].over)
    assert target.stat().st_size == 5 << 20
    qtbot.waitUntil(lambda: view.findChild(QMessageBox) is None)


def test_the_menu_of_the_bytes_has_both(explorer: MainWindow) -> None:
    view = explorer.panes.hex_view
    assert view is not None
    menu = view.menu()
    names = {action.objectName() for action in menu.actions()}
    assert {"edit.save_selection", "edit.hash_selection"} <= names
    menu.close()
    menu.deleteLater()
