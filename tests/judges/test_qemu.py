"""qemu as a judge: it does to disks what its own arithmetic and a plain model say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.judges import qemu
from tests.judges.qemu import MapArea, Write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.judge


def test_a_fresh_disk_reads_as_zeros(tmp_path: Path) -> None:
    disk = qemu.create(tmp_path / "disk.vmdk", 1001)
    assert qemu.read(disk) == bytes(1001 * 512)


def test_what_was_written_is_read_back_where_it_was_written(tmp_path: Path) -> None:
    disk = qemu.create(tmp_path / "disk.vmdk", 2048)
    data = bytes(range(256)) * 6
    qemu.write(disk, [Write(7, data), Write(8, zeros=1)])
    expected = bytearray(2048 * 512)
    expected[7 * 512 : 10 * 512] = data
    expected[8 * 512 : 9 * 512] = bytes(512)
    assert qemu.read(disk) == expected
    assert qemu.read_window(disk, 7, 3) == expected[7 * 512 : 10 * 512]


def test_a_child_shows_its_parent_where_it_holds_nothing(tmp_path: Path) -> None:
    base = qemu.create(tmp_path / "base.vmdk", 2048, kind="monolithicFlat")
    qemu.write(base, [Write(0, b"b" * 512)])
    child = qemu.create(tmp_path / "child.vmdk", parent=base)
    qemu.write(child, [Write(128, b"c" * 512)])
    answer = qemu.read(child)
    assert (answer[:512], answer[128 * 512 : 129 * 512]) == (b"b" * 512, b"c" * 512)
    assert [link["filename"] for link in qemu.chain_info(child)] == [str(child), str(base)]


def test_the_map_names_state_and_depth_in_sectors(tmp_path: Path) -> None:
    base = qemu.create(tmp_path / "base.vmdk", 1000, zeroed_grains=True)
    qemu.write(base, [Write(0, b"b" * 512)])
    child = qemu.create(tmp_path / "child.vmdk", parent=base, zeroed_grains=True)
    qemu.write(child, [Write(128, zeros=128)])
    assert qemu.map_areas(child) == [
        MapArea(0, 128, 1, "data"),
        MapArea(128, 128, 0, "zero"),
        MapArea(256, 744, 1, "absent"),
    ]


def test_merging_joins_equal_neighbours_only() -> None:
    areas = [
        MapArea(0, 4, 0, "data"),
        MapArea(4, 4, 0, "data"),
        MapArea(8, 4, 1, "data"),
        MapArea(12, 4, 1, "zero"),
        MapArea(20, 4, 1, "zero"),
    ]
    assert qemu.merged(areas) == [
        MapArea(0, 8, 0, "data"),
        MapArea(8, 4, 1, "data"),
        MapArea(12, 4, 1, "zero"),
        MapArea(20, 4, 1, "zero"),
    ]


def test_its_complaint_is_an_error_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(qemu.QemuError, match=r"gone\.vmdk"):
        qemu.read(tmp_path / "gone.vmdk")


def test_a_failed_write_is_an_error_though_the_program_exits_cleanly(tmp_path: Path) -> None:
    disk = qemu.create(tmp_path / "disk.vmdk", 128)
    with pytest.raises(qemu.QemuError, match="failed"):
        qemu.write(disk, [Write(200, b"x" * 512)])


def test_nothing_is_left_beside_the_disk(tmp_path: Path) -> None:
    disk = qemu.create(tmp_path / "disk.vmdk", 128)
    qemu.write(disk, [Write(0, b"x" * 512)])
    qemu.read(disk)
    qemu.read_window(disk, 0, 1)
    assert list(tmp_path.iterdir()) == [disk]


def test_check_finds_a_grain_past_the_end_of_the_file(tmp_path: Path) -> None:
    disk = qemu.create(tmp_path / "disk.vmdk", 2048)
    qemu.write(disk, [Write(0, b"x" * 512)])
    qemu.check(disk)
    with disk.open("r+b") as file:
        file.truncate(65536)
    with pytest.raises(qemu.QemuError):
        qemu.check(disk)
