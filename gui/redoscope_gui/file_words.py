"""What volumes, files, changes of files and the owners of sectors are called."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_core import SECTOR, Examined, Holding, SectorClass, WhyFailed, paths_of
from redoscope_gui import theme

if TYPE_CHECKING:
    from redoscope_core import DiskVolume, Examining, FileChange, SectorOwner

__all__ = [
    "Badge",
    "badge_name",
    "badges_of",
    "change_words",
    "class_name",
    "note_words",
    "owner_brief",
    "owner_words",
    "state_words",
    "time_words",
    "volume_name",
]


_MINUTE = len("2026-01-02T16:30")


class Badge(Enum):
    """What became of a file, as a sign; in the order in which they stand."""

    ADDED = "+"
    DELETED = "\N{MINUS SIGN}"
    RENAMED = "\N{RIGHTWARDS ARROW}"
    MODIFIED = "\N{NOT EQUAL TO}"
    METADATA = "i"
    STREAM = ":"
    SLACK = "\N{HORIZONTAL ELLIPSIS}"


_KINDS = {
    "added": Badge.ADDED,
    "deleted": Badge.DELETED,
    "renamed": Badge.RENAMED,
    "modified": Badge.MODIFIED,
    "metadata": Badge.METADATA,
}


def tr(text: str) -> str:
    """Translate *text*; it belongs to no one pane."""
    return QCoreApplication.translate("Files", text)


def badge_name(badge: Badge) -> str:
    """Return what a sign means."""
    return {
        Badge.ADDED: tr("added"),
        Badge.DELETED: tr("deleted"),
        Badge.RENAMED: tr("renamed"),
        Badge.MODIFIED: tr("modified"),
        Badge.METADATA: tr("metadata only"),
        Badge.STREAM: tr("stream"),
        Badge.SLACK: tr("slack"),
    }[badge]


def badges_of(*changes: FileChange) -> tuple[Badge, ...]:
    """Return the signs of the *changes* of one file; none of what a file system does for itself."""
    found = [_KINDS[each.kind] for each in changes if each.kind in _KINDS]
    notes = [note for each in changes for note in each.notes]
    if any(note.startswith("stream_") for note in notes):
        found.append(Badge.STREAM)
    if "slack_written" in notes:
        found.append(Badge.SLACK)
    return tuple(found)


def change_words(*changes: FileChange) -> str:
    """Return what became of one file, with all that is noted of it, each once."""
    notes = dict.fromkeys(note_words(note) for each in changes for note in each.notes)
    return ", ".join((*map(_kind_words, changes), *notes))


def _kind_words(change: FileChange) -> str:
    kinds = {
        "directory": tr("entries changed"),
        "unread": tr("not all of it can be read"),
        "internal": tr("file system's own"),
    }
    badge = _KINDS.get(change.kind)
    told = kinds.get(change.kind, change.kind) if badge is None else badge_name(badge)
    if change.old_path is not None:
        told = tr("renamed from {path}").format(path=change.old_path)
    return told


def note_words(note: str) -> str:
    """Return a note of the engine in words; the name of a stream stands behind a colon."""
    kind, _, name = note.partition(":")
    words = {
        "stream_added": tr("stream {name} added"),
        "stream_deleted": tr("stream {name} deleted"),
        "stream_changed": tr("stream {name} changed"),
        "slack_written": tr("slack written"),
        "timestomped": tr("times set back"),
        "no_metadata_trace": tr("without a trace in its metadata"),
        "same_bytes_new_inode": tr("the same bytes, written anew"),
        "not_all_read": tr("not all of it was compared"),
        "atime_only": tr("read only"),
        "hard_link": tr("has other names"),
        "resident": tr("kept in its record"),
        "resident_to_nonresident": tr("left its record"),
        "shredded": tr("shredded"),
        "shredded_in_part": tr("shredded in part"),
    }
    return words.get(kind, kind.replace("_", " ")).format(name=name)


# --- volumes -------------------------------------------------------------------------------------


def holding_name(holding: Holding) -> str:
    """Return what a volume holds."""
    words = {
        Holding.EXFAT: "exFAT",
        Holding.BTRFS: "Btrfs",
        Holding.REFS: "ReFS",
        Holding.ISO9660: "ISO 9660",
        Holding.BITLOCKER: "BitLocker",
        Holding.MD: tr("Linux RAID"),
        Holding.SWAP: tr("swap"),
        Holding.ZEROS: tr("nothing but zeros"),
        Holding.UNKNOWN: tr("unknown content"),
    }
    is_ext = holding in {Holding.EXT2, Holding.EXT3, Holding.EXT4}
    return words.get(holding, holding.value if is_ext else holding.value.upper())


def volume_name(volume: DiskVolume) -> str:
    """Return how a volume is told from others: by its number, and by what it holds."""
    where = tr("Whole disk") if volume.number is None else tr("Volume %d") % volume.number
    return f"{where}, {holding_name(volume.holding)}"


def state_words(each: Examining, entropy: float | None = None) -> str:
    """Return what was read of a volume, or why it was not; empty if all of it was."""
    if each.failed is not None:
        detail = f" ({each.failed.detail})" if each.failed.detail else ""
        return tr("Not read: %s") % f"{_failure(each.failed.why)}{detail}"
    if each.state is Examined.ENCRYPTED:
        return tr("Not read: it is encrypted")
    holding = each.volume.holding
    if holding is Holding.UNKNOWN:
        told = "" if entropy is None else tr(", %s bits a byte at its start") % f"{entropy:.2f}"
        return tr("Not read: nothing in it is known%s") % told
    if holding is Holding.ZEROS:
        return tr("Nothing to read")
    if each.index is None:
        return tr("Not read: no parser for %s here") % holding_name(holding)
    return "" if each.index.is_whole else tr("Not all is listed: too much, or it leads in circles")


def _failure(why: WhyFailed) -> str:
    return {
        WhyFailed.CRASHED: tr("its parser crashed"),
        WhyFailed.TIME: tr("its parser took too long"),
        WhyFailed.MEMORY: tr("its parser wanted too much memory"),
        WhyFailed.DAMAGED: tr("the file system is damaged"),
        WhyFailed.UNREADABLE: tr("sectors of it can't be read"),
        WhyFailed.LIED: tr("what its parser said is of no use"),
    }[why]


def time_words(told: str | None) -> str:
    """Return a time of the engine as it stands in a column: to the minute."""
    return "" if told is None else told[:_MINUTE].replace("T", " ")


def class_name(kind: SectorClass) -> str:
    """Return what sectors of a class are there for."""
    return {
        SectorClass.PARTITION_TABLE: tr("partition tables"),
        SectorClass.GAP: tr("in no partition"),
        SectorClass.ENCRYPTED: tr("encrypted"),
        SectorClass.NOT_EXAMINED: tr("not examined"),
        SectorClass.FILE_DATA: tr("file data"),
        SectorClass.STREAM: tr("alternate streams"),
        SectorClass.SLACK: tr("slack"),
        SectorClass.DIRECTORY: tr("directories"),
        SectorClass.JOURNAL: tr("journals"),
        SectorClass.FILE_SYSTEM: tr("file system"),
        SectorClass.FREE_SPACE: tr("free space"),
    }[kind]


# --- owners --------------------------------------------------------------------------------------


def owner_brief(owner: SectorOwner) -> str:
    """Return whose a sector is in few words, for a column: the path, or what it is for."""
    if _is_structure(owner):
        return _structure(owner)
    if owner.kind is SectorClass.DIRECTORY:
        return tr("directory %s") % owner.paths[0]
    return f"{owner.paths[0]}{_stream(owner)}"


def owner_words(owner: SectorOwner, offset: int) -> str:
    """Return whose the byte at *offset* of the disk is, which lies in the sector of *owner*."""
    where = "" if owner.volume is None else f"{volume_name(owner.volume.volume)}: "
    if _is_structure(owner):
        return f"{where}{_structure(owner, offset)}"
    if owner.kind is SectorClass.DIRECTORY:
        return f"{where}{tr('directory %s') % owner.paths[0]}"
    told = f"{where}{' = '.join(owner.paths)}{_stream(owner)}"
    if owner.offset is None or owner.size is None:
        return told
    size, byte = theme.grouped(owner.size), owner.offset + offset % SECTOR
    if byte >= owner.size:
        return f"{told}, {tr('slack after %s bytes') % size}"
    return f"{told}, {tr('byte %s of %s') % (theme.grouped(byte), size)}"


def _is_structure(owner: SectorOwner) -> bool:
    """Return whether it is told by what it is for: of $MFT it says more which record it is."""
    own = owner.kind in {SectorClass.FILE_SYSTEM, SectorClass.JOURNAL}
    return not owner.paths or (own and owner.region is not None)


def _stream(owner: SectorOwner) -> str:
    return f":{owner.stream}" if owner.stream else ""


def _structure(owner: SectorOwner, offset: int | None = None) -> str:
    """Return what a sector is for that no file has."""
    if owner.region is None:
        return {
            SectorClass.PARTITION_TABLE: tr("partition table"),
            SectorClass.GAP: tr("in no partition"),
            SectorClass.ENCRYPTED: tr("encrypted"),
            SectorClass.NOT_EXAMINED: tr("not examined"),
            SectorClass.FREE_SPACE: tr("free space"),
        }.get(owner.kind, owner.kind.value.replace("-", " "))
    known = {"mft": "MFT", "mft-mirror": tr("MFT mirror"), "fat": "FAT", "fsinfo": "FSInfo"}
    told = known.get(owner.region, owner.region.replace("-", " "))
    unit = _unit(owner, offset)
    if unit is not None:
        return tr("{structure}, {unit}").format(structure=told, unit=unit)
    return told


def _unit(owner: SectorOwner, offset: int | None) -> str | None:
    """Return the inode, record, entry or block that the byte at *offset* tells of."""
    if owner.region is None or owner.volume is None or owner.volume.index is None:
        return None
    number = None
    if offset is not None:
        regions = owner.volume.index.regions
        number = regions.unit_at(offset - owner.volume.volume.start * SECTOR)
    if number is None:
        return None
    counted = {
        "inode-table": tr("inode %s"),
        "inode-bitmap": tr("inodes from %s on"),
        "block-bitmap": tr("blocks from %s on"),
        "group-descriptors": tr("group %s"),
        "mft": tr("record %s"),
        "mft-mirror": tr("record %s"),
        "mft-bitmap": tr("records from %s on"),
        "cluster-bitmap": tr("clusters from %s on"),
        "fat": tr("cluster %s"),
        "journal": tr("block %s"),
    }.get(owner.region)
    if counted is None:
        return None
    told = counted % theme.grouped(number)
    if owner.region in {"inode-table", "mft", "mft-mirror"}:
        paths = paths_of(owner.volume.index, number)
        return f"{told} ({' = '.join(paths)})" if paths else told
    return told
