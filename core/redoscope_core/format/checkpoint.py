"""Checkpoint files, ``.vmsn`` and ``.vmss``: the state of a machine, as groups of tags.

    header   12 bytes   magic, version, number of groups
    group    80 bytes   name, padded with NULs; offset of its first tag; size, which means nothing
    tag                 bits 0-5 size of the value, 6-7 number of indices, 8-15 length of the name;
                        name; indices of 4 bytes; the value.  0 ends the group
    size 63             a block: bytes stored, bytes in memory, pad, so many pad bytes, the bytes
    size 62             a block that is compressed, which no public parser reads

All is little endian. Blocks may be the memory of a machine, with all its secrets: their place
and length are told, and none is read before somebody asks for that one.

Source: SNAPSHOTS A3 of the project's notes: what crash, volatility 2 and volatility 3 agree on.
The last skips no pad bytes, the others do; so do we.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import CorruptVmdk, UnsupportedVmdk, VmdkError
from redoscope_core.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

__all__ = [
    "FORMAT_VERSION",
    "GROUP",
    "HEADER",
    "MAX_BLOCK",
    "WIDE_MAGIC",
    "WIDE_SIZES",
    "Checkpoint",
    "Group",
    "Region",
    "Tag",
]

MAX_BLOCK = 16 << 20
"""Bytes of a block that are read at once."""
HEADER = struct.Struct("<III")
GROUP = struct.Struct("<64sQQ")
_NARROW, WIDE_SIZES = struct.Struct("<IIH"), struct.Struct("<QQH")
WIDE_MAGIC = 0xBED2BED2
FORMAT_VERSION = 8
"""What the samples have."""
_MAGICS = {
    0xBED0BED0: (_NARROW, "32-bit"),
    0xBED2BED0: (_NARROW, "32-bit"),
    WIDE_MAGIC: (WIDE_SIZES, "64-bit"),
    0xBED3BED3: (WIDE_SIZES, "partial"),
    0xBAD1BAD1: (WIDE_SIZES, "restored"),
    0xBAD2BAD2: (WIDE_SIZES, "not restorable"),
}
_BLOCK, _COMPRESSED = 63, 62
_SIZE_BITS, _INDEX_BITS = 0x3F, 6
_MAX_GROUPS = 4096
_MAX_TAGS = 65536
_MAX_NAMES = 64 << 10
"""Bytes of all names that differ."""
_WINDOW = 16 << 10
_MEMORY = "memory"


class Tag(NamedTuple):
    """A value with a name; where it is, not the bytes of a block."""

    name: str
    indices: tuple[int, ...]
    offset: int
    """Byte of the file where the value begins."""
    stored: int
    """Bytes of it in the file."""
    whole: int
    """Bytes of it in memory."""
    value: bytes | None
    """A small value itself; None for a block."""
    is_compressed: bool = False

    @property
    def is_block(self) -> bool:
        """Whether the bytes are in a block, which is not read."""
        return self.value is None

    @property
    def number(self) -> int | None:
        """The value as a number; None unless it is one of 1, 2, 4 or 8 bytes."""
        is_number = self.value is not None and len(self.value) in {1, 2, 4, 8}
        return int.from_bytes(self.value or b"", "little") if is_number else None

    @property
    def label(self) -> str:
        """The name with its indices, as people write it: ``regionPPN[0]``."""
        return self.name + "".join(f"[{index}]" for index in self.indices)


@dataclass(frozen=True, slots=True)
class Group:
    """The tags of one subject."""

    name: str
    offset: int
    """Byte of its first tag."""
    tags: tuple[Tag, ...]
    fault: Finding | None = None
    """Why not all of its tags are listed."""


class Region(NamedTuple):
    """A run of the machine's memory."""

    page: int
    """Its first page of 4096 bytes, as the machine counts."""
    stored_page: int
    """The page of the stored memory where it begins."""
    pages: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint file holds, and where."""

    magic: int
    version: int
    groups: tuple[Group, ...]
    read: Callable[[int, int], bytes]
    file_bytes: int

    @classmethod
    def parse(cls, read: Callable[[int, int], bytes], file_bytes: int) -> Self:
        """List the file of *file_bytes* that *read* (byte offset, bytes) reads.

        A group that is damaged is listed as far as it goes, with its fault.

        Raises:
            CorruptVmdk: It is no checkpoint file, or has more groups than any has.
        """
        magic, version, count = _header(read, file_bytes)
        table = _Bytes(read, file_bytes).at(HEADER.size, count * GROUP.size, "its groups")
        counting = _Counting()
        groups = []
        for name, offset, _ in GROUP.iter_unpack(table):
            text = name.split(b"\0")[0].decode("latin-1")
            groups.append(_group(text, offset, _Bytes(read, file_bytes), magic, counting))
        return cls(magic, version, tuple(groups), read, file_bytes)

    @property
    def form(self) -> str:
        """What its magic says of it: ``64-bit``, ``partial``."""
        return _MAGICS[self.magic][1]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What is wrong with its groups."""
        return tuple(group.fault for group in self.groups if group.fault is not None)

    def find(self, group: str, name: str, *indices: int) -> Tag | None:
        """Return that tag of that group, the first if there are several; None if there is none."""
        return next(
            (
                tag
                for each in self.groups
                if each.name == group
                for tag in each.tags
                if tag.name == name and tag.indices[: len(indices)] == indices
            ),
            None,
        )

    def bytes_of(self, tag: Tag) -> bytes:
        """Return the value of *tag*, of a block too.

        Raises:
            UnsupportedVmdk: The block is compressed, or larger than `MAX_BLOCK`.
            CorruptVmdk: The file ends before.
        """
        if tag.value is not None:
            return tag.value
        if tag.is_compressed:
            raise UnsupportedVmdk(
                "a compressed block, whose form nobody has published",
                where=tag.label,
                offset=tag.offset,
                found=f"{tag.stored} bytes, {tag.whole} in memory",
            )
        if tag.stored > MAX_BLOCK:
            raise UnsupportedVmdk(
                "a block too large to be read at once",
                where=tag.label,
                offset=tag.offset,
                found=f"{tag.stored} bytes",
                expected=f"at most {MAX_BLOCK}",
                cure="copy it out of the file by its place and length",
            )
        return _Bytes(self.read, self.file_bytes).at(tag.offset, tag.stored, tag.label)

    def regions(self) -> tuple[Region, ...]:
        """Return the runs of memory; none where it is not in regions."""
        tags = {
            (tag.name, tag.indices): tag.number
            for group in self.groups
            if group.name == _MEMORY
            for tag in group.tags
        }
        count = min(tags.get(("regionsCount", ())) or 0, _MAX_TAGS)
        found = []
        for index in range(count):
            words = [tags.get((n, (index,))) for n in ("regionPPN", "regionPageNum", "regionSize")]
            if any(word is None for word in words):
                break
            found.append(Region(*(word or 0 for word in words)))
        return tuple(found)


