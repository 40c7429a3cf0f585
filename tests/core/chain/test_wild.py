"""Disks of programs that are not at hand: each opens, reads right, and is not complained of."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, Disk, Forest, MissingParent, VmdkError, create_child
from tests.core.said import said
from tests.judges import dissect, libvmdk, qemu, sevenzip
from tests.judges.trees import fingerprints
from tests.judges.wild import WILD

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512


@pytest.mark.parametrize("name", WILD)
def test_a_disk_is_read_as_it_was_written(tmp_path: Path, name: str) -> None:
    wild = WILD[name](tmp_path)
    before = fingerprints(tmp_path)
    with Chain.open(wild.path) as chain:
        assert chain.read(0, chain.capacity) == wild.expected
        left = [note for note in said(chain) if not any(known in note for known in wild.notes)]
        assert left == []
        assert all(any(known in note for note in said(chain)) for known in wild.notes)
    assert fingerprints(tmp_path) == before


@pytest.mark.judge
@pytest.mark.parametrize("name", WILD)
def test_the_programs_that_read_it_right_read_the_same(tmp_path: Path, name: str) -> None:
    wild = WILD[name](tmp_path)
    if "qemu" in wild.readers:
        assert qemu.read(wild.path) == wild.expected
    if "pyvmdk" in wild.readers:
        assert libvmdk.read([wild.path]) == wild.expected
    if "dissect" in wild.readers:
        assert dissect.read(wild.path) == wild.expected
    if "7-Zip" in wild.readers and sevenzip.PROGRAM is not None:
        assert sevenzip.read(wild.path) == wild.expected


@pytest.mark.parametrize("name", WILD)
def test_its_folder_shows_its_chain_and_no_faults(tmp_path: Path, name: str) -> None:
    wild = WILD[name](tmp_path)
    forest = Forest.scan(tmp_path)
    assert wild.path in forest.tips
    with Chain.open(wild.path) as chain:
        assert forest.chain_of(wild.path) == tuple(link.path for link in chain.links)
    assert [fault for path, fault in forest.faults if "-ctk" not in path.name] == []


@pytest.mark.judge
@pytest.mark.parametrize("name", WILD)
def test_a_child_of_it_is_made_and_written(tmp_path: Path, name: str) -> None:
    wild = WILD[name](tmp_path)
    before = fingerprints(tmp_path)
    child = tmp_path / "ours.vmdk"
    with Chain.open(wild.path) as chain:
        create_child(chain, child)
        last = chain.capacity - 1
    with Disk.open(child, access=Access.WRITE) as opened:
        opened.write(last, b"z" * SECTOR)
        assert opened.read(0, last + 1) == wild.expected[:-SECTOR] + b"z" * SECTOR
    assert before.items() <= fingerprints(tmp_path).items()
    if "qemu" in wild.readers:
        assert qemu.read(child) == wild.expected[:-SECTOR] + b"z" * SECTOR


READ_ONLY = {"ESXi with a SESparse snapshot", "parts of a physical disk"}
"""Kinds that are never written: one is not understood, in the other two extents share a file."""


@pytest.mark.judge
@pytest.mark.parametrize("name", [name for name in WILD if name not in READ_ONLY])
def test_it_is_written_in_place_as_others_read_it(tmp_path: Path, name: str) -> None:
    wild = WILD[name](tmp_path)
    expected = bytearray(wild.expected)
    last = len(expected) // SECTOR - 1
    with Disk.open(wild.path, access=Access.WRITE) as opened:
        for sector in (0, last // 2, last):
            opened.write(sector, b"Z" * SECTOR)
            expected[sector * SECTOR : (sector + 1) * SECTOR] = b"Z" * SECTOR
    with Chain.open(wild.path) as chain:
        assert chain.read(0, last + 1) == expected
    if "qemu" in wild.readers:
        assert qemu.read(wild.path) == expected


@pytest.mark.parametrize("name", sorted(READ_ONLY))
def test_what_is_only_read_says_so_and_stays_as_it_is(tmp_path: Path, name: str) -> None:
    wild = WILD[name](tmp_path)
    before = fingerprints(tmp_path)
    with Disk.open(wild.path, access=Access.WRITE) as opened, pytest.raises(VmdkError):
        opened.write(0, b"Z" * SECTOR)
    assert fingerprints(tmp_path) == before


def test_a_snapshot_is_not_its_parent_though_both_have_one_content_id(tmp_path: Path) -> None:
    wild = WILD["ESX with two snapshots"](tmp_path)
    with Chain.open(wild.path) as chain:
        names = ["sql.vmdk", "sql-000001.vmdk", "sql-000002.vmdk"]
        assert [link.path.name for link in chain.links] == names
    (tmp_path / "sql-000001.vmdk").unlink()
    with pytest.raises(MissingParent):
        Chain.open(wild.path)


def test_the_folder_may_be_copied_anywhere(tmp_path: Path) -> None:
    source = tmp_path / "one"
    source.mkdir()
    for number, (name, make) in enumerate(WILD.items()):
        if name == "a raw image in place":
            continue
        place = source / str(number)
        place.mkdir()
        wild = make(place)
        moved = tmp_path / f"moved {number}"
        shutil.move(place, moved)
        with Chain.open(moved / wild.path.name) as chain:
            assert chain.read(0, chain.capacity) == wild.expected
