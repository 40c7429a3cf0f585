"""Where the cells of the map stand: in rows, or along a Hilbert curve.

On the curve neighbours by address are neighbours by place, so a run of cells is a patch and its
area tells its length. Rows tell addresses better.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from redoscope_gui.views.map.stretch import Stretch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["cell_at", "marked_places", "place_of", "spread"]

Kind = TypeVar("Kind", bound="np.generic[Any]")


@lru_cache(maxsize=4)
def _curve(side: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the cell at each place of a square, and the place of each cell.

    The curve starts at the top left and ends at the top right. A square is four smaller ones: two
    upright below, two lying on their sides above, so that each begins where the last one ended.
    """
    import numpy as np  # noqa: PLC0415 - numpy only when first drawn

    cells = np.zeros((1, 1), np.int64)
    while len(cells) < side:
        quarter = cells.size
        left = np.vstack([cells.T, cells + quarter])
        right = np.vstack([cells[::-1, ::-1].T + 3 * quarter, cells + 2 * quarter])
        cells = np.hstack([left, right])
    places = np.empty(cells.size, np.int64)
    places[cells.ravel()] = np.arange(cells.size)
    return cells, places


def spread(plane: npt.NDArray[Kind], stretch: Stretch) -> npt.NDArray[Kind]:
    """Return the cells along the last axis of *plane* in rows and columns of the picture."""
    if stretch.curved:
        return plane[..., _curve(stretch.columns)[0]]
    return plane.reshape(*plane.shape[:-1], stretch.rows, stretch.columns)


def marked_places(cells: range, rows: int, stretch: Stretch) -> npt.NDArray[np.bool_]:
    """Return which places of the picture *cells* take; in the chain matrix in every row."""
    import numpy as np  # noqa: PLC0415 - numpy only when first drawn

    marked = np.zeros(stretch.cells, np.bool_)
    marked[cells.start : cells.stop] = True
    if stretch.curved:
        return np.asarray(marked[_curve(stretch.columns)[0]])
    whole = marked.reshape(stretch.rows, stretch.columns)
    return np.repeat(whole, rows, axis=0) if rows != stretch.rows else whole


def place_of(cell: int, stretch: Stretch) -> tuple[int, int]:
    """Return the row and the column of a cell."""
    place = int(_curve(stretch.columns)[1][cell]) if stretch.curved else cell
    return divmod(place, stretch.columns)


def cell_at(row: int, column: int, stretch: Stretch) -> int:
    """Return the cell at a row and a column."""
    if stretch.curved:
        return int(_curve(stretch.columns)[0][row, column])
    return row * stretch.columns + column