@dataclass(slots=True)
class _Counting:
    """How much was listed, of all groups together."""

    tags: int = 0
    names: int = 0
    seen: set[bytes] | None = None

    def add(self, name: bytes) -> None:
        self.tags += 1
        self.seen = self.seen or set()
        if name not in self.seen:
            self.seen.add(name)
            self.names += len(name)
        if self.tags > _MAX_TAGS or self.names > _MAX_NAMES:
            raise UnsupportedVmdk(
                "more than any checkpoint file has; the rest is not listed",
                found=f"over {_MAX_TAGS} tags, or {_MAX_NAMES} bytes of names",
            )


class _Bytes:
    """The bytes of a file, read in windows."""

    def __init__(self, read: Callable[[int, int], bytes], file_bytes: int) -> None:
        self._read = read
        self.file_bytes = file_bytes
        self._start = 0
        self._window = b""

    def at(self, offset: int, length: int, what: str) -> bytes:
        """Return *length* bytes from *offset* on; what the file does not have is an error."""
        self.refuse_past_end(offset, length, what)
        place = offset - self._start
        if place < 0 or place + length > len(self._window):
            self._start, place = offset, 0
            self._window = self._read(offset, min(max(_WINDOW, length), self.file_bytes - offset))
        return self._window[place : place + length]

    def refuse_past_end(self, offset: int, length: int, what: str) -> None:
        if offset + length > self.file_bytes:
            raise CorruptVmdk(
                "the file is too short",
                where=what,
                offset=offset,
                found=f"{self.file_bytes} bytes in the file",
                expected=f"at least {offset + length}",
                cure="copy the file again, it may be truncated",
            )


def _header(read: Callable[[int, int], bytes], file_bytes: int) -> tuple[int, int, int]:
    head = _Bytes(read, file_bytes).at(0, HEADER.size, "its header")
    magic, version, count = HEADER.unpack(head)
    if magic not in _MAGICS:
        raise CorruptVmdk(
            # What is in a file that is none is nobody's business here.
            "not a checkpoint file",
            where="its first bytes",
            expected="those of a .vmsn or .vmss",
            cure="name the .vmsn of a snapshot, or the .vmss of a suspended machine",
        )
    if count > _MAX_GROUPS:
        raise CorruptVmdk(
            "more groups than a checkpoint file has",
            where="its header",
            offset=8,
            found=count,
            expected=f"at most {_MAX_GROUPS}",
        )
    return magic, version, count


def _group(name: str, offset: int, data: _Bytes, magic: int, counting: _Counting) -> Group:
    tags: list[Tag] = []
    try:
        for tag in _tags(offset, data, _MAGICS[magic][0], counting):
            tags.append(tag)  # noqa: PERF402 - what was listed before a fault is kept
    except VmdkError as error:
        error.where = f"group {name}" if error.where is None else f"group {name}, {error.where}"
        return Group(name, offset, tuple(tags), Finding.of_error(error))
    return Group(name, offset, tuple(tags))


def _tags(offset: int, data: _Bytes, sizes: struct.Struct, counting: _Counting) -> Iterator[Tag]:
    """Yield the tags from *offset* on."""
    while True:
        flags, length = data.at(offset, 2, "a tag")
        if not flags and not length:
            return
        count = flags >> _INDEX_BITS
        rest = data.at(offset + 2, length + 4 * count, "the name of a tag")
        counting.add(rest[:length])
        name = rest[:length].decode("latin-1")
        indices = struct.unpack(f"<{count}I", rest[length:])
        offset += 2 + len(rest)
        size = flags & _SIZE_BITS
        if size < _COMPRESSED:
            yield Tag(name, indices, offset, size, size, data.at(offset, size, name))
            offset += size
            continue
        stored, whole, pad = sizes.unpack(data.at(offset, sizes.size, name))
        offset += sizes.size + pad
        data.refuse_past_end(offset, stored, name)
        yield Tag(name, indices, offset, stored, whole, None, size == _COMPRESSED)
        offset += stored
