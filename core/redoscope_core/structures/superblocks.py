"""The superblocks of ext2 to ext4, XFS and Btrfs.

Sources: the kernel's documentation of ext4 (fs/ext4/ext4.h), XFS Algorithms & Data Structures, and
the on-disk format of Btrfs as its documentation has it.
"""

from __future__ import annotations

from redoscope_core.structures.fields import Read, Row, Structure, StructureKind, fields_of

__all__ = ["BTRFS_MAGIC", "XFS_MAGIC", "btrfs", "ext", "xfs"]

XFS_MAGIC = b"XFSB"
BTRFS_MAGIC = b"_BHRfS_M"
_EXT_MAGIC = b"\x53\xef"
_MOST_LOG = 6
_LEAST_BLOCK_LOG, _MOST_BLOCK_LOG = 9, 16

_EXT = (
    *(Row("s_inodes_count", 0, 4), Row("s_blocks_count_lo", 4, 4)),
    *(Row("s_r_blocks_count_lo", 8, 4), Row("s_free_blocks_count_lo", 12, 4)),
    *(Row("s_free_inodes_count", 16, 4), Row("s_first_data_block", 20, 4)),
    *(Row("s_log_block_size", 24, 4), Row("s_log_cluster_size", 28, 4)),
    *(Row("s_blocks_per_group", 32, 4), Row("s_clusters_per_group", 36, 4)),
    *(Row("s_inodes_per_group", 40, 4), Row("s_mtime", 44, 4), Row("s_wtime", 48, 4)),
    *(Row("s_mnt_count", 52, 2), Row("s_max_mnt_count", 54, 2)),
    *(Row("s_magic", 56, 2, Read.HEX), Row("s_state", 58, 2, Read.HEX)),
    *(Row("s_errors", 60, 2), Row("s_minor_rev_level", 62, 2), Row("s_lastcheck", 64, 4)),
    *(Row("s_checkinterval", 68, 4), Row("s_creator_os", 72, 4), Row("s_rev_level", 76, 4)),
    *(Row("s_def_resuid", 80, 2), Row("s_def_resgid", 82, 2)),
    *(Row("s_first_ino", 84, 4), Row("s_inode_size", 88, 2), Row("s_block_group_nr", 90, 2)),
    *(Row("s_feature_compat", 92, 4, Read.HEX), Row("s_feature_incompat", 96, 4, Read.HEX)),
    *(Row("s_feature_ro_compat", 100, 4, Read.HEX), Row("s_uuid", 104, 16, Read.UUID)),
    *(Row("s_volume_name", 120, 16, Read.TEXT), Row("s_last_mounted", 136, 64, Read.TEXT)),
    *(Row("s_reserved_gdt_blocks", 206, 2), Row("s_journal_uuid", 208, 16, Read.UUID)),
    *(Row("s_journal_inum", 224, 4), Row("s_journal_dev", 228, 4, Read.HEX)),
    *(Row("s_last_orphan", 232, 4), Row("s_hash_seed", 236, 16, Read.UUID)),
    *(Row("s_def_hash_version", 252, 1), Row("s_desc_size", 254, 2)),
    *(Row("s_first_meta_bg", 260, 4), Row("s_mkfs_time", 264, 4)),
    *(Row("s_blocks_count_hi", 336, 4), Row("s_min_extra_isize", 348, 2)),
    *(Row("s_want_extra_isize", 350, 2), Row("s_mmp_block", 360, 8)),
    *(Row("s_log_groups_per_flex", 372, 1), Row("s_checksum_type", 373, 1)),
    *(Row("s_kbytes_written", 376, 8), Row("s_usr_quota_inum", 576, 4)),
    *(Row("s_grp_quota_inum", 580, 4), Row("s_backup_bgs[0]", 588, 4)),
    *(Row("s_backup_bgs[1]", 592, 4), Row("s_prj_quota_inum", 620, 4)),
    *(Row("s_checksum_seed", 624, 4, Read.HEX), Row("s_orphan_file_inum", 640, 4)),
    Row("s_checksum", 1020, 4, Read.HEX),
)
_XFS = (
    *(Row("sb_magicnum", 0, 4, Read.TEXT), Row("sb_blocksize", 4, 4)),
    *(Row("sb_dblocks", 8, 8), Row("sb_rblocks", 16, 8), Row("sb_rextents", 24, 8)),
    *(Row("sb_uuid", 32, 16, Read.UUID), Row("sb_logstart", 48, 8), Row("sb_rootino", 56, 8)),
    *(Row("sb_rbmino", 64, 8), Row("sb_rsumino", 72, 8), Row("sb_rextsize", 80, 4)),
    *(Row("sb_agblocks", 84, 4), Row("sb_agcount", 88, 4), Row("sb_rbmblocks", 92, 4)),
    *(Row("sb_logblocks", 96, 4), Row("sb_versionnum", 100, 2, Read.HEX)),
    *(Row("sb_sectsize", 102, 2), Row("sb_inodesize", 104, 2), Row("sb_inopblock", 106, 2)),
    *(Row("sb_fname", 108, 12, Read.TEXT), Row("sb_blocklog", 120, 1)),
    *(Row("sb_sectlog", 121, 1), Row("sb_inodelog", 122, 1), Row("sb_inopblog", 123, 1)),
    *(Row("sb_agblklog", 124, 1), Row("sb_rextslog", 125, 1), Row("sb_inprogress", 126, 1)),
    *(Row("sb_imax_pct", 127, 1), Row("sb_icount", 128, 8), Row("sb_ifree", 136, 8)),
    *(Row("sb_fdblocks", 144, 8), Row("sb_frextents", 152, 8)),
    *(Row("sb_uquotino", 160, 8), Row("sb_gquotino", 168, 8), Row("sb_qflags", 176, 2, Read.HEX)),
    *(Row("sb_flags", 178, 1, Read.HEX), Row("sb_inoalignmt", 180, 4), Row("sb_unit", 184, 4)),
    *(Row("sb_width", 188, 4), Row("sb_dirblklog", 192, 1), Row("sb_logsectlog", 193, 1)),
    *(Row("sb_logsectsize", 194, 2), Row("sb_logsunit", 196, 4)),
    *(Row("sb_features2", 200, 4, Read.HEX), Row("sb_bad_features2", 204, 4, Read.HEX)),
    *(Row("sb_features_compat", 208, 4, Read.HEX), Row("sb_features_ro_compat", 212, 4, Read.HEX)),
    *(Row("sb_features_incompat", 216, 4, Read.HEX),),
    *(Row("sb_features_log_incompat", 220, 4, Read.HEX), Row("sb_crc", 224, 4, Read.HEX)),
    *(Row("sb_spino_align", 228, 4), Row("sb_pquotino", 232, 8), Row("sb_lsn", 240, 8)),
    Row("sb_meta_uuid", 248, 16, Read.UUID),
)
_BTRFS = (
    *(Row("csum", 0, 32, Read.BYTES), Row("fsid", 32, 16, Read.UUID), Row("bytenr", 48, 8)),
    *(Row("flags", 56, 8, Read.HEX), Row("magic", 64, 8, Read.TEXT), Row("generation", 72, 8)),
    *(Row("root", 80, 8), Row("chunk_root", 88, 8), Row("log_root", 96, 8)),
    *(Row("total_bytes", 112, 8), Row("bytes_used", 120, 8), Row("root_dir_objectid", 128, 8)),
    *(Row("num_devices", 136, 8), Row("sectorsize", 144, 4), Row("nodesize", 148, 4)),
    *(Row("stripesize", 156, 4), Row("sys_chunk_array_size", 160, 4)),
    *(Row("chunk_root_generation", 164, 8), Row("compat_flags", 172, 8, Read.HEX)),
    *(Row("compat_ro_flags", 180, 8, Read.HEX), Row("incompat_flags", 188, 8, Read.HEX)),
    *(Row("csum_type", 196, 2), Row("root_level", 198, 1), Row("chunk_root_level", 199, 1)),
    *(Row("log_root_level", 200, 1), Row("dev_item.devid", 201, 8)),
    *(Row("dev_item.total_bytes", 209, 8), Row("dev_item.bytes_used", 217, 8)),
    *(Row("dev_item.uuid", 267, 16, Read.UUID), Row("dev_item.fsid", 283, 16, Read.UUID)),
    *(Row("label", 299, 256, Read.TEXT), Row("cache_generation", 555, 8)),
    *(Row("uuid_tree_generation", 563, 8), Row("metadata_uuid", 571, 16, Read.UUID)),
)


