"""A flat extent: every sector is stored, one behind the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import Areas, State
from redoscope_core.errors import CorruptVmdk, VixCode, VmdkError
from redoscope_core.extents.contract import PlainExtent
from redoscope_core.format.units import SECTOR
from redoscope_core.overriding import override
from redoscope_core.phrases import quoted
from redoscope_core.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.extents.lookup import Answer
    from redoscope_core.extents.writing import ExtentWriter, ReadBelow
    from redoscope_core.files.file import DiskFile
    from redoscope_core.findings import Finding
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["FlatExtent"]


@dataclass(frozen=True, slots=True)
class FlatExtent(PlainExtent):
    """An extent that stores every sector, one behind the other."""

    line: ExtentLine
    file: DiskFile | None
    """None for a NOACCESS extent, whose file is not opened."""

    @property
    def grain_size(self) -> None:
        """There are no grains."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Nothing can be odd."""
        return ()

    @property
    def first_offset(self) -> int:
        """Byte offset of the extent's first sector in its file."""
        return self.line.offset * SECTOR

    @property
    @override
    def flat_offset(self) -> int | None:
        """Byte offset of the first sector, if the file is there."""
        return None if self.file is None else self.first_offset

    @property
    @override
    def takes_writes(self) -> bool:
        """Whether its file is there."""
        return self.file is not None

    @override
    def writer(
        self, below: ReadBelow, *, has_parent: bool, is_new: bool = False, takes_up: bool = True
    ) -> ExtentWriter:
        """Return the writer of the flat file; nobody is asked what lies below."""
        if self.file is None:
            return PlainExtent.writer(self, below, has_parent=has_parent)
        from redoscope_core.extents.flat_writer import FlatWriter  # noqa: PLC0415 - few write

        return FlatWriter(self.file, self.first_offset)

    @property
    def _sectors_there(self) -> int:
        """How many of the extent's sectors its file holds; none if it is not read."""
        if self.file is None:
            return 0
        there = max(0, self.file.file_bytes - self.first_offset) // SECTOR
        return min(there, self.line.sectors)

    def areas(self) -> Areas:
        """Return one area of data, and an unreadable one where the file is too short."""
        if self.file is None:
            return Areas.of(0, self.line.sectors, State.UNREADABLE, 0, -1)
        there = self._sectors_there
        both = Areas.of(
            [0, there],
            [there, self.line.sectors - there],
            [State.DATA, State.UNREADABLE],
            0,
            0,
            [self.first_offset, self.first_offset + there * SECTOR],
        )
        return both.take(both.count > 0)

    def stored_windows(self) -> Iterator[Areas]:
        """Yield its few areas at once."""
        yield self.areas()

    def explain(self, sector: int) -> Answer:
        """Say where *sector* is in the flat file."""
        from redoscope_core.extents.lookup import Answer  # noqa: PLC0415 - seldom asked for

        readable = sector < self._sectors_there
        return Answer(
            file=None if self.file is None else self.file.path,
            kind="flat",
            state=State.DATA if readable else State.UNREADABLE,
            verdict=Verdict.FLAT if readable else Verdict.FLAT_ENDS,
            first_sector=0,
            data_offset=self.first_offset + sector * SECTOR if readable else None,
        )

    def unreadable(self, sector: int) -> VmdkError:
        """Return how many bytes are missing."""
        if self.file is None:
            return CorruptVmdk(
                "an extent marked NOACCESS, which is not read", found=quoted(self.line.name or "")
            )
        return CorruptVmdk(
            "the flat file is too short",
            path=self.file.path,
            where=f"sector {sector} of the extent",
            offset=self.first_offset + sector * SECTOR,
            found=f"{self.file.file_bytes} bytes",
            expected=f"{self.first_offset + self.line.sectors * SECTOR}",
            cure="copy the file again, it may be truncated",
            code=VixCode.HOST_FILE_ERROR_EOF,
        )
