"""Writing to the tip of a chain: copy-on-write over all its extents, and its content ID.

Before the first change after an open the tip gets a new content ID and its extents
are marked as open: a child made from the old content can tell, also after a crash.
Parents are only read.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from uuid import uuid4

from redoscope_core.areas.areas import Areas, State
from redoscope_core.areas.landing import Landing
from redoscope_core.areas.overlay import changed_by
from redoscope_core.chain.reader import AreaReader
from redoscope_core.errors import CorruptVmdk, HasChildren, ReadOnly, UnsupportedVmdk
from redoscope_core.extents.contract import is_writable
from redoscope_core.format.content_id import draw_content_id
from redoscope_core.format.units import SECTOR
from redoscope_core.link.rewrite import rewrite_descriptor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain
    from redoscope_core.extents.contract import Extent
    from redoscope_core.extents.writing import ExtentWriter
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.link.link import Link

__all__ = ["TipWriter", "changed_content"]


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
        self._writers: dict[int, ExtentWriter] = {
            index: self._writer_of(index, extent)
            for index, extent in enumerate(self._tip.extents)
            if extent.takes_writes
        }
        self._ready: set[int] = set()
        """Extents that are marked as open: a write into one needs no more questions."""

    def _writer_of(self, index: int, extent: Extent) -> ExtentWriter:
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

        # What is above a link that gets its content from there goes by how it reads now.
        return extent.writer(read_below, has_parent=has_parent, takes_up=not self._begun)

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
        count = len(data) // SECTOR
        index, within = self._tip.parts.at(sector)
        inside = within + count <= self._tip.extents[index].line.sectors
        if inside and index in self._ready and not self._tip.children_made:
            self._writers[index].write(within, data)
            return
        self._rehearse(sector, count)
        for index, within, skipped, length in self._tip.parts.pieces(sector, count):
            self._begin(index)
            piece = data[skipped * SECTOR : (skipped + length) * SECTOR]
            self._writers[index].write(within, piece)

    def write_zeros(self, sector: int, count: int) -> None:
        """Make sectors read as zeros."""
        self._rehearse(sector, count)
        for index, within, _, length in self._tip.parts.pieces(sector, count):
            self._begin(index)
            self._writers[index].write_zeros(within, length)

    def land(self, start: NDArray[np.int64], count: NDArray[np.int64]) -> Landing:
        """Say where ascending runs of sectors are to be put; the files are `Link.disk_files`.

        Those that have no place are for `write`, after `settle`. If putting the bytes
        fails, `abandon` takes the room back.

        Raises:
            DiskFull: No room in an extent.
        """
        parts = []
        files = self._tip.first_files
        for index, run, within, length in self._tip.parts.runs(start, count):
            self._begin(index)
            own = self._writers[index].land(within, length)
            parts.append(own.moved(sectors=self._tip.starts[index], run=run, file=files[index]))
        return Landing.concatenate(parts)

    def settle(self) -> None:
        """Let the tables lead to what was put where `land` said."""
        for index in self._ready:
            self._writers[index].settle()

    def abandon(self) -> None:
        """Take back what `land` gave."""
        for index in self._ready:
            self._writers[index].abandon()

    def _rehearse(self, sector: int, count: int) -> None:
        """Raise what the write would raise, while content ID and marks are still the old ones."""
        for index, within, _, length in self._tip.parts.pieces(sector, count):
            extent = self._tip.extents[index]
            if not is_writable(extent):
                raise ReadOnly(
                    "an extent that can't be written",
                    path=self._tip.path,
                    where="the extent description",
                    found=extent.line.text,
                    expected="an RW extent with a file",
                )
            if not self._begun:
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
        self._writers[index].begin()
        self._ready.add(index)

    def flush(self) -> Areas | None:
        """Make all writes durable, and visible to a fresh reading of the tables.

        Returns the areas of the link that changed since the last flush, which the link knows
        then; None if they are too many: the link reads its tables at the next question.
        """
        for writer in self._writers.values():
            writer.flush()
        taken = [(index, writer.take_changed()) for index, writer in self._writers.items()]
        changed = Areas.empty()
        for index, parts in taken:
            if parts is None:
                self._tip.forget_areas()
                return None
            start, file = self._tip.starts[index], self._tip.first_files[index]
            for part in parts:
                changed = changed_by(changed, part.moved(sectors=start, file=file))
        if len(changed):
            self._tip.change_areas(lambda areas: changed_by(areas, changed))
        return changed

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
        try:
            extent.refuse_kind()
        except UnsupportedVmdk as error:
            error.path = error.path or tip.path
            raise


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
