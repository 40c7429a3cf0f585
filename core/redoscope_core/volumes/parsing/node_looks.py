"""What The Sleuth Kit says of a node and of its attributes, looked at as the index has it."""

from __future__ import annotations

from typing import Any

from redoscope_core.volumes.index import NOTHING
from redoscope_core.volumes.parsing.ntfs_names import MOST

__all__ = ["HOLE", "RESIDENT", "UNTOLD", "is_inside", "is_short_link", "times_of"]

RESIDENT = 0x04
"""Flag of an attribute: it is in the record itself."""
UNTOLD, HOLE = 1, 2
"""Flags of a run: nothing tells where it is, which in ext is a hole too; sparse, never written."""
_NANO = 10**9


def is_inside(file: Any) -> bool:
    """Return whether bytes of a node are kept in the node itself."""
    return any(int(each.info.flags) & RESIDENT for each in file)


def is_short_link(attribute: Any) -> bool:
    """Return whether the blocks of a symbolic link are none: it is kept where they are named."""
    return all(int(run.flags) & (UNTOLD | HOLE) for run in attribute)


def times_of(meta: Any) -> dict[str, int]:
    """Return the four times of a node, in nanoseconds since 1970."""
    return {
        "mtime": _time(meta.mtime, meta.mtime_nano),
        "atime": _time(meta.atime, meta.atime_nano),
        "ctime": _time(meta.ctime, meta.ctime_nano),
        "crtime": _time(meta.crtime, meta.crtime_nano),
    }


def _time(seconds: int, nanoseconds: int) -> int:
    value = seconds * _NANO + nanoseconds
    return max(-MOST, min(value, MOST)) or NOTHING
