r"""The descriptor: the text that says what a link is, which extents it has, who its parent is.

Reading is forgiving where files in the wild differ (line ends, blanks, case, a byte
order mark, encodings) and strict where a guess could return wrong bytes. An edit
replaces single values in the text as it stands: every other byte, unknown keys
included, stays.

Names are decoded only after the lines are split, since in Shift_JIS and GBK the
second byte of a character may be ``\`` or ``|``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from redoscope_core.errors import CorruptVmdk, NotAVmdk, UnsupportedVmdk, VixCode
from redoscope_core.findings import Finding, Kind
from redoscope_core.format.content_id import (
    NO_PARENT,
    format_content_id,
    parse_content_id,
)
from redoscope_core.format.encoding import codec_of
from redoscope_core.format.extent_line import (
    ExtentLine,
    is_empty_extent,
    looks_like_extent,
    parse_extent_line,
)
from redoscope_core.format.odd_keys import odd_keys
from redoscope_core.format.signature import is_descriptor_text
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MAX_TEXT", "MERGED_INTO", "Descriptor"]

MAX_TEXT = 2**20
"""Bytes of descriptor text that are read at most."""
MERGED_INTO = "merged into "
"""How the parent hint of a link begins that was merged into another; the name follows."""
_MAX_EXTENTS = 65536
_NO_UUID = "0" * 32
_MAX_SECTORS = 2**63 // SECTOR - 1
_BOM = b"\xef\xbb\xbf"

_LINE_END = re.compile(rb"\r\n|\n|\r")
_KEY_VALUE = re.compile(
    rb"^(?P<head>\s*(?P<key>[A-Za-z][A-Za-z0-9_.]*)\s*=\s*)"
    rb'(?:(?P<quote>")(?P<quoted>[^"]*)"(?P<note>\s*#.*)?|(?P<bare>[^\s"](?:.*[^\s])?)?)'
    rb"(?P<tail>\s*)$",
    re.DOTALL,
)
_CREATE_TYPES = (
    *("monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"),
    *("vmfs", "vmfsThin", "vmfsPreallocated", "vmfsEagerZeroedThick", "streamOptimized", "custom"),
    *("vmfsSparse", "seSparse", "vsanSparse", "fullDevice", "partitionedDevice", "vmfsThick"),
    *("vmfsRaw", "vmfsRawDeviceMap", "vmfsPassthroughRawDeviceMap"),
)
_KNOWN = 2**14
"""Bytes of a text whose meaning is kept; others are rare, and nobody reads them often."""
_SPELLINGS = {name.lower(): name for name in _CREATE_TYPES} | {
    "2gbmaxextentsparse": "twoGbMaxExtentSparse",
    "2gbmaxextentflat": "twoGbMaxExtentFlat",
}


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A descriptor as read; `to_bytes` gives the same bytes back."""

    pieces: tuple[bytes, ...]
    """The text, cut at line ends: line, end, line, end, ..., line."""
    codec: str
    """Python's name of the text's character set."""
    values: dict[str, str]
    """Value by key, keys in lower case; of a key that occurs twice, the first."""
    extents: tuple[ExtentLine, ...]
    """In the order of the disk."""
    findings: tuple[Finding, ...] = field(default=())
    """What was odd; the file is not known here."""
    embedded: bool = False
    """Whether it stands in the extent that it describes."""

    @staticmethod
    def parse(data: bytes, *, embedded: bool = False) -> Descriptor:
        """Read the descriptor in *data*, which may be padded with NULs.

        That a text *embedded* in an extent is a descriptor, the extent's header says: it
        needs no signature line, and its extent line no name, for the file is itself.

        Raises:
            NotAVmdk: The signature line is missing.
            CorruptVmdk: A line that matters can't be read.
            UnsupportedVmdk: An extent is of a type that is not read here.
        """
        return _known(data, embedded) if len(data) <= _KNOWN else _parsed(data, embedded=embedded)

    def get(self, key: str) -> str | None:
        """Return the value of *key* (any case) without its quotes, or None."""
        return self.values.get(key.lower())

    @property
    def cid(self) -> int:
        """The content ID; 0 if the line is missing."""
        return parse_content_id(self.values.get("cid", "0"), key="CID")

    @property
    def parent_cid(self) -> int:
        """The content ID the parent had when this link was made; `NO_PARENT` for a base disk."""
        return parse_content_id(self.values.get("parentcid", "ffffffff"), key="parentCID")

    @property
    def parent_hint(self) -> str | None:
        """``parentFileNameHint``: where the parent was; None if missing or empty."""
        return self.values.get("parentfilenamehint") or None

    @property
    def is_child(self) -> bool:
        """Whether the link names a parent, by its content ID or in VirtualBox's way."""
        return self.parent_cid != NO_PARENT or self.foreign_parent is not None

    @property
    def cid_digits(self) -> int:
        """How many digits the content ID is written with; 8 if there is none."""
        return len(self.values.get("cid", "").strip()) or 8

    @property
    def merged_into(self) -> str | None:
        """The name of the link that a consolidation merged this one into; None if none did."""
        hint = self.parent_hint or ""
        return hint.removeprefix(MERGED_INTO) if hint.startswith(MERGED_INTO) else None

    @property
    def foreign_parent(self) -> str | None:
        """The UUID by which VirtualBox names a parent; None if the link has none of that kind."""
        return self.uuid("parent") if self.parent_cid == NO_PARENT else None

    def uuid(self, name: str) -> str | None:
        """Return ``ddb.uuid.`` *name*, as VirtualBox writes it, in lower case; None if unset."""
        value = (self.get(f"ddb.uuid.{name}") or "").strip().lower()
        return None if value.replace("-", "") in {"", _NO_UUID} else value

    @property
    def is_encrypted(self) -> bool:
        """Whether the disk's bytes are encrypted, by a VM's key or by an I/O filter."""
        return _is_encrypted(self.values)

    @property
    def create_type(self) -> str:
        """``createType`` in the spelling of today, the value as it stands if unknown."""
        value = self.values.get("createtype", "")
        return _SPELLINGS.get(value.lower(), value)

    @property
    def capacity(self) -> int:
        """Sectors of the disk: the sum of the extent lines."""
        return sum(extent.sectors for extent in self.extents)

    @property
    def comment(self) -> str:
        """``ddb.comment``: what people say of this generation; empty if absent."""
        return self.values.get("ddb.comment", "")

    @property
    def text(self) -> str:
        """The whole text, decoded."""
        return self.to_bytes().decode(self.codec, "replace")

    def to_bytes(self) -> bytes:
        """Return the text as it is stored."""
        return b"".join(self.pieces)

    def with_value(self, key: str, value: str) -> Descriptor:
        """Return the descriptor with *key* set to *value*; all other bytes stay.

        A key that is missing is put where the order of the text wants it: parentCID
        behind CID (qemu cuts what stands between), ``ddb.`` keys last, others before
        the extents. A value that the text's encoding does not know turns the text into
        UTF-8.
        """
        if '"' in value or any(ord(char) < ord(" ") for char in value):
            raise CorruptVmdk(
                "a value that no descriptor can hold",
                where=f"descriptor key {key}",
                found=repr(value),
            )
        try:
            encoded = value.encode(self.codec)
        except UnicodeEncodeError:
            declared = self.with_value("encoding", "UTF-8")
            text = b"".join(declared.pieces).decode(self.codec, "surrogateescape")
            pieces = _cut(text.encode("utf-8", "surrogateescape"))
            # A name that is no text at all is written as the bytes it was.
            encoded = value.encode("utf-8", "surrogateescape")
            return self._with_bytes(key, encoded, pieces)
        return self._with_bytes(key, encoded)

    def _with_bytes(
        self, key: str, encoded: bytes, text: tuple[bytes, ...] | None = None
    ) -> Descriptor:
        pieces = list(text or self.pieces)
        for index in range(0, len(pieces), 2):
            match = _key_value(pieces[index])
            if match is not None and match["key"].decode("ascii").lower() == key.lower():
                quote = match["quote"] or b""
                tail = (match["note"] or b"") + match["tail"]
                pieces[index] = match["head"] + quote + encoded + quote + tail
                return self._reparsed(pieces)
        return self._reparsed(self._inserted(pieces, key, encoded))

    def _reparsed(self, pieces: list[bytes]) -> Descriptor:
        return self.parse(b"".join(pieces), embedded=self.embedded)

    def _inserted(self, pieces: list[bytes], key: str, encoded: bytes) -> list[bytes]:
        # `pieces` are lines and their ends by turns; the last line may lack its end.
        #
        #     # Disk DescriptorFile
        #     version=1              any other key, if there is no line that it goes behind
        #     CID=0123abcd
        #     parentCID=ffffffff     right behind CID: qemu 7.2 drops on its first write what stands
        #     createType="..."         between the two, and takes them in this order alone
        #     encoding="..."         any other key
        #     RW 128 SPARSE "..."
        #     ddb.comment="..."      keys of the disk database, at the very end
        end = pieces[1] if len(pieces) > 1 else b"\n"
        bare = key.lower() in {"cid", "parentcid", "version"}
        equals = b" = " if key.lower().startswith("ddb.") else b"="
        line = key.encode("ascii") + equals + (encoded if bare else b'"' + encoded + b'"')
        if key.lower().startswith("ddb."):
            tail = [line, end] if not pieces[-1] else [end, line, end]
            return [*pieces[:-1], *tail, b""] if not pieces[-1] else [*pieces, *tail, b""]
        after = "cid" if key.lower() == "parentcid" else "createtype"
        for index in range(0, len(pieces) - 1, 2):
            match = _key_value(pieces[index])
            if match is not None and match["key"].decode("ascii").lower() == after:
                return [*pieces[: index + 2], line, end, *pieces[index + 2 :]]
        return [*pieces[:2], line, end, *pieces[2:]]

    def commented_out(self, key: str) -> Descriptor:
        """Return the descriptor with a ``#`` in place of the first byte of lines that set *key*.

        No other byte of the text moves, so half of a write is a text too.
        """
        pieces = list(self.pieces)
        for index in range(0, len(pieces), 2):
            match = _key_value(pieces[index])
            if match is not None and match["key"].decode("ascii").lower() == key.lower():
                pieces[index] = b"#" + pieces[index][1:]
        return self._reparsed(pieces)

    def with_content_id(self, cid: int) -> Descriptor:
        """Return the descriptor with *cid* as content ID, the long content ID in step with it.

        It is written with as many digits as the present one, if they are enough: so no other
        byte of the text moves, and half of a write is a text too.
        """
        changed = self.with_value("CID", format_content_id(cid, self.cid_digits))
        long_id = self.get("ddb.longContentID")
        if long_id is not None and re.fullmatch(r"[0-9A-Fa-f]{32}", long_id):
            changed = changed.with_value("ddb.longContentID", long_id[:24] + format_content_id(cid))
        return changed


