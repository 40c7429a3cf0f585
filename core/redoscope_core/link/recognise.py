"""What a file is, by its first bytes. Nothing is ever taken for a raw disk by guess."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from redoscope_core.errors import NotAVmdk, UnsupportedVmdk
from redoscope_core.format.descriptor import MAX_TEXT, is_descriptor_text
from redoscope_core.format.magics import COWD_MAGIC, CTK_MAGIC, SESPARSE_MAGIC, SPARSE_MAGIC

if TYPE_CHECKING:
    from redoscope_core.link.file import DiskFile

__all__ = ["FileKind", "recognise"]

_OTHERS = {
    CTK_MAGIC: (
        "a change-tracking file (-ctk.vmdk), which says what changed and holds no byte of a disk",
        "open the link it belongs to, whose descriptor names it in changeTrackPath",
    ),
    b"kdmv": ("an unfinished conversion (its magic is written last), which is not read", None),
}
"""Files of the family that are no disks: what they are, and what to do."""
_HEAD = 4096


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
    raise NotAVmdk(
        "not a virtual disk",
        path=file.path,
        where="the first bytes",
        found=repr(head[:16]),
        expected="'KDMV' or '# Disk DescriptorFile'",
    )
