"""Areas: runs of sectors in one state, held as arrays.

A 2 TiB link has 33 million grains, so nothing here is an object per grain or per
area: an `Areas` is seven arrays of the same length.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["AT_ONCE", "Areas", "State"]

_Kind = TypeVar("_Kind", bound="np.generic")
_SORTED_IN_PASSING = 2**21
AT_ONCE = 2**20
"""Areas worked on together: of more, what is worked out on the way would take gigabytes."""


class State(IntEnum):
    """What is known of a run of sectors."""

    ABSENT = 0
    """Not stored: ask the parent. Zeros only once there is no parent left to ask."""
    ZERO = 1
    """Explicitly zeros; the parent is not asked."""
    DATA = 2
    """Stored in a file."""
    UNREADABLE = 3
    """Should be stored, but the tables or the file are damaged there."""

    @property
    def word(self) -> str:
        """The word used in JSON and messages."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Runs of sectors, in order and without overlap; arrays are read-only."""

    start: NDArray[np.int64]
    """First sector."""
    count: NDArray[np.int64]
    """Sectors; above 0."""
    state: NDArray[np.uint8]
    """A `State`."""
    link: NDArray[np.int16]
    """Index in the chain of the link that decided, 0 = base disk; -1 where ABSENT."""
    file: NDArray[np.int32]
    """Index into that link's files; -1 if no file holds it."""
    offset: NDArray[np.int64]
    """Byte offset in that file; -1 if none. Of a packed area: where its whole grain begins."""
    packed: NDArray[np.bool_]
    """Whether the file holds it compressed, so that its bytes are not at the offset itself."""

    def __post_init__(self) -> None:
        """Freeze the arrays."""
        for array in self.columns:
            array.flags.writeable = False

    @classmethod
    def of(  # noqa: PLR0917 - one argument for each array
        cls,
        start: object,
        count: object,
        state: object,
        link: object = 0,
        file: object = 0,
        offset: object = -1,
        packed: object = False,  # noqa: FBT002 - a column like the others
    ) -> Areas:
        """Build from anything numpy can make arrays of; scalars are repeated."""
        starts = np.array(start, dtype=np.int64, ndmin=1)
        shape = starts.shape
        return cls(
            starts,
            _column(count, np.int64, shape),
            _column(state, np.uint8, shape),
            _column(link, np.int16, shape),
            _column(file, np.int32, shape),
            _column(offset, np.int64, shape),
            _column(packed, np.bool_, shape),
        )

    @classmethod
    def empty(cls) -> Areas:
        """Return no areas."""
        return cls.of([], [], [])

    @classmethod
    def concatenate(cls, parts: Sequence[Areas]) -> Areas:
        """Return the areas of *parts* in their order, which must be the order of the disk."""
        if len(parts) <= 1:
            return parts[0] if parts else cls.empty()
        return cls(
            np.concatenate([part.start for part in parts]),
            np.concatenate([part.count for part in parts]),
            np.concatenate([part.state for part in parts]),
            np.concatenate([part.link for part in parts]),
            np.concatenate([part.file for part in parts]),
            np.concatenate([part.offset for part in parts]),
            np.concatenate([part.packed for part in parts]),
        )

    @classmethod
    def filled(cls, length: int, parts: Iterable[Areas]) -> Areas:
        """Return the areas of *parts*, *length* in all, none of which is kept beside the result."""
        columns = tuple(np.empty(length, column.dtype) for column in cls.empty().columns)
        at = 0
        for part in parts:
            for whole, own in zip(columns, part.columns, strict=True):
                whole[at : at + len(part)] = own
            at += len(part)
        return cls(*columns)

    def __len__(self) -> int:
        """Return how many areas there are."""
        return len(self.start)

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All arrays, in the order of the fields. Areas made from others may share some."""
        columns = (self.start, self.count, self.state, self.link, self.file, self.offset)
        return (*columns, self.packed)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that all arrays take."""
        return sum(column.nbytes for column in self.columns)

    @property
    def end(self) -> NDArray[np.int64]:
        """The sector behind each area."""
        return self.start + self.count

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Areas:
        """Return the areas that *which* selects, as numpy indexes."""
        return Areas(
            self.start[which],
            self.count[which],
            self.state[which],
            self.link[which],
            self.file[which],
            self.offset[which],
            self.packed[which],
        )

    def moved(self, *, sectors: int = 0, link: int | None = None, file: int | None = None) -> Areas:
        """Return the areas *sectors* further on, of another link or in another file."""
        # Arrays that stay as they are, are shared: nobody can write to them.
        return Areas(
            self.start + sectors if sectors else self.start,
            self.count,
            self.state,
            self.link if link is None else np.full_like(self.link, link),
            self.file if file is None else np.where(self.file >= 0, np.int32(file), self.file),
            self.offset,
            self.packed,
        )

    def window(self, start: int, count: int) -> Areas:
        """Return the areas of sectors *start* to *start* + *count*, cut at both ends."""
        stop = start + count
        if len(self) and self.start[0] >= start and self.start[-1] + self.count[-1] <= stop:
            return self
        if not count:
            return self.take(slice(0, 0))  # also within an area
        # The end of every area is not worked out for this: there may be a million.
        first = int(np.searchsorted(self.start, start, side="right"))
        if first and int(self.start[first - 1]) + int(self.count[first - 1]) > start:
            first -= 1
        last = int(np.searchsorted(self.start, stop, side="left"))
        part = self.take(slice(first, last))
        if not len(part):
            return part
        starts = np.maximum(part.start, start)
        skipped = (starts - part.start) * SECTOR
        return Areas(
            starts,
            np.minimum(part.end, stop) - starts,
            part.state.copy(),
            part.link.copy(),
            part.file.copy(),
            np.where((part.offset >= 0) & ~part.packed, part.offset + skipped, part.offset),
            part.packed.copy(),
        )

    def merged(self) -> Areas:
        """Return the same areas with neighbours joined.

        Neighbours join if they touch and agree in state, link and file and, where a
        file holds them, lie one behind the other in it. Packed ones join only if they
        are parts of one grain.
        """
        if len(self) <= 1:
            return self
        begins = np.ones(len(self), np.bool_)
        for low in range(0, len(self) - 1, AT_ONCE):
            part = slice(low, low + AT_ONCE + 1)
            begins[part][1:] = ~_joins(self.take(part))
        if begins.all():
            return self
        ends = np.append(begins[1:], True)
        start = self.start[begins]
        return Areas(
            start,
            self.start[ends] + self.count[ends] - start,
            self.state[begins],
            self.link[begins],
            self.file[begins],
            self.offset[begins],
            self.packed[begins],
        )

    def complete(self, start: int, count: int) -> Areas:
        """Return the areas of a window with ABSENT ones where there are none."""
        # Before each area, and behind the last, there may be a gap; those that are not empty are
        # counted, and each area moves on by the number of gaps before it:
        #
        #     start                                  start + count
        #       |......aaaaaaaabbbbbbbb......cccccccc......|
        #     gap     yes    no      yes           yes
        #     place    0    1       2      3      4      5
        #
        # Between a and b the gap is empty: a has one gap before it, b too, c has two.
        part = self.window(start, count)
        edges = np.concatenate(([start], part.end))
        until = np.concatenate((part.start, [start + count]))
        gaps = until > edges
        # Where each area goes: behind the areas and the gaps before it.
        place = np.arange(len(part)) + np.cumsum(gaps[:-1])
        total = len(part) + int(np.count_nonzero(gaps))
        is_gap = np.ones(total, np.bool_)
        is_gap[place] = False
        starts, counts = np.empty(total, np.int64), np.empty(total, np.int64)
        starts[is_gap], counts[is_gap] = edges[gaps], (until - edges)[gaps]
        starts[place], counts[place] = part.start, part.count
        return Areas(
            starts,
            counts,
            _put(part.state, place, total, State.ABSENT),
            _put(part.link, place, total, -1),
            _put(part.file, place, total, -1),
            _put(part.offset, place, total, -1),
            _put(part.packed, place, total, 0),
        )

    def sectors_in(self, state: State) -> int:
        """Return how many sectors are in *state*."""
        return int(self.count[self.state == state].sum())

    def has_shared_bytes(self) -> bool:
        """Tell whether two areas lie on the same bytes of a file, in whatever order they are.

        Too many areas to sort in passing are not looked at; a check of the disk does that.
        """
        if len(self) > _SORTED_IN_PASSING:
            return False
        index = np.flatnonzero(self.offset >= 0)
        # As np.unique does, which loads all of numpy.ma for it.
        files = np.sort(self.file[index])
        for file in files[np.diff(files, prepend=-1) > 0].tolist():
            mine = index[self.file[index] == file]
            offset = self.offset[mine]
            # How long a packed grain is, is not known here: its first byte stands for it.
            length = np.where(self.packed[mine], 1, self.count[mine] * SECTOR)
            if not (offset[1:] > offset[:-1]).all():
                order = np.argsort(offset)
                offset, length = offset[order], length[order]
            if (offset[:-1] + length[:-1] > offset[1:]).any():
                return True
        return False