def _parsed(data: bytes, *, embedded: bool) -> Descriptor:
    text, _, behind = data.partition(b"\0")
    signed = is_descriptor_text(text[:MAX_TEXT])
    if not signed and not embedded:
        raise NotAVmdk(
            "not a virtual disk",
            where="the first line",
            found="a text without it",
            expected="'# Disk DescriptorFile'",
        )
    if len(text) > MAX_TEXT:
        raise CorruptVmdk(
            "a descriptor too long", found=f"{len(text)} bytes", expected=f"at most {MAX_TEXT}"
        )
    pieces = _cut(text)
    raw, found = _raw_values(pieces)
    codec, of_encoding = codec_of(raw.get("encoding", b"").decode("ascii", "replace"), text)
    values = {key: value.decode(codec, "surrogateescape") for key, value in raw.items()}
    extents = _extents(pieces, codec, values, nameless=embedded)
    found += _cut_off(text, behind)
    if not signed:
        found.append(Finding.of(Kind.NO_SIGNATURE))
    descriptor = Descriptor(pieces, codec, values, extents, (*found, *of_encoding), embedded)
    # Also reads the numbers once, so that a bad one is an error now and not later.
    cid, _ = descriptor.cid, descriptor.parent_cid
    odd = odd_keys(values, cid)
    return replace(descriptor, findings=(*descriptor.findings, *odd))


