"""Hostile names where they are offered, dragged, remembered and typed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragLeaveEvent, QImage
from PySide6.QtWidgets import QApplication, QPushButton
from tests.gui.drags import entering, moving
from tests.gui.hostile import hostile_folder, hostile_texts
from tests.gui.test_hostile_texts import nothing_is_taken_for_more

from redoscope_gui.dialogs.new_disk import NewDiskDialog
from redoscope_gui.views.chain import ChainView
from redoscope_gui.views.chain.dragging import link_data
from redoscope_gui.views.hex import HexView
from redoscope_gui.window import MainWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session
    from redoscope_gui.settings import Settings

TOO_LONG = "x" * 300
LISTED = 6
"""Recent files that the first page has room for."""


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The forty texts, which name a picture in the working folder."""
    monkeypatch.chdir(tmp_path)
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)
    assert image.save("p.png")
    return hostile_texts(tmp_path / "p.png")


def closed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have the system refuse every look into *folder*, as it does of a user who is not root."""
    usual = os.stat

    def refusing(path: str | Path, **how: bool) -> os.stat_result:
        if Path(os.fsdecode(path)).is_relative_to(folder):
            raise PermissionError(13, "Permission denied", str(path))
        return usual(path, **how)

    monkeypatch.setattr(os, "stat", refusing)


def test_the_palette_offers_hostile_links_as_they_are(
    window: MainWindow, texts: tuple[str, ...], tmp_path: Path
) -> None:
    window.open_path(hostile_folder(tmp_path / "many", texts))
    window.palette_box.ask()
    for needle in ("forged", "img", "\u202e", "<b>"):
        window.palette_box.box.setText(needle)
        window.grab()
        nothing_is_taken_for_more(texts)
    window.palette_box.box.setText("forged")
    assert window.palette_box.rows.rowCount() > 5


def test_hostile_recent_files_are_listed_as_they_are(
    qtbot: QtBot, session: Session, settings: Settings, texts: tuple[str, ...], tmp_path: Path
) -> None:
    disks = sorted(hostile_folder(tmp_path / "recent", texts).glob("*.vmdk"))
    for first in range(0, len(disks), LISTED):
        for disk in disks[first : first + LISTED]:
            settings.add_recent(disk)
        window = MainWindow(session, settings)
        qtbot.addWidget(window)
        nothing_is_taken_for_more(texts)


def test_a_recent_file_that_may_not_be_looked_at_is_listed_as_missing(
    qtbot: QtBot,
    session: Session,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.add_recent(tmp_path / "closed" / "disk.vmdk")
    settings.add_recent(tmp_path / f"{TOO_LONG}.vmdk")
    closed(monkeypatch, tmp_path / "closed")
    window = MainWindow(session, settings)
    qtbot.addWidget(window)
    listed = [
        button
        for button in window.welcome.findChildren(QPushButton)
        if "(missing)" in button.text()
    ]
    assert len(listed) == 2
    assert not any(button.isEnabled() for button in listed)
    assert window.questions.last_folder() == Path.home()


@pytest.mark.parametrize(
    "name",
    [
        TOO_LONG,
        f"{TOO_LONG}.vmdk",
        f"{TOO_LONG}/a.vmdk",
        "~nobody-of-that-name/a.vmdk",
        "a\x1b\u202e.vmdk",
        "/proc/1/root/a.vmdk",
    ],
)
def test_any_name_may_be_typed_for_a_new_disk(
    qtbot: QtBot, window: MainWindow, texts: tuple[str, ...], tmp_path: Path, name: str
) -> None:
    dialog = NewDiskDialog(window.session, tmp_path, window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.path_box.setText(name)
    dialog.grab()
    nothing_is_taken_for_more(texts)


@pytest.mark.parametrize("number", range(0, 40, 5))
def test_the_reason_of_a_drag_shows_hostile_names_as_they_are(
    qtbot: QtBot, session: Session, texts: tuple[str, ...], tmp_path: Path, number: int
) -> None:
    folder = hostile_folder(tmp_path / "dragged", (texts[number], texts[(number + 1) % 40]))
    view = ChainView(session)
    qtbot.addWidget(view)
    view.resize(360, 480)
    session.open(folder)
    with qtbot.waitExposed(view):
        view.show()
    child, parent = sorted(folder.glob("*.vmdk"))
    data = link_data(child)
    place = view.tree.visualRect(view.rows.index(view.rows.row_of(parent), 0)).center()
    QApplication.sendEvent(
        view.tree.viewport(), entering(QPoint(5, 5), Qt.DropAction.LinkAction, data)
    )
    QApplication.sendEvent(view.tree.viewport(), moving(place, Qt.DropAction.LinkAction, data))
    assert view.hint.isVisible()
    assert view.hint.label.text()
    view.grab()
    nothing_is_taken_for_more(texts)
    QApplication.sendEvent(view.tree.viewport(), QDragLeaveEvent())


def test_what_is_typed_to_go_to_is_never_repeated_as_it_is(
    window: MainWindow, texts: tuple[str, ...], tip: Path
) -> None:
    window.open_path(tip)
    hex_view = window.findChild(HexView)
    assert isinstance(hex_view, HexView)
    for text in texts:
        hex_view.go_to_text(text)
        assert hex_view.bar.fault.isVisible()
        nothing_is_taken_for_more(texts)
