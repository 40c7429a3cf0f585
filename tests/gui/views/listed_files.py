"""Files as the engine lists them, made by hand: no process parses anything."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from redoscope_core import (
    DiskVolume,
    Examined,
    Examining,
    FileTree,
    Holding,
    ParserFailed,
    Progress,
    WhyFailed,
    content_runs,
)
from redoscope_core.areas.runs import Runs
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind, VolumeIndex
from redoscope_core.volumes.parsing.building import IndexBuilding
from redoscope_core.volumes.parsing.kept import Kept
from redoscope_core.volumes.regions import RegionKind, Regions
from redoscope_gui.requests import FilesCompared, FilesListed

__all__ = ["START", "Story", "answering", "index_of", "listed_of", "unread"]

Story = tuple[FilesListed, FilesCompared]
"""The files of a generation, and what became of them since another one."""
START = 2048
"""The first sector of the volume that `listed_of` makes."""
_SECTORS = 40_000


def _node(building: IndexBuilding, number: int, kind: NodeKind) -> int:
    told = {"sequence": 0, "mode": 0, "user": 0, "group": 0, "links": 1, "attributes": 0}
    times = dict.fromkeys(("atime", "ctime", "crtime"), NOTHING)
    mtime = 1_767_371_400 * 10**9
    return building.node(number=number, kind=kind, allocated=True, mtime=mtime, **told, **times)


def index_of(names: Sequence[bytes], sectors: int = 1) -> VolumeIndex:
    """Return an index of files in the root, the n-th stored at sector 100 + 2 n; records at 10."""
    building = IndexBuilding()
    root = building.entry(NOTHING, b"", _node(building, 5, NodeKind.DIRECTORY))
    for number, name in enumerate(names):
        node = _node(building, 100 + number, NodeKind.FILE)
        stream = building.stream(node, StreamKind.DATA, 512 * sectors - 100)
        building.extent(stream, 100 + 2 * number, sectors, 0)
        building.entry(root, name, node)
    regions = Regions.of(RegionKind.INODE_TABLE, 10, 8, owner=0, first=1, unit=2048, count=16)
    return building.built("uuid", Kept.nothing(_SECTORS, 1)._replace(regions=regions))


def listed_of(index: VolumeIndex, *others: Examining) -> FilesListed:
    """Return what is listed of a disk with *index* in volume 1, an ext4, and *others* behind it."""
    volume = DiskVolume(1, START, _SECTORS, Holding.EXT4)
    volumes = (Examining(volume, Examined.EXAMINED, index, None), *others)
    trees = (FileTree.of(index), *(None for _ in others))
    tables = Runs.joined([0], [1])
    content = content_runs(0, 2**18, tables, volumes)
    return FilesListed(volumes, trees, (None, *(7.99 for _ in others)), tables, content)


def unread() -> tuple[Examining, ...]:
    """Return volumes that could not be read, each for another reason."""
    holdings = (Holding.LUKS2, Holding.UNKNOWN, Holding.XFS, Holding.NTFS, Holding.ZEROS)
    found = []
    for number, holding in enumerate(holdings, start=2):
        volume = DiskVolume(number, START + _SECTORS * number, 100, holding)
        failed = ParserFailed(WhyFailed.DAMAGED, "<b>MFT</b>") if holding is Holding.NTFS else None
        state = Examined.FAILED if failed else Examined.NOT_EXAMINED
        state = Examined.ENCRYPTED if holding.is_encrypted else state
        found.append(Examining(volume, state, None, failed))
    return tuple(found)


def answering(answer: object) -> Callable[[object], Generator[Progress, None, object]]:
    """Return a method `run` that answers *answer* after a step."""

    def run(_request: object) -> Generator[Progress, None, object]:
        yield Progress(0, 1)
        return answer

    return run