@lru_cache(maxsize=256)
def _known(data: bytes, embedded: bool) -> Descriptor:  # noqa: FBT001 - part of the key
    """Return what `_parsed` says: a folder's texts are read again with each question about it.

    What a text says is the same each time; whether the file still says it, was read just now.
    """
    return _parsed(data, embedded=embedded)


def _cut_off(text: bytes, behind: bytes) -> list[Finding]:
    """Return what is odd if *text* breaks off, or goes on *behind* the NUL that ends it.

    qemu leaves the last bytes of an older, longer text there, but never a whole line.
    """
    last = _LINE_END.split(text)[-1].strip()
    match = _key_value(last)
    is_whole = not last or last.startswith(b"#") or looks_like_extent(last)
    if not is_whole and (match is None or not (match["quote"] or match["bare"])):
        return [Finding.of(Kind.BREAKS_OFF, byte=len(text))]
    if not behind.strip(b"\0") or (b"=" not in behind and not last):
        return []
    return [Finding.of(Kind.TEXT_BEHIND_NUL, byte=len(text))]


def _cut(text: bytes) -> tuple[bytes, ...]:
    pieces: list[bytes] = []
    position = 0
    for match in _LINE_END.finditer(text):
        pieces += [text[position : match.start()], match[0]]
        position = match.end()
    return (*pieces, text[position:])


