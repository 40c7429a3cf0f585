"""Hazards of directory and tables: entries that lead nowhere, twice, or into the metadata."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, CorruptVmdk, Disk, DiskFull
from tests.core.hazards import Hazard, bounded, check
from tests.core.links import make_child
from tests.core.sound_disk import EXPECTED, PLAN, sound
from tests.judges import handmade, qemu
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan, cowd_link, sesparse_link

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512
ENTRY = PLAN.table_entry(2)
DIRECTORY = PLAN.directory_entry(0)


def entry(place: int, *values: int, both: bool = True) -> Callable[[Path], Path]:
    """Overwrite entries of the sound disk at byte *place*, and in the redundant copy."""

    def make(folder: Path) -> Path:
        path = sound(folder)
        handmade.patch_u32(path, place, *values)
        if both and place >= PLAN.first_table() * SECTOR:
            copy = place - (PLAN.first_table() - PLAN.first_table(redundant=True)) * SECTOR
            handmade.patch_u32(path, copy, *values)
        return path

    return make


def swapped(*grains: bytes) -> bytes:
    """Return the disk with other bytes in its first grains."""
    return b"".join(grains) + EXPECTED[len(grains) * 65536 :]


def leaked(folder: Path) -> Path:
    """Leave a grain in the file that no entry leads to, and junk behind it."""
    path = sound(folder)
    path.write_bytes(path.read_bytes() + b"L" * 65536 + b"junk" * 25)
    return path


def unaligned(folder: Path) -> Path:
    """Let two grains lie half over each other."""
    path = entry(ENTRY, 192)(folder)
    os.truncate(path, 512 * SECTOR)
    return path


A, C, J = (letter * 65536 for letter in (b"a", b"c", b"j"))
SHARED = "lead to the same place"
HAZARDS = {
    "directory entry past the end": Hazard(
        entry(DIRECTORY, 2**31), CorruptVmdk, "too short", DIRECTORY, str(2**31), 256
    ),
    "directory entry of 1": Hazard(
        entry(DIRECTORY, 1), CorruptVmdk, "leads nowhere", DIRECTORY, "1", 256
    ),
    "entry past the end": Hazard(
        entry(ENTRY, 2**31), CorruptVmdk, "too short", ENTRY, str(2**31), 256, EXPECTED
    ),
    "entry in the tables": Hazard(
        entry(ENTRY, 30), CorruptVmdk, "leads nowhere", ENTRY, "30", 256, EXPECTED
    ),
    "entry in the descriptor": Hazard(
        entry(ENTRY, 2), CorruptVmdk, "leads nowhere", ENTRY, "2", 256, EXPECTED
    ),
    "entry of 1 without the flag": Hazard(
        entry(ENTRY, 1), CorruptVmdk, "leads nowhere", ENTRY, "1", 256, EXPECTED
    ),
    "entry just below the first grain": Hazard(
        entry(ENTRY, PLAN.overhead - 1), CorruptVmdk, "leads nowhere", ENTRY, "127", 256, EXPECTED
    ),
    "two entries to one grain": Hazard(
        entry(ENTRY, 128), words=SHARED, expected=swapped(A, bytes(65536), A)
    ),
    "grains over each other": Hazard(
        unaligned, words=SHARED, expected=swapped(A, bytes(65536), A[:32768] + C[:32768])
    ),
    "table and copy differ": Hazard(
        entry(ENTRY, 384, both=False), words="redundant copy differ at entry 2",
        expected=swapped(A, bytes(65536), J),
    ),
    "table emptied, copy whole": Hazard(
        entry(ENTRY, 0, both=False), words="redundant copy differ at entry 2",
        expected=swapped(A, bytes(65536), bytes(65536)),
    ),
    "directory emptied, copy whole": Hazard(
        entry(DIRECTORY, 0), words="redundant copy differ at entry 0", expected=bytes(2**20)
    ),
    "a grain that nothing leads to": Hazard(leaked, expected=EXPECTED),
}  # fmt: skip


@pytest.mark.parametrize("row", HAZARDS)
def test_a_hazard_of_the_tables_has_its_answer(tmp_path: Path, row: str) -> None:
    check(HAZARDS[row], tmp_path)


WRITES_REFUSED = [
    *("directory entry past the end", "entry past the end", "entry in the tables"),
    *("two entries to one grain", "grains over each other", "table and copy differ"),
    "table emptied, copy whole",
]


@pytest.mark.parametrize("row", WRITES_REFUSED)
def test_a_disk_with_such_tables_is_never_written(tmp_path: Path, row: str) -> None:
    path = HAZARDS[row].make(tmp_path)
    before = path.read_bytes()
    with Disk.open(path, access=Access.WRITE) as disk, pytest.raises(CorruptVmdk):
        disk.write(257, b"x" * SECTOR)
    assert path.read_bytes() == before


@pytest.mark.judge
def test_a_write_where_there_is_no_table_makes_one_first(tmp_path: Path) -> None:
    # qemu-img 7.2 writes such a grain over the header of the file.
    plan = SparsePlan(2048, 8, grains={0: b"a" * 4096}, entries_per_table=128, lazy_tables=True)
    path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(1500, b"w" * SECTOR)
    expected = bytearray(2048 * SECTOR)
    expected[:4096] = b"a" * 4096
    expected[1500 * SECTOR : 1501 * SECTOR] = b"w" * SECTOR
    with Chain.open(path) as chain:
        assert chain.read(0, 2048) == expected
    assert qemu.read(path) == expected


def test_no_grain_is_put_past_sector_2_to_the_32(tmp_path: Path) -> None:
    path = sound(tmp_path)
    os.truncate(path, (2**32 - 100) * SECTOR)
    with (
        bounded(),
        Disk.open(path, access=Access.WRITE) as disk,
        pytest.raises(DiskFull, match="2\\^32"),
    ):
        disk.write(600, b"x" * SECTOR)
    with Chain.open(path) as chain:
        assert chain.read(0, 2048) == EXPECTED


def test_one_table_for_the_whole_of_a_huge_disk_is_refused(tmp_path: Path) -> None:
    # 4 MiB of file claim 2^20 tables, all of them the same full one: 2^29 grains.
    tables = 2**20
    capacity = tables * 512 * 8
    plan = SparsePlan(capacity, 8)
    directory = 21
    table = directory + tables * 4 // SECTOR
    raw = bytearray((table + 4 + 8) * SECTOR)
    text = handmade.descriptor_text([f'RW {capacity} SPARSE "disk.vmdk"'])
    raw[:SECTOR] = plan.header(flags=1, directory=directory, overhead=table + 4)
    raw[SECTOR : SECTOR + len(text)] = text.encode()
    raw[directory * SECTOR : table * SECTOR] = struct.pack("<I", table) * tables
    raw[table * SECTOR : (table + 4) * SECTOR] = struct.pack("<I", table + 4) * 512
    path = tmp_path / "disk.vmdk"
    path.write_bytes(raw)
    with (
        bounded(),
        Chain.open(path) as chain,
        pytest.raises(CorruptVmdk, match="again and again") as caught,
    ):
        chain.read(0, 1)
    assert caught.value.offset == directory * SECTOR


def test_the_same_of_an_sesparse_disk_is_refused(tmp_path: Path) -> None:
    plan = SeSparsePlan(4096 * 8 * 100, {0: b"x" * 4096})
    path = sesparse_link(tmp_path / "disk.vmdk", plan)
    entries = struct.pack("<Q", 0x10000000 << 32) * 100
    handmade.patch(tmp_path / "disk-sesparse.vmdk", 16 * SECTOR, entries)
    with Chain.open(path) as chain, pytest.raises(CorruptVmdk, match="again and again"):
        chain.read(0, 1)


def test_a_cowd_disk_of_the_largest_size_takes_no_time(tmp_path: Path) -> None:
    path = cowd_link(tmp_path / "disk.vmdk", CowdPlan(2**32 - 1, {0: b"x" * SECTOR}))
    with bounded(), Chain.open(path) as chain:
        assert chain.read(0, 1) == b"x" * SECTOR
        assert chain.read(2**32 - 2, 1) == bytes(SECTOR)


def test_links_over_one_inode_are_read_and_never_written(tmp_path: Path) -> None:
    base = sound(tmp_path)
    child = tmp_path / "child.vmdk"
    make_child(base, child)
    text = handmade.descriptor_text(
        ['RW 2048 SPARSE "piece.vmdk"'], kind="custom", cid=7, parent_cid=0x0123ABCD, hint=base.name
    )
    os.link(base, tmp_path / "piece.vmdk")
    odd = tmp_path / "odd.vmdk"
    odd.write_text(text)
    before = base.read_bytes()
    with Chain.open(odd) as chain:
        assert chain.read(0, 2048) == EXPECTED
    with Disk.open(odd, access=Access.WRITE) as disk, pytest.raises(CorruptVmdk, match="twice"):
        disk.write(0, bytes(SECTOR))
    assert base.read_bytes() == before
