"""An inode of ext as bytes, as the columns of an index have it."""

from __future__ import annotations

import struct

from redoscope_core.volumes.index import NOTHING, NodeKind

__all__ = ["attributes_with", "inline_data", "node_values"]

_KINDS = {0x4000: NodeKind.DIRECTORY, 0x8000: NodeKind.FILE, 0xA000: NodeKind.LINK}
_KIND, _RIGHTS = 0xF000, 0xFFF
_INLINE, _OF_PEOPLE = 0x10000000, 0x6293C8FF
_MAP, _MAP_END, _SHORT = 40, 100, 128
_MAGIC = b"\0\0\x02\xea"
_ENTRY = struct.Struct("<BBHIII")
_SYSTEM, _DATA = 7, b"data"


def _number(raw: bytes, offset: int, width: int) -> int:
    return int.from_bytes(raw[offset : offset + width], "little")


def node_values(raw: bytes) -> dict[str, int]:
    """Return what an inode says of itself; its size is among it."""
    mode = _number(raw, 0, 2)
    kind = _KINDS.get(mode & _KIND, NodeKind.SPECIAL)
    extra = _number(raw, _SHORT, 2) if len(raw) > _SHORT + 4 else 0
    has = extra >= 24 and len(raw) >= _SHORT + 24  # noqa: PLR2004 - up to the time it was made
    return {
        "mode": mode & _RIGHTS | (mode & _KIND if kind is NodeKind.SPECIAL else 0),
        "kind": int(kind),
        "user": _number(raw, 2, 2) | _number(raw, 120, 2) << 16,
        "group": _number(raw, 24, 2) | _number(raw, 122, 2) << 16,
        "links": _number(raw, 26, 2),
        "sequence": _number(raw, 100, 4),
        "size": min(_number(raw, 4, 4) | _number(raw, 108, 4) << 32, 2**62 - 1),
        "ctime": _time(raw, 12, 132, has=has),
        "mtime": _time(raw, 16, 136, has=has),
        "atime": _time(raw, 8, 140, has=has),
        "crtime": _time(raw, 144, 148, has=has) if has else NOTHING,
    }


def _time(raw: bytes, seconds_at: int, extra_at: int, *, has: bool) -> int:
    seconds = int.from_bytes(raw[seconds_at : seconds_at + 4], "little", signed=True)
    extra = _number(raw, extra_at, 4) if has else 0
    return (seconds + ((extra & 3) << 32)) * 10**9 + (extra >> 2) or NOTHING


def attributes_with(raw: bytes, before: int) -> int:
    """Return what else is said of an inode: its flags; what is attached is as *before*."""
    return (_number(raw, 32, 4) & _OF_PEOPLE) | before >> 32 << 32


def inline_data(raw: bytes) -> bytes | None:
    """Return what an inode keeps itself: inline data, or the target of a short link."""
    if _KINDS.get(_number(raw, 0, 2) & _KIND) is NodeKind.LINK:
        return raw[_MAP:_MAP_END]
    if not _number(raw, 32, 4) & _INLINE:
        return None
    return raw[_MAP:_MAP_END] + _attached(raw)


def _attached(raw: bytes) -> bytes:
    """Return the rest of inline data, which is an attribute attached to the inode."""
    place = _SHORT + _number(raw, _SHORT, 2)
    area = raw[place + 4 :] if raw[place : place + 4] == _MAGIC else b""
    at = 0
    while at + _ENTRY.size <= len(area) and any(area[at : at + 4]):
        length, kind, offset, _, size, _ = _ENTRY.unpack_from(area, at)
        if (kind, area[at + _ENTRY.size :][:length]) == (_SYSTEM, _DATA):
            return area[offset : offset + size]
        at += _ENTRY.size + (length + 3 & ~3)
    return b""
