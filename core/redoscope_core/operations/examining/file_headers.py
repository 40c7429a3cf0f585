"""File headers: VMDK's own structures in the files of a link, as they stand there.

KDMV, KDMV..descriptor       | ...            | FOOTER KDMV EOS    of a stream, at the end
SESparse | volatile header   | ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.structures.fields import StructureKind
from redoscope_core.structures.vmdk_headers import vmdk_structure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redoscope_core.files.file import DiskFile
    from redoscope_core.link.link import Link
    from redoscope_core.structures.fields import Structure

__all__ = ["file_headers"]

_LONGEST = 4096
_FOOTER = (3 * SECTOR, 2 * SECTOR)
"""Bytes before the end of a stream at which its last marker and the footer begin."""
_LEADS = {
    StructureKind.SPARSE_HEADER: ("descriptorOffset",),
    StructureKind.SESPARSE_HEADER: ("volatileHeaderOffset",),
}
"""Fields of a header that are sectors of the file where another structure begins."""


def file_headers(link: Link, most_files: int = 8) -> tuple[tuple[Path, Structure], ...]:
    """Return the structures of the first files of *link*, in their order; bytes are of the file.

    What can't be read is passed over.
    """
    return tuple(
        (file.path, structure)
        for file in link.disk_files[:most_files]
        for structure in _structures_of(file)
    )


def _structures_of(file: DiskFile) -> Iterator[Structure]:
    head = _at(file, 0)
    if head is None:
        return
    yield head
    for name in _LEADS.get(head.kind, ()):
        sector = head.number(name)
        led = _at(file, sector * SECTOR) if sector else None
        if led is not None:
            yield led
    if head.kind is StructureKind.SPARSE_HEADER:
        for back in _FOOTER:
            found = _at(file, file.file_bytes - back)
            if found is not None and found.offset > head.offset:
                yield found


def _at(file: DiskFile, offset: int) -> Structure | None:
    length = min(_LONGEST, file.file_bytes - offset)
    if offset < 0 or length < SECTOR:
        return None
    try:
        return vmdk_structure(file.read_at(offset, length, what="a header"), offset)
    except VmdkError:
        return None
