"""Sleuth: file systems as The Sleuth Kit reads them, as rows of an index.

What it does not say, what the volume keeps for itself and where, comes from our own parsers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytsk3

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind, VolumeIndex
from redoscope_core.volumes.ntfs.compressed import UNIT_CLUSTERS
from redoscope_core.volumes.parsing.building import IndexBuilding
from redoscope_core.volumes.parsing.kept import kept_regions
from redoscope_core.volumes.parsing.node_looks import (
    HOLE,
    RESIDENT,
    UNTOLD,
    is_inside,
    is_short_link,
    times_of,
)
from redoscope_core.volumes.parsing.ntfs_names import (
    MOST,
    NAME,
    inside_of,
    stored_name,
    times_beside,
)
from redoscope_core.volumes.parsing.ntfs_streams import RecordStreams
from redoscope_core.volumes.parsing.orphans import inodes_once_used, orphan_name
from redoscope_core.volumes.parsing.plain_blocks import with_plain_blocks

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

_FILE, _DIRECTORY, _LINK, _SPECIAL, _INTERNAL, _MADE_UP = NodeKind
_JOURNAL_STREAM, _SYSTEM_STREAM = StreamKind.JOURNAL, StreamKind.SYSTEM
_DATA_STREAM, _NAMED_STREAM, _ENTRIES = StreamKind.DATA, StreamKind.NAMED, StreamKind.DIRECTORY
_VIRTUAL_FOLDER = 11
_STUDIED = 1
"""State of the attributes of a node that the library could make sense of."""
_NODE_KINDS = {1: _FILE, 2: _DIRECTORY, 6: _LINK, 10: _INTERNAL, _VIRTUAL_FOLDER: _MADE_UP}
_UNALLOCATED = 2
"""Flag of a name, and of a node."""
_PACKED, _COMPRESSED = 0x10 | 0x20, 0x20
"""Flags of an attribute: encrypted or compressed; compressed."""
_DATA, _INDEX_ROOT, _INDEX = 128, 144, 160
"""Attributes of NTFS."""
_MAPS = frozenset({1001, 1002})
"""Blocks of ext that say where blocks are."""
_USED_RECORDS, _ROOT_RECORD, _LOG_RECORD = 24, 5, 2
_FORMATS = {3: 0o010000, 4: 0o020000, 5: 0o060000, 8: 0o140000}
"""What the mode of a pipe, a device, a socket has besides who may do what."""
_LABEL = b"(Volume Label Entry)"
_ORPHANS = b"$OrphanFiles"
_OF_EXFAT = frozenset({b"$ALLOC_BITMAP", b"$UPCASE_TABLE", b"$VOLUME_GUID", b"$TEX_FAT", b"$ACT"})
"""What the library calls entries of a root that are no files."""
_JOURNALS = frozenset({b"$UsnJrnl"})
_NAMED = frozenset({StreamKind.NAMED, StreamKind.JOURNAL})
_MOST_ENTRIES, _MOST_DEPTH = 4_000_000, 512


def index_by_sleuth(volume: Volume, holding: Holding, *, with_names: bool = False) -> VolumeIndex:
    """Return the index of a *volume* that has a file system of a kind in READABLE.

    Of NTFS *with_names* also the times that are kept beside names.

    Raises:
        OSError: The Sleuth Kit does not take it for one.
        VmdkError: It can't be read.
    """
    image = _image(with_plain_blocks(volume) if holding in _OF_EXT else volume)
    system = pytsk3.FS_Info(image, offset=0, type=READABLE[holding])
    info = system.info
    kept = kept_regions(volume, holding, int(info.block_size) // SECTOR)
    named = with_names and holding is Holding.NTFS
    walking = _Walking(volume, holding, system, kept.oddly_named, with_names=named)
    walking.go()
    uuid = bytes(each & 0xFF for each in info.fs_id[: info.fs_id_used]).hex()
    return walking.building.built(uuid, kept)


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

    def __init__(
        self,
        volume: Volume,
        holding: Holding,
        system: Any,
        oddly_named: frozenset[int],
        *,
        with_names: bool,
    ) -> None:
        """Walk through *system*, which is on *volume*."""
        self.building = IndexBuilding()
        self._sectors = volume.sectors
        self._holding = holding
        self._records = RecordStreams(volume)
        self._oddly_named = oddly_named
        self._with_names = with_names
        self._system = system
        self._each = int(system.info.block_size) // SECTOR
        self._unit = UNIT_CLUSTERS * self._each * SECTOR * (holding is Holding.NTFS)
        self._known: dict[tuple[int, bool], int] = {}
        self._seen: set[int] = set()
        self._volume, self._unlisted = volume, list[int]()
        self._left = _MOST_ENTRIES

    def go(self) -> None:
        """Add all that is found to the index."""
        root = self._system.open_meta(inode=self._system.info.root_inum)
        if _NODE_KINDS.get(int(root.info.meta.type)) is not _DIRECTORY:
            raise OSError("the root is no directory")
        node = self._node(root, internal=False)
        folders = [_Folder(self.building.entry(NOTHING, b"", node), root, 0, internal=False)]
        self._seen.add(root.info.meta.addr)
        while folders:
            folders += self._look_into(folders.pop())
        for entry in self._unlisted:
            self._add_orphans(entry)

    def _look_into(self, folder: _Folder) -> list[_Folder]:
        """Add what is in a directory, and return the directories in it."""
        found = []
        names_itself = (
            self._holding not in _OF_EXT or int(folder.node.info.meta.type) == _VIRTUAL_FOLDER
        )
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
            self._without(folder)
        # The library passes over what is no entry, and says nothing. A directory that ext keeps in
        # its inode has no entry of its own.
        names_itself = names_itself or is_inside(folder.node)
        self.building.is_whole = self.building.is_whole and names_itself
        return found

    def _without(self, folder: _Folder) -> None:
        """Note that the library does not list a directory, or not all of it."""
        virtual = int(folder.node.info.meta.type) == _VIRTUAL_FOLDER
        if virtual and self._holding in _OF_EXT:
            self._unlisted.append(folder.entry)
        else:
            self.building.is_whole = False

    def _add_orphans(self, folder: int) -> None:
        """Add the deleted inodes that no name leads to; all names are known."""
        for number in inodes_once_used(self._volume):
            if (number, False) in self._known or not self._left:
                continue
            self._left -= 1
            try:
                node = self._node(self._system.open_meta(inode=number), internal=False)
            except OSError:
                self.building.is_whole = False
                continue
            self.building.entry(folder, orphan_name(number), node, deleted=True)

    def _add(self, folder: _Folder, file: Any) -> _Folder | None:
        """Add one entry; return the directory that it is, if one is to be looked into."""
        label = file.info.name
        name = bytes(label.name or b"")
        deleted = bool(int(label.flags) & _UNALLOCATED)
        if deleted and file.info.meta is None:
            file = self._record_of(label) or file
        meta = file.info.meta
        if name in {b".", b".."} or (name == _ORPHANS and self._holding in _OF_FAT):
            return None
        if meta is not None and meta.addr in self._oddly_named:
            name = stored_name(file, folder.node, name)
        self._left -= 1
        gone = meta is None or (deleted and not int(meta.flags) & _UNALLOCATED)
        internal = folder.internal or self._is_internal(meta, name)
        node = NOTHING if gone else self._node(file, internal=internal, name=name)
        entry = self.building.entry(folder.entry, name, node, deleted=deleted)
        if gone or deleted or int(meta.type) not in {2, _VIRTUAL_FOLDER} or meta.addr in self._seen:
            return None
        if folder.depth >= _MOST_DEPTH:
            self.building.is_whole = False
            return None
        self._seen.add(meta.addr)
        return _Folder(entry, file, folder.depth + 1, internal)

    def _record_of(self, label: Any) -> Any:
        """Return the file whose name is deleted, if its record was given to nobody since."""
        if self._holding is not Holding.NTFS or not label.meta_addr:
            return None
        try:
            file = self._system.open_meta(inode=label.meta_addr)
        except OSError:
            return None
        meta = file.info.meta
        # Who deletes a file counts its record's uses up by one.
        same = meta.seq - label.meta_seq in {0, 1} or not label.meta_seq
        return file if same and int(meta.flags) & _UNALLOCATED else None

    def _is_internal(self, meta: Any, name: bytes) -> bool:
        """Return whether a node is the file system's own."""
        if self._holding is Holding.EXFAT and meta is not None:
            # What is no file has no times; a file that somebody called so has some.
            return name in _OF_EXFAT and not (meta.mtime or meta.crtime)
        if self._holding is not Holding.NTFS or meta is None:
            return False
        return int(meta.addr) < _USED_RECORDS and meta.addr != _ROOT_RECORD

    def _node(self, file: Any, *, internal: bool, name: bytes = b"") -> int:
        meta = file.info.meta
        allocated = not int(meta.flags) & _UNALLOCATED
        key = (meta.addr, allocated)
        if key in self._known:
            return self._known[key]
        kind = _NODE_KINDS.get(int(meta.type), _SPECIAL)
        if internal and kind is not _DIRECTORY:
            kind = _INTERNAL
        if self._holding in _OF_FAT and name.endswith(_LABEL):
            kind = _MADE_UP
        # What the library takes for blocks of a device are its numbers.
        has_bytes = kind not in {_MADE_UP, _SPECIAL}
        attributes = list(file) if has_bytes or self._holding is Holding.NTFS else []
        node = self.building.node(
            number=meta.addr,
            sequence=meta.seq if self._holding is Holding.NTFS else 0,
            kind=kind,
            allocated=allocated,
            mode=int(meta.mode) | _FORMATS.get(int(meta.type), 0),
            user=meta.uid,
            group=meta.gid,
            links=meta.nlink,
            **times_of(meta),
            attributes=0,
        )
        self._known[key] = node
        target = bytes(meta.link or b"") if kind is _LINK else b""
        if target and self._holding in _OF_EXT and all(is_short_link(each) for each in attributes):
            self.building.stream(node, _DATA_STREAM, len(target), inside=target)
            return node
        studied = self._holding is not Holding.NTFS or int(meta.attr_state) == _STUDIED
        if not studied and int(meta.type) != _VIRTUAL_FOLDER:
            self._own_streams(node, kind, meta.addr, name)
        for each in attributes:
            if studied:
                self._stream(node, kind, file, each, name)
            if self._with_names and int(each.info.type) == NAME:
                self._file_name(node, file, each)
        return node

    def _own_streams(self, node: int, owner: NodeKind, number: int, name: bytes) -> None:
        """Add what a file record has by our own parser: the library does not take it."""
        told = self._records.of(number)
        self.building.is_whole = self.building.is_whole and told is not None
        for each in told or ():
            kind = _stream_kind(owner, each.type, each.name, name, number)
            if kind is None or (each.inside is not None and kind is _SYSTEM_STREAM):
                continue
            stream = self.building.stream(
                node,
                kind,
                min(each.size, MOST),
                name=each.name if kind in _NAMED else b"",
                inside=None if kind is _ENTRIES else each.inside,
                attribute=(each.type, each.id),
                packed=each.packed,
                unit=each.unit,
            )
            for start, sectors, offset in each.runs:
                self.building.extent(stream, start, sectors, offset)

    def _file_name(self, node: int, file: Any, attribute: Any) -> None:
        """Add the times beside one name of a node; of short names nobody asks."""
        which, size = int(attribute.info.id), int(attribute.info.size)
        times = times_beside(file, attribute)
        if times is not None:
            self.building.file_name(node=node, attribute_id=which, size=size, **times)

    def _stream(self, node: int, owner: NodeKind, file: Any, attribute: Any, name: bytes) -> None:
        """Add one attribute of a node, if it is bytes of somebody."""
        info = attribute.info
        flags, which = int(info.flags), (int(info.type), int(info.id))
        resident = bool(flags & RESIDENT)
        kind = _stream_kind(owner, which[0], info.name, name, file.info.meta.addr)
        if kind is None or (resident and kind is _SYSTEM_STREAM):
            return
        size = min(max(0, int(info.size)), MOST)
        inside = None
        if resident and kind is not _ENTRIES:
            inside = inside_of(file, size, which)
        elif owner is _LINK and kind is _DATA_STREAM and file.info.meta.link:
            inside = bytes(file.info.meta.link)[:size]
        runs = [] if resident else list(attribute)
        stream = self.building.stream(
            node,
            kind,
            size,
            name=bytes(info.name or b"") if kind in _NAMED else b"",
            inside=inside,
            attribute=which,
            packed=bool(flags & _PACKED) and not resident,
            unit=0 if resident or not flags & _COMPRESSED else self._unit,
            broken=any(self._is_lost(run) for run in runs),
        )
        self._extents(stream, runs)

    def _is_lost(self, run: Any) -> bool:
        flags = int(run.flags)
        behind = (run.addr + run.len) * self._each
        if flags & UNTOLD:
            return self._holding not in _OF_EXT
        return not flags & HOLE and behind > self._sectors

    def _extents(self, stream: int, runs: list[Any]) -> None:
        for run in runs:
            if int(run.flags) & (UNTOLD | HOLE):
                continue
            start, sectors = run.addr * self._each, run.len * self._each
            inside, offset = min(sectors, self._sectors - start), run.offset * self._each * SECTOR
            fits = inside > 0 and start >= 0 and offset <= MOST
            if fits:
                self.building.extent(stream, start, inside, offset)
            if inside < sectors or not fits:
                self.building.is_whole = False


def _stream_kind(
    owner: NodeKind, attribute: int, label: bytes | None, name: bytes, number: int
) -> StreamKind | None:
    """Return what an attribute is; None if it is told otherwise."""
    if attribute in _MAPS:
        return _SYSTEM_STREAM
    of_ntfs = attribute not in {0, 1}
    if owner is _INTERNAL:
        is_log = of_ntfs and number == _LOG_RECORD
        return _JOURNAL_STREAM if is_log or name in _JOURNALS else _SYSTEM_STREAM
    if not of_ntfs:
        return _ENTRIES if owner is _DIRECTORY else _DATA_STREAM
    if attribute == _INDEX or (attribute == _INDEX_ROOT and owner is _DIRECTORY):
        return _ENTRIES
    if attribute == _DATA:
        return _NAMED_STREAM if label else _DATA_STREAM
    return _SYSTEM_STREAM
