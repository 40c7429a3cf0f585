"""The tree of a broken folder: what is missing has a row, what was allowed stays marked."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from tests.gui.answers import answer_folder
from tests.gui.session.test_session import spoil_cid

from redoscope_core import Forest, Leniency, Severity, create_disk
from redoscope_gui.session import Remedy
from redoscope_gui.views.chain.families import families_of
from redoscope_gui.views.chain.rows import Column, Ghost, Heading, LinkRow

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow

CHILD = "office-000003.vmdk"
PARENT = "office-000002.vmdk"


def told(window: MainWindow) -> list[str]:
    """Return what a screen reader says of the rows of the tree, from the top."""
    rows = window.panes.chain_view.rows
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(rows.index(n, Column.NAME).data(role)) for n in range(rows.rowCount())]


def link(window: MainWindow, path: Path) -> LinkRow:
    """Return the row of the link at *path*."""
    rows = window.panes.chain_view.rows
    found = rows.link_at(rows.index(rows.row_of(path), 0))
    assert found is not None
    return found


@pytest.fixture
def elsewhere(own_sample: Path, tmp_path: Path) -> Path:
    """The folder that a link in the middle was moved to."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (own_sample / PARENT).rename(folder / PARENT)
    return folder


@pytest.mark.usefixtures("elsewhere")
def test_a_missing_parent_has_a_row_with_the_content_id_it_must_have(
    window: MainWindow, own_sample: Path
) -> None:
    window.open_path(own_sample)
    wanted = link(window, own_sample / CHILD).node.parent_cid
    words = f"{PARENT}, missing, CID {wanted:08x}"
    assert told(window).count(words) == 1
    children = [n for n, row in enumerate(told(window)) if "orphan" in row]
    assert len(children) == 2
    assert told(window).index(words) == children[0] - 1


