"""Search: where bytes, a text or a pattern occur in a generation, or in all of them.

Only what is stored is read; the zeros around it are known. What lies across the border
of two windows is found in the end of the one and the beginning of the other.

The newest generation is searched whole, each older one only where the link above it differs:

    newest      |....h.......h.........h..|
    link above  |          ####           |   what it stores, this generation reads otherwise
    older       |.........h..=.h..........|   looked at: the zone around it; elsewhere the
                                              matches of the generation above hold here too
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.chain.generations import read_tables
from redoscope_core.chain.unread import Unread
from redoscope_core.errors import InvalidHandle, VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.examining.changes import changed_areas, covering_runs
from redoscope_core.operations.examining.finders import Finder, finder_of
from redoscope_core.operations.examining.found import NOT_SHOWN, Found
from redoscope_core.operations.examining.hits import Hits
from redoscope_core.operations.examining.needle import MAX_PATTERN, Needle
from redoscope_core.operations.examining.sweep import Swept, swept
from redoscope_core.operations.examining.zones import Zones, touching
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain

__all__ = ["Matches", "search"]

_AT_ONCE = 2**16
"""Matches of an older generation after which they are looked through; only hits are kept."""
_MOST_IN_TURN = 2**22
"""Matches of a regular expression that are kept of an older generation (100 MiB), since each
decides where the next may begin; of those behind them it is not known whether it holds them."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Where something was found."""

    hits: Hits
    """Each place, and which generations hold it."""
    unread: Unread
    """What could not be looked at; nothing, unless the chain was opened to salvage."""
    older_unread: tuple[Unread, ...] = ()
    """The same of each older generation that was searched."""
    stopped: VmdkError | None = None
    """What can't be read and ended the search, if the chain does not salvage: more may follow."""

    @property
    def offsets(self) -> tuple[int, ...]:
        """Bytes of the disk, ascending."""
        return tuple(np.sort(self.hits.offset).tolist())


def search(
    chain: Chain,
    sought: bytes | re.Pattern[bytes] | Needle,
    *,
    limit: int = 10_000,
    fold_case: bool = False,
    all_generations: bool = False,
    since: int | None = None,
    hits: Hits | None = None,
) -> Generator[Progress, None, Matches]:
    """Find *sought* and return at most *limit* matches; *hits* has them while it goes on.

    Bytes are found as in a flat file, overlapping matches too; with *fold_case* the letters
    A to Z count as small ones. A regular expression is matched from left to right, a match being
    at most `MAX_PATTERN` bytes. A match lies wholly in what can be read. What was found before a
    sector that can't be is never lost: the search goes on behind it, or if the chain does not
    salvage, ends there and says so.

    With *all_generations* each older generation is searched too, only where it differs. With
    *since*, an older generation, only matches count that have a byte in an area that was decided
    above it, and of older generations those above it and itself; a regular expression begins anew
    a little before each such area.

    Raises:
        InvalidArgument: *sought* is empty or too long, or there is no generation *since*.
    """
    if isinstance(sought, bytes):
        sought = Needle.of_bytes(sought, fold_case=fold_case)
    elif isinstance(sought, re.Pattern):
        sought = Needle.of_regex(sought)
    hits = Hits(len(chain.links)) if hits is None else hits
    quest = _Quest(chain, sought, limit, hits, since)
    unread = [Unread(chain)]
    stopped = None
    try:
        yield from quest.newest(unread[0])
        oldest = len(chain.links) - 1 if not all_generations else since or 0
        for index in range(len(chain.links) - 2, oldest - 1, -1):
            older = chain.up_to(index)
            yield from quest.older(older, unread)
    except InvalidHandle:
        raise
    except VmdkError as error:
        stopped = error
    return Matches(hits, unread[0], tuple(unread[1:]), stopped)


