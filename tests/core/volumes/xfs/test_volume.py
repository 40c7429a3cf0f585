"""What each block of an XFS volume is for, and its files, as xfs_db tells them."""

from __future__ import annotations

import random
from shutil import which
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from redoscope_core import Chain, export_files
from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.index import NodeKind
from redoscope_core.volumes.parsing import xfs
from redoscope_core.volumes.parsing.xfs import index_by_libfsxfs
from redoscope_core.volumes.regions import RegionKind
from redoscope_core.volumes.source import Volume
from redoscope_core.volumes.xfs.names import directory_names
from redoscope_core.volumes.xfs.superblock import Superblock, read_superblock
from redoscope_core.volumes.xfs.volume import open_xfs
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import changes, difference, disk_of, flipped
from tests.core.volumes.volumes import answers_or_refuses, damaged, volume_of, volume_with
from tests.core.volumes.xfs.made import FILES, made, names_in, uses_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(which("mkfs.xfs") is None, reason="no mkfs.xfs"),
]
WITHOUT_SUMS = ("-m", "crc=0", "-n", "ftype=0")
KINDS = {
    "log": RegionKind.JOURNAL,
    "inode": RegionKind.INODE_TABLE,
    "free1": None,
    "free2": None,
}
"""Of blocks as xfs_db calls them; others are kept for something."""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A volume of two groups."""
    return made(tmp_path_factory.mktemp("xfs"), "-d", "agcount=2")


@pytest.mark.parametrize("options", [("-d", "agcount=2"), WITHOUT_SUMS])
def test_blocks_are_for_what_xfs_db_says(tmp_path: Path, options: tuple[str, ...]) -> None:
    image = made(tmp_path, *options)
    found = open_xfs(volume_of(image))
    shape = found.shape
    uses = uses_of(image, shape.groups, shape.group_blocks, shape.group_bits)
    assert found.is_whole
    assert len(uses) == shape.blocks
    assert {"free2", "inode", "log", "data"} <= set(uses.values())
    each = shape.block_size // 512
    for block, use in uses.items():
        # The first sectors of a group are of several kinds; the last of a block is not.
        region = found.regions.at(block * each + each - 1)
        kind = None if region is None else region.kind
        assert kind is KINDS.get(use, RegionKind.RESERVED), (block, use)


@pytest.mark.parametrize("options", [("-d", "agcount=2"), WITHOUT_SUMS])
def test_names_are_those_that_xfs_db_lists(tmp_path: Path, options: tuple[str, ...]) -> None:
    image = made(tmp_path, *options)
    index = index_by_libfsxfs(volume_of(image))
    assert index.is_whole
    told = {}
    for path, node in zip(index.paths(), index.entries.node.tolist(), strict=True):
        told[path] = int(index.nodes.number[node])
    listed = {b"/" + name: inode for name, inode in names_in(image, "/").items()}
    listed |= {b"/d/" + name: inode for name, inode in names_in(image, "/d").items()}
    assert {path: inode for path, inode in told.items() if path != b"/"} == listed
    assert b"/d/odd\xff" in told
    kinds = index.nodes.kind[index.entries.node]
    assert np.bincount(kinds).tolist() == [len(FILES), 3, 1]
    link = int(np.flatnonzero(index.nodes.kind == NodeKind.LINK)[0])
    assert index.kept_inside(int(np.flatnonzero(index.streams.node == link)[0])) == b"d/quiet"


def test_files_are_exported_as_they_were_written(image: Path, tmp_path: Path) -> None:
    with Chain.open(disk_of(tmp_path, "disk", image)) as chain:
        told = finished(export_files(chain, ["/d"], tmp_path / "out"))
    assert len(told.files) == len(FILES)
    for each in told.files:
        assert each.written is not None
        name = each.path.removeprefix("/d/").replace("_", " ").replace("\\xff", "\udcff")
        assert each.written.read_bytes() == FILES[name]


def test_what_changed_in_files_is_told(image: Path, tmp_path: Path) -> None:
    after = tmp_path / "after.raw"
    after.write_bytes(image.read_bytes())
    flipped(after, (FILES["stealth"], 100, b"!"), (FILES["slack"], 7685, b"HIDDEN"))
    found = difference(disk_of(tmp_path, "old", image), disk_of(tmp_path, "new", after))
    told = {path: (each.kind, each.notes) for path, each in changes(found).items()}
    assert told == {
        "/d/slack": ("metadata", ("slack_written",)),
        "/d/stealth": ("modified", ("no_metadata_trace",)),
    }
    assert found.volumes[0].is_complete


@pytest.mark.parametrize("kind", [NodeKind.FILE, NodeKind.DIRECTORY])
def test_files_whose_extents_cannot_be_read_are_not_passed_over(
    image: Path, monkeypatch: pytest.MonkeyPatch, kind: NodeKind
) -> None:
    read = xfs._extents

    def refuse(file: Any, shape: Superblock) -> list[tuple[int, int, bool]]:
        if xfs._kind_of(file) is kind:
            raise OSError("a damaged extent")
        return read(file, shape)

    volume = volume_of(image)
    assert index_by_libfsxfs(volume).is_whole
    monkeypatch.setattr(xfs, "_extents", refuse)
    # Those of a directory are asked for where a name in it is no UTF-8.
    assert not index_by_libfsxfs(volume).is_whole


def test_what_is_no_xfs_is_refused(image: Path) -> None:
    data = image.read_bytes()
    with pytest.raises(CorruptVolume, match="no XFS superblock"):
        open_xfs(volume_with(bytes(4096)))
    with pytest.raises(CorruptVolume, match="sb_dblocks"):
        open_xfs(volume_with(data[: len(data) // 2]))
    # A group that can't be believed leaves nothing free.
    broken = bytearray(data)
    broken[512:516] = b"none"
    found = open_xfs(volume_with(bytes(broken)))
    assert not found.is_whole
    assert found.regions.at(found.shape.group_blocks * 4) is not None


def test_a_log_that_leads_out_and_a_tree_without_records_cost_nothing_else(image: Path) -> None:
    data = image.read_bytes()
    log = data[:48] + (2**60).to_bytes(8, "big") + data[56:]
    free = data.index(b"AB3B")
    empty_tree = data[: free + 6] + bytes(2) + data[free + 8 :]
    told = [open_xfs(volume_with(each)) for each in (data, log, empty_tree)]
    assert [each.is_whole for each in told] == [True, False, True]
    sound, without_log, _ = told
    kinds = [set(each.regions.kind.tolist()) for each in (sound, without_log)]
    assert kinds[0] - kinds[1] == {list(RegionKind).index(RegionKind.JOURNAL)}


def test_damage_is_an_error_of_ours_or_an_answer(image: Path) -> None:
    data = image.read_bytes()
    shape = read_superblock(volume_with(data))
    folder = names_in(image, "/")[b"d"]
    blocks = [at for at in range(0, len(data), 4096) if data[at : at + 4] in {b"XDB3", b"XDD3"}]
    where = [
        0,
        1,
        2,
        *range(8, 40, 8),
        shape.inode_at(folder) // 512,
        *(at // 512 for at in blocks),
    ]

    def looked(volume: Volume) -> None:
        found = open_xfs(volume)
        directory_names(volume, found.shape, folder, [(at, 4096) for at in blocks])

    answers = sum(
        answers_or_refuses(looked, damaged(data, random.Random(seed), where)) for seed in range(12)
    )
    assert answers > 0
