"""Taking a snapshot: what is frozen, what is written, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import ChainTooDeep, CorruptVmdk, machine_at, plan_take
from redoscope_core.machine.state import open_checkpoint
from redoscope_core.operations.edits.lasting import undo_saved
from redoscope_core.progress import finished
from tests.core.cli.kills import Killed, stopped
from tests.core.operations.snapshots.machine_run import MachineRun, content, texts_of
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> MachineRun:
    """A machine that never had a snapshot."""
    return MachineRun(tmp_path / "web")


def test_each_disk_but_the_independent_one_gets_a_child_of_one_number(run: MachineRun) -> None:
    before = run.state()
    run.take("one")
    links = {disk.named.node: disk.named.file_name for disk in run.machine.disks}
    assert links == {
        "scsi0:0": "web-000001.vmdk",
        "scsi0:1": "data-000001.vmdk",
        "scsi0:2": "apart.vmdk",
    }
    assert run.state() == before


def test_the_list_says_what_the_products_say(run: MachineRun) -> None:
    run.take("first")
    run.take("second, with a |bar")
    assert (run.folder / "web.vmsd").read_text(encoding="utf-8").splitlines() == [
        '.encoding = "UTF-8"',
        'snapshot.lastUID = "2"',
        'snapshot.current = "2"',
        'snapshot0.uid = "1"',
        'snapshot0.filename = "web-Snapshot1.vmsn"',
        'snapshot0.displayName = "first"',
        'snapshot0.createTimeHigh = "416404"',
        'snapshot0.createTimeLow = "1361996416"',
        'snapshot0.numDisks = "2"',
        'snapshot0.disk0.fileName = "web.vmdk"',
        'snapshot0.disk0.node = "scsi0:0"',
        'snapshot0.disk1.fileName = "data.vmdk"',
        'snapshot0.disk1.node = "scsi0:1"',
        'snapshot.numSnapshots = "2"',
        'snapshot.mru0.uid = "2"',
        'snapshot1.uid = "2"',
        'snapshot1.filename = "web-Snapshot2.vmsn"',
        'snapshot1.parent = "1"',
        'snapshot1.displayName = "second, with a |7Cbar"',
        'snapshot1.createTimeHigh = "416404"',
        'snapshot1.createTimeLow = "1361996416"',
        'snapshot1.numDisks = "2"',
        'snapshot1.disk0.fileName = "web-000001.vmdk"',
        'snapshot1.disk0.node = "scsi0:0"',
        'snapshot1.disk1.fileName = "data-000001.vmdk"',
        'snapshot1.disk1.node = "scsi0:1"',
        'snapshot.mru1.uid = "1"',
    ]


def test_the_checkpoint_file_keeps_the_text_of_before_and_the_nvram(run: MachineRun) -> None:
    text = run.vmx.read_bytes()
    run.take()
    assert run.vmx.read_bytes() != text
    with open_checkpoint(run.folder / "web-Snapshot1.vmsn") as checkpoint:
        kept = {}
        for name in ("cfgFile", "nvramFile"):
            tag = checkpoint.find("Snapshot", name)
            assert tag is not None
            kept[name] = checkpoint.bytes_of(tag)
        assert checkpoint.find("Snapshot", "extendedConfigFile") is None
        assert checkpoint.faults == ()
    assert kept == {"cfgFile": text, "nvramFile": b"n" * 700}


def test_encoding_and_line_ends_of_the_machine_are_those_of_its_list(run: MachineRun) -> None:
    text = run.vmx.read_text(encoding="utf-8").replace("UTF-8", "windows-1251")
    run.vmx.write_bytes(text.replace("\n", "\r\n").encode("cp1251"))
    run.take("снимок")
    listed = (run.folder / "web.vmsd").read_bytes()
    assert listed.startswith(b'.encoding = "windows-1251"\r\n')
    assert listed.count(b"\n") == listed.count(b"\r\n")
    assert 'displayName = "снимок"'.encode("cp1251") in listed
    assert [each.entry.name for each in run.machine.snapshots] == ["снимок"]


@pytest.mark.parametrize("kind", ["monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse"])
def test_taking_back_leaves_the_folder_as_it_was(tmp_path: Path, kind: str) -> None:
    run = MachineRun(tmp_path / "web", kind=kind)
    for _ in range(2):
        before = fingerprints(run.folder)
        _, undo = run.take()
        assert run.undone(undo)
        assert fingerprints(run.folder) == before
        run.take()
        run.write("scsi0:0")


def test_taking_back_that_was_killed_while_it_removed_files_goes_on(tmp_path: Path) -> None:
    made = MachineRun(tmp_path / "made", kind="twoGbMaxExtentSparse")
    names = {path.name for path in made.folder.iterdir()}
    _, undo = made.take()
    with stopped(1000) as done:
        undo_saved(made.copied(tmp_path / "whole").folder / undo.name, None)
    first = done.index("unlink") + 1
    for point in range(first, len(done) + 1):
        run = made.copied(tmp_path / "killed")
        with pytest.raises(Killed), stopped(point):
            undo_saved(run.folder / undo.name, None)
        if (run.folder / "web.vmsd").exists():  # else nothing is left to remove but the inverse
            undo_saved(run.folder / undo.name, None)
        left = {path.name for path in run.folder.iterdir() if path.name[0] != "."}
        assert left - {"web.vmx.undo.json", "web.vmx.redo.json"} == names


def test_children_that_were_written_since_are_kept_when_it_is_taken_back(run: MachineRun) -> None:
    texts = texts_of(run.folder)
    _, undo = run.take()
    run.write("scsi0:1")
    written = run.leaf("scsi0:1")
    data = content(written)
    assert run.undone(undo) == ()
    assert texts_of(run.folder) | {"web.vmsd": b""} == texts | {"web.vmsd": b""}
    assert content(written) == data
    assert (run.folder / "web-000001.vmdk").exists()


def test_numbers_are_free_for_all_disks_and_not_used_by_pieces(run: MachineRun) -> None:
    (run.folder / "data-000001-delta.vmdk").write_bytes(b"")
    (run.folder / "WEB-000002.VMDK").write_bytes(b"")
    run.take()
    names = [disk.named.file_name for disk in run.machine.disks]
    assert names == ["web-000003.vmdk", "data-000003.vmdk", "apart.vmdk"]


def test_links_named_by_the_way_of_their_host_keep_it(run: MachineRun) -> None:
    text = run.vmx.read_text(encoding="utf-8")
    way = "/vmfs/volumes/5f/web/web.vmdk"
    run.vmx.write_text(text.replace('"web.vmdk"', f'"{way}"'), encoding="utf-8")
    run.take()
    assert run.machine.disks[0].named.file_name == "/vmfs/volumes/5f/web/web-000001.vmdk"
    assert run.machine.disks[0].link == run.folder / "web-000001.vmdk"
    assert run.machine.snapshots[0].entry.disks[0].file_name == way
    assert run.generations() == run.listed()


def test_links_that_do_not_go_with_their_parents_go_to_the_working_folder(run: MachineRun) -> None:
    (run.folder / "new").mkdir()
    with run.vmx.open("a", encoding="utf-8") as text:
        text.write('workingDir = "new"\nsnapshot.redoNotWithParent = "TRUE"\n')
    run.take()
    names = [disk.named.file_name for disk in run.machine.disks]
    assert names == ["new/web-000001.vmdk", "new/data-000001.vmdk", "apart.vmdk"]
    assert run.generations() == run.listed()
    run.take()
    assert run.leaf("scsi0:0") == run.folder / "new" / "web-000002.vmdk"


def test_one_link_too_many_is_refused_before_anything_is_made(run: MachineRun) -> None:
    run.take()
    before = fingerprints(run.folder)
    with pytest.raises(ChainTooDeep):
        plan_take(run.machine, max_links=2)
    assert fingerprints(run.folder) == before


def test_a_machine_that_runs_on_a_frozen_link_is_refused(run: MachineRun) -> None:
    text = run.vmx.read_bytes()
    run.take()
    run.vmx.write_bytes(text)
    with pytest.raises(CorruptVmdk, match="snapshot froze"):
        plan_take(run.machine)


@pytest.mark.parametrize("steps", range(1, 6))
def test_closed_after_any_step_nothing_is_left(run: MachineRun, steps: int) -> None:
    before = fingerprints(run.folder)
    taking = plan_take(machine_at(run.vmx)).switch.run()
    ended = any(True for _ in range(steps) if next(taking, None) is None)
    taking.close()
    assert ended == (steps > 4)
    assert (fingerprints(run.folder) == before) != ended


def test_a_text_that_was_changed_meanwhile_is_refused_and_nothing_is_left(run: MachineRun) -> None:
    plan = plan_take(run.machine)
    with run.vmx.open("a", encoding="utf-8") as text:
        text.write('scsi0:0.fileName = "other.vmdk"\n')
    run.vmx.write_bytes(run.vmx.read_bytes().replace(b'"web.vmdk"', b'"wet.vmdk"'))
    before = fingerprints(run.folder)
    with pytest.raises(CorruptVmdk, match="changed since"):
        finished(plan.switch.run())
    assert fingerprints(run.folder) == before


def test_numbers_that_are_as_high_as_can_be_are_no_hindrance(run: MachineRun) -> None:
    run.take()
    listed = run.folder / "web.vmsd"
    text = listed.read_text(encoding="utf-8").replace("snapshot0.", "snapshot999999999.")
    listed.write_text(text.replace('lastUID = "1"', f'lastUID = "{2**63 - 1}"'), encoding="utf-8")
    uid, _ = run.take()
    assert (uid, run.machine.snapshot_text.by_uid[2].index) == (2, 0)
    assert run.machine.snapshot_text.last_uid == 2**63 - 1
    assert run.generations() == run.listed()
