"""LVM2: the logical volumes on a physical volume that lie there in one piece.

    label    LABELONE, in one of the first four sectors; behind it where data and texts lie
    text     in a ring: name { key = value ... section { ... } }; extents of logical volumes
    data     pe_start, and from there on extents of one size

Only linear ones of one piece are mapped; others are named. Source: the kernel's and lvm2's own
description of the label and of the metadata (libdm, format_text).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.volumes.source import Volume

__all__ = ["LogicalVolume", "logical_volumes"]

Value: TypeAlias = "int | str | list[int | str] | dict[str, Value]"
Section: TypeAlias = "dict[str, Value]"
_Piece: TypeAlias = "tuple[str | None, int | None, int, int]"

_LABEL, _TYPE, _LABELS = b"LABELONE", b"LVM2 001", 4
_AREA = b" LVM2 x[5A%r0N*>"
_AREA_HEAD = 512
"""Bytes of an area of texts before their ring."""
_LONGEST = 2**22
_MOST_PARTS = 100_000
_LONGEST_WORD = 40
_TOKENS = re.compile(r'\s+|#[^\n]*|("(?:[^"\\]|\\.)*")|([\[\]{}=,])|([\w.+/-]+)')
_LINEAR = "striped"
"""What the text calls one that is on as many stripes as it says: on one, it is linear."""


@dataclass(frozen=True, slots=True)
class LogicalVolume:
    """A logical volume; sectors from the start of the physical one."""

    name: str
    """Volume group and its own name."""
    start: int | None
    """None if it is not in one piece on this physical volume."""
    sectors: int
    lies: str = ""
    """How it lies there if it is not, in a few words."""


def logical_volumes(volume: Volume) -> list[LogicalVolume]:
    """Return the visible logical volumes that have something on the physical *volume*.

    Raises:
        CorruptVolume: Its label, or the text that says where they are, can't be believed.
        VmdkError: It can't be read.
    """
    own, text = _label(volume)
    parsed = _Text(text).sections()
    for group, told in parsed.items():
        if isinstance(told, dict) and "physical_volumes" in told:
            return list(_mapped(group, told, own, volume.size // SECTOR))
    raise CorruptVolume("the text of a volume group names no physical volumes")


def _label(volume: Volume) -> tuple[str, str]:
    """Return the id of the physical volume, and the text that it has."""
    for sector in range(_LABELS):
        raw = volume.bytes_at(sector * SECTOR, SECTOR, "a label of LVM2")
        if raw[:8] == _LABEL and raw[24:32] == _TYPE:
            at = int.from_bytes(raw[20:24], "little")
            own = raw[at : at + 32].decode("ascii", "replace")
            lists = raw[at + 40 :]
            data = _list(lists)
            areas = _list(lists[16 * (len(data) + 1) :])
            for offset, size in areas:
                text = _text(volume, offset, size)
                if text:
                    return own, text
            raise CorruptVolume("no area of the physical volume has a text", offset=sector * SECTOR)
    raise CorruptVolume("there is no label of LVM2", offset=0)


def _list(raw: bytes) -> list[tuple[int, int]]:
    """Return offsets and sizes, up to an empty one."""
    found = []
    for at in range(0, len(raw) - 15, 16):
        offset, size = (int.from_bytes(raw[b : b + 8], "little") for b in (at, at + 8))
        if not offset:
            break
        found.append((offset, size))
    return found


def _text(volume: Volume, offset: int, size: int) -> str:
    """Return the text that an area has; nothing if it has none."""
    head = volume.bytes_at(offset, _AREA_HEAD, "an area of LVM2")
    if head[4:20] != _AREA:
        raise CorruptVolume("an area of LVM2 is none", offset=offset)
    at, count = (int.from_bytes(head[b : b + 8], "little") for b in (40, 48))
    if not at:
        return ""
    if not (_AREA_HEAD <= at < size and 0 < count <= min(size - _AREA_HEAD, _LONGEST)):
        raise CorruptVolume("a text of LVM2 leads out of its area", offset=offset, found=at)
    first = min(count, size - at)
    raw = volume.bytes_at(offset + at, first, "a text of LVM2")
    # It is a ring: what does not fit goes on behind the head.
    raw += volume.bytes_at(offset + _AREA_HEAD, count - first, "a text of LVM2")
    return raw.rstrip(b"\0").decode("utf-8", "replace")


def _mapped(group: str, told: Section, own: str, sectors: int) -> Iterator[LogicalVolume]:
    """Yield the logical volumes of a *group* of which any part is on the physical volume *own*."""
    each = _number(told, "extent_size")
    here, begin = None, 0
    for name, physical in _sections(told, "physical_volumes"):
        if str(physical.get("id", "")).replace("-", "") == own:
            here, begin = name, _number(physical, "pe_start")
    for name, logical in _sections(told, "logical_volumes"):
        status = logical.get("status")
        if not isinstance(status, list) or "VISIBLE" not in status:
            continue
        parts = [part for key, part in logical.items() if key.startswith("segment")]
        pieces = [_piece(part) for part in parts if isinstance(part, dict)]
        if here not in {piece[0] for piece in pieces}:
            continue
        length = sum(piece[2] for piece in pieces) * each
        pieces.sort(key=lambda piece: piece[3])
        first = pieces[0][1]
        goes_on = first is not None
        for where, extent, count, logical_extent in pieces:
            goes_on &= where == here and extent is not None and count > 0
            goes_on &= first is not None and extent == first + logical_extent
        start = begin + (first or 0) * each
        goes_on &= 0 < length <= sectors - start
        lies = "" if goes_on else _words(parts, pieces, here)
        yield LogicalVolume(f"{group}/{name}", start if goes_on else None, length, lies)


def _words(parts: list[Value], pieces: list[_Piece], here: str | None) -> str:
    """Return how a logical volume lies that is not in one piece on the physical volume *here*."""
    told = [part for part in parts if isinstance(part, dict)]
    kinds = sorted({str(part.get("type"))[:_LONGEST_WORD] for part in told} - {_LINEAR})
    stripes = max((part.get("stripe_count") for part in told), key=_as_number, default=1)
    if kinds:
        return f"of the kind {', '.join(kinds)}"
    if _as_number(stripes) > 1:
        return f"striped over {stripes} places"
    if any(where != here for where, *_ in pieces):
        return "on more than one physical volume"
    return f"in {len(pieces)} pieces" if len(pieces) > 1 else "longer than what it lies on"


def _as_number(value: Value | None) -> int:
    return value if isinstance(value, int) else 0


def _piece(part: Section) -> _Piece:
    """Return on which physical volume a segment is, from which extent on, how long, and its own."""
    count, first = _number(part, "extent_count"), _number(part, "start_extent")
    stripes = part.get("stripes")
    linear = part.get("type") == _LINEAR and part.get("stripe_count") == 1
    if linear and isinstance(stripes, list) and len(stripes) == 2:  # noqa: PLR2004
        name, extent = stripes
        if isinstance(name, str) and isinstance(extent, int) and extent >= 0:
            return name, extent, count, first
    return next(
        ((each, None, count, first) for each in _names(stripes)), (None, None, count, first)
    )


def _names(stripes: Value | None) -> Iterator[str]:
    if isinstance(stripes, list):
        yield from (each for each in stripes if isinstance(each, str))


def _sections(told: Section, name: str) -> Iterator[tuple[str, Section]]:
    inside = told.get(name)
    if isinstance(inside, dict):
        yield from ((key, each) for key, each in inside.items() if isinstance(each, dict))


def _number(told: Section, name: str) -> int:
    value = told.get(name)
    if not isinstance(value, int) or not 0 <= value < 2**48:
        raise CorruptVolume(f"{name} of a volume group is impossible", found=repr(value)[:40])
    return value


class _Text:
    """A text of LVM2, taken word by word."""

    def __init__(self, text: str) -> None:
        """Begin at its first word."""
        self._words = self._split(text)
        self._next = next(self._words, None)
        self._left = _MOST_PARTS

    def sections(self) -> Section:
        """Return all of it.

        Raises:
            CorruptVolume: It is no such text.
        """
        return self._section(depth=0)

    @staticmethod
    def _split(text: str) -> Iterator[str]:
        at = 0
        while at < len(text):
            match = _TOKENS.match(text, at)
            if match is None:
                raise CorruptVolume("a text of LVM2 has what no such text has", offset=at)
            at = match.end()
            if match.lastindex is not None:
                yield match[match.lastindex]

    def _take(self, wanted: str = "") -> str:
        word = self._next
        self._left -= 1
        if word is None or self._left < 0 or (wanted and word != wanted):
            raise CorruptVolume("a text of LVM2 is cut off, or none", found=word)
        self._next = next(self._words, None)
        return word

    def _section(self, depth: int) -> Section:
        found: Section = {}
        while self._next is not None and self._next != "}":
            name = self._take()
            if self._next == "{" and depth < 8:  # noqa: PLR2004
                self._take()
                found[name] = self._section(depth + 1)
                self._take("}")
            else:
                self._take("=")
                found[name] = self._value()
        return found

    def _value(self) -> Value:
        if self._next != "[":
            return _plain(self._take())
        self._take()
        found: list[int | str] = []
        while self._next != "]":
            found.append(_plain(self._take()))
            if self._next == ",":
                self._take()
        self._take()
        return found


def _plain(word: str) -> int | str:
    if word.startswith('"'):
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return int(word) if re.fullmatch(r"-?\d{1,18}", word) else word
