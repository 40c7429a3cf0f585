"""Pieces: the files that the sectors of a new disk lie in, by its kind and capacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.format.data_name import DataName
from redoscope_core.format.extent_line import ExtentLine
from redoscope_core.format.units import ceil_div

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CHILD_KINDS", "DISK_KINDS", "MAX_NEW_CAPACITY", "DiskPieces"]

CHILD_KINDS = ("monolithicSparse", "twoGbMaxExtentSparse")
"""Kinds a child may have: always sparse, whatever the parent is."""
DISK_KINDS = (*CHILD_KINDS, "monolithicFlat", "twoGbMaxExtentFlat", "vmfs")
MAX_NEW_CAPACITY = 2**37
"""Sectors (64 TiB), a little above the largest disk of any product."""
_PIECE = 4192256
"""Sectors (2047 MiB) in a piece of a split disk, as VMware has always cut them."""
_LETTERS = {"twoGbMaxExtentSparse": "s", "twoGbMaxExtentFlat": "f"}
"""Kinds in pieces, and what their numbers begin with."""


@dataclass(frozen=True, slots=True)
class DiskPieces:
    """The files beside the descriptor of a new disk, or the one file that holds both."""

    path: Path
    """The disk, as it is opened."""
    kind: str
    """One of `DISK_KINDS`."""
    capacity: int
    """Sectors."""

    @property
    def is_one_file(self) -> bool:
        """Whether the descriptor is in the file that holds the sectors."""
        return self.kind == "monolithicSparse"

    @property
    def is_sparse(self) -> bool:
        """Whether the files grow as the disk is filled."""
        return self.kind in CHILD_KINDS

    @property
    def is_split(self) -> bool:
        """Whether a large disk is cut into several files."""
        return self.kind in _LETTERS

    @property
    def count(self) -> int:
        """How many files hold the sectors."""
        return ceil_div(self.capacity, _PIECE) if self.is_split else 1

    def name(self, number: int) -> str:
        """Return the name of the file *number*; the first is 1."""
        if self.is_one_file:
            return self.path.name
        letter = _LETTERS.get(self.kind)
        disk = self.path.stem
        data = DataName(disk, letter, number) if letter else DataName(disk, "flat")
        return f"{data.stem}.vmdk"

    def lines(self) -> tuple[ExtentLine, ...]:
        """Return the lines of the descriptor that name the files."""
        kind = "SPARSE" if self.is_sparse else "VMFS" if self.kind == "vmfs" else "FLAT"
        most = _PIECE if self.is_split else max(1, self.capacity)
        return tuple(
            ExtentLine("RW", min(most, self.capacity - start), kind, self.name(number))
            for number, start in enumerate(range(0, self.capacity, most), start=1)
        )

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files of the disk, the one that is opened first."""
        if self.is_one_file:
            return (self.path,)
        return (self.path, *(self.path.with_name(line.name or "") for line in self.lines()))