def _joins(areas: Areas) -> NDArray[np.bool_]:
    """Tell of each area but the first whether it joins with the one before it."""
    joins: NDArray[np.bool_] = areas.start[1:] == areas.end[:-1]
    # Most do not even touch: only those that do are looked at.
    before = np.flatnonzero(joins)
    after = before + 1
    follows = areas.state[after] == areas.state[before]
    follows &= areas.link[after] == areas.link[before]
    follows &= areas.file[after] == areas.file[before]
    follows &= areas.packed[after] == areas.packed[before]
    offset, next_offset = areas.offset[before], areas.offset[after]
    length = np.where(areas.packed[before], 0, areas.count[before] * SECTOR)
    follows &= np.where(offset >= 0, next_offset == offset + length, next_offset < 0)
    joins[before] = follows
    return joins


def _column(values: object, kind: type[_Kind], shape: tuple[int, ...]) -> NDArray[_Kind]:
    """Return *values* as an array of *shape*; one value is repeated."""
    given = np.array(values, dtype=kind)
    return given if given.shape == shape else np.full(shape, given, dtype=kind)


def _put(own: NDArray[_Kind], place: NDArray[np.intp], total: int, absent: int) -> NDArray[_Kind]:
    """Return *total* values: those of *own* at each *place*, and *absent* between them."""
    column = np.full(total, absent, own.dtype)
    column[place] = own
    return column
