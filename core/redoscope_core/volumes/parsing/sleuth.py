"""Sleuth: file systems as The Sleuth Kit reads them, as rows of an index.

What it does not say, what the volume keeps for itself and where, comes from our own parsers.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytsk3

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind, VolumeIndex
from redoscope_core.volumes.parsing.building import IndexBuilding
from redoscope_core.volumes.parsing.kept import kept_regions

if TYPE_CHECKING:
    from redoscope_core.volumes.source import Volume

__all__ = ["READABLE", "index_by_sleuth"]

_EXT = pytsk3.TSK_FS_TYPE_EXT_DETECT
_FAT = pytsk3.TSK_FS_TYPE_FAT_DETECT
READABLE: dict[Holding, Any] = {
    **dict.fromkeys((Holding.EXT2, Holding.EXT3, Holding.EXT4), _EXT),
    **dict.fromkeys((Holding.FAT12, Holding.FAT16, Holding.FAT32), _FAT),
    Holding.EXFAT: pytsk3.TSK_FS_TYPE_EXFAT,
    Holding.NTFS: pytsk3.TSK_FS_TYPE_NTFS,
    Holding.HFS: pytsk3.TSK_FS_TYPE_HFS_DETECT,
    Holding.ISO9660: pytsk3.TSK_FS_TYPE_ISO9660,
}
"""What is read, and how The Sleuth Kit calls it."""
_OF_EXT = frozenset({Holding.EXT2, Holding.EXT3, Holding.EXT4})
_OF_FAT = frozenset({Holding.FAT12, Holding.FAT16, Holding.FAT32, Holding.EXFAT})

_NODE_KINDS = {1: NodeKind.FILE, 2: NodeKind.DIRECTORY, 6: NodeKind.LINK, 10: NodeKind.INTERNAL}
_MADE_UP = 11
_NODE_KINDS[_MADE_UP] = NodeKind.MADE_UP
_UNALLOCATED = 2
"""Flag of a name, and of a node."""
_RESIDENT, _PACKED = 0x04, 0x10 | 0x20
"""Flags of an attribute: in the record itself; encrypted or compressed."""
_UNTOLD, _HOLE = 1, 2
"""Flags of a run: nothing tells where it is, which in ext is a hole too; sparse, never written."""
_STANDARD, _SECURITY, _DATA, _INDEX, _REPARSE = 16, 80, 128, 160, 192
"""Attributes of NTFS."""
_MAPS = frozenset({1001, 1002})
"""Blocks of ext that say where blocks are."""
_USED_RECORDS, _ROOT_RECORD, _LOG_RECORD = 24, 5, 2
_LABEL = b"(Volume Label Entry)"
_ORPHANS = b"$OrphanFiles"
_JOURNALS = frozenset({b"$UsnJrnl"})
_MOST_ENTRIES, _MOST_DEPTH, _MOST_INSIDE = 4_000_000, 512, 2**16
_MOST = 2**62 - 1
_NANO = 10**9


def index_by_sleuth(volume: Volume, holding: Holding) -> VolumeIndex:
    """Return the index of a *volume* that has a file system of a kind in READABLE.

    Raises:
        OSError: The Sleuth Kit does not take it for one.
        VmdkError: It can't be read.
    """
    image = _image(volume)
    system = pytsk3.FS_Info(image, offset=0, type=READABLE[holding])
    walking = _Walking(volume, holding, system)
    walking.go()
    info = system.info
    uuid = bytes(each & 0xFF for each in info.fs_id[: info.fs_id_used]).hex()
    kept = kept_regions(volume, holding, int(info.block_size) // SECTOR)
    walking.building.is_whole &= kept.is_sound
    return walking.building.built(uuid, kept.cluster_sectors, kept.regions, kept.written)


def _image(volume: Volume) -> Any:
    """Return *volume* as The Sleuth Kit takes it; it must live as long as what is read of it."""

    def read(_self: object, offset: int, size: int) -> bytes:
        count = min(size, volume.size - offset)
        return volume.read(offset, count) if count > 0 and offset >= 0 else b""

    members = {
        "read": read,
        "get_size": lambda _self: volume.size,
        "close": lambda _self: None,
    }
    image: Any = type("Image", (pytsk3.Img_Info,), members)
    return image(url="", type=pytsk3.TSK_IMG_TYPE_EXTERNAL)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A directory that is to be walked through."""

    entry: int
    node: Any
    depth: int
    internal: bool


