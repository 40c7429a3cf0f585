"""What can be wrong with a disk, a chain or a call, each kind a class with its facts.

Every error is one line: which file, what, where, what was found, what was
expected, and what to do about it. Where the vendor's library has a number for
the fault, the error carries it (VixDiskLib's list), so that a log of ours and a
log of the vendor's can be read side by side.

    VmdkError
    +-- NotAVmdk              the file is no virtual disk
    +-- CorruptVmdk           a structure in it contradicts itself or the file
    +-- UnsupportedVmdk       valid, but of a kind that is not read here
    +-- CorruptVolume         a structure of a file system on the disk does the same
    +-- FileMissing           a file that is named is not there
    +-- FileUnreadable        the operating system refused or failed
    |   +-- TooManyFiles      more files would have to be open than the system allows
    +-- FileRefused           a name that must not be followed
    +-- BrokenChain           the links do not fit together
    |   +-- MissingParent  ContentIdMismatch  CapacityMismatch  ChainLoop
    |   +-- ChainTooDeep  PartialChain  AttachRefused  WasMerged
    +-- HasChildren           the link is frozen: other links are made from it
    +-- InUse                 another program holds a lock
    +-- InvalidHandle         closed, or spent by an attach
    +-- MalformedDocument     a saved plan or a list, handed to a call, is none
    +-- InvalidArgument  OutOfRange  AlreadyExists  ReadOnly  DiskFull
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from redoscope_core.candidates import Candidate, Reason
from redoscope_core.leniency import Leniency
from redoscope_core.overriding import override
from redoscope_core.phrases import compared_words, instead_words, place_words, short

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "AlreadyExists",
    "AttachRefused",
    "BrokenChain",
    "Candidate",
    "CapacityMismatch",
    "ChainLoop",
    "ChainTooDeep",
    "ContentIdMismatch",
    "CorruptVmdk",
    "CorruptVolume",
    "DiskFull",
    "FileMissing",
    "FileRefused",
    "FileUnreadable",
    "HasChildren",
    "InUse",
    "InvalidArgument",
    "InvalidHandle",
    "MalformedDocument",
    "MissingParent",
    "NotAVmdk",
    "OutOfRange",
    "PartialChain",
    "ReadOnly",
    "Readable",
    "Reason",
    "TooManyFiles",
    "UnsupportedVmdk",
    "VixCode",
    "VmdkError",
    "Wanted",
    "WasMerged",
    "printable",
]


class VixCode(IntEnum):
    """Numbers of VixDiskLib for the faults that have one there."""

    FAIL = 1
    OUT_OF_MEMORY = 2
    INVALID_ARG = 3
    FILE_NOT_FOUND = 4
    OBJECT_IS_BUSY = 5
    NOT_SUPPORTED = 6
    FILE_ERROR = 7
    DISK_FULL = 8
    INCORRECT_FILE_TYPE = 9
    CANCELLED = 10
    FILE_READ_ONLY = 11
    FILE_ALREADY_EXISTS = 12
    FILE_ACCESS_ERROR = 13
    FILE_ALREADY_LOCKED = 15
    INVALID_HANDLE = 1000
    HOST_FILE_ERROR_EOF = 14005
    DISK_INVAL = 16000
    DISK_PARTIALCHAIN = 16003
    DISK_NEEDSREPAIR = 16006
    DISK_OUTOFRANGE = 16007
    DISK_CID_MISMATCH = 16008
    DISK_UNSUPPORTEDDISKVERSION = 16011
    DISK_OPENPARENT = 16012
    DISK_NOTSUPPORTED = 16013
    DISK_NEEDKEY = 16014
    DISK_TOOMANYREDO = 16028
    DISK_INVALIDCHAIN = 16030
    DISK_INVALIDDISK = 16063
    DISK_CAPACITY_MISMATCH = 16067
    DISK_PARENT_NOTALLOWED = 16068
    DISK_ATTACH_ROOTLINK = 16069

    @property
    def vendor_name(self) -> str:
        """The name as the vendor's header spells it, ``VIX_E_...``."""
        return f"VIX_E_{self.name}"


_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[a-zA-Z])(?=Vmdk$)")


def printable(text: str) -> str:
    """Return *text* with control characters and undecodable bytes spelled out.

    A name or a value out of a hostile file may hold line ends, terminal commands or
    bytes that no encoding knows.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


class VmdkError(Exception):
    """Something is wrong with a disk, a chain or a call; the message is one line."""

    default_code: ClassVar[VixCode] = VixCode.FAIL
    leniency: Leniency | None = None
    """What makes the call go on in spite of it, if that is allowed; None if nothing does."""
    candidates: tuple[Candidate, ...] = ()
    """What the file that is named and not there may be instead, the likeliest first."""
    looked_at_all: bool = True
    """Whether all was looked at that may hold candidates; there may have been too much."""
    readable: Readable | None = None
    """What can be read all the same, by salvage; None where that is not known."""
    outside: Path | None = None
    """Where a name leads that was not followed, since that is outside the opened folders."""

    def __init__(
        self,
        what: str,
        *,
        path: Path | None = None,
        where: str | None = None,
        offset: int | None = None,
        found: object = None,
        expected: object = None,
        cure: str | None = None,
        link_index: int | None = None,
        code: VixCode | None = None,
    ) -> None:
        """Keep the facts; *offset* is in bytes from the start of the file *path*."""
        super().__init__(what)
        self.what = what
        self.path = path
        self.where = where
        self.offset = offset
        self.found = found
        self.expected = expected
        self.cure = cure
        self.link_index = link_index
        self.code = self.default_code if code is None else code

    @property
    def kind(self) -> str:
        """The word for errors of this class, for programs: ``missing-parent``."""
        return "-".join(_CAPITAL.split(type(self).__name__)).lower()

    @property
    def short_path(self) -> str:
        """The file's name, cut in the middle if a hostile file made it long; empty if none."""
        return "" if self.path is None else short(str(self.path))

    @property
    def message(self) -> str:
        """The line without the file's name."""
        return f"{self.facts}; {self.cure}" if self.cure else self.facts

    @property
    def facts(self) -> str:
        """What, where, found and expected: the line without file and cure."""
        parts = (
            short(self.what),
            *place_words(self.where, self.offset),
            *compared_words(self.found, self.expected),
            *instead_words(self.candidates, looked_at_all=self.looked_at_all),
        )
        return ", ".join(parts)

    @override
    def __str__(self) -> str:
        """The whole line: file, what, where, found, expected, what to do."""
        line = self.message
        if self.path is not None:
            line = f"{self.short_path}: {line}"
        return printable(line)


