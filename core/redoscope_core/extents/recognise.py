"""What a file is, by its first bytes. Nothing is ever taken for a raw disk by guess."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from redoscope_core.errors import NotAVmdk, UnsupportedVmdk
from redoscope_core.format.descriptor import MAX_TEXT
from redoscope_core.format.magics import COWD_MAGIC, CTK_MAGIC, SESPARSE_MAGIC, SPARSE_MAGIC
from redoscope_core.format.signature import is_descriptor_text
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.files.file import DiskFile

__all__ = ["FileKind", "recognise"]

_OTHERS = {
    CTK_MAGIC: (
        "a change-tracking file (-ctk.vmdk), which says what changed and holds no byte of a disk",
        "open the link it belongs to, whose descriptor names it in changeTrackPath",
    ),
    b"kdmv": ("an unfinished conversion (its magic is written last), which is not read", None),
}
"""Files of the family that are no disks: what they are, and what to do."""
_CONVERT = "open it with a program for its kind, or let that convert it to VMDK (qemu-img convert)"
_UNPACK = "unpack it, and open the .vmdk in it"
_EXPORT = "export or mount it with ewftools"
_KNOWN = (
    (0, b"QFI\xfb", "a qcow2 image", _CONVERT),
    (0, b"vhdxfile", "a VHDX image (Hyper-V)", _CONVERT),
    (0, b"conectix", "a VHD image", _CONVERT),
    (0, b"<<< ", "a VirtualBox VDI image", _CONVERT),
    (64, b"\x7f\x10\xda\xbe", "a VirtualBox VDI image", _CONVERT),
    (
        0,
        b"EVF\x09\x0d\x0a\xff\x00",
        "an EWF image (EnCase, E01)",
        "export or mount it with ewftools",
    ),
    (0, b"EVF2\x0d\x0a\x81\x00", "an EWF image (EnCase, Ex01)", _EXPORT),
    (0, b"LVF\x09\x0d\x0a\xff\x00", "a logical EWF image (EnCase, L01)", _EXPORT),
    (0, b"LEF2\x0d\x0a\x81\x00", "a logical EWF image (EnCase, Lx01)", _EXPORT),
    (0, b"AFF10\r\n\x00", "an AFF image", "export or mount it with afflib"),
    (0, b"ADSEGMENTEDFILE", "an AD1 image (FTK)", "export it with the program that made it"),
    (0, b"QED\x00", "a QED image", _CONVERT),
    (0, b"WithoutFreeSpace", "a Parallels image", _CONVERT),
    (0, b"WithouFreSpacExt", "a Parallels image", _CONVERT),
    (0, b"Bochs Virtual HD Image", "a Bochs image", _CONVERT),
    (0, b"MSWIM\x00\x00\x00", "a WIM image (Windows)", _UNPACK),
    (32769, b"CD001", "an ISO image of a disc", "open it as a disc, it holds no disk of a machine"),
    (0, b"\x1f\x8b", "a file packed by gzip", _UNPACK),
    (0, b"BZh", "a file packed by bzip2", _UNPACK),
    (0, b"\xfd7zXZ\x00", "a file packed by xz", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a file packed by zstd", _UNPACK),
    (0, b"PK\x03\x04", "a zip archive", _UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (0, b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (0, b"\x04\x22\x4d\x18", "a file packed by lz4", _UNPACK),
    (0, b"MSCF\x00\x00\x00\x00", "a cabinet archive", _UNPACK),
    (257, b"ustar", "a tar archive (an OVA is one)", _UNPACK),
)
"""What files of other kinds begin with: offset, bytes, what they are, and what to do.

