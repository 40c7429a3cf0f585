"""What the tables of a link make one doubt, though it can be read.

Nothing here decides what is read. It compares what the tables say with their redundant
copies, with each other, and with how much the file holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.areas.areas import Areas, State
from redoscope_core.findings import Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.extents.contract import Extent

__all__ = ["doubts_about"]


def doubts_about(extents: Sequence[Extent], parts: Sequence[Areas]) -> tuple[Finding, ...]:
    """Return what is doubtful about *extents*, whose stored areas are *parts*."""
    doubts: list[Finding] = []
    held: list[Areas] = []
    files: dict[tuple[int, int], int] = {}
    for extent, part in zip(extents, parts, strict=True):
        if extent.file is None:
            continue
        # By what the file is, not by its name: two extents may lie in one.
        index = files.setdefault(extent.file.identity, len(files))
        held.append(part.moved(file=index))
        held.append(extent.table_areas().moved(file=index))
        doubts += extent.doubts(part)
    if Areas.concatenate(held).has_shared_bytes():
        doubts.append(Finding.of(Kind.SHARED_PLACE))
    # That the directory of a stream is lost, its extent says itself.
    tabled = (part for extent, part in zip(extents, parts, strict=True) if not extent.is_salvaged)
    unreadable = sum(part.sectors_in(State.UNREADABLE) for part in tabled)
    if unreadable:
        doubts.append(Finding.of(Kind.UNREADABLE_SECTORS, sectors=unreadable))
    return tuple(doubts)
