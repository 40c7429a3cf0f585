"""Going back to a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    FileMissing,
    InvalidArgument,
    UnsupportedVmdk,
    plan_revert,
)
from redoscope_core.progress import finished
from tests.core.operations.snapshots.machine_run import MachineRun
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> MachineRun:
    """A machine with two snapshots, each written since."""
    run = MachineRun(tmp_path / "web")
    for name in ("one", "two"):
        run.take(name)
        run.write("scsi0:0")
        run.write("scsi0:1")
    return run


def test_the_machine_reads_as_it_did_and_goes_on_from_there(run: MachineRun) -> None:
    left = {node: run.leaf(node) for node in ("scsi0:0", "scsi0:1")}
    run.revert(1)
    assert run.state() == {node: run.known[1, node] for node in left}
    assert run.machine.snapshot_text.current == 1
    assert all(link.exists() for link in left.values())
    run.write("scsi0:0")
    assert run.generations() == run.listed()
    uid, _ = run.take("three")
    assert run.machine.snapshot_text.by_uid[uid].parent == 1


def test_taking_back_leaves_the_folder_as_it_was(run: MachineRun) -> None:
    before = fingerprints(run.folder)
    undo = run.revert(1)
    assert run.undone(undo)
    assert fingerprints(run.folder) == before


def test_a_snapshot_with_memory_is_gone_back_to_without_it_if_that_is_asked(
    run: MachineRun,
) -> None:
    listed = run.folder / "web.vmsd"
    with listed.open("a", encoding="utf-8") as text:
        text.write('snapshot0.type = "1"\n')
    with pytest.raises(UnsupportedVmdk) as caught:
        plan_revert(run.machine, 1)
    assert "web.vmsd" in str(caught.value)
    assert "snapshot0.type" in str(caught.value)
    finished(plan_revert(run.machine, 1, disks_only=True).switch.run())
    assert run.state()["scsi0:0"] == run.known[1, "scsi0:0"]


def test_the_settings_of_then_come_back_if_that_is_asked(run: MachineRun) -> None:
    then = run.vmx.read_text(encoding="utf-8")
    run.take("three")
    text = run.vmx.read_text(encoding="utf-8")
    changed = text.replace('scsi0:1.present = "TRUE"', 'scsi0:1.present = "FALSE"')
    run.vmx.write_text(changed + 'memSize = "64"\n', encoding="utf-8")
    with pytest.raises(InvalidArgument, match="--settings"):
        plan_revert(run.machine, 3)
    finished(plan_revert(run.machine, 3, settings=True).switch.run())
    expected = then.replace("-000002.", "-000004.")
    assert run.vmx.read_text(encoding="utf-8") == expected
    assert run.state() == {node: run.known[3, node] for node in ("scsi0:0", "scsi0:1")}


def test_a_disk_that_the_snapshot_does_not_hold_stays_as_it_is(run: MachineRun) -> None:
    plan = plan_revert(run.machine, 1)
    assert [disk.named.node for disk in plan.unchanged] == ["scsi0:2"]


def test_a_snapshot_that_is_not_there_is_refused_with_those_that_are(run: MachineRun) -> None:
    with pytest.raises(InvalidArgument, match="one of 1, 2"):
        plan_revert(run.machine, 7)


def test_a_snapshot_whose_link_is_gone_is_refused(run: MachineRun) -> None:
    (run.folder / "web-000001.vmdk").unlink()
    with pytest.raises(FileMissing, match=r"disk0\.fileName"):
        plan_revert(run.machine, 2)
