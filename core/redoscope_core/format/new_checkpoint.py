"""New checkpoint files: the state of a powered-off machine, in the groups that products look for.

    Checkpoint   fileversion, ProductName, VersionNumber
    Snapshot     cfgFile, the machine's text as it was; nvramFile; extendedConfigFile
    MKSVMX       imageData, a picture of the screen, if there is one

`checkpoint` has the layout. Source: SNAPSHOTS A3 and A4 of the project's notes. That a product of
the vendor resumes from a file of ours was never tried: no sample of a powered-off one is public.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.format.checkpoint import FORMAT_VERSION, GROUP, HEADER, WIDE_MAGIC, WIDE_SIZES

if TYPE_CHECKING:
    from redoscope_core.format.checkpoint import Checkpoint

__all__ = ["NewCheckpoint", "is_ours"]

_PRODUCT = "Redoscope"
_WORD = 256
"""Bytes of a word about the product."""
_FILE_VERSION = 0xA
_SMALL = 62
"""A value of so many bytes is a block."""
_BLOCK = 63


class NewCheckpoint(NamedTuple):
    """What a new file is to hold: whole files, as they are at that moment."""

    version: str
    """Of this program."""
    text: bytes
    """The .vmx."""
    nvram: bytes | None = None
    extended: bytes | None = None
    """The .vmxf."""
    picture: bytes | None = None
    """The screen, as PNG."""

    def to_bytes(self) -> bytes:
        """Return the file."""
        product = [
            _tag("fileversion", struct.pack("<I", _FILE_VERSION)),
            _tag("ProductName", _word(_PRODUCT)),
            _tag("VersionNumber", _word(self.version)),
        ]
        files = {"cfgFile": self.text, "nvramFile": self.nvram, "extendedConfigFile": self.extended}
        held = [_tag(name, data) for name, data in files.items() if data is not None]
        groups = {"Checkpoint": b"".join(product), "Snapshot": b"".join(held)}
        if self.picture is not None:
            groups["MKSVMX"] = _tag("imageData", self.picture)
        place = HEADER.size + GROUP.size * len(groups)
        table, body = b"", b""
        for name, tags in groups.items():
            data = tags + b"\0\0"
            table += GROUP.pack(name.encode(), place + len(body), len(data))
            body += data
        return HEADER.pack(WIDE_MAGIC, FORMAT_VERSION, len(groups)) + table + body


def is_ours(checkpoint: Checkpoint) -> bool:
    """Tell whether *checkpoint* was written by this program."""
    tag = checkpoint.find("Checkpoint", "ProductName")
    known = tag is not None and not tag.is_compressed and tag.stored == _WORD
    return known and tag is not None and checkpoint.bytes_of(tag) == _word(_PRODUCT)


def _word(text: str) -> bytes:
    return text.encode()[: _WORD - 1].ljust(_WORD, b"\0")


def _tag(name: str, value: bytes) -> bytes:
    """Return a value of 1 to 61 bytes as it is, any other as a block."""
    small = 0 < len(value) < _SMALL
    head = bytes([len(value) if small else _BLOCK, len(name)]) + name.encode()
    return head + (value if small else WIDE_SIZES.pack(len(value), len(value), 0) + value)
