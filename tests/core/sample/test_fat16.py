"""The sample's FAT16 volume, against fsck.fat and dissect.fat."""

from __future__ import annotations

import random
import shutil
import subprocess
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from dissect.fat import FATFS

from redoscope_core.errors import DiskFull, FileMissing, InvalidArgument
from redoscope_core.format.units import SECTOR
from redoscope_core.sample.fat16 import DATA_START, PARTITION_START, Fat16, Run

if TYPE_CHECKING:
    from pathlib import Path

CAPACITY = 131_072
WHEN = datetime(2026, 1, 2, 16, 30, 2)  # noqa: DTZ001 - FAT keeps local time


class Sectors:
    """A disk in memory that remembers which sectors were written."""

    def __init__(self, data: bytes = bytes(CAPACITY * SECTOR)) -> None:
        self.data = bytearray(data)
        self.written: set[int] = set()

    def write(self, sector: int, data: bytes) -> None:
        count, rest = divmod(len(data), SECTOR)
        assert rest == 0
        self.data[sector * SECTOR : (sector + count) * SECTOR] = data
        self.written.update(range(sector, sector + count))

    def volume(self) -> Any:
        return FATFS(BytesIO(self.data[PARTITION_START * SECTOR :]))

    def read(self, path: str) -> bytes:
        data: bytes = self.volume().get(path).open().read()
        return data


@pytest.fixture
def disk() -> Sectors:
    """A disk of 64 MiB, empty."""
    return Sectors()


@pytest.fixture
def volume(disk: Sectors) -> Fat16:
    """A freshly formatted volume on that disk."""
    return Fat16(disk, CAPACITY, "OFFICE", WHEN)


def test_a_file_in_the_root_and_one_in_a_folder_read_back(disk: Sectors, volume: Fat16) -> None:
    volume.write_file("README.TXT", b"hello\r\n", WHEN)
    volume.write_file("PHOTOS/SUN.BMP", b"sun" * 5000, WHEN, near=40_000)

    assert disk.read("README.TXT") == b"hello\r\n"
    assert disk.read("PHOTOS/SUN.BMP") == b"sun" * 5000
    assert volume.files() == (("PHOTOS/SUN.BMP", 15_000), ("README.TXT", 7))
    assert disk.volume().volume_label == "OFFICE"


def test_the_file_lies_where_it_was_asked_to(disk: Sectors, volume: Fat16) -> None:
    volume.write_file("A.BIN", bytes(5000), WHEN, near=64 * 128)

    assert volume.runs("A.BIN") == (Run(64 * 128, 12),)
    assert disk.written >= set(range(64 * 128, 64 * 128 + 12))


def test_a_shorter_file_keeps_its_first_clusters_and_frees_the_rest(volume: Fat16) -> None:
    volume.write_file("A.BIN", bytes(10_000), WHEN)
    volume.write_file("A.BIN", bytes(100), WHEN)
    volume.write_file("B.BIN", bytes(100), WHEN)

    assert volume.runs("A.BIN") == (Run(DATA_START, 4),)
    assert volume.runs("B.BIN") == (Run(DATA_START + 4, 4),)


def test_a_longer_file_goes_round_what_lies_behind_it(disk: Sectors, volume: Fat16) -> None:
    volume.write_file("A.BIN", bytes(100), WHEN)
    volume.write_file("B.BIN", bytes(100), WHEN)
    content = random.Random(1).randbytes(9000)
    volume.write_file("A.BIN", content, WHEN)

    assert volume.runs("A.BIN") == (Run(DATA_START, 4), Run(DATA_START + 8, 16))
    assert disk.read("A.BIN") == content


def test_a_patch_writes_its_sector_and_the_entry_only(disk: Sectors, volume: Fat16) -> None:
    volume.write_file("A.BIN", bytes(10_000), WHEN)
    disk.written.clear()
    volume.patch_file("A.BIN", 3 * SECTOR, b"x" * SECTOR, WHEN.replace(hour=20))

    assert len(disk.written) == 2
    assert DATA_START + 3 in disk.written
    assert disk.read("A.BIN")[3 * SECTOR :][: SECTOR + 1] == b"x" * SECTOR + b"\0"


