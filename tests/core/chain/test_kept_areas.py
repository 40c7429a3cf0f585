"""What a writer keeps of the areas it changed: the same as reading all tables again, unread."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import Access, Chain, Disk, create_child, create_disk
from redoscope_core.chain import generations
from redoscope_core.extents import changes
from redoscope_core.files.file import DiskFile
from tests.core.chains import map_of
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import CowdPlan, cowd_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECTOR = 512
CAPACITY = 4000
TIB = 2**31

Write = tuple[int, int, str]
WRITES = st.lists(
    st.tuples(st.integers(0, CAPACITY - 1), st.integers(1, 700), st.sampled_from("dzf")),
    min_size=1,
    max_size=12,
)


def split(folder: Path) -> Path:
    """Return a base disk of three pieces, the last of which ends within a grain."""
    plans = [SparsePlan(1000), SparsePlan(2000), SparsePlan(1000)]
    return handmade.split_link(folder / "split.vmdk", plans)


def mixed(folder: Path) -> Path:
    """Return a base disk of a flat and a sparse extent."""
    (folder / "a.vmdk").write_bytes(bytes(1500 * SECTOR))
    (folder / "b.vmdk").write_bytes(handmade.sparse_extent(SparsePlan(2500)))
    lines = ['RW 1500 FLAT "a.vmdk" 0', 'RW 2500 SPARSE "b.vmdk"']
    path = folder / "mixed.vmdk"
    path.write_text(handmade.descriptor_text(lines, kind="custom"), encoding="utf-8")
    return path


def child(folder: Path) -> Path:
    """Return a child that can tell zeros, of a base disk with some data."""
    base = folder / "base.vmdk"
    create_disk(base, CAPACITY)
    with Disk.open(base, access=Access.WRITE) as disk:
        disk.write(100, b"b" * 900 * SECTOR)
    with Chain.open(base) as chain:
        create_child(chain, folder / "child.vmdk")
    return folder / "child.vmdk"


def cowd(folder: Path) -> Path:
    """Return a COWD base disk."""
    return cowd_link(folder / "cowd.vmdk", CowdPlan(CAPACITY))


@pytest.mark.parametrize("make", [split, mixed, child, cowd])
@given(writes=WRITES)
@settings(max_examples=25, deadline=None)
def test_after_any_writes_the_areas_are_those_that_the_files_tell(
    make: Callable[[Path], Path], writes: list[Write]
) -> None:
    with TemporaryDirectory() as folder:
        path = make(Path(folder))
        with Disk.open(path, access=Access.WRITE) as disk:
            disk.chain.areas()
            for start, count, kind in writes:
                count = min(count, CAPACITY - start)  # noqa: PLW2901 - cut at the end of the disk
                if kind == "d":
                    disk.write(start, b"x" * count * SECTOR)
                elif kind == "z":
                    disk.write_zeros(start, count)
                else:
                    disk.flush()
            kept, own = map_of(disk.chain), disk.chain.tip.stored
            disk.chain.tip.forget_areas()
            again = disk.chain.tip.stored
            assert all(map(lambda a, b: a.tolist() == b.tolist(), own.columns, again.columns))
        with Chain.open(path) as chain:
            assert kept == map_of(chain)


def test_more_changes_than_are_kept_are_read_from_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_MOST_AREAS", 3)
    with Disk.open(child(tmp_path), access=Access.WRITE) as disk:
        for start in range(0, CAPACITY, 256):
            disk.write(start, b"y" * SECTOR)
        assert [disk.read(start, 1)[:1] for start in range(0, CAPACITY, 256)] == [b"y"] * 16
        disk.write(5, b"z" * SECTOR)
        assert disk.read(5, 1) == b"z" * SECTOR


def test_what_was_written_is_read_without_laying_the_links_over_each_other_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Disk.open(child(tmp_path), access=Access.WRITE) as disk:
        disk.write(3000, b"v" * SECTOR)
        assert disk.read(100, 1) == b"b" * SECTOR
        for name in ("overlay", "laid_over"):
            monkeypatch.setattr(generations, name, None)
        for start in (100, 3000, 101):
            disk.write(start, b"w" * SECTOR)
            assert disk.read(start, 1) == b"w" * SECTOR


@pytest.fixture
def tables_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count the bytes that are read of tables and headers; data is read in another way."""
    lengths: list[int] = []
    read_at, read_into = DiskFile.read_at, DiskFile.read_into

    def counted_at(self: DiskFile, offset: int, length: int, *, what: str) -> bytes:
        lengths.append(length)
        return read_at(self, offset, length, what=what)

    def counted_into(self: DiskFile, buffer: memoryview, offset: int, *, what: str) -> None:
        lengths.append(len(buffer))
        read_into(self, buffer, offset, what=what)

    with monkeypatch.context() as patched:
        patched.setattr(DiskFile, "read_at", counted_at)
        patched.setattr(DiskFile, "read_into", counted_into)
        yield lengths


def test_a_sector_written_and_read_a_thousand_times_reads_no_table_of_a_tebibyte_again(
    tmp_path: Path, tables_read: list[int]
) -> None:
    base, tip = tmp_path / "base.vmdk", tmp_path / "tip.vmdk"
    create_disk(base, TIB)
    with Chain.open(base) as chain:
        create_child(chain, tip)
    chance = random.Random(4)
    with Disk.open(tip, access=Access.WRITE) as disk:
        for pair in range(1001):
            sector = TIB // 3 + pair % 2 * chance.randrange(2**16)
            data = chance.randbytes(8) * 64
            disk.write(sector, data)
            assert disk.read(sector, 1) == data
            if not pair:
                tables_read.clear()
        assert 0 < sum(tables_read) < 2**20
