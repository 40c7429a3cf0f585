"""Kinds of extent beside the sparse ones: devices, mappings, zeros, odd spellings, mixtures."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import (
    Access,
    Chain,
    Disk,
    FileRefused,
    Forest,
    Leniency,
    Policy,
    State,
    UnsupportedVmdk,
    VixCode,
    VmdkError,
)
from redoscope_core.explanations import explained
from tests.core.outcomes import is_one_line
from tests.core.said import said
from tests.judges import handmade
from tests.judges.handmade import SparsePlan, descriptor_text
from tests.judges.handmade_esx import CowdPlan, cowd_extent

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512


def link(folder: Path, *lines: str, kind: str = "custom", more: tuple[str, ...] = ()) -> Path:
    """Write a descriptor of *lines* beside a flat file of 64 sectors of f."""
    (folder / "flat.bin").write_bytes(b"f" * 64 * SECTOR)
    path = folder / "disk.vmdk"
    path.write_text(descriptor_text(lines, kind=kind, more=more), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ('RW 64 VMFSRDM "vm-rdm.vmdk"', "vmfsRawDeviceMap", "on a LUN"),
        ('RW 64 VMFSRDM "vm-rdmp.vmdk"', "vmfsPassthroughRawDeviceMap", "on a LUN"),
        ('RW 64 VMFSRAW "/dev/null"', "vmfsRaw", "raw device"),
        ('RW 64 VSANSPARSE "vsan://52ca"', "vsanSparse", "vSAN"),
        ('RW 64 VMFS "vsan://52ca"', "vmfs", "vSAN"),
        ('RW 64 FLAT "VSAN:/52ca" 0', "monolithicFlat", "vSAN"),
        ('RW 64 SPARSE "vsan://52ca"', "monolithicSparse", "vSAN"),
        ('RW 64 FLAT "/dev/zero" 0', "fullDevice", "a device"),
        ('RW 64 FLAT "/dev/shm/../zero" 0', "fullDevice", "a device"),
        (r'RW 64 FLAT "\\.\PhysicalDrive0" 0', "fullDevice", "a device"),
        ('RW 64 FLAT "/vmfs/devices/disks/naa.6" 0', "fullDevice", "a device"),
    ],
)
def test_data_that_lies_elsewhere_is_told_and_never_made_up(
    tmp_path: Path, line: str, kind: str, words: str
) -> None:
    path = link(tmp_path, line, kind=kind)
    with Chain.open(path) as chain:
        assert (chain.capacity, chain.tip.descriptor.create_type) == (64, kind)
        assert chain.areas().state.tolist() == [State.UNREADABLE]
        assert any(words in note for note in said(chain))
        assert words in explained(chain.owner(5).steps[0])
        with pytest.raises(UnsupportedVmdk, match="lies elsewhere") as caught:
            chain.read(5, 1)
        assert is_one_line(caught.value)
        assert caught.value.path == path
    assert Forest.scan(tmp_path).nodes[path].faults == ()
    with Disk.open(path, access=Access.WRITE) as disk, pytest.raises(UnsupportedVmdk):
        disk.write(0, bytes(SECTOR))


@pytest.mark.parametrize(
    "more",
    [
        ('encryption.keySafe = "vmware:key/list/x"',),
        ('ddb.iofilters = "vmwarevmcrypt"',),
        ('encryptionKeys = "x"',),
    ],
)
def test_an_encrypted_disk_opens_as_far_as_its_descriptor_goes(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    path = link(tmp_path, 'RW 64 FLAT "flat.bin" 0', more=more)
    with Chain.open(path) as chain:
        assert chain.capacity == 64
        stored = chain.stored
        assert (stored.state.tolist(), stored.count.tolist()) == ([State.UNREADABLE], [64])
        assert (stored.file.tolist(), stored.offset.tolist()) == ([-1], [-1])
        assert chain.owner(3).state is State.UNREADABLE
        assert chain.owner(3).steps[0].file is None
        with pytest.raises(UnsupportedVmdk, match="encrypted"):
            chain.read(0, 1)


def test_a_wholly_encrypted_descriptor_is_refused_by_name(tmp_path: Path) -> None:
    path = link(tmp_path, more=('encryption.data = "abcd"',))
    with pytest.raises(UnsupportedVmdk, match="encrypted") as caught:
        Chain.open(path)
    assert caught.value.code is VixCode.DISK_NEEDKEY


def test_a_partitioned_device_keeps_every_area_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "disk-pt.vmdk").write_bytes(b"t" * 16 * SECTOR)
    path = link(
        tmp_path,
        'RW 10 FLAT "disk-pt.vmdk" 0',
        "RW 20 ZERO ",
        'RW 30 FLAT "/dev/sda" 63',
        "NOACCESS 5 ZERO",
        'NOACCESS 7 FLAT "/dev/sda2" 0',
        'RDONLY 6 FLAT "disk-pt.vmdk" 10',
        kind="partitionedDevice",
    )
    with Chain.open(path) as chain:
        areas = chain.areas()
        assert list(zip(areas.count.tolist(), areas.state.tolist(), strict=True)) == [
            (10, State.DATA),
            (20, State.ZERO),
            (30, State.UNREADABLE),
            (5, State.ZERO),
            (7, State.UNREADABLE),
            (6, State.DATA),
        ]
        assert chain.read(0, 30) == b"t" * 10 * SECTOR + bytes(20 * SECTOR)
        assert chain.read(60, 5) == bytes(5 * SECTOR)
        assert chain.read(72, 6) == b"t" * 6 * SECTOR
        for sector in (30, 65):
            with pytest.raises(VmdkError):
                chain.read(sector, 1)


def test_a_noaccess_extent_is_not_opened_and_lies_in_no_file(tmp_path: Path) -> None:
    path = link(tmp_path, 'RW 4 FLAT "flat.bin" 0', 'NOACCESS 5 FLAT "flat.bin" 4')
    with Chain.open(path) as chain:
        stored = chain.stored
        assert stored.state.tolist() == [State.DATA, State.UNREADABLE]
        assert (stored.file.tolist(), stored.offset.tolist()) == ([0, -1], [0, -1])
        step = chain.owner(6).steps[0]
        assert (step.state, step.file, step.data_offset) == (State.UNREADABLE, None, None)
        assert step.first_sector == 4
        with pytest.raises(VmdkError, match="NOACCESS") as caught:
            chain.read(3, 2)
        assert caught.value.found == "'flat.bin'"
        assert chain.read(0, 4) == b"f" * 4 * SECTOR


@pytest.mark.parametrize(
    "kind", ["vmfs", "vmfsThin", "vmfsPreallocated", "vmfsEagerZeroedThick", "vmfsThick"]
)
def test_every_vmfs_kind_is_flat(tmp_path: Path, kind: str) -> None:
    more = ('ddb.thinProvisioned = "1"',) if kind == "vmfsThin" else ()
    path = link(tmp_path, 'RW 64 VMFS "flat.bin"', kind=kind, more=more)
    with Chain.open(path) as chain:
        assert chain.read(0, 64) == b"f" * 64 * SECTOR
        assert chain.tip.descriptor.create_type == kind


def test_the_extent_decides_where_vmfs_thin_is_said_to_be_sparse(tmp_path: Path) -> None:
    (tmp_path / "delta.bin").write_bytes(cowd_extent(CowdPlan(64, {3: b"c" * SECTOR})))
    path = link(tmp_path, 'RW 64 VMFSSPARSE "delta.bin"', kind="vmfsThin")
    with Chain.open(path) as chain:
        assert chain.read(0, 64) == (bytes(3 * SECTOR) + b"c" * SECTOR).ljust(64 * SECTOR, b"\0")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2GbMaxExtentFlat", "twoGbMaxExtentFlat"),
        ("2gbmaxextentsparse", "twoGbMaxExtentSparse"),
        ("TWOGBMAXEXTENTFLAT", "twoGbMaxExtentFlat"),
    ],
)
def test_old_spellings_are_read(tmp_path: Path, old: str, new: str) -> None:
    path = link(tmp_path, 'RW 60 FLAT "flat.bin" 0', 'RW 4 FLAT "flat.bin" 60', kind=old)
    with Chain.open(path) as chain:
        assert chain.tip.descriptor.create_type == new
        assert chain.read(0, 64) == b"f" * 64 * SECTOR


def test_extents_of_all_kinds_make_one_disk(tmp_path: Path) -> None:
    handmade.split_link(tmp_path / "x.vmdk", [SparsePlan(256, 16, grains={1: b"s" * 8192})])
    (tmp_path / "delta.bin").write_bytes(cowd_extent(CowdPlan(9, {8: b"c" * SECTOR})))
    path = link(
        tmp_path,
        'RW 9 VMFSSPARSE "delta.bin"',
        "RW 7 ZERO",
        'RW 200 SPARSE "x-s001.vmdk"',
        'RDONLY 3 FLAT "flat.bin" 61',
    )
    expected = bytearray(219 * SECTOR)
    expected[8 * SECTOR : 9 * SECTOR] = b"c" * SECTOR
    expected[32 * SECTOR : 48 * SECTOR] = b"s" * 8192
    expected[216 * SECTOR :] = b"f" * 3 * SECTOR
    with Chain.open(path) as chain:
        assert chain.read(0, 219) == expected
        assert chain.grain_size == 1
        for extent in chain.tip.extents:
            # An extent knows no other and no link: its areas are of link 0, and of file 0 or none.
            areas = extent.areas()
            assert set(areas.link.tolist()) == {0}
            in_file = areas.state == State.DATA
            assert areas.file.tolist() == np.where(in_file, 0, -1).tolist()
            assert ((areas.start >= 0) & (areas.end <= extent.line.sectors)).all()


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "linked"])
def test_an_extent_outside_the_folder_is_followed_only_when_allowed(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret").write_bytes(b"s" * 64 * SECTOR)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "linked").symlink_to(tmp_path / "secret")
    if name.startswith("/"):
        name = str(tmp_path / "secret")
    path = link(inside, f'RW 64 FLAT "{name}" 0')
    with pytest.raises(FileRefused, match="outside the folder") as caught:
        Chain.open(path)
    assert is_one_line(caught.value)
    assert caught.value.leniency is Leniency.OUTSIDE
    with Chain.open(path, policy=Policy().allowing(Leniency.OUTSIDE)) as chain:
        assert chain.read(0, 64) == b"s" * 64 * SECTOR


def test_a_fifo_is_refused_also_when_outside_is_allowed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = link(tmp_path, f'RW 64 FLAT "{tmp_path / "pipe"}" 0')
    with pytest.raises(FileRefused, match="FIFO"):
        Chain.open(path, policy=Policy().allowing(Leniency.OUTSIDE))
