"""Sweep: finders led over zones of a disk, piece by piece, and over the zeros between."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple, cast

from redoscope_core.areas.areas import Areas, State
from redoscope_core.chain.holes import cut_to
from redoscope_core.errors import VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.examining.zones import BRIDGE
from redoscope_core.operations.walking.pieces import pieces_of
from redoscope_core.operations.walking.windows import held_areas

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.unread import Unread
    from redoscope_core.operations.examining.finders import Finder
    from redoscope_core.operations.examining.zones import Zones
    from redoscope_core.progress import Progress

__all__ = ["Swept", "swept"]

_STEP = 2**24
"""Bytes after which progress is shown and the search may be stopped: about 10 ms."""
_ZEROS = 2048
"""Sectors of zeros (1 MiB) that are gone over at a time by who finds something in them."""


class Swept(NamedTuple):
    """How far a sweep is, in bytes that are looked at; zeros that nobody looks at are no work."""

    done: int
    total: int
    """All of the zones until it is known what of them is held in files."""


def swept(
    chain: Chain, finders: list[Finder], zones: Zones, unread: Unread
) -> Generator[Swept, None, None]:
    """Have *finders* look through what *chain* holds in *zones*; yield how far they are.

    That is yielded too whenever a finder has as much as it wants: unless what it has is taken
    then, or it wants more, the sweep ends there.

    Raises:
        VmdkError: A sector can't be read, and the chain does not salvage.
    """
    walk = _Walk(finders, zones)
    for _ in (asking := _Asked(chain)):
        yield walk.swept
    held = _cut(asking.held, zones)
    walk.count(int(held.count.sum()))
    shown = 0
    try:
        with closing(pieces_of(chain, held, unread, bridge=BRIDGE)) as pieces:
            for first, count, data, _ in pieces:
                yield from walk.to(first)
                if walk.filled():
                    return
                # The window's own bytes have `find`, the window has not.
                walk.over(first, None if data is None else cast("bytearray", data.obj), count)
                if walk.filled() or walk.done - shown >= _STEP:
                    shown = walk.done
                    yield walk.swept
                if walk.filled():
                    return
    except VmdkError:
        walk.cut()
        raise
    yield from walk.end()


class _Asked:
    """What a chain holds, asked file by file."""

    def __init__(self, chain: Chain) -> None:
        self.held = Areas.empty()
        self._chain = chain

    def __iter__(self) -> Iterator[Progress]:
        self.held = yield from held_areas(self._chain)


class _Walk:
    """Finders on their way over zones, from piece to piece.

    Who goes on over zeros, of which there may be any number, is told at each step that leaves a
    finder full, and goes no further if it still is.
    """

    def __init__(self, finders: list[Finder], zones: Zones) -> None:
        self._finders = finders
        self._total = zones.sectors
        self._looks_at_zeros = any(finder.finds_zeros for finder in finders)
        self._read = 0
        """Sectors of the pieces that were gone over."""
        self._zones = iter(zip(zones.first.tolist(), zones.behind.tolist(), strict=True))
        self._before = 0
        """Bytes of the zones that are done."""
        self._start = self._position = self._end = 0
        self._next_zone()

    def count(self, held: int) -> None:
        """Be told how many sectors of the zones are *held* in files: the work, unless zeros are."""
        if not self._looks_at_zeros:
            self._total = held

    @property
    def done(self) -> int:
        """Bytes of the zones that were looked at."""
        if self._looks_at_zeros:
            return self._before + (self._position - self._start) * SECTOR
        # Gaps that were read along are not counted as work.
        return min(self._read, self._total) * SECTOR

    @property
    def swept(self) -> Swept:
        """How far it is."""
        return Swept(self.done, self._total * SECTOR)

    def filled(self) -> bool:
        """Tell whether a finder has as much as it wants."""
        return any(finder.is_full for finder in self._finders)

    def to(self, sector: int) -> Iterator[Swept]:
        """Go on to *sector*: what lies before it is zeros; yield how far it is when full."""
        while sector >= self._end and not self.filled():
            yield from self._finish()
        yield from self._zeros(sector)

    def over(self, first: int, data: bytearray | None, count: int) -> None:
        """Go over a piece; without its bytes, if they can't be read."""
        for finder in self._finders:
            if data is None:
                finder.cut(first * SECTOR)
            else:
                finder.over(first * SECTOR, data, count * SECTOR)
        self._position = first + count
        self._read += count

    def cut(self) -> None:
        """Stop here: what follows can't be read."""
        for finder in self._finders:
            finder.cut(self._position * SECTOR)

    def end(self) -> Iterator[Swept]:
        """Go on to the end of the last zone; yield how far it is when full."""
        while self._end and not self.filled():
            yield from self._finish()

    def _zeros(self, sector: int) -> Iterator[Swept]:
        # Where zeros are found they may be at each byte.
        most = _ZEROS if self._looks_at_zeros else sector
        while self._position < sector and not self.filled():
            count = min(sector - self._position, most)
            for finder in self._finders:
                finder.over_zeros(self._position * SECTOR, count * SECTOR)
            self._position += count
            if self.filled():
                yield self.swept

    def _finish(self) -> Iterator[Swept]:
        yield from self._zeros(self._end)
        if self.filled():
            return
        self.cut()
        if self.filled():
            yield self.swept
        self._before += (self._end - self._start) * SECTOR
        self._next_zone()

    def _next_zone(self) -> None:
        self._start, self._end = next(self._zones, (0, 0))
        self._position = self._start
        for finder in self._finders if self._end else ():
            finder.begin(self._start * SECTOR)


def _cut(held: Areas, zones: Zones) -> Areas:
    """Return what *held* has in *zones*, as DATA or UNREADABLE at its own place."""
    known = held.take((held.state == State.DATA) | (held.state == State.UNREADABLE))
    if len(zones.first) == 1 and not zones.first[0]:
        return known.window(0, int(zones.behind[0]))
    placed = Areas.of(known.start, known.count, known.state, 0, 0, known.start * SECTOR)
    return cut_to(placed, zones.first * SECTOR, zones.behind * SECTOR)
