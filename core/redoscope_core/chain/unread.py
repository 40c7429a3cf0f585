"""Unread: all that an operation on a disk could not look at, area by area, with the cause of each.

known    |  ####      ##|   what tables and missing files tell, as arrays
found    |        ##    |   what came to light while bytes were read
areas    |  ####  ##  ##|   both, each with file, place and entry
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import Areas, State
from redoscope_core.errors import (
    BrokenChain,
    FileMissing,
    FileRefused,
    FileUnreadable,
    UnsupportedVmdk,
    VixCode,
    VmdkError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from redoscope_core.chain.around import Unreadable
    from redoscope_core.chain.chain import Chain
    from redoscope_core.extents.lookup import Answer

__all__ = ["Cause", "Unread", "UnreadArea", "joined_runs", "known_unreadable"]

_ROWS = 4096


class Cause(Enum):
    """Why sectors can't be read; the value is its word for programs."""

    LOST_PARENT = "lost-parent"
    """The parent is missing or does not fit: nothing is known of what no link stores."""
    MISSING_FILE = "missing-file"
    """A file of the disk is not there, or its name is not followed."""
    READ_ERROR = "read-error"
    """The system does not give it, though it is there."""
    CUT_OFF = "cut-off"
    """The file ends before."""
    ELSEWHERE = "elsewhere"
    """The data is in no file that could be read here."""
    BAD_DIRECTORY_ENTRY = "bad-directory-entry"
    BAD_TABLE_ENTRY = "bad-table-entry"
    BAD_GRAIN = "bad-grain"
    """A compressed grain can't be inflated, or says that it belongs elsewhere."""
    BAD_FILE = "bad-file"
    """The file is not what it should be, from its header on."""


@dataclass(frozen=True, slots=True)
class UnreadArea:
    """A run of sectors that could not be read."""

    start: int
    count: int
    cause: Cause
    error: VmdkError
    """Which file, where in it, what was found and what was expected."""
    link: Path | None
    """The link that decides there; None if that is a parent that is lost."""
    depth: int
    """How far that link lies below the newest one, which is 0."""
    directory_index: int | None = None
    table_index: int | None = None
    table_entry: int | None = None
    """Where its entry stands in directory and table, and its value; None where there is none."""
    entry_offset: int | None = None
    """Byte of the file at which the entry stands."""

    @property
    def document(self) -> dict[str, object]:
        """The area as JSON: the words of `map` and `owner`, and what is wrong."""
        error = self.error
        return {
            "start": self.start,
            "length": self.count,
            "state": State.UNREADABLE.word,
            "depth": self.depth,
            "link": None if self.link is None else str(self.link),
            "cause": self.cause.value,
            "what": error.what,
            "file": None if error.path is None else str(error.path),
            "where": error.where,
            "offset": error.offset,
            "found": None if error.found is None else str(error.found),
            "expected": None if error.expected is None else str(error.expected),
            "gd_index": self.directory_index,
            "gte_index": self.table_index,
            "gte": self.table_entry,
            "gte_offset": self.entry_offset,
        }


