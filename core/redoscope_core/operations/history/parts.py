"""Parts: which link supplies each byte of a stream, in one generation.

stream    |   extent   |  extent  |          sectors of its volume, by the file system
chain     | C0 |  C2   |    C0    |          areas of the disk, by the links
parts     |----|-------|----------|          cut at the edges of both
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.source import Numbers

if TYPE_CHECKING:
    from redoscope_core.areas.runs import Runs
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.attributing.side import Side

__all__ = ["StreamParts", "parts_of"]


@dataclass(frozen=True, slots=True, eq=False)
class StreamParts(Columns):
    """Bytes of a stream that are stored, in its order; each part in one link, in one piece."""

    offset: Numbers
    """Byte of the stream."""
    length: Numbers
    """Bytes."""
    sector: Numbers
    """Sector of the disk at which it begins."""
    state: Numbers
    """A `State`; ABSENT is stored by no link, and reads as zeros."""
    link: Numbers
    """Index in the chain of the link that has it; -1 where ABSENT."""

    @property
    def total(self) -> int:
        """How many bytes they are."""
        return int(self.length.sum())

    def by_link(self) -> dict[int, int]:
        """Return how many bytes each link has; -1 stands for what none stores."""
        links, which = np.unique(self.link, return_inverse=True)
        lengths = np.zeros(len(links), np.int64)
        np.add.at(lengths, which, self.length)
        return dict(zip(links.tolist(), lengths.tolist(), strict=True))

    def within(self, runs: Runs) -> StreamParts:
        """Return what of them lies in *runs* of sectors of the disk."""
        cut = self.cut_at(np.concatenate((runs.start, runs.end)))
        row = np.searchsorted(runs.start, cut.sector, side="right") - 1
        if not len(runs.start):
            return cut.taking(np.zeros(len(cut), np.bool_))
        return cut.taking((row >= 0) & (cut.sector < runs.end[row]))

    def cut_at(self, edges: Numbers) -> StreamParts:
        """Return them cut at sectors of the disk, *edges* in any order."""
        end = self.sector - (-self.length // SECTOR)
        own, low, high = _cut(self.sector, end, edges)
        offset = self.offset[own] + (low - self.sector[own]) * SECTOR
        behind = np.minimum(self.offset + self.length, 2**62)[own]
        length = np.minimum(behind, offset + (high - low) * SECTOR) - offset
        return StreamParts(offset, length, low, self.state[own], self.link[own])


def parts_of(chain: Chain, side: Side, stream: int) -> StreamParts:
    """Return which links of *chain* supply *stream*; what is kept in its node is no part of it.

    *side* is the volume, in the generation of *chain*.
    """
    layout, written = side.layout(stream), int(side.index.streams.written[stream])
    start = layout[:, 0] + side.volume.start
    length = np.minimum(layout[:, 1] * SECTOR, written - layout[:, 2])
    none = np.zeros(len(start), np.int64)
    whole = StreamParts(layout[:, 2], length, start, none, none - 1).taking(length > 0)
    whole = whole.taking(np.argsort(whole.offset, kind="stable"))
    if not len(whole):
        return whole
    first, behind = int(whole.sector.min()), int((start + layout[:, 1]).max())
    areas = chain.stored.window(first, min(behind, chain.capacity) - first)
    if not len(areas):
        return whole
    cut = whole.cut_at(np.concatenate((areas.start, areas.end)))
    row = np.searchsorted(areas.start, cut.sector, side="right") - 1
    known = (row >= 0) & (cut.sector < areas.end[row])
    state = np.where(known, areas.state[row], State.ABSENT).astype(np.int64)
    link = np.where(known, areas.link[row], -1).astype(np.int64)
    return _joined(StreamParts(cut.offset, cut.length, cut.sector, state, link))


def _cut(start: Numbers, end: Numbers, edges: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return of each piece the row that it is of, its first sector and the one behind its last.

    The rows may lie in any order, and overlap: a file system may say so.
    """
    places = np.append(np.unique(edges), 2**62)
    first = np.searchsorted(places, start, side="right")
    count = np.maximum(np.searchsorted(places, end, side="left") - first, 0) + 1
    own = np.repeat(np.arange(len(start)), count)
    nth = np.arange(len(own)) - (np.cumsum(count) - count)[own]
    place = first[own] + nth
    low = np.where(nth == 0, start[own], places[np.maximum(place - 1, 0)])
    high = np.where(nth == count[own] - 1, end[own], places[np.minimum(place, len(places) - 1)])
    return own, low, high


def _joined(parts: StreamParts) -> StreamParts:
    """Return *parts* with those that go on in the same link, at the next sector, as one."""
    sectors = parts.length // SECTOR
    follows = (
        (parts.offset[1:] == (parts.offset + parts.length)[:-1])
        & (parts.sector[1:] == (parts.sector + sectors)[:-1])
        & (parts.link[1:] == parts.link[:-1])
        & (parts.state[1:] == parts.state[:-1])
    )
    opens = np.flatnonzero(np.concatenate(([True], ~follows)))
    kept = parts.taking(opens)
    length = np.add.reduceat(parts.length, opens)
    return StreamParts(kept.offset, length, kept.sector, kept.state, kept.link)
