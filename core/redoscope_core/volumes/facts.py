"""Facts that no library tells of nodes and streams, by our own parsers, put into their columns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.index import NOTHING, Extents, Nodes, StreamKind, Streams
from redoscope_core.volumes.source import Numbers

__all__ = ["NodeFacts", "NodeTimes", "Unwritten"]

_NONE: Numbers = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class NodeFacts(Columns):
    """What is said of inodes and directory entries in use."""

    number: Numbers
    """As the index numbers nodes."""
    sequence: Numbers
    attributes: Numbers

    @classmethod
    def none(cls) -> NodeFacts:
        """Return that nothing is known."""
        return cls(_NONE, _NONE, _NONE)

    def told_of(self, nodes: Nodes) -> Nodes:
        """Return *nodes* with what is known of them."""
        if not len(self):
            return nodes
        order = np.argsort(self.number, kind="stable")
        row = _rows(self.number[order], nodes.number)
        known = (row >= 0) & nodes.allocated
        return replace(
            nodes,
            sequence=np.where(known, self.sequence[order][row], nodes.sequence),
            attributes=np.where(known, self.attributes[order][row], nodes.attributes),
        )


@dataclass(frozen=True, slots=True, eq=False)
class NodeTimes(Columns):
    """Times of inodes in use, in nanoseconds since 1970; NOTHING where there is none."""

    number: Numbers
    """As the index numbers nodes."""
    mtime: Numbers
    atime: Numbers
    ctime: Numbers
    crtime: Numbers

    @classmethod
    def none(cls) -> NodeTimes:
        """Return that nothing is known."""
        return cls(_NONE, _NONE, _NONE, _NONE, _NONE)

    def told_of(self, nodes: Nodes) -> Nodes:
        """Return *nodes* with the times that are known of them."""
        if not len(self):
            return nodes
        order = np.argsort(self.number, kind="stable")
        row = _rows(self.number[order], nodes.number)
        known = (row >= 0) & nodes.allocated
        told = {
            name: np.where(known, getattr(self, name)[order][row], getattr(nodes, name))
            for name in ("mtime", "atime", "ctime", "crtime")
        }
        return replace(nodes, **told)


@dataclass(frozen=True, slots=True, eq=False)
class Unwritten(Columns):
    """Runs that were given to the data of nodes and never written, in sectors of the volume."""

    number: Numbers
    """Inode."""
    start: Numbers
    sectors: Numbers
    offset: Numbers
    """Byte of the data."""

    @classmethod
    def none(cls) -> Unwritten:
        """Return that there are none."""
        return cls(_NONE, _NONE, _NONE, _NONE)

    def beside(self, nodes: Nodes, streams: Streams, extents: Extents) -> Extents:
        """Return *extents* with these runs among them."""
        if not len(self):
            return extents
        data = np.flatnonzero(
            (streams.kind == StreamKind.DATA)
            & nodes.allocated[streams.node]
            & (streams.inside_start == NOTHING)
        )
        number = nodes.number[streams.node[data]]
        order = np.argsort(number, kind="stable")
        row = _rows(number[order], self.number)
        known = row >= 0
        mine = self.taking(known)
        stream = data[order][row[known]]
        never = np.zeros(len(mine), np.bool_)
        more = Extents(stream, mine.start, mine.sectors, mine.offset, never)
        both = Extents.joined([extents, more])
        return both.taking(np.lexsort((both.offset, both.stream)))


def _rows(ordered: Numbers, wanted: Numbers) -> Numbers:
    """Return where each of *wanted* is in *ordered*; NOTHING where it is not."""
    if not len(ordered):
        return np.full(len(wanted), NOTHING, np.int64)
    row = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[row] == wanted, row, NOTHING)
