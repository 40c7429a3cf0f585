"""Broken folders at night: only what is on screen is read, and only what is offered is pressed.

Each script opens what a tired administrator would open, follows the buttons that the window offers,
at most three, and ends at the bytes that the sound disk has.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QPushButton
from tests.gui.answers import answer_folder
from tests.gui.session.test_session import spoil_cid

import redoscope_core as core
from redoscope_core import DIARY_SECTOR, Chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow

MOST = 3
TIP = "office-000005.vmdk"
_DEEPEST = 30


class Admin:
    """Somebody who sees the window by its accessible names, and can press buttons."""

    def __init__(self, qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
        self._qtbot = qtbot
        self._window = window
        self._monkeypatch = monkeypatch
        self.clicks = 0
        QAccessible.setActive(True)  # else rows that were read once are never read again

    def seen(self) -> list[str]:
        """Return all names and texts on screen, as a screen reader finds them."""
        root = QAccessible.queryAccessibleInterface(self._window)
        return [
            text
            for node in _walk(root)
            if not node.state().invisible or _is_scrolled_away(node)
            for text in [node.text(QAccessible.Text.Name)]
            if text
        ]

    def sees(self, words: str) -> bool:
        """Return whether something on screen is called so."""
        return any(words in text for text in self.seen())

    def press(self, words: str, folder: Path | None = None) -> None:
        """Press the first button that is called *words*; a dialog is answered with *folder*."""
        if folder is not None:
            answer_folder(self._monkeypatch, folder)
        buttons = [
            button
            for button in self._window.findChildren(QPushButton)
            if button.isVisible()
            and button.isEnabled()
            and button.accessibleName().startswith(words)
        ]
        assert buttons, (words, self.seen())
        self.clicks += 1
        assert self.clicks <= MOST
        self._qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)

    def choose(self, name: str) -> None:
        """Click the row of the tree that is called *name*."""
        view = self._window.panes.chain_view
        rows = range(view.rows.rowCount())
        found = [row for row in rows if view.rows.index(row, 0).data() == name]
        place = view.tree.visualRect(view.rows.index(found[0], 0)).center()
        self.clicks += 1
        assert self.clicks <= MOST
        self._qtbot.mouseClick(view.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def bytes_at(self, sector: int) -> bytes:
        """Return what the window shows of *sector*; it has to be there."""
        chain = self._window.session.generation_chain
        assert chain is not None
        return chain.read(sector, 1)


def _is_scrolled_away(node: QAccessibleInterface) -> bool:
    """Whether it is a row of a list that is on screen: whoever reads that gets to it."""
    around = node.parent()
    row = node.role() in {QAccessible.Role.ListItem, QAccessible.Role.TreeItem}
    return row and not around.state().invisible


def _walk(node: QAccessibleInterface, depth: int = 0) -> Iterator[QAccessibleInterface]:
    yield node
    if depth < _DEEPEST:
        for number in range(min(node.childCount(), 300)):
            child = node.child(number)
            if child.isValid():
                yield from _walk(child, depth + 1)


@pytest.fixture
def admin(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Admin:
    """Somebody before the window."""
    return Admin(qtbot, window, monkeypatch)


@pytest.fixture
def sound(sample: Path) -> bytes:
    """The sector that the story is told in, as the newest generation of the sound chain has it."""
    with Chain.open(sample / TIP) as chain:
        return chain.read(DIARY_SECTOR, 1)


@pytest.mark.parametrize("opened", ["", TIP])
def test_a_missing_parent_in_a_folder_below_elsewhere(
    admin: Admin, window: MainWindow, own_sample: Path, sound: bytes, opened: str
) -> None:
    away = own_sample.parent / "restored" / "monday" / "vm"
    away.mkdir(parents=True)
    (own_sample / "office-000002.vmdk").rename(away / "office-000002.vmdk")
    window.open_path(own_sample / opened if opened else own_sample)
    assert admin.sees("office-000002.vmdk, missing, CID ")
    admin.press("Locate", own_sample.parent / "restored")
    assert not admin.sees("missing, CID ")
    admin.choose(TIP)
    assert admin.bytes_at(DIARY_SECTOR) == sound


def test_a_wrong_content_id_is_read_on_and_says_so(
    admin: Admin, window: MainWindow, own_sample: Path, sound: bytes
) -> None:
    spoil_cid(own_sample / "office-000002.vmdk")
    window.open_path(own_sample / TIP)
    assert admin.sees("This chain does not open")
    assert admin.sees("wrong CID")
    admin.press("Open anyway")
    assert admin.bytes_at(DIARY_SECTOR) == sound
    assert admin.sees("CID allowed")
    assert admin.sees("Opened although content IDs differ")


def test_the_unchanged_parent_cures_a_wrong_content_id(
    admin: Admin, window: MainWindow, own_sample: Path, sample: Path, sound: bytes
) -> None:
    backup = own_sample.parent / "backup"
    backup.mkdir()
    shutil.copy(sample / "office-000002.vmdk", backup)
    spoil_cid(own_sample / "office-000002.vmdk")
    window.open_path(own_sample / TIP)
    admin.press("Locate parent", backup)
    assert admin.bytes_at(DIARY_SECTOR) == sound
    assert not admin.sees("CID allowed")


def test_a_truncated_link_is_told_once_and_the_rest_is_read(
    admin: Admin, window: MainWindow, own_sample: Path, sound: bytes
) -> None:
    link = own_sample / "office-000004.vmdk"
    os.truncate(link, link.stat().st_size - 5 * 65536)
    window.open_path(own_sample / TIP)
    assert admin.sees("Problems: 1 error")
    assert admin.sees("office-000004.vmdk. the file is too short for what its tables say. 5 places")
    admin.press("Show 5 places")
    assert sum(text.startswith("sector 1") for text in admin.seen()) == 5
    assert admin.bytes_at(DIARY_SECTOR) == sound


def test_two_datastores_with_one_name(
    admin: Admin, window: MainWindow, own_sample: Path, tmp_path: Path, sound: bytes
) -> None:
    """Each has an office.vmdk; only one of them is what the links were made from."""
    stores = tmp_path / "datastores"
    for name in ("ssd", "sata"):
        (stores / name / "office").mkdir(parents=True)
    (own_sample / "office.vmdk").rename(stores / "sata" / "office" / "office.vmdk")
    core.create_disk(stores / "ssd" / "office" / "office.vmdk", 131072)
    window.open_path(own_sample / TIP)
    assert admin.sees("office.vmdk, missing, CID ")
    admin.press("Locate", stores)
    assert admin.bytes_at(DIARY_SECTOR) == sound
    chain = window.session.chain
    assert chain is not None
    assert chain.links[0].path == stores / "sata" / "office" / "office.vmdk"


def test_a_lost_descriptor_of_a_flat_disk(admin: Admin, window: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / "vm"
    folder.mkdir()
    disk = folder / "web.vmdk"
    core.create_disk(disk, 256, kind="monolithicFlat")
    data = folder / "web-flat.vmdk"
    data.write_bytes(bytes(512) + b"the bytes that matter".ljust(512, b".") + bytes(254 * 512))
    disk.unlink()
    window.open_path(data)
    admin.press("Open as a flat disk")
    assert admin.bytes_at(1).startswith(b"the bytes that matter")


def test_a_lost_descriptor_in_a_folder(admin: Admin, window: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / "vm"
    folder.mkdir()
    disk = folder / "web.vmdk"
    core.create_disk(disk, 256, kind="monolithicFlat")
    (folder / "web-flat.vmdk").write_bytes(b"begins so".ljust(256 * 512, b"\0"))
    disk.unlink()
    window.open_path(folder)
    assert admin.sees("Problems: ")
    admin.press("Open as a flat disk")
    assert admin.bytes_at(0).startswith(b"begins so")


def test_the_link_tab_shows_a_descriptor_that_can_not_be_understood(
    window: MainWindow, tmp_path: Path
) -> None:
    text = "# Disk DescriptorFile\nversion=1\nCID=not hexadecimal\nRW many SPARSE\n"
    (tmp_path / "torn.vmdk").write_text(text)
    window.open_path(tmp_path)
    inspector = window.panes.inspector_view
    assert inspector is not None
    assert window.session.chain is None
    assert inspector.descriptor.toPlainText() == text


def test_the_link_tab_shows_the_descriptor_of_an_orphan(
    window: MainWindow, own_sample: Path
) -> None:
    (own_sample / "office-000002.vmdk").unlink()
    window.open_path(own_sample / "office-000003.vmdk")
    inspector = window.panes.inspector_view
    assert inspector is not None
    assert "parentFileNameHint" in inspector.descriptor.toPlainText()
