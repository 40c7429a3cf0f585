"""A chain: links read as one disk.

Opening C2 shows B + C0 + C1 + C2, where "+" lays one over the other: the newest link
that has a sector decides. What no link has reads as zeros, and only here: a link
alone says "absent".
"""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from redoscope_core.areas.areas import Areas, State
from redoscope_core.chain.access import Access, Policy
from redoscope_core.chain.family.children import children_findings, refuse_if_parent
from redoscope_core.chain.family.lineage import misfits, open_links, uses
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.parents import parents_elsewhere
from redoscope_core.chain.family.pieces import open_link
from redoscope_core.chain.generations import Generations
from redoscope_core.chain.stopped import stopped
from redoscope_core.errors import InvalidArgument, InvalidHandle, OutOfRange, Readable, VmdkError
from redoscope_core.findings import Finding
from redoscope_core.format.units import SECTOR
from redoscope_core.leniency import Leniency
from redoscope_core.link.link import Link
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from numpy.typing import ArrayLike, NDArray

    from redoscope_core.chain.reader import AreaReader
    from redoscope_core.extents.lookup import Lookup

__all__ = ["Chain"]


class Chain:
    """Links read as one disk: a value. Any thread may read; reading has no position."""

    def __init__(
        self,
        links: Sequence[Link],
        *,
        findings: tuple[Finding, ...] = (),
        unseen: tuple[VmdkError, ...] = (),
        owner: bool = True,
        closed: threading.Event | None = None,
        generations: Generations | None = None,
        lost_parent: VmdkError | None = None,
    ) -> None:
        """Lay *links*, base disk first, over each other; an *owner* closes them in the end.

        *closed* and *generations* are shared by all chains over the same open links.
        """
        self.links = tuple(links)
        self.lost_parent = lost_parent
        """Why the parent of the first link can't be used, if it was opened without, by salvage:
        what no link stores is unreadable then."""
        self.asks_parent = self.links[0].is_child and lost_parent is None
        """Whether links below are left out: what no link here stores, a parent would be asked for.

        Then it is ABSENT and no zeros, and is read only by who says what is to stand for it."""
        self._findings = findings
        self.unseen = unseen
        """Why it is not known who has the newest link as parent: a folder may not be listed."""
        self._owner = owner
        self._last_reader: AreaReader | None = None
        self._generations = generations or Generations(
            self.links, lost_parent=lost_parent is not None
        )
        self._closed = closed or threading.Event()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        access: Access = Access.INSPECT,
        policy: Policy | None = None,
        neighbours: Neighbours | None = None,
    ) -> Self:
        """Open the link at *path* and all its parents.

        Who asked something of the same folder just before hands over *neighbours*.

        Raises:
            HasChildren: *access* is not INSPECT and other links are made from this one.
            BrokenChain: Parents are missing, changed, in a circle or too many; the
                nearest bad pair is told, counted from *path*.
            VmdkError: A file can't be opened.
        """
        path = Path(path)
        policy = policy or Policy()
        policy = replace(policy, opened=policy.opened or path.parent)
        writable = access is Access.WRITE
        neighbours = neighbours or Neighbours()
        links, lost = open_links(path, policy, writable=writable, neighbours=neighbours)
        try:
            found = [finding for link in links for finding in link.findings]
            found += [*misfits(links), *uses(links)]
            found += parents_elsewhere(links, policy, neighbours)
            found += stopped(links, neighbours.plans)
            if links[-1].is_bare:
                from redoscope_core.chain.family.lost import about_data  # noqa: PLC0415 - seldom

                whose = about_data(path, policy, neighbours)
                found += [] if whose is None else [whose]
            found += [] if lost is None else [Finding.of_error(lost, links[0].path)]
            unseen: tuple[VmdkError, ...] = ()
            if access is Access.INSPECT:
                older, unseen = children_findings(links[-1], policy, neighbours)
                found += older
            else:
                refuse_if_parent(links[-1], policy, neighbours)
        except BaseException:
            _close(links)
            raise
        return cls(links, findings=tuple(found), unseen=unseen, lost_parent=lost)

    @classmethod
    def open_alone(cls, path: Path, *, policy: Policy | None = None) -> Self:
        """Open the link at *path* alone; its parents need not be there.

        Raises:
            VmdkError: A file of the link can't be opened.
        """
        path = Path(path)
        policy = policy or Policy()
        policy = replace(policy, opened=policy.opened or path.parent)
        link = open_link(path, policy, Neighbours())
        return cls([link], findings=(*link.findings, *uses([link])))

    def alone(self) -> Chain:
        """Return the newest link alone, over the same open files."""
        return Chain(self.links[-1:], findings=self.tip.findings, owner=False, closed=self._closed)

    @property
    def salvages(self) -> bool:
        """Whether it was opened to read what there is, in spite of what is missing or damaged."""
        return self.tip.salvages

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the chain, also what came to light while it was read."""
        late = (finding for link in self.links for finding in link.findings_of_reading)
        return tuple(dict.fromkeys((*self._findings, *late)))

    @property
    def notes(self) -> tuple[str, ...]:
        """The findings in words, for a program that prints them; code asks `findings`."""
        from redoscope_core import sentences  # noqa: PLC0415 - words are for the edge

        return sentences.lines(self.findings)

    @property
    def tip(self) -> Link:
        """The newest link."""
        return self.links[-1]

    @property
    def path(self) -> Path:
        """Where the newest link is."""
        return self.tip.path

    @property
    def all_files(self) -> tuple[Path, ...]:
        """Every file that the disk is made of."""
        return tuple(file for link in self.links for file in link.all_files)

    @property
    def capacity(self) -> int:
        """Sectors of the disk: those of the newest link."""
        return self.tip.capacity

    @cached_property
    def grain_size(self) -> int:
        """Sectors of the smallest grain in the chain."""
        return min(link.grain_size for link in self.links)

    @property
    def stored(self) -> Areas:
        """What all links together store, seen from above; no ABSENT areas. Made once."""
        self._check_open()
        return self._generations.at(len(self.links) - 1)

    def areas(self, start: int = 0, count: int | None = None) -> Areas:
        """Return the areas of a window (the whole disk by default): each sector once, in order.

        Raises:
            OutOfRange: The window leaves the disk.
        """
        count = self.capacity - start if count is None else count
        self.refuse_outside(start, count)
        return self.stored.complete(start, count)

    def read(self, sector: int, count: int) -> bytes:
        """Return *count* sectors from *sector* on; raises as `read_into` does."""
        self.refuse_outside(sector, count)
        buffer = bytearray(count * SECTOR)
        self.read_into(buffer, sector)
        return bytes(buffer)

    def read_into(
        self, buffer: bytearray | memoryview, sector: int, *, fill: int | None = None
    ) -> None:
        """Fill *buffer*, whole sectors long, from *sector* on.

        Where a parent would be asked that is left out, the byte *fill* is put.

        Raises:
            OutOfRange: The sectors leave the disk.
            PartialChain: A parent that is left out would be asked, and there is no *fill*.
            CorruptVmdk: A sector should be stored and is not there to read; no byte of
                it is made up.
        """
        view = memoryview(buffer)
        if view.ndim != 1 or view.itemsize != 1:
            view = view.cast("B")
        count, rest = divmod(len(view), SECTOR)
        if rest:
            raise InvalidArgument(
                "a buffer that is no whole number of sectors", found=f"{len(view)} bytes"
            )
        self.refuse_outside(sector, count)
        asked = self._left_out(sector, count, fill) if self.asks_parent else None
        try:
            (self._last_reader or self._reader()).fill(view, sector)
        except VmdkError as error:
            raise self.with_way_out(error) from None
        if asked is not None:
            from redoscope_core.chain.alone import fill_asking  # noqa: PLC0415

            fill_asking(view, asked, fill or 0)

    def _left_out(self, sector: int, count: int, fill: int | None) -> Areas:
        from redoscope_core.chain.alone import refuse_asking  # noqa: PLC0415

        areas = self.stored.complete(sector, count)
        refuse_asking(areas, self.path, fill)
        return areas

    def read_many(
        self, sectors: ArrayLike, count: int, out: NDArray[np.uint8] | None = None
    ) -> NDArray[np.uint8]:
        """Return *count* sectors from each of *sectors* on: one row of bytes each, in that order.

        The rows, uint8 of shape (len(sectors), 512 * count), are read in the order in which
        they lie in the files, which is many times faster than one read after the other. An
        *out* of that shape is filled and returned; raises as `read_into` does.
        """
        wanted = np.array(sectors, np.int64, ndmin=1)
        shape = (len(wanted), count * SECTOR)
        self.refuse_outside(int(np.min(wanted, initial=0)), count)
        self.refuse_outside(int(np.max(wanted, initial=0)), count)
        rows = np.empty(shape, np.uint8) if out is None else out
        if rows.shape != shape or rows.dtype != np.uint8 or not rows.flags.c_contiguous:
            raise InvalidArgument(
                "an array that the rows do not fit into",
                found=f"{rows.dtype} of shape {rows.shape}",
                expected=f"uint8 of shape {shape}, contiguous",
            )
        if self.asks_parent:
            for row, first in zip(rows, wanted.tolist(), strict=True):
                self.read_into(row.data, first)
        elif rows.size:
            try:
                (self._last_reader or self._reader()).fill_many(rows.data.cast("B"), wanted, count)
            except VmdkError as error:
                raise self.with_way_out(error) from None
        return rows

    def _reader(self) -> AreaReader:
        from redoscope_core.chain.reader import AreaReader  # noqa: PLC0415 - no look-up needs it

        # What the links store does not change while they are open: see `renewed`.
        reader = self._last_reader = AreaReader(self.stored, self.links, self.lost_parent)
        return reader

    def unreadable(self, index: int, sector: int) -> VmdkError:
        """Return why *sector* of link *index* can't be read; -1 is the parent that is lacking."""
        from redoscope_core.chain.reader import unreadable  # noqa: PLC0415 - nearly never

        return unreadable(self.links, index, sector, self.lost_parent)

    def with_way_out(self, error: VmdkError) -> VmdkError:
        """Return *error*, met where the disk can't be read, with what can be read all the same."""
        if not self.salvages:
            lost = self.stored.sectors_in(State.UNREADABLE)
            error.readable = Readable(self.capacity - lost, self.capacity)
            error.leniency = error.leniency or Leniency.SALVAGE
        return error

    def owner(self, sector: int) -> Lookup:
        """Return which link supplies *sector*, and what each link that was asked said.

        Raises:
            OutOfRange: The disk has no such sector.
        """
        # To be explained is seldom asked for, and every command would wait for its words.
        from redoscope_core.chain.owning import look_up  # noqa: PLC0415

        self.refuse_outside(sector, 1)
        return look_up(self.links, sector, self.lost_parent)

    def up_to(self, index: int) -> Chain:
        """Return the older generation whose newest link is *index*, over the same open links.

        Raises:
            InvalidArgument: There is no such link.
        """
        if not 0 <= index < len(self.links):
            raise InvalidArgument(
                "a generation that the chain does not have",
                path=self.path,
                found=index,
                expected=f"0 to {len(self.links) - 1}",
            )
        self._check_open()
        return Chain(
            self.links[: index + 1],
            owner=False,
            closed=self._closed,
            generations=self._generations,
            lost_parent=self.lost_parent,
        )

    def keep_generations(self, most_bytes: int) -> None:
        """Keep at most this much of what the generations store, over these same open links.

        What has no room is made again when it is asked for; what was used last is always kept.
        """
        self._generations.most_bytes = most_bytes

    @property
    def held(self) -> tuple[NDArray[Any], ...]:
        """The arrays that this object keeps for itself: none until its bytes were read once.

        Overlays that all chains over the same links share are not counted, unless they are read.
        """
        return () if self._last_reader is None else self._last_reader.arrays

    def renewed(self, changed: Areas | None = None) -> Chain:
        """Return a chain over the same open links, whose tip was written; use it instead.

        *changed* are the areas of the tip that are new; None if only its tables tell them.
        """
        return Chain(
            self.links,
            findings=self.findings,
            owner=self._owner,
            closed=self._closed,
            generations=self._generations.renewed(changed),
            lost_parent=self.lost_parent,
        )

    def refuse_outside(self, sector: int, count: int) -> None:
        """Raise `OutOfRange` unless *count* sectors from *sector* on are sectors of the disk."""
        self._check_open()
        if sector < 0 or count < 0 or sector + count > self.capacity:
            raise OutOfRange(
                "sectors outside the disk",
                path=self.path,
                found=f"{counted(count, 'sector')} from {sector}",
                expected=f"a range inside its {self.capacity} sectors",
            )

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise InvalidHandle("the chain is closed", path=self.tip.path)

    def close(self) -> None:
        """Close the links, if this chain opened them; closing twice is harmless."""
        self._last_reader = None
        if self._owner and not self._closed.is_set():
            self._closed.set()
            self._generations.forget()
            _close(self.links)

    def __enter__(self) -> Self:
        """Return the chain."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the chain."""
        self.close()


def _close(links: Sequence[Link]) -> None:
    for link in links:
        link.close()
