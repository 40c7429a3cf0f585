"""Names of NTFS as they stand in file records, with the times that are kept beside them."""

from __future__ import annotations

from typing import Any

from redoscope_core.volumes.index import NOTHING

__all__ = ["MOST", "NAME", "inside_of", "stored_name", "times_beside"]

NAME = 48
"""The attribute."""
_DOS_NAME, _SPACE_AT, _NAME_AT = 2, 65, 66
"""The space of short names; where the space and the name stand in the attribute."""
_EPOCH = 116_444_736_000_000_000
"""1970, in 100 ns since 1601."""
_MOST_INSIDE = 2**16
MOST = 2**62 - 1


def inside_of(file: Any, size: int, which: tuple[int, int]) -> bytes:
    """Return what a node keeps itself of an attribute; nothing if that can't be read."""
    if not 0 < size <= _MOST_INSIDE:
        return b""
    try:
        return bytes(file.read_random(0, size, *which))
    except OSError:
        return b""


def stored_name(file: Any, folder: Any, told: bytes) -> bytes:
    """Return the name that the library *told* up to what is no text, as it stands there.

    A half of a pair of UTF-16 becomes three bytes, which are no UTF-8.
    """
    for each in file:
        if int(each.info.type) != NAME:
            continue
        raw = inside_of(file, int(each.info.size), (NAME, int(each.info.id)))
        parent = int.from_bytes(raw[:6], "little")
        if (
            len(raw) < _NAME_AT
            or raw[_SPACE_AT] == _DOS_NAME
            or parent != int(folder.info.meta.addr)
        ):
            continue
        wide = raw[_NAME_AT : _NAME_AT + 2 * raw[64]]
        wide = wide[: len(wide) & ~1]
        name = wide.decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")
        if name.startswith(told):
            return name
    return told


def times_beside(file: Any, attribute: Any) -> dict[str, int] | None:
    """Return the times beside one name, in nanoseconds since 1970; None if it is a short one."""
    raw = inside_of(file, int(attribute.info.size), (NAME, int(attribute.info.id)))
    if len(raw) < _NAME_AT or raw[_SPACE_AT] == _DOS_NAME:
        return None
    names = ("crtime", "mtime", "ctime", "atime")
    places = range(8, 40, 8)
    return {name: _since_1970(raw[at : at + 8]) for name, at in zip(names, places, strict=True)}


def _since_1970(raw: bytes) -> int:
    value = int.from_bytes(raw, "little")
    told = (value - _EPOCH) * 100
    return max(-MOST, min(told, MOST)) if value else NOTHING
