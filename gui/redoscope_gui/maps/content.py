"""What the sectors of a disk are for, as areas and classes of the map.

Free space is drawn as what is inherited is, and what lies in no partition as what was never
stored: both are the ground that all else stands on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from redoscope_core import SECTOR, Areas, Runs, SectorClass, State
from redoscope_gui.maps.classes import FIRST_OWNER, MapClass

if TYPE_CHECKING:
    from redoscope_core import ContentRuns
    from redoscope_gui.maps.cells import Ranks

__all__ = [
    "CONTENT_KINDS",
    "CONTENT_LINKS",
    "content_areas",
    "content_class",
    "content_tables",
    "with_metadata",
]

_CLASSES = tuple(SectorClass)
_GAP = _CLASSES.index(SectorClass.GAP)
CONTENT_KINDS: dict[SectorClass, int] = {
    SectorClass.FILE_DATA: FIRST_OWNER + 1,
    SectorClass.DIRECTORY: FIRST_OWNER + 2,
    SectorClass.FILE_SYSTEM: FIRST_OWNER + 3,
    SectorClass.JOURNAL: FIRST_OWNER + 4,
    SectorClass.SLACK: MapClass.DATA,
    SectorClass.STREAM: FIRST_OWNER + 5,
    SectorClass.PARTITION_TABLE: MapClass.ZERO,
    SectorClass.ENCRYPTED: FIRST_OWNER + 7,
    SectorClass.NOT_EXAMINED: FIRST_OWNER + 6,
    SectorClass.FREE_SPACE: MapClass.INHERITED,
    SectorClass.GAP: MapClass.ABSENT,
}
"""The class of cells of each, in the order of the legend. Those from `FIRST_OWNER` on have the
colours of links, of which the first seven are told apart by everybody."""
CONTENT_LINKS = 8
"""Links of a chain that has all these colours."""
_BEFORE = (
    *(SectorClass.FREE_SPACE, SectorClass.FILE_DATA, SectorClass.NOT_EXAMINED),
    *(SectorClass.ENCRYPTED, SectorClass.SLACK, SectorClass.STREAM, SectorClass.DIRECTORY),
    *(SectorClass.FILE_SYSTEM, SectorClass.JOURNAL, SectorClass.PARTITION_TABLE),
)
"""Which stands before which in a cell that holds several, the last before all."""


_METADATA = (
    *(SectorClass.DIRECTORY, SectorClass.FILE_SYSTEM),
    *(SectorClass.JOURNAL, SectorClass.PARTITION_TABLE),
)


def with_metadata(
    runs: ContentRuns, start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Tell of each stretch from *start* to before *end*, sectors, if some of it is metadata.

    That is what file systems and partitions keep of files and of themselves: directories too.
    """
    held = np.isin(runs.kind, [_CLASSES.index(each) for each in _METADATA])
    first, behind = runs.start[held], runs.end[held]
    next_held = np.searchsorted(behind, start, "right")
    return np.append(first, np.iinfo(np.int64).max)[next_held] < end


def content_class(kind: int) -> SectorClass:
    """Return what cells of the class *kind* are for."""
    return next((each for each, own in CONTENT_KINDS.items() if own == kind), SectorClass.GAP)


def content_areas(runs: ContentRuns | None, stored: Areas, capacity: int) -> Areas:
    """Return *runs* as areas whose link is the class; what lies in no partition is left out.

    What can't be read in *stored*, a disk of *capacity* sectors, is that, whatever it is for; it
    is all that is known without *runs*.
    """
    start, end = np.zeros(1, np.int64), np.full(1, capacity, np.int64)
    kind = np.full(1, _GAP, np.uint8)
    if runs is not None:
        start, end, kind = runs.start, runs.end, runs.kind
    lost = stored.take(stored.state == State.UNREADABLE)
    cut = Runs(start, end).cut_at(np.concatenate((lost.start, lost.end)))
    kind = kind[np.searchsorted(start, cut.start, "right") - 1]
    row = np.searchsorted(lost.start, cut.start, "right") - 1
    is_lost = (row >= 0) & (cut.start < np.append(lost.end, 0)[row])
    told = is_lost | (kind != _GAP)
    state = np.where(is_lost, State.UNREADABLE, State.DATA)[told]
    begin = cut.start[told]
    return Areas.of(begin, cut.end[told] - begin, state, kind[told], 0, begin * SECTOR)


def content_tables() -> tuple[Ranks, Ranks, Ranks]:
    """Return the ranks by state and class; the class of cells of each rank; that of each state.

    All but the second are tables by state and class, as `cells.runs_inside` takes them.
    """
    ranks = np.zeros((len(State), len(_CLASSES) + 1), np.uint16)
    kinds = ranks.copy()
    by_rank = np.full(len(_BEFORE) + 2, MapClass.ABSENT, np.uint16)
    for rank, each in enumerate(_BEFORE, start=1):
        column = _CLASSES.index(each) + 1  # the columns begin with that of no class
        ranks[State.DATA, column] = rank
        kinds[State.DATA, column] = by_rank[rank] = CONTENT_KINDS[each]
    ranks[State.UNREADABLE] = len(_BEFORE) + 1
    kinds[State.UNREADABLE] = by_rank[-1] = MapClass.UNREADABLE
    return ranks, by_rank, kinds
