"""One extent line of a descriptor: access, sectors, type, file name, offset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import normpath

from redoscope_core.errors import CorruptVmdk, UnsupportedVmdk
from redoscope_core.format.units import SECTOR
from redoscope_core.phrases import quoted

__all__ = [
    "ELSEWHERE_TYPES",
    "FLAT_TYPES",
    "SPARSE_TYPES",
    "ExtentLine",
    "is_empty_extent",
    "looks_like_extent",
    "parse_extent_line",
]

FLAT_TYPES = frozenset({"FLAT", "VMFS"})
SPARSE_TYPES = frozenset({"SPARSE", "VMFSSPARSE", "SESPARSE"})
ELSEWHERE_TYPES = {
    "VSANSPARSE": "a vSAN object, whose data is on the servers of its cluster",
    "VMFSRDM": "a raw device mapping, whose data is on a LUN and not in the file",
    "VMFSRAW": "a raw device, which is never opened",
}
"""Types of which only the size is known, and where their data lies."""

_VSAN = "vsan:"
_DEVICES = ("/dev/", "\\\\.\\", "//./", "/vmfs/devices/")
_IN_MEMORY = "/dev/shm/"  # noqa: S108 - the beginning of a name, not a place to write to

_ACCESS = re.compile(rb"^\s*(?:RW|RDONLY|NOACCESS)\s", re.IGNORECASE)
_LINE = re.compile(
    rb"^\s*(?P<access>RW|RDONLY|NOACCESS)\s+(?P<sectors>[+-]?\d{1,20})\s+(?P<type>[A-Z]+)"
    # A name may hold quotes: it ends at the first one behind which the line can end, too. A
    # non-breaking space at the end, of UTF-8 or of an older encoding, is passed over.
    rb'(?:\s+"(?P<name>.*?)"(?:\s+(?P<offset>\d{1,20})(?P<rest>\s+.*)?)?)?(?:\s|\xc2?\xa0)*$',
    re.IGNORECASE | re.DOTALL,
)
_MAX_SECTORS = 2**63 // SECTOR


@dataclass(frozen=True, slots=True)
class ExtentLine:
    """A region of a link and the file that holds it."""

    access: str
    """``RW``, ``RDONLY`` or ``NOACCESS``."""
    sectors: int
    """Sectors of the disk that the extent covers; above 0."""
    type: str
    """``SPARSE``, ``FLAT``, ``VMFS``, ``ZERO``, ... in upper case."""
    name: str | None
    """File name as written; None for ZERO."""
    offset: int = 0
    """For FLAT: where the extent starts in its file, in *sectors* (descriptors count so)."""

    @property
    def elsewhere(self) -> str | None:
        """Where its data lies, in plain words, if that is in no file; None if it is in one.

        The name of an object of vSAN stands on lines of any type.
        """
        if self.type in ELSEWHERE_TYPES:
            return ELSEWHERE_TYPES[self.type]
        name = self.name or ""
        if name.lower().startswith(_VSAN):
            return ELSEWHERE_TYPES["VSANSPARSE"]
        return "a device, which is never opened" if _is_device(name) else None

    @property
    def text(self) -> str:
        """The line as it is written to a descriptor."""
        line = f"{self.access} {self.sectors} {self.type}"
        if self.name is None:
            return line
        # VMware always writes the offset of FLAT; qemu refuses one behind VMFS.
        tail = f" {self.offset}" if self.type == "FLAT" else ""
        return f'{line} "{self.name}"{tail}'


def _is_device(name: str) -> bool:
    """Tell whether *name* is that of a device; files in Linux's memory have names below /dev too.

    That what is there is a file, whoever opens it makes sure of.
    """
    return name.startswith(_DEVICES) and not normpath(name).startswith(_IN_MEMORY)


def looks_like_extent(line: bytes) -> bool:
    """Tell whether *line* begins as extent lines do."""
    return _ACCESS.match(line) is not None


def is_empty_extent(line: bytes) -> bool:
    """Tell whether *line* is a ZERO extent of no sectors, which says nothing and is passed over."""
    match = _LINE.match(line)
    return match is not None and match["type"].upper() == b"ZERO" and int(match["sectors"]) == 0


def parse_extent_line(
    line: bytes, *, codec: str, number: int, nameless: bool = False
) -> ExtentLine:
    """Return what extent line *number* (1 = first line of the text) says.

    Raises:
        CorruptVmdk: The line is malformed, its size is not above 0 or absurd, or its
            name is missing (unless it may be *nameless*) or holds control characters.
        UnsupportedVmdk: The extent type is known but not read here.
    """
    where = f"descriptor line {number}"
    match = _LINE.match(line)
    if match is None:
        raise CorruptVmdk(
            "an extent line that can't be read",
            where=where,
            found=quoted(line.decode(codec, "replace").strip()[:120]),
            expected='for example RW 4096 SPARSE "disk-s001.vmdk"',
        )
    kind = match["type"].decode("ascii").upper()
    sectors = int(match["sectors"])
    if not 0 < sectors < _MAX_SECTORS:
        raise CorruptVmdk(
            "an extent of impossible size",
            where=where,
            found=f"{sectors} sectors",
            expected=f"1 to {_MAX_SECTORS - 1}",
        )
    if kind not in FLAT_TYPES | SPARSE_TYPES | ELSEWHERE_TYPES.keys() | {"ZERO"}:
        raise UnsupportedVmdk(
            "an unknown extent type, which is not read",
            where=where,
            found=kind,
            expected="SPARSE, FLAT, VMFS, ZERO, VMFSSPARSE or SESPARSE",
        )
    offset = int(match["offset"] or 0)
    if offset + sectors >= _MAX_SECTORS:
        raise CorruptVmdk(
            "an extent at an impossible offset", where=where, found=f"sector {offset}"
        )
    return ExtentLine(
        access=match["access"].decode("ascii").upper(),
        sectors=sectors,
        type=kind,
        name=_name(match["name"], kind, codec, where, nameless=nameless),
        offset=offset,
    )


def _name(raw: bytes | None, kind: str, codec: str, where: str, *, nameless: bool) -> str | None:
    if kind == "ZERO":
        return None
    name = "" if raw is None else raw.decode(codec, "surrogateescape")
    if not name and not nameless:
        raise CorruptVmdk(
            "an extent line without a file name", where=where, expected="a name in double quotes"
        )
    if any(ord(char) < ord(" ") for char in name if char != "\t"):
        raise CorruptVmdk("control characters in a file name", where=where, found=quoted(name))
    return name
