"""Writing to the tip of a chain: copy-on-write over all its extents, and its content ID.

Before the first change after an open the tip gets a new content ID and its extents
are marked as open: a child made from the old content can tell, also after a crash.
Parents are only read.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from redoscope_core.chain.reader import AreaReader
from redoscope_core.errors import CorruptVmdk, HasChildren, ReadOnly, UnsupportedVmdk
from redoscope_core.format.content_id import draw_content_id
from redoscope_core.format.sparse import SparseHeader
from redoscope_core.format.units import SECTOR
from redoscope_core.link.areas import State
from redoscope_core.link.extents import Extent, FlatExtent, SparseExtent, ZeroExtent
from redoscope_core.link.landing import Landing
from redoscope_core.link.rewrite import rewrite_descriptor
from redoscope_core.link.sparse_writer import SparseWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.link.link import Link

__all__ = ["TipWriter", "changed_content"]

_ZEROS = 2**20
"""Bytes of zeros written at a time where they have to be stored."""


class TipWriter:
    """The one writer of the newest link of a chain."""

    def __init__(self, chain: Chain, *, has_new_content_id: bool = False) -> None:
        """Prepare to write into the tip of *chain*; nothing is changed yet.

        With *has_new_content_id* somebody has seen to that; it is not changed again.

        Raises:
            CorruptVmdk: The tables of the tip are damaged, or one file is in the chain twice.
            UnsupportedVmdk: The tip is of a version that is only read.
        """
        self._chain = chain
        self._tip = chain.tip
        self._begun = has_new_content_id
        _refuse_kind(chain.tip)
        _refuse_shared_files(chain)
        if self._tip.is_damaged:
            stored = self._tip.stored
            error = self._tip.unreadable(int(stored.start[stored.state == State.UNREADABLE][0]))
            error.cure = "repair the disk first; nothing is written into a damaged one"
            raise error
        self._writers = {
            index: self._sparse_writer(index, extent)
            for index, extent in enumerate(self._tip.extents)
            if isinstance(extent, SparseExtent)
        }
        self._ready: set[int] = set()
        """Sparse extents that are marked as open: a write into one needs no more questions."""

    def _sparse_writer(self, index: int, extent: SparseExtent) -> SparseWriter:
        start = self._tip.starts[index]
        has_parent = len(self._chain.links) > 1
        limit = self._chain.links[-2].capacity if has_parent else 0

        def read_below(buffer: memoryview, sector: int) -> None:
            first = start + sector
            there = min(len(buffer), max(0, limit - first) * SECTOR)
            if there == len(buffer):
                self._parents.fill(buffer, first)
                return
            if there:
                self._parents.fill(buffer[:there], first)
            buffer[there:] = bytes(len(buffer) - there)

        if isinstance(extent.header, SparseHeader):
            # What is above a link that gets its content from there goes by how it reads now.
            takes_up = not self._begun
            return SparseWriter(extent, read_below, has_parent=has_parent, takes_up=takes_up)
        from redoscope_core.link.cowd_writer import CowdWriter  # noqa: PLC0415 - few disks are

        return CowdWriter(extent, read_below, has_parent=has_parent)

    @cached_property
    def _parents(self) -> AreaReader:
        """Reads the generation below the tip, which nobody changes."""
        below = self._chain.up_to(len(self._chain.links) - 2)
        return AreaReader(below.stored, below.links)

    @property
    def changed(self) -> bool:
        """Whether anything was written since the open."""
        return self._begun

    def write(self, sector: int, data: memoryview) -> None:
        """Write whole sectors from *sector* on, across extents."""
        index = bisect_right(self._tip.starts, sector) - 1
        if index in self._ready and not self._tip.children_made:
            within = sector - self._tip.starts[index]
            if within + len(data) // SECTOR <= self._tip.extents[index].line.sectors:
                self._writers[index].write(within, data)
                return
        self._rehearse(sector, len(data) // SECTOR)
        for index, extent, within, first, count in self._pieces(sector, len(data) // SECTOR):
            piece = data[first * SECTOR : (first + count) * SECTOR]
            self._begin(index)
            if isinstance(extent, FlatExtent) and extent.file is not None:
                extent.file.write_at(extent.first_offset + within * SECTOR, piece)
            else:
                self._writers[index].write(within, piece)

    def write_zeros(self, sector: int, count: int) -> None:
        """Make sectors read as zeros."""
        self._rehearse(sector, count)
        for index, extent, within, _, length in self._pieces(sector, count):
            self._begin(index)
            if isinstance(extent, FlatExtent) and extent.file is not None:
                offset, end = (
                    extent.first_offset + within * SECTOR,
                    within * SECTOR + length * SECTOR,
                )
                end += extent.first_offset
                while offset < end:
                    step = min(_ZEROS, end - offset)
                    extent.file.write_at(offset, bytes(step))
                    offset += step
            else:
                self._writers[index].write_zeros(within, length)

    def land(self, start: NDArray[np.int64], count: NDArray[np.int64]) -> Landing:
        """Say where ascending runs of sectors are to be put; the files are `Link.disk_files`.

        Those that have no place are for `write`, after `settle`. If putting the bytes
        fails, `abandon` takes the room back.

        Raises:
            DiskFull: No room in an extent.
        """
        parts = []
        file = 0
        for index, (first, extent) in enumerate(
            zip(self._tip.starts, self._tip.extents, strict=True)
        ):
            low = np.maximum(start, first)
            high = np.minimum(start + count, first + extent.line.sectors)
            run = np.flatnonzero(low < high)
            if len(run):
                self._begin(index)
                own = self._landing_in(index, (low - first)[run], (high - low)[run])
                parts.append(own.moved(sectors=first, run=run, file=file))
            file += extent.file is not None
        return Landing.concatenate(parts)

    def _landing_in(
        self, index: int, start: NDArray[np.int64], count: NDArray[np.int64]
    ) -> Landing:
        extent = self._tip.extents[index]
        if isinstance(extent, FlatExtent):
            run = np.arange(len(start))
            offset = extent.first_offset + start * SECTOR
            return Landing(run, start, count, np.zeros(len(run), np.int32), offset)
        return self._writers[index].land(start, count)

    def settle(self) -> None:
        """Let the tables lead to what was put where `land` said."""
        for index in self._ready:
            self._writers[index].settle()

    def abandon(self) -> None:
        """Take back what `land` gave."""
        for index in self._ready:
            self._writers[index].abandon()

    def _pieces(self, sector: int, count: int) -> Iterator[tuple[int, Extent, int, int, int]]:
        """Yield (extent index, extent, sector in it, sectors before, sectors here)."""
        for index, (start, extent) in enumerate(
            zip(self._tip.starts, self._tip.extents, strict=True)
        ):
            first = max(sector, start)
            last = min(sector + count, start + extent.line.sectors)
            if first < last:
                yield index, extent, first - start, first - sector, last - first

    def _rehearse(self, sector: int, count: int) -> None:
        """Raise what the write would raise, while content ID and marks are still the old ones."""
        for index, extent, within, _, length in self._pieces(sector, count):
            if isinstance(extent, ZeroExtent) or extent.line.access != "RW":
                raise ReadOnly(
                    "an extent that can't be written",
                    path=self._tip.path,
                    where="the extent description",
                    found=extent.line.text,
                    expected="an RW extent with a file",
                )
            if index in self._writers and not self._begun:
                self._writers[index].rehearse(within, length)

    def _begin(self, index: int) -> None:
        if self._tip.children_made:
            names = ", ".join(path.name for path in self._tip.children_made)
            raise HasChildren(
                "the link has children now and must not be changed",
                path=self._tip.path,
                found=f"{names} made from it",
                expected="a tip",
                cure="close it and write into the child",
            )
        if not self._begun:
            rewrite_descriptor(self._tip, changed_content(self._tip.descriptor))
            self._begun = True
        if index in self._writers:
            self._writers[index].begin()
            self._ready.add(index)

    def flush(self) -> None:
        """Make all writes durable and visible to a fresh reading of the tables."""
        for writer in self._writers.values():
            writer.flush()
        for extent in self._tip.extents:
            if isinstance(extent, FlatExtent) and extent.file is not None and extent.file.writable:
                extent.file.sync()
        self._tip.forget_areas()

    def finish(self) -> None:
        """Flush and mark the extents as closed."""
        self.flush()
        for writer in self._writers.values():
            writer.finish()


def changed_content(descriptor: Descriptor) -> Descriptor:
    """Return *descriptor* with a new content ID, as it has to be before its disk is changed."""
    if descriptor.get("changeTrackPath") is not None:
        # The change log would not know of our write and would lie from now on.
        descriptor = descriptor.commented_out("changeTrackPath").with_value("version", "1")
    if descriptor.uuid("modification") is not None:
        descriptor = descriptor.with_value("ddb.uuid.modification", str(uuid4()))
    cid = draw_content_id(descriptor.cid, digits=descriptor.cid_digits)
    return descriptor.with_content_id(cid)


def _refuse_kind(tip: Link) -> None:
    """Refuse what is only read, with the way out."""
    if tip.descriptor.foreign_parent is not None:
        raise UnsupportedVmdk(
            "a VirtualBox child disk, which is only read: it has no content ID for children",
            path=tip.path,
            where="descriptor key ddb.uuid.parent",
            found=tip.descriptor.foreign_parent,
            cure="clone it and write into the clone",
        )
    for extent in tip.extents:
        if not isinstance(extent, SparseExtent | FlatExtent | ZeroExtent):
            _refuse_rare(tip, extent)


def _refuse_rare(tip: Link, extent: Extent) -> None:
    from redoscope_core.link.elsewhere import ElsewhereExtent  # noqa: PLC0415 - few extents are

    if isinstance(extent, ElsewhereExtent):
        error = extent.unreadable(0)
        error.path = tip.path
        raise error
    raise UnsupportedVmdk(
        "an SESparse extent, which is only read: its journal and back map are not known",
        path=extent.file.path if extent.file else tip.path,
        found=extent.line.text,
        cure="create a child of it (monolithicSparse) and write there",
    )


def _refuse_shared_files(chain: Chain) -> None:
    # Two extents of an older link may well lie in one file: nobody writes there.
    seen: dict[tuple[int, int], str] = {}
    for link in chain.links:
        for file in link.disk_files:
            if file.identity in seen and link is chain.tip:
                raise CorruptVmdk(
                    "one file is in the chain twice, so that a write would change both places",
                    path=file.path,
                    found=f"also named by {seen[file.identity]}",
                )
            seen[file.identity] = link.path.name