class _Quest:
    """One search: what holds in the generation that was searched last, spelling by spelling."""

    def __init__(
        self, chain: Chain, needle: Needle, limit: int, hits: Hits, since: int | None
    ) -> None:
        self._chain = chain
        self._needle = needle
        self._limit = limit
        self._hits = hits
        self._runs = None if since is None else covering_runs(changed_areas(chain, since))
        self._in_turn = any(each.in_turn for each in needle.spellings)
        self._held = [Found.nothing() for _ in needle.spellings]
        self._horizon: int | None = None
        """Byte behind which nothing is known, since there were enough matches before it."""
        self._done = 0

    # --- the newest generation ---------------------------------------------------------------

    def newest(self, unread: Unread) -> Generator[Progress, None, None]:
        """Search the newest generation, whole or where it changed."""
        chain, last = self._chain, len(self._chain.links) - 1
        zones = Zones.whole(chain.capacity)
        if self._runs is not None:
            zones = self._around(*self._runs, chain.capacity)
        finders = [finder_of(each, self._limit) for each in self._needle.spellings]
        parts: list[list[Found]] = [[] for _ in finders]
        try:
            for progress in self._shown(swept(chain, finders, zones, unread)):
                self._gather(finders, parts, last)
                if len(self._hits) >= self._limit:
                    break
                yield progress
        finally:
            self._gather(finders, parts, last)
            self._held = [Found.joined(each) for each in parts]
        if len(self._hits) >= self._limit:
            self._horizon = max((each.shown.last for each in self._held), default=0) + 1

    def _around(self, start: NDArray[np.int64], count: NDArray[np.int64], sectors: int) -> Zones:
        longest = max(each.longest for each in self._needle.spellings)
        context = MAX_PATTERN if self._in_turn else 0
        return Zones.around(start, count, sectors, longest=longest, context=context)

    def _gather(self, finders: list[Finder], parts: list[list[Found]], last: int) -> None:
        for number, finder in enumerate(finders):
            offset, length = finder.take()
            rows = self._added(number, offset, length, last)
            if len(offset):
                found = Found(offset, length, rows)
                parts[number].append(found if self._in_turn else found.shown)
            finder.wanted = max(1, self._limit - len(self._hits))

    def _added(
        self,
        number: int,
        offset: NDArray[np.int64],
        length: NDArray[np.int64],
        generation: int,
    ) -> NDArray[np.int64]:
        """Add what counts of new hits, as far as there is room; return their rows."""
        counts = np.ones(len(offset), np.bool_)
        if self._runs is not None:
            counts = touching(offset, length, *self._runs)
        which = np.flatnonzero(counts)[: max(0, self._limit - len(self._hits))]
        rows = np.full(len(offset), NOT_SHOWN, np.int64)
        if len(which):
            rows[which] = self._hits.add(number, offset[which], length[which], generation)
        return rows

    # --- older generations -------------------------------------------------------------------

    def older(self, chain: Chain, unread: list[Unread]) -> Generator[Progress, None, None]:
        """Search the generation below the one that was searched last.

        What of it could not be looked at is added to *unread*.
        """
        unread.append(Unread(chain))
        zones = self._differing(chain)
        if not self._in_turn:
            for held in self._held:
                self._mark(held.rows[self._stays(held, zones, chain)], chain)
            yield from self._look(chain, zones, unread[-1])
            return
        found = yield from self._found_again(chain, zones, unread[-1])
        if not self._goes_on_alike(found, zones):
            zones, unread[-1] = Zones.whole(chain.capacity), Unread(chain)
            found = yield from self._found_again(chain, zones, unread[-1])
        self._take_turns(found, zones, chain)

    def _differing(self, chain: Chain) -> Zones:
        """Return the zones in which *chain* reads otherwise than with the next link above."""
        above = self._chain.links[len(chain.links)]
        read_tables([above])
        start, count = covering_runs(above.stored)
        short, long = sorted((chain.capacity, above.capacity))
        if short < long:
            # What lies across the end of the shorter one differs, and all behind it.
            start, count = np.append(start, short - 1), np.append(count, long - short + 1)
            order = np.argsort(start, kind="stable")
            start, end = start[order], np.maximum.accumulate((start + count)[order])
            count = end - start
        limit = chain.capacity
        if self._horizon is not None:
            limit = min(limit, -(-self._horizon // SECTOR))
            kept = start < limit
            start, count = start[kept], count[kept]
        return self._around(start, count, chain.capacity)

    def _stays(self, held: Found, zones: Zones, chain: Chain) -> NDArray[np.bool_]:
        """Tell which of *held* hold in *chain* as well: no zone decides them anew."""
        inside = held.offset + held.length <= chain.capacity * SECTOR
        return inside & ~zones.decide(held.offset)

    def _mark(self, rows: NDArray[np.int64], chain: Chain) -> None:
        self._hits.mark(rows[rows != NOT_SHOWN], len(chain.links) - 1)

    def _look(self, chain: Chain, zones: Zones, unread: Unread) -> Generator[Progress, None, None]:
        """Search *zones* of *chain* for bytes: what is found counts at once."""
        finders = [finder_of(each, _AT_ONCE) for each in self._needle.spellings]
        kept = [[held.take(self._stays(held, zones, chain))] for held in self._held]
        known: dict[int, Found] = {}
        try:
            for progress in self._shown(swept(chain, finders, zones, unread)):
                self._take_new(finders, kept, known, zones, chain)
                yield progress
        finally:
            self._take_new(finders, kept, known, zones, chain)
            self._held = [Found.joined(each).ascending() for each in kept]

    def _known(self, number: int) -> Found:
        """Return all hits of a spelling that any generation holds, ascending."""
        rows = np.flatnonzero(self._hits.spelling == number)
        offset, length = self._hits.offset[rows], self._hits.length[rows]
        return Found(offset, length, rows).ascending()

    def _take_new(
        self,
        finders: list[Finder],
        kept: list[list[Found]],
        known: dict[int, Found],
        zones: Zones,
        chain: Chain,
    ) -> None:
        for number, finder in enumerate(finders):
            offset, length = finder.take()
            if not len(offset):
                continue
            if number not in known:
                known[number] = self._known(number)
            inside = zones.decide(offset)
            found = self._with_rows(number, known[number], offset[inside], length[inside], chain)
            kept[number].append(found.shown)

    def _with_rows(
        self,
        number: int,
        known: Found,
        offset: NDArray[np.int64],
        length: NDArray[np.int64],
        chain: Chain,
    ) -> Found:
        """Return what was found with its rows: those of hits that are there, or new ones."""
        at = np.searchsorted(known.offset, offset)
        there = at < len(known.offset)
        there[there] = known.offset[at[there]] == offset[there]
        rows = np.empty(len(offset), np.int64)
        rows[there] = known.rows[at[there]]
        self._mark(rows[there], chain)
        fresh = ~there
        rows[fresh] = self._added(number, offset[fresh], length[fresh], len(chain.links) - 1)
        return Found(offset, length, rows)

    # --- a pattern that is matched in turn ---------------------------------------------------

    def _found_again(
        self, chain: Chain, zones: Zones, unread: Unread
    ) -> Generator[Progress, None, Found]:
        """Return what the pattern finds in *zones*, each begun as the generation above has it."""
        held = self._held[0]
        is_whole = len(zones.low) == 1 and not zones.low[0] and zones.sectors == chain.capacity

        def resume(offset: int) -> int:
            if is_whole:
                return offset
            low = int(zones.low[np.searchsorted(zones.first, offset // SECTOR)])
            return max(low, int(held.ends(np.array([low]))[0]))

        finder = finder_of(self._needle.spellings[0], _AT_ONCE, resume)
        parts: list[Found] = []

        def take() -> None:
            offset, length = finder.take()
            inside = zones.decide(offset)
            rows = np.full(int(inside.sum()), NOT_SHOWN, np.int64)
            parts.append(Found(offset[inside], length[inside], rows))

        for progress in self._shown(swept(chain, [finder], zones, unread)):
            take()
            if sum(len(each.offset) for each in parts) > _MOST_IN_TURN:
                break
            yield progress
        take()
        return Found.joined(parts)

    def _goes_on_alike(self, found: Found, zones: Zones) -> bool:
        """Tell whether behind each zone the next match may begin where it might before."""
        before, now = self._held[0].ends(zones.high), found.ends(zones.high)
        return bool((np.maximum(before, zones.high) == np.maximum(now, zones.high)).all())

    def _take_turns(self, found: Found, zones: Zones, chain: Chain) -> None:
        held = self._held[0]
        stays = held.take(self._stays(held, zones, chain))
        self._mark(stays.rows, chain)
        fresh = self._with_rows(0, self._known(0), found.offset, found.length, chain)
        self._held[0] = Found.joined([stays, fresh]).ascending()

    # --- progress ----------------------------------------------------------------------------

    def _shown(self, steps: Generator[Swept, None, None]) -> Iterator[Progress]:
        """Yield the progress of all generations that are searched so far, at each of *steps*."""
        total = 0
        with closing(steps):
            for done, total in steps:
                yield Progress(self._done + done, self._done + total, "searching")
        self._done += total