class _Walking:
    """A walk from the root down: each directory once, no symbolic link followed."""

    def __init__(self, volume: Volume, holding: Holding, system: Any) -> None:
        """Walk through *system*, which is on *volume*."""
        self.building = IndexBuilding()
        self._sectors = volume.sectors
        self._holding = holding
        self._system = system
        self._each = int(system.info.block_size) // SECTOR
        self._known: dict[tuple[int, bool], int] = {}
        self._seen: set[int] = set()
        self._left = _MOST_ENTRIES

    def go(self) -> None:
        """Add all that is found to the index."""
        root = self._system.open_meta(inode=self._system.info.root_inum)
        if _NODE_KINDS.get(int(root.info.meta.type)) is not NodeKind.DIRECTORY:
            raise OSError("the root is no directory")
        node = self._node(root, internal=False)
        folders = [_Folder(self.building.entry(NOTHING, b"", node), root, 0, internal=False)]
        self._seen.add(root.info.meta.addr)
        while folders:
            folders += self._look_into(folders.pop())

    def _look_into(self, folder: _Folder) -> list[_Folder]:
        """Add what is in a directory, and return the directories in it."""
        found = []
        names_itself = self._holding not in _OF_EXT or int(folder.node.info.meta.type) == _MADE_UP
        try:
            for file in folder.node.as_directory():
                names_itself = names_itself or file.info.name.name == b"."
                deeper = self._add(folder, file)
                if deeper is not None:
                    found.append(deeper)
                if not self._left:
                    self.building.is_whole = False
                    return []
        except OSError:
            self.building.is_whole = False
        # The library passes over what is no entry, and says nothing.
        self.building.is_whole = self.building.is_whole and names_itself
        return found

    def _add(self, folder: _Folder, file: Any) -> _Folder | None:
        """Add one entry; return the directory that it is, if one is to be looked into."""
        label, meta = file.info.name, file.info.meta
        name = bytes(label.name or b"")
        deleted = bool(int(label.flags) & _UNALLOCATED)
        if name in {b".", b".."} or (name == _ORPHANS and self._holding in _OF_FAT):
            return None
        self._left -= 1
        gone = meta is None or (deleted and not int(meta.flags) & _UNALLOCATED)
        internal = folder.internal or self._is_internal(meta)
        node = NOTHING if gone else self._node(file, internal=internal, name=name)
        entry = self.building.entry(folder.entry, name, node, deleted=deleted)
        if gone or deleted or int(meta.type) not in {2, _MADE_UP} or meta.addr in self._seen:
            return None
        if folder.depth >= _MOST_DEPTH:
            self.building.is_whole = False
            return None
        self._seen.add(meta.addr)
        return _Folder(entry, file, folder.depth + 1, internal)

    def _is_internal(self, meta: Any) -> bool:
        """Return whether a node is the file system's own."""
        if self._holding is not Holding.NTFS or meta is None:
            return False
        return int(meta.addr) < _USED_RECORDS and meta.addr != _ROOT_RECORD

    def _node(self, file: Any, *, internal: bool, name: bytes = b"") -> int:
        meta = file.info.meta
        allocated = not int(meta.flags) & _UNALLOCATED
        key = (meta.addr, allocated)
        if key in self._known:
            return self._known[key]
        kind = _NODE_KINDS.get(int(meta.type), NodeKind.SPECIAL)
        if internal and kind is not NodeKind.DIRECTORY:
            kind = NodeKind.INTERNAL
        if self._holding in _OF_FAT and name.endswith(_LABEL):
            kind = NodeKind.MADE_UP
        attributes = list(file) if kind is not NodeKind.MADE_UP else []
        node = self.building.node(
            number=meta.addr,
            sequence=meta.seq if self._holding is Holding.NTFS else 0,
            kind=kind,
            allocated=allocated,
            mode=int(meta.mode),
            user=meta.uid,
            group=meta.gid,
            links=meta.nlink,
            **_times(meta),
            attributes=_folded(file, attributes) if self._holding is Holding.NTFS else 0,
        )
        self._known[key] = node
        for each in attributes:
            self._stream(node, kind, file, each, name)
        return node

    def _stream(self, node: int, owner: NodeKind, file: Any, attribute: Any, name: bytes) -> None:
        """Add one attribute of a node, if it is bytes of somebody."""
        info = attribute.info
        flags, which = int(info.flags), (int(info.type), int(info.id))
        resident = bool(flags & _RESIDENT)
        kind = _stream_kind(owner, which[0], info.name, name, file.info.meta.addr)
        if kind is None or (resident and kind is StreamKind.SYSTEM):
            return
        size = min(max(0, int(info.size)), _MOST)
        inside = None
        if resident:
            inside = _inside(file, size, which)
        runs = [] if resident else list(attribute)
        stream = self.building.stream(
            node,
            kind,
            size,
            name=bytes(info.name or b"") if kind is StreamKind.NAMED else b"",
            inside=inside,
            attribute=which,
            packed=bool(flags & _PACKED) and not resident,
            broken=any(self._is_lost(run) for run in runs),
        )
        self._extents(stream, runs)

    def _is_lost(self, run: Any) -> bool:
        flags = int(run.flags)
        behind = (run.addr + run.len) * self._each
        if flags & _UNTOLD:
            return self._holding not in _OF_EXT
        return not flags & _HOLE and behind > self._sectors

    def _extents(self, stream: int, runs: list[Any]) -> None:
        for run in runs:
            if int(run.flags) & (_UNTOLD | _HOLE):
                continue
            start, sectors = run.addr * self._each, run.len * self._each
            inside = min(sectors, self._sectors - start)
            if inside > 0 and start >= 0:
                self.building.extent(stream, start, inside, run.offset * self._each * SECTOR)
            if inside < sectors:
                self.building.is_whole = False


