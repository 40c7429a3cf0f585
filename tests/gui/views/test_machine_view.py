"""The machine pane: disks and snapshots beside the links that they froze; each lights the other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication
from pytestqt.qtbot import QtBot
from tests.core.machine.machines import snapshot_lines
from tests.gui.machines import branched_machine
from tests.judges.handmade_checkpoint import MAGICS, PICTURE, CheckpointPlan, tag

from redoscope_core import Kind, machine_at
from redoscope_gui import theme
from redoscope_gui.session import Session
from redoscope_gui.views.chain.delegate import ChainDelegate
from redoscope_gui.views.machine import MachineView
from redoscope_gui.views.machine.screen import picture_of
from redoscope_gui.views.machine.words import given_back
from redoscope_gui.window import MainWindow

ROLE = Qt.ItemDataRole


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine for looking at only."""
    return branched_machine(tmp_path_factory.mktemp("machine") / "web").folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "web"))


@pytest.fixture
def pane(window: MainWindow, folder: Path) -> MachineView:
    """The pane as it is when the .vmx is opened."""
    window.open_path(folder / "web.vmx")
    return window.panes.guests.machine_view


def texts(pane: MachineView, column: int = 0) -> list[str]:
    """Return a column as it stands."""
    return [pane.rows.cells(row)[column] for row in range(pane.rows.rowCount())]


def column_of(pane: MachineView, title: str) -> int:
    """Return the column of that head."""
    return list(pane.rows.heads()).index(title)


def move_over(table: QAbstractItemView, row: int, column: int) -> None:
    """Move the mouse over a cell."""
    place = QPointF(table.visualRect(table.model().index(row, column)).center())
    none = Qt.MouseButton.NoButton
    where = QPointF(table.viewport().mapToGlobal(place))
    event = QMouseEvent(
        *(QEvent.Type.MouseMove, place, where, none, none, Qt.KeyboardModifier.NoModifier)
    )
    QApplication.sendEvent(table.viewport(), event)


def test_a_machine_that_is_opened_is_shown_as_a_tree_with_where_you_are(
    window: MainWindow, pane: MachineView
) -> None:
    assert window.panes.guests.machine.in_front
    assert texts(pane) == [
        "installed",
        "├─ before the update",
        "└─ other way",
        "   └─ ● You are here",
    ]
    assert texts(pane, column_of(pane, "scsi0:0")) == [
        "web.vmdk", "web-000001.vmdk", "web-000003.vmdk", "web-000004.vmdk",
    ]  # fmt: skip
    spoken = [pane.rows.index(row, 0).data(ROLE.AccessibleTextRole) for row in (1, 3)]
    assert spoken == ["before the update, level 2", "You are here, level 3"]
    assert "scsi0:2" in pane.head.text(), "the independent disk is named"
    assert [button.text() for button in pane.badges.buttons] == ["Image", "Link 9", "Snapshot 3"]


def test_what_deleting_gives_back_and_costs_is_what_the_engine_forecasts(
    pane: MachineView, session: Session
) -> None:
    for row, uid in enumerate((1, 2, 3)):
        deletion = session.machines.forecasts[uid].deletion
        assert deletion is not None
        given = theme.amount(deletion.freed_storage_bytes - deletion.grown_bytes)
        assert pane.rows.cells(row)[column_of(pane, "Gives back")] == given
        assert theme.amount(deletion.copied_bytes) in pane.rows.cells(row)[-1]
        pane.table.selectRow(row)
        assert given in pane.about.text()


