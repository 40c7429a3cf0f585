"""Damage done to the files of mixed chains, and what of the disk it makes unreadable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core import Areas, Link, State
from tests.judges.handmade import patch

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.core.mixed import MixedChain

__all__ = ["KINDS", "Damaged"]

SECTOR = 512
KINDS = ("entry", "directory", "grain", "mark", "cut", "piece", "link")
_NOWHERE = 0xFFFFFFF0


@dataclass(slots=True)
class Damaged:
    """A chain some of whose files were damaged."""

    plan: MixedChain
    paths: list[Path]
    lost: list[NDArray[np.bool_]] = field(init=False)
    """For each link which sectors of it can't be read any more."""
    _files: list[tuple[Path, ...]] = field(init=False)
    removed: int = -1
    """The newest link that is not there at all."""

    def __post_init__(self) -> None:
        """Begin with no damage."""
        self._files = [self._files_of(path) for path in self.paths]
        self.lost = [np.zeros(self.plan.capacity, np.bool_) for _ in self.paths]

    @staticmethod
    def _files_of(path: Path) -> tuple[Path, ...]:
        with Link.open(path) as link:
            return link.all_files

    def do(self, kind: str, index: int, chance: random.Random) -> None:
        """Do damage of *kind* to link *index*, if that can be."""
        path = self.paths[index]
        if index <= self.removed or not all(file.exists() for file in self._files[index]):
            return
        if kind == "link":
            if index < len(self.paths) - 1 and self.plan.links[index + 1].kind != "virtualbox":
                path.unlink()
                self.removed = index
            return
        with Link.open(path) as link:
            stored = link.stored
            sectors = stored.start[stored.state == State.DATA]
            if not len(sectors):
                return
            sector = int(chance.choice(sectors.tolist()))
            getattr(self, f"_{kind}")(link, index, sector)

    def _entry(self, link: Link, index: int, sector: int) -> None:
        answer = link.explain(sector)
        if answer.entry_offset is None or answer.file is None or answer.first_sector is None:
            return
        extent, _ = link.extent_at(sector)
        wide = link.descriptor.create_type == "seSparse"
        value = (0xF << 60).to_bytes(8, "little") if wide else _NOWHERE.to_bytes(4, "little")
        patch(answer.file, answer.entry_offset, value)
        self._lose(link, index, answer.first_sector, extent.grain_size or 1)

    def _directory(self, link: Link, index: int, sector: int) -> None:
        answer, (extent, within) = link.explain(sector), link.extent_at(sector)
        header = getattr(extent, "header", None)
        if header is None or answer.directory_index is None or answer.entry_offset is None:
            return
        wide = link.descriptor.create_type == "seSparse"
        entries, width = (4096, 8) if wide else (header.gtes_per_gt, 4)
        if answer.file is None:
            return
        patch(
            answer.file,
            header.gd_offset * SECTOR + answer.directory_index * width,
            (_NOWHERE << (32 if wide else 0)).to_bytes(width, "little"),
        )
        span = entries * header.grain_size
        self._lose(link, index, sector - within + answer.directory_index * span, span)

    def _grain(self, link: Link, index: int, sector: int) -> None:
        self._packed(link, index, sector, 12 + 7)

    def _mark(self, link: Link, index: int, sector: int) -> None:
        self._packed(link, index, sector, 1)

    def _packed(self, link: Link, index: int, sector: int, at: int) -> None:
        """Change a byte of the compressed grain of *sector*."""
        answer, (extent, _) = link.explain(sector), link.extent_at(sector)
        if not link.stored.packed.any() or answer.data_offset is None or answer.file is None:
            return
        if self.lost[index][sector]:
            return  # to change a byte again might mend it
        place = answer.data_offset + at
        byte = answer.file.read_bytes()[place]
        patch(answer.file, place, bytes([byte ^ 0x55]))
        self._lose(link, index, answer.first_sector or 0, extent.grain_size or 1)

    def _cut(self, link: Link, index: int, sector: int) -> None:
        """Cut the file off in the middle of where *sector* lies, if no table is lost by that."""
        answer, (extent, _) = link.explain(sector), link.extent_at(sector)
        if link.stored.packed.any() or answer.data_offset is None or answer.file is None:
            return
        end = answer.data_offset + 100
        tables: Areas = extent.table_areas()
        if len(tables) and int((tables.offset + tables.count * SECTOR).max()) > end:
            return
        if link.descriptor.create_type == "seSparse":
            return  # its tables are not told of
        number = link.files.index(answer.file)
        stored = link.stored
        mine = stored.take((stored.state == State.DATA) & (stored.file == number))
        with answer.file.open("r+b") as file:
            file.truncate(end)
        for start, count, offset in zip(
            mine.start.tolist(), mine.count.tolist(), mine.offset.tolist(), strict=True
        ):
            behind = np.arange(start, start + count)
            held, within = link.extent_at(start)
            size = held.grain_size or 1
            first = behind - (behind - start + within) % size
            last = np.minimum(first + size, start - within + held.line.sectors)
            bad = offset + (last - start) * SECTOR > end
            self.lost[index][behind[bad]] = True

    def _piece(self, link: Link, index: int, sector: int) -> None:
        extent, within = link.extent_at(sector)
        if extent.file is None or extent.file.path == link.path:
            return
        extent.file.path.unlink()
        self._lose(link, index, sector - within, extent.line.sectors)

    def _lose(self, link: Link, index: int, first: int, count: int) -> None:
        extent, within = link.extent_at(first)
        end = min(first + count, first - within + extent.line.sectors)
        self.lost[index][first:end] = True

    @property
    def unreadable(self) -> NDArray[np.bool_]:
        """Which sectors of the newest generation can't be read."""
        unknown = np.ones(self.plan.capacity, np.bool_)
        bad = np.zeros(self.plan.capacity, np.bool_)
        for index in range(len(self.paths) - 1, self.removed, -1):
            bad |= unknown & self.lost[index]
            unknown &= ~(self.lost[index] | self._says(index))
        return bad | unknown if self.removed >= 0 else bad

    def _says(self, index: int) -> NDArray[np.bool_]:
        link, says = self.plan.links[index], np.zeros(self.plan.capacity, np.bool_)
        if link.kind in {"flat", "vmfs"}:
            return ~says
        for grain in (*link.stored, *link.zeroed):
            says[grain * link.grain_size : (grain + 1) * link.grain_size] = True
        return says
