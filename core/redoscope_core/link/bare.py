"""An extent whose descriptor is lost, opened alone under a descriptor made up for it.

Nothing tells whether such an extent has a parent, or others beside it: it is read as a
disk of its own, and says so. It is never written: its content ID is nowhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from redoscope_core.errors import NotAVmdk, UnsupportedVmdk
from redoscope_core.extents.flat import FlatExtent
from redoscope_core.extents.recognise import FileKind, recognise
from redoscope_core.findings import Finding, Kind
from redoscope_core.format.content_id import NO_PARENT, format_content_id
from redoscope_core.format.cowd import CowdHeader
from redoscope_core.format.descriptor import Descriptor
from redoscope_core.format.sesparse import SeSparseHeader
from redoscope_core.format.sparse import SparseHeader
from redoscope_core.format.units import SECTOR
from redoscope_core.leniency import Leniency
from redoscope_core.link.opening import Opening, has_embedded, open_sparse, read_header

if TYPE_CHECKING:
    from redoscope_core.extents.contract import Extent
    from redoscope_core.files.file import DiskFile

__all__ = ["open_bare", "sparse_capacity"]

_NO_CID = NO_PARENT
"""A content ID that no child looks for: nothing can take the extent for its parent."""
_KINDS = {
    FileKind.SPARSE: ("a hosted sparse extent", "monolithicSparse", "SPARSE"),
    FileKind.COWD: ("an ESX copy-on-write extent", "vmfsSparse", "VMFSSPARSE"),
    FileKind.SESPARSE: ("an SESparse extent", "seSparse", "SESPARSE"),
}


def open_bare(file: DiskFile, how: Opening) -> tuple[Descriptor, tuple[Extent, ...]] | None:
    """Open *file* alone if it is an extent without a descriptor; None if it is not.

    Raises:
        UnsupportedVmdk: It is to be written.
        VmdkError: It is one, and damaged.
    """
    try:
        kind = recognise(file)
    except NotAVmdk as error:
        if Leniency.BARE_FLAT not in how.allowed or file.file_bytes < SECTOR:
            raise _with_way_out(error, file) from None
        _refuse_writing(file, how)
        words = "a file that is taken for the data of a flat extent, as was asked"
        described = _made_up(words, file.file_bytes // SECTOR, "vmfs", "VMFS")
        return described, (FlatExtent(described.extents[0], file),)
    if kind is FileKind.DESCRIPTOR or (kind is FileKind.SPARSE and has_embedded(file)):
        return None
    _refuse_writing(file, how)
    words, create_type, extent_type = _KINDS[kind]
    described = _made_up(words, sparse_capacity(file), create_type, extent_type)
    extent = open_sparse(file, described.extents[0], how.allowed)
    return described, (extent,)


def _with_way_out(error: NotAVmdk, file: DiskFile) -> NotAVmdk:
    """Return *error*, with what may be done if *file* can be the data of a flat disk."""
    if file.file_bytes and not file.file_bytes % SECTOR and not error.is_of_known_kind:
        error.leniency = Leniency.BARE_FLAT
        error.cure = "if it is the data of a flat disk, open the descriptor that names it"
    return error


def sparse_capacity(file: DiskFile) -> int:
    """Return how many sectors the sparse extent in *file* is of; raises as `open_sparse`."""
    kind = recognise(file)
    if kind is FileKind.SPARSE:
        return read_header(file, SparseHeader).capacity
    if kind is FileKind.COWD:
        return read_header(file, CowdHeader).capacity
    if kind is FileKind.SESPARSE:
        return read_header(file, SeSparseHeader).capacity
    raise NotAVmdk("not a sparse extent", path=file.path, found=kind.value)


def _refuse_writing(file: DiskFile, how: Opening) -> None:
    if how.writable:
        raise UnsupportedVmdk(
            "an extent without its descriptor, which is only read",
            path=file.path,
            cure="put the descriptor that names it beside it and open that",
        )


def _made_up(words: str, capacity: int, create_type: str, extent_type: str) -> Descriptor:
    text = (
        "# Disk DescriptorFile\nversion=1\n"
        f"CID={format_content_id(_NO_CID)}\nparentCID=ffffffff\n"
        f'createType="{create_type}"\n\n'
        f'# Extent description\nRW {capacity} {extent_type} "this file"\n\n'
        "# The Disk Data Base \n#DDB\n"
    )
    alone = Finding.of(Kind.OPENED_ALONE, what=words)
    return replace(Descriptor.parse(text.encode()), findings=(alone,))
