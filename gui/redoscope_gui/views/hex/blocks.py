"""What the hex view holds: blocks of 4 KiB of the generations it has shown, newest use last."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from redoscope_core import SECTOR, State
from redoscope_gui.maps import Older
from redoscope_gui.requests import BytesRead

__all__ = ["BLOCK", "Blocks", "Reading", "SectorShown"]

BLOCK = 4096
"""Bytes in a block."""
_LIMIT = 2048


@dataclass(frozen=True, slots=True)
class SectorShown:
    """One sector as the view paints it."""

    data: bytes
    changed: bytes
    """One per byte: 1 if it differs from generation A, or from the parent generation."""
    state: State
    owner: int
    """Link that owns the sector; -1 if no link stored it."""
    fault: str
    """Why it cannot be read; empty if it can."""
    asks_parent: bool = False
    """Whether it is asked of a parent that is not shown: its bytes are not known here."""


Reading = tuple[int, Older | None]
"""A generation, and generation A if it is compared with that and not with its parent."""


class Blocks:
    """Blocks of sectors, keyed by how they are read; forgets the longest unused beyond 8 MiB."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[tuple[Reading, int], tuple[SectorShown, ...]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._blocks)

    def clear(self) -> None:
        """Forget everything: another chain is shown."""
        self._blocks.clear()

    def sector(self, reading: Reading, sector: int) -> SectorShown | None:
        """Return a sector, or None if it is not held."""
        index, within = divmod(sector, BLOCK // SECTOR)
        block = self._blocks.get((reading, index))
        return block[within] if block is not None and within < len(block) else None

    def byte(self, reading: Reading, offset: int) -> tuple[int, SectorShown] | None:
        """Return the byte at *offset* and its sector, or None if it is not held."""
        shown = self.sector(reading, offset // SECTOR)
        return None if shown is None else (shown.data[offset % SECTOR], shown)

    def missing(self, reading: Reading, start: int, end: int) -> tuple[int, int] | None:
        """Return the smallest whole-block range that holds all missing bytes of start..end."""
        wanted = range(start // BLOCK, -(-end // BLOCK))
        gaps = [index for index in wanted if (reading, index) not in self._blocks]
        for index in wanted:
            if (reading, index) in self._blocks:
                self._blocks.move_to_end((reading, index))
        return (gaps[0] * BLOCK, (gaps[-1] + 1) * BLOCK) if gaps else None

    def add(self, answer: BytesRead) -> None:
        """Hold the whole blocks of *answer*, which starts at a block."""
        sectors = _sectors_of(answer)
        each = BLOCK // SECTOR
        first = answer.offset // BLOCK
        for index in range(-(-len(sectors) // each)):
            key = ((answer.generation, answer.since), first + index)
            self._blocks[key] = tuple(sectors[index * each : (index + 1) * each])
            self._blocks.move_to_end(key)
        while len(self._blocks) > _LIMIT:
            self._blocks.popitem(last=False)


def _sectors_of(answer: BytesRead) -> list[SectorShown]:
    """Split an answer into its sectors."""
    faults = {
        fault.sector + step: fault.text for fault in answer.faults for step in range(fault.count)
    }
    first = answer.offset // SECTOR
    return [
        SectorShown(
            answer.data[index * SECTOR : (index + 1) * SECTOR],
            answer.changed[index * SECTOR : (index + 1) * SECTOR],
            state,
            answer.owners[index],
            faults.get(first + index, ""),
            answer.asks_parent and state is State.ABSENT,
        )
        for index, state in enumerate(answer.states)
    ]
