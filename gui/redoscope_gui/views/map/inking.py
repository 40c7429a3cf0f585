"""Gives cells their pixels by what they hold: one colour, stripes of several, or bars.

A cell holds shares of classes. Its colour is laid on in layers, each as strong as its share is on
the ramp, and each mixed of its classes by their shares, in OKLab. Where a cell is large enough for
its owners to stand side by side, they are stripes as wide as their shares; where there is a height
to give, a bar is as high as the ramp says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from redoscope_gui.maps import MapClass
from redoscope_gui.views.map.inks import Inks
from redoscope_gui.views.map.oklab import Labs, rgba_of
from redoscope_gui.views.map.ramp import FULL, ink_of

__all__ = ["Held", "Pixels", "barred", "inked", "mostly", "striped", "top_of"]

Pixels = npt.NDArray[np.uint8]
"""Red, green, blue and alpha along the last axis; rows and columns before."""
Planes = list[tuple[int, npt.NDArray[np.float32]]]
"""Classes, and the share of each cell that each has."""
_LEAST_BAR = 2
"""Pixels of the bar of a lone grain."""
_NOTHING = 1e-12
_HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What each cell of a table of rows and columns holds."""

    classes: npt.NDArray[np.uint8]
    """Rows and columns of classes: the one that stands before all others in its cell."""
    kinds: tuple[int, ...]
    """Classes that have shares."""
    shares: npt.NDArray[np.float32]
    """One plane for each of *kinds*, with rows and columns as in *classes*."""


def top_of(inks: Inks, held: Held) -> float:
    """Return the largest share that one layer has of any cell; inherited is no part of it."""
    most = 0.0
    for kinds in inks.layers:
        planes = _planes(inks, held, kinds)
        if planes and kinds != (MapClass.INHERITED,):
            most = max(most, float(_sum(planes).max(initial=0)))
    return most or FULL


def mostly(held: Held, kind: int) -> npt.NDArray[np.bool_]:
    """Return which cells have more of *kind* than of all else together."""
    if kind not in held.kinds:
        return np.zeros(held.classes.shape, np.bool_)
    return np.asarray(held.shares[held.kinds.index(kind)] > _HALF)


def _sum(planes: Planes) -> npt.NDArray[np.float32]:
    """Return the shares of *planes* together; there is one at least."""
    return np.asarray(np.sum([shares for _, shares in planes], axis=0), np.float32)


def _planes(inks: Inks, held: Held, kinds: tuple[int, ...]) -> Planes:
    """Return the shares of those of *kinds* that are shown and that any cell holds."""
    return [
        (kind, held.shares[index])
        for index, kind in enumerate(held.kinds)
        if kind in kinds and inks.shown[kind]
    ]


def _tint(inks: Inks, kind: int) -> Labs:
    """Return the colour of a class; in the chain matrix that of each row."""
    if inks.rows is not None and kind == MapClass.DATA:
        return np.asarray(inks.rows[:, np.newaxis, :])
    return np.asarray(inks.labs[kind])


def inked(inks: Inks, held: Held, top: float = FULL) -> Pixels:
    """Return one colour for each cell; *top* is the share that has the full ink."""
    colours = np.broadcast_to(inks.ground, (*held.classes.shape, 3))
    for kinds in inks.layers:
        planes = _planes(inks, held, kinds)
        if not planes:
            continue
        total = _sum(planes)
        mixture = np.zeros((*held.classes.shape, 3), np.float32)
        for kind, shares in planes:
            mixture += shares[..., np.newaxis] * _tint(inks, kind)
        mixture /= np.maximum(total, _NOTHING)[..., np.newaxis]
        least = np.float32(max(inks.least[kind] for kind, _ in planes))
        colours = colours + (mixture - colours) * _strength(total, kinds, top, least)
    return _with_faults(inks, held, rgba_of(colours))


def _strength(
    total: npt.NDArray[np.float32], kinds: tuple[int, ...], top: float, least: np.float32
) -> npt.NDArray[np.float32]:
    """Return the ink of a layer, with one more axis; what is inherited keeps the whole scale."""
    ink = ink_of(total, FULL if kinds == (MapClass.INHERITED,) else top)
    return np.where(ink > 0, np.maximum(ink, least), 0)[..., np.newaxis]


def _with_faults(inks: Inks, held: Held, pixels: Pixels) -> Pixels:
    """Give cells with something unreadable, and those past the end, their one full colour."""
    for kind in (MapClass.UNREADABLE, MapClass.PAST_END):
        if inks.shown[kind]:
            pixels[held.classes == kind] = rgba_of(inks.labs[kind])
    return pixels