class Readable(NamedTuple):
    """What of a disk, or of a link, can be read in spite of an error; in sectors."""

    sectors: int
    capacity: int


class NotAVmdk(VmdkError):
    """The file is no VMDK; it is never read as a raw disk instead."""

    default_code = VixCode.DISK_INVALIDDISK
    is_of_known_kind = False
    """Whether it is known to be something else, so that it can't be the data of a flat disk."""


class CorruptVmdk(VmdkError):
    """A structure of the file contradicts itself or the file it is in."""

    default_code = VixCode.DISK_NEEDSREPAIR


class UnsupportedVmdk(VmdkError):
    """The disk is of a kind or a version that is not read (or not written) here."""

    default_code = VixCode.DISK_NOTSUPPORTED


class CorruptVolume(VmdkError):
    """A structure of a volume contradicts itself or the volume; offsets are bytes of the volume."""


class Wanted(NamedTuple):
    """A file that an extent line names."""

    path: Path
    """Where it should be."""
    name: str
    """What the line calls it."""
    sectors: int
    """What the line says: how many there are of the disk in it."""
    flat_bytes: int | None
    """The least length of a flat file; None if it is a sparse extent."""


class FileMissing(VmdkError):
    """A file that the call or a descriptor names is not there."""

    default_code = VixCode.FILE_NOT_FOUND
    missing: tuple[Wanted, ...] = ()
    """All that the descriptor names and that is not there."""


class FileUnreadable(VmdkError):
    """The operating system refused to open, read or write the file."""

    default_code = VixCode.FILE_ERROR


class TooManyFiles(FileUnreadable):
    """More files would have to be open at once than the operating system allows."""


class FileRefused(VmdkError):
    """The name leads to something that is not followed: a device, a FIFO, another folder."""

    default_code = VixCode.INCORRECT_FILE_TYPE


class BrokenChain(VmdkError):
    """The links do not fit together."""

    default_code = VixCode.DISK_INVALIDCHAIN


class MissingParent(BrokenChain):
    """No file fits the parent that a child names; the message lists what was tried."""

    default_code = VixCode.DISK_OPENPARENT


class WasMerged(BrokenChain):
    """A consolidation merged the link into an older one, and cut it off from the chain."""

    default_code = VixCode.DISK_OPENPARENT


class ContentIdMismatch(BrokenChain):
    """The parent was changed after the child was made: its CID is not the child's parentCID."""

    default_code = VixCode.DISK_CID_MISMATCH
    leniency = Leniency.CID_MISMATCH
    parent: Path | None = None
    """Where the changed parent is, if it was found by the child's hint."""


class CapacityMismatch(BrokenChain):
    """Parent and child differ in capacity."""

    default_code = VixCode.DISK_CAPACITY_MISMATCH


class ChainLoop(BrokenChain):
    """A link is its own ancestor."""


class ChainTooDeep(BrokenChain):
    """More links than the limit allows."""

    default_code = VixCode.DISK_TOOMANYREDO


class PartialChain(BrokenChain):
    """The call needs the whole chain and the handle holds one link."""

    default_code = VixCode.DISK_PARTIALCHAIN


class AttachRefused(BrokenChain):
    """The child can't be attached, for a reason of its own (see the code)."""

    default_code = VixCode.DISK_PARENT_NOTALLOWED


class HasChildren(VmdkError):
    """The link has children: working on it would break them."""

    default_code = VixCode.OBJECT_IS_BUSY


class InUse(VmdkError):
    """Another program holds a lock on the link."""

    default_code = VixCode.FILE_ALREADY_LOCKED


class InvalidHandle(VmdkError):
    """The handle is closed, or was spent by an attach."""

    default_code = VixCode.INVALID_HANDLE


class MalformedDocument(VmdkError):
    """A file that a call takes beside a disk is not what it should be: a saved plan, a list."""

    default_code = VixCode.INVALID_ARG


class InvalidArgument(VmdkError):
    """The call itself is wrong."""

    default_code = VixCode.INVALID_ARG


class OutOfRange(VmdkError):
    """Sectors at or past the capacity were asked for."""

    default_code = VixCode.DISK_OUTOFRANGE


class AlreadyExists(VmdkError):
    """The name of a new file is taken."""

    default_code = VixCode.FILE_ALREADY_EXISTS


class ReadOnly(VmdkError):
    """The handle or the file is open for reading only."""

    default_code = VixCode.FILE_READ_ONLY


class DiskFull(VmdkError):
    """No room: on the file system, or in the 32-bit sector numbers of an extent."""

    default_code = VixCode.DISK_FULL