def test_its_button_locates_it_and_the_row_goes(
    qtbot: QtBot,
    window: MainWindow,
    own_sample: Path,
    elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.open_path(own_sample)
    answer_folder(monkeypatch, elsewhere)
    tree = window.panes.chain_view.tree
    buttons = [b for b in tree.findChildren(QPushButton) if b.isVisible()]
    assert [b.accessibleName() for b in buttons] == [f"Locate the parent of {CHILD}"]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert window.panes.chain_view.rows.ghosts == []
    assert window.session.chain is not None
    assert all(problem.severity < Severity.LOST for problem in window.session.problems)


def test_enter_on_the_row_locates_too(
    qtbot: QtBot,
    window: MainWindow,
    own_sample: Path,
    elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.open_path(own_sample)
    answer_folder(monkeypatch, elsewhere)
    view = window.panes.chain_view
    ((row, _),) = view.rows.ghosts
    view.tree.setCurrentIndex(view.rows.index(row, 0))
    qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    assert view.rows.ghosts == []


@pytest.mark.usefixtures("elsewhere")
def test_the_window_goes_on_while_it_asks_where_the_parent_is(
    qtbot: QtBot, window: MainWindow, own_sample: Path
) -> None:
    window.open_path(own_sample)
    view = window.panes.chain_view
    ((row, _),) = view.rows.ghosts
    view.tree.activated.emit(view.rows.index(row, 0))
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert len(view.rows.ghosts) == 1


def test_each_chain_of_a_folder_has_a_heading(
    window: MainWindow, own_sample: Path, tmp_path: Path
) -> None:
    both = tmp_path / "both"
    for name in ("one", "two"):
        shutil.copytree(own_sample, both / name)
    for name in ("one", "two"):
        (both / name / PARENT).unlink()
    for name in ("alone.vmdk", "apart.vmdk"):
        create_disk(both / name, 4096)
    window.open_path(both)
    rows = window.panes.chain_view.rows
    items = [rows.item_at(rows.index(n, 0)) for n in range(rows.rowCount())]
    headings = [item for item in items if isinstance(item, Heading)]
    found = {(h.name, h.folder): (h.links, h.missing) for h in headings}
    assert found["", ""] == (2, 0)
    assert sum(links for links, _ in found.values()) == sum(isinstance(i, LinkRow) for i in items)
    assert isinstance(items[0], Heading)
    assert found["office", "one"] == found["office", "two"] == (6, 1)
    assert any(row.startswith("office, one, 6 links, 1 missing") for row in told(window))
    for row, item in enumerate(items):
        selectable = bool(rows.flags(rows.index(row, 0)) & Qt.ItemFlag.ItemIsSelectable)
        assert selectable != isinstance(item, Heading)


def test_one_chain_and_disks_that_are_all_alone_have_no_heading(
    window: MainWindow, own_sample: Path, tmp_path: Path
) -> None:
    window.open_path(own_sample)
    assert not window.panes.chain_view.rows.has_headings
    (tmp_path / "disks").mkdir()
    for name in ("alone.vmdk", "apart.vmdk"):
        create_disk(tmp_path / "disks" / name, 4096)
    window.open_path(tmp_path / "disks")
    assert not window.panes.chain_view.rows.has_headings


def test_links_of_one_name_in_two_folders_are_two_families(
    own_sample: Path, tmp_path: Path
) -> None:
    for name in ("ds1", "ds2"):
        shutil.copytree(own_sample, tmp_path / "stores" / name)
    forest = Forest.scan(tmp_path / "stores" / "ds1")
    assert len(families_of(forest.nodes, forest.folder)) == 1
    create_disk(tmp_path / "stores" / "ds1" / "same.vmdk", 4096)
    create_disk(tmp_path / "stores" / "ds2" / "same.vmdk", 8192)
    forest = Forest.scan(tmp_path / "stores")
    same = [f.heading for f in families_of(forest.nodes, forest.folder) if f.heading.name == "same"]
    assert sorted(heading.folder for heading in same) == ["ds1", "ds2"]


def test_what_was_allowed_stays_marked_on_its_link_and_is_taken_back(
    qtbot: QtBot, window: MainWindow, own_sample: Path
) -> None:
    spoil_cid(own_sample / PARENT)
    window.open_path(own_sample / "office-000005.vmdk")
    assert window.session.chain is None
    window.session.allow(Leniency.CID_MISMATCH)
    child = own_sample / CHILD
    assert link(window, child).badges[0].text == "CID allowed"
    assert window.panes.chain_view.rows.is_misfit(child) is Severity.DOUBTFUL
    assert CHILD in window.explorer.banner.label.text()
    (problem,) = [p for p in window.session.problems if p.path == child]
    assert problem.severity is Severity.DOUBTFUL
    assert problem.is_allowed
    assert problem.remedies[0] is Remedy.TAKE_BACK
    view = window.panes.problems_view.list
    back = [b for b in view.findChildren(QPushButton) if b.text() == "Take back" and b.isVisible()]
    assert back
    qtbot.mouseClick(back[0], Qt.MouseButton.LeftButton)
    assert not window.session.policy.allows(Leniency.CID_MISMATCH)
    assert window.session.chain is None


def test_the_link_that_a_machine_runs_on_says_so(window: MainWindow, own_sample: Path) -> None:
    (own_sample / "office.vmx").write_text(
        'displayName = "Front desk"\nscsi0:0.present = "TRUE"\n'
        'scsi0:0.fileName = "office-000005.vmdk"\n'
    )
    window.open_path(own_sample / "office.vmx")
    row = link(window, own_sample / "office-000005.vmdk")
    assert "VM Front desk" in [badge.text for badge in row.badges]
    assert any("The machine Front desk runs on this" in words for words in told(window))
    assert all("Front desk" not in words for words in told(window) if "000004" in words)


def test_ghosts_and_headings_are_no_links(window: MainWindow, own_sample: Path) -> None:
    (own_sample / PARENT).unlink()
    window.open_path(own_sample)
    rows = window.panes.chain_view.rows
    ((row, ghost),) = rows.ghosts
    index = rows.index(row, 0)
    assert rows.link_at(index) is None
    assert isinstance(rows.item_at(index), Ghost)
    assert not rows.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    before = window.session.cursor
    window.panes.chain_view.tree.setCurrentIndex(index)
    assert window.session.cursor == before
    assert ghost.name == PARENT
