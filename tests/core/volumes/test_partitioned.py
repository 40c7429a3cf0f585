"""By which table a disk is parted, where several say how."""

from __future__ import annotations

import struct
import subprocess
from shutil import which
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, TableKind
from redoscope_core.volumes.disk_volumes import disk_volumes
from tests.core.structures.judging import SECTOR, image
from tests.judges import handmade

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import DiskVolumes

pytestmark = [pytest.mark.judge, pytest.mark.skipif(which("sfdisk") is None, reason="no sfdisk")]
GPT = "label: gpt\nstart=2048, size=2048\nstart=8192, size=1000\n"
DOS = (
    "label: dos\nstart=2048, size=2048, type=83\nstart=6144, size=16384, type=5\n"
    "start=8192, size=2048, type=7\nstart=12288, size=1000, type=7\n"
)


def volumes_of(raw: Path) -> DiskVolumes:
    """Return the volumes of the disk whose bytes are those of *raw*."""
    sectors = raw.stat().st_size // SECTOR
    text = handmade.descriptor_text([f'RW {sectors} FLAT "{raw.name}" 0'], kind="monolithicFlat")
    disk = raw.with_name("disk.vmdk")
    disk.write_text(text, encoding="utf-8")
    with Chain.open(disk) as chain:
        return disk_volumes(chain)


def parted_disk(folder: Path, table: str) -> Path:
    """Return an image of 16 MiB that sfdisk parted."""
    raw = image(folder, 16)
    subprocess.run(["sfdisk", "-q", raw], input=table.encode(), check=True, capture_output=True)
    return raw


def patch(raw: Path, offset: int, data: bytes) -> None:
    """Write *data* at byte *offset*."""
    with raw.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def places(found: DiskVolumes) -> list[tuple[int | None, int, int]]:
    """Return number, start and length of each volume."""
    return [(each.number, each.start, each.sectors) for each in found.volumes]


GPT_PLACES = [(1, 2048, 2048), (2, 8192, 1000)]


def test_logical_partitions_are_counted_from_five(tmp_path: Path) -> None:
    found = volumes_of(parted_disk(tmp_path, DOS))
    assert found.parted.kind is TableKind.DOS
    assert places(found) == [(1, 2048, 2048), (5, 8192, 2048), (6, 12288, 1000)]
    runs = found.table_runs
    assert runs.start.tolist()[0] == 0
    assert runs.total == 3


def test_a_gpt_counts_by_its_copy_where_the_first_is_lost(tmp_path: Path) -> None:
    raw = parted_disk(tmp_path, GPT)
    whole = volumes_of(raw)
    assert whole.parted.kind is TableKind.GPT
    assert places(whole) == GPT_PLACES
    assert whole.table_runs.total == 1 + 33 + 33
    patch(raw, SECTOR, bytes(SECTOR))
    assert places(volumes_of(raw)) == GPT_PLACES


def test_the_copy_of_a_gpt_is_found_where_the_disk_once_ended(tmp_path: Path) -> None:
    raw = parted_disk(tmp_path, GPT)
    with raw.open("r+b") as file:
        file.truncate(24 << 20)
    assert volumes_of(raw).table_runs.total == 1 + 33 + 33


def test_a_gpt_that_no_mbr_announces_is_passed_over(tmp_path: Path) -> None:
    raw = parted_disk(tmp_path, GPT)
    entry = struct.pack("<B3sB3sII", 0, b"\0\2\0", 0x83, b"\xff" * 3, 4096, 1024)
    patch(raw, 446, entry)
    found = volumes_of(raw)
    assert found.parted.kind is TableKind.DOS
    assert places(found) == [(1, 4096, 1024)]
    assert [each.start for each in found.parted.others] == [2048, 8192]


def test_a_partition_behind_the_end_is_no_volume_and_one_across_it_ends_there(
    tmp_path: Path,
) -> None:
    raw = parted_disk(tmp_path, DOS)
    patch(raw, 446, struct.pack("<B3sB3sII", 0, bytes(3), 0x83, bytes(3), 32000, 9000))
    patch(raw, 478, struct.pack("<B3sB3sII", 0, bytes(3), 0x83, bytes(3), 40000, 9000))
    assert places(volumes_of(raw)) == [(5, 8192, 2048), (6, 12288, 1000), (1, 32000, 768)]
