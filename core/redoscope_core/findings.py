"""Findings: the one form of all that can be said about a disk, from its first byte to the window.

A finding is facts: what kind of thing it is, in which file, where, and the numbers. Words are
made of it at the edge (`sentences`), and nothing reads those back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import (
    ChainLoop,
    ContentIdMismatch,
    FileMissing,
    MissingParent,
    UnsupportedVmdk,
    VmdkError,
    WasMerged,
)

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from redoscope_core.leniency import Leniency
    from redoscope_core.spots import Spot

__all__ = ["Finding", "Kind", "Place", "Severity", "kind_of"]


class Severity(IntEnum):
    """What a finding means for the bytes of the disk."""

    WORTH_KNOWING = 0
    DOUBTFUL = 1
    """Bytes may be wrong."""
    LOST = 2
    """Bytes can't be read, or the disk can't be opened."""


class Kind(Enum):
    """What a finding is about; the value is its word for programs."""

    # An error of the engine.
    MISSING_PARENT = "missing-parent"
    WRONG_CID = "wrong-cid"
    LOOP = "loop"
    MISSING_DATA = "missing-data"
    MERGED = "merged"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    # The descriptor's text.
    KEY_TWICE = "key-twice"
    NO_SIGNATURE = "no-signature"
    BREAKS_OFF = "breaks-off"
    TEXT_BEHIND_NUL = "text-behind-nul"
    UNKNOWN_ENCODING = "unknown-encoding"
    BYTES_OF_NO_CHARACTER = "bytes-of-no-character"
    NO_CID = "no-cid"
    NO_PARENT_CID = "no-parent-cid"
    LONG_CID = "long-cid"
    UNKNOWN_VERSION = "unknown-version"
    LOST_FOREIGN_PARENT = "lost-foreign-parent"
    LONG_CONTENT_ID = "long-content-id"
    # Files and headers.
    BARE = "bare"
    OPENED_ALONE = "opened-alone"
    DATA_OF = "data-of"
    LOST_DESCRIPTOR = "lost-descriptor"
    SPELLED_OTHERWISE = "spelled-otherwise"
    ELSEWHERE = "elsewhere"
    UNCLEAN = "unclean"
    FREE_SECTOR_PAST_END = "free-sector-past-end"
    FIRST_GRAIN_PAST_END = "first-grain-past-end"
    CAPACITY_OF_LINE = "capacity-of-line"
    ODD_TABLES = "odd-tables"
    ODD_LENGTH = "odd-length"
    JOURNAL_NOT_REPLAYED = "journal-not-replayed"
    # Streams.
    NO_MARKER_FLAG = "no-marker-flag"
    BYTES_BEHIND_STREAM = "bytes-behind-stream"
    STREAM_CUT = "stream-cut"
    DIRECTORY_LOST = "directory-lost"
    DIRECTORY_WALKED = "directory-walked"
    GRAIN_OF_OTHER_SECTOR = "grain-of-other-sector"
    BYTES_BEHIND_GRAIN = "bytes-behind-grain"
    DAMAGED_GRAINS = "damaged-grains"
    ODD_MARKS = "odd-marks"
    BYTES_BEHIND_GRAINS = "bytes-behind-grains"
    UNREADABLE_DATA = "unreadable-data"
    # Tables.
    COPY_OUTSIDE = "copy-outside"
    COPY_NOT_TOLD = "copy-not-told"
    DIRECTORIES_DIFFER = "directories-differ"
    TABLE_DIFFERS = "table-differs"
    TABLES_DIFFER = "tables-differ"
    LOST_COPIES = "lost-copies"
    REDUNDANT_USED = "redundant-used"
    ENTRIES_BEHIND = "entries-behind"
    GRAINS_BEHIND = "grains-behind"
    LEFT_OVER = "left-over"
    SHARED_PLACE = "shared-place"
    LOST_TABLE = "lost-table"
    COPY_HAS_TABLE = "copy-has-table"
    BAD_ENTRY = "bad-entry"
    SHARED_GRAIN = "shared-grain"
    GRAIN_OVER_TABLE = "grain-over-table"
    LEAKED = "leaked"
    GRAINS_OF_DAMAGE = "grains-of-damage"
    HALF_WRITTEN = "half-written"
    UNREADABLE_SECTORS = "unreadable-sectors"
    DAMAGED = "damaged"
    MORE_UNREADABLE = "more-unreadable"
    # How links fit together, and who uses them.
    PARENT_ELSEWHERE = "parent-elsewhere"
    NAMESAKE_OF_PARENT = "namesake-of-parent"
    CAPACITY = "capacity"
    NAMES_PARENT = "names-parent"
    TOO_DEEP = "too-deep"
    OLDER_GENERATION = "older-generation"
    IN_USE = "in-use"
    INTERRUPTED = "interrupted"
    # The texts of a virtual machine.
    SET_TWICE = "set-twice"
    UNQUOTED = "unquoted"
    SNAPSHOT_WITHOUT_UID = "snapshot-without-uid"
    UID_TWICE = "uid-twice"
    NO_PARENT_SNAPSHOT = "no-parent-snapshot"
    SNAPSHOT_LOOP = "snapshot-loop"
    SNAPSHOT_COUNT = "snapshot-count"
    NO_CURRENT_SNAPSHOT = "no-current-snapshot"
    SUSPENDED = "suspended"
    RUNS_ON_FROZEN = "runs-on-frozen"
    NUMBER_LIES = "number-lies"
    NEEDS_CONSOLIDATION = "needs-consolidation"
    NO_SNAPSHOT_NAMES = "no-snapshot-names"
    STANDS_BETWEEN = "stands-between"
    SNAPSHOT_LINK_MISSING = "snapshot-link-missing"
    NO_CHECKPOINT = "no-checkpoint"
    HAS_CLONE = "has-clone"
    OLD_SNAPSHOT = "old-snapshot"
    # Machines.
    RUNS_ON_PARENT = "runs-on-parent"
    MACHINE_ENCRYPTED = "machine-encrypted"
    MACHINE_EMPTY = "machine-empty"
    LONG_TEXT = "long-text"
    # Change tracking files.
    TRACK_UNREADABLE = "track-unreadable"
    LOOSE_TRACK = "loose-track"


_SEVERITY = dict.fromkeys(
    (
        Kind.MISSING_PARENT,
        Kind.WRONG_CID,
        Kind.LOOP,
        Kind.MISSING_DATA,
        Kind.MERGED,
        Kind.UNSUPPORTED,
        Kind.UNREADABLE,
        Kind.LOST_TABLE,
        Kind.BAD_ENTRY,
        Kind.DAMAGED_GRAINS,
        Kind.UNREADABLE_DATA,
        Kind.DAMAGED,
        Kind.MORE_UNREADABLE,
        Kind.UNREADABLE_SECTORS,
        Kind.DIRECTORY_LOST,
        Kind.ELSEWHERE,
        Kind.SNAPSHOT_LINK_MISSING,
        Kind.LOST_DESCRIPTOR,
    ),
    Severity.LOST,
) | dict.fromkeys(
    (
        Kind.BARE,
        Kind.OPENED_ALONE,
        Kind.CAPACITY,
        Kind.SHARED_GRAIN,
        Kind.SHARED_PLACE,
        Kind.GRAIN_OVER_TABLE,
        Kind.GRAIN_OF_OTHER_SECTOR,
        Kind.ODD_MARKS,
        Kind.TABLES_DIFFER,
        Kind.TABLE_DIFFERS,
        Kind.DIRECTORIES_DIFFER,
        Kind.LOST_COPIES,
        Kind.REDUNDANT_USED,
        Kind.GRAINS_BEHIND,
        Kind.JOURNAL_NOT_REPLAYED,
        Kind.SNAPSHOT_WITHOUT_UID,
        Kind.UID_TWICE,
        Kind.NO_PARENT_SNAPSHOT,
        Kind.SNAPSHOT_LOOP,
        Kind.NO_CURRENT_SNAPSHOT,
        Kind.RUNS_ON_PARENT,
        Kind.MACHINE_EMPTY,
        Kind.LONG_TEXT,
    ),
    Severity.DOUBTFUL,
)
"""Of the kinds that are more than worth knowing."""


class Place(NamedTuple):
    """Where in a file something is."""

    where: str | None = None
    """The structure, in the words of its specification."""
    offset: int | None = None
    """Bytes from the start of the file."""


NOWHERE = Place()
"""Not in one place of a file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is so."""

    kind: Kind
    severity: Severity
    path: Path | None = None
    """The file; None while it is not known where a text came from."""
    place: Place = NOWHERE
    facts: tuple[tuple[str, object], ...] = ()
    """Names and numbers, in the order of their names."""
    leniency: Leniency | None = None
    """What makes it no hindrance, if that is allowed."""

    @classmethod
    def of(
        cls, kind: Kind, path: Path | None = None, place: Place = NOWHERE, /, **facts: object
    ) -> Self:
        """Return what is found, as severe as its *kind* is."""
        severity = _SEVERITY.get(kind, Severity.WORTH_KNOWING)
        return cls(kind, severity, path, place, tuple(sorted(facts.items())))

    @classmethod
    def of_error(cls, error: VmdkError, path: Path | None = None) -> Self:
        """Return what *error* tells, of the file *path* if it names none."""
        kind = kind_of(error)
        told = {
            "what": error.what,
            "found": error.found,
            "expected": error.expected,
            "cure": error.cure,
            "outside": error.outside,
            "candidates": error.candidates or None,
            "looked_at_all": None if error.looked_at_all else False,
        }
        facts = tuple(sorted((name, fact) for name, fact in told.items() if fact is not None))
        place = Place(error.where, error.offset)
        return cls(kind, _SEVERITY[kind], error.path or path, place, facts, error.leniency)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The single places that it counts, as far as they are told; empty where it is of one."""
        found = self.fact("spots")
        return found if isinstance(found, tuple) else ()

    @property
    def is_fault(self) -> bool:
        """Whether bytes can be wrong or lost; otherwise it is worth knowing."""
        return self.severity > Severity.WORTH_KNOWING

    def fact(self, name: str) -> object:
        """Return the fact of that *name*; None if there is none."""
        return next((fact for known, fact in self.facts if known == name), None)

    def at(self, path: Path) -> Self:
        """Return the finding as one about *path*, if it does not name its file yet."""
        return self if self.path is not None else replace(self, path=path)


def kind_of(error: VmdkError) -> Kind:
    """Return the kind that *error* is of."""
    kinds = (
        (MissingParent, Kind.MISSING_PARENT),
        (ContentIdMismatch, Kind.WRONG_CID),
        (ChainLoop, Kind.LOOP),
        (WasMerged, Kind.MERGED),
        (UnsupportedVmdk, Kind.UNSUPPORTED),
    )
    if isinstance(error, FileMissing) and error.missing:
        return Kind.MISSING_DATA
    return next(
        (kind for error_class, kind in kinds if isinstance(error, error_class)), Kind.UNREADABLE
    )
