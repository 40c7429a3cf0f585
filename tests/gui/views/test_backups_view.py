"""Backups from the window: made, listed, proved, pruned and restored through its own dialogs."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from redoscope_core import BackupKind, Chain, Progress, Shelf, Unit
from redoscope_gui.dialogs.back_up import BackUpDialog
from redoscope_gui.dialogs.prune import PruneDialog
from redoscope_gui.dialogs.restore import RestoreDialog
from redoscope_gui.job_words import how_fast
from redoscope_gui.session import Job, JobState, Session
from redoscope_gui.settings import Settings
from redoscope_gui.views.backups import BackupsView
from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
OK = QDialogButtonBox.StandardButton.Ok

Asked = TypeVar("Asked", bound=QDialog)


def asked(window: MainWindow, command: str, kind: type[Asked]) -> Asked:
    """Return the dialog that *command* opens."""
    assert window.commands.run(command)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    return dialog


def back_up(
    qtbot: QtBot, window: MainWindow, folder: Path, generation: int, kind: BackupKind | None = None
) -> None:
    """Back a generation up through the dialog."""
    dialog = asked(window, "backup.make", BackUpDialog)
    dialog.generation_box.setCurrentIndex(generation)
    dialog.kind_box.setCurrentIndex(dialog.kind_box.findData(kind) if kind else 0)
    dialog.folder_box.selectAll()
    qtbot.keyClicks(dialog.folder_box, str(folder))
    qtbot.mouseClick(dialog.buttons.button(OK), LEFT)
    assert window.session.jobs[-1].state is JobState.DONE, window.session.jobs[-1].error


@pytest.fixture
def kept(qtbot: QtBot, explorer: MainWindow, tmp_path: Path) -> Path:
    """A folder with a full point, an incremental and a differential one."""
    folder = tmp_path / "kept"
    back_up(qtbot, explorer, folder, 1)
    back_up(qtbot, explorer, folder, 3)
    back_up(qtbot, explorer, folder, 4, BackupKind.DIFFERENTIAL)
    return folder


@pytest.fixture
def pane(explorer: MainWindow, kept: Path) -> BackupsView:
    """The pane with these points."""
    assert explorer.session.backups.folder == kept
    return explorer.panes.guests.backups_view


def column(pane: BackupsView, number: int) -> list[str]:
    """Return a column as it stands."""
    return [pane.rows.cells(row)[number] for row in range(pane.rows.rowCount())]


def test_what_is_backed_up_is_listed_with_what_it_builds_on(
    explorer: MainWindow, pane: BackupsView, kept: Path
) -> None:
    assert explorer.panes.guests.backups.in_front
    assert column(pane, 1) == ["full", "incremental", "differential"]
    assert set(column(pane, 3)) == {"not proved"}
    first = Shelf.read(kept).points[0].name
    assert column(pane, 6) == ["", first, first]
    assert "3 points" in pane.head.text()


@pytest.mark.parametrize(
    "told", [(0, 1, "raw"), (1, 3, "streamOptimized"), (2, 4, "twoGbMaxExtentSparse")]
)
def test_a_restored_point_reads_as_its_generation(
    qtbot: QtBot, explorer: MainWindow, pane: BackupsView, told: tuple[int, int, str]
) -> None:
    row, generation, kind = told
    shown = explorer.session.chain
    assert shown is not None
    with Chain.open(shown.path) as chain:
        older = chain.up_to(generation)
        wanted = older.read(0, older.capacity)
    pane.table.selectRow(row)
    dialog = asked(explorer, "backup.restore", RestoreDialog)
    assert dialog.point_box.currentIndex() == row
    dialog.kind_box.setFocus()
    dialog.kind_box.setCurrentIndex(dialog.kind_box.findData(kind))
    target = dialog.path
    dialog.opened.setChecked(row == 2)
    qtbot.keyClick(dialog.path_box, Qt.Key.Key_Return)
    assert explorer.session.jobs[-1].state is JobState.DONE
    if kind == "raw":
        assert target.suffix == ".raw"
        assert target.read_bytes() == wanted
    else:
        with Chain.open(target) as back:
            assert back.read(0, back.capacity) == wanted
            assert back.links[0].descriptor.create_type == kind
    assert (explorer.session.source == target) is (row == 2)


def test_a_flipped_byte_is_named_by_verifying_and_by_restoring_before_anything_is_written(
    qtbot: QtBot, explorer: MainWindow, pane: BackupsView, kept: Path, tmp_path: Path
) -> None:
    assert explorer.commands.run("backup.prove")
    assert column(pane, 3) == ["sound"] * 3
    assert "Each of 3" in explorer.session.jobs[-1].result
    stream = Shelf.read(kept).points[1].stream
    data = bytearray(stream.read_bytes())
    data[len(data) // 2] ^= 1
    stream.write_bytes(data)
    assert explorer.commands.run("backup.prove")
    told = column(pane, 3)
    assert (told[0], told[2]) == ("sound", "sound")
    assert told[1].startswith("damaged: ")
    assert stream.name in told[1]
    pane.table.selectRow(1)
    dialog = asked(explorer, "backup.restore", RestoreDialog)
    target = tmp_path / "never.vmdk"
    dialog.path_box.setText(str(target))
    qtbot.keyClick(dialog.path_box, Qt.Key.Key_Return)
    job = explorer.session.jobs[-1]
    assert job.state is JobState.FAILED
    assert stream.name in str(job.error)
    assert not target.exists()


def test_pruning_shows_what_goes_and_what_is_needed_still(
    qtbot: QtBot, explorer: MainWindow, pane: BackupsView, kept: Path
) -> None:
    dialog = asked(explorer, "backup.prune", PruneDialog)
    assert not dialog.buttons.button(OK).isEnabled(), "all would stay"
    dialog.keep_box.setFocus()
    dialog.keep_box.selectAll()
    qtbot.keyClicks(dialog.keep_box, "1")
    points = Shelf.read(kept).points
    rows = [dialog.table.rows.cells(row)[:2] for row in range(dialog.table.rows.count())]
    assert rows == [("removed", points[1].name), ("stays", points[0].name)]
    assert {path for point in points for path in (point.stream, point.manifest)} <= set(
        kept.iterdir()
    )
    qtbot.mouseClick(dialog.buttons.button(OK), LEFT)
    assert [point.name for point in Shelf.read(kept).points] == [points[0].name, points[2].name]
    assert pane.rows.rowCount() == 2


def test_a_manifest_that_can_not_be_used_is_listed_and_keeps_all(
    qtbot: QtBot, explorer: MainWindow, pane: BackupsView, kept: Path
) -> None:
    Shelf.read(kept).points[2].manifest.write_bytes(b"{}")
    explorer.session.backups.show(kept)
    assert pane.rows.rowCount() == 3
    assert column(pane, 3)[2].startswith("can't be used")
    dialog = asked(explorer, "backup.prune", PruneDialog)
    assert not dialog.buttons.button(OK).isEnabled()
    assert "nothing is removed" in dialog.reason.label.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_folder_is_opened_by_asking_and_what_is_none_tells_why(
    explorer: MainWindow, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = explorer.panes.guests.backups_view
    for folder, words in ((tmp_path / "gone", "gone"), (kept, "3 points")):
        monkeypatch.setattr(
            QFileDialog, "getExistingDirectory", lambda *_, folder=folder: str(folder)
        )
        assert explorer.commands.run("backup.folder")
        assert words in view.head.text()


def test_a_place_that_can_hold_no_backups_is_refused_beforehand(
    qtbot: QtBot, explorer: MainWindow, tmp_path: Path
) -> None:
    dialog = asked(explorer, "backup.make", BackUpDialog)
    file = tmp_path / "file"
    file.write_bytes(b"")
    for text, words in (("", "Name a folder"), (str(file), "is a file"), ("/no/such/one", "no")):
        dialog.folder_box.setText(text)
        assert not dialog.buttons.button(OK).isEnabled()
        assert words in dialog.reason.label.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_backup_that_is_cancelled_leaves_nothing_behind(
    qtbot: QtBot, threaded_session: Session, settings: Settings, own_sample: Path, tmp_path: Path
) -> None:
    window = MainWindow(threaded_session, settings)
    qtbot.addWidget(window)
    window.open_path(own_sample / "office-000005.vmdk")
    qtbot.waitUntil(lambda: threaded_session.chain is not None)
    dialog = BackUpDialog(threaded_session, tmp_path / "kept", window)
    dialog.buttons.accepted.emit()
    job = threaded_session.jobs[-1]
    threaded_session.cancel(job)
    qtbot.waitUntil(lambda: job.over)
    assert job.state is JobState.CANCELLED
    assert not (tmp_path / "kept").exists()


def test_a_rate_is_told_of_bytes_alone() -> None:
    for unit, words in ((Unit.BYTES, "/s"), (Unit.STEPS, "")):
        job = Job("work")
        for done in (0, 500_000, 1_000_000):
            job.advance(Progress(done, 4_000_000, unit=unit))
        assert ("/s" in how_fast(job)) is bool(words)
