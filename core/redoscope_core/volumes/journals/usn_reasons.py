"""Why a change was logged by NTFS, and by whom: the bits of a record, and their words.

Source: Microsoft's USN_RECORD_V2.
"""

from __future__ import annotations

from enum import IntFlag

__all__ = ["Reason", "Source", "words_of"]


class Reason(IntFlag):
    """Why a record was written; several together until the file is closed."""

    DATA_OVERWRITE = 0x1
    DATA_EXTEND = 0x2
    DATA_TRUNCATION = 0x4
    NAMED_DATA_OVERWRITE = 0x10
    NAMED_DATA_EXTEND = 0x20
    NAMED_DATA_TRUNCATION = 0x40
    FILE_CREATE = 0x100
    FILE_DELETE = 0x200
    EA_CHANGE = 0x400
    SECURITY_CHANGE = 0x800
    RENAME_OLD_NAME = 0x1000
    RENAME_NEW_NAME = 0x2000
    INDEXABLE_CHANGE = 0x4000
    BASIC_INFO_CHANGE = 0x8000
    HARD_LINK_CHANGE = 0x10000
    COMPRESSION_CHANGE = 0x20000
    ENCRYPTION_CHANGE = 0x40000
    OBJECT_ID_CHANGE = 0x80000
    REPARSE_POINT_CHANGE = 0x100000
    STREAM_CHANGE = 0x200000
    TRANSACTED_CHANGE = 0x400000
    INTEGRITY_CHANGE = 0x800000
    CLOSE = 0x80000000


class Source(IntFlag):
    """Who made a change, if it was no ordinary program."""

    DATA_MANAGEMENT = 0x1
    AUXILIARY_DATA = 0x2
    REPLICATION_MANAGEMENT = 0x4
    CLIENT_REPLICATION_MANAGEMENT = 0x8


def words_of(value: int, kind: type[IntFlag]) -> tuple[str, ...]:
    """Return the words of the bits of *value*, which are those of *kind*; unknown ones in hex."""
    known = [each for each in kind if value & each]
    rest = value & ~sum(known)
    words = tuple(str(each.name).lower().replace("_", "-") for each in known)
    return words if not rest else (*words, f"{rest:#x}")
