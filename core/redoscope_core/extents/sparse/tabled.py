"""Tabled: what a sparse extent is to those who work on its tables, its writer above all.

The extent makes its writer, and asks what is doubtful, only when somebody wants that. So they know
it by this alone, and not the extent itself, which knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.areas.areas import Areas
    from redoscope_core.extents.sparse.behind import Behind
    from redoscope_core.extents.sparse.grain_tables import GrainTables
    from redoscope_core.extents.sparse.half_written import HalfWritten
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.cowd import CowdHeader
    from redoscope_core.format.extent_line import ExtentLine
    from redoscope_core.format.sparse import SparseHeader

__all__ = ["Tabled"]


class Tabled(Protocol):
    """Grains in a file, and tables that lead to them."""

    @property
    def line(self) -> ExtentLine:
        """The line of the descriptor."""

    @property
    def file(self) -> DiskFile:
        """The file that holds tables and grains."""

    @property
    def header(self) -> SparseHeader | CowdHeader:
        """Its header, as read."""

    @property
    def tables(self) -> GrainTables:
        """The directory and tables in the file, as they are to be read."""

    @property
    def first_tables(self) -> GrainTables:
        """The first copy of the tables, as it is."""

    @property
    def copies(self) -> GrainTables | None:
        """The redundant copy of the tables, as it is; None where there is none in the file."""

    def behind_the_end(self) -> Behind:
        """Return what the tables have behind the end of the extent."""

    def table_areas(self) -> Areas:
        """Return where the tables lie in the file, as if they were areas one behind the other."""

    def half_written(self) -> HalfWritten | None:
        """Return what an interrupted write left different between the tables and their copies."""

    def half_written_steps(self, *, keep: bool) -> Generator[int, None, HalfWritten | None]:
        """Return the same in steps; if none is to *keep*, how many entries alone."""
