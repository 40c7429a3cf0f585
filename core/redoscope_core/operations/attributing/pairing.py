"""Pairing: which file of a newer generation is which of an older one.

What has the same path is taken for one file. What else is the same inode or record was renamed, or
moved; a path that came and one that is gone are held against each other for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind

if TYPE_CHECKING:
    from redoscope_core.operations.attributing.side import Side

__all__ = ["OF_EXT", "OF_FAT", "identity", "is_same", "renamed"]

OF_FAT = frozenset({Holding.FAT12, Holding.FAT16, Holding.FAT32, Holding.EXFAT})
OF_EXT = frozenset({Holding.EXT2, Holding.EXT3, Holding.EXT4})


def renamed(old: Side, new: Side, holding: Holding) -> dict[bytes, bytes]:
    """Return the older path of each that only *new* has and that is another name of a file."""
    gone = [path for path in old.entries if path not in new.entries]
    before = {identity(old, path, holding): path for path in reversed(gone)}
    before.pop(None, None)
    found: dict[bytes, bytes] = {}
    for path in new.entries:
        if path not in old.entries:
            was = before.pop(identity(new, path, holding), None)
            if was is not None:
                found[path] = was
    return found


def identity(side: Side, path: bytes, holding: Holding) -> tuple[int, ...] | None:
    """Return what a file has by any name; None if its file system gives it nothing.

    NTFS counts how often a record was used. ext knows when an inode was made, and gives it a
    number by chance; in short inodes of a tool that gives none only what a renaming leaves alone
    tells. A FAT has nothing but the place of the data.
    """
    nodes, node = side.index.nodes, side.node(path)
    kind = nodes.kind[node]
    if kind == NodeKind.MADE_UP:
        return None
    number, made = int(nodes.number[node]), int(nodes.crtime[node])
    if holding is Holding.NTFS:
        return number, int(nodes.sequence[node])
    if holding in OF_FAT:
        return _by_place(side, node, made)
    told = int(nodes.sequence[node])
    if holding in OF_EXT and made == NOTHING and not told:
        return number, int(nodes.mtime[node]), *(_by_place(side, node, made) or ())
    return number, made, told


def is_same(old: Side, was: bytes, new: Side, path: bytes, holding: Holding) -> bool:
    """Return whether two paths are one inode or record, used once; in a FAT, one place."""
    if holding in OF_FAT:
        return identity(old, was, holding) == identity(new, path, holding)
    (before, one), (after, other) = (
        (side.index.nodes, side.node(each)) for side, each in ((old, was), (new, path))
    )
    named = ("number", "sequence") if holding is Holding.NTFS else ("number", "sequence", "crtime")
    return all(getattr(before, n)[one] == getattr(after, n)[other] for n in named)


def _by_place(side: Side, node: int, made: int) -> tuple[int, ...] | None:
    """Return where the data of a file, or the entries of a directory, begin, and how long it is."""
    streams = side.index.streams
    first, count = side.streams_of(np.array([node]))
    rows = np.arange(first[0], first[0] + count[0])
    for kind in (StreamKind.DATA, StreamKind.DIRECTORY):
        for stream in rows[streams.kind[rows] == kind][:1].tolist():
            layout = side.layout(stream)
            size = int(streams.size[stream]) if kind is StreamKind.DATA else NOTHING
            return (int(layout[0, 0]), size, made) if len(layout) else None
    return None
