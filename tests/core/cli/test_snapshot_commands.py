"""vm snapshot: what the commands print, refuse and leave."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.core.cli.kills import Killed, stopped
from tests.core.machine.machines import make_machine
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


@pytest.fixture
def vmx(tmp_path: Path) -> Path:
    """A machine with two snapshots, and the independent disk scsi0:1."""
    return make_machine(tmp_path)


def test_a_dry_run_tells_the_plan_and_writes_nothing(redoscope: Redoscope, vmx: Path) -> None:
    before = fingerprints(vmx.parent)
    ran = redoscope("vm", "snapshot", "take", vmx, "--name", "then", "--dry-run")
    assert ran.status == 0
    assert ran.out.splitlines()[0] == "snapshot 3  then"
    assert f"{vmx.parent / 'web-000004.vmdk'} is made, a child of web-000002.vmdk" in ran.out
    assert "web.vmsd: bytes" in ran.out
    assert ran.out.endswith("nothing was written\n")
    assert "independent, so left out: scsi0:1" in ran.err
    assert fingerprints(vmx.parent) == before


def test_what_is_taken_is_shown_and_undo_takes_all_of_it_back(
    redoscope: Redoscope, vmx: Path
) -> None:
    before = fingerprints(vmx.parent)
    assert redoscope("vm", "snapshot", "take", vmx.parent, "--description", "a line").status == 0
    assert "snapshot 3  Snapshot 3" in redoscope("vm", vmx).out
    assert redoscope("vm", vmx, "--json").document["machines"][0]["current"] == 3
    ran = redoscope("undo", f"{vmx}.undo.json")
    assert ran.out.splitlines()[-1] == "done; removed web-Snapshot3.vmsn, web-000004.vmdk"
    assert fingerprints(vmx.parent) == before


def test_children_that_were_written_are_kept_and_the_undo_can_be_undone(
    redoscope: Redoscope, vmx: Path
) -> None:
    assert redoscope("vm", "snapshot", "revert", vmx, "two").status == 0
    after = vmx.read_bytes()
    leaf = vmx.parent / "web-000004.vmdk"
    assert redoscope("write", leaf, "--start", 0, "--fill", 7, "--count", 1).status == 0
    ran = redoscope("undo", f"{vmx}.undo.json", "--json")
    assert ran.document["removed"] == []
    assert leaf.exists()
    assert redoscope("undo", ran.document["redo"]).status == 0
    assert vmx.read_bytes() == after


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('checkpoint.vmState = "web.vmss"', ["web.vmx", "checkpoint.vmState", "web.vmss"]),
        ('encryption.data = "AAAA"', ["web.vmx", "encryption.data", "AAAA"]),
        ('encryption.keySafe = "vmware:key"', ["web.vmx", "encryption.keysafe", "vmware:key"]),
        ('scsi0:0.deviceType = "rawDisk"', ["web.vmx", "scsi0:0.deviceType", "rawDisk"]),
        ('snapshot.disabled = "TRUE"', ["web.vmx", "snapshot.disabled", "TRUE"]),
        ('snapshot.maxSnapshots = "2"', ["web.vmx", "snapshot.maxSnapshots", "found 2"]),
        ('scsi0:2.present = "TRUE"\nscsi0:2.fileName = "no.vmdk"', ["scsi0:2.filename", "no.vmdk"]),
        ('scsi0:0.mode = "independent-persistent"', ["web.vmx", "scsi0:0, scsi0:1"]),
    ],
)
def test_a_machine_that_must_not_be_touched_is_refused_in_one_sentence(
    redoscope: Redoscope, vmx: Path, lines: str, told: list[str]
) -> None:
    with vmx.open("a", encoding="utf-8") as text:
        text.write(f"{lines}\n")
    before = fingerprints(vmx.parent)
    line = redoscope.refused("vm", "snapshot", "take", vmx)
    assert [word for word in told if word not in line] == []
    assert fingerprints(vmx.parent) == before


@pytest.mark.parametrize("name", ["web.vmx.lck", "web-000002.vmdk.lck"])
def test_a_machine_that_is_locked_is_refused(redoscope: Redoscope, vmx: Path, name: str) -> None:
    (vmx.parent / name).mkdir()
    (vmx.parent / name / "M1.lck").write_bytes(b"")
    for words in (["take", vmx], ["revert", vmx, "2"], ["delete", vmx, "1"], ["delete-all", vmx]):
        assert name in redoscope.refused("vm", "snapshot", *words)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('snapshot.needConsolidate = "TRUE"', "snapshot.needConsolidate"),
        ('snapshot0.parent = "2"', "snapshot-loop"),
        ('snapshot.current = "9"', "no-current-snapshot"),
    ],
)
def test_a_list_with_something_open_is_refused(
    redoscope: Redoscope, vmx: Path, line: str, told: str
) -> None:
    with vmx.with_suffix(".vmsd").open("a", encoding="utf-8") as text:
        text.write(f"{line}\n")
    for words in (["take", vmx], ["revert", vmx, "2"]):
        said = redoscope.refused("vm", "snapshot", *words)
        assert "web.vmsd" in said
        assert told in said


def test_a_name_that_two_have_asks_for_the_uid(redoscope: Redoscope, vmx: Path) -> None:
    listed = vmx.with_suffix(".vmsd")
    listed.write_text(listed.read_text("utf-8").replace('"two"', '"one"'), encoding="utf-8")
    line = redoscope.refused("vm", "snapshot", "revert", vmx, "one")
    assert "several snapshots have that name" in line
    assert "1 one, 2 one" in line
    assert redoscope("vm", "snapshot", "revert", vmx, "2").status == 0


def test_a_folder_of_several_machines_asks_for_one(redoscope: Redoscope, vmx: Path) -> None:
    vmx.with_name("other.vmx").write_bytes(vmx.read_bytes())
    line = redoscope.refused("vm", "snapshot", "take", vmx.parent)
    assert "other.vmx, web.vmx" in line or "web.vmx, other.vmx" in line


def test_deleting_tells_what_it_does_gives_back_and_costs(redoscope: Redoscope, vmx: Path) -> None:
    leaf = vmx.parent / "web-000002.vmdk"
    assert redoscope("write", leaf, "--start", 0, "--fill", 7, "--count", 300).status == 0
    assert redoscope("vm", "snapshot", "take", vmx, "--name", "three").status == 0
    shown = redoscope("vm", vmx, "--json").document["machines"][0]["snapshots"]
    before = sum(path.stat().st_size for path in vmx.parent.iterdir())
    dry = redoscope("vm", "snapshot", "delete", vmx, "three", "--dry-run")
    assert "web-000002.vmdk: takes in web-000004.vmdk, 0 B" in dry.out
    assert dry.out.endswith("nothing was written\n")
    ran = redoscope("vm", "snapshot", "delete", vmx, "three", "--json").document
    after = sum(path.stat().st_size for path in vmx.parent.iterdir())
    assert ran["amounts"]["given_back_bytes"] == before - after
    told = shown[2]["deletion"]
    assert ran["amounts"] | {"freed_storage_bytes": told["freed_storage_bytes"]} == told
    assert told["freed_storage_bytes"] > 0
    assert 'fileName = "web-000002.vmdk"' in vmx.read_text(encoding="utf-8")


def test_what_can_not_be_deleted_is_told_with_its_reason(redoscope: Redoscope, vmx: Path) -> None:
    with vmx.with_suffix(".vmsd").open("a", encoding="utf-8") as text:
        text.write('snapshot1.clone0 = "kid.vmx"\n')
    ran = redoscope("vm", vmx)
    assert "can't be deleted: snapshot 2 has linked clones" in ran.out
    found = redoscope("vm", vmx, "--json").document["machines"][0]["snapshots"][1]
    assert found["deletion"] is None
    assert "clone0" in found["no_deletion"]
    line = redoscope.refused("vm", "snapshot", "delete", vmx, "2")
    assert "clone0, found kid.vmx" in line


def test_nothing_to_delete_or_merge_is_said(redoscope: Redoscope, vmx: Path) -> None:
    assert redoscope("vm", "snapshot", "delete-all", vmx).status == 0
    assert "has no snapshot" in redoscope.refused("vm", "snapshot", "delete-all", vmx)
    assert "no such snapshot" in redoscope.refused("vm", "snapshot", "delete", vmx, "1")
    assert "waits to be merged" in redoscope.refused("vm", "snapshot", "consolidate", vmx)


def test_a_word_that_is_none_and_a_machine_that_is_not_named_are_wrong_calls(
    redoscope: Redoscope, vmx: Path
) -> None:
    assert "a word is missing: take, revert, delete" in redoscope.refused("vm", "snapshot")
    assert "No such command" in redoscope.refused("vm", "snapshot", "make", vmx)
    assert "SNAPSHOT is missing" in redoscope.refused("vm", "snapshot", "delete", vmx)
    assert "not a virtual machine" in redoscope.refused(
        "vm", "snapshot", "take", vmx.with_name("web.vmdk")
    )


def test_a_call_that_was_killed_is_told_of_and_undo_takes_it_back(
    redoscope: Redoscope, vmx: Path, tmp_path: Path
) -> None:
    told = 0
    for point in range(5, 24, 2):
        folder = tmp_path / f"killed{point}"
        shutil.copytree(vmx.parent, folder, ignore=shutil.ignore_patterns("killed*"))
        before = fingerprints(folder)
        try:
            with stopped(point):
                redoscope("vm", "snapshot", "take", folder)
        except Killed:
            if "a call was stopped" not in redoscope("vm", folder).out:
                continue
            told += 1
            assert redoscope("undo", folder / "web.vmx.undo.json").status == 0
            left = fingerprints(folder).items()
            assert {name: mark for name, mark in left if ".part" not in name} == before
    assert told > 2