class Unread:
    """What of one generation could not be looked at. It is written by one thread.

    Of a chain that does not salvage there is nothing: the first of it is an error.
    """

    def __init__(self, chain: Chain, start: int = 0, count: int | None = None) -> None:
        """Begin with what the tables of *chain* tell of *count* sectors from *start* on, or all."""
        self._chain = chain
        known = known_unreadable(chain) if chain.salvages else Areas.empty()
        self.known = known.window(start, chain.capacity - start if count is None else count)
        """What was known before anything was read."""
        self.capacity = chain.capacity
        """Sectors of the disk."""
        self._found: list[Unreadable] = []

    @classmethod
    def of_links(cls, chain: Chain) -> Unread:
        """Begin with what of each link of *chain* can't be read, also where newer ones decide.

        Sectors that several links lack count, and are told, once for each of them.
        """
        unread = cls(chain)
        if chain.salvages:
            lost = unread.known.take(unread.known.link < 0)
            own = [
                _unreadable(link.stored).window(0, chain.capacity).moved(link=index)
                for index, link in enumerate(chain.links)
            ]
            every = Areas.concatenate([*own, lost])
            unread.known = every.take(np.argsort(every.start, kind="stable"))
        return unread

    @property
    def found(self) -> Sequence[Unreadable]:
        """What came to light while bytes were read."""
        return self._found

    def add(self, found: Iterable[Unreadable]) -> None:
        """Take what came to light while bytes were read, in the order of the disk."""
        for each in found if self._chain.salvages else ():
            last = self._found[-1] if self._found else None
            if last is not None and _goes_on(last, each):
                self._found[-1] = last._replace(sectors=last.sectors + each.sectors)
            else:
                self._found.append(each)

    @property
    def sectors(self) -> int:
        """Sectors that could not be read."""
        return int(self.known.count.sum()) + sum(each.sectors for each in self._found)

    @property
    def runs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First sectors and sectors of the runs that could not be read; no two touch."""
        found = np.array([each[:2] for each in self._found], np.int64).reshape(-1, 2)
        return joined_runs(
            np.append(self.known.start, found[:, 0]), np.append(self.known.count, found[:, 1])
        )

    def areas(self) -> Iterator[UnreadArea]:
        """Yield each area by itself, in order; what is told of one is looked up now."""
        found = iter(self._found)
        each = next(found, None)
        for start, count, link in self._rows():
            while each is not None and each.start < start:
                yield self._told(each.start, each.sectors, each.link, each.error)
                each = next(found, None)
            yield self._told(start, count, link, None)
        while each is not None:
            yield self._told(each.start, each.sectors, each.link, each.error)
            each = next(found, None)

    def _rows(self) -> Iterator[tuple[int, int, int]]:
        known = self.known
        for low in range(0, len(known), _ROWS):
            columns = (known.start, known.count, known.link)
            part = (column[low : low + _ROWS].tolist() for column in columns)
            yield from zip(*part, strict=True)

    def _told(self, start: int, count: int, link: int, error: VmdkError | None) -> UnreadArea:
        chain, is_late = self._chain, error is not None
        error = error or chain.unreadable(link, start)
        depth = len(chain.links) - 1 - link
        if link < 0:
            return UnreadArea(start, count, Cause.LOST_PARENT, error, None, depth)
        answer = chain.links[link].explain(start)
        entries = (answer.directory_index, answer.table_index, answer.table_entry)
        if error.offset is None:
            error.offset = answer.data_offset
        cause = _cause(error, answer, is_late=is_late)
        path = chain.links[link].path
        return UnreadArea(start, count, cause, error, path, depth, *entries, answer.entry_offset)


def known_unreadable(chain: Chain) -> Areas:
    """Return the areas of *chain* that its tables and missing files tell to be unreadable."""
    return _unreadable(chain.stored)


def _unreadable(areas: Areas) -> Areas:
    return areas.take(areas.state == State.UNREADABLE)


def joined_runs(
    start: NDArray[np.int64], count: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first sectors and sectors of runs in any order, joined: no two touch."""
    if not len(start):
        return start, count
    order = np.argsort(start, kind="stable")
    start, end = start[order], np.maximum.accumulate((start + count)[order])
    opens = np.flatnonzero(np.concatenate(([True], start[1:] > end[:-1])))
    last = np.append(opens[1:], len(start)) - 1
    return start[opens], end[last] - start[opens]


def _goes_on(last: Unreadable, each: Unreadable) -> bool:
    """Tell whether *each* lies behind *last*, and is bad by the same thing in the same place."""
    one, other = last.error, each.error
    return (
        each.start == last.start + last.sectors
        and each.link == last.link
        and (type(one), one.path, one.where) == (type(other), other.path, other.where)
    )


def _cause(error: VmdkError, answer: Answer, *, is_late: bool) -> Cause:
    kinds = (
        (BrokenChain, Cause.LOST_PARENT),
        ((FileMissing, FileRefused), Cause.MISSING_FILE),
        (FileUnreadable, Cause.READ_ERROR),
        (UnsupportedVmdk, Cause.ELSEWHERE),
    )
    for kind, cause in kinds:
        if isinstance(error, kind):
            return cause
    if error.code == VixCode.HOST_FILE_ERROR_EOF:
        return Cause.CUT_OFF
    if is_late:
        return Cause.BAD_GRAIN
    if answer.kind == "lost":
        return Cause.BAD_FILE
    return Cause.BAD_DIRECTORY_ENTRY if answer.table_entry is None else Cause.BAD_TABLE_ENTRY