None of these is ever offered as the data of a flat disk.
"""
_ENDS = (
    (b"conectix", "a VHD image of fixed size", _CONVERT),
    (b"koly", "a DMG image (macOS)", _CONVERT),
)
"""How the last sector of files begins that look like raw data from the front."""
_MACHINE = (b".encoding = ", b"config.version = ", b"virtualHW.version = ", b"#!/usr/bin/vmware")
_PAGE = (b"<!doctype html", b"<html")
"""How a page begins that a server sent instead of the file that was asked for."""
_STRANGERS = (
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"\x89PNG", "a picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (510, b"\x55\xaa", "a boot sector, as of a raw disk"),
)
"""What other files begin with: offset, bytes, and what they are."""
_HEAD = 4096
_DISC = 32774
"""Bytes up to which an ISO image has to be read to be known."""


class FileKind(Enum):
    """The kinds of file that a link is made of, as far as their first bytes tell."""

    SPARSE = "a sparse extent"
    COWD = "an ESX copy-on-write (COWD) extent"
    SESPARSE = "a space-efficient sparse (SESparse) extent"
    DESCRIPTOR = "a descriptor"


_MAGICS = {
    SPARSE_MAGIC: FileKind.SPARSE,
    COWD_MAGIC: FileKind.COWD,
    SESPARSE_MAGIC: FileKind.SESPARSE,
}


def recognise(file: DiskFile) -> FileKind:
    """Return what *file* is.

    Raises:
        NotAVmdk: It is empty or something else.
        UnsupportedVmdk: It is a known file of the family that is not read.
    """
    length = file.file_bytes
    if length == 0:
        raise NotAVmdk(
            "not a virtual disk",
            path=file.path,
            found="an empty file",
            expected="a descriptor or a sparse extent",
        )
    head = file.read_at(0, min(_HEAD, length), what="the first bytes")
    for magic, kind in _MAGICS.items():
        if head.startswith(magic):
            return kind
    for magic, (what, cure) in _OTHERS.items():
        if head[: len(magic)] == magic:
            raise UnsupportedVmdk(what, path=file.path, where="the first bytes", cure=cure)
    if is_descriptor_text(head):
        return FileKind.DESCRIPTOR
    # A long run of comments may stand before the signature.
    if b"\0" not in head and length <= MAX_TEXT:
        text = file.read_at(0, length, what="the descriptor")
        if is_descriptor_text(text):
            return FileKind.DESCRIPTOR
    _refuse_known(file, head)
    raise NotAVmdk(
        "not a virtual disk",
        path=file.path,
        where="the first bytes",
        found=_in_words(head),
        expected="'KDMV' or '# Disk DescriptorFile'",
    )


def _refuse_known(file: DiskFile, head: bytes) -> None:
    """Refuse a file of another kind that is known, by the name of its kind."""
    start = head if len(head) < _HEAD else file.read_at(0, min(_DISC, file.file_bytes), what="it")
    named = [(what, cure) for at, magic, what, cure in _KNOWN if start.startswith(magic, at)]
    if head.lstrip().lower().startswith(_PAGE):
        again = "download it again; a server sent a page instead, maybe that of a login"
        named.append(("a web page (HTML)", again))
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        named.append(("an XML text (an OVF is one)", "open the .vmdk that it names"))
    elif head.startswith(_MACHINE):
        named.append(("the text of a machine", "open it as a machine, by a name that ends in .vmx"))
    end = file.read_at(max(0, file.file_bytes - SECTOR), min(SECTOR, file.file_bytes), what="it")
    named += [(what, cure) for magic, what, cure in _ENDS if end.startswith(magic)]
    for what, cure in named:
        stranger = NotAVmdk(
            f"not a virtual disk but {what}", path=file.path, where="the first bytes", cure=cure
        )
        stranger.is_of_known_kind = True
        raise stranger


def _in_words(head: bytes) -> str:
    """Tell what a file is that begins with *head* and is no disk; never what it holds.

    A name may have led to any file of the machine, and reports are handed on.
    """
    for offset, magic, what in _STRANGERS:
        if head.startswith(magic, offset):
            return what
    if not head.strip(b"\0"):
        return "zeros"
    return "something else"
