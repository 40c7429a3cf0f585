"""Unchanged: which nodes of two generations have the same streams, told of all of them at once.

Nothing is read for it: what is said of a node is compared, and where its bytes are stored. Whether
a sector of these differs is asked elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from redoscope_core.operations.attributing.side import Side
    from redoscope_core.volumes.source import Numbers

__all__ = ["alike", "same_streams"]

_OF_STREAMS = ("kind", "size", "written", "attribute", "packed", "unit")
_OF_EXTENTS = ("start", "sectors", "offset", "written")


def alike(
    old: Side, one: Numbers, new: Side, other: Numbers, names: Sequence[str]
) -> NDArray[np.bool_]:
    """Return of each pair of nodes whether their columns *names* are the same."""
    found = np.ones(len(one), np.bool_)
    for name in names:
        found &= getattr(old.index.nodes, name)[one] == getattr(new.index.nodes, name)[other]
    return found


def same_streams(old: Side, one: Numbers, new: Side, other: Numbers) -> NDArray[np.bool_]:
    """Return of each pair of nodes whether their streams are the same, and lie where they lay."""

    def same(first: Numbers, second: Numbers) -> NDArray[np.bool_]:
        return _same_streams(old, first, new, second)

    return _each(old.streams_of(one), new.streams_of(other), same)


def _same_streams(old: Side, one: Numbers, new: Side, other: Numbers) -> NDArray[np.bool_]:
    """Return of each pair of streams whether they are the same."""
    before, after = old.index, new.index
    found = np.ones(len(one), np.bool_)
    for name in _OF_STREAMS:
        found &= getattr(before.streams, name)[one] == getattr(after.streams, name)[other]

    def same_name(first: Numbers, second: Numbers) -> NDArray[np.bool_]:
        return np.asarray(before.names[first] == after.names[second])

    def same_inside(first: Numbers, second: Numbers) -> NDArray[np.bool_]:
        return np.asarray(before.inside[first] == after.inside[second])

    def same_extent(first: Numbers, second: Numbers) -> NDArray[np.bool_]:
        same = np.ones(len(first), np.bool_)
        for name in _OF_EXTENTS:
            same &= getattr(before.extents, name)[first] == getattr(after.extents, name)[second]
        return same

    for begin, end, judge in (
        ("name_start", "name_end", same_name),
        ("inside_start", "inside_end", same_inside),
    ):
        ranges = [
            (getattr(side.index.streams, begin)[rows], getattr(side.index.streams, end)[rows])
            for side, rows in ((old, one), (new, other))
        ]
        lengths = [(first, behind - first) for first, behind in ranges]
        found &= _each(lengths[0], lengths[1], judge)
    kept = [(side.index.streams.inside_start[r] < 0) for side, r in ((old, one), (new, other))]
    found &= kept[0] == kept[1]
    return found & _each(old.extents_of(one), new.extents_of(other), same_extent)


def _each(
    before: tuple[Numbers, Numbers],
    after: tuple[Numbers, Numbers],
    judge: Callable[[Numbers, Numbers], NDArray[np.bool_]],
) -> NDArray[np.bool_]:
    """Return of each pair of rows of things whether there are as many, and each like its partner.

    *before* and *after* are the first thing of each row, and how many; *judge* tells of pairs.
    """
    (first, count), (second, others) = before, after
    found = np.asarray(count == others)
    length = np.where(found, count, 0)
    row = np.repeat(np.arange(len(length)), length)
    place = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    same = judge(first[row] + place, second[row] + place)
    found[row[~same]] = False
    return found
