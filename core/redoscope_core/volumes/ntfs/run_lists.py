"""Runs of non-resident attributes, those of many attributes at once.

A run list is a row of pairs, each with a byte that says how long its two numbers are:

    31 05 40 1f 00   5 clusters from cluster 0x1f40 on; the next pair counts from there
    01 10            16 clusters that are not stored
    00               the end
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.source import Bytes, Numbers

__all__ = ["HOLE", "AttributeRuns", "decoded"]

HOLE = -1
_LONGEST = 8
_MOST_CLUSTERS = 2**40
"""Of an attribute, holes and all; the sums of more would overflow."""


@dataclass(frozen=True, slots=True, eq=False)
class AttributeRuns(Columns):
    """Runs of clusters."""

    attribute: Numbers
    """Index of the attribute that has it."""
    vcn: Numbers
    """The first cluster of the attribute."""
    lcn: Numbers
    """The first cluster of the volume; `HOLE` where nothing is stored."""
    count: Numbers
    """Clusters."""


def decoded(
    data: Bytes, begin: Numbers, end: Numbers, first: Numbers, clusters: int
) -> tuple[AttributeRuns, NDArray[np.bool_]]:
    """Return the runs of the lists that lie in *data*, and which lists are sound.

    Each list lies from byte *begin* to *end*; *first* is the cluster that it begins with, the
    volume has so many *clusters*. Of a list that is not sound the runs before the fault are here.
    """
    padded = np.concatenate((data.reshape(-1), np.zeros(2 * _LONGEST + 1, np.uint8)))
    sound = np.ones(len(begin), np.bool_)
    place, vcn, lcn = begin.copy(), first.copy(), np.zeros(len(begin), np.int64)
    going = np.arange(len(begin))
    parts = [AttributeRuns(*(np.zeros(0, np.int64) for _ in range(4)))]
    while len(going):
        at = place[going]
        inside = at < end[going]
        sound[going[~inside]] = False
        head = np.where(inside, padded[np.where(inside, at, 0)], 0)
        going, at, head = going[head > 0], at[head > 0], head[head > 0].astype(np.int64)
        wide, far = head & 15, head >> 4
        count = _numbers(padded, at + 1, wide)
        step = _numbers(padded, at + 1 + wide, far)
        stored = far > 0
        target = lcn[going] + step
        fits = (wide > 0) & (wide <= _LONGEST) & (far <= _LONGEST)
        fits &= at + 1 + wide + far <= end[going]
        fits &= (count > 0) & (count <= _MOST_CLUSTERS) & (vcn[going] <= _MOST_CLUSTERS)
        fits &= ~stored | ((target >= 0) & (target < clusters) & (count <= clusters - target))
        sound[going[~fits]] = False
        going, count, target = going[fits], count[fits], target[fits]
        stored = stored[fits]
        parts.append(AttributeRuns(going, vcn[going], np.where(stored, target, HOLE), count))
        lcn[going] = np.where(stored, target, lcn[going])
        vcn[going] += count
        place[going] = (at + 1 + wide + far)[fits]
    return AttributeRuns.joined(parts), sound


def _numbers(padded: Bytes, at: Numbers, width: Numbers) -> Numbers:
    """Return the signed numbers of *width* bytes each, at the places *at*; 0 of no bytes."""
    width = np.minimum(width, _LONGEST)
    within = np.minimum(at, len(padded) - _LONGEST)
    raw = padded[within[:, None] + np.arange(_LONGEST)]
    wide = raw.copy().view("<i8")[:, 0]
    shift = np.where(width > 0, 64 - 8 * width, 0)
    return np.where(width > 0, (wide << shift) >> shift, 0)