def ext(data: bytes, offset: int) -> Structure | None:
    """Return the superblock of an ext2, ext3 or ext4 file system that begins *data*."""
    log = int.from_bytes(data[24:28], "little")
    sound = data[56:58] == _EXT_MAGIC and log <= _MOST_LOG and any(data[0:4]) and any(data[32:36])
    if not sound:
        return None
    return Structure(StructureKind.EXT_SUPERBLOCK, offset, 1024, fields_of(data, _EXT))


def xfs(data: bytes, offset: int) -> Structure | None:
    """Return the superblock of an XFS file system that begins *data*; its numbers are big-endian.

    Of one of version 4 the fields behind sb_bad_features2 mean nothing, and are zeros.
    """
    if data[:4] != XFS_MAGIC or not _LEAST_BLOCK_LOG <= data[120] <= _MOST_BLOCK_LOG:
        return None
    return Structure(StructureKind.XFS_SUPERBLOCK, offset, 512, fields_of(data, _XFS, big=True))


def btrfs(data: bytes, offset: int) -> Structure | None:
    """Return the superblock of a Btrfs file system that begins *data*."""
    if data[64:72] != BTRFS_MAGIC:
        return None
    return Structure(StructureKind.BTRFS_SUPERBLOCK, offset, 4096, fields_of(data, _BTRFS))
