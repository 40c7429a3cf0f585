"""vm and vm state: what they print of machines and checkpoint files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.core.machine.machines import make_machine
from tests.judges.handmade_checkpoint import PICTURE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


def test_vm_shows_the_tree_of_snapshots_and_where_the_machine_stands(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    vmx = make_machine(tmp_path)
    ran = redoscope("vm", vmx)
    lines = [line.rstrip() for line in ran.out.splitlines()]
    assert ran.status == 0
    assert lines[0] == f"{vmx}: web"
    assert lines[1] == "  disk scsi0:0  web-000002.vmdk  2 links"
    assert lines[2] == "  disk scsi0:1  data.vmdk  1 link  independent: snapshots leave it out"
    assert lines[3].startswith("  snapshot 1  one  2012-04-23T23:22:42.737666Z  froze web.vmdk")
    assert lines[4] == "    you are here"
    assert lines[5].startswith("    snapshot 2  two  no time  froze web-000001.vmdk")


def test_snapshots_in_a_circle_are_told_once_each(redoscope: Redoscope, tmp_path: Path) -> None:
    vmx = make_machine(tmp_path)
    with (tmp_path / "web.vmsd").open("a", encoding="utf-8") as text:
        text.write('snapshot0.parent = "2"\n')
    ran = redoscope("vm", vmx)
    assert ran.status == 1
    assert [ran.out.count(f"snapshot {uid}  ") for uid in (1, 2)] == [1, 1]


def test_several_machines_are_shown_and_the_worst_status_counts(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    vmx = make_machine(tmp_path)
    ran = redoscope("vm", vmx, tmp_path / "gone.vmx", "--json")
    assert ran.status == 2
    assert ["machines" in each for each in ran.document["disks"]] == [True, False]
    assert "is missing" in redoscope.refused("vm")


def test_vm_state_lists_tags_and_saves_the_picture(redoscope: Redoscope, tmp_path: Path) -> None:
    vmx = make_machine(tmp_path)
    file, picture, text = tmp_path / "web-Snapshot1.vmsn", tmp_path / "p.png", tmp_path / "t.vmx"
    ran = redoscope(
        "vm", "state", file, "--picture", picture, "--tag", "Snapshot/cfgFile", "--out", text
    )
    assert ran.status == 0
    assert "64-bit, VMware ESX, 4.1.0, 1024 MiB of memory" in ran.out
    assert "  regionPPN[1]  value of 4 bytes" in ran.out
    assert picture.read_bytes() == PICTURE
    assert text.read_bytes() == vmx.read_bytes()
    assert "taken" in redoscope.refused("vm", "state", file, "--picture", picture)


def test_no_secret_of_a_state_is_told(redoscope: Redoscope, tmp_path: Path) -> None:
    make_machine(tmp_path)
    for more in ([], ["--json"]):
        assert "kkkk" not in redoscope("vm", "state", tmp_path / "web-Snapshot1.vmsn", *more).out


def test_a_disk_is_no_checkpoint_file(redoscope: Redoscope, tmp_path: Path) -> None:
    make_machine(tmp_path)
    line = redoscope.refused("vm", "state", tmp_path / "web.vmdk", "--json")
    assert "web.vmdk: not a checkpoint file" in line
    assert "564d444b" not in line  # none of its bytes is told
    assert ".vmsn" in line
    assert "no tag of that name" in redoscope.refused(
        "vm", "state", tmp_path / "web-Snapshot1.vmsn", "--tag", "a/b", "--out", tmp_path / "x"
    )
