"""Sort pieces of the disk by the files that they lie in, by files that were listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import redoscope_core as core

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from redoscope_gui.requests.attributing import FilesListed

    Ints = NDArray[np.int64]

__all__ = ["ByFile", "FileSource", "SortByFile"]

_MOST = 500
"""Files that are told; of more, those that have the most."""
_SOURCE = 52
"""Bits of a number below those that say by which listing it holds."""


@dataclass(frozen=True, slots=True, eq=False)
class FileSource:
    """Files of a generation, and which pieces are to be sorted by them."""

    listed: FilesListed
    pieces: Ints
    """Index of each."""
    note: str = ""
    """What the names of its files are put into, as in `{path} in A`; else nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class ByFile:
    """Pieces by file; one that lies in several is one of each."""

    files: tuple[tuple[str, int], ...]
    """Names, and how many sectors of the pieces each has; those with the most come first."""
    more: int
    """How many files there are besides."""
    piece: Ints
    file: Ints
    """For each of these pieces the index of its file."""

    def pieces(self, file: int) -> Ints:
        """Return the pieces that lie in a file, each once, ascending."""
        import numpy as np  # noqa: PLC0415 - the window imports it when it is needed

        found: Ints = np.unique(self.piece[self.file == file])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class SortByFile:
    """Sort the pieces from *start* to before *end*, in sectors, neither of which may overlap.

    Pieces of one sector may be the same one. Each is sorted by the first of *sources* that is to
    sort it and has a file there.
    """

    start: Ints
    end: Ints
    sources: tuple[FileSource, ...]

    def run(self) -> ByFile:
        """Return them by file."""
        import numpy as np  # noqa: PLC0415 - the window imports it when it is needed

        free = np.ones(len(self.start), np.bool_)
        found = [np.zeros((3, 0), np.int64)]
        for number, source in enumerate(self.sources):
            own = source.pieces[free[source.pieces]]
            if len(own):
                piece, file, sectors = _overlaps(source.listed, self.start[own], self.end[own])
                free[own[piece]] = False
                found.append(np.stack((own[piece], number << _SOURCE | file, sectors)))
        piece, file, sectors = np.concatenate(found, axis=1)
        return self._told(piece, file, sectors)

    def _told(self, piece: Ints, file: Ints, sectors: Ints) -> ByFile:
        import numpy as np  # noqa: PLC0415 - as above

        keys, which = np.unique(file, return_inverse=True)
        sums = np.zeros(len(keys), np.int64)
        np.add.at(sums, which, sectors)
        order = np.argsort(-sums, kind="stable")[:_MOST]
        names: list[str] = [""] * len(order)
        for number, source in enumerate(self.sources):
            rows = np.flatnonzero(keys[order] >> _SOURCE == number)
            wanted = keys[order][rows] & ((1 << _SOURCE) - 1)
            numbers = core.file_numbers(wanted[:0], source.listed.tables, source.listed.volumes)
            for row, name in zip(rows.tolist(), numbers.names(wanted), strict=True):
                names[row] = source.note.replace("{path}", name) if source.note else name
        place = np.full(len(keys), -1, np.int64)
        place[order] = np.arange(len(order))
        files = tuple(zip(names, sums[order].tolist(), strict=True))
        return ByFile(files, len(keys) - len(order), piece, place[which])


def _overlaps(listed: FilesListed, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Return each piece that a file has a part of, with that file, and how many sectors it has."""
    import numpy as np  # noqa: PLC0415 - as above

    order = np.argsort(start, kind="stable")
    begin, behind = start[order], end[order]
    disk = listed.tables, listed.volumes
    runs = core.content_runs(int(begin[0]), int(behind.max()), *disk, by_file=True)
    number = core.file_numbers(runs.start, *disk).number
    low, high, number = (each[number >= 0] for each in (runs.start, runs.end, number))
    first = np.searchsorted(behind, low, "right")
    count = np.maximum(np.searchsorted(begin, high, "left") - first, 0)
    own = np.repeat(np.arange(len(count)), count)
    which = np.arange(len(own)) - (np.cumsum(count) - count)[own] + first[own]
    sectors = np.minimum(behind[which], high[own]) - np.maximum(begin[which], low[own])
    return order[which], number[own], sectors
