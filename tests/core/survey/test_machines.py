"""What machines run on: names of any host, what is missing, what must not be run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Forest, Kind, Leniency, Policy, create_disk, sentences
from redoscope_core.errors import Reason
from redoscope_core.format.dictionary import MAX_DICTIONARY
from redoscope_core.operations.examining.check import check_folder
from tests.core.finished import finished
from tests.core.links import make_child

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.findings import Finding


def machine(path: Path, *names: str, codec: str = "utf-8", head: str = "") -> Path:
    """Write the text of a machine that runs on the disks *names*."""
    lines = [
        f'scsi0:{unit}.present = "TRUE"\nscsi0:{unit}.fileName = "{name}"\n'
        for unit, name in enumerate(names)
    ]
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes((head + "".join(lines)).encode(codec))
    return path


def disk(path: Path) -> Path:
    """Make a small base disk."""
    path.parent.mkdir(exist_ok=True, parents=True)
    create_disk(path, 256)
    return path


def found(path: Path, policy: Policy | None = None) -> tuple[Finding, ...]:
    """Return what is said of the machines of *path*."""
    return Forest.scan(path, policy=policy).about_machines


WAYS = [
    "web srv.vmdk",
    "./web srv.vmdk",
    "[ds 1] m/web srv.vmdk",
    "[] /vmfs/volumes/4f-1/m/web srv.vmdk",
    r"D:\VMs\m\web srv.vmdk",
    "/vmfs/volumes/4f-1/m/web srv.vmdk",
    r"\\nas\vms\web srv.vmdk",
    "WEB SRV.VMDK",
]


@pytest.mark.parametrize("name", WAYS)
def test_a_disk_beside_the_machine_is_known_by_its_name_on_any_host(
    tmp_path: Path, name: str
) -> None:
    here = disk(tmp_path / "m" / "web srv.vmdk")
    vmx = machine(tmp_path / "m" / "m.vmx", name)
    for asked in (vmx, vmx.parent, tmp_path):
        forest = Forest.scan(asked)
        assert forest.leaf == here
        assert forest.running == {here}
        assert not forest.about_machines


@pytest.mark.parametrize("name", ["[ds1] data/d.vmdk", r"E:\VMs\Data\d.vmdk", "/v/data/d.vmdk"])
def test_a_disk_in_another_folder_is_known_by_the_end_of_its_path(
    tmp_path: Path, name: str
) -> None:
    there = disk(tmp_path / "data" / "d.vmdk")
    disk(tmp_path / "other" / "d.vmdk")
    machine(tmp_path / "m" / "m.vmx", name)
    assert Forest.scan(tmp_path).running == {there}


@pytest.mark.parametrize(
    ("codec", "encoding", "name"),
    [
        ("cp1252", "windows-1252", "Büro"),
        ("cp1251", "windows-1251", "Архив"),
        ("cp936", "GBK", "磁盘"),
        ("cp932", "Shift_JIS", "仮想ディスク"),
        ("cp949", "windows-949-2000", "한글"),
    ],
)
def test_names_in_any_code_page_lead_to_their_disks(
    tmp_path: Path, codec: str, encoding: str, name: str
) -> None:
    here = disk(tmp_path / f"{name}.vmdk")
    head = f'.encoding = "{encoding}"\n'
    names = (f"[ds] {name}/{name}.vmdk", f"{name} fehlt.vmdk")
    vmx = machine(tmp_path / "m.vmx", *names, codec=codec, head=head)
    forest = Forest.scan(vmx)
    assert forest.running == {here}
    (missing,) = forest.about_machines
    assert f"{name} fehlt.vmdk" in sentences.text(missing)


def test_all_disks_that_are_there_are_marked_and_all_others_told(tmp_path: Path) -> None:
    names = [f"d{number}.vmdk" for number in range(6)]
    here = {disk(tmp_path / name) for name in names[::2]}
    machine(tmp_path / "m.vmx", *names)
    machine(tmp_path / "n" / "n.vmx", "other.vmdk")
    forest = Forest.scan(tmp_path)
    assert forest.running == here
    told = [sentences.text(finding) for finding in forest.about_machines]
    assert [any(name in words for words in told) for name in names] == [False, True] * 3
    assert "other.vmdk" in told[-1]
    assert all(finding.is_fault for finding in forest.about_machines)
    assert finished(check_folder(tmp_path)).machines == forest.about_machines


def test_a_missing_disk_is_named_where_it_is_now(tmp_path: Path) -> None:
    disk(tmp_path / "old" / "web.vmdk")
    disk(tmp_path / "web2.vmdk").rename(tmp_path / "web.vmdk.bak")
    (tmp_path / "gone-flat.vmdk").write_bytes(bytes(512))
    machine(tmp_path / "m.vmx", "web.vmdk", "gone.vmdk")
    web, gone = (finding.fact("candidates") for finding in found(tmp_path / "m.vmx"))
    assert isinstance(web, tuple)
    assert isinstance(gone, tuple)
    assert web[0] == (tmp_path / "old" / "web.vmdk", (Reason.HAS_NAME,))
    assert web[1] == (tmp_path / "web.vmdk.bak", (Reason.SUFFIX_DIFFERS,))
    assert [one.path for one in gone] == [tmp_path / "gone-flat.vmdk"]


def test_a_disk_outside_the_folder_is_told_and_looked_at_if_that_is_allowed(
    tmp_path: Path,
) -> None:
    out = disk(tmp_path / "out" / "d.vmdk")
    vmx = machine(tmp_path / "m" / "m.vmx", str(out), "../out/d.vmdk", "[ds1] out/d.vmdk")
    assert {finding.fact("outside") for finding in found(vmx)} == {out}
    assert Forest.scan(vmx).nodes == {}
    allowed = Forest.scan(vmx, policy=Policy(frozenset({Leniency.OUTSIDE})))
    assert allowed.running == {out}
    assert not allowed.about_machines


@pytest.mark.parametrize("runs_on", [0, 1])
def test_a_machine_that_runs_on_a_link_with_children_is_a_fault(
    tmp_path: Path, runs_on: int
) -> None:
    links = [disk(tmp_path / "web.vmdk")]
    for number in (1, 2):
        links.append(make_child(links[-1], f"web-00000{number}.vmdk"))
    machine(tmp_path / "m.vmx", links[runs_on].name)
    (finding,) = found(tmp_path)
    assert (finding.kind, finding.path) == (Kind.RUNS_ON_PARENT, links[runs_on])
    assert finding.is_fault
    assert links[runs_on + 1].name in sentences.text(finding)
    machine(tmp_path / "m.vmx", links[2].name)
    assert found(tmp_path) == ()


def test_an_encrypted_machine_an_empty_one_and_one_too_long_are_told_as_such(
    tmp_path: Path,
) -> None:
    disk(tmp_path / "web.vmdk")
    vmx = tmp_path / "m.vmx"
    vmx.write_text('.encoding = "UTF-8"\nencryption.keySafe = "vmware:key/list"\n')
    assert [finding.kind for finding in found(vmx)] == [Kind.MACHINE_ENCRYPTED]
    for nothing in (b"", bytes(4096)):
        vmx.write_bytes(nothing)
        assert [finding.kind for finding in found(tmp_path)] == [Kind.MACHINE_EMPTY]
    vmx.write_bytes(b"scsi0:0.present = 'TRUE'\n" + b"# room\n" * (MAX_DICTIONARY // 7))
    assert [finding.kind for finding in found(tmp_path)] == [Kind.LONG_TEXT]
    vmx.write_text('.encoding = "klingon"\n')
    assert [finding.kind for finding in found(tmp_path)] == [Kind.UNKNOWN_ENCODING]
    vmx.unlink()
    vmx.mkdir()
    assert found(tmp_path) == ()


def test_the_data_of_a_disk_is_no_disk_to_run_on(tmp_path: Path) -> None:
    create_disk(tmp_path / "web.vmdk", 256, kind="monolithicFlat")
    machine(tmp_path / "m.vmx", "web-flat.vmdk")
    (finding,) = found(tmp_path)
    assert "web-flat.vmdk" in sentences.text(finding)
    assert finding.is_fault
