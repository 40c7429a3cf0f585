"""Compressed grains that lie behind one another are read together."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, CorruptVmdk, Disk
from redoscope_core.chain.access import Access
from redoscope_core.files.file import DiskFile
from tests.core.links import make_child
from tests.judges import handmade
from tests.judges.handmade_stream import LAYOUTS, StreamPlan, stream_link

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
GRAIN = 128 * SECTOR
CAPACITY = 128 * 540
GRAINS = {
    grain: random.Random(grain).randbytes(30_000) + bytes(35_536)
    for grain in (*range(40), *range(500, 530), 539)
}


def content(grains: dict[int, bytes]) -> bytearray:
    """Return what a disk of *grains* holds."""
    disk = bytearray(CAPACITY * SECTOR)
    for grain, data in grains.items():
        disk[grain * GRAIN : (grain + 1) * GRAIN] = data
    return disk


EXPECTED = bytes(content(GRAINS))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Offset and length of each read, as they come."""
    seen: list[tuple[int, int]] = []
    plainly = DiskFile.read_into

    def read_into(self: DiskFile, buffer: memoryview, offset: int, *, what: str) -> None:
        seen.append((offset, len(buffer)))
        plainly(self, buffer, offset, what=what)

    monkeypatch.setattr(DiskFile, "read_into", read_into)
    return seen


def test_neighbours_take_one_read(tmp_path: Path, reads: list[tuple[int, int]]) -> None:
    path = stream_link(tmp_path / "disk.vmdk", StreamPlan(CAPACITY, GRAINS))
    with Chain.open(path) as chain:
        place = int(chain.stored.offset[0])
        reads.clear()
        assert chain.read(0, 16 * 128) == EXPECTED[: 16 * GRAIN]
    assert len(reads) == 1
    assert reads[0][0] == place


def test_a_grain_in_the_middle_of_nothing_takes_one_read_too(
    tmp_path: Path, reads: list[tuple[int, int]]
) -> None:
    path = stream_link(tmp_path / "disk.vmdk", StreamPlan(CAPACITY, GRAINS))
    with Chain.open(path) as chain:
        places = [int(chain.areas(grain * 128, 1).offset[0]) for grain in (39, 5, 539)]
        reads.clear()
        for grain in (39, 5, 539):
            start = grain * 128 + 7
            assert chain.read(start, 8) == EXPECTED[start * SECTOR :][: 8 * SECTOR]
        assert chain.read(39 * 128, 8) == EXPECTED[39 * GRAIN :][: 8 * SECTOR]
    assert [offset for offset, _ in reads][:3] == places
    assert all(length <= GRAIN + SECTOR for _, length in reads)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_window_reads_the_same_over_the_edge_of_a_table(tmp_path: Path, layout: str) -> None:
    plan = StreamPlan(CAPACITY, GRAINS, **LAYOUTS[layout])
    chance = random.Random(layout)
    expected = bytearray(EXPECTED)
    with Chain.open(stream_link(tmp_path / "disk.vmdk", plan)) as chain:
        for _ in range(60):
            start = chance.choice([0, 490 * 128, 530 * 128]) + chance.randrange(1000)
            count = chance.randrange(1, min(6000, CAPACITY - start))
            assert chain.read(start, count) == expected[start * SECTOR :][: count * SECTOR]


def test_grains_in_any_order_read_the_same(tmp_path: Path) -> None:
    order = list(range(64))
    random.Random(3).shuffle(order)
    grains = {grain: random.Random(grain).randbytes(50_000) + bytes(15_536) for grain in order}
    plan = StreamPlan(CAPACITY, grains, front=True, footer=False, markers=False)
    with Chain.open(stream_link(tmp_path / "disk.vmdk", plan)) as chain:
        assert chain.read(0, 64 * 128) == content(grains)[: 64 * GRAIN]


def test_a_child_in_between_changes_nothing(tmp_path: Path) -> None:
    base = stream_link(tmp_path / "base.vmdk", StreamPlan(CAPACITY, GRAINS))
    child = tmp_path / "child.vmdk"
    make_child(base, child, grain_size=8)
    expected = bytearray(EXPECTED)
    with Disk.open(child, access=Access.WRITE) as disk:
        for sector in (3, 130, 131, 5 * 128 + 64, 20 * 128):
            disk.write(sector, b"c" * SECTOR)
            expected[sector * SECTOR : (sector + 1) * SECTOR] = b"c" * SECTOR
    with Chain.open(child) as chain:
        assert chain.read(0, CAPACITY) == expected


def test_a_cut_file_loses_only_the_grains_that_are_gone(tmp_path: Path) -> None:
    plan = StreamPlan(CAPACITY, GRAINS, front=True, footer=False, markers=False)
    path = stream_link(tmp_path / "disk.vmdk", plan)
    with Chain.open(path) as chain:
        cut = int(chain.areas(20 * 128, 1).offset[0]) + 5000
    with path.open("r+b") as file:
        file.truncate(cut)
    with Chain.open(path) as chain:
        assert chain.read(0, 20 * 128) == EXPECTED[: 20 * GRAIN]
        with pytest.raises(CorruptVmdk, match="too short") as caught:
            chain.read(0, 30 * 128)
        assert caught.value.where == "compressed grain 20"


def test_a_file_cut_while_it_is_read_is_an_error_of_the_grain_that_is_gone(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "disk.vmdk", StreamPlan(CAPACITY, GRAINS))
    with Chain.open(path) as chain:
        chain.read(39 * 128, 1)
        cut = int(chain.areas(10 * 128, 1).offset[0]) + 3
        with path.open("r+b") as file:
            file.truncate(cut)
        assert chain.read(0, 10 * 128) == EXPECTED[: 10 * GRAIN]
        with pytest.raises(CorruptVmdk, match="too short") as caught:
            chain.read(0, 16 * 128)
        assert "compressed grain 10" in str(caught.value.where)


def test_one_bad_grain_among_neighbours_is_the_one_that_is_told(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "disk.vmdk", StreamPlan(CAPACITY, GRAINS))
    with Chain.open(path) as chain:
        place = int(chain.areas(7 * 128, 1).offset[0])
    handmade.patch(path, place + 8, (2**31).to_bytes(4, "little"))
    with Chain.open(path) as chain:
        with pytest.raises(CorruptVmdk) as caught:
            chain.read(0, 16 * 128)
        assert caught.value.offset == place + 8
        assert chain.read(8 * 128, 128) == EXPECTED[8 * GRAIN : 9 * GRAIN]
