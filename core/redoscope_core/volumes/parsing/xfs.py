"""XFS as libfsxfs reads it, as rows of an index; what is no file is told by our own parser."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyfsxfs

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind, VolumeIndex
from redoscope_core.volumes.parsing.building import IndexBuilding
from redoscope_core.volumes.parsing.kept import Kept
from redoscope_core.volumes.xfs.names import directory_names
from redoscope_core.volumes.xfs.superblock import Superblock
from redoscope_core.volumes.xfs.volume import open_xfs

if TYPE_CHECKING:
    from redoscope_core.volumes.source import Volume

__all__ = ["index_by_libfsxfs"]

_KINDS = {0o040000: NodeKind.DIRECTORY, 0o100000: NodeKind.FILE, 0o120000: NodeKind.LINK}
_KIND, _HOLE = 0o170000, 1
"""Of a mode; of an extent: a hole, or never written."""
_MOST_ENTRIES, _MOST_DEPTH, _MOST_BYTES = 4_000_000, 512, 2**62 - 1


def index_by_libfsxfs(volume: Volume) -> VolumeIndex:
    """Return the index of a *volume* that has XFS.

    Raises:
        OSError: The library does not take it for one.
        CorruptVolume: Its superblock can't be believed.
        VmdkError: It can't be read.
    """
    told = open_xfs(volume)
    file = _File(volume)
    system = pyfsxfs.volume()
    system.open_file_object(file)
    walking = _Walking(volume, system, told.shape)
    walking.go()
    kept = Kept.nothing(volume.sectors, told.shape.block_size // SECTOR)
    kept = kept._replace(regions=told.regions, is_sound=told.is_whole)
    return walking.building.built(told.shape.uuid, kept)


class _File:
    """A volume as a file of Python's."""

    def __init__(self, volume: Volume) -> None:
        """Begin at byte 0."""
        self._volume, self._place = volume, 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, fewer at the end."""
        left = max(0, self._volume.size - self._place)
        count = left if size < 0 else min(size, left)
        data = self._volume.read(self._place, count) if count else b""
        self._place += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> None:
        """Go to a byte, from the start, from here or from the end."""
        self._place = offset + (0, self._place, self._volume.size)[whence]

    def tell(self) -> int:
        """Return the byte that is next."""
        return self._place

    def get_size(self) -> int:
        """Return how many there are."""
        return self._volume.size


@dataclass(frozen=True, slots=True)
class _Folder:
    """A directory that is to be walked through."""

    entry: int
    file: Any
    depth: int


class _Walking:
    """A walk from the root down: each directory once, no symbolic link followed."""

    def __init__(self, volume: Volume, system: Any, shape: Superblock) -> None:
        """Walk through *system*, which is on *volume*."""
        self.building = IndexBuilding()
        self._volume, self._system, self._shape = volume, system, shape
        self._known: dict[int, int] = {}
        self._left = _MOST_ENTRIES

    def go(self) -> None:
        """Add all that is found to the index."""
        root = self._system.get_root_directory()
        if root is None or _kind_of(root) is not NodeKind.DIRECTORY:
            raise OSError("the root is no directory")
        node = self._node(root)
        folders = [_Folder(self.building.entry(NOTHING, b"", node), root, 0)]
        while folders:
            folders += self._look_into(folders.pop())

    def _look_into(self, folder: _Folder) -> list[_Folder]:
        """Add what is in a directory, and return the directories in it."""
        found: list[_Folder] = []
        odd: list[Any] = []
        try:
            for number in range(folder.file.get_number_of_sub_file_entries()):
                file = folder.file.get_sub_file_entry(number)
                try:
                    name = (file.name or "").encode("utf-8", "surrogateescape")
                except OSError:
                    odd.append(file)
                    continue
                found += self._add(folder, name, file)
                if not self._left:
                    self.building.is_whole = False
                    return []
        except OSError:
            self.building.is_whole = False
        if odd:
            found += self._with_odd_names(folder, odd)
        return found

    def _with_odd_names(self, folder: _Folder, odd: list[Any]) -> list[_Folder]:
        """Add what has names that are no UTF-8, by our own reading of the directory."""
        extents = self._runs(NodeKind.DIRECTORY, folder.file)
        runs = [(start, size) for start, size, hole in extents if not hole]
        number = folder.file.get_inode_number()
        try:
            names = directory_names(self._volume, self._shape, number, runs)
        except (CorruptVolume, IndexError):
            names = {}
        found: list[_Folder] = []
        for file in odd:
            mine = [each for each in names.get(file.get_inode_number(), ()) if not _is_text(each)]
            self.building.is_whole = self.building.is_whole and bool(mine)
            if mine:
                names[file.get_inode_number()].remove(mine[0])
                found += self._add(folder, mine[0], file)
        return found

    def _add(self, folder: _Folder, name: bytes, file: Any) -> list[_Folder]:
        """Add one entry; return the directory that it is, if one is to be looked into."""
        self._left -= 1
        is_new = file.get_inode_number() not in self._known
        entry = self.building.entry(folder.entry, name, self._node(file))
        if _kind_of(file) is not NodeKind.DIRECTORY or not is_new:
            return []
        if folder.depth >= _MOST_DEPTH:
            self.building.is_whole = False
            return []
        return [_Folder(entry, file, folder.depth + 1)]

    def _node(self, file: Any) -> int:
        number = int(file.get_inode_number())
        if number in self._known:
            return self._known[number]
        kind = _kind_of(file)
        node = self.building.node(
            number=number,
            sequence=self._generation(number),
            kind=kind,
            allocated=True,
            mode=int(file.file_mode),
            user=int(file.owner_identifier),
            group=int(file.group_identifier),
            links=int(file.number_of_links),
            mtime=_time(file.get_modification_time_as_integer()),
            atime=_time(file.get_access_time_as_integer()),
            ctime=_time(file.get_inode_change_time_as_integer()),
            crtime=_time(file.get_creation_time_as_integer()),
            attributes=self._attributes(file),
        )
        self._known[number] = node
        if kind is not NodeKind.SPECIAL:
            self._stream(node, kind, file)
        return node

    def _generation(self, number: int) -> int:
        """Return how an inode is told from what had its number before."""
        raw = self._volume.bytes_at(self._shape.inode_at(number) + 92, 4, f"inode {number}")
        return int.from_bytes(raw, "big")

    def _attributes(self, file: Any) -> int:
        """Return what stands for the extended attributes of a file; 0 if it has none."""
        found = 0
        try:
            for at in range(file.number_of_extended_attributes):
                each = file.get_extended_attribute(at)
                name = (each.name or "").encode("utf-8", "surrogateescape")
                value = each.read_buffer(each.get_size()) if each.get_size() else b""
                found ^= zlib.crc32(value, zlib.crc32(name))
        except OSError:
            self.building.is_whole = False
        return (found & 0x7FFFFFFF) << 32

    def _stream(self, node: int, kind: NodeKind, file: Any) -> None:
        size, inside = min(int(file.get_size()), _MOST_BYTES), None
        if kind is NodeKind.LINK:
            try:
                inside = (file.symbolic_link_target or "").encode("utf-8", "surrogateescape")
            except OSError:
                inside, self.building.is_whole = b"", False
        of = StreamKind.DIRECTORY if kind is NodeKind.DIRECTORY else StreamKind.DATA
        runs = [] if inside is not None else self._runs(kind, file)
        if inside is not None:
            size = len(inside)
        stream = self.building.stream(node, of, size, inside=inside)
        offset = 0
        for start, length, hole in runs:
            if start and start + length <= self._volume.size:
                first, sectors = start // SECTOR, -(-length // SECTOR)
                self.building.extent(stream, first, sectors, offset, written=not hole)
            elif not hole:
                self.building.is_whole = False
            offset += length

    def _runs(self, kind: NodeKind, file: Any) -> list[tuple[int, int, bool]]:
        """Return the extents of *file*; none of what is kept in the inode, as no file is."""
        try:
            return _extents(file, self._shape)
        except OSError:
            if kind is NodeKind.FILE:
                self.building.is_whole = False
            return []


def _extents(file: Any, shape: Superblock) -> list[tuple[int, int, bool]]:
    """Return first byte, bytes and whether nothing was written there, of all of a file.

    The library tells where an extent is by the number of its block, which counts groups as if
    each had as many blocks as its numbers have room for.
    """
    told = (file.get_extent(number) for number in range(file.get_number_of_extents()))
    each = shape.block_size
    return [
        (shape.block_of(start // each) * each, int(size), bool(flags & _HOLE))
        for start, size, flags in told
    ]


def _kind_of(file: Any) -> NodeKind:
    return _KINDS.get(int(file.file_mode) & _KIND, NodeKind.SPECIAL)


def _is_text(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _time(value: int | None) -> int:
    return max(-_MOST_BYTES, min(value or 0, _MOST_BYTES)) or NOTHING
