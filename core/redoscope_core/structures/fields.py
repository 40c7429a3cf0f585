"""Named fields of a recognised structure, and the tables that say where each of them is.

A table has a row for each field: its name as the specification has it, its byte, and how it is
read. Nothing is judged while fields are read: what a damaged structure holds is shown as it is.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Field", "Read", "Row", "Structure", "StructureKind", "fields_of"]

_LINE = 64


class StructureKind(Enum):
    """What was recognised; the value is its word for programs."""

    MBR = "mbr"
    EBR = "ebr"
    GPT_HEADER = "gpt-header"
    GPT_ENTRIES = "gpt-entries"
    FAT_BOOT = "fat-boot-sector"
    FAT32_BOOT = "fat32-boot-sector"
    EXFAT_BOOT = "exfat-boot-sector"
    NTFS_BOOT = "ntfs-boot-sector"
    EXT_SUPERBLOCK = "ext-superblock"
    XFS_SUPERBLOCK = "xfs-superblock"
    BTRFS_SUPERBLOCK = "btrfs-superblock"
    SPARSE_HEADER = "vmdk-sparse-header"
    COWD_HEADER = "vmdk-cowd-header"
    SESPARSE_HEADER = "vmdk-sesparse-header"
    SESPARSE_VOLATILE = "vmdk-sesparse-volatile-header"
    STREAM_MARKER = "vmdk-stream-marker"
    DESCRIPTOR = "vmdk-descriptor"


class Read(Enum):
    """How the bytes of a field are read."""

    NUMBER = "number"
    HEX = "hex"
    """A number that people write in hex: flags, signatures."""
    TEXT = "text"
    """Up to the first NUL; one byte a character."""
    WIDE = "wide"
    """UTF-16, little-endian, up to the first NUL."""
    BYTES = "bytes"
    GUID = "guid"
    """As Microsoft stores it: the first three parts little-endian."""
    UUID = "uuid"
    SIGNED = "signed"


class Row(NamedTuple):
    """Where a field is."""

    name: str
    offset: int
    length: int
    read: Read = Read.NUMBER


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a structure, as it stands there."""

    name: str
    """As the specification has it."""
    offset: int
    """Byte within the structure."""
    length: int
    """Bytes."""
    value: int | str
    """A number, or text: letters, hex digits, a UUID."""
    read: Read = Read.NUMBER
    fits: bool | None = None
    """Of a checksum: whether it is that of the bytes; None where nothing was compared."""

    @property
    def text(self) -> str:
        """The value as people read it, as far as it fits into a line."""
        if self.read is Read.HEX and isinstance(self.value, int):
            return f"0x{self.value:0{2 * self.length}x}"
        text = str(self.value)
        return text if len(text) <= _LINE else f"{text[: _LINE - 3].rstrip()}..."


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure that was recognised."""

    kind: StructureKind
    offset: int
    """Byte of the disk, or of the file, at which it begins."""
    length: int
    """Bytes that it takes, as far as they are told apart."""
    fields: tuple[Field, ...]
    """In the order of their bytes."""

    def field(self, name: str) -> Field:
        """Return the field called *name*.

        Raises:
            KeyError: There is none.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def number(self, name: str) -> int:
        """Return the field called *name*, which is a number.

        Raises:
            KeyError: There is none, or it is no number.
        """
        value = self.field(name).value
        if not isinstance(value, int):
            raise KeyError(name)
        return value

    def field_at(self, offset: int) -> Field | None:
        """Return the field that has the byte *offset* of the disk; None between fields."""
        within = offset - self.offset
        for field in self.fields:
            if field.offset <= within < field.offset + field.length:
                return field
        return None

    @property
    def document(self) -> dict[str, object]:
        """The structure as JSON."""
        return {
            "kind": self.kind.value,
            "offset": self.offset,
            "length": self.length,
            "fields": [_field_document(field) for field in self.fields],
        }


def _field_document(field: Field) -> dict[str, object]:
    told: dict[str, object] = {
        "name": field.name,
        "offset": field.offset,
        "length": field.length,
        "value": field.value,
    }
    return told if field.fits is None else told | {"fits": field.fits}


def fields_of(
    data: bytes, rows: Iterable[Row], *, at: int = 0, prefix: str = "", big: bool = False
) -> tuple[Field, ...]:
    """Return the fields of *rows* that *data* holds whole; they begin at byte *at*.

    Their names get a *prefix*; numbers are little-endian unless *big*.
    """
    return tuple(
        Field(
            prefix + row.name,
            at + row.offset,
            row.length,
            _value(data[at + row.offset : at + row.offset + row.length], row.read, big=big),
            row.read,
        )
        for row in rows
        if at + row.offset + row.length <= len(data)
    )


def _value(raw: bytes, read: Read, *, big: bool) -> int | str:
    if read in {Read.NUMBER, Read.HEX, Read.SIGNED}:
        return int.from_bytes(raw, "big" if big else "little", signed=read is Read.SIGNED)
    if read is Read.TEXT:
        return raw.split(b"\0", 1)[0].decode("latin-1").rstrip()
    if read is Read.WIDE:
        return raw.decode("utf-16-le", "replace").split("\0", 1)[0]
    if read is Read.GUID:
        return str(uuid.UUID(bytes_le=raw))
    return str(uuid.UUID(bytes=raw)) if read is Read.UUID else raw.hex(" ")
