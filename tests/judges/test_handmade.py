"""The hand that makes disks makes what three independent readers accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.judges import dissect, handmade, libvmdk, qemu
from tests.judges.handmade import SparsePlan
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

LAYOUTS = [
    # capacity, tables, rgd, first RGT, gd, first GT, overhead, as qemu-img lays disks out
    (2048, 1, 21, 22, 26, 27, 128),
    (67584, 2, 21, 22, 30, 31, 128),
    (2097152, 32, 21, 22, 150, 151, 384),
    (10485760, 160, 21, 23, 663, 665, 1408),
    (2147483648, 32768, 21, 277, 131349, 131605, 262784),
]


@pytest.mark.parametrize("row", LAYOUTS)
def test_the_layout_is_the_documented_one(row: tuple[int, ...]) -> None:
    plan = SparsePlan(row[0])
    found = (
        plan.tables,
        plan.redundant_directory,
        plan.first_table(redundant=True),
        plan.directory,
        plan.first_table(),
        plan.overhead,
    )
    assert found == row[1:]
    assert handmade.HEADER.size == 512


def test_a_header_has_no_field_that_is_not_in_the_book() -> None:
    with pytest.raises(ValueError, match="colour"):
        SparsePlan(2048).header(colour=1)


@pytest.mark.judge
@pytest.mark.parametrize("grain_size", [16, 32, 128, 1024])
def test_three_readers_agree_on_a_chain_of_handmade_links(tmp_path: Path, grain_size: int) -> None:
    capacity = 4096
    grain = grain_size * 512
    base_plan = SparsePlan(capacity, grain_size, grains={0: b"a" * grain, 2: b"b" * grain})
    child_plan = SparsePlan(capacity, grain_size, grains={2: b"c" * grain, 3: b"d" * grain})
    base = handmade.sparse_link(tmp_path / "base.vmdk", base_plan, cid=7)
    child = handmade.sparse_link(
        tmp_path / "child.vmdk", child_plan, cid=8, parent_cid=7, hint=base.name
    )
    expected = b"a" * grain + bytes(grain) + b"c" * grain + b"d" * grain
    expected = expected.ljust(capacity * 512, b"\0")
    assert qemu.read(child) == expected
    assert libvmdk.read([base, child]) == expected
    assert dissect.read(child) == expected
    qemu.check(child)


@pytest.mark.judge
@pytest.mark.parametrize("lazy_tables", [False, True])
def test_zero_grains_and_absent_tables_are_understood(tmp_path: Path, *, lazy_tables: bool) -> None:
    plan = SparsePlan(
        65536 * 3,
        version=2,
        flags=7,
        grains={512: b"x" * 65536},
        zero_grains=[514],
        lazy_tables=lazy_tables,
    )
    disk = handmade.sparse_link(tmp_path / "disk.vmdk", plan)
    assert [(area.start, area.length, area.state) for area in qemu.map_areas(disk)] == [
        (0, 65536, "absent"),
        (65536, 128, "data"),
        (65664, 128, "absent"),
        (65792, 128, "zero"),
        (65920, 130688, "absent"),
    ]


@pytest.mark.judge
def test_pieces_of_a_split_link_are_joined_in_order(tmp_path: Path) -> None:
    plans = [
        SparsePlan(1024, grains={7: b"x" * 65536}, descriptor_sectors=0),
        SparsePlan(512, grains={0: b"y" * 65536}, descriptor_sectors=0),
    ]
    disk = handmade.split_link(tmp_path / "disk.vmdk", plans)
    expected = (bytes(7 * 65536) + b"x" * 65536 + b"y" * 65536).ljust(1536 * 512, b"\0")
    assert qemu.read(disk) == libvmdk.read([disk]) == dissect.read(disk) == expected


@pytest.mark.judge
@pytest.mark.parametrize(("kind", "offset"), [("monolithicFlat", 0), ("vmfs", 0)])
def test_flat_links_hold_their_bytes_as_they_are(tmp_path: Path, kind: str, offset: int) -> None:
    data = bytes(range(256)) * 64
    disk = handmade.flat_link(tmp_path / "disk.vmdk", data, kind=kind, offset=offset)
    assert qemu.read(disk) == libvmdk.read([disk]) == dissect.read(disk) == data


@pytest.mark.judge
def test_a_flat_extent_may_start_inside_its_file(tmp_path: Path) -> None:
    # Only qemu is asked: pyvmdk counts this offset in bytes, and dissect ignores it.
    disk = handmade.flat_link(tmp_path / "disk.vmdk", b"d" * 8192, offset=4)
    assert qemu.read(disk) == b"d" * 8192


def test_patching_changes_those_bytes_only(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(16))
    handmade.patch_u32(file, 4, 1, 2)
    assert file.read_bytes() == bytes(4) + b"\1\0\0\0\2\0\0\0" + bytes(4)


def test_fingerprints_tell_files_folders_and_links_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "same").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    before = fingerprints(tmp_path)
    assert before["file"] == before["folder/same"]
    assert (before["folder"], before["link"]) == ("folder", "link to file")
    (tmp_path / "file").write_bytes(b"y")
    changed = {name for name, print_ in fingerprints(tmp_path).items() if before[name] != print_}
    assert changed == {"file"}
    assert "file" not in fingerprints(tmp_path, leave_out=[tmp_path / "file"])
