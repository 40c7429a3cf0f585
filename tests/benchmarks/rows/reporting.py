"""Reporting: a report of a million changed ranges, in all its forms."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

from redoscope_core import Access, Chain, Disk, create_child, create_disk
from tests.benchmarks.programs.presence import REDOSCOPE
from tests.benchmarks.results import Figure, Result, Verdict
from tests.benchmarks.rows.memory import peak_mebibytes
from tests.benchmarks.workloads.filling import SECTOR
from tests.benchmarks.workloads.ground import Ground

__all__ = ["report_of_many_ranges"]

_SECONDS, _MEBIBYTES = 60.0, 300.0
_AT_ONCE = 2048
"""Sectors that are written in one piece."""


def report_of_many_ranges(ground: Ground) -> Iterator[Result]:
    """Every other sector of a disk changed: half as many ranges as sectors, in all forms."""
    capacity = ground.scale.capacity // 2
    with ground.scratch() as scratch:
        disks = scratch / "disks"
        disks.mkdir()
        old, new = _made(disks, capacity)
        words: list[str | Path] = [*REDOSCOPE, "report", old, new, "--out", scratch / "report"]
        began = time.perf_counter()
        peak = peak_mebibytes([*words, "--beside-evidence"])
        seconds = time.perf_counter() - began
    work = f"a report of {capacity // 2:,} changed ranges"
    yield _judged(work, "s", seconds, _SECONDS)
    yield _judged(f"{work}: memory", "MiB", peak, _MEBIBYTES)


def _made(folder: Path, capacity: int) -> tuple[Path, Path]:
    old, new = folder / "old.vmdk", folder / "new.vmdk"
    create_disk(old, capacity)
    with Chain.open(old) as chain:
        create_child(chain, new)
    block = bytearray(_AT_ONCE * SECTOR)
    for sector in range(0, _AT_ONCE, 2):
        block[sector * SECTOR : (sector + 1) * SECTOR] = random.Random(sector).randbytes(SECTOR)
    with Disk.open(new, access=Access.WRITE) as disk:
        for sector in range(0, capacity, _AT_ONCE):
            disk.write(sector, block[: min(_AT_ONCE, capacity - sector) * SECTOR])
    return old, new


def _judged(work: str, unit: str, reached: float, most: float) -> Result:
    missed = "" if reached <= most else f"{reached / most - 1:.0%}"
    verdict = Verdict(f"under {most:.0f} {unit}", f"{reached:.0f} {unit}", reached <= most, missed)
    figures = [Figure("Redoscope", reached, reached, reached, 1)]
    return Result("", work, "whole process", unit, figures, [verdict])
