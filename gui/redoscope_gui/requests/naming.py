"""Name what a byte or a stretch of the disk is for, by files that were listed: nothing is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import SECTOR, SectorClass

if TYPE_CHECKING:
    from redoscope_core import SectorOwner
    from redoscope_gui.requests.attributing import FilesListed

__all__ = ["NameByte", "NameStretch", "StretchNamed"]

_MOST = 3


@dataclass(frozen=True, slots=True)
class NameByte:
    """Tell whose a byte of the disk is."""

    listed: FilesListed
    offset: int

    def run(self) -> SectorOwner:
        """Return what its sector is for."""
        import numpy as np  # noqa: PLC0415 - the window imports it when it is needed

        return self.listed.whose(np.array([self.offset // SECTOR], np.int64))[0]


@dataclass(frozen=True, slots=True)
class StretchNamed:
    """What some sectors of the disk are for."""

    files: tuple[tuple[str, int], ...]
    """The files that have the most of them, and how many sectors each has."""
    more: int
    """How many files have some besides."""
    others: tuple[tuple[SectorClass, int], ...]
    """What is no file's, the most first."""


@dataclass(frozen=True, slots=True)
class NameStretch:
    """Tell what the sectors from *first* to before *end* are for."""

    listed: FilesListed
    first: int
    end: int

    def run(self) -> StretchNamed:
        """Return it."""
        import numpy as np  # noqa: PLC0415 - the window imports it when it is needed

        disk = self.listed.tables, self.listed.volumes
        runs = core.content_runs(self.first, self.end, *disk, by_file=True)
        numbers, count = core.file_numbers(runs.start, *disk), runs.end - runs.start
        files, which = np.unique(numbers.number, return_inverse=True)
        sectors = np.zeros(len(files), np.int64)
        np.add.at(sectors, which, count)
        files, sectors = files[files >= 0], sectors[files >= 0]
        most = np.argsort(-sectors, kind="stable")[:_MOST]
        named = tuple(zip(numbers.names(files[most]), sectors[most].tolist(), strict=True))
        nobody = numbers.number < 0
        kinds = np.zeros(len(SectorClass), np.int64)
        np.add.at(kinds, runs.kind[nobody], count[nobody])
        told = sorted(zip(SectorClass, kinds.tolist(), strict=True), key=lambda each: -each[1])
        others = tuple((kind, count) for kind, count in told if count)
        return StretchNamed(named, len(files) - len(named), others)
