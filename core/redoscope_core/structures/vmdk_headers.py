"""The headers of VMDK's own extents, the markers of streams, and descriptors.

The layouts are those that `format` reads by; here each field is shown as it stands, sound or not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redoscope_core.format.cowd import CowdHeader
from redoscope_core.format.magics import COWD_MAGIC, SESPARSE_MAGIC, SPARSE_MAGIC
from redoscope_core.format.sesparse import SeSparseHeader, SeSparseVolatile
from redoscope_core.format.sparse import SparseHeader
from redoscope_core.format.stream import Marker, MarkerType
from redoscope_core.structures.fields import Field, Read, Row, Structure, StructureKind, fields_of

if TYPE_CHECKING:
    import struct
    from collections.abc import Iterator

__all__ = ["DESCRIPTOR_MAGIC", "VOLATILE_MAGIC", "vmdk_structure"]

DESCRIPTOR_MAGIC = b"# Disk DescriptorFile"
VOLATILE_MAGIC = b"\xfe\xca\xfe\xca\0\0\0\0"
_LONGEST_DESCRIPTOR = 4096
_MOST_FOLLOWING = 2**20
"""Sectors behind a marker that are believed."""
_PART = re.compile(r"(\d*)([a-zA-Z])")
_ANNOUNCED = frozenset({MarkerType.GRAIN_TABLE, MarkerType.GRAIN_DIRECTORY, MarkerType.FOOTER})
"""The last sector of a stream is nothing but zeros: by itself it can't be told."""

_SPARSE = (
    *("magicNumber", "version", "flags", "capacity", "grainSize", "descriptorOffset"),
    *("descriptorSize", "numGTEsPerGT", "rgdOffset", "gdOffset", "overHead"),
    *("uncleanShutdown", "newLineTest", "compressAlgorithm"),
)
_COWD = (
    *("magicNumber", "version", "flags", "numSectors", "grainSize", "gdOffset", "numGDEntries"),
    *("freeSector", "parentFileName", "parentGeneration", "generation", "name", "description"),
    *("savedGeneration", "reserved", "uncleanShutdown"),
)
_SESPARSE = (
    *("magic", "version", "capacity", "grainSize", "grainTableSize", "flags"),
    *("reserved1", "reserved2", "reserved3", "reserved4"),
    *("volatileHeaderOffset", "volatileHeaderSize", "journalHeaderOffset", "journalHeaderSize"),
    *("journalOffset", "journalSize", "grainDirOffset", "grainDirSize"),
    *("grainTablesOffset", "grainTablesSize", "freeBitmapOffset", "freeBitmapSize"),
    *("backMapOffset", "backMapSize", "grainsOffset", "grainsSize"),
)
_VOLATILE = ("magic", "freeGTNumber", "nextTxnSeqNumber", "replayJournal")
_MARKER = ("numSectors", "size", "type")
_IN_HEX = frozenset({"flags", "version", "magic"})
_TEXTS = frozenset({"parentFileName", "name", "description", "reserved"})


def vmdk_structure(data: bytes, offset: int) -> Structure | None:
    """Return the structure of a VMDK that begins *data*."""
    for magic, kind, layout, names in (
        (SPARSE_MAGIC, StructureKind.SPARSE_HEADER, SparseHeader.LAYOUT, _SPARSE),
        (COWD_MAGIC, StructureKind.COWD_HEADER, CowdHeader.LAYOUT, _COWD),
        (SESPARSE_MAGIC, StructureKind.SESPARSE_HEADER, SeSparseHeader.LAYOUT, _SESPARSE),
        (VOLATILE_MAGIC, StructureKind.SESPARSE_VOLATILE, SeSparseVolatile.LAYOUT, _VOLATILE),
    ):
        if data.startswith(magic):
            return Structure(kind, offset, layout.size, fields_of(data, _rows(layout, names)))
    if data.startswith(DESCRIPTOR_MAGIC):
        return _descriptor(data, offset)
    return _marker(data, offset)


def _marker(data: bytes, offset: int) -> Structure | None:
    """Return the marker of a stream that *data* begins with, if it announces something."""
    marker = Marker.unpack(data[: Marker.LAYOUT.size])
    told = marker is not None and 0 < marker.sectors <= _MOST_FOLLOWING
    if marker is None or not told or marker.type not in _ANNOUNCED:
        return None
    if any(data[16 : Marker.LAYOUT.size]):
        return None
    fields = fields_of(data, _rows(Marker.LAYOUT, _MARKER))
    return Structure(StructureKind.STREAM_MARKER, offset, Marker.LAYOUT.size, fields)


def _descriptor(data: bytes, offset: int) -> Structure:
    """Return the lines `key=value` of a descriptor as fields."""
    text = data[:_LONGEST_DESCRIPTOR].split(b"\0", 1)[0]
    fields = []
    for line in re.finditer(rb"^[ \t]*([\w.]+)[ \t]*=[ \t]*(.*?)[ \t]*\r?$", text, re.MULTILINE):
        key, value = (part.decode("utf-8", "replace") for part in line.groups())
        fields.append(Field(key, line.start(2), len(line[2]), value.strip('"'), Read.TEXT))
    return Structure(StructureKind.DESCRIPTOR, offset, len(text), tuple(fields))


def _rows(layout: struct.Struct, names: tuple[str, ...]) -> tuple[Row, ...]:
    """Return where *names*, the values of *layout*, are; what it skips is left out."""
    return tuple(
        Row(name, at, length, _read(name, code, at))
        for name, (at, length, code) in zip(names, _places(layout.format), strict=True)
    )


def _places(form: str) -> Iterator[tuple[int, int, str]]:
    """Yield (byte, length, code) of each value of a struct format without alignment."""
    sizes = {"B": 1, "H": 2, "I": 4, "Q": 8}
    at = 0
    for count, code in _PART.findall(form):
        number = int(count or 1)
        if code in sizes:
            for _ in range(number):
                yield at, sizes[code], code
                at += sizes[code]
            continue
        if code == "s":
            yield at, number, code
        at += number


def _read(name: str, code: str, at: int) -> Read:
    if code == "s":
        return Read.TEXT if name in _TEXTS or not at else Read.BYTES
    return Read.HEX if name in _IN_HEX else Read.NUMBER
