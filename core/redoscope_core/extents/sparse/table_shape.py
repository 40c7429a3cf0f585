"""What there is to know of the tables of an extent before one looks, and what a look finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from redoscope_core.errors import CorruptVmdk
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.areas.areas import State
    from redoscope_core.files.file import DiskFile

__all__ = ["TableEntry", "TableShape", "refuse_repeats"]


class TableShape(Protocol):
    """What the header of an extent says of its tables; sizes and places in sectors."""

    @property
    def capacity(self) -> int:
        """Sectors of the disk that the extent covers."""

    @property
    def grain_size(self) -> int:
        """Sectors per grain."""

    @property
    def grain_count(self) -> int:
        """Grains of the extent."""

    @property
    def gtes_per_gt(self) -> int:
        """Entries of a grain table."""

    @property
    def table_count(self) -> int:
        """Grain tables, thus entries of the directory."""

    @property
    def table_sectors(self) -> int:
        """Sectors a table takes."""

    @property
    def gd_offset(self) -> int:
        """Where the directory is."""

    @property
    def rgd_offset(self) -> int:
        """Where the redundant directory is; meaningful if there are such tables."""

    @property
    def has_redundant_tables(self) -> bool:
        """Whether a second copy of directory and tables is kept."""

    @property
    def descriptor_offset(self) -> int:
        """Where the embedded descriptor is; 0 = none."""

    @property
    def descriptor_size(self) -> int:
        """How long it is."""

    @property
    def overhead(self) -> int:
        """Metadata in front of the first grain."""

    @property
    def has_zero_grains(self) -> bool:
        """Whether the entry 1 means zeros."""

    @property
    def is_packed(self) -> bool:
        """Whether grains are compressed."""


class TableEntry(NamedTuple):
    """How one grain was looked up."""

    directory_index: int
    directory_entry: int
    """Sector of the grain table; 0 = no table."""
    table_index: int
    table_entry: int | None
    """Sector of the grain; None if there is no table to ask."""
    entry_offset: int | None
    """Byte offset of the table entry in the file."""
    state: State


def refuse_repeats(file: DiskFile, directory: int, tables: int, table_sectors: int) -> None:
    """Refuse *tables* tables, if together they are longer than *file* that they lie in.

    Raises:
        CorruptVmdk: They are, so the work would not be bounded by the file. The directory
            that leads to them is at sector *directory*.
    """
    if tables * table_sectors * SECTOR > file.file_bytes:
        raise CorruptVmdk(
            "a grain directory that leads to the same tables again and again",
            path=file.path,
            where="the grain directory",
            offset=directory * SECTOR,
            found=f"{tables} tables",
            expected=f"as many as fit into {file.file_bytes} bytes",
        )
