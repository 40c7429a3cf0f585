"""Recognised structures as rows: what, where, and what tells them apart."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_core import SECTOR, Recognised, Structure, StructureKind
from redoscope_gui import theme
from redoscope_gui.plain_rows import PlainRows
from redoscope_gui.structure_words import kind_name

__all__ = ["StructureRows", "told_apart"]

_NAMES = {
    StructureKind.GPT_HEADER: ("DiskGUID",),
    StructureKind.MBR: ("UniqueMBRDiskSignature",),
    StructureKind.FAT_BOOT: ("BS_VolLab", "BS_VolID"),
    StructureKind.FAT32_BOOT: ("BS_VolLab", "BS_VolID"),
    StructureKind.EXFAT_BOOT: ("VolumeSerialNumber",),
    StructureKind.NTFS_BOOT: ("VolumeSerialNumber",),
    StructureKind.EXT_SUPERBLOCK: ("s_volume_name", "s_uuid"),
    StructureKind.XFS_SUPERBLOCK: ("sb_fname", "sb_uuid"),
    StructureKind.BTRFS_SUPERBLOCK: ("label", "fsid"),
    StructureKind.SPARSE_HEADER: ("capacity",),
    StructureKind.COWD_HEADER: ("numSectors",),
    StructureKind.SESPARSE_HEADER: ("capacity",),
    StructureKind.STREAM_MARKER: ("type", "numSectors"),
    StructureKind.DESCRIPTOR: ("createType", "CID"),
}


def told_apart(structure: Structure) -> str:
    """Return what tells *structure* from others of its kind, and a checksum that does not fit."""
    wanted = _NAMES.get(structure.kind, ())
    told = [f"{field.name} {field.text}" for field in structure.fields if field.name in wanted]
    told += [f"{field.name} \u2260" for field in structure.fields if field.fits is False]
    return ", ".join(told)


class StructureRows(PlainRows):
    """One row for each structure, in the order in which they were found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[Recognised, ...] = ()

    @property
    def found(self) -> tuple[Recognised, ...]:
        """What is shown."""
        return self._found

    def show(self, found: tuple[Recognised, ...]) -> None:
        """Show other structures."""
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    @override
    def count(self) -> int:
        return len(self._found)

    @override
    def heads(self) -> tuple[str, ...]:
        return (
            self.tr("Structure"),
            self.tr("Partition"),
            self.tr("Address"),
            self.tr("Sector"),
            self.tr("What it says"),
        )

    @override
    def cells(self, row: int) -> tuple[str, ...]:
        structure, partition = self._found[row]
        return (
            kind_name(structure.kind),
            "" if partition is None else str(partition),
            f"0x{structure.offset:X}",
            theme.grouped(structure.offset // SECTOR),
            told_apart(structure),
        )

    @override
    def font_of(self, column: int) -> QFont:
        return theme.number_font() if column else theme.ui_font()
