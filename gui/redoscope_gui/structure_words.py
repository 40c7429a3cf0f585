"""What recognised structures are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from redoscope_core import Field, Structure, StructureKind

__all__ = ["field_words", "kind_name", "named_at"]

translate = QCoreApplication.translate


def kind_name(kind: StructureKind) -> str:
    """Return the name of a kind of structure."""
    return {
        StructureKind.MBR: translate("Structures", "Master boot record (MBR)"),
        StructureKind.EBR: translate("Structures", "Extended boot record (EBR)"),
        StructureKind.GPT_HEADER: translate("Structures", "GPT header"),
        StructureKind.GPT_ENTRIES: translate("Structures", "GPT entries"),
        StructureKind.FAT_BOOT: translate("Structures", "FAT boot sector"),
        StructureKind.FAT32_BOOT: translate("Structures", "FAT32 boot sector"),
        StructureKind.EXFAT_BOOT: translate("Structures", "exFAT boot sector"),
        StructureKind.NTFS_BOOT: translate("Structures", "NTFS boot sector"),
        StructureKind.EXT_SUPERBLOCK: translate("Structures", "ext superblock"),
        StructureKind.XFS_SUPERBLOCK: translate("Structures", "XFS superblock"),
        StructureKind.BTRFS_SUPERBLOCK: translate("Structures", "Btrfs superblock"),
        StructureKind.SPARSE_HEADER: translate("Structures", "VMDK sparse header"),
        StructureKind.COWD_HEADER: translate("Structures", "VMDK COWD header"),
        StructureKind.SESPARSE_HEADER: translate("Structures", "VMDK SESparse header"),
        StructureKind.SESPARSE_VOLATILE: translate("Structures", "VMDK SESparse volatile header"),
        StructureKind.STREAM_MARKER: translate("Structures", "VMDK stream marker"),
        StructureKind.DESCRIPTOR: translate("Structures", "VMDK descriptor"),
    }[kind]


def field_words(field: Field) -> str:
    """Return the value of *field*, and whether a checksum fits."""
    if field.fits is None:
        return field.text
    if field.fits:
        return translate("Structures", "{value}, as it should be").format(value=field.text)
    return translate("Structures", "{value}, which does not fit").format(value=field.text)


def named_at(structure: Structure, offset: int) -> str:
    """Tell the field that has byte *offset* of the disk, and of which structure it is one."""
    name, field = kind_name(structure.kind), structure.field_at(offset)
    if field is None:
        return name
    return f"{name}: {field.name} = {field_words(field)}"
