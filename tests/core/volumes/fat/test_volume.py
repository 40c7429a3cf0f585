"""What each cluster of a FAT volume is for, and what is in use, as mtools and fsck.fat say it."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.fat.boot import read_fat_boot
from redoscope_core.volumes.fat.table import read_table
from redoscope_core.volumes.fat.volume import open_fat
from redoscope_core.volumes.regions import RegionKind
from tests.core.volumes.fat.made import SHAPES, chains_told, made
from tests.core.volumes.volumes import answers_or_refuses, damaged, judged, volume_of, volume_with

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shape", SHAPES)
def test_chains_and_folders_are_told_as_others_say(tmp_path: Path, shape: str) -> None:
    image = made(tmp_path, shape)
    found = open_fat(volume_of(image))
    assert not len(found.damaged)
    assert not len(found.tree.damaged)
    assert found.tree.is_whole
    each = found.shape.cluster_size // 512
    used, folders = set(), 0
    for path, runs in chains_told(image).items():
        if not runs:
            continue
        clusters = [cluster for first, last in runs for cluster in range(first, last + 1)]
        ours = found.chains.of(np.array([runs[0][0]]))
        pairs = zip(ours.cluster.tolist(), ours.count.tolist(), strict=True)
        assert [at for first, count in pairs for at in range(first, first + count)] == clusters
        folder = path in {"::/d", "::/d/e", "::/long name of a folder"}
        folders += folder
        for number, cluster in enumerate(clusters):
            region = found.regions.at(found.shape.data + (cluster - 2) * each)
            assert region is not None
            assert region.kind is (RegionKind.DIRECTORY if folder else RegionKind.FILE), path
            assert (region.owner, region.first) == (clusters[0], number)
        used |= set(clusters)
    assert folders == 3
    used |= {2} if found.shape.root_cluster else set()
    numbers = np.arange(2, found.shape.end)
    assert set(numbers[found.used_clusters.is_used(numbers)].tolist()) == used
    live = found.tree.entries.taking(~found.tree.entries.deleted)
    assert len(live) == 65
    assert int(found.tree.entries.deleted.sum()) >= 20
    _shape_agrees(image, found.regions, found.shape.clusters)


def _shape_agrees(image: Path, regions: object, clusters: int) -> None:
    """Hold where things are against ``fsck.fat -v``."""
    text = judged("fsck.fat", "-v", "-n", image)
    expected = {
        RegionKind.FAT: r"First FAT starts at byte (\d+)",
        RegionKind.ROOT_DIRECTORY: r"Root directory starts at byte (\d+)",
    }
    for kind, pattern in expected.items():
        if match := re.search(pattern, text):
            of_kind = regions.of_kind(kind)  # type: ignore[attr-defined]
            assert int(of_kind.start[0]) * 512 == int(match[1])
    assert f"{clusters} data clusters" in text
    if match := re.search(r"bits entries\n\s*(\d+) bytes per FAT", text):
        table = regions.of_kind(RegionKind.FAT)  # type: ignore[attr-defined]
        assert int(table.end[0] - table.start[0]) * 512 == int(match[1])


def test_sectors_of_a_table_name_their_entries_and_copy(tmp_path: Path) -> None:
    expected = {"fat12": (341, 682), "fat16": (256, 511), "fat32": (128, 255)}
    volumes = {shape: open_fat(volume_of(made(tmp_path, shape))) for shape in expected}
    for shape, found in volumes.items():
        region = found.regions.at(found.shape.reserved + 1)
        assert region is not None
        assert (region.kind, region.owner) == (RegionKind.FAT, 0)
        assert (region.first, region.last) == expected[shape]
        second = found.regions.at(found.shape.reserved + found.shape.table_sectors)
        assert second is not None
        assert (second.kind, second.owner, second.first) == (RegionKind.FAT, 1, 0)
    found = volumes["fat32"]
    assert found.shape.structure.number("BPB_BkBootSec") == 6
    told = [found.regions.at(sector) for sector in (0, 1, 2, 6, 7, 8, 9)]
    assert [each.kind for each in told if each is not None] == [
        RegionKind.BOOT,
        RegionKind.FSINFO,
        RegionKind.RESERVED,
        *(RegionKind.BOOT_COPY,) * 3,
        RegionKind.RESERVED,
    ]


def test_a_chain_that_no_folder_names_is_told_as_lost(tmp_path: Path) -> None:
    image = made(tmp_path, "fat16")
    data = bytearray(image.read_bytes())
    found = open_fat(volume_of(image))
    entry = found.tree.entries
    row = int(np.flatnonzero((entry.size > 200_000) & ~entry.deleted)[0])
    data[int(entry.offset[row])] = 0xE5
    after = open_fat(volume_with(bytes(data)))
    lost = after.regions.of_kind(RegionKind.LOST)
    assert set(lost.owner.tolist()) == {int(entry.first[row])}
    assert int((lost.end - lost.start).sum()) == -(-250_000 // found.shape.cluster_size) * 2


def test_copies_of_the_table_are_read_apart(tmp_path: Path) -> None:
    image = made(tmp_path, "fat12")
    data = bytearray(image.read_bytes())
    shape = read_fat_boot(volume_of(image))
    data[(shape.reserved + shape.table_sectors) * 512 + 3 * 150] ^= 1
    volume = volume_with(bytes(data))
    first, second = read_table(volume, shape, 0), read_table(volume, shape, 1)
    assert np.flatnonzero(first != second).tolist() == [300]


def test_a_volume_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    data = made(tmp_path, "fat16").read_bytes()
    with pytest.raises(CorruptVolume, match="BPB_TotSec"):
        read_fat_boot(volume_with(data[: len(data) // 2]))


def test_damage_is_an_error_of_ours_or_a_marked_answer(tmp_path: Path) -> None:
    answers = 0
    for shape in ("fat12", "fat16"):
        data = made(tmp_path, shape).read_bytes()
        found = open_fat(volume_with(data))
        folders = found.regions.of_kind(RegionKind.DIRECTORY, RegionKind.ROOT_DIRECTORY)
        where = [0, 1, 2, 3, *folders.start.tolist(), *(folders.start + 1).tolist()]
        for seed in range(60):
            answers += answers_or_refuses(open_fat, damaged(data, random.Random(seed), where))
    assert answers > 0
