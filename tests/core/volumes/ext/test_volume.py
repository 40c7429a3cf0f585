"""What each block of an ext volume is for, and what is in use, as dumpe2fs and debugfs say it."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.ext.superblock import read_superblock
from redoscope_core.volumes.ext.volume import blocks_of, open_ext
from redoscope_core.volumes.regions import RegionKind, Regions
from tests.core.volumes.ext.made import SHAPES, debugfs, groups_told, made
from tests.core.volumes.volumes import (
    answers_or_refuses,
    damaged,
    judged,
    volume_of,
    volume_with,
)

if TYPE_CHECKING:
    from pathlib import Path

KEPT = {
    "superblock": {RegionKind.SUPERBLOCK, RegionKind.SUPERBLOCK_COPY},
    "descriptors": {RegionKind.GROUP_DESCRIPTORS},
    "reserved": {RegionKind.RESERVED_DESCRIPTORS},
    "block bitmap": {RegionKind.BLOCK_BITMAP},
    "inode bitmap": {RegionKind.INODE_BITMAP},
    "inode table": {RegionKind.INODE_TABLE},
}
OWNED = {
    *(RegionKind.FILE, RegionKind.DIRECTORY, RegionKind.JOURNAL, RegionKind.EXTENT_TREE),
    *(RegionKind.INDIRECT, RegionKind.EXTENDED_ATTRIBUTES),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_blocks_are_told_and_used_as_others_say(tmp_path: Path, shape: str) -> None:
    image = made(tmp_path, shape)
    found = open_ext(volume_of(image))
    groups = groups_told(image)
    assert found.is_whole
    assert not len(found.damaged)
    assert found.shape.groups == len(groups)
    each = found.shape.block_size // 512
    told: dict[int, str] = {}
    for number, group in enumerate(groups):
        for name, kinds in KEPT.items():
            for block in group[name]:
                told[block] = name
                sector = 2 if name == "superblock" and number == 0 else block * each
                region = found.regions.at(sector)
                assert region is not None
                assert region.kind in kinds, (number, name, block)
    for row in range(len(found.regions)):
        if found.regions.kind_at(row) in set().union(*KEPT.values()):
            assert int(found.regions.start[row]) // each in told
    # dumpe2fs leaves out the blocks of a cluster behind the first, at the ends of its ranges.
    alone = found.shape.cluster_blocks
    free = sorted(at for group in groups for at in group["free blocks"] if at % alone == 0)
    blocks = np.arange(found.shape.first_block, found.shape.blocks, alone)
    assert blocks[~found.used_blocks.is_used(blocks)].tolist() == free
    free = sorted(inode for group in groups for inode in group["free inodes"])
    inodes = np.arange(1, found.shape.inodes + 1)
    assert inodes[~found.used_inodes.is_used(inodes)].tolist() == free
    _owners_agree(image, found.shape.blocks, each, found.regions)


def _owners_agree(image: Path, blocks: int, each: int, regions: Regions) -> None:
    """Hold every block's owner against ``icheck``, which passes over files of the volume's own."""
    wanted = " ".join(str(block) for block in range(blocks))
    text = judged("debugfs", "-R", f"icheck {wanted}", image)
    owners = {
        int(block): int(owner) for block, owner in re.findall(r"^(\d+)\t(\d+)$", text, re.MULTILINE)
    }
    seen = 0
    own: dict[int, set[str]] = {}
    for block in range(blocks):
        region = regions.at(block * each)
        told = region.owner if region is not None and region.kind in OWNED else None
        if region is not None and region.kind is RegionKind.FILE_SYSTEM_FILE:
            inode = int(region.owner or 0)
            if inode not in own:
                own[inode] = set(judged("debugfs", "-R", f"blocks <{inode}>", image).split())
            assert str(block) in own[inode]
            assert owners.get(block, inode) == inode
        elif owners.get(block) == 7:
            assert told in {7, None}
        else:
            assert told == owners.get(block), (block, region)
            seen += told is not None
    assert seen > 200


def test_sectors_of_tables_name_their_inodes_and_groups(tmp_path: Path) -> None:
    image = made(tmp_path, "ext4-small-groups")
    found = open_ext(volume_of(image))
    for inode in random.Random(1).sample(range(1, found.shape.inodes + 1), 30):
        text = debugfs(image, f"imap <{inode}>")
        block, offset = re.search(r"block (\d+), offset 0x([0-9a-f]+)", text).groups()  # type: ignore[union-attr]
        sector = int(block) * 2 + int(offset, 16) // 512
        region = found.regions.at(sector)
        assert region is not None
        assert region.kind is RegionKind.INODE_TABLE
        assert region.first is not None
        assert region.last is not None
        assert region.first <= inode <= region.last == region.first + 1
    bitmap = found.regions.of_kind(RegionKind.BLOCK_BITMAP)
    region = bitmap.at(int(bitmap.start[0]))
    assert region is not None
    assert region.owner is not None
    begin = region.owner * 1024
    assert (region.first, region.last) == (begin, begin + 1023)
    descriptors = found.regions.at(4)
    assert descriptors is not None
    assert (descriptors.kind, descriptors.first) == (RegionKind.GROUP_DESCRIPTORS, 0)
    assert descriptors.last == 7


def test_one_inode_is_mapped_without_the_others(tmp_path: Path) -> None:
    image = made(tmp_path, "ext4")
    found = open_ext(volume_of(image))
    journal = found.shape.journal_inode
    assert journal == 8
    alone = blocks_of(volume_of(image), found.groups, journal).runs
    same = found.runs.taking(found.runs.owner == journal)
    assert alone.block.tolist() == same.block.tolist()
    assert int(alone.count.sum()) == int(same.count.sum())
    with pytest.raises(CorruptVolume, match="no such inode"):
        blocks_of(volume_of(image), found.groups, found.shape.inodes + 1)


def test_a_volume_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    data = made(tmp_path, "ext4").read_bytes()
    with pytest.raises(CorruptVolume, match="s_blocks_count"):
        read_superblock(volume_with(data[: len(data) // 2]))


def test_damage_is_an_error_of_ours_or_a_marked_answer(tmp_path: Path) -> None:
    answers = 0
    for shape in ("ext4-small-groups", "ext3"):
        data = made(tmp_path, shape, 8).read_bytes()
        found = open_ext(volume_with(data))
        table = found.regions.of_kind(RegionKind.INODE_TABLE)
        kinds = (RegionKind.GROUP_DESCRIPTORS, RegionKind.EXTENT_TREE, RegionKind.INDIRECT)
        others = found.regions.of_kind(*kinds)
        where = [2, 2, 3, *table.start[:2].tolist(), *(table.start[:2] + 2).tolist()]
        where += others.start.tolist()
        for seed in range(60):
            answers += answers_or_refuses(open_ext, damaged(data, random.Random(seed), where))
    assert answers > 0
