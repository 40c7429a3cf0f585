"""A question about a disk looks at its folder once, however many answers it needs of it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, Disk, HasChildren, Policy, create_disk
from redoscope_core.chain.family import neighbours
from redoscope_core.link.first_bytes import links_in
from redoscope_core.link.link import read_descriptor
from redoscope_core.operations.examining.check import check_folder
from tests.core.finished import finished
from tests.core.links import make_child

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.files.file import DiskFile


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were listed, and the files whose descriptors were read in between."""
    seen: list[Path] = []

    def list_folder(folder: Path) -> list[Path]:
        seen.append(folder)
        return links_in(folder)

    def read(file: DiskFile) -> object:
        seen.append(file.path)
        return read_descriptor(file)

    monkeypatch.setattr(neighbours, "links_in", list_folder)
    monkeypatch.setattr(neighbours, "read_descriptor", read)
    return seen


@pytest.mark.parametrize("access", list(Access))
def test_a_disk_is_opened_with_one_look_at_its_folder(
    tmp_path: Path, looks: list[Path], access: Access
) -> None:
    base, child = tmp_path / "base.vmdk", tmp_path / "child.vmdk"
    create_disk(base, 4096)
    make_child(base, child)
    looks.clear()
    with Disk.open(child, access=access) as disk:
        assert disk.read(0, 1) == bytes(512)
    assert looks.count(tmp_path) == 1
    assert len(looks) == len(set(looks))


def test_a_chain_whose_parent_has_to_be_looked_for_reads_the_folder_once(
    tmp_path: Path, looks: list[Path]
) -> None:
    base, child = tmp_path / "base.vmdk", tmp_path / "child.vmdk"
    create_disk(base, 4096)
    make_child(base, child)
    base.rename(tmp_path / "moved.vmdk")
    looks.clear()
    with Chain.open(child, policy=Policy(search=(tmp_path,))) as chain:
        assert [link.path.name for link in chain.links] == ["moved.vmdk", "child.vmdk"]
    assert looks.count(tmp_path) == 1
    assert len(looks) == len(set(looks))


@pytest.mark.parametrize("access", [Access.INSPECT, Access.WRITE])
def test_only_who_writes_a_disk_waits_for_a_look_below_its_folder(
    tmp_path: Path, looks: list[Path], access: Access
) -> None:
    base, child = tmp_path / "base.vmdk", tmp_path / "below" / "child.vmdk"
    create_disk(base, 4096)
    child.parent.mkdir()
    make_child(base, "child.vmdk").rename(child)
    looks.clear()
    refused = pytest.raises(HasChildren) if access is Access.WRITE else nullcontext()
    with refused, Chain.open(base, access=access) as chain:
        assert [one.kind for one in chain.findings] == []
    assert (child in looks) == (access is Access.WRITE)


@pytest.mark.parametrize("disks", [6, 12])
def test_a_folder_is_checked_with_two_looks_at_each_disk(
    tmp_path: Path, looks: list[Path], disks: int
) -> None:
    base = tmp_path / "base.vmdk"
    create_disk(base, 4096)
    for number in range(disks):
        make_child(base, tmp_path / f"child{number}.vmdk")
        create_disk(tmp_path / f"alone{number}.vmdk", 4096)
    looks.clear()
    checked = finished(check_folder(tmp_path))
    assert len(checked.chains) == 2 * disks
    assert all(chain.sound for chain in checked.chains)
    # Once to list the forest, once to open its chains; not once for each disk beside another.
    assert max(looks.count(path) for path in looks) <= 2
