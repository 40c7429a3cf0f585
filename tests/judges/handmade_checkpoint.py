"""Checkpoint files made by hand, group by group."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

__all__ = ["MAGICS", "PICTURE", "CheckpointPlan", "tag"]

MAGICS = {
    "32-bit": 0xBED0BED0,
    "64-bit": 0xBED2BED2,
    "partial": 0xBED3BED3,
    "restored": 0xBAD1BAD1,
    "not restorable": 0xBAD2BAD2,
}
_SMALL = 62


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def _picture(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + bytes([0, y * 8 % 256, 90]) * width for y in range(height))
    pieces = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + pieces


PICTURE = _picture(100, 75)
"""A PNG of 100 times 75 points."""


def tag(
    name: str, value: bytes | int, *indices: int, pad: int = 0, narrow: bool = False,
    compressed: bool = False,
) -> bytes:  # fmt: skip
    """Return a small value of up to 61 bytes or, for more or with a pad, a block."""
    data = struct.pack("<I", value) if isinstance(value, int) else value
    head = name.encode() + b"".join(struct.pack("<I", index) for index in indices)
    places = len(indices) << 6
    if 0 < len(data) < _SMALL and not pad and not compressed:
        return bytes([places | len(data), len(name)]) + head + data
    stored = zlib.compress(data) if compressed else data
    kind = _SMALL if compressed else _SMALL + 1
    sizes = struct.pack("<IIH" if narrow else "<QQH", len(stored), len(data), pad)
    return bytes([places | kind, len(name)]) + head + sizes + bytes(pad) + stored


@dataclass(frozen=True)
class CheckpointPlan:
    """A file of groups."""

    groups: tuple[tuple[str, tuple[bytes, ...]], ...]
    magic: int = MAGICS["64-bit"]
    version: int = 8

    def build(self) -> bytes:
        """Return the bytes of the file."""
        place = 12 + 80 * len(self.groups)
        table, body = b"", b""
        for name, tags in self.groups:
            data = b"".join(tags) + b"\0\0"
            table += struct.pack("<64sQQ", name.encode(), place + len(body), len(data))
            body += data
        return struct.pack("<III", self.magic, self.version, len(self.groups)) + table + body

    @classmethod
    def of_machine(
        cls, vmx: bytes, *, pad: int = 0, kind: str = "64-bit", picture: bytes = PICTURE
    ) -> CheckpointPlan:
        """Return the plan of a machine with *vmx*, a picture and memory in two regions."""
        narrow = kind == "32-bit"
        regions = [(0, 0, 16), (32, 16, 16)]
        names = ("regionPPN", "regionPageNum", "regionSize")
        groups = (
            ("Checkpoint", (
                tag("fileversion", 0xA), tag("ProductName", b"VMware ESX".ljust(256, b"\0"),
                narrow=narrow), tag("VersionNumber", b"4.1.0".ljust(256, b"\0"), narrow=narrow),
                tag("memSize", 1024), tag("secret", b"k" * 61),
            )),
            ("Snapshot", (tag("cfgFile", vmx.ljust(80, b"\n"), pad=pad, narrow=narrow),)),
            ("MKSVMX", (tag("imageData", picture, pad=pad, narrow=narrow),)),
            ("memory", (
                tag("regionsCount", len(regions)),
                *(tag(name, word, index) for index, region in enumerate(regions)
                  for name, word in zip(names, region, strict=True)),
                tag("Memory", b"m" * 4096, 0, 0, pad=pad, narrow=narrow),
            )),
        )  # fmt: skip
        return cls(groups, MAGICS[kind])
