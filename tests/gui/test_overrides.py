"""What is refused until the user says otherwise: each with a button, pressed by real clicks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from tests.gui import zoo
from tests.gui.endurance.stage import evidence
from tests.judges.handmade import SparsePlan, descriptor_text, sparse_link

from redoscope_core import Leniency, Policy
from redoscope_gui.session import Remedy

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow

DIRTY, FLAT = "Open anyway (journal not replayed)", "Open as a flat disk"
EVERYWHERE = "Allow all folders"


def in_problems(window: MainWindow, words: str) -> QPushButton:
    """Return the button in the Problems pane."""
    buttons = window.panes.problems_view.list.findChildren(QPushButton)
    (found,) = [b for b in buttons if b.text() == words and b.isVisible()]
    return found


def in_banner(window: MainWindow, words: str) -> QPushButton:
    """Return the button on the banner."""
    buttons = window.explorer.banner.cures
    (found,) = [b for b in buttons if b.text() == words and b.isVisible()]
    return found


def is_open(window: MainWindow) -> bool:
    """Return whether there is a chain to look at."""
    return window.session.chain is not None


PLACES = [pytest.param(in_problems, id="problems"), pytest.param(in_banner, id="banner")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that is opened; beside it is room for others."""
    folder = tmp_path / "vm"
    folder.mkdir()
    return folder


def outside_child(folder: Path) -> Path:
    """Make a child whose parent is named by an absolute path in another folder."""
    away = folder.parent / "away"
    away.mkdir()
    base = sparse_link(away / "base.vmdk", SparsePlan(2048, grains={0: b"b" * 65536}), cid=5)
    plan = SparsePlan(2048, grains={2: b"c" * 65536})
    return sparse_link(folder / "child.vmdk", plan, cid=6, parent_cid=5, hint=str(base))


@pytest.mark.parametrize("place", PLACES)
def test_a_parent_outside_is_read_once_all_folders_are_allowed(
    qtbot: QtBot,
    window: MainWindow,
    folder: Path,
    place: Callable[[MainWindow, str], QPushButton],
) -> None:
    child = outside_child(folder)
    before = evidence(folder)
    window.open_path(child)
    assert not is_open(window)
    qtbot.mouseClick(place(window, EVERYWHERE), Qt.MouseButton.LeftButton)
    chain = window.session.chain
    assert chain is not None
    assert chain.read(0, 1) == b"b" * 512
    assert window.session.policy == Policy().allowing(Leniency.OUTSIDE)
    assert window.explorer.banner.isVisible()
    assert "lead out of the folder" in window.explorer.banner.label.text()
    assert window.explorer.banner.cures == []
    assert evidence(folder) == before


def test_one_folder_is_allowed_from_the_banner_which_names_it(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    window.open_path(outside_child(folder))
    away = str(folder.parent / "away")
    buttons = [b for b in window.explorer.banner.cures if away in b.toolTip()]
    assert buttons[0].text() == "Allow folder away"
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert window.session.chain is not None
    assert window.session.policy == Policy(search=(Path(away),))
    assert not window.explorer.banner.isVisible(), "a folder that is named is as good as opened"


def test_an_extent_outside_is_read_once_all_folders_are_allowed(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    (folder.parent / "away.bin").write_bytes(b"x" * 8 * 512)
    disk = folder / "disk.vmdk"
    lines = ['RW 8 FLAT "../away.bin" 0']
    disk.write_text(descriptor_text(lines, kind="monolithicFlat"))
    window.open_path(disk)
    assert not is_open(window)
    assert window.session.problems[0].remedies == (Remedy.ALLOW_OUTSIDE,)
    qtbot.mouseClick(in_problems(window, EVERYWHERE), Qt.MouseButton.LeftButton)
    assert window.session.chain is not None
    assert window.session.chain.read(0, 1) == b"x" * 512


@pytest.mark.parametrize("place", PLACES)
def test_a_journal_that_was_not_replayed_is_read_past_with_a_banner_that_stays(
    qtbot: QtBot,
    window: MainWindow,
    folder: Path,
    place: Callable[[MainWindow, str], QPushButton],
) -> None:
    disk = zoo.dirty_sesparse(folder)
    window.open_path(disk)
    assert not is_open(window)
    (problem,) = window.session.problems
    assert problem.path == folder / "space-sesparse.vmdk"
    assert "byte 536" in problem.text
    assert "--allow" not in problem.cure
    qtbot.mouseClick(place(window, DIRTY), Qt.MouseButton.LeftButton)
    assert window.session.chain is not None
    assert window.session.chain.read(0, 8) == b"a" * 4096
    banner = window.explorer.banner
    assert "without replaying the journal" in banner.label.text()
    window.session.reload()
    assert banner.isVisible()
    assert any("journal was not replayed" in p.text for p in window.session.problems)


def test_flat_data_alone_is_explained_and_opened_as_a_disk_when_asked(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    flat = zoo.bare_flat(folder)
    window.open_path(flat)
    assert QApplication.activeModalWidget() is None
    assert window.panes.problems.isVisible()
    (problem,) = window.session.problems
    assert "not a virtual disk" in problem.text
    assert "its descriptor is lost" in problem.cure
    assert "--bare" not in problem.cure
    qtbot.mouseClick(in_problems(window, FLAT), Qt.MouseButton.LeftButton)
    chain = window.session.chain
    assert chain is not None
    assert chain.capacity == zoo.SECTORS
    assert chain.read(0, 1) == b"f" * 512
    assert "opened alone, without its descriptor" in window.explorer.banner.label.text()


def test_flat_data_in_a_folder_is_opened_within_it(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    flat = zoo.bare_flat(folder)
    other = zoo.KINDS[next(iter(zoo.KINDS))](folder)
    window.open_path(folder)
    assert window.session.cursor.path == other
    qtbot.mouseClick(in_problems(window, FLAT), Qt.MouseButton.LeftButton)
    assert window.session.source == folder
    assert window.session.cursor.path == flat
    assert window.session.chain is not None


def test_text_is_not_offered_as_a_flat_disk(window: MainWindow, folder: Path) -> None:
    path = folder / "notes.vmdk"
    path.write_text("hello\n")
    window.open_path(path)
    (problem,) = window.session.problems
    assert problem.remedies == ()


def test_what_was_allowed_ends_with_the_next_path(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    disk = zoo.dirty_sesparse(folder)
    window.open_path(disk)
    qtbot.mouseClick(in_banner(window, DIRTY), Qt.MouseButton.LeftButton)
    window.open_path(disk)
    assert window.session.policy == Policy()
    assert not is_open(window)


def test_buttons_of_the_banner_are_reached_and_pressed_by_keys(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    window.open_path(zoo.dirty_sesparse(folder))
    button = in_banner(window, DIRTY)
    assert button.accessibleName() == f"{DIRTY} space-sesparse.vmdk"
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    with qtbot.waitActive(window):
        window.activateWindow()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert window.session.chain is not None
