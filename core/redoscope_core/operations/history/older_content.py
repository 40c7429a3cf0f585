"""Older content: where bytes that a file once had are still stored, and what became of them.

sectors of the content   |################|      as the newest generation that had it reads them
a newer link             |    0000        |      differs there: overwritten, once
still in the older link  |    ####        |      under what was laid over it, and read at it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.chain.around import read_around
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.attributing.listing import paths_of
from redoscope_core.operations.attributing.ownership import Ownership
from redoscope_core.operations.history.parts import StreamParts, parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.attributing.side import Side
    from redoscope_core.volumes.source import Numbers

__all__ = ["FileContent", "Overwritten", "contents_of_node", "followed_up"]

_PIECE = 2048
_MOST = 3
"""Files that are named as those that have the sectors now."""


class Overwritten(NamedTuple):
    """Bytes of a content that a newer generation was the first to overwrite."""

    generation: int
    """Its number; its newest link did it."""
    parts: StreamParts
    """Which bytes, and which older links still store them."""
    zeros: int
    """How many of these bytes lie in sectors that read as zeros there."""
    unread: int
    """How many lie in sectors that can't be read there."""
    free: int | None
    """How many belong to no file there; None if nothing is known of its files."""
    files: tuple[str, ...]
    """Paths that the others belong to, the first of them."""


@dataclass(slots=True)
class FileContent:
    """The bytes of a stream of a file, as long as they stayed the same."""

    first: int
    """The oldest generation that has them, as far as is known."""
    last: int
    """The newest; from all between them, too, they can be exported."""
    path: str
    """In the newest of these."""
    stream: bytes
    """The name of an alternate stream; empty of what people call the content."""
    size: int
    """Bytes."""
    inside: int
    """How many are kept in the inode or record of the file, which no part is of."""
    parts: StreamParts
    """Where the others are stored, as generation *last* reads them."""
    overwritten: list[Overwritten]

    @property
    def holes(self) -> int:
        """Bytes that are stored nowhere, and read as zeros."""
        return max(0, self.size - self.inside - self.parts.total)


def contents_of_node(
    chain: Chain, side: Side, node: int, path: str, span: tuple[int, int]
) -> list[FileContent]:
    """Return the streams of *node*, which are the same in all generations of *span*."""
    found = []
    for name, stream in sorted(side.streams(node).items()):
        inside = side.index.kept_inside(stream)
        size, parts = int(side.index.streams.size[stream]), parts_of(chain, side, stream)
        kept = 0 if inside is None else len(inside)
        found.append(FileContent(*span, path, name, size, kept, parts, []))
    return found


def followed_up(
    content: FileContent,
    chains: Sequence[Chain],
    sides: Sequence[Side | None],
    changed: Sequence[Runs],
) -> None:
    """Tell of *content* which generation behind its last overwrote which bytes of it first.

    *changed* are for each generation the sectors of the disk that differ from the one before.
    """
    gone = Runs.joined([], [])
    for number in range(content.last + 1, len(chains)):
        parts = content.parts.within(changed[number].minus(gone))
        gone = gone.plus(changed[number])
        if len(parts):
            zeros, unread = _zeros(chains[number], parts)
            owned = _owned(sides[number], parts)
            content.overwritten.append(Overwritten(number, parts, zeros, unread, *owned))


def _zeros(chain: Chain, parts: StreamParts) -> tuple[int, int]:
    """Return how many bytes of *parts* lie in sectors of zeros now, and in unreadable ones."""
    zeros = unread = 0
    for sector, length in zip(parts.sector.tolist(), parts.length.tolist(), strict=True):
        for begin in range(0, length, _PIECE * SECTOR):
            count = min(length - begin, _PIECE * SECTOR)
            first = sector + begin // SECTOR
            data = np.zeros(-(-count // SECTOR) * SECTOR, np.uint8)
            lost = Runs.joined([], [])
            if first < chain.capacity:
                view = data.data.cast("B")[: (chain.capacity - first) * SECTOR]
                late = read_around(chain, view, first)
                lost = Runs.joined([e.start for e in late], [e.start + e.sectors for e in late])
            size = np.full(len(data) // SECTOR, SECTOR)
            size[-1] -= len(data) - count
            empty = ~data.reshape(-1, SECTOR).any(axis=1)
            bad = _inside(np.arange(len(size)) + first, lost)
            zeros += int(size[empty & ~bad].sum())
            unread += int(size[bad].sum())
    return zeros, unread


def _inside(sectors: Numbers, runs: Runs) -> NDArray[np.bool_]:
    """Return of each of *sectors* whether it lies in *runs*."""
    row = np.searchsorted(runs.start, sectors, side="right") - 1
    behind = np.append(runs.end, -1)  # also for the row -1, of those before all
    return np.asarray(sectors < behind[row])


def _owned(side: Side | None, parts: StreamParts) -> tuple[int | None, tuple[str, ...]]:
    """Return how many bytes of *parts* belong to no file of *side*, and whose the others are."""
    if side is None:
        return None, ()
    owners, start = Ownership.of(side.index), side.volume.start
    cut = parts.cut_at(owners.edges + start)
    rows = owners.rows(cut.sector - start)
    streams = np.unique(owners.extents.stream[rows[rows >= 0]])
    nodes = np.unique(side.index.streams.node[streams])[:_MOST]
    numbers = side.index.nodes.number[nodes].tolist()
    paths = [path for number in numbers for path in paths_of(side.index, number, 1)]
    return int(cut.length[rows < 0].sum()), tuple(paths)
