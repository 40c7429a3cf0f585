"""Children that VirtualBox made, whose parent is told by a UUID alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    Chain,
    ContentIdMismatch,
    Disk,
    Forest,
    HasChildren,
    Kind,
    MissingParent,
    Policy,
    UnsupportedVmdk,
)
from redoscope_core.leniency import Leniency
from tests.core.outcomes import is_one_line
from tests.core.said import said
from tests.judges.handmade import SparsePlan, descriptor_text, sparse_extent

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
BASE = "7c5c1d20-0000-4000-8000-00000000000a"
CHILD = "7c5c1d20-0000-4000-8000-00000000000b"
STATE = "7c5c1d20-0000-4000-8000-0000000000ff"
NONE = "00000000-0000-0000-0000-000000000000"


def disk(path: Path, image: str, parent: str = NONE, *, made_from: str = NONE) -> Path:
    """Write a disk with VirtualBox's keys."""
    grains = {0: b"b" * 65536, 1: b"b" * 65536} if parent == NONE else {1: b"c" * 65536}
    line = f'RW 2048 SPARSE "{path.name}"'
    more = [
        f'ddb.uuid.image="{image}"',
        f'ddb.uuid.modification="{STATE}"',
        f'ddb.uuid.parent="{parent}"',
        f'ddb.uuid.parentmodification="{made_from}"',
    ]
    text = descriptor_text([line], more=more)
    path.write_bytes(sparse_extent(SparsePlan(2048, grains=grains), text))
    return path


def test_a_child_finds_its_parent_beside_it(tmp_path: Path) -> None:
    base = disk(tmp_path / "base.vmdk", BASE)
    child = disk(tmp_path / "{7c5c}.vmdk", CHILD, BASE.upper(), made_from=STATE)
    with Chain.open(child) as chain:
        assert [link.path for link in chain.links] == [base, child]
        assert chain.read(0, 256) == b"b" * 65536 + b"c" * 65536
        assert said(chain) == []
    forest = Forest.scan(tmp_path)
    assert forest.nodes[base].children == (child,)
    assert forest.faults == ()


def test_a_child_finds_its_parent_in_a_searched_folder(tmp_path: Path) -> None:
    (tmp_path / "Snapshots").mkdir()
    base = disk(tmp_path / "base.vmdk", BASE)
    child = disk(tmp_path / "Snapshots" / "child.vmdk", CHILD, BASE)
    with Chain.open(child, policy=Policy(search=(tmp_path,))) as chain:
        assert chain.links[0].path == base


def test_a_child_finds_its_parent_below_its_folder_by_the_uuid_alone(tmp_path: Path) -> None:
    (tmp_path / "moved").mkdir()
    base = disk(tmp_path / "moved" / "x.vmdk", BASE)
    child = disk(tmp_path / "child.vmdk", CHILD, BASE, made_from=STATE)
    # Of another capacity: all that tells that it is the parent is its UUID.
    child.write_bytes(child.read_bytes().replace(b"RW 2048", b"RW 1920"))
    with Chain.open(child) as chain:
        assert [link.path for link in chain.links] == [base, child]


def test_a_child_in_the_folder_of_snapshots_finds_its_parent_above_it(tmp_path: Path) -> None:
    (tmp_path / "Snapshots").mkdir()
    base = disk(tmp_path / "vm.vmdk", BASE)
    child = disk(tmp_path / "Snapshots" / "{7c5c}.vmdk", CHILD, BASE, made_from=STATE)
    with Chain.open(child) as chain:
        assert [link.path for link in chain.links] == [base, child]
        assert chain.read(0, 256) == b"b" * 65536 + b"c" * 65536
    forest = Forest.scan(tmp_path)
    assert (forest.chain_of(child), forest.faults) == ((base, child), ())
    with pytest.raises(HasChildren, match="7c5c"):
        Chain.open(base, access=Access.WRITE)


@pytest.mark.parametrize("key", ["ddb.uuid.parent=", "ddb.uuid.parent"])
def test_a_disk_that_has_lost_the_key_of_its_parent_says_so(tmp_path: Path, key: str) -> None:
    disk(tmp_path / "base.vmdk", BASE)
    child = disk(tmp_path / "child.vmdk", CHILD, BASE, made_from=STATE)
    child.write_bytes(child.read_bytes().replace(key.encode(), b"x" * len(key)))
    with Chain.open(child) as chain:
        assert any("whether the disk has a parent is not known" in note for note in said(chain))


def test_a_missing_parent_is_told_by_its_uuid_and_never_read_as_zeros(tmp_path: Path) -> None:
    child = disk(tmp_path / "child.vmdk", CHILD, BASE)
    disk(tmp_path / "other.vmdk", STATE)
    with pytest.raises(MissingParent, match="VirtualBox") as caught:
        Chain.open(child)
    assert is_one_line(caught.value)
    assert (caught.value.found, caught.value.where) == (BASE, "descriptor key ddb.uuid.parent")
    faults = Forest.scan(tmp_path).nodes[child].faults
    assert [fault.kind for fault in faults] == [Kind.MISSING_PARENT]


def test_a_changed_parent_is_an_error_that_can_be_overruled(tmp_path: Path) -> None:
    base = disk(tmp_path / "base.vmdk", BASE)
    child = disk(tmp_path / "child.vmdk", CHILD, BASE, made_from=BASE)
    with pytest.raises(ContentIdMismatch) as caught:
        Chain.open(child)
    assert (caught.value.parent, caught.value.expected) == (base, BASE)
    with Chain.open(child, policy=Policy().allowing(Leniency.CID_MISMATCH)) as chain:
        assert chain.read(0, 1) == b"b" * SECTOR
        assert any("the bytes may be wrong" in note for note in said(chain))


def test_the_child_is_not_written_and_its_parent_is_frozen(tmp_path: Path) -> None:
    base = disk(tmp_path / "base.vmdk", BASE)
    child = disk(tmp_path / "child.vmdk", CHILD, BASE)
    before = child.read_bytes()
    with (
        Disk.open(child, access=Access.WRITE) as handle,
        pytest.raises(UnsupportedVmdk, match="VirtualBox"),
    ):
        handle.write(0, bytes(SECTOR))
    assert child.read_bytes() == before
    with pytest.raises(HasChildren, match=r"child\.vmdk"):
        Chain.open(base, access=Access.WRITE)


def test_a_write_gives_a_disk_of_virtualbox_another_modification(tmp_path: Path) -> None:
    base = disk(tmp_path / "base.vmdk", BASE)
    with Disk.open(base, access=Access.WRITE) as handle:
        handle.write(0, bytes(SECTOR))
    with Chain.open(base) as chain:
        assert chain.tip.descriptor.uuid("modification") not in {None, STATE}
        assert chain.tip.descriptor.uuid("image") == BASE
