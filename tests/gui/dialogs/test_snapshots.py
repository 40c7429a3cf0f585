"""What is done to snapshots from the window: shown first, refused in a sentence, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot
from tests.core.operations.snapshots.machine_run import MachineRun, texts_of
from tests.gui.machines import branched_machine

from redoscope_core import Chain, machine_at, plan_delete
from redoscope_gui.dialogs.snapshots import SnapshotsDialog
from redoscope_gui.requests import PlanSnapshots, SnapshotsWanted, SnapshotVerb
from redoscope_gui.session import JobState, Remedy, Session
from redoscope_gui.settings import Settings
from redoscope_gui.window import MainWindow

OK = QDialogButtonBox.StandardButton.Ok
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MachineRun:
    """A machine to be copied."""
    return branched_machine(tmp_path_factory.mktemp("machine") / "web")


@pytest.fixture
def run(made: MachineRun, tmp_path: Path) -> MachineRun:
    """A machine that may be changed."""
    return made.copied(tmp_path / "web")


@pytest.fixture
def shown(window: MainWindow, run: MachineRun) -> MainWindow:
    """The window with that machine."""
    window.open_path(run.vmx)
    return window


def asked(window: MainWindow, command: str) -> SnapshotsDialog:
    """Return the dialog that *command* opens."""
    assert window.commands.run(command)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SnapshotsDialog)
    return dialog


def names(window: MainWindow) -> list[str]:
    """Return the first column of the pane."""
    view = window.panes.guests.machine_view
    return [view.rows.cells(row)[0].lstrip(" └├│─●") for row in range(view.rows.rowCount())]


def files(folder: Path) -> set[str]:
    """Return the names of all files there."""
    return {path.name for path in folder.iterdir()}


def test_a_snapshot_is_taken_by_keyboard_shown_fresh_and_taken_back(
    qtbot: QtBot, shown: MainWindow, run: MachineRun
) -> None:
    texts, before, state = texts_of(run.folder), files(run.folder), run.state()
    shown.activateWindow()
    qtbot.keyClick(shown, Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.AltModifier)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SnapshotsDialog)
    qtbot.keyClicks(dialog.name_box, "by hand")
    rows = [dialog.table.rows.cells(row) for row in range(dialog.table.rows.count())]
    assert [row[1] for row in rows if row[0] == "made"] == [
        "web-000005.vmdk", "data-000005.vmdk", "web-Snapshot4.vmsn",
    ]  # fmt: skip
    assert files(run.folder) == before, "nothing is done by looking"
    qtbot.keyClick(dialog.name_box, Qt.Key.Key_Return)
    assert names(shown) == [
        "installed", "before the update", "other way", "by hand", "You are here",
    ]  # fmt: skip
    assert run.state() == state
    assert run.generations() | run.listed() == run.generations()
    links = shown.panes.chain_view.rows
    assert links.row_of(run.folder / "web-000005.vmdk") >= 0
    assert "by hand" in shown.commands.action("edit.undo").text()
    qtbot.keyClick(shown, Qt.Key.Key_Z, CTRL)
    assert texts_of(run.folder) == texts
    assert files(run.folder) == before
    assert names(shown) == ["installed", "before the update", "other way", "You are here"]


def test_going_back_runs_on_new_children_and_is_taken_back(
    qtbot: QtBot, shown: MainWindow, run: MachineRun
) -> None:
    texts, before = texts_of(run.folder), files(run.folder)
    shown.session.machines.select(2)
    dialog = asked(shown, "machine.revert")
    assert dialog.snapshot_box.currentData() == 2
    assert "web-000004.vmdk" in dialog.reason.label.text(), "what is kept unnamed is told"
    qtbot.mouseClick(dialog.buttons.button(OK), Qt.MouseButton.LeftButton)
    assert run.state() == {node: run.known[(2, node)] for node in ("scsi0:0", "scsi0:1")}
    assert names(shown) == ["installed", "before the update", "You are here", "other way"]
    qtbot.keyClick(shown, Qt.Key.Key_Z, CTRL)
    assert texts_of(run.folder) == texts
    assert files(run.folder) == before


@pytest.mark.parametrize("uid", [1, 2, 3])
def test_deleting_does_what_was_shown_and_the_rest_reads_as_before(
    qtbot: QtBot, shown: MainWindow, run: MachineRun, uid: int
) -> None:
    state, plan = run.state(), plan_delete(run.machine, uid)
    shown.session.machines.select(uid)
    dialog = asked(shown, "machine.delete")
    rows = [dialog.table.rows.cells(row) for row in range(dialog.table.rows.count())]
    going = sorted(path.name for path in plan.removed_files)
    assert sorted(row[1] for row in rows if row[0] == "removed") == going
    assert [row[1] for row in rows if row[0] == "written"] == [
        merge.plan.target.name for merge in plan.merges
    ]
    qtbot.mouseClick(dialog.buttons.button(OK), Qt.MouseButton.LeftButton)
    del run.known[uid, "scsi0:0"], run.known[uid, "scsi0:1"]
    assert run.state() == state
    assert run.generations() == run.known
    assert not any(path.exists() for path in plan.removed_files)
    assert len(names(shown)) == 3
    assert shown.session.chain is not None, "the chain is shown again"
    assert shown.session.jobs[-1].state is JobState.DONE
    assert "can't be taken back" in shown.session.jobs[-1].result


def test_all_are_deleted_and_no_undo_of_what_was_spent_is_offered(
    qtbot: QtBot, shown: MainWindow, run: MachineRun
) -> None:
    state = run.state()
    dialog = asked(shown, "machine.take")
    qtbot.mouseClick(dialog.buttons.button(OK), Qt.MouseButton.LeftButton)
    assert "Snapshot 4" in shown.session.deeds.words
    dialog = asked(shown, "machine.delete_all")
    qtbot.mouseClick(dialog.buttons.button(OK), Qt.MouseButton.LeftButton)
    assert names(shown) == ["You are here"]
    assert run.state() == state
    assert not shown.session.deeds.words
    assert not shown.commands.action("machine.delete").isEnabled()


def test_what_is_refused_is_a_sentence_and_nothing_can_be_done(
    qtbot: QtBot, shown: MainWindow, run: MachineRun
) -> None:
    dialog = asked(shown, "machine.merge")
    assert not dialog.buttons.button(OK).isEnabled()
    assert "waits to be merged" in dialog.reason.label.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    text = run.vmx.read_text() + 'checkpoint.vmState = "web.vmss"\n'
    run.vmx.write_text(text)
    shown.session.reload()
    before = texts_of(run.folder), files(run.folder)
    for command in ("take", "revert", "delete", "delete_all"):
        dialog = asked(shown, f"machine.{command}")
        assert not dialog.buttons.button(OK).isEnabled()
        assert "suspended" in dialog.reason.label.text()
        assert not dialog.table.rows.count()
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert (texts_of(run.folder), files(run.folder)) == before


def test_a_machine_that_is_changed_behind_the_plan_is_left_alone(
    qtbot: QtBot, shown: MainWindow, run: MachineRun
) -> None:
    dialog = asked(shown, "machine.take")
    run.vmx.write_text(run.vmx.read_text().replace("web-000004.vmdk", "web-000003.vmdk"))
    before = texts_of(run.folder), files(run.folder)
    qtbot.mouseClick(dialog.buttons.button(OK), Qt.MouseButton.LeftButton)
    assert shown.session.jobs[-1].state is JobState.FAILED
    assert (texts_of(run.folder), files(run.folder)) == before
    assert shown.session.deeds.last is None


def test_the_cure_of_links_that_wait_opens_the_merging_and_does_it(
    qtbot: QtBot, shown: MainWindow, run: MachineRun
) -> None:
    text = run.folder / "web.vmsd"
    kept = [line for line in text.read_text().splitlines() if not line.startswith("snapshot2.")]
    text.write_text("\n".join(kept).replace('current = "3"', 'current = "1"') + "\n")
    shown.session.reload()
    state = run.state()
    problem = next(p for p in shown.session.problems if Remedy.MERGE_LINKS in p.remedies)
    shown.cure(Remedy.MERGE_LINKS, problem)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SnapshotsDialog)
    qtbot.mouseClick(dialog.buttons.button(OK), Qt.MouseButton.LeftButton)
    assert run.state() == state
    assert not any(Remedy.MERGE_LINKS in p.remedies for p in shown.session.problems)


def test_a_deletion_that_is_cancelled_leaves_a_machine_that_reads_as_before(
    qtbot: QtBot, threaded_session: Session, settings: Settings, run: MachineRun
) -> None:
    window = MainWindow(threaded_session, settings)
    qtbot.addWidget(window)
    window.open_path(run.vmx)
    machines = threaded_session.machines
    qtbot.waitUntil(lambda: machines.shown is not None)
    state = run.state()
    planned = PlanSnapshots(
        run.vmx, SnapshotsWanted(SnapshotVerb.DELETE, 3), threaded_session.policy
    ).run()
    job = machines.change(planned)
    threaded_session.cancel(job)
    qtbot.waitUntil(lambda: job.over and machines.shown is not None)
    qtbot.waitUntil(lambda: threaded_session.chain is not None)
    assert job.state in {JobState.CANCELLED, JobState.DONE}
    assert run.state() == state
    for disk in machine_at(run.vmx).disks:
        assert disk.link is not None
        with Chain.open(disk.link) as chain:
            assert chain.capacity
