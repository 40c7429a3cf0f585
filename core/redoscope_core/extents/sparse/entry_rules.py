"""What an entry of a grain directory or grain table means: each rule once, for one and for many.

The operators here do to a plain number what they do to every number of an array. So the
look-up of one sector, which must not wait for arrays to be loaded, and the list of all
grains go by the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.format.sparse import ZERO_GRAIN
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.table_shape import TableShape

__all__ = ["EntryRules"]


@dataclass(frozen=True, slots=True)
class EntryRules:
    """The rules of one extent."""

    shape: TableShape
    file_bytes: int

    @property
    def first_data_sector(self) -> int:
        """Sector of the file before which no grain is."""
        shape = self.shape
        if shape.is_packed:
            # Xen Orchestra counts the tables at the end into overHead, and puts grains before it.
            return max(1, shape.descriptor_offset + shape.descriptor_size)
        # Some writers put nonsense into overHead; one past the file proves nothing.
        in_file = shape.overhead <= self.file_bytes // SECTOR
        return shape.overhead if in_file else shape.gd_offset + 1

    @overload
    def leads_to_table(self, sector: int) -> bool: ...

    @overload
    def leads_to_table(self, sector: NDArray[np.int64]) -> NDArray[np.bool_]: ...

    def leads_to_table(self, sector: Any) -> Any:
        """Tell whether a directory entry leads to a table in the file, not into the descriptor."""
        shape = self.shape
        end = sector + shape.table_sectors
        inside = (sector > 0) & (end * SECTOR <= self.file_bytes)
        if not shape.descriptor_offset:
            return inside
        text_end = shape.descriptor_offset + shape.descriptor_size
        return inside & ((sector >= text_end) | (end <= shape.descriptor_offset))

    @overload
    def leads_to_grain(self, grain: int, entry: int) -> bool: ...

    @overload
    def leads_to_grain(
        self, grain: NDArray[np.int64], entry: NDArray[np.int64]
    ) -> NDArray[np.bool_]: ...

    def leads_to_grain(self, grain: Any, entry: Any) -> Any:
        """Tell whether a table entry leads to where *grain* can be, all of it inside the file.

        What is missing of the last grain past the capacity does not matter.
        """
        shape = self.shape
        if shape.is_packed:
            from redoscope_core.format.stream import GrainMark  # noqa: PLC0415 - streams alone

            # How long a compressed grain is, only its mark tells: seen when it is read.
            needed: Any = GrainMark.LAYOUT.size + 1
        else:
            outside = (grain + 1) * shape.grain_size - shape.capacity
            needed = (shape.grain_size - outside * (outside > 0)) * SECTOR
        return (entry >= self.first_data_sector) & (entry * SECTOR + needed <= self.file_bytes)

    def judge(self, grain: int, entry: int) -> State:
        """Return what the table *entry* of *grain* says.

        0 is ABSENT. 1 is ZERO if the header's flag says so, otherwise corrupt. An entry that
        leads into the metadata or past the end of the file is UNREADABLE.
        """
        if entry == 0:
            return State.ABSENT
        if entry == ZERO_GRAIN and self.shape.has_zero_grains:
            return State.ZERO
        return State.DATA if self.leads_to_grain(grain, entry) else State.UNREADABLE

    def judge_all(
        self, grains: NDArray[np.int64], entries: NDArray[np.uint32]
    ) -> NDArray[np.uint8]:
        """Return what `judge` says of each of *entries* and its grain of *grains*."""
        good = self.leads_to_grain(grains, entries.astype(np.int64))
        state = np.where(good, np.uint8(State.DATA), np.uint8(State.UNREADABLE))
        if self.shape.has_zero_grains:
            state[entries == ZERO_GRAIN] = State.ZERO
        state[entries == 0] = State.ABSENT
        return state
