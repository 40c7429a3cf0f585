"""The stream-optimized extent: compressed grains behind one another, written in one pass.

    header | descriptor | grain | grain | ... | GT | grain | ... | GT | GD | FOOTER | EOS

A grain is announced by its first sector of the disk and its packed length; tables and the
end are announced by a marker, a sector of its own. Files of some programs have tables in
front and no markers: only the directory tells where a grain is.

Source: Virtual Disk Format 5.0, section 4; files of VMware, VirtualBox, vmdktool, qemu-img
and open-vmdk.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from redoscope_core.errors import CorruptVmdk
from redoscope_core.format.units import SECTOR, round_up

if TYPE_CHECKING:
    from typing import Self

__all__ = [
    "GrainMark",
    "Marker",
    "MarkerType",
    "checksum",
    "inflate",
    "pack_grain",
    "packed_limit",
    "packed_parts",
]

_SLACK = 65536
_CHECKSUM = 4
"""Bytes of the Adler-32 that a zlib stream ends with."""
_LEVEL = 2
"""libdeflate's: as small as zlib's level 6, which qemu-img takes, at four times the speed."""
_STORED = 0
"""Level at which bytes are put into a zlib stream as they are."""
_SAMPLES, _SAMPLE = 16, 256
"""How many parts of a grain are tried, of how many bytes each."""
_PACKED_ROOM = SECTOR - 12
"""Bytes that a packed grain may be longer than the grain: open-vmdk's buffer ends there."""


class MarkerType(IntEnum):
    """What a marker announces."""

    EOS = 0
    """Nothing follows: the last sector of the stream."""
    GRAIN_TABLE = 1
    GRAIN_DIRECTORY = 2
    FOOTER = 3
    """A copy of the header that has the directory's place."""
    PROGRESS = 4
    """Seen in exports of vSphere; nothing follows."""


@dataclass(frozen=True, slots=True)
class GrainMark:
    """What stands in front of a compressed grain, or begins a marker."""

    LAYOUT: ClassVar[struct.Struct] = struct.Struct("<QI")

    value: int
    """First sector of the grain on the disk; in a marker, how many sectors follow it."""
    length: int
    """Bytes of the zlib stream; 0 in a marker."""

    @classmethod
    def unpack(cls, data: bytes | memoryview) -> Self:
        """Read the first 12 bytes of *data*."""
        return cls(*cls.LAYOUT.unpack_from(data))

    @property
    def sectors(self) -> int:
        """Sectors that the grain takes in the file."""
        return round_up(self.LAYOUT.size + self.length, SECTOR) // SECTOR


@dataclass(frozen=True, slots=True)
class Marker:
    """A sector that announces tables, the footer or the end."""

    LAYOUT: ClassVar[struct.Struct] = struct.Struct("<QII496x")

    sectors: int
    """How many sectors follow."""
    type: int
    """A `MarkerType`, or a number that nobody knows."""

    def pack(self) -> bytes:
        """Return the 512 bytes of the marker."""
        return self.LAYOUT.pack(self.sectors, 0, self.type)

    @classmethod
    def unpack(cls, data: bytes) -> Self | None:
        """Read the marker in the 512 bytes *data*; None if they begin a grain."""
        sectors, length, kind = cls.LAYOUT.unpack_from(data)
        return None if length else cls(sectors, kind)


def packed_limit(grain_size: int) -> int:
    """Return the most bytes that a packed grain of *grain_size* sectors is believed to take."""
    return 2 * grain_size * SECTOR + _SLACK


def inflate(
    packed: bytes | memoryview, *, needed: int, whole: int
) -> tuple[bytes | bytearray, int]:
    """Return the bytes of a grain, and how many of *packed* were left over.

    At least *needed* bytes must come out, at most *whole*: the last grain may be packed
    short where the disk ends. What comes out is checked by its Adler-32.

    Raises:
        CorruptVmdk: It is no zlib stream, is damaged, or holds too little or too much.
    """
    # VDF5 says RFC 1951 (bare deflate). Every file known, qemu-img's and open-vmdk's among
    # them, holds zlib streams (RFC 1950); all other programs refuse the bare form.
    sound = _inflate_sound(packed, whole)
    if sound is not None and len(sound) >= needed:
        return sound, 0
    # Less than half as fast, and it says what is wrong.
    engine = zlib.decompressobj()
    try:
        data = engine.decompress(packed, whole + 1)
    except zlib.error as error:
        raise CorruptVmdk(
            "a compressed grain that is damaged", found=str(error), expected="a zlib stream"
        ) from None
    if len(data) > whole:
        raise CorruptVmdk(
            "a compressed grain that holds too much",
            found=f"more than {whole} bytes",
            expected=f"{whole}",
        )
    if not engine.eof:
        raise CorruptVmdk(
            "a compressed grain that is cut off",
            found=f"{len(data)} bytes of it",
            expected=f"{whole} and a checksum",
        )
    if len(data) < needed:
        raise CorruptVmdk(
            "a compressed grain that holds too little",
            found=f"{len(data)} bytes",
            expected=f"{whole}",
        )
    return data, len(engine.unused_data)


def _inflate_sound(packed: bytes | memoryview, whole: int) -> bytearray | None:
    """Return what a sound stream of at most *whole* bytes holds; None of any other.

    libdeflate writes no byte past the room it is given, and checks the Adler-32.
    """
    library = _library()
    try:
        data: bytearray = library.zlib_decompress(packed, whole)
    except library.DeflateError:
        return None
    # It does not tell where the stream ended: as a rule it is here, with the checksum.
    ended = int.from_bytes(packed[-_CHECKSUM:], "big") == library.adler32(data)
    return data if ended else None


@cache
def _library() -> Any:
    """Return libdeflate, which only streams need; found anew for each grain it would cost time."""
    return import_module("deflate")


def checksum(data: Any) -> bytes:
    """Return the Adler-32 that a zlib stream of *data*, any buffer, ends with."""
    value: int = _library().adler32(data)
    return value.to_bytes(_CHECKSUM, "big")


def _seems_packable(data: bytes | memoryview) -> bool:
    """Tell whether some of *data* gets shorter; to find that out of all takes 30 times as long.

    What is packed or encrypted already does not, and is most of many disks.
    """
    step = len(data) // _SAMPLES
    if step <= _SAMPLE:
        return True
    sample = b"".join(data[at : at + _SAMPLE] for at in range(0, step * _SAMPLES, step))
    return len(_library().zlib_compress(sample, 1)) < len(sample)


def pack_grain(sector: int, data: bytes | memoryview) -> bytes:
    """Return *data*, a whole grain from *sector* of the disk on, as it is stored."""
    return b"".join(packed_parts(sector, data))


def packed_parts(
    sector: int, data: bytes | memoryview, *, is_packable: bool = False
) -> tuple[bytes, bytes | bytearray, bytes]:
    """Return what `pack_grain` does in parts: many grains are joined at once.

    Who knows that *data* gets shorter saves the try.
    """
    level = _LEVEL if is_packable or _seems_packable(data) else _STORED
    packed: bytes | bytearray = _library().zlib_compress(data, level)
    if len(packed) > len(data) + _PACKED_ROOM:
        packed = zlib.compress(data, 0)
    end = GrainMark.LAYOUT.size + len(packed)
    padding = bytes(round_up(end, SECTOR) - end)
    return GrainMark.LAYOUT.pack(sector, len(packed)), packed, padding
