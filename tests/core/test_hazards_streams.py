"""Hazards of compressed grains: what their headers claim costs neither time nor memory."""

from __future__ import annotations

import random
import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, CorruptVmdk, State
from tests.core.hazards import Hazard, bounded, check
from tests.core.said import said
from tests.core.sound_disk import EXPECTED, PLAN
from tests.judges import handmade
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512
STREAM = StreamPlan(2048, PLAN.grains)
FRONT = StreamPlan(2048, PLAN.grains, front=True, footer=False)


def stream(plan: StreamPlan = STREAM, **fields: object) -> Callable[[Path], Path]:
    """Write a stream whose header has wrong *fields*."""

    def make(folder: Path) -> Path:
        path = stream_link(folder / "disk.vmdk", plan)
        if fields:
            handmade.patch(path, 0, plan.header(2**64 - 1, 128, **fields))
        return path

    return make


def grain(data: bytes, length: int | None = None) -> Callable[[Path], Path]:
    """Let the table put grain 2 at a block of *data* at the end, said to have *length*."""

    def make(folder: Path) -> Path:
        path = stream_link(folder / "disk.vmdk", FRONT)
        raw = path.read_bytes()
        mark = struct.pack("<QI", 256, len(data) if length is None else length)
        path.write_bytes(raw + mark + data)
        handmade.patch_u32(path, 22 * SECTOR + 8, len(raw) // SECTOR)
        return path

    return make


def denied(folder: Path) -> Path:
    """Let the header claim 2^40 sectors, and the footer 2048."""
    return stream(capacity=2**40)(folder)


def past_the_end(folder: Path) -> Path:
    """Let the header put the directory, which is in front, far past the end."""
    path = stream(FRONT)(folder)
    handmade.patch(path, 0, FRONT.header(2**41, 128))
    return path


def noise(folder: Path) -> Path:
    """Write the header of a stream, and 32 MiB that are none."""
    path = stream_link(folder / "disk.vmdk", STREAM)
    head = path.read_bytes()[: 128 * SECTOR]
    path.write_bytes(head + random.Random(1).randbytes(2**25))
    return path


def ended(length: int) -> Callable[[Path], Path]:
    """Cut *length* bytes off the end of a stream; of -length, put zeros behind it."""

    def make(folder: Path) -> Path:
        path = stream_link(folder / "disk.vmdk", STREAM)
        raw = path.read_bytes()
        path.write_bytes(raw[:-length] if length > 0 else raw + bytes(-length))
        return path

    return make


def short_tail(folder: Path) -> Path:
    """Pack the last grain, of which only a part is disk, no longer than that."""
    plan = StreamPlan(100, {0: b"t" * 100 * SECTOR}, short_tail=True)
    return stream_link(folder / "disk.vmdk", plan)


def one_bit(folder: Path) -> Path:
    """Let one bit of a packed grain be wrong."""
    path = stream_link(folder / "disk.vmdk", FRONT)
    place = struct.unpack_from("<I", path.read_bytes(), 22 * SECTOR + 8)[0] * SECTOR + 30
    handmade.patch(path, place, bytes([path.read_bytes()[place] ^ 2]))
    return path


HAZARDS = {
    "a bomb of 128 MiB": Hazard(
        grain(zlib.compress(bytes(2**27))), CorruptVmdk, "too much", sector=256, expected=EXPECTED
    ),
    "a bomb of 16 MiB": Hazard(
        grain(zlib.compress(bytes(2**24))), CorruptVmdk, "too much", sector=256, expected=EXPECTED
    ),
    "a length of 2 GiB": Hazard(
        grain(b"x" * 100, 2**31 - 1), CorruptVmdk, "no compressed grain", sector=256,
        found=str(2**31 - 1), expected=EXPECTED,
    ),
    "a length past the end of the file": Hazard(
        grain(b"x" * 100, 150_000), CorruptVmdk, "too short", sector=256, expected=EXPECTED
    ),
    "an empty grain": Hazard(
        grain(bytes(500), 0), CorruptVmdk, "no compressed grain", sector=256, found="0 bytes"
    ),
    "grains of 32 MiB": Hazard(
        stream(grain_size=2**16), CorruptVmdk, "field grainSize", 20, str(2**16)
    ),
    "a capacity of 2^63": Hazard(stream(capacity=2**63), CorruptVmdk, "field capacity", 12),
    "a capacity of 2^40 that the footer denies": Hazard(
        denied, words="none seems to be missing", expected=EXPECTED
    ),
    "no directory and only noise": Hazard(
        noise, CorruptVmdk, "no grain was found", 56, sector=0
    ),
    "a grain that holds too little": Hazard(
        grain(zlib.compress(b"x" * 65535)), CorruptVmdk, "too little", sector=256,
        expected=EXPECTED,
    ),
    "a grain whose checksum is cut off": Hazard(
        grain(zlib.compress(b"x" * 65536)[:-2]), CorruptVmdk, "cut off", sector=256,
        expected=EXPECTED,
    ),
    "a grain that is bare deflate": Hazard(
        grain(zlib.compress(b"x" * 65536)[2:-4]), CorruptVmdk, "damaged", sector=256
    ),
    "a wrong bit": Hazard(one_bit, CorruptVmdk, "damaged", sector=256, expected=EXPECTED),
    "a last grain that is packed short": Hazard(short_tail, expected=b"t" * 100 * SECTOR),
    "no end": Hazard(ended(512), words="lacks the last 512 bytes", expected=EXPECTED),
    "no footer": Hazard(ended(1024), words="none seems to be missing", expected=EXPECTED),
    "no directory": Hazard(ended(2048), words="none seems to be missing", expected=EXPECTED),
    "padding behind the end": Hazard(
        ended(-65536), words="65536 bytes behind the end", expected=EXPECTED
    ),
    "a directory in front past the end": Hazard(
        past_the_end, CorruptVmdk, "is lost", 56, sector=2000
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", HAZARDS)
def test_a_hazard_of_a_stream_has_its_answer(tmp_path: Path, row: str) -> None:
    check(HAZARDS[row], tmp_path)


def test_a_grain_that_says_it_belongs_elsewhere_is_a_note_and_in_time(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "disk.vmdk", FRONT)
    place = struct.unpack_from("<I", path.read_bytes(), 22 * SECTOR + 8)[0] * SECTOR
    handmade.patch(path, place, struct.pack("<Q", 2**63))
    with bounded(), Chain.open(path) as chain:
        assert chain.read(0, 2048) == EXPECTED
        assert any("says it belongs to sector 9223372036854775808" in n for n in said(chain))


def test_many_entries_to_one_packed_grain_cost_the_time_of_reading_them(tmp_path: Path) -> None:
    capacity = 512 * 128
    plan = StreamPlan(capacity, {0: b"g" * 65536}, front=True, footer=False)
    path = stream_link(tmp_path / "disk.vmdk", plan)
    place = struct.unpack_from("<I", path.read_bytes(), 22 * SECTOR)[0]
    handmade.patch_u32(path, 22 * SECTOR, *[place] * 512)
    with bounded(), Chain.open(path) as chain:
        assert chain.areas().state.tolist() == [State.DATA]
        assert chain.read(capacity - 1, 1) == b"g" * SECTOR
        assert len(said(chain)) < 30
