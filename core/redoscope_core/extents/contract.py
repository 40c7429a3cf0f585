"""The contract of an extent: all that every kind answers. Nobody asks which kind it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from redoscope_core.areas.areas import Areas
from redoscope_core.errors import CorruptVmdk, UnsupportedVmdk

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from redoscope_core.errors import VmdkError
    from redoscope_core.extents.lookup import Answer
    from redoscope_core.extents.table_report import TableReport
    from redoscope_core.extents.writing import ExtentWriter, ReadBelow
    from redoscope_core.files.file import DiskFile
    from redoscope_core.findings import Finding
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["Extent", "PlainExtent", "is_writable"]


class Extent(Protocol):
    """A region of a link. Sectors count from the extent's first."""

    @property
    def line(self) -> ExtentLine:
        """The line of the descriptor."""

    @property
    def file(self) -> DiskFile | None:
        """The file, if there is one."""

    @property
    def grain_size(self) -> int | None:
        """Sectors that are stored together; None where there are no grains."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about its header or its line."""

    def areas(self) -> Areas:
        """Return the stored areas: link 0, file 0 where a file holds them."""

    def stored_windows(self) -> Iterator[Areas]:
        """Yield the areas that `areas` returns, in windows: memory does not grow with them.

        Those that can't be read since a table is lost may come last.
        """

    def explain(self, sector: int) -> Answer:
        """Return how *sector* is found; its `first_sector` counts from the extent's first."""

    def unreadable(self, sector: int) -> VmdkError:
        """Return the error that tells why *sector* can't be read."""

    @property
    def findings_of_reading(self) -> tuple[Finding, ...]:
        """What came to light only while it was read."""

    def doubts(self, stored: Areas) -> tuple[Finding, ...]:
        """Return what its tables, and the areas *stored* that they tell of, make one doubt."""

    def table_areas(self) -> Areas:
        """Return where its tables lie in the file, as if they were areas one behind the other."""

    def table_report(self) -> Generator[int, None, TableReport] | None:
        """Return the judging of all its table entries, in steps; None where there are no tables.

        Then its areas say all that there is to say. A step yields the bytes of tables looked at.
        """

    @property
    def header_fields(self) -> dict[str, object] | None:
        """What its header says of grains and tables, by name; None where it has none."""

    @property
    def is_salvaged(self) -> bool:
        """Whether its grains were found without their directory."""

    @property
    def flat_offset(self) -> int | None:
        """Byte offset in the file of the first sector, if all lie there one behind the other."""

    @property
    def tells_zeros(self) -> bool:
        """Whether a grain of zeros can be told by its table entry, without storing it."""

    @property
    def is_packed(self) -> bool:
        """Whether its grains are compressed."""

    def read_packed(
        self, buffer: memoryview, sector: int, place: int, known: bytes | memoryview = b""
    ) -> None:
        """Fill *buffer* from *sector* on, of the compressed grain stored at byte *place*.

        *known* is what was read of the file from *place* on, as much as there is.

        Raises:
            CorruptVmdk: The grain is damaged, or nothing here is compressed.
        """

    def prove_packed(self, sector: int, place: int, known: memoryview) -> int:
        """Inflate the compressed grain of *sector*, stored at byte *place*, and prove its checksum.

        *known* is what was read of the file from *place* on. Returns how many bytes of what is
        stored for the grain are behind its end. Raises as `read_packed` does.
        """

    def grown_beside(self, low: NDArray[np.int64], high: NDArray[np.int64]) -> int:
        """Return by how many bytes the file grows, beside new grains, to store *low* to *high*.

        That is to where a grain may begin, and by tables that the file lacks. The grains are
        runs that ascend; *high* is behind the last grain of each.
        """

    @property
    def takes_writes(self) -> bool:
        """Whether extents of this kind are written at all."""

    def refuse_kind(self) -> None:
        """Refuse a kind that is only read, with the way out.

        Raises:
            UnsupportedVmdk: It is of such a kind.
        """

    def writer(
        self, below: ReadBelow, *, has_parent: bool, is_new: bool = False, takes_up: bool = True
    ) -> ExtentWriter:
        """Return the one writer of the extent, if it *takes_writes*; nothing is changed yet.

        *below* reads what is there without this link. Of an extent that *is_new* the caller
        knows that its tables are sound. What an interrupted write left in the redundant tables
        alone is taken up, or if one *takes_up* nothing, stays as it is read now.

        Raises:
            UnsupportedVmdk: The extent is of a version that is only read.
            CorruptVmdk: Its tables are damaged, so that writing would damage more.
        """


class PlainExtent:
    """What an extent answers that has no tables, packs nothing and is only read."""

    __slots__ = ()

    @property
    def findings_of_reading(self) -> tuple[Finding, ...]:
        """Nothing comes to light while it is read."""
        return ()

    def doubts(self, stored: Areas) -> tuple[Finding, ...]:
        """Return nothing: without tables there is nothing to doubt."""
        del stored
        return ()

    def table_areas(self) -> Areas:
        """Return nothing: there are no tables."""
        return Areas.empty()

    def table_report(self) -> Generator[int, None, TableReport] | None:
        """Return None: there are no tables to judge."""

    @property
    def header_fields(self) -> dict[str, object] | None:
        """There is no header of that kind."""
        return None

    @property
    def is_salvaged(self) -> bool:
        """There was no directory to do without."""
        return False

    @property
    def flat_offset(self) -> int | None:
        """Its sectors do not lie one behind the other."""
        return None

    @property
    def tells_zeros(self) -> bool:
        """There are no entries to tell them."""
        return False

    @property
    def is_packed(self) -> bool:
        """Nothing is compressed."""
        return False

    def read_packed(
        self, buffer: memoryview, sector: int, place: int, known: bytes | memoryview = b""
    ) -> None:
        """Refuse: nothing is compressed."""
        del buffer, known
        raise _nothing_packed(sector, place)

    def prove_packed(self, sector: int, place: int, known: memoryview) -> int:
        """Refuse: nothing is compressed."""
        del known
        raise _nothing_packed(sector, place)

    def grown_beside(self, low: NDArray[np.int64], high: NDArray[np.int64]) -> int:
        """It has no tables, and sectors begin anywhere."""
        del low, high
        return 0

    @property
    def takes_writes(self) -> bool:
        """It is only read."""
        return False

    def refuse_kind(self) -> None:
        """Refuse nothing."""

    def writer(
        self, below: ReadBelow, *, has_parent: bool, is_new: bool = False, takes_up: bool = True
    ) -> ExtentWriter:
        """Refuse: it is only read."""
        del below, has_parent, is_new, takes_up
        raise UnsupportedVmdk("an extent that can't be written", expected="one with a file")


def _nothing_packed(sector: int, place: int) -> CorruptVmdk:
    return CorruptVmdk(
        "an extent that holds nothing compressed", where=f"sector {sector}", offset=place
    )


def is_writable(extent: Extent) -> bool:
    """Tell whether the sectors of *extent* may be written: by its kind, and by its line."""
    return extent.takes_writes and extent.line.access == "RW"
