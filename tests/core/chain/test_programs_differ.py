"""Where programs read the same disk differently: which of them is right, and why."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, CorruptVmdk, State
from tests.core.said import said
from tests.judges import dissect, handmade, libvmdk, qemu
from tests.judges.handmade import SparsePlan, descriptor_text
from tests.judges.handmade_esx import SeSparsePlan, sesparse_link

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.judge

SECTOR = 512


def test_an_entry_of_1_is_zeros_where_the_flag_says_so_and_damage_elsewhere(tmp_path: Path) -> None:
    # Flag 4 gives the entry 1 its meaning; without it, it leads nowhere. qemu and pyvmdk read
    # sector 1, the descriptor's text, as the grain of the second disk; pyvmdk does so with the
    # first too.
    plan = SparsePlan(2048, version=2, flags=7, grains={0: b"a" * 65536}, zero_grains=(1,))
    right = handmade.sparse_link(tmp_path / "right.vmdk", plan)
    expected = (b"a" * 65536).ljust(2048 * SECTOR, b"\0")
    assert qemu.read(right) == dissect.read(right) == expected != libvmdk.read([right])
    with Chain.open(right) as chain:
        assert chain.read(0, 2048) == expected
    wrong = handmade.sparse_link(tmp_path / "wrong.vmdk", plan)
    handmade.patch(wrong, 8, b"\3")
    assert b"# Disk DescriptorFile" in qemu.read(wrong)[65536:131072]
    with Chain.open(wrong) as chain:
        assert chain.read(0, 128) == b"a" * 65536
        with pytest.raises(CorruptVmdk, match="leads nowhere"):
            chain.read(128, 1)


def test_the_offset_of_a_flat_extent_counts_sectors(tmp_path: Path) -> None:
    # The technote says so; qemu agrees, pyvmdk counts bytes, dissect overlooks it.
    data = random.Random(1).randbytes(32 * SECTOR)
    (tmp_path / "flat.bin").write_bytes(data)
    path = tmp_path / "disk.vmdk"
    path.write_text(descriptor_text(['RW 16 FLAT "flat.bin" 4'], kind="monolithicFlat"))
    expected = data[4 * SECTOR : 20 * SECTOR]
    assert qemu.read(path) == expected
    assert libvmdk.read([path]) == data[4 : 4 + 16 * SECTOR]
    assert dissect.read(path) == data[: 16 * SECTOR]
    with Chain.open(path) as chain:
        assert chain.read(0, 16) == expected


def test_an_unmapped_grain_of_sesparse_is_zeros(tmp_path: Path) -> None:
    # The guest gave it back: zeros in qemu and Xen Orchestra; dissect asks the parent, and shows
    # what was there before.
    base = handmade.flat_link(tmp_path / "base.vmdk", b"b" * 64 * SECTOR, cid=5)
    plan = SeSparsePlan(64, {0: b"s" * 4096}, unmapped=frozenset({1}))
    path = sesparse_link(tmp_path / "child.vmdk", plan, cid=6, parent_cid=5, hint=base.name)
    expected = b"s" * 4096 + bytes(4096) + b"b" * (64 * SECTOR - 8192)
    assert qemu.read(path) == expected
    assert dissect.read(path)[4096:8192] == b"b" * 4096
    with Chain.open(path) as chain:
        assert chain.read(0, 64) == expected


@pytest.mark.parametrize(
    ("lines", "qemu_reads"),
    [
        (('RDONLY 16 FLAT "a" 0', 'RW 16 FLAT "b" 0'), b"b" * 16 * SECTOR),
        (("RW 16 ZERO", 'RW 16 FLAT "b" 0'), b"b" * 16 * SECTOR),
        (('RW 16 FLAT "a" 0\n', 'RW 16 FLAT "b" 0'), b"a" * 16 * SECTOR + b"b" * 32 * SECTOR),
    ],
    ids=["read-only", "zeros", "a blank line before it"],
)
def test_each_extent_line_counts_once_whatever_its_access(
    tmp_path: Path, lines: tuple[str, ...], qemu_reads: bytes
) -> None:
    # The technote has extents one behind the other in the order of their lines. qemu drops those
    # that are not RW, so that the data behind them moves, and counts one behind a blank line
    # twice.
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode() * 16 * SECTOR)
    path = tmp_path / "disk.vmdk"
    path.write_text(descriptor_text(lines, kind="twoGbMaxExtentFlat"))
    assert qemu.read(path) == qemu_reads
    first = bytes(16 * SECTOR) if "ZERO" in lines[0] else b"a" * 16 * SECTOR
    with Chain.open(path) as chain:
        assert chain.read(0, chain.capacity) == first + b"b" * 16 * SECTOR


def test_a_grain_past_the_end_of_the_file_is_an_error_and_not_zeros(tmp_path: Path) -> None:
    # The table says that it was stored. qemu shows zeros, which nobody wrote there.
    plan = SparsePlan(2048, grains={0: b"a" * 65536, 1: b"b" * 65536})
    path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    path.write_bytes(path.read_bytes()[:-65536])
    assert qemu.read(path)[65536:131072] == bytes(65536)
    with Chain.open(path) as chain, pytest.raises(CorruptVmdk, match="too short"):
        chain.read(128, 1)


def test_a_short_flat_file_is_an_error_and_not_zeros(tmp_path: Path) -> None:
    # qemu fills up with zeros; pyvmdk refuses, as we do for what is missing.
    path = handmade.flat_link(tmp_path / "disk.vmdk", b"f" * 32 * SECTOR)
    data = tmp_path / "disk-flat.vmdk"
    data.write_bytes(data.read_bytes()[: 16 * SECTOR])
    assert qemu.read(path) == b"f" * 16 * SECTOR + bytes(16 * SECTOR)
    with Chain.open(path) as chain:
        assert chain.read(0, 16) == b"f" * 16 * SECTOR
        with pytest.raises(CorruptVmdk, match="too short"):
            chain.read(16, 1)


def test_the_line_tells_the_size_where_the_header_says_more(tmp_path: Path) -> None:
    # VirtualBox rounds the header up to whole grains: the guest saw what the line says. qemu and
    # dissect believe the header, pyvmdk the line.
    plan = SparsePlan(256, grains={1: b"b" * 65536})
    path = tmp_path / "disk.vmdk"
    path.write_bytes(
        handmade.sparse_extent(plan, descriptor_text([f'RW 160 SPARSE "{path.name}"']))
    )
    assert (len(qemu.read(path)), len(libvmdk.read([path]))) == (256 * SECTOR, 160 * SECTOR)
    with Chain.open(path) as chain:
        assert chain.read(0, 160) == bytes(65536) + b"b" * 32 * SECTOR
        assert any("says 256 sectors" in note for note in said(chain))


def test_a_child_of_a_changed_parent_is_refused_also_where_others_read_it(tmp_path: Path) -> None:
    # Content IDs tell that the parent is another: dissect does not look, qemu finds out only
    # where the child holds nothing.
    base = handmade.sparse_link(tmp_path / "base.vmdk", SparsePlan(128), cid=7)
    plan = SparsePlan(128, grains={0: b"c" * 65536})
    child = handmade.sparse_link(tmp_path / "child.vmdk", plan, cid=8, parent_cid=6, hint=base.name)
    assert qemu.read(child) == dissect.read(child) == b"c" * 65536
    with pytest.raises(Exception, match="was changed after"):
        Chain.open(child)


def test_the_first_directory_is_read_where_the_second_differs(tmp_path: Path) -> None:
    # Every program reads the first; qemu-img check sees nothing, we tell.
    plan = SparsePlan(2048, grains={0: b"a" * 65536, 1: b"b" * 65536})
    path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    handmade.patch_u32(path, plan.table_entry(1, redundant=True), 0)
    expected = (b"a" * 65536 + b"b" * 65536).ljust(2048 * SECTOR, b"\0")
    assert qemu.read(path) == libvmdk.read([path]) == dissect.read(path) == expected
    with Chain.open(path) as chain:
        assert chain.read(0, 2048) == expected
        assert any("redundant copy differ" in note for note in said(chain))
        assert chain.areas().sectors_in(State.DATA) == 256
