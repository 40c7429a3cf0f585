"""Reads one by one and in batches: the same bytes, whatever lies where."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from redoscope_core import (
    Chain,
    CorruptVmdk,
    InvalidArgument,
    InvalidHandle,
    OutOfRange,
)
from tests.core.links import grow_chain, write_at_random

SECTOR = 512
CAPACITY = 20_011


@pytest.fixture(params=["monolithicSparse", "twoGbMaxExtentFlat"])
def tip(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Four links with writes of every size, zero grains, and much that nobody stores."""
    chance = random.Random(8)
    for disk in grow_chain(tmp_path, CAPACITY, 4, kind=request.param):
        write_at_random(disk, chance, 10, [1, 5, 128, 300])
        disk.write_zeros(chance.randrange(100) * 128, 256)
    return disk.path


@pytest.mark.parametrize("count", [1, 8, 129, 1000])
def test_a_batch_holds_the_bytes_of_each_place_in_the_order_asked(tip: Path, count: int) -> None:
    chance = random.Random(count)
    wanted = [chance.randrange(CAPACITY - count + 1) for _ in range(200)]
    wanted += [0, CAPACITY - count, wanted[0], wanted[0], *range(256, 256 + 4 * count, count)]
    with Chain.open(tip) as chain:
        flat = chain.read(0, CAPACITY)
        rows = chain.read_many(wanted, count)
        assert rows.shape == (len(wanted), count * SECTOR)
        for row, sector in zip(rows, wanted, strict=True):
            assert row.tobytes() == flat[sector * SECTOR : (sector + count) * SECTOR]
        again = np.full_like(rows, 0xAA)
        assert chain.read_many(np.array(wanted), count, again) is again
        assert np.array_equal(again, rows)


def test_neighbours_in_a_file_are_read_in_one_call(
    tip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    preadv = os.preadv

    def counted(file: int, buffers: list[memoryview], offset: int) -> int:
        calls.append(len(buffers))
        return preadv(file, buffers, offset)

    with Chain.open(tip) as chain:
        areas = chain.stored
        longest = int(np.argmax(np.where(areas.state == 2, areas.count, 0)))
        first, count = int(areas.start[longest]), int(areas.count[longest])
        expected = chain.read(first, count)
        monkeypatch.setattr(os, "preadv", counted)
        sectors = list(range(first, first + count))
        random.Random(1).shuffle(sectors)
        rows = chain.read_many(sectors, 1)
        for row, sector in zip(rows, sectors, strict=True):
            at = (sector - first) * SECTOR
            assert row.tobytes() == expected[at : at + SECTOR]
    assert len(calls) <= count // 512 + 1


def test_a_batch_is_checked_before_anything_is_read(tip: Path) -> None:
    with Chain.open(tip) as chain:
        assert chain.read_many([], 8).shape == (0, 4096)
        for wrong in ([CAPACITY - 7], [-1, 0]):
            with pytest.raises(OutOfRange):
                chain.read_many(wrong, 8)
        outs: tuple[Any, ...] = (np.empty((1, 4096), np.int8), np.empty((2, 4096), np.uint8))
        for out in outs:
            with pytest.raises(InvalidArgument):
                chain.read_many([0], 8, out)
    with pytest.raises(InvalidHandle):
        chain.read_many([0], 8)


def test_a_file_that_was_cut_off_is_an_error_in_a_batch_too(tip: Path) -> None:
    with Chain.open(tip) as chain:
        wanted = np.arange(0, CAPACITY - 8, 8)
        chain.read_many(wanted, 8)
        file = chain.links[0].disk_files[0].path
        os.truncate(file, 70_000)
        with pytest.raises(CorruptVmdk, match="too short"):
            chain.read_many(wanted, 8)
        with pytest.raises(CorruptVmdk, match="too short"):
            chain.read(0, CAPACITY)


def kept_by(chain: Chain) -> set[int]:
    return {id(array) for array in chain.held}


def test_a_chain_tells_the_arrays_that_it_keeps_once_it_was_read(tip: Path) -> None:
    with Chain.open(tip) as chain:
        assert kept_by(chain) == set()
        chain.read(0, 1)
        assert {id(column) for column in chain.stored.columns} < kept_by(chain)
        assert kept_by(chain.up_to(0)) == set()
    assert kept_by(chain) == set()


@pytest.mark.parametrize("sector", [0, 5, CAPACITY])
def test_no_sectors_are_read_anywhere_up_to_the_end(tip: Path, sector: int) -> None:
    with Chain.open(tip) as chain:
        assert chain.read(sector, 0) == b""
        assert len(chain.areas(sector, 0)) == 0
        with pytest.raises(OutOfRange):
            chain.read(sector, -1)
        with pytest.raises(OutOfRange):
            chain.read(CAPACITY + 1, 0)
