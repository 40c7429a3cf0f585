"""Logical volumes of LVM2 that are in one piece are volumes of the disk, others are named."""

from __future__ import annotations

import os
import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, Examined, SectorClass, disk_volumes
from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.lvm import logical_volumes
from redoscope_core.volumes.source import of_bytes
from tests.core.operations.attributing.worlds import (
    START,
    blob,
    debugfs,
    difference,
    disk_of,
    needs,
)
from tests.core.volumes.lvm import EXTENT, PE_START, group_text, physical_volume
from tests.core.volumes.volumes import answers_or_refuses, damaged

if TYPE_CHECKING:
    from pathlib import Path

VOLUMES = {
    "root": [("pv0", 0, 256, 0)],
    "swap-1": [("pv0", 256, 4, 0), ("pv0", 260, 4, 4)],
    "home": [("pv0", 264, 4, 0), ("pv0", 272, 4, 4)],
    "pool_meta": [("pv0", 268, 1, 0)],
    "span": [("pv0", 276, 1, 0), ("pv1", 0, 1, 1)],
    "elsewhere": [("pv1", 4, 1, 0)],
}
SECTORS = PE_START + 300 * EXTENT


@pytest.mark.parametrize("at", [512, 15_000])
def test_those_in_one_piece_have_a_place_and_others_a_name(at: int) -> None:
    data = physical_volume(group_text(VOLUMES, hidden="pool_meta"), SECTORS, at=at)
    found = {each.name: (each.start, each.sectors) for each in logical_volumes(of_bytes(data))}
    assert found == {
        "vg/root": (PE_START, 256 * EXTENT),
        "vg/swap-1": (PE_START + 256 * EXTENT, 8 * EXTENT),
        "vg/home": (None, 8 * EXTENT),
        "vg/span": (None, 2 * EXTENT),
    }


@pytest.mark.parametrize(
    ("pieces", "edit", "lies"),
    [
        ([("pv0", 0, 4, 0)], ('"striped"', '"thin"'), "of the kind thin"),
        ([("pv0", 0, 4, 0)], ("stripe_count = 1", "stripe_count = 2"), "striped over 2 places"),
        ([("pv0", 0, 4, 0), ("pv0", 8, 4, 4)], ("", ""), "in 2 pieces"),
        ([("pv0", 0, 1, 0), ("pv1", 0, 1, 1)], ("", ""), "on more than one physical volume"),
        ([("pv0", 0, 9999, 0)], ("", ""), "longer than what it lies on"),
    ],
)
def test_what_is_not_in_one_piece_is_named_with_how_it_lies(
    pieces: list[tuple[str, int, int, int]], edit: tuple[str, str], lies: str
) -> None:
    text = group_text({"odd": pieces}).replace(*edit)
    (found,) = logical_volumes(of_bytes(physical_volume(text, SECTORS)))
    assert (found.name, found.start, found.lies) == ("vg/odd", None, lies)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vg {",
        "vg { a = [1, ",
        "vg = ",
        "vg { extent_size = -1 physical_volumes { } }",
        "}",
        "{{",
        "\x01",
    ],
)
def test_what_is_no_text_of_a_group_is_refused(text: str) -> None:
    with pytest.raises(CorruptVolume):
        logical_volumes(of_bytes(physical_volume(text, SECTORS)))
    with pytest.raises(CorruptVolume, match="no label"):
        logical_volumes(of_bytes(bytes(8192)))


def test_damage_is_an_error_of_ours_or_an_answer() -> None:
    data = physical_volume(group_text(VOLUMES), SECTORS)
    answers = sum(
        answers_or_refuses(logical_volumes, damaged(data, random.Random(seed), [1, *range(8, 14)]))
        for seed in range(150)
    )
    assert answers > 0


@pytest.mark.judge
@pytest.mark.skipif(bool(needs("mke2fs", "debugfs")), reason=needs("mke2fs", "debugfs"))
def test_files_of_a_logical_volume_are_told_and_its_container_is_not_free(tmp_path: Path) -> None:
    root = tmp_path / "root.raw"
    environment = {**os.environ, "E2FSPROGS_FAKE_TIME": "1709542800"}
    make = f"mke2fs -q -t ext4 -b 1024 {root} 2M"
    subprocess.run(make.split(), check=True, capture_output=True, env=environment)
    disks = []
    for name in ("old", "new"):
        (tmp_path / name).write_bytes(blob(name, 3000))
        debugfs(root, f"write {tmp_path / name} {name}")
        data = bytearray(physical_volume(group_text(VOLUMES), SECTORS))
        data[PE_START * 512 : PE_START * 512 + 2**21] = root.read_bytes()
        # An extent of nobody's.
        data[-512:] = blob(name, 512)
        (tmp_path / f"{name}.raw").write_bytes(data)
        disks.append(disk_of(tmp_path, f"{name}-disk", tmp_path / f"{name}.raw"))
    with Chain.open(disks[0]) as chain:
        told = disk_volumes(chain)
    assert [(each.number, each.start, each.holding, each.name) for each in told.volumes] == [
        (1, START, Holding.LVM2, ""),
        (2, START + PE_START, Holding.EXT4, "vg/root"),
        (3, START + PE_START + 256 * EXTENT, Holding.ZEROS, "vg/swap-1"),
        (4, START + PE_START + 268 * EXTENT, Holding.ZEROS, "vg/pool_meta"),
    ]
    assert told.scattered == ("vg/home", "vg/span")
    found = difference(*disks)
    states = [each.state for each in found.volumes[:2]]
    assert states == [Examined.NOT_EXAMINED, Examined.EXAMINED]
    assert ("added", "/new") in [each[:2] for each in found.volumes[1].changes]
    assert found.classes[SectorClass.NOT_EXAMINED] == 1
    assert found.classes[SectorClass.FILE_DATA] == 6
