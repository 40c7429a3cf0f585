"""The change tracking file (`-ctk.vmdk`) that ESX keeps beside a link: its header, as far as known.

No layout of it was ever published. What is read here was seen in samples by others (libyal);
of most fields only the place and the width are known, so they are told as they stand. The map
behind the header, which says which blocks changed when, is not read: nothing is decided by it.

     0   4  signature A2 72 19 F6           24   8  unknown
     4   4  version, 1                      32   4  unknown, maybe the size of a block
     8   4  unknown, 0                      36   4  unknown, maybe a counter
    12   4  size of header or sector, 512   40   4  unknown, maybe a counter
    16   8  unknown, maybe the disk's size  44  16  identity, maybe the first part of a change ID
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar

from redoscope_core.errors import CorruptVmdk, NotAVmdk
from redoscope_core.format.magics import CTK_MAGIC

if TYPE_CHECKING:
    from typing import Self

__all__ = ["CtkField", "CtkHeader"]

_HALF = 8


@dataclass(frozen=True, slots=True)
class CtkField:
    """A field of the header as it stands in the file."""

    name: str
    offset: int
    """Byte offset in the file."""
    value: str
    meaning: str
    """What it is or is thought to be; empty if nobody knows."""


@dataclass(frozen=True, slots=True)
class CtkHeader:
    """Header of a change tracking file, in the order it is stored."""

    LAYOUT: ClassVar[struct.Struct] = struct.Struct("<4s3I2Q3I16s")

    version: int
    field_8: int
    header_bytes: int
    field_16: int
    field_24: int
    field_32: int
    field_36: int
    field_40: int
    identity: bytes
    """16 bytes."""

    def pack(self) -> bytes:
        """Return the 60 bytes of the header."""
        values = [getattr(self, field.name) for field in fields(self)]
        return self.LAYOUT.pack(CTK_MAGIC, *values)

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """Read the header at the begin of *data*.

        Raises:
            NotAVmdk: The signature is another one.
            CorruptVmdk: The file ends within the header.
        """
        if data[: len(CTK_MAGIC)] != CTK_MAGIC:
            raise NotAVmdk(
                "not a change tracking file",
                where="header field signature",
                offset=0,
                found="something else" if data else "an empty file",
                expected=CTK_MAGIC.hex(" "),
            )
        if len(data) < cls.LAYOUT.size:
            raise CorruptVmdk(
                "the header of a change tracking file is incomplete",
                where="the header",
                offset=len(data),
                found=f"{len(data)} bytes",
                expected=f"{cls.LAYOUT.size} bytes",
            )
        return cls(*cls.LAYOUT.unpack_from(data)[1:])

    @property
    def identity_text(self) -> str:
        """The identity as change IDs write it: bytes in hex, a dash in the middle."""
        return f"{self.identity[:_HALF].hex(' ')}-{self.identity[_HALF:].hex(' ')}"

    @property
    def rows(self) -> tuple[CtkField, ...]:
        """Every field with its place, for people; what is only guessed says so."""
        return (
            CtkField("version", 4, str(self.version), "1 in all that were seen"),
            CtkField("field at 8", 8, str(self.field_8), ""),
            CtkField("header size", 12, str(self.header_bytes), "of header or sector, in bytes"),
            CtkField("field at 16", 16, str(self.field_16), "maybe the size of the disk"),
            CtkField("field at 24", 24, str(self.field_24), ""),
            CtkField("field at 32", 32, str(self.field_32), "maybe the size of a block"),
            CtkField("field at 36", 36, str(self.field_36), "maybe a counter"),
            CtkField("field at 40", 40, str(self.field_40), "maybe a counter"),
            CtkField("identity", 44, self.identity_text, "maybe the first part of a change ID"),
        )
