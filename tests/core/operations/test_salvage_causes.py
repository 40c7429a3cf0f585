"""Each cause for which sectors can't be read, as it is told of a disk that is salvaged."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Cause,
    Chain,
    FileMissing,
    Leniency,
    Policy,
    Unread,
    UnreadArea,
    VmdkError,
    create_disk,
    digest,
    search,
)
from tests.core.finished import finished
from tests.core.links import make_child, write_sector
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SECTOR = 512
SALVAGE = Policy(allowed=frozenset({Leniency.SALVAGE}))
PLAN = SparsePlan(2048, grains={grain: bytes([grain + 65]) * 65536 for grain in range(16)})


def lost(path: Path) -> list[UnreadArea]:
    """Return what of the disk can't be read once all of it was looked at."""
    with Chain.open(path, policy=SALVAGE) as chain:
        return list(finished(digest(chain, "blake3")).unread.areas())


def told(areas: list[UnreadArea]) -> list[tuple[int, int, Cause]]:
    """Return where, how much and why."""
    return [(area.start, area.count, area.cause) for area in areas]


@pytest.mark.parametrize("value", [0xFFFFFFF0, 3, 2**31, 1])
def test_a_table_entry_that_leads_nowhere_loses_its_grain_and_is_named(
    tmp_path: Path, value: int
) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", PLAN)
    with Chain.open(path) as chain:
        offset = chain.owner(5 * 128).steps[-1].entry_offset
    assert offset is not None
    handmade.patch_u32(path, offset, value)
    (area,) = lost(path)
    assert (area.start, area.count) == (5 * 128, 128)
    assert area.cause in {Cause.BAD_TABLE_ENTRY, Cause.CUT_OFF}
    assert (area.table_index, area.table_entry, area.error.offset) == (5, value, offset)
    assert area.error.path == path


@pytest.mark.parametrize("gone", [("1",), ("2",), ("1", "3")])
def test_pieces_that_are_not_there_lose_their_sectors_alone(
    tmp_path: Path, gone: Sequence[str]
) -> None:
    create_disk(tmp_path / "disk.vmdk", 3 * 4192256, kind="twoGbMaxExtentSparse")
    for number in gone:
        (tmp_path / f"disk-s00{number}.vmdk").unlink()
    starts = [(int(number) - 1) * 4192256 for number in gone]
    assert told(lost(tmp_path / "disk.vmdk")) == [
        (start, 4192256, Cause.MISSING_FILE) for start in starts
    ]
    with pytest.raises(FileMissing) as caught:
        Chain.open(tmp_path / "disk.vmdk")
    assert caught.value.leniency is Leniency.SALVAGE
    assert caught.value.readable == ((3 - len(gone)) * 4192256, 3 * 4192256)


@pytest.mark.parametrize("links", [1, 2, 3])
def test_what_a_lost_parent_would_have_to_tell_is_unreadable_and_never_zeros(
    tmp_path: Path, links: int
) -> None:
    create_disk(tmp_path / "base.vmdk", 1024)
    path = tmp_path / "base.vmdk"
    for number in range(links):
        path = make_child(path, f"c{number}.vmdk", grain_size=8)
        write_sector(path, 8 * number, b"x")
    (tmp_path / "base.vmdk").unlink()
    assert told(lost(path)) == [(8 * links, 1024 - 8 * links, Cause.LOST_PARENT)]
    with Chain.open(path, policy=SALVAGE) as chain:
        assert chain.read(0, 1) == b"x" * SECTOR
        with pytest.raises(VmdkError):
            chain.read(8 * links, 1)
        found = chain.owner(1000)
        assert (found.state.word, found.link_index, found.depth) == ("unreadable", None, links)


@pytest.mark.parametrize("at", [0, 11, 14, 40])
def test_a_compressed_grain_is_lost_by_its_mark_as_by_its_bytes(tmp_path: Path, at: int) -> None:
    grains = {grain: os.urandom(65536) for grain in range(4)}
    path = stream_link(tmp_path / "disk.vmdk", StreamPlan(512, grains))
    with Chain.open(path) as chain:
        place = int(chain.areas(256, 1).offset[0])
    byte = path.read_bytes()[place + at]
    handmade.patch(path, place + at, bytes([byte ^ 0x5A]))
    (area,) = lost(path)
    assert (area.start, area.count, area.cause) == (256, 128, Cause.BAD_GRAIN)


@pytest.mark.parametrize("sectors", [1000, 1, 2047])
def test_a_flat_file_cut_off_loses_what_is_behind(tmp_path: Path, sectors: int) -> None:
    path = handmade.flat_link(tmp_path / "disk.vmdk", b"x" * 2048 * SECTOR)
    data = next(file for file in tmp_path.iterdir() if file != path)
    os.truncate(data, sectors * SECTOR + 100)
    assert told(lost(path)) == [(sectors, 2048 - sectors, Cause.CUT_OFF)]


@pytest.mark.parametrize("bad", [{77}, {0, 1, 2047}, {100, 102, 1500}])
def test_sectors_that_the_device_does_not_give_are_lost_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: set[int]
) -> None:
    path = handmade.flat_link(tmp_path / "disk.vmdk", b"x" * 2048 * SECTOR)
    real = os.preadv

    def failing(file: int, buffers: list[memoryview], offset: int) -> int:
        length = sum(len(buffer) for buffer in buffers)
        if length >= SECTOR and os.fstat(file).st_size == 2048 * SECTOR:
            touched = range(offset // SECTOR, -(-(offset + length) // SECTOR))
            if bad & set(touched):
                raise OSError(errno.EIO, "Input/output error")
        return real(file, buffers, offset)

    monkeypatch.setattr(os, "preadv", failing)
    areas = lost(path)
    assert {s for area in areas for s in range(area.start, area.start + area.count)} == bad
    assert {area.cause for area in areas} == {Cause.READ_ERROR}


@pytest.mark.parametrize("sought", [b"AAAA", b"DDDDDDDD"])
def test_matches_before_a_bad_place_are_told_also_without_salvage(
    tmp_path: Path, sought: bytes
) -> None:
    path = handmade.sparse_link(tmp_path / "disk.vmdk", PLAN)
    with Chain.open(path) as chain:
        offset = chain.owner(5 * 128).steps[-1].entry_offset
    assert offset is not None
    handmade.patch_u32(path, offset, 0xFFFFFFF0)
    with Chain.open(path) as chain:
        found = finished(search(chain, sought, limit=10**6))
        assert len(found.offsets) == 65536 - len(sought) + 1
        assert found.stopped is not None
        assert found.stopped.readable == (2048 - 128, 2048)
        assert not Unread(chain).sectors
