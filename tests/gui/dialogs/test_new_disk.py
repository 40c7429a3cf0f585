"""A new base disk, and the hash of a generation as a job."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from tests.gui.fakes import Endless

from redoscope_core import Access, Chain
from redoscope_gui.dialogs.new_disk import NewDiskDialog
from redoscope_gui.session import JobState
from redoscope_gui.views.jobs import JobsView

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QPushButton
    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session
    from redoscope_gui.window import MainWindow


@pytest.fixture
def dialog(qtbot: QtBot, session: Session, tmp_path: Path) -> NewDiskDialog:
    """The dialog, shown, for a folder of its own."""
    dialog = NewDiskDialog(session, tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def ok(dialog: NewDiskDialog) -> QPushButton:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def test_a_disk_is_made_from_the_keyboard_and_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_N, keys)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, NewDiskDialog)
    dialog.path_box.selectAll()
    qtbot.keyClicks(dialog.path_box, str(tmp_path / "fresh.vmdk"))
    dialog.capacity_box.selectAll()
    qtbot.keyClicks(dialog.capacity_box, "1.5")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    chain = window.session.chain
    assert chain is not None
    assert chain.capacity * 512 == 3 * 2**29
    assert window.session.cursor.path == tmp_path / "fresh.vmdk"
    assert window.explorer.isVisible()


def test_what_will_be_written_is_told(dialog: NewDiskDialog, tmp_path: Path) -> None:
    assert str(tmp_path / "disk.vmdk") in dialog.reason.label.text()
    assert "8 GiB" in dialog.reason.label.text()
    assert ok(dialog).text() == "Create disk.vmdk"
    dialog.kind_box.setCurrentIndex(dialog.kind_box.findData("twoGbMaxExtentSparse"))
    assert "disk-s001.vmdk" in dialog.reason.label.text()
    assert "5 files" in dialog.reason.label.text()
    assert dialog.zeroed_box.isEnabled()
    dialog.kind_box.setCurrentIndex(dialog.kind_box.findData("monolithicFlat"))
    assert "disk-flat.vmdk" in dialog.reason.label.text()
    assert not dialog.zeroed_box.isEnabled()


@pytest.mark.parametrize("index", range(5))
def test_every_kind_is_made_and_reads_as_zeros(
    session: Session, dialog: NewDiskDialog, tmp_path: Path, index: int
) -> None:
    dialog.kind_box.setCurrentIndex(index)
    dialog.unit_box.setCurrentIndex(0)
    dialog.capacity_box.setText("2")
    dialog.comment_box.setText("for the course")
    dialog.adapter_box.setCurrentText("ide")
    ok(dialog).click()
    assert not dialog.isVisible(), dialog.reason.label.text()
    assert session.chain is not None
    assert session.chain.read(0, 4096) == bytes(2 << 20)
    descriptor = session.chain.tip.descriptor
    assert descriptor.create_type == dialog.kind_box.itemData(index)
    assert descriptor.get("ddb.adapterType") == "ide"
    assert descriptor.comment == "for the course"
    assert (tmp_path / "disk.vmdk").exists()


@pytest.mark.parametrize(
    ("path", "capacity", "told"),
    [
        ("", "8", "a name"),
        ("disk.img", "8", "end in .vmdk"),
        ("none/disk.vmdk", "8", "no folder"),
        ("taken.vmdk", "8", "nothing is ever overwritten"),
        ("disk.vmdk", "much", "is a number"),
        ("disk.vmdk", "0", "at least one sector"),
        ("disk.vmdk", "65537", "at most 64 TiB"),
    ],
)
def test_what_stands_in_the_way_is_told_before(
    dialog: NewDiskDialog, tmp_path: Path, path: str, capacity: str, told: str
) -> None:
    (tmp_path / "taken.vmdk").touch()
    dialog.path_box.setText(path)
    dialog.capacity_box.setText(capacity)
    assert told in dialog.reason.label.text()
    assert not ok(dialog).isEnabled()


def test_what_the_engine_refuses_stays_in_the_dialog(dialog: NewDiskDialog, tmp_path: Path) -> None:
    (tmp_path / "disk.vmdk").write_text("someone was quicker")
    ok(dialog).click()
    assert dialog.isVisible()
    assert "disk.vmdk" in dialog.reason.label.text()
    assert (tmp_path / "disk.vmdk").read_text() == "someone was quicker"


@pytest.mark.parametrize("generation", [5, 2])
def test_the_hash_of_a_generation_is_listed_and_copied(
    qtbot: QtBot, explorer: MainWindow, session: Session, generation: int
) -> None:
    session.select_generation(generation)
    assert session.generation_chain is not None
    whole = session.generation_chain.read(0, session.generation_chain.capacity)
    wanted = hashlib.sha256(whole).hexdigest()
    with qtbot.waitActive(explorer):
        explorer.activateWindow()
    qtbot.keyClick(explorer, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert explorer.panes.jobs.in_front
    row = explorer.panes.jobs_view.rows[0]
    assert row.job.result == f"sha256 {wanted}"
    assert f"generation {generation}" in row.job.title
    assert "Done in" in row.state.text()
    assert row.result.text().replace("\u200b", "") == row.job.result
    qtbot.mouseClick(row.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == f"sha256 {wanted}"


def test_an_attached_child_is_hashed_as_it_is_shown(session: Session, own_sample: Path) -> None:
    session.open(own_sample)
    session.attach(own_sample / "office-000003.vmdk", own_sample / "office-000002.vmdk")
    job = session.hash_generation()
    assert job is not None
    with Chain.open(own_sample / "office-000003.vmdk", access=Access.INSPECT) as chain:
        wanted = hashlib.sha256(chain.read(0, chain.capacity)).hexdigest()
    assert job.result == f"sha256 {wanted}"


def test_a_hash_goes_on_while_another_chain_is_opened(
    qtbot: QtBot, threaded_session: Session, sample: Path
) -> None:
    session = threaded_session
    with qtbot.waitSignal(session.opened):
        session.open(sample)
    job = session.hash_generation()
    with qtbot.waitSignal(session.chain_changed):
        session.select_link(sample / "office-000002-child1a.vmdk")
    assert job is not None
    qtbot.waitUntil(lambda: job.over)
    assert job.state is JobState.DONE
    qtbot.waitUntil(lambda: not session.busy)


def test_a_job_shows_how_far_it_is_and_is_cancelled_from_its_row(
    qtbot: QtBot, threaded_session: Session
) -> None:
    view = JobsView(threaded_session)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    endless = Endless()
    job = threaded_session.run_job("Hashing", endless, print)
    row = view.rows[0]
    qtbot.waitUntil(lambda: job.rate is not None)
    assert row.bar.isVisible()
    qtbot.waitUntil(lambda: "/s" in row.state.text())
    qtbot.mouseClick(row.cancel, Qt.MouseButton.LeftButton)
    assert row.state.text() == "Cancelling…"
    assert not row.cancel.isEnabled()
    qtbot.waitUntil(lambda: job.over)
    assert "Cancelled after" in row.state.text()
    assert not row.bar.isVisible()
    assert endless.cleaned


def test_a_job_that_fails_says_why(
    explorer: MainWindow, session: Session, own_sample: Path
) -> None:
    for path in own_sample.glob("office.vmdk"):
        path.write_bytes(path.read_bytes()[: 1 << 20])
    job = session.hash_generation()
    assert job is not None
    assert job.state is JobState.FAILED
    assert "Failed after" in explorer.panes.jobs_view.rows[0].state.text()
    assert session.problems
