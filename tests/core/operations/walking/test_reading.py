"""Pieces of a disk, filled ahead: the same bytes, in order, and no thread is left."""

from __future__ import annotations

import random
import struct
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, CorruptVmdk
from redoscope_core.chain.unread import Unread
from redoscope_core.operations.making.clone import clone
from redoscope_core.operations.walking import pieces
from redoscope_core.operations.walking.pieces import pieces_of
from redoscope_core.operations.walking.reading import cores
from tests.core.said import said
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
CAPACITY = 128 * 200
GRAINS = {
    grain: random.Random(grain).randbytes(40_000) + bytes(25_536)
    for grain in range(200)
    if grain % 9
}


def running() -> list[str]:
    """Return the threads of the engine."""
    return [each.name for each in threading.enumerate() if each.name.startswith("ahead-")]


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """A stream of 200 grains, every ninth of them not stored."""
    return stream_link(tmp_path / "stream.vmdk", StreamPlan(CAPACITY, GRAINS))


def break_grain(path: Path, grain: int) -> None:
    """Flip a bit of a compressed grain."""
    with Chain.open(path) as chain:
        place = int(chain.areas(grain * 128, 1).offset[0])
    byte = path.read_bytes()[place + 9000]
    handmade.patch(path, place + 9000, bytes([byte ^ 1]))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_stream_is_filled_with_its_bytes_in_order(
    stream: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(pieces, "cores", lambda: threads)
    with Chain.open(stream) as chain:
        told = 0
        with closing(pieces_of(chain, chain.stored, Unread(chain), longest=300)) as read:
            for piece in read:
                assert piece.data is not None
                assert bytes(piece.data) == chain.read(piece.first, piece.sectors)
                told += piece.sectors
        assert told == len(GRAINS) * 128
    assert running() == []


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_another_disk_is_read_in_place_unless_threads_are_asked_for(
    tmp_path: Path, threads: int
) -> None:
    plan = SparsePlan(2048, grains={grain: bytes([grain + 1]) * 65536 for grain in range(0, 16, 2)})
    path = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    with Chain.open(path) as chain:
        whole = chain.read(0, 2048)
        with closing(pieces_of(chain, chain.stored, Unread(chain), threads=threads)) as read:
            for piece in read:
                assert len(running()) == threads
                assert piece.data is not None
                assert piece.data == whole[piece.first * SECTOR :][: len(piece.data)]


def test_there_are_as_many_threads_as_cores_but_not_without_end() -> None:
    assert 1 <= cores() <= 8


def test_the_first_bad_grain_is_told_whichever_thread_is_faster(stream: Path) -> None:
    for grain in (31, 40, 150):
        break_grain(stream, grain)
    with Chain.open(stream) as chain:
        for _ in range(5):
            read = pieces_of(chain, chain.stored, Unread(chain), longest=128)
            with closing(read) as windows:
                for grain in (number for number in GRAINS if number < 31):
                    assert next(windows).first == grain * 128
                with pytest.raises(CorruptVmdk) as caught:
                    next(windows)
            assert caught.value.where == "compressed grain 31"
            assert running() == []


@pytest.mark.parametrize("kind", ["raw", "monolithicSparse", "streamOptimized"])
def test_a_copy_of_a_stream_that_is_stopped_leaves_neither_files_nor_threads(
    stream: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("redoscope_core.operations.making.clone.STEP_SECTORS", 1)
    with Chain.open(stream) as chain:
        steps = clone(chain, tmp_path / "copy.vmdk", kind)
        next(steps)
        assert running() != []
        steps.close()
        assert running() == []
    assert list(tmp_path.iterdir()) == [stream]


def test_a_copy_of_a_bad_stream_leaves_neither_files_nor_threads(
    stream: Path, tmp_path: Path
) -> None:
    break_grain(stream, 190)
    with Chain.open(stream) as chain:
        for kind in ("raw", "streamOptimized"):
            with pytest.raises(CorruptVmdk, match="damaged"):
                list(clone(chain, tmp_path / "copy.vmdk", kind))
            assert running() == []
    assert list(tmp_path.iterdir()) == [stream]


def test_remarks_about_grains_are_the_same_whichever_thread_reads_them(stream: Path) -> None:
    with Chain.open(stream) as chain:
        places = chain.stored.offset.tolist()
    for place in places[10:60]:
        handmade.patch(stream, place, struct.pack("<Q", 128))
    notes = set()
    for _ in range(4):
        with Chain.open(stream) as chain:
            for _piece in pieces_of(chain, chain.stored, Unread(chain), longest=128):
                pass
            notes.add(tuple(said(chain)))
    assert len(notes) == 1
    assert len(notes.pop()) == 20
