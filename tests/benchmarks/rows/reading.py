"""Reading bytes: the tip from end to end, at random places, and all that a huge chain stores."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from redoscope_core import Areas, Chain, State
from redoscope_core.chain.unread import Unread
from redoscope_core.operations.walking.pieces import pieces_of
from redoscope_core.operations.walking.reading import LONG_SECTORS, cores, reading_threads
from tests.benchmarks.judging import OURS, Goal, Trial, fingerprint
from tests.benchmarks.measuring import Contender, process
from tests.benchmarks.programs import dissect_disk, pyvmdk_disk
from tests.benchmarks.programs.presence import has_program
from tests.benchmarks.workloads.filling import GRAIN_BYTES, SECTOR
from tests.benchmarks.workloads.ground import Ground

__all__ = [
    "qemu_bench",
    "random_reads",
    "read_stored",
    "read_tip",
    "steps",
    "stored_bytes",
    "through_all_stored",
]

_PIECE = 4096
_WINDOW = 2**20
_BATCH = 5000
_TOGETHER = 64
"""Grains that are read at once: 4 MiB."""
_GOLDEN = 0.6180339887


def chain_windows(path: Path) -> Generator[memoryview]:
    """Give every byte of the disk, in order, a piece at a time."""
    with Chain.open(path) as chain:
        everything = Areas.of(0, chain.capacity, State.DATA)
        threads = reading_threads()
        unread = Unread(chain)
        read = pieces_of(chain, everything, unread, threads=threads, longest=LONG_SECTORS)
        with closing(read) as pieces:
            for piece in pieces:
                if piece.data is not None:
                    yield piece.data


def file_windows(path: Path) -> Generator[memoryview]:
    """Give every byte of a flat file in the same way."""
    buffer = memoryview(bytearray(_WINDOW))
    file = os.open(path, os.O_RDONLY)
    try:
        offset = 0
        while count := os.preadv(file, [buffer], offset):
            yield buffer[:count]
            offset += count
    finally:
        os.close(file)


def _reader(name: str, windows: Callable[[], Iterable[bytes | memoryview]]) -> Contender:
    def work() -> None:
        for _ in windows():
            pass

    def answer() -> str:
        hashed = blake3()
        for window in windows():
            hashed.update(window)
        return hashed.hexdigest()

    return Contender(name, work, answer)


def read_tip(ground: Ground) -> Iterator[Trial]:
    """W1, in process, from the first byte to the last."""
    w1 = ground.w1
    contenders = (
        _reader(OURS, lambda: chain_windows(w1.tip)),
        _reader("pyvmdk", lambda: pyvmdk_disk.windows(w1.links)),
        _reader("dissect", lambda: dissect_disk.windows(w1.tip)),
    )
    yield Trial(
        "W1: read the tip from end to end",
        "in process",
        contenders,
        (Goal(2), Goal(0.8, "limit")),
        limit=_reader("reading one flat file", lambda: file_windows(w1.raw)),
        amount=w1.disk_bytes,
        truth=fingerprint(w1.raw),
        notes=(
            "opening the chain is part of it",
            "Redoscope reads pieces of 2 MiB on each core, the others windows of 1 MiB on one",
        ),
    )


def steps(disk_bytes: int, count: int, unit: int) -> tuple[int, list[int]]:
    """Return a step in bytes and the *count* offsets it leads to; all differ, in units of *unit*.

    A step by the golden ratio of the disk is the only kind of chance that `qemu-img bench` knows.
    """
    units = disk_bytes // unit
    step = int(units * _GOLDEN) | 1
    while np.gcd(step, units) != 1:
        step += 2
    return step * unit, [number * step % units * unit for number in range(count)]


def qemu_bench(disk: Path, count: int, step: int, *words: str, depth: int = 16) -> float:
    """Return the seconds that `qemu-img bench` says it needed for *count* requests of 4 KiB."""
    numbers = ["-c", str(count), "-d", str(depth), "-s", str(_PIECE), "-S", str(step)]
    command = ["qemu-img", "bench", "-f", "vmdk", *numbers, *words, str(disk)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.partition("completed in")[2].split()[0])


def random_reads(ground: Ground) -> Iterator[Trial]:
    """W1, 4 KiB at a time through nine links."""
    w1, count = ground.w1, ground.scale.reads
    step, offsets = steps(w1.disk_bytes, count, _PIECE)
    truth = _hash_of(_flat_pieces(w1.raw, offsets))
    limit = _asker("reading one flat file", lambda: _flat_pieces(w1.raw, offsets))
    with ExitStack() as stack:
        chain = stack.enter_context(Chain.open(w1.tip))
        pyvmdk = stack.enter_context(pyvmdk_disk.opened(w1.links))
        dissect = stack.enter_context(dissect_disk.opened(w1.tip))
        others = [
            Contender("pyvmdk", lambda: _pyvmdk_seconds(pyvmdk, offsets)),
            _asker("dissect", lambda: _dissect_pieces(dissect, offsets)),
        ]
        if has_program("qemu-img"):
            bench = Contender("qemu-img bench", lambda: qemu_bench(w1.tip, count, step))
            others.append(bench)
        yield Trial(
            "W1: random reads of 4 KiB, one by one",
            "in process",
            (_asker(OURS, lambda: _one_by_one(chain, offsets)), *others),
            (Goal(5, "dissect"),),
            limit=limit,
            amount=count,
            unit="reads",
            truth=truth,
            notes=(
                "every disk is open before; qemu-img bench, 16 deep, shows no bytes",
                "pyvmdk reads 500 of them, and its time is counted up",
            ),
        )
        yield Trial(
            "W1: random reads of 4 KiB, in batches",
            "in process",
            (_asker(OURS, lambda: _in_batches(chain, offsets)), *others),
            (Goal(20, "qemu-img bench"),),
            limit=limit,
            amount=count,
            unit="reads",
            truth=truth,
            notes=(f"{_BATCH:,} reads in a batch",),
        )


def _hash_of(pieces: Iterable[bytes | memoryview]) -> str:
    hashed = blake3()
    for piece in pieces:
        hashed.update(piece)
    return hashed.hexdigest()


def _asker(name: str, pieces: Callable[[], Iterable[bytes | memoryview]]) -> Contender:
    def work() -> None:
        for _ in pieces():
            pass

    return Contender(name, work, lambda: _hash_of(pieces()))


def _one_by_one(chain: Chain, offsets: Sequence[int]) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(_PIECE))
    for offset in offsets:
        chain.read_into(buffer, offset // SECTOR)
        yield buffer


def _in_batches(chain: Chain, offsets: Sequence[int]) -> Iterator[bytes | memoryview]:
    rows = np.empty((_BATCH, _PIECE), np.uint8)
    for low in range(0, len(offsets), _BATCH):
        sectors = np.array(offsets[low : low + _BATCH]) // SECTOR
        some = rows[: len(sectors)]
        chain.read_many(sectors, _PIECE // SECTOR, some)
        yield some.data.cast("B")


def _flat_pieces(path: Path, offsets: Sequence[int]) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(_PIECE))
    file = os.open(path, os.O_RDONLY)
    try:
        for offset in offsets:
            os.preadv(file, [buffer], offset)
            yield buffer
    finally:
        os.close(file)


def _pyvmdk_seconds(disk: Any, offsets: Sequence[int]) -> float:
    """Return the seconds for all *offsets*, counted up from a few: all would take a minute."""
    few = offsets[:: max(1, len(offsets) // 500)]
    start = time.perf_counter()
    for offset in few:
        disk.read_buffer_at_offset(_PIECE, offset)
    return (time.perf_counter() - start) * len(offsets) / len(few)


def _dissect_pieces(disk: Any, offsets: Sequence[int]) -> Iterator[bytes]:
    for offset in offsets:
        disk.seek(offset)
        yield disk.read(_PIECE)


def _grains_of(areas: Areas) -> NDArray[np.int64]:
    """Return the first sector of each grain of the *areas*, which are of whole grains."""
    grain = GRAIN_BYTES // SECTOR
    counts = areas.count // grain
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(areas.start, counts) + within * grain


def _in_file_order(areas: Areas) -> Areas:
    return areas.take(np.lexsort((areas.offset, areas.file, areas.link)))


def _read_grains(chain: Chain, sectors: NDArray[np.int64]) -> None:
    rows = np.empty((_TOGETHER, GRAIN_BYTES), np.uint8)
    for low in range(0, len(sectors), len(rows)):
        some = sectors[low : low + len(rows)]
        chain.read_many(some, GRAIN_BYTES // SECTOR, rows[: len(some)])


def read_stored(ground: Ground) -> Iterator[Trial]:
    """W2: every byte that is stored, 37 GiB of them, by two threads as the cores are."""
    tip = ground.w2[-1]
    target = ["--target-image-opts", f"driver=null-co,size={ground.scale.huge_capacity * SECTOR}"]
    convert = ["qemu-img", "convert", "-n", "-f", "vmdk", tip, *target]
    contenders = [Contender(OURS, partial(through_all_stored, tip))]
    if has_program("qemu-img"):
        contenders.append(process("qemu-img convert to null", convert))
    yield Trial(
        "W2: read every stored byte",
        "in process",
        tuple(contenders),
        (Goal(40, "qemu-img convert to null"),),
        amount=stored_bytes(tip),
        notes=(
            "the grains are holes of the files; what is read is judged on W1",
            "Redoscope reads in the order of the files, qemu-img in that of the disk",
        ),
    )


def through_all_stored(tip: Path) -> None:
    """Read every byte that the chain of *tip* stores, in the order of its files."""
    with Chain.open(tip) as chain, ThreadPoolExecutor(cores()) as threads:
        parts = np.array_split(_grains_of(_in_file_order(chain.stored)), cores())
        for _ in threads.map(partial(_read_grains, chain), parts):
            pass


def stored_bytes(tip: Path) -> int:
    """Return how many bytes the chain of *tip* stores."""
    with Chain.open(tip) as chain:
        return len(_grains_of(chain.stored)) * GRAIN_BYTES