def striped(inks: Inks, held: Held, across: int, top: float = FULL) -> Pixels:
    """Return *across* pixels side by side for each cell: stripes as wide as the owners' shares."""
    pixels = np.repeat(inked(inks, held, top), across, axis=1)
    planes = [plane for kinds in inks.layers for plane in _planes(inks, held, kinds)]
    if len(planes) <= 1:
        return pixels
    total = _sum(planes)
    several = np.count_nonzero([shares > 0 for _, shares in planes], axis=0) > 1
    widths = [
        np.where(shares > 0, np.maximum(shares / np.maximum(total, _NOTHING), 1 / across), 0)
        for _, shares in planes
    ]
    which = _parts(np.stack(widths), across)
    least = np.float32(max(inks.least[kind] for kind, _ in planes))
    colours = np.stack([inks.labs[kind] for kind, _ in planes])[which]
    strength = _strength(total, (), top, least)[..., np.newaxis, :]
    stripes = rgba_of(inks.ground + (colours - inks.ground) * strength)
    rows, columns = held.classes.shape
    mask = several & (held.classes != MapClass.UNREADABLE) & (held.classes != MapClass.PAST_END)
    by_cell = pixels.reshape(rows, columns, across, 4)
    by_cell[mask] = stripes[mask]
    return pixels


def _parts(widths: npt.NDArray[np.float32], steps: int) -> npt.NDArray[np.uint8]:
    """Return which of the planes of *widths* each of *steps* along a new last axis falls into."""
    ends = np.cumsum(widths, axis=0)
    ends = ends / np.maximum(ends[-1], _NOTHING) * steps
    middles = np.arange(steps) + 0.5
    which = np.zeros((*widths.shape[1:], steps), np.uint8)
    for end in ends[:-1]:
        which += middles >= end[..., np.newaxis]
    return which


def barred(inks: Inks, held: Held, tall: int, top: float = FULL) -> Pixels:
    """Return *tall* pixels one above the other for each cell: bars as high as the ramp says.

    What is inherited is a bar behind; what else a cell holds is one bar, parted by the shares.
    """
    back, front = _halves(inks, held)
    rows, columns = held.classes.shape
    up = np.arange(tall)[::-1, np.newaxis]
    pixels = np.empty((rows, tall, columns, 4), np.uint8)
    pixels[:] = rgba_of(inks.ground)
    if back:
        grey = up < _heights(_sum([*back, *front]), tall, FULL, rows, columns)
        pixels[grey] = rgba_of(inks.labs[MapClass.INHERITED])
    if front:
        _lay_bars(pixels, inks, front, _heights(_sum(front), tall, top, rows, columns))
    for kind in (MapClass.UNREADABLE, MapClass.PAST_END):
        if inks.shown[kind]:
            marked = (held.classes == kind)[:, np.newaxis, :]
            pixels[np.broadcast_to(marked, pixels.shape[:3])] = rgba_of(inks.labs[kind])
    return pixels.reshape(rows * tall, columns, 4)


def _lay_bars(pixels: Pixels, inks: Inks, front: Planes, high: npt.NDArray[np.float32]) -> None:
    """Paint bars as *high* as that into *pixels*, parted by the shares of *front*."""
    rows, tall, columns, _ = pixels.shape
    total = np.maximum(_sum(front), _NOTHING)
    up = np.arange(tall)[::-1, np.newaxis] + 0.5
    begins: npt.NDArray[np.floating] = np.zeros((rows, 1, columns))
    for kind, shares in front:
        ends = begins + (shares / total)[:, np.newaxis, :] * high
        mine = (up >= begins) & (up < ends)
        tint = rgba_of(np.broadcast_to(_tint(inks, kind), (rows, columns, 3)))
        pixels[mine] = np.broadcast_to(tint[:, np.newaxis], pixels.shape)[mine]
        begins = ends


def _halves(inks: Inks, held: Held) -> tuple[Planes, Planes]:
    """Return what is inherited, and all else that is shown, the lowest of the bar first."""
    every = tuple(kind for kinds in inks.layers for kind in kinds)
    planes = _planes(inks, held, every)
    back = [plane for plane in planes if plane[0] == MapClass.INHERITED]
    return back, [plane for plane in planes if plane[0] != MapClass.INHERITED]


def _heights(
    shares: npt.NDArray[np.float32], tall: int, top: float, rows: int, columns: int
) -> npt.NDArray[np.float32]:
    """Return how high the bars are, with one axis more in the middle."""
    ink = ink_of(shares, top)
    high = np.where(ink > 0, np.maximum(np.floor(ink * tall), min(_LEAST_BAR, tall)), 0)
    return high.reshape(rows, 1, columns).astype(np.float32)