def test_of_large_disks_only_what_is_looked_at_is_forecast(
    window: MainWindow, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redoscope_gui.requests.machines._LARGE", 0)
    window.open_path(folder / "web.vmx")
    view = window.panes.guests.machine_view
    assert set(session.machines.forecasts) == {3}, "the current one"
    assert view.rows.cells(0)[1] == "…"
    view.table.selectRow(0)
    assert set(session.machines.forecasts) == {1, 3}
    assert view.rows.cells(0)[1] == given_back(session.machines.forecasts[1])
    assert "gives back" in view.about.text()


def test_what_is_lit_out_of_sight_is_scrolled_to_in_the_other_pane_alone(
    qtbot: QtBot, window: MainWindow, pane: MachineView, session: Session, folder: Path
) -> None:
    chain = window.panes.chain_view
    for view in (chain.tree, pane.table):
        view.setFixedHeight(view.height() - view.viewport().height() + 30)
    chain.tree.scrollToBottom()
    pane.table.scrollToTop()
    tree_bar, table_bar = chain.tree.verticalScrollBar(), pane.table.verticalScrollBar()
    qtbot.waitUntil(lambda: tree_bar.value() > 0 and table_bar.maximum() > 0)

    def is_seen(view: QAbstractItemView, index: QModelIndex) -> bool:
        return view.viewport().rect().contains(view.visualRect(index).center())

    node = chain.rows.index(chain.rows.row_of(folder / "web.vmdk"), 0)
    assert not is_seen(chain.tree, node)
    session.machines.light(frozenset({folder / "web.vmdk"}))
    assert is_seen(chain.tree, node)
    (cell,) = pane.rows.cells_of(frozenset({folder / "web-000003.vmdk"}))
    assert not is_seen(pane.table, cell)
    session.machines.light(frozenset({folder / "web-000003.vmdk"}))
    assert is_seen(pane.table, cell)
    here = table_bar.value()
    pane.table._looked_at(pane.rows.index(0, 0))
    assert table_bar.value() == here, "what is looked at here stays where it is"


def test_hovering_a_frozen_link_lights_it_in_the_chain_tree_and_the_other_way(
    qtbot: QtBot, window: MainWindow, pane: MachineView, session: Session, folder: Path
) -> None:
    move_over(pane.table, 1, column_of(pane, "scsi0:1"))
    link = folder / "data-000001.vmdk"
    qtbot.waitUntil(lambda: session.machines.lit == {link})
    chain = window.panes.chain_view
    delegate = chain.tree.itemDelegate()
    assert isinstance(delegate, ChainDelegate)
    assert delegate.lit == {link}
    move_over(pane.table, 0, 0)
    both = {folder / "web.vmdk", folder / "data.vmdk"}
    qtbot.waitUntil(lambda: session.machines.lit == both)
    number = chain.rows.row_of(folder / "web-000003.vmdk")
    move_over(chain.tree, number, 0)
    qtbot.waitUntil(lambda: session.machines.lit == {folder / "web-000003.vmdk"})
    cells = [
        (row, column)
        for row in range(pane.rows.rowCount())
        for column in range(pane.rows.columnCount())
        if pane.rows.index(row, column).data(ROLE.BackgroundRole) is not None
    ]
    assert cells == [(2, column_of(pane, "scsi0:0"))]


def test_the_keyboard_lights_chooses_and_enters(
    qtbot: QtBot, window: MainWindow, pane: MachineView, session: Session, folder: Path
) -> None:
    window.activateWindow()
    pane.table.setFocus()
    pane.table.setCurrentIndex(pane.rows.index(0, column_of(pane, "scsi0:0")))
    qtbot.keyClick(pane.table, Qt.Key.Key_Down)
    assert session.machines.selected == 2
    assert session.machines.lit == {folder / "web-000001.vmdk"}
    assert "before the update, snapshot 2" in pane.about.text()
    qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    assert session.cursor.path == folder / "web-000001.vmdk"
    assert window.panes.hex.in_front


def test_the_screen_at_a_snapshot_is_shown_and_a_hostile_one_is_not(
    pane: MachineView, folder: Path
) -> None:
    pane.table.selectRow(0)
    image = pane.screen_picture.image
    assert image is not None
    assert (image.width(), image.height()) == (100, 75)
    assert image == QImage.fromData(PICTURE).convertToFormat(image.format())
    assert "100 by 75" in pane.screen_picture.label.accessibleName()
    huge = PICTURE[:16] + (9000).to_bytes(4, "big") * 2 + PICTURE[24:]
    assert picture_of(huge) is None
    assert picture_of(b"GIF89a" + bytes(200)) is None
    groups = (("MKSVMX", (tag("imageData", huge),)),)
    second = machine_at(folder / "web.vmx").snapshots[1].checkpoint
    assert second is not None
    second.write_bytes(CheckpointPlan(groups, MAGICS["64-bit"]).build())
    pane.table.selectRow(1)
    assert pane.screen_picture.image is None
    assert "can't be shown" in pane.screen_picture.label.text()
    third = machine_at(folder / "web.vmx").snapshots[2].checkpoint
    assert third is not None
    third.write_bytes(b"nothing of the kind")
    pane.table.selectRow(2)
    assert "can't be read" in pane.screen_picture.label.text()


def test_the_ladder_is_explained_where_it_is_met(qtbot: QtBot, pane: MachineView) -> None:
    told = []
    for button in pane.badges.buttons:
        button.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(button, Qt.Key.Key_Space)
        told.append(pane.badges.words.text())
    assert [words.split(":")[0] for words in told] == ["Image", "Link", "Snapshot"]
    assert len(set(told)) == 3


def test_what_is_wrong_with_the_machine_is_a_problem_with_its_cure(
    pane: MachineView, session: Session, folder: Path
) -> None:
    assert pane.isVisible()
    kinds = {problem.finding.kind for problem in session.problems}
    assert {Kind.NO_SNAPSHOT_NAMES, Kind.OLD_SNAPSHOT} <= kinds
    text = (folder / "web.vmsd").read_text()
    (folder / "web.vmsd").write_text(text + 'snapshot.needConsolidate = "TRUE"\n')
    session.reload()
    found = {problem.finding.kind: problem for problem in session.problems}
    assert found[Kind.NEEDS_CONSOLIDATION].cure


def test_a_list_that_leads_in_circles_or_nowhere_is_shown_whole(
    window: MainWindow, session: Session, folder: Path
) -> None:
    disk = {"disk0.fileName": "web.vmdk", "disk0.node": "scsi0:0", "numDisks": 1}
    parents = {1: 2, 2: 1, 3: 99, 4: 3}
    (folder / "web.vmsd").write_text(
        "".join(
            snapshot_lines(uid, uid=uid, parent=parent, displayName=f"s{uid}", **disk)
            for uid, parent in parents.items()
        )
    )
    window.open_path(folder / "web.vmx")
    view = window.panes.guests.machine_view
    assert session.machines.error is None
    names = [text.lstrip(" └├│─●") for text in texts(view)]
    assert sorted(names) == ["You are here", "s1", "s2", "s3", "s4"]


def test_a_folder_without_a_machine_says_so_and_one_with_a_broken_text_tells_why(
    window: MainWindow, tip: Path, folder: Path
) -> None:
    window.open_path(tip)
    view = window.panes.guests.machine_view
    assert not view.rows.rowCount()
    assert not window.panes.guests.machine.in_front
    (folder / "web.vmsd").unlink()
    (folder / "web.vmsd").mkdir()
    window.open_path(folder / "web.vmx")
    assert "web.vmsd" in view.head.text()
    assert not view.rows.rowCount()


def test_a_folder_of_machines_shows_one_and_offers_the_others(
    qtbot: QtBot, window: MainWindow, session: Session, folder: Path
) -> None:
    shutil.copy(folder / "apart.vmdk", folder / "other.vmdk")
    (folder / "zero.vmx").write_text(
        'displayName = "the other"\nscsi0:0.present = "TRUE"\nscsi0:0.fileName = "other.vmdk"\n'
    )
    window.open_path(folder)
    view = window.panes.guests.machine_view
    assert window.panes.guests.machine.in_front
    assert view.which.isVisible()
    assert [view.which.itemText(row) for row in range(2)] == ["web", "the other"]
    assert view.rows.rowCount() == 4
    view.which.setFocus()
    qtbot.keyClick(view.which, Qt.Key.Key_Down)
    assert session.machines.path == folder / "zero.vmx"
    assert texts(view) == ["● You are here"]
    assert not window.commands.action("machine.delete").isEnabled()
    assert window.commands.action("machine.take").isEnabled()
    session.reload()
    assert session.machines.path == folder / "zero.vmx", "the choice stays"


def test_choosing_another_chain_keeps_the_machine_and_what_was_asked_of_it(
    qtbot: QtBot, threaded_session: Session, folder: Path
) -> None:
    machines = threaded_session.machines
    threaded_session.open(folder / "web.vmx")
    qtbot.waitUntil(lambda: threaded_session.forest is not None)
    for name in ("data-000001.vmdk", "web.vmdk", "web-000001.vmdk"):
        threaded_session.select_link(folder / name)
    qtbot.waitUntil(lambda: machines.shown is not None)
    qtbot.waitUntil(lambda: set(machines.forecasts) == {1, 2, 3})