def test_deleting_leaves_the_bytes(disk: Sectors, volume: Fat16) -> None:
    volume.write_file("A.BIN", b"still here".ljust(SECTOR), WHEN)
    disk.written.clear()
    volume.delete_file("A.BIN")

    assert volume.files() == ()
    assert disk.data[DATA_START * SECTOR :].startswith(b"still here")
    assert max(disk.written) < DATA_START
    assert [entry.name for entry in disk.volume().root.iterdir()] == ["OFFICE"]


def test_a_volume_on_another_disk_leaves_the_first_alone(disk: Sectors, volume: Fat16) -> None:
    volume.write_file("A.TXT", b"old", WHEN)
    child = Sectors(bytes(disk.data))
    disk.written.clear()
    branch = volume.on(child)
    branch.write_file("A.TXT", b"new", WHEN)
    branch.write_file("B.TXT", b"more", WHEN)

    assert disk.written == set()
    assert (disk.read("A.TXT"), child.read("A.TXT"), child.read("B.TXT")) == (
        b"old",
        b"new",
        b"more",
    )
    assert [path for path, _ in volume.files()] == ["A.TXT"]


def test_an_empty_file_has_no_cluster(disk: Sectors, volume: Fat16) -> None:
    volume.write_file("EMPTY.TXT", b"", WHEN)

    assert volume.runs("EMPTY.TXT") == ()
    assert disk.volume().get("EMPTY.TXT").size == 0


@pytest.mark.parametrize("name", ["lower.txt", "NINELONGG.TXT", "A.LONG", ".TXT", "A B.TXT", ""])
def test_a_name_that_is_not_eight_and_three_is_refused(volume: Fat16, name: str) -> None:
    with pytest.raises(InvalidArgument, match="no file name"):
        volume.write_file(name, b"", WHEN)


def test_what_cannot_be_done_says_why(volume: Fat16) -> None:
    volume.write_file("A.BIN", bytes(SECTOR), WHEN)
    with pytest.raises(FileMissing, match=r"no file B\.BIN"):
        volume.delete_file("B.BIN")
    with pytest.raises(InvalidArgument, match="whole sectors"):
        volume.patch_file("A.BIN", 1, bytes(SECTOR), WHEN)
    with pytest.raises(DiskFull, match="is full"):
        volume.write_file("BIG.BIN", bytes(CAPACITY * SECTOR), WHEN)
    with pytest.raises(InvalidArgument, match="expected 64 MiB"):
        Fat16(Sectors(b""), 16_384, "SMALL", WHEN)


@pytest.mark.skipif(shutil.which("fsck.fat") is None, reason="fsck.fat is absent (dosfstools)")
def test_fsck_finds_no_fault_after_a_hundred_random_changes(
    disk: Sectors, volume: Fat16, tmp_path: Path
) -> None:
    chance = random.Random(7)
    expected: dict[str, bytes] = {}
    for _ in range(100):
        path = f"{chance.choice(('', 'ONE/', 'TWO/'))}F{chance.randrange(20)}.BIN"
        if path in expected and chance.random() < 0.3:
            volume.delete_file(path)
            del expected[path]
        else:
            expected[path] = chance.randbytes(chance.randrange(40_000))
            near = chance.randrange(CAPACITY - 2048)
            volume.write_file(path, expected[path], WHEN, near=near)

    assert {path: disk.read(path) for path in expected} == expected
    assert dict(volume.files()) == {path: len(data) for path, data in expected.items()}
    raw = tmp_path / "volume.raw"
    raw.write_bytes(disk.data[PARTITION_START * SECTOR :])
    subprocess.run(["fsck.fat", "-n", raw], check=True, capture_output=True, timeout=60)
