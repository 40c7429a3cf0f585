"""Disks of 4 TiB and far more, made of holes: read, mapped and written where they are not."""

from __future__ import annotations

import os
import struct
import time
from typing import TYPE_CHECKING

import pytest

from redoscope_core import NO_PARENT, Access, Chain, Disk, State, create_child
from tests.judges import handmade, qemu
from tests.judges.handmade import SparsePlan, descriptor_text
from tests.judges.handmade_esx import SESPARSE_HEADER, sesparse_entry

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
TIB = 2**31
"""Sectors of a TiB."""
PATIENCE = 3.0
"""Seconds of processor time for what is done with any of these disks."""


def hollow_sparse(path: Path, plan: SparsePlan, stored: dict[int, bytes], text: str = "") -> None:
    """Write a sparse extent with tables only where *stored* needs them, as a file of holes."""
    with path.open("wb") as file:
        file.write(plan.header())
        file.write(text.encode())
        end = plan.overhead * SECTOR
        file.truncate(end)
        places: dict[int, int] = {}
        for grain, data in stored.items():
            table, within = divmod(grain, plan.entries_per_table)
            for copy in (True, False) if plan.flags & 2 else (False,):
                place = plan.first_table(redundant=copy) + table * plan.table_sectors
                directory = plan.redundant_directory if copy else plan.directory
                os.pwrite(file.fileno(), struct.pack("<I", place), directory * SECTOR + 4 * table)
                os.pwrite(
                    file.fileno(), struct.pack("<I", end // SECTOR), place * SECTOR + 4 * within
                )
                places[table] = place
            os.pwrite(file.fileno(), data.ljust(plan.grain_size * SECTOR, b"\0"), end)
            end += plan.grain_size * SECTOR
        file.flush()


def monolithic(path: Path, plan: SparsePlan, stored: dict[int, bytes]) -> Path:
    """Write a monolithicSparse link of holes."""
    line = f'RW {plan.capacity} SPARSE "{path.name}"'
    hollow_sparse(path, plan, stored, descriptor_text([line]))
    return path


def sesparse(
    path: Path,
    capacity: int,
    sector: int,
    data: bytes,
    *,
    cid: int = 1,
    parent_cid: int = NO_PARENT,
    hint: str | None = None,
) -> Path:
    """Write an SESparse link of one grain, with a directory as long as *capacity* needs."""
    tables = -(-capacity // 32768)
    directory = 4096
    first = directory + -(-tables * 8 // SECTOR)
    grains = first + 64
    kinds = (0xCAFEBABE, 0x200000001, capacity, 8, 64, 0, 0, 0, 0, 0)
    places = (1, 1, 2, 2, 2048, 2048, directory, first - directory, first, 64, 5, 1, 6, 1)
    file = path.with_name(f"{path.stem}-sesparse.vmdk")
    table, within = divmod(sector // 8, 4096)
    with file.open("wb") as out:
        out.write(
            SESPARSE_HEADER.pack(*kinds, *places, grains, 2**20)
            + struct.pack("<4Q", 0xCAFECAFE, 0, 0, 0)
        )
        out.truncate((grains + 8) * SECTOR)
        out.flush()
        number = out.fileno()
        os.pwrite(number, struct.pack("<Q", 0x10000000 << 32), directory * SECTOR + 8 * table)
        os.pwrite(number, struct.pack("<Q", sesparse_entry(0)), first * SECTOR + 8 * within)
        os.pwrite(number, data.ljust(4096, b"\0"), grains * SECTOR)
    line = f'RW {capacity} SESPARSE "{file.name}"'
    text = descriptor_text([line], kind="seSparse", cid=cid, parent_cid=parent_cid, hint=hint)
    path.write_text(text)
    return path


@pytest.fixture(autouse=True)
def in_time() -> object:
    """Fail a test that takes long: what is read is little."""
    start = time.process_time()
    yield
    assert time.process_time() - start < PATIENCE


@pytest.mark.judge
@pytest.mark.parametrize("capacity", [4 * TIB, 4 * TIB + 1001, 16 * TIB])
def test_one_sparse_extent_of_many_tib_is_read_at_both_ends(tmp_path: Path, capacity: int) -> None:
    plan = SparsePlan(capacity, flags=1)
    last = (capacity - 1) // 128
    path = monolithic(tmp_path / "disk.vmdk", plan, {0: b"a" * 512, last: b"z" * 512})
    with Chain.open(path) as chain:
        assert chain.capacity == capacity
        assert chain.read(0, 2) == b"a" * SECTOR + bytes(SECTOR)
        assert chain.read(last * 128 - 1, 2) == bytes(SECTOR) + b"z" * SECTOR
        assert chain.areas().sectors_in(State.DATA) == 128 + capacity - last * 128
    assert qemu.read_window(path, last * 128, 1) == b"z" * SECTOR


def test_grains_of_1_mib_make_tables_few(tmp_path: Path) -> None:
    capacity = 64 * TIB - 7
    plan = SparsePlan(capacity, 2048)
    last = (capacity - 1) // 2048
    path = monolithic(tmp_path / "disk.vmdk", plan, {last: b"z" * 2048 * SECTOR})
    child = tmp_path / "child.vmdk"
    with Chain.open(path) as chain:
        assert chain.read(capacity - 1, 1) == b"z" * SECTOR
        create_child(chain, child, grain_size=2048)
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(capacity - 3, b"c" * SECTOR)
        disk.write(5 * TIB, b"m" * SECTOR)
    with Chain.open(child) as chain:
        expected = b"z" * SECTOR + b"c" * SECTOR + b"z" * 2 * SECTOR
        assert chain.read(capacity - 4, 4) == expected
        assert chain.read(5 * TIB - 1, 2) == bytes(SECTOR) + b"m" * SECTOR
        assert chain.areas().sectors_in(State.DATA) == 2048 + capacity - last * 2048


@pytest.mark.judge
def test_62_tib_in_pieces_of_all_kinds_is_one_disk(tmp_path: Path) -> None:
    lines, start = [], 0
    marks: dict[int, bytes] = {}
    for number in range(31):
        size = 2 * TIB
        name = f"p{number:02d}"
        letter = bytes([65 + number])
        marks[start + size - 1] = letter
        if number % 2:
            with (tmp_path / name).open("wb") as file:
                file.truncate(size * SECTOR)
                os.pwrite(file.fileno(), letter * SECTOR, (size - 1) * SECTOR)
            lines.append(f'RW {size} FLAT "{name}" 0')
        else:
            plan = SparsePlan(size, 1024, flags=1, descriptor_sectors=0)
            hollow_sparse(tmp_path / name, plan, {size // 1024 - 1: letter * 1024 * SECTOR})
            lines.append(f'RW {size} SPARSE "{name}"')
        start += size
    path = tmp_path / "disk.vmdk"
    path.write_text(descriptor_text(lines, kind="twoGbMaxExtentSparse"))
    child = tmp_path / "child.vmdk"
    sesparse(
        child, start, 62 * TIB - 8, b"s" * SECTOR, cid=9, parent_cid=0x0123ABCD, hint="disk.vmdk"
    )
    with Chain.open(child) as chain:
        assert chain.capacity == 62 * TIB
        for sector, letter in marks.items():
            assert chain.up_to(0).read(sector, 1) == letter * SECTOR
        for seam in range(2 * TIB, 62 * TIB, 2 * TIB):
            assert chain.read(seam - 1, 2) == marks[seam - 1] * SECTOR + bytes(SECTOR)
        assert chain.read(62 * TIB - 8, 8) == b"s" * SECTOR + bytes(7 * SECTOR)
        assert chain.owner(62 * TIB - 1).link_index == 1
    for seam in (2 * TIB, 60 * TIB):
        assert qemu.read_window(path, seam - 1, 2) == marks[seam - 1] * SECTOR + bytes(SECTOR)


def test_an_sesparse_child_of_62_tib_is_read(tmp_path: Path) -> None:
    capacity = 62 * TIB
    path = sesparse(tmp_path / "disk.vmdk", capacity, 50 * TIB, b"s" * SECTOR)
    with Chain.open(path) as chain:
        assert chain.read(50 * TIB - 1, 3) == bytes(SECTOR) + b"s" * SECTOR + bytes(SECTOR)
        assert chain.areas().sectors_in(State.DATA) == 8
        assert chain.owner(50 * TIB).state is State.DATA


def test_two_thousand_extents_are_one_disk(tmp_path: Path) -> None:
    # 4 TiB in pieces of 2 GiB, as split disks are; three of them are files, the rest holes.
    piece = 2**22
    plan = SparsePlan(piece, descriptor_sectors=0)
    for number in (1, 1000, 2048):
        letter = bytes([number % 251])
        stored = {piece // 128 - 1: letter * 65536}
        hollow_sparse(tmp_path / f"disk-s{number:04d}.vmdk", plan, stored)
    lines = [
        f'RW {piece} SPARSE "disk-s{number:04d}.vmdk"' if number in {1, 1000, 2048}
        else f"RW {piece} ZERO"
        for number in range(1, 2049)
    ]  # fmt: skip
    path = tmp_path / "disk.vmdk"
    path.write_text(descriptor_text(lines, kind="custom"))
    with Chain.open(path) as chain:
        assert chain.capacity == 4 * TIB
        for number in (1, 1000, 2048):
            letter = bytes([number % 251])
            assert chain.read(piece * number - 129, 2) == bytes(SECTOR) + letter * SECTOR
        assert chain.areas().sectors_in(State.DATA) == 3 * 128


@pytest.mark.parametrize("capacity", [2**54 // 512 + 1, 2**63 // 512 - 1])
def test_a_size_that_no_disk_has_is_told_and_costs_nothing(tmp_path: Path, capacity: int) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", SparsePlan(2048))
    handmade.patch(path, 0, SparsePlan(2048).header(capacity=capacity))
    with pytest.raises(Exception, match="header field") as caught:
        Chain.open(path)
    assert str(capacity) in str(caught.value) or "gdOffset" in str(caught.value)
