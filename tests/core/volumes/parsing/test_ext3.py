"""What The Sleuth Kit tells wrongly of ext3, or not: exact times, directories that are gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.parsing.sleuth import index_by_sleuth
from redoscope_core.volumes.source import of_bytes
from tests.core.volumes.ext.made import debugfs
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.volumes.index import VolumeIndex

GONE, FILE = 12, 13


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ext3 with inodes of 256 bytes, and a directory that is gone as a kernel leaves it."""
    folder = tmp_path_factory.mktemp("ext3")
    made, content = empty(folder / "v.img", 4 << 20), folder / "content"
    content.write_bytes(b"content")
    judged("mke2fs", "-q", "-F", "-t", "ext3", "-I", "256", "-b", "1024", "-J", "size=1", made)
    debugfs(
        made,
        "mkdir /gone",
        f"write {content} /file",
        # Half a second, in the second 2^32 after the one that 32 bits say.
        "sif /file mtime_extra 0x77359401",
        "sif /file crtime_extra 0x00000028",
        "rmdir /gone",
        # The second name lies where the first one was.
        "ln /file /more",
        *(f"sif <{GONE}> {field} 0" for field in ("size", "block[0]", "blocks")),
    )
    return made


@pytest.fixture(scope="module")
def index(image: Path) -> VolumeIndex:
    """What is told of it."""
    return index_by_sleuth(of_bytes(image.read_bytes()), Holding.EXT3)


def test_times_are_those_of_debugfs_to_the_nanosecond(image: Path, index: VolumeIndex) -> None:
    text = judged("debugfs", "-R", f"stat <{FILE}>", image)
    (node,) = (index.nodes.number == FILE).nonzero()[0].tolist()
    for name in ("mtime", "atime", "ctime", "crtime"):
        told = re.search(rf"\b{name}: 0x([0-9a-f]+):([0-9a-f]+)", text)
        assert told is not None
        seconds, extra = (int(each, 16) for each in told.groups())
        exact = (seconds + ((extra & 3) << 32)) * 10**9 + (extra >> 2)
        assert int(getattr(index.nodes, name)[node]) == exact
    assert int(index.nodes.mtime[node]) % 10**9 == 500_000_000
    assert int(index.nodes.crtime[node]) % 10**9 == 10


def test_a_deleted_directory_without_a_block_or_a_name_does_not_hide_the_others(
    index: VolumeIndex,
) -> None:
    rows = zip(index.paths(), index.entries.node.tolist(), index.entries.deleted, strict=True)
    found = {path: int(index.nodes.number[node]) for path, node, gone in rows if gone}
    assert found == {b"/$OrphanFiles/OrphanFile-%d" % GONE: GONE}
    assert index.is_whole
