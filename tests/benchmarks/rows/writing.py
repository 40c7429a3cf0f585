"""Writing: 4 KiB into grains that the tip does not have yet, and over grains that it has."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from unittest.mock import patch

from blake3 import blake3

from redoscope_core import Access, Chain, Disk, create_child, create_disk
from redoscope_core.files.file import DiskFile
from tests.benchmarks.judging import OURS, Goal, Trial
from tests.benchmarks.measuring import Contender
from tests.benchmarks.programs import pyvmdk_disk
from tests.benchmarks.programs.presence import has_program
from tests.benchmarks.results import Result, Verdict
from tests.benchmarks.rows.reading import qemu_bench, steps
from tests.benchmarks.workloads.filling import GRAIN_BYTES, SECTOR
from tests.benchmarks.workloads.ground import Ground

__all__ = ["write_w1"]

_PIECE = 4096
_BYTE = 0x5A
_TIB = 2**31
_PAIRS = 1000


def write_w1(ground: Ground) -> Iterator[Trial | Result]:
    """W1: a fresh child on the tip, written at places that are each in a grain of their own."""
    w1 = ground.w1
    count = min(ground.scale.writes, w1.disk_bytes // GRAIN_BYTES)
    step, offsets = steps(w1.disk_bytes, count, GRAIN_BYTES)
    with ground.scratch() as scratch:
        links = [scratch / link.name for link in w1.links]
        for link, there in zip(links, w1.links, strict=True):
            link.hardlink_to(there)
        empty, ours, theirs = (scratch / f"{name}.vmdk" for name in ("empty", "ours", "theirs"))
        with Chain.open(links[-1]) as chain:
            create_child(chain, empty, max_links=len(links) + 1)

        def trial(work: str, goal: float, grain: int, *, fresh: bool) -> Trial:
            def contender(name: str, path: Path, write: partial[float]) -> Contender:
                ready = partial(shutil.copyfile, empty, path) if fresh else None
                return Contender(name, write, partial(_print_of, [*links, path]), ready)

            contenders = [contender(OURS, ours, partial(_write, ours, offsets))]
            if has_program("qemu-img"):
                words = ["-w", f"--pattern={_BYTE}"]
                bench = partial(qemu_bench, theirs, count, step, *words)
                contenders.append(contender("qemu-img bench -w", theirs, bench))
            flat = scratch / f"{grain}.raw"
            limit = f"writing {grain >> 10} KiB as often into a flat file"
            return Trial(
                f"W1: {work}",
                "in process",
                tuple(contenders),
                (Goal(goal, "qemu-img bench -w"),),
                limit=Contender(limit, partial(_write_flat, flat, count, grain)),
                amount=count,
                unit="writes",
                notes=(
                    "the disk is open before; data and tables are flushed in the safe order",
                    "both children were read back by pyvmdk",
                ),
            )

        yield trial("first 4 KiB write into a grain", 4, GRAIN_BYTES, fresh=True)
        yield trial("overwrite of 4 KiB", 2, _PIECE, fresh=False)
        yield _read_again(scratch)


def _read_again(folder: Path) -> Result:
    """Write a sector of 1 TiB and read it back, many times; count the table bytes read."""
    base, tip = folder / "tib.vmdk", folder / "tib-tip.vmdk"
    create_disk(base, _TIB)
    with Chain.open(base) as chain:
        create_child(chain, tip)
    lengths: list[int] = []
    read_at, read_into = DiskFile.read_at, DiskFile.read_into

    def counted_at(file: DiskFile, offset: int, length: int, *, what: str) -> bytes:
        lengths.append(length)
        return read_at(file, offset, length, what=what)

    def counted_into(file: DiskFile, buffer: memoryview, offset: int, *, what: str) -> None:
        lengths.append(len(buffer))
        read_into(file, buffer, offset, what=what)

    with (
        patch.object(DiskFile, "read_at", counted_at),
        patch.object(DiskFile, "read_into", counted_into),
        Disk.open(tip, access=Access.WRITE) as disk,
    ):
        for pair in range(_PAIRS + 1):
            data = pair.to_bytes(8, "little") * 64
            disk.write(_TIB // 3, data)
            if disk.read(_TIB // 3, 1) != data:
                raise RuntimeError("a sector does not read back")
            if not pair:
                lengths.clear()
        read = sum(lengths) / 2**20
    verdict = Verdict("under 1 MiB of tables", f"{read:.2f} MiB", read < 1, f"{read:.1f} MiB")
    work = f"1 TiB: {_PAIRS} times a sector written and read back"
    return Result("", work, "in process", "MiB", verdicts=[verdict])


def _write(path: Path, offsets: Sequence[int]) -> float:
    data = bytes([_BYTE]) * _PIECE
    with Disk.open(path, access=Access.WRITE) as disk:
        start = time.perf_counter()
        for offset in offsets:
            disk.write(offset // SECTOR, data)
        disk.flush()
        return time.perf_counter() - start


def _write_flat(path: Path, count: int, piece: int) -> float:
    data = bytes([_BYTE]) * piece
    there = path.exists()
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        if not there or piece > _PIECE:
            os.ftruncate(file, 0)
        start = time.perf_counter()
        for number in range(count):
            os.pwrite(file, data, number * piece)
        os.fsync(file)
        return time.perf_counter() - start
    finally:
        os.close(file)


def _print_of(links: Sequence[Path]) -> str:
    hashed = blake3()
    for window in pyvmdk_disk.windows(links):
        hashed.update(window)
    return hashed.hexdigest()