def _key_value(line: bytes) -> re.Match[bytes] | None:
    return _KEY_VALUE.match(line.removeprefix(_BOM))


def _raw_values(pieces: tuple[bytes, ...]) -> tuple[dict[str, bytes], list[Finding]]:
    values: dict[str, bytes] = {}
    found = []
    for line in pieces[::2]:
        match = _key_value(line)
        if match is None:
            continue
        key = match["key"].decode("ascii").lower()
        value = match["quoted"] if match["quote"] else match["bare"] or b""
        if key in values and values[key] != value:
            found.append(Finding.of(Kind.KEY_TWICE, key=key))
        values.setdefault(key, value)
    return values, found


def _is_encrypted(values: Mapping[str, str]) -> bool:
    return any(
        "encrypt" in key or (key.endswith("iofilters") and "crypt" in value.lower())
        for key, value in values.items()
    )


def _extents(
    pieces: tuple[bytes, ...], codec: str, values: Mapping[str, str], *, nameless: bool
) -> tuple[ExtentLine, ...]:
    lines = [
        (number, line)
        for number, line in enumerate(pieces[::2], start=1)
        if looks_like_extent(line) and not is_empty_extent(line)
    ]
    if not lines and _is_encrypted(values):
        raise UnsupportedVmdk(
            "an encrypted descriptor",
            where="the extent description",
            found="no extent in plain text",
            cure="open it in the program that has the key",
            code=VixCode.DISK_NEEDKEY,
        )
    if not 1 <= len(lines) <= _MAX_EXTENTS:
        raise CorruptVmdk(
            "the descriptor lists no extents" if not lines else "too many extents",
            where="the extent description",
            found=f"{len(lines)} extent lines",
            expected=f"1 to {_MAX_EXTENTS}",
        )
    extents = tuple(
        parse_extent_line(line, codec=codec, number=number, nameless=nameless)
        for number, line in lines
    )
    if sum(extent.sectors for extent in extents) > _MAX_SECTORS:
        raise CorruptVmdk(
            "the extents together are larger than any disk",
            where="the extent description",
            expected=f"at most {_MAX_SECTORS} sectors",
        )
    return extents
