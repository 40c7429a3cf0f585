"""The text of a new descriptor, in the order that every known program reads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.content_id import NO_PARENT, format_content_id
from redoscope_core.format.geometry import USUAL_ADAPTER, geometry_for
from redoscope_core.format.sparse import DESCRIPTOR_SECTORS
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["MAX_COMPOSED", "NewDescriptor", "check_new_name"]

_EMBEDDED = frozenset({"monolithicSparse", "streamOptimized"})
_IDENTITY = 25
"""Bytes that the long IDs of a descriptor are made of."""
MAX_COMPOSED = DESCRIPTOR_SECTORS * SECTOR
"""Bytes of the embedded descriptor area; qemu looks no further for the CID."""


@dataclass(frozen=True, slots=True)
class NewDescriptor:
    """What a new descriptor says."""

    cid: int
    create_type: str
    extents: tuple[ExtentLine, ...]
    parent_cid: int = NO_PARENT
    parent_hint: str | None = None
    adapter: str = USUAL_ADAPTER
    hardware_version: str = "4"
    comment: str = ""
    identity: bytes | None = None
    """25 bytes that its two long IDs are made of; drawn if there are none."""

    def to_bytes(self) -> bytes:
        """Return the text, UTF-8, lines ended by LF.

        The order matters: qemu cuts everything between CID and parentCID when it
        changes the CID, counts an extent twice behind a blank line, and pyvmdk wants
        the section comments (the data base's with its trailing blank).

        Raises:
            InvalidArgument: The text does not fit the embedded area, or the comment
                holds a character that a descriptor has no way to write.
        """
        capacity = sum(extent.sectors for extent in self.extents)
        geometry = geometry_for(capacity, self.adapter)
        cid = format_content_id(self.cid)
        drawn = os.urandom(_IDENTITY) if self.identity is None else self.identity
        lines = [
            "# Disk DescriptorFile",
            "version=1",
            'encoding="UTF-8"',
            f"CID={cid}",
            f"parentCID={format_content_id(self.parent_cid)}",
            'isNativeSnapshot="no"',
            f'createType="{self.create_type}"',
            *([] if self.parent_hint is None else [f'parentFileNameHint="{self.parent_hint}"']),
            "",
            "# Extent description",
            *(extent.text for extent in self.extents),
            "",
            "# The Disk Data Base ",
            "#DDB",
            "",
            f'ddb.adapterType = "{self.adapter}"',
            *([f'ddb.comment = "{_checked_comment(self.comment)}"'] if self.comment else []),
            f'ddb.geometry.cylinders = "{geometry.cylinders}"',
            f'ddb.geometry.heads = "{geometry.heads}"',
            f'ddb.geometry.sectors = "{geometry.sectors}"',
            f'ddb.longContentID = "{drawn[:12].hex()}{cid}"',
            f'ddb.uuid = "{_uuid(drawn[12:_IDENTITY])}"',
            f'ddb.virtualHWVersion = "{self.hardware_version}"',
        ]
        text = ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")
        if self.create_type in _EMBEDDED and len(text) > MAX_COMPOSED:
            raise InvalidArgument(
                "the descriptor does not fit its place in the file",
                found=f"{len(text)} bytes",
                expected=f"at most {MAX_COMPOSED}",
                cure="shorten the comment or the path of the parent",
            )
        return text


def check_new_name(name: str) -> None:
    """Refuse a file name that some program could not read from a descriptor.

    Raises:
        InvalidArgument: *name* holds a double quote, a slash, a backslash or a control
            character; no parser knows an escape for them.
    """
    bad = sorted({char for char in name if char in '"/\\' or ord(char) < ord(" ")})
    if bad or not name:
        raise InvalidArgument(
            "a file name that a descriptor can't hold",
            found=repr(name),
            expected="a name without double quotes, slashes, backslashes and control characters",
        )


def _checked_comment(comment: str) -> str:
    bad = sorted({char for char in comment if char == '"' or ord(char) < ord(" ")})
    if bad:
        raise InvalidArgument(
            "a comment that a descriptor can't hold",
            found=repr(comment),
            expected="one line without double quotes",
        )
    return comment


def _uuid(drawn: bytes) -> str:
    # The vendor's SCSI page 0x83 identifiers begin with 60 00 C2 9.
    digits = [
        "60",
        "00",
        "c2",
        f"9{drawn[0] % 16:x}",
        *(f"{byte:02x}" for byte in drawn[1:]),
    ]
    return " ".join(digits[:8]) + "-" + " ".join(digits[8:])
