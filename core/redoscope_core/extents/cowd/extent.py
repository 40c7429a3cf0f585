"""A COWD extent: a sparse extent with a header of its own, and without redundant tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.extents.sparse.extent import SparseExtent, findings_of_header
from redoscope_core.findings import Finding, Kind
from redoscope_core.format.units import SECTOR
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from redoscope_core.extents.cowd.writer import CowdWriter
    from redoscope_core.extents.writing import ReadBelow
    from redoscope_core.format.cowd import CowdHeader

__all__ = ["CowdExtent"]


@dataclass(frozen=True, slots=True)
class CowdExtent(SparseExtent):
    """An extent as ESX servers make them for a child."""

    header: CowdHeader
    salvages: bool = False

    @property
    @override
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the header."""
        free, end = self.header.free_sector, self.file.file_bytes
        if free * SECTOR <= end:
            return findings_of_header(self)
        where = self.file.path
        past_end = Finding.of(Kind.FREE_SECTOR_PAST_END, where, sector=free, file_bytes=end)
        return (*findings_of_header(self), past_end)

    @property
    @override
    def alignment(self) -> int:
        """A new grain begins at any sector."""
        return 1

    @override
    def writer(
        self, below: ReadBelow, *, has_parent: bool, is_new: bool = False, takes_up: bool = True
    ) -> CowdWriter:
        """Return the writer that keeps freeSector."""
        from redoscope_core.extents.cowd.writer import CowdWriter  # noqa: PLC0415 - to write

        return CowdWriter(self, below, has_parent=has_parent, is_new=is_new, takes_up=takes_up)
