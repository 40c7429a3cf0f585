"""Hazards of the header of a hosted sparse extent, and of files that are too short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import CorruptVmdk, NotAVmdk, UnsupportedVmdk
from tests.core.hazards import Hazard, check
from tests.core.sound_disk import EXPECTED, PLAN, cut, header
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512


def other_tables(entries: int) -> Callable[[Path], Path]:
    """Write the same disk with tables of *entries* entries."""

    def make(folder: Path) -> Path:
        plan = SparsePlan(2048, grains=PLAN.grains, entries_per_table=entries)
        return handmade.sparse_link(folder / "disk.vmdk", plan)

    return make


def odd_capacity(folder: Path) -> Path:
    """Write a disk that is no multiple of 8 KiB."""
    return handmade.sparse_link(folder / "disk.vmdk", SparsePlan(1001, grains={7: b"t" * 53760}))


HAZARDS = {
    "header shorter than 512": Hazard(cut(511), CorruptVmdk, "incomplete", 0, "511 bytes"),
    "magic only": Hazard(cut(4), CorruptVmdk, "incomplete", 0, "4 bytes"),
    "capacity 2^63-1": Hazard(
        header(capacity=2**63 - 1), CorruptVmdk, "field capacity", 12, str(2**63 - 1)
    ),
    "capacity above 2^41 with the directory past the end": Hazard(
        header(capacity=2**42), CorruptVmdk, "field gdOffset", 56, "sectors 26 to"
    ),
    "capacity 2^41": Hazard(header(capacity=2**41), CorruptVmdk, "field gdOffset", 56),
    "capacity 0": Hazard(header(capacity=0), CorruptVmdk, "field capacity", 12, "0"),
    "grain 0": Hazard(header(grain_size=0), CorruptVmdk, "field grainSize", 20, "0"),
    "grain not a power of two": Hazard(
        header(grain_size=24), CorruptVmdk, "field grainSize", 20, "24"
    ),
    "grain huge": Hazard(header(grain_size=2**22), CorruptVmdk, "field grainSize", 20, str(2**22)),
    "grain times entries past 32 bit": Hazard(
        header(grain_size=2**21, entries_per_table=2**16),
        CorruptVmdk,
        "grainSize and numGTEsPerGT",
        20,
        "2097152 times 65536",
    ),
    "no entries in a table": Hazard(
        header(entries_per_table=0), CorruptVmdk, "field numGTEsPerGT", 44, "0"
    ),
    "tables of 2^31 entries": Hazard(
        header(entries_per_table=2**31), CorruptVmdk, "field numGTEsPerGT", 44, str(2**31)
    ),
    "tables of 256 entries": Hazard(
        other_tables(256), words="tables of 256 entries", expected=EXPECTED
    ),
    "tables of 1024 entries": Hazard(
        other_tables(1024), words="tables of 1024 entries", expected=EXPECTED
    ),
    "directory outside the file": Hazard(
        header(directory=2**40), CorruptVmdk, "field gdOffset", 56, str(2**40)
    ),
    "directory at 0": Hazard(header(directory=0), CorruptVmdk, "without a grain directory", 56),
    "directory at the end without compression": Hazard(
        header(directory=2**64 - 1), CorruptVmdk, "field gdOffset", 56
    ),
    "redundant directory outside the file": Hazard(
        header(redundant_directory=2**40),
        words="redundant grain directory is not inside the file",
        expected=EXPECTED,
    ),
    "redundant directory at 0": Hazard(header(redundant_directory=0), expected=EXPECTED),
    "not closed": Hazard(header(unclean=1), words="was not closed", expected=EXPECTED),
    "unknown high flag": Hazard(
        header(flags=0x80003), UnsupportedVmdk, "unknown features", 8, "0x00080000"
    ),
    "unknown low flag": Hazard(header(flags=0x800B), expected=EXPECTED),
    "version 4": Hazard(header(version=4), UnsupportedVmdk, "unknown version", 4, "4"),
    "newlines changed": Hazard(
        header(newlines=b"\n \n\n"), CorruptVmdk, "transfer in text mode", 73, "0a 20 0a 0a"
    ),
    "overhead past the file": Hazard(
        header(overhead=2**40), words="past its end", expected=EXPECTED
    ),
    "compressed by its flags, plain in its grains": Hazard(
        header(flags=0x30003, compression=1), CorruptVmdk, "no compressed grain", 65544
    ),
    "compressed by an unknown algorithm": Hazard(
        header(flags=0x30003, compression=9), UnsupportedVmdk, "unknown way", 77, "9"
    ),
    "file cut in a grain": Hazard(
        cut(384 * SECTOR + 100), CorruptVmdk, "too short", sector=1152, expected=EXPECTED
    ),
    "file cut in the tables": Hazard(cut(26 * SECTOR + 10), CorruptVmdk, "gdOffset", 56),
    "descriptor offset absurd": Hazard(
        header(descriptor_offset=251658241), CorruptVmdk, "descriptorOffset", 28, "251658241"
    ),
    "descriptor of 2000 sectors": Hazard(
        header(descriptor_size=2000), CorruptVmdk, "descriptorSize", 36, "2000"
    ),
    "descriptor of 2^40 sectors": Hazard(
        header(descriptor_size=2**40), CorruptVmdk, "descriptorSize", 36, str(2**40)
    ),
    "extent line above the header": Hazard(
        header(capacity=1024), CorruptVmdk, "more sectors than the extent has", 12, "1024"
    ),
    "header above the extent line": Hazard(
        header(capacity=2050), words="says 2050 sectors", expected=EXPECTED
    ),
    "a bad container is never raw": Hazard(
        header(magic=b"KDMX"), NotAVmdk, "not a virtual disk", None, "something else"
    ),
    "an unfinished conversion": Hazard(header(magic=b"kdmv"), UnsupportedVmdk, "unfinished"),
    "a change log": Hazard(
        header(magic=b"\xa2\x72\x19\xf6"), UnsupportedVmdk, "a change-tracking file"
    ),
    "a capacity that is no multiple of 8 KiB": Hazard(
        odd_capacity, expected=bytes(7 * 65536) + b"t" * 53760
    ),
}


@pytest.mark.parametrize("row", HAZARDS)
def test_a_hazard_of_the_header_has_its_answer(tmp_path: Path, row: str) -> None:
    check(HAZARDS[row], tmp_path)
