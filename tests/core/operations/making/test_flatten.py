"""Copying to flat files: holes stay holes, and every way gives the same bytes."""

from __future__ import annotations

import errno
import os
import random
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from typing_extensions import override

from redoscope_core import Chain, CorruptVmdk, create_disk
from redoscope_core.operations.making import flatten
from redoscope_core.operations.making.clone import clone
from redoscope_core.operations.making.ways import Way, Ways
from redoscope_core.operations.walking.windows import held_areas, spans
from tests.core.finished import finished
from tests.core.links import grow_chain, write_at_random

SECTOR = 512
CAPACITY = 70_001


@pytest.fixture(params=["monolithicFlat", "twoGbMaxExtentFlat", "monolithicSparse"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A base disk that is mostly a hole if it is flat, and two children."""
    chance = random.Random(11)
    for number, disk in enumerate(grow_chain(tmp_path, CAPACITY, 3, kind=request.param)):
        write_at_random(disk, chance, 12, [1, 9, 128, 700])
        disk.write(30_000, bytes(1500 * SECTOR))
        disk.write_zeros(chance.randrange(300) * 128, 256)
        disk.write(40_000 + 128 * number, bytes(127 * SECTOR) + b"last" * 128)
    return disk.path


def content(path: Path) -> bytes:
    """Return all bytes of the generation, read in one piece."""
    with Chain.open(path) as chain:
        return chain.read(0, CAPACITY)


def flattened(path: Path, target: Path, kind: str = "raw") -> None:
    """Clone the generation."""
    with Chain.open(path) as chain:
        for _ in clone(chain, target, kind):
            pass


@pytest.mark.parametrize("way", Way)
def test_the_bytes_are_those_of_the_generation_and_zeros_are_not_stored(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    monkeypatch.setattr(flatten, "ways_between", lambda *_: Fixed(way))
    flattened(source, tmp_path / "out.raw")
    assert (tmp_path / "out.raw").read_bytes() == content(source)
    words = np.frombuffer(content(source)[: 546 * 65536], np.uint64).reshape(546, -1)
    blocks = int(np.count_nonzero(words.any(axis=1)))
    assert (tmp_path / "out.raw").stat().st_blocks * 512 <= (blocks + 2) * 65536


def _refuse(*_: object) -> NoReturn:
    raise OSError(errno.EXDEV, "Invalid cross-device link")


class Fixed(Ways):
    """Knows one way."""

    def __init__(self, way: Way) -> None:
        super().__init__()
        self._way = way

    @override
    def next(self) -> Way:
        return self._way


@pytest.mark.parametrize("threads", [0, 1, 2, 5])
@pytest.mark.parametrize("way", [*Way, None])
def test_every_way_of_copying_gives_the_same_bytes(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way | None, threads: int
) -> None:
    monkeypatch.setattr(flatten, "reading_threads", lambda: threads)
    monkeypatch.setattr(flatten, "ways_between", lambda *_: Fixed(way or Way.IN_KERNEL))
    monkeypatch.setattr(flatten, "_ROOM", 300 * SECTOR)
    if way is None:
        monkeypatch.setattr(os, "copy_file_range", _refuse)
    flattened(source, tmp_path / "out.vmdk", "twoGbMaxExtentFlat")
    assert content(tmp_path / "out.vmdk") == content(source)


@pytest.mark.parametrize("way", Way)
def test_a_file_that_was_cut_off_is_an_error_and_leaves_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    monkeypatch.setattr(flatten, "ways_between", lambda *_: Fixed(way))
    with Chain.open(source) as chain:
        file = chain.links[0].disk_files[0].path
        assert len(chain.stored)  # the tables are read before the file is cut off
        os.truncate(file, file.stat().st_size // 2)
        with pytest.raises(CorruptVmdk, match="too short"):
            for _ in clone(chain, tmp_path / "out.raw", "raw"):
                pass
    assert not (tmp_path / "out.raw").exists()


def test_what_lies_in_a_hole_is_not_walked_over_and_all_else_is(source: Path) -> None:
    expected = content(source)
    seen = bytearray(CAPACITY * SECTOR)
    with Chain.open(source) as chain:
        for first, count in spans(finished(held_areas(chain))):
            seen[first * SECTOR : (first + count) * SECTOR] = chain.read(first, count)
        walked = sum(count for _, count in spans(finished(held_areas(chain))))
        stored = sum(count for _, count in spans(chain.stored))
        is_flat = chain.links[0].disk_files[0].path.name.startswith("base-f")
    assert bytes(seen) == expected
    assert walked < stored // 2 if is_flat else walked <= stored


def test_holes_are_cut_out_at_any_edge(tmp_path: Path) -> None:
    create_disk(tmp_path / "base.vmdk", CAPACITY, kind="monolithicFlat")
    chance = random.Random(5)
    with (tmp_path / "base-flat.vmdk").open("r+b") as file:
        for _ in range(40):
            file.seek(chance.randrange(CAPACITY * SECTOR - 9000))
            file.write(chance.randbytes(chance.choice([1, 4096, 9000])))
    with Chain.open(tmp_path / "base.vmdk") as chain:
        whole = np.frombuffer(chain.read(0, CAPACITY), np.uint8).reshape(CAPACITY, SECTOR)
        held = np.zeros(CAPACITY, np.bool_)
        for first, count in spans(finished(held_areas(chain))):
            held[first : first + count] = True
        areas = finished(held_areas(chain))
        assert (areas.start[1:] >= areas.end[:-1]).all()
        assert np.array_equal(areas.offset, areas.start * SECTOR)
    assert not whole[~held].any()
    assert np.count_nonzero(held) < CAPACITY // 2
