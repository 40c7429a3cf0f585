"""A machine is its disks, its snapshots and the links that each of them needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import FileMissing, InvalidArgument, Kind, Node, Policy, create_disk, machine_at
from redoscope_core.format.dictionary import MAX_DICTIONARY
from redoscope_core.machine.judging import machine_findings
from redoscope_core.machine.machine import machines_at
from redoscope_core.survey.nodes import with_tables
from tests.core.machine.machines import make_machine

if TYPE_CHECKING:
    from pathlib import Path

DAY = 24 * 3600 * 10**6
TAKEN = 1335223362737666


def kinds(vmx: Path, now: int = TAKEN) -> set[tuple[Kind, str]]:
    """Return what is found about the machine, with the file and the key."""
    (machine,) = machines_at(vmx)
    found = machine_findings(machine, now)
    return {(f.kind, f.place.where or (f.path.name if f.path else "")) for f in found}


def edited(file: Path, old: str, new: str) -> None:
    """Replace a piece of a text that has it."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_disks_and_snapshots_are_joined_with_their_links(tmp_path: Path) -> None:
    (machine,) = machines_at(make_machine(tmp_path))
    assert [(d.named.node, d.named.is_independent, len(d.chain)) for d in machine.disks] == [
        ("scsi0:0", False, 2), ("scsi0:1", True, 1)
    ]  # fmt: skip
    assert [(s.entry.uid, [d.link for d in s.disks]) for s in machine.snapshots] == [
        (1, [tmp_path / "web.vmdk"]), (2, [tmp_path / "web-000001.vmdk"])
    ]  # fmt: skip
    one, two = machine.snapshots
    assert one.only_bytes == 0
    assert two.only_bytes == (tmp_path / "web-000001.vmdk").stat().st_blocks * 512


def test_a_list_of_snapshots_that_is_too_long_is_told_and_not_believed_to_end(
    tmp_path: Path,
) -> None:
    vmx = make_machine(tmp_path)
    listed = vmx.with_suffix(".vmsd")
    with listed.open("ab") as file:
        file.write(b"# room\n" * (MAX_DICTIONARY // 7))
    (machine,) = machines_at(vmx)
    told = [f for f in machine_findings(machine, TAKEN) if f.kind is Kind.LONG_TEXT]
    assert [(f.path, f.is_fault) for f in told] == [(listed, True)]
    assert len(machine.snapshots) == 2


def test_a_link_that_nobody_names_is_told_and_a_sound_machine_has_no_fault(tmp_path: Path) -> None:
    vmx = make_machine(tmp_path)
    assert kinds(vmx) == {(Kind.NO_SNAPSHOT_NAMES, "web-000003.vmdk")}


def test_a_snapshot_of_four_days_is_old(tmp_path: Path) -> None:
    vmx = make_machine(tmp_path)
    assert (Kind.OLD_SNAPSHOT, "snapshot0") in kinds(vmx, TAKEN + 4 * DAY)
    assert (Kind.OLD_SNAPSHOT, "snapshot0") not in kinds(vmx, TAKEN + 3 * DAY)


def test_a_machine_on_a_frozen_link_is_a_fault_with_its_key(tmp_path: Path) -> None:
    vmx = make_machine(tmp_path)
    edited(vmx, "web-000002.vmdk", "web-000001.vmdk")
    assert (Kind.RUNS_ON_FROZEN, "scsi0:0.filename") in kinds(vmx)


def test_a_snapshot_without_its_link_or_its_checkpoint_is_told(tmp_path: Path) -> None:
    vmx = make_machine(tmp_path)
    edited(tmp_path / "web.vmsd", '"web-000001.vmdk"', '"gone.vmdk"')
    (tmp_path / "web-Snapshot1.vmsn").unlink()
    found = kinds(vmx)
    assert (Kind.SNAPSHOT_LINK_MISSING, "snapshot1.disk0.fileName") in found
    assert (Kind.NO_CHECKPOINT, "snapshot0.filename") in found


def test_suspension_clones_and_consolidation_are_told(tmp_path: Path) -> None:
    vmx = make_machine(tmp_path)
    edited(vmx, "displayName", 'checkpoint.vmState = "web.vmss"\ndisplayName')
    edited(
        tmp_path / "web.vmsd",
        "snapshot.current",
        'snapshot.needConsolidate = "TRUE"\nsnapshot0.clone0 = "c.vmx"\nsnapshot.current',
    )
    found = kinds(vmx)
    assert {
        (Kind.SUSPENDED, "checkpoint.vmState"),
        (Kind.HAS_CLONE, "snapshot0"),
        (Kind.NEEDS_CONSOLIDATION, "snapshot.needConsolidate"),
    } <= found


def test_numbers_that_run_backwards_and_links_between_are_told(tmp_path: Path) -> None:
    vmx = make_machine(tmp_path)
    edited(vmx, "web-000002.vmdk", "web-000003.vmdk")
    edited(tmp_path / "web.vmsd", "snapshot1.disk0.fileName", "snapshot1.was")
    (tmp_path / "web-000003.vmdk").rename(tmp_path / "web-000000.vmdk")
    edited(vmx, "web-000003.vmdk", "web-000000.vmdk")
    found = kinds(vmx)
    assert (Kind.NUMBER_LIES, "web-000000.vmdk") in found
    assert (Kind.STANDS_BETWEEN, "web-000001.vmdk") in found


def test_a_machine_without_snapshots_needs_no_text_of_them(tmp_path: Path) -> None:
    vmx = make_machine(tmp_path)
    (tmp_path / "web.vmsd").write_bytes(b"")
    assert machines_at(vmx)[0].snapshots == ()
    (tmp_path / "web.vmsd").unlink()
    assert machines_at(tmp_path)[0].snapshots == ()


def test_a_folder_without_machine_and_a_disk_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"no \.vmx is in the folder"):
        machines_at(tmp_path)
    make_machine(tmp_path)
    with pytest.raises(InvalidArgument, match="not a virtual machine"):
        machines_at(tmp_path / "web.vmdk")


def test_tables_of_disks_that_no_machine_stands_on_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vmx = make_machine(tmp_path)
    create_disk(tmp_path / "beside.vmdk", 4096)
    read: list[str] = []

    def noted(node: Node, policy: Policy) -> Node:
        read.append(node.path.name)
        return with_tables(node, policy)

    monkeypatch.setattr("redoscope_core.machine.machine.with_tables", noted)
    machine = machine_at(vmx)
    assert sorted(read) == [
        "data.vmdk", "web-000001.vmdk", "web-000002.vmdk", "web-000003.vmdk", "web.vmdk",
    ]  # fmt: skip
    assert machine.forest.nodes[tmp_path / "web-000003.vmdk"].data_sectors == 0
    assert machine.forest.nodes[tmp_path / "beside.vmdk"].data_sectors is None
