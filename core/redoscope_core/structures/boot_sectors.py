"""The first sectors of FAT, exFAT and NTFS file systems.

Sources: Microsoft's FAT specification 1.03 and exFAT specification; for NTFS what its makers
publish of the boot sector, as mkntfs writes it.
"""

from __future__ import annotations

from redoscope_core.structures.fields import Read, Row, Structure, StructureKind, fields_of

__all__ = ["boot_sector"]

_SIGNATURE = b"\x55\xaa"
_SIZES = frozenset({512, 1024, 2048, 4096})
_MOST_SHIFT = 7
_MEDIA = 0xF0

_JUMP = (Row("BS_jmpBoot", 0, 3, Read.BYTES), Row("BS_OEMName", 3, 8, Read.TEXT))
_BPB = (
    Row("BPB_BytsPerSec", 11, 2),
    Row("BPB_SecPerClus", 13, 1),
    Row("BPB_RsvdSecCnt", 14, 2),
    Row("BPB_NumFATs", 16, 1),
    Row("BPB_RootEntCnt", 17, 2),
    Row("BPB_TotSec16", 19, 2),
    Row("BPB_Media", 21, 1, Read.HEX),
    Row("BPB_FATSz16", 22, 2),
    Row("BPB_SecPerTrk", 24, 2),
    Row("BPB_NumHeads", 26, 2),
    Row("BPB_HiddSec", 28, 4),
    Row("BPB_TotSec32", 32, 4),
)
_END = (Row("Signature_word", 510, 2, Read.HEX),)
_FAT = (
    Row("BS_DrvNum", 36, 1, Read.HEX),
    Row("BS_Reserved1", 37, 1, Read.HEX),
    Row("BS_BootSig", 38, 1, Read.HEX),
    Row("BS_VolID", 39, 4, Read.HEX),
    Row("BS_VolLab", 43, 11, Read.TEXT),
    Row("BS_FilSysType", 54, 8, Read.TEXT),
)
_FAT32 = (
    Row("BPB_FATSz32", 36, 4),
    Row("BPB_ExtFlags", 40, 2, Read.HEX),
    Row("BPB_FSVer", 42, 2, Read.HEX),
    Row("BPB_RootClus", 44, 4),
    Row("BPB_FSInfo", 48, 2),
    Row("BPB_BkBootSec", 50, 2),
    Row("BPB_Reserved", 52, 12, Read.BYTES),
    Row("BS_DrvNum", 64, 1, Read.HEX),
    Row("BS_Reserved1", 65, 1, Read.HEX),
    Row("BS_BootSig", 66, 1, Read.HEX),
    Row("BS_VolID", 67, 4, Read.HEX),
    Row("BS_VolLab", 71, 11, Read.TEXT),
    Row("BS_FilSysType", 82, 8, Read.TEXT),
)
_EXFAT = (
    Row("JumpBoot", 0, 3, Read.BYTES),
    Row("FileSystemName", 3, 8, Read.TEXT),
    Row("MustBeZero", 11, 53, Read.BYTES),
    Row("PartitionOffset", 64, 8),
    Row("VolumeLength", 72, 8),
    Row("FatOffset", 80, 4),
    Row("FatLength", 84, 4),
    Row("ClusterHeapOffset", 88, 4),
    Row("ClusterCount", 92, 4),
    Row("FirstClusterOfRootDirectory", 96, 4),
    Row("VolumeSerialNumber", 100, 4, Read.HEX),
    Row("FileSystemRevision", 104, 2, Read.HEX),
    Row("VolumeFlags", 106, 2, Read.HEX),
    Row("BytesPerSectorShift", 108, 1),
    Row("SectorsPerClusterShift", 109, 1),
    Row("NumberOfFats", 110, 1),
    Row("DriveSelect", 111, 1, Read.HEX),
    Row("PercentInUse", 112, 1),
    Row("BootSignature", 510, 2, Read.HEX),
)
_NTFS = (
    Row("JumpInstruction", 0, 3, Read.BYTES),
    Row("OEMID", 3, 8, Read.TEXT),
    Row("BytesPerSector", 11, 2),
    Row("SectorsPerCluster", 13, 1, Read.SIGNED),
    Row("ReservedSectors", 14, 2),
    Row("MediaDescriptor", 21, 1, Read.HEX),
    Row("SectorsPerTrack", 24, 2),
    Row("NumberOfHeads", 26, 2),
    Row("HiddenSectors", 28, 4),
    Row("TotalSectors", 40, 8),
    Row("MFTClusterNumber", 48, 8),
    Row("MFTMirrClusterNumber", 56, 8),
    Row("ClustersPerFileRecord", 64, 1, Read.SIGNED),
    Row("ClustersPerIndexBuffer", 68, 1, Read.SIGNED),
    Row("VolumeSerialNumber", 72, 8, Read.HEX),
    Row("Checksum", 80, 4, Read.HEX),
    Row("Signature", 510, 2, Read.HEX),
)


def boot_sector(sector: bytes, offset: int) -> Structure | None:
    """Return the boot sector of a FAT, exFAT or NTFS file system in *sector*."""
    if sector[510:512] != _SIGNATURE:
        return None
    name = sector[3:11]
    if name == b"EXFAT   ":
        fields = fields_of(sector, _EXFAT)
        return Structure(StructureKind.EXFAT_BOOT, offset, 512, fields)
    if name == b"NTFS    ":
        return Structure(StructureKind.NTFS_BOOT, offset, 512, fields_of(sector, _NTFS))
    if not _is_fat(sector):
        return None
    wide = sector[22:24] == bytes(2)
    kind = StructureKind.FAT32_BOOT if wide else StructureKind.FAT_BOOT
    rows = (*_JUMP, *_BPB, *(_FAT32 if wide else _FAT), *_END)
    return Structure(kind, offset, 512, fields_of(sector, rows))


def _is_fat(sector: bytes) -> bool:
    """Return whether the fields that every FAT file system has are possible."""
    size = int.from_bytes(sector[11:13], "little")
    cluster, copies, media = sector[13], sector[16], sector[21]
    reserved = int.from_bytes(sector[14:16], "little")
    total = int.from_bytes(sector[19:21], "little") or int.from_bytes(sector[32:36], "little")
    table = int.from_bytes(sector[22:24], "little") or int.from_bytes(sector[36:40], "little")
    jumps = sector[0] == 0xE9 or (sector[0] == 0xEB and sector[2] == 0x90)  # noqa: PLR2004
    return (
        jumps
        and size in _SIZES
        and bool(cluster)
        and not cluster & (cluster - 1)
        and 0 < copies <= _MOST_SHIFT
        and media >= _MEDIA
        and reserved > 0
        and total > 0
        and table > 0
    )
