"""W3: a stream-optimized disk whose data pack about 2 to 1, and the same bytes flat."""

from __future__ import annotations

import os
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.workloads.filling import GRAIN_BYTES, SECTOR, flat_over
from tests.judges.handmade import descriptor_text
from tests.judges.handmade_stream import DIRECTORY, EOS, FOOTER, TABLE, StreamPlan, marker

__all__ = ["Stream", "make_stream"]

_GRAIN = GRAIN_BYTES // SECTOR
_BLOCK = 4096
_OVERHEAD = 128
_ENTRIES = 512
_WORDS = 4000
_FULL = 2**22
"""Sectors of a disk whose pool of blocks is as large as it gets."""


@dataclass(frozen=True)
class Stream:
    """A stream and what it reads as."""

    path: Path
    raw: Path
    flat: Path
    """A monolithicFlat link over *raw*."""

    @property
    def disk_bytes(self) -> int:
        """Bytes of the disk."""
        return self.raw.stat().st_size


def make_stream(folder: Path, capacity: int) -> Stream:
    """Make W3 in *folder*; one grain of sixteen holds zeros and is not stored."""
    made = Stream(folder / "w3.vmdk", folder / "w3.raw", folder / "w3-same.vmdk")
    chance = np.random.default_rng(20261124)
    pool = _blocks(chance, min(1.0, capacity / _FULL))
    grains = capacity // _GRAIN
    plan = StreamPlan(capacity)
    line = f'RW {capacity} SPARSE "{made.path.name}"'
    text = descriptor_text([line], kind="streamOptimized").encode()
    directory = np.zeros(plan.tables, "<u4")
    with (
        made.path.open("wb") as file,
        made.raw.open("wb") as raw,
        ThreadPoolExecutor(os.cpu_count()) as threads,
    ):
        head = plan.header(2**64 - 1, _OVERHEAD) + text
        file.write(head.ljust(_OVERHEAD * SECTOR, b"\0"))
        for table in range(plan.tables):
            first = table * _ENTRIES
            count = min(_ENTRIES, grains - first)
            data = pool[chance.integers(0, len(pool), count * (GRAIN_BYTES // _BLOCK))]
            data = data.reshape(count, GRAIN_BYTES)
            data[chance.random(count) < 1 / 16] = 0
            raw.write(data.tobytes())
            entries = np.zeros(_ENTRIES, "<u4")
            for number, packed in enumerate(
                threads.map(_packed, data, range(first, first + count))
            ):
                if packed:
                    entries[number] = file.tell() // SECTOR
                    file.write(packed)
            file.write(marker(TABLE, 4))
            directory[table] = file.tell() // SECTOR
            file.write(entries.tobytes())
        sectors = plan.directory_sectors
        file.write(marker(DIRECTORY, sectors))
        place = file.tell() // SECTOR
        file.write(directory.tobytes().ljust(sectors * SECTOR, b"\0"))
        file.write(marker(FOOTER, 1) + plan.header(place, _OVERHEAD) + marker(EOS))
    flat_over(made.raw, made.flat)
    return made


def _packed(data: np.ndarray[tuple[int], np.dtype[np.uint8]], grain: int) -> bytes:
    """Return the stored form of a grain, mark included; nothing for zeros."""
    if not data.any():
        return b""
    stream = zlib.compress(data.tobytes(), 6)
    block = struct.pack("<QI", grain * _GRAIN, len(stream)) + stream
    return block.ljust(-(-len(block) // SECTOR) * SECTOR, b"\0")


def _blocks(
    chance: np.random.Generator, share: float
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return blocks of 4 KiB: words of a text, numbers that count, and noise."""
    letters = np.frombuffer(b"etaoinshrdlucmfwypvbgkjqxz", np.uint8)
    lengths = chance.integers(2, 11, _WORDS)
    words = [letters[np.minimum(25, chance.geometric(0.12, n) - 1)].tobytes() for n in lengths]
    ranks = np.minimum(_WORDS, chance.zipf(1.2, int(1_200_000 * share))) - 1
    text = b" ".join(words[rank] for rank in ranks.tolist())
    numbers = np.cumsum(
        chance.integers(0, 40, int(1_000_000 * share), dtype=np.uint32), dtype=np.uint32
    )
    noise = chance.bytes(int(4_000_000 * share))
    whole = [each[: len(each) // _BLOCK * _BLOCK] for each in (text, numbers.tobytes(), noise)]
    return np.frombuffer(b"".join(whole), np.uint8).reshape(-1, _BLOCK)
