"""The dictionary syntax of a virtual machine's texts: ``.vmx``, ``.vmxf``, ``.vmsd``.

    .encoding = "windows-1251"          the character set of all that follows
    scsi0:0.fileName = "disk.vmdk"      keys in any case; |22 in a value is a quote, |7C a bar
    sata0.present = TRUE                without quotes: Workstation reads it, ESXi does not

A text is kept line by line as the bytes it came as. What is not understood stays where it is,
and a change touches the lines of its own keys alone. A key may also be the beginning of another
(``checkpoint.vmState``, ``checkpoint.vmState.readOnly``), so this is no tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import InvalidArgument
from redoscope_core.findings import Finding, Kind, Place
from redoscope_core.format.encoding import codec_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

__all__ = ["MAX_DICTIONARY", "Dictionary", "is_true", "whole_number"]

MAX_DICTIONARY = 2**20
"""Bytes of a text that are read; those of large machines have some 20,000. Who reads one more of
a file lets the text say that it is longer."""
_ENCODING = (b".encoding", b"encoding")
_BOM = b"\xef\xbb\xbf"
_HEAD_LINES = 16
_MOST_ODD = 64
_BLANKS = b" \t\r\n"
_QUOTED = re.compile(rb'"([^"]*)"[ \t]*(?:#.*)?', re.DOTALL)
_BARE = re.compile(rb"([^\s#\"]*)[ \t]*(?:#.*)?", re.DOTALL)
_ESCAPES = re.compile(r"(?:\|[0-9A-Fa-f]{2})+")
_TO_ESCAPE = re.compile('[\x00-\x1f"|\x7f]')


class _Line(NamedTuple):
    """A line as it came, with its end; the key is empty where it is no ``key = value``."""

    raw: bytes
    key: str = ""
    value: str = ""
    quoted: bool = True
    """Whether the value is in quotes, as the vendor's products write it."""


