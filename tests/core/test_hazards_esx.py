"""Hazards of the extents that ESX servers write: COWD and SESparse."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

import pytest

from redoscope_core import CorruptVmdk, Policy, UnsupportedVmdk
from redoscope_core.leniency import Leniency
from tests.core.hazards import Hazard, check
from tests.judges import handmade
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan, cowd_link, sesparse_link

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512
CAPACITY = 9000
COWD = CowdPlan(CAPACITY, {0: b"a" * SECTOR, 128: b"b" * SECTOR, 5000: b"c" * SECTOR})
SESPARSE = SeSparsePlan(CAPACITY, {0: b"a" * 4096, 16: b"b" * 4096, 1000: b"c" * 4096})


def spread(grains: dict[int, bytes], size: int) -> bytes:
    """Return the disk that holds *grains* of *size* sectors."""
    disk = bytearray(CAPACITY * SECTOR)
    for grain, data in grains.items():
        disk[grain * size * SECTOR : grain * size * SECTOR + len(data)] = data
    return bytes(disk)


C = spread(dict(COWD.grains), 1)
S = spread(dict(SESPARSE.grains), 8)


def cowd(
    *patches: tuple[int, bytes], cut: int | None = None, **fields: object
) -> Callable[[Path], Path]:
    """Write the COWD disk with wrong *fields*, *patches* at byte offsets, or *cut*."""

    def make(folder: Path) -> Path:
        path = cowd_link(folder / "disk.vmdk", COWD)
        delta = folder / "disk-delta.vmdk"
        if fields:
            handmade.patch(delta, 0, COWD.header(delta.stat().st_size // SECTOR, **fields))
        for place, data in patches:
            handmade.patch(delta, place, data)
        if cut is not None:
            os.truncate(delta, cut)
        return path

    return make


def sesparse(
    *patches: tuple[int, int], plan: SeSparsePlan = SESPARSE, cut: int | None = None, **fields: int
) -> Callable[[Path], Path]:
    """Write the SESparse disk with wrong *fields*, 64-bit *patches* at byte offsets, or *cut*."""

    def make(folder: Path) -> Path:
        path = sesparse_link(folder / "disk.vmdk", plan)
        data = folder / "disk-sesparse.vmdk"
        if fields:
            handmade.patch(data, 0, plan.header(**fields))
        for place, value in patches:
            handmade.patch(data, place, struct.pack("<Q", value))
        if cut is not None:
            os.truncate(data, cut)
        return path

    return make


def u32(value: int) -> bytes:
    """Return *value* as it is stored in a table."""
    return struct.pack("<I", value)


GD = 4 * SECTOR
"""Where the directory of the COWD disk is; its first table is at sector 5."""
ENTRY = 5 * SECTOR
SE_GD, SE_GT = 16 * SECTOR, 32 * SECTOR
HAZARDS = {
    "COWD header of 2047 bytes": Hazard(cowd(cut=2047), CorruptVmdk, "incomplete", 0, "2047"),
    "COWD of version 2": Hazard(cowd(version=2), UnsupportedVmdk, "unknown version", 4, "2"),
    "COWD of no sectors": Hazard(cowd(capacity=0), CorruptVmdk, "numSectors", 12, "0"),
    # qemu divides by it, and dies of that.
    "COWD grain 0": Hazard(cowd(grain_size=0), CorruptVmdk, "grainSize", 16, "0"),
    "COWD grain of 2^31": Hazard(cowd(grain_size=2**31), CorruptVmdk, "grainSize", 16, str(2**31)),
    "COWD without directory": Hazard(cowd(tables=0), CorruptVmdk, "numGDEntries", 24, "0"),
    "COWD directory of 2^31 entries": Hazard(
        cowd(tables=2**31), CorruptVmdk, "not inside the file", 20
    ),
    "COWD directory past the end": Hazard(
        cowd(directory=2**31), CorruptVmdk, "not inside the file", 20
    ),
    "COWD directory in the header": Hazard(
        cowd(directory=1), CorruptVmdk, "not inside the file", 20
    ),
    "COWD of 2^32-1 sectors": Hazard(
        cowd(capacity=2**32 - 1), CorruptVmdk, "too short for the disk", 24
    ),
    "COWD smaller than its line": Hazard(
        cowd(capacity=8999), CorruptVmdk, "more sectors than the extent has", 12, "8999"
    ),
    "COWD freeSector past the end": Hazard(
        cowd((28, u32(2**31))), words="first free sector", expected=C
    ),
    "COWD freeSector 0": Hazard(cowd((28, u32(0))), expected=C),
    "COWD not closed": Hazard(cowd(unclean=1), words="was not closed", expected=C),
    "COWD directory entry past the end": Hazard(
        cowd((GD + 4, u32(2**31))), CorruptVmdk, "too short", GD + 4, sector=5000
    ),
    "COWD entry past the end": Hazard(
        cowd((ENTRY + 512, u32(2**32 - 1))), CorruptVmdk, "too short", ENTRY + 512, sector=128,
        expected=C,
    ),
    "COWD entry of 1": Hazard(
        cowd((ENTRY + 512, u32(1))), CorruptVmdk, "leads nowhere", ENTRY + 512, "1", 128, C
    ),
    "COWD cut off": Hazard(cowd(cut=ENTRY + 32 * SECTOR), CorruptVmdk, "too short", sector=0),
    "SESparse of version 2.2": Hazard(
        sesparse(version=0x200000002), UnsupportedVmdk, "not known", 8
    ),
    "SESparse of no sectors": Hazard(sesparse(capacity=0), CorruptVmdk, "capacity", 16, "0"),
    "SESparse of 2^63 sectors": Hazard(sesparse(capacity=2**63), CorruptVmdk, "capacity", 16),
    "SESparse grain of 16": Hazard(sesparse(grain_size=16), UnsupportedVmdk, "grain_size", 24),
    "SESparse with a flag": Hazard(sesparse(flags=1), UnsupportedVmdk, "flags", 40),
    "SESparse directory past the end": Hazard(
        sesparse(directory=2**60), CorruptVmdk, "grainDirectory", 128
    ),
    "SESparse journal waiting": Hazard(
        sesparse(plan=SeSparsePlan(CAPACITY, SESPARSE.grains, dirty=1)),
        UnsupportedVmdk, "waits to be replayed", SECTOR + 24, "1",
    ),
    "SESparse journal waiting, allowed": Hazard(
        sesparse(plan=SeSparsePlan(CAPACITY, SESPARSE.grains, dirty=1)),
        words="was not replayed", expected=S, policy=Policy().allowing(Leniency.DIRTY_JOURNAL),
    ),
    "SESparse without its second header": Hazard(
        sesparse((SECTOR, 0)), CorruptVmdk, "something else", SECTOR
    ),
    **{
        f"SESparse entry of type {kind}": Hazard(
            sesparse((SE_GT + 16 * 8, kind << 60 | 7)), CorruptVmdk, "leads nowhere",
            SE_GT + 16 * 8, sector=128, expected=S,
        )
        for kind in (0, 4, 8, 15)
    },
    "SESparse entry past the end": Hazard(
        sesparse((SE_GT + 16 * 8, 0x3FFFFFFFFFFFFFFF)), CorruptVmdk, "leads nowhere",
        SE_GT + 16 * 8, sector=128, expected=S,
    ),
    "SESparse directory entry of no table": Hazard(
        sesparse((SE_GD, 1)), CorruptVmdk, "leads nowhere", SE_GD, "0x1", 128
    ),
    **{
        f"SESparse without grains, which would begin at sector {sector}": Hazard(
            sesparse(plan=SeSparsePlan(CAPACITY), grains=sector), expected=bytes(CAPACITY * SECTOR)
        )
        for sector in (512, 513, 2**31, 2**48 - 1)
    },
    "SESparse grains that begin past the end": Hazard(
        sesparse(grains=2**48 - 1), CorruptVmdk, "leads nowhere", sector=0
    ),
    **{
        f"SESparse grains that would begin at sector {sector}": Hazard(
            sesparse(grains=sector), CorruptVmdk, "grainsOffset", 192, str(sector)
        )
        for sector in (2**48, 2**63, 2**64 - 1)
    },
    **{
        f"SESparse grains among the tables, at sector {sector}": Hazard(
            sesparse(grains=sector), CorruptVmdk, "among the headers and tables", 192, str(sector)
        )
        for sector in (0, 1, 16, 32, 479)
    },
    "SESparse cut off": Hazard(sesparse(cut=512 * SECTOR), CorruptVmdk, "leads nowhere", sector=0),
}  # fmt: skip


@pytest.mark.parametrize("row", HAZARDS)
def test_a_hazard_of_an_esx_extent_has_its_answer(tmp_path: Path, row: str) -> None:
    check(HAZARDS[row], tmp_path)