def _times(meta: Any) -> dict[str, int]:
    found = {}
    for name in ("mtime", "atime", "ctime", "crtime"):
        value = int(getattr(meta, name)) * _NANO + int(getattr(meta, f"{name}_nano"))
        found[name] = max(-_MOST, min(value, _MOST)) or NOTHING
    return found


def _folded(file: Any, attributes: list[Any]) -> int:
    """Return the attributes of a file record, and what says who may do what with it, as one."""
    flags, others = 0, 0
    for each in attributes:
        kind, size = int(each.info.type), int(each.info.size)
        if kind not in {_STANDARD, _SECURITY, _REPARSE} or not 0 < size <= _MOST_INSIDE:
            continue
        data = _inside(file, size, (kind, int(each.info.id)))
        if kind == _STANDARD:
            # Times come before, a security id behind: FILE_ATTRIBUTE_..., and ids.
            flags = int.from_bytes(data[32:36], "little")
            data = data[36:56]
        others = zlib.crc32(data, others)
    return flags | (others & 0x7FFFFFFF) << 32


def _inside(file: Any, size: int, which: tuple[int, int]) -> bytes:
    if not 0 < size <= _MOST_INSIDE:
        return b""
    try:
        return bytes(file.read_random(0, size, *which))
    except OSError:
        return b""


def _stream_kind(
    owner: NodeKind, attribute: int, label: bytes | None, name: bytes, number: int
) -> StreamKind | None:
    """Return what an attribute is; None if it is told otherwise."""
    if attribute in _MAPS:
        return StreamKind.SYSTEM
    of_ntfs = attribute not in {0, 1}
    if owner is NodeKind.INTERNAL:
        is_log = of_ntfs and number == _LOG_RECORD
        return StreamKind.JOURNAL if is_log or name in _JOURNALS else StreamKind.SYSTEM
    if not of_ntfs:
        return StreamKind.DIRECTORY if owner is NodeKind.DIRECTORY else StreamKind.DATA
    if attribute == _INDEX:
        return StreamKind.DIRECTORY
    if attribute == _DATA:
        return StreamKind.NAMED if label else StreamKind.DATA
    return StreamKind.SYSTEM