@dataclass(frozen=True)
class Dictionary:
    """A text of keys and values. Keys are compared without regard to case."""

    lines: tuple[_Line, ...]
    codec: str
    """Python's name of the character set that names and values are in."""
    findings: tuple[Finding, ...] = ()
    """What is odd about the text; its file is not known here."""

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read *data*; any bytes are a dictionary, if need be one without keys.

        What lies behind `MAX_DICTIONARY` bytes, or the whole lines in them, is kept unread.
        """
        end = len(data)
        if end > MAX_DICTIONARY:
            end = data.rfind(b"\n", 0, MAX_DICTIONARY) + 1
        raw = data[:end].split(b"\n")
        lines = [piece + b"\n" for piece in raw[:-1]] + ([raw[-1]] if raw[-1] else [])
        head = map(_halves, lines[:_HEAD_LINES])
        named = next((value for key, value in head if key.lower() in _ENCODING), b"")
        codec, odd = codec_of(_unquoted(named)[0].decode("ascii", "replace"), data)
        parsed = tuple(_parsed(line, codec) for line in lines)
        if end == len(data):
            return cls(parsed, codec, (*odd, *_oddities(parsed)))
        cut = Finding.of(Kind.LONG_TEXT, None, Place(offset=end), most=MAX_DICTIONARY)
        return cls((*parsed, _Line(data[end:])), codec, (cut, *odd, *_oddities(parsed)))

    def to_bytes(self) -> bytes:
        """Return the text; without a change the very bytes that were parsed."""
        return b"".join(line.raw for line in self.lines)

    @cached_property
    def values(self) -> Mapping[str, str]:
        """Value by key in lower case, in the order of the lines. Of a key twice the last counts."""
        return {line.key.lower(): line.value for line in self.lines if line.key}

    def get(self, key: str) -> str | None:
        """Return the value of *key*; None if there is none."""
        return self.values.get(key.lower())

    def is_set(self, key: str) -> bool:
        """Tell whether the value of *key* is TRUE, in whatever case."""
        return is_true(self.get(key))

    def number(self, key: str) -> int | None:
        """Return the value of *key* if it is a whole number, else None."""
        return whole_number(self.get(key))

    def changed(self, values: Mapping[str, str | None]) -> Self:
        """Return the text with *values*; a key with None loses its lines.

        A key that is there keeps its place and its spelling; a new one comes at the end. All other
        lines stay as they are, byte for byte.

        Raises:
            InvalidArgument: The text's character set has no such character.
        """
        wanted = {key.lower(): (key, value) for key, value in values.items()}
        last = {line.key.lower(): at for at, line in enumerate(self.lines) if line.key}
        kept: list[_Line] = []
        for at, line in enumerate(self.lines):
            key = line.key.lower()
            if key not in wanted:
                kept.append(line)
            elif wanted[key][1] is not None and last[key] == at:
                kept.append(self._with_value(line, str(wanted[key][1])))
        added = [(k, v) for low, (k, v) in wanted.items() if v is not None and low not in last]
        if added and kept and not kept[-1].raw.endswith(b"\n"):
            kept[-1] = kept[-1]._replace(raw=kept[-1].raw + self._line_end)
        kept += [self._new_line(key, value) for key, value in added]
        return replace(self, lines=tuple(kept))

    @property
    def _line_end(self) -> bytes:
        ended = next((line.raw for line in self.lines if line.raw.endswith(b"\n")), b"\n")
        return b"\r\n" if ended.endswith(b"\r\n") else b"\n"

    def _with_value(self, line: _Line, value: str) -> _Line:
        if line.value == value:
            return line
        head = line.raw[: line.raw.index(b"=") + 1]
        space = b" " if line.raw[len(head) : len(head) + 1] in b" \t" else b""
        body = line.raw.rstrip(b"\r\n")
        end = line.raw[len(body) :]
        return _parsed(head + space + self._written(value) + end, self.codec)

    def _new_line(self, key: str, value: str) -> _Line:
        return _parsed(
            key.encode("ascii") + b" = " + self._written(value) + self._line_end, self.codec
        )

    def _written(self, value: str) -> bytes:
        escaped = _TO_ESCAPE.sub(lambda char: f"|{ord(char[0]):02X}", value)
        try:
            return b'"' + escaped.encode(self.codec, "surrogateescape") + b'"'
        except UnicodeEncodeError as error:
            raise InvalidArgument(
                "a character that the character set of the text does not have",
                found=repr(value[error.start : error.end]),
                expected=f"characters of {self.codec}, as its first line has it",
                cure="choose other words",
            ) from None


def is_true(value: str | None) -> bool:
    """Tell whether *value* says TRUE, in whatever case."""
    return value is not None and value.strip().lower() == "true"


def whole_number(value: str | None) -> int | None:
    """Return *value* as a number of 64 bits at most, as the products write it."""
    match = re.fullmatch(r"\s*(-?[0-9]{1,19})\s*", value or "", re.ASCII)
    return int(match[1]) if match else None


def _halves(raw: bytes) -> tuple[bytes, bytes]:
    """Return key and value of a line as bytes; both are empty if it is none."""
    key, equals, value = raw.removeprefix(_BOM).partition(b"=")
    key = key.strip(_BLANKS)
    return (key, value.strip(_BLANKS)) if equals and not key.startswith(b"#") else (b"", b"")


def _unquoted(value: bytes) -> tuple[bytes, bool]:
    """Return what *value* holds, and whether it is quoted."""
    if match := _QUOTED.fullmatch(value):
        return match[1], True
    if match := _BARE.fullmatch(value):
        return match[1], False
    # A quote within, none at the end, or words without any: people write that.
    return value.removeprefix(b'"').removesuffix(b'"'), False


def _parsed(raw: bytes, codec: str) -> _Line:
    key, value = _halves(raw)
    if not key:
        return _Line(raw)
    inner, quoted = _unquoted(value)
    text = inner.decode(codec, "surrogateescape")
    # Characters first: in Shift_JIS and GBK the second byte of one may be that of a bar.
    if "|" in text:
        text = _ESCAPES.sub(lambda run: _unescaped(run[0], codec), text)
    return _Line(raw, key.decode(codec, "surrogateescape"), text, quoted)


def _unescaped(run: str, codec: str) -> str:
    return bytes.fromhex(run.replace("|", "")).decode(codec, "surrogateescape")


def _oddities(lines: tuple[_Line, ...]) -> list[Finding]:
    """Return what is odd about *lines*: the first of it, if there is no end of that."""
    found: list[Finding] = []
    seen: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        key = line.key.lower()
        if len(found) >= _MOST_ODD:
            break
        if not key:
            continue
        if key in seen and seen[key] != line.value:
            found.append(Finding.of(Kind.SET_TWICE, None, Place(f"line {number}"), key=line.key))
        seen[key] = line.value
        if not line.quoted:
            found.append(Finding.of(Kind.UNQUOTED, None, Place(f"line {number}"), key=line.key))
    return found
