"""Forms in which selected bytes are copied; long ones are written piece by piece.

head  piece  piece  ...  tail        each piece `PIECE` bytes, the last one maybe fewer
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from redoscope_core import SECTOR
from redoscope_gui.text_cells import ASCII, cells, one_for_each, text_of

__all__ = ["PIECE", "CopyForm", "Selected", "copied", "head", "piece", "sector_range", "tail"]

_ROW = 16
PIECE = 3 * 2**16
"""Bytes of a piece: whole rows of every form, and whole groups of base64."""
_BLANK = " "
_ADDRESS = 12
"""Digits of an address, as long as they are enough."""
_LONG_ADDRESS = 16**_ADDRESS


class CopyForm(Enum):
    """How bytes are written on the clipboard."""

    HEX = "hex"
    DUMP = "dump"
    TEXT = "text"
    C = "c"
    PYTHON = "python"
    RUST = "rust"
    BASE64 = "base64"
    JSON = "json"
    SECTORS = "sectors"


@dataclass(frozen=True, slots=True)
class Selected:
    """Which bytes of which disk are selected."""

    disk: str
    """Path of the link whose generation is read."""
    generation: int
    offset: int
    length: int


def copied(data: bytes, form: CopyForm, of: Selected, encoding: str = ASCII) -> str:
    """Return *data*, the bytes of selection *of*, in *form*; texts are read as *encoding*."""
    parts = [
        piece(data[at : at + PIECE], form, of, at, encoding) for at in range(0, len(data), PIECE)
    ]
    return "".join([head(form, of), *parts, tail(form)])


def head(form: CopyForm, of: Selected) -> str:
    """Return what stands before the bytes."""
    where = f"{of.length} bytes from offset 0x{of.offset:X}"
    if form is CopyForm.C:
        return f"/* {where} */\nconst unsigned char bytes[{of.length}] = {{\n"
    if form is CopyForm.RUST:
        return f"// {where}\nconst BYTES: [u8; {of.length}] = [\n"
    if form is CopyForm.PYTHON:
        return f"# {where}\ndata = (\n"
    if form is CopyForm.SECTORS:
        return sector_range(of)
    if form is CopyForm.JSON:
        document = {
            "disk": of.disk,
            "generation": of.generation,
            "offset": of.offset,
            "length": of.length,
        }
        return json.dumps(document)[:-1] + ', "hex": "'
    return ""


def piece(data: bytes, form: CopyForm, of: Selected, at: int, encoding: str = ASCII) -> str:
    """Return the bytes *data*, which begin at byte *at* of the selection."""
    whole = at + len(data) >= of.length
    if form is CopyForm.HEX:
        return data.hex(" ").upper() + ("" if whole else " ")
    if form is CopyForm.DUMP:
        return _dump(data, of.offset + at, encoding) + ("" if whole else "\n")
    if form is CopyForm.TEXT:
        return text_of(data, encoding)
    spelled = _SPELLED.get(form)
    return "" if spelled is None else spelled(data)


def tail(form: CopyForm) -> str:
    """Return what stands behind the bytes."""
    tails = {
        CopyForm.C: "};\n",
        CopyForm.RUST: "];\n",
        CopyForm.PYTHON: '    b""\n)\n',
        CopyForm.JSON: '"}\n',
    }
    return tails.get(form, "")


def sector_range(of: Selected) -> str:
    """Return the sectors that hold the selection, as people and as the commands write them."""
    first = of.offset // SECTOR
    count = (of.offset + of.length - 1) // SECTOR - first + 1
    return f"sectors {first} to {first + count - 1}: --start {first} --count {count}"


def _python(row: bytes) -> str:
    return '    b"' + "".join(f"\\x{byte:02x}" for byte in row) + '"\n'


def _array(row: bytes) -> str:
    return "    " + ", ".join(f"0x{byte:02x}" for byte in row) + ",\n"


def _laid_out(data: bytes, spell: Callable[[bytes], str]) -> str:
    """Return *data* a row a line, as *spell* writes one: all whole rows at once, by arrays.

    Where the digits stand is where rows of other bytes differ:

        0x00, 0x00, ...
        0xff, 0xff, ...
          ~~    ~~
    """
    zeros, ones = (_codes(spell(bytes([byte]) * _ROW)) for byte in (0, 255))
    whole = len(data) - len(data) % _ROW
    lines = np.tile(zeros, (whole // _ROW, 1))
    lines[:, np.flatnonzero(zeros != ones)] = _codes(data[:whole].hex()).reshape(-1, 2 * _ROW)
    return _text(lines) + (spell(data[whole:]) if whole < len(data) else "")


def _dump(data: bytes, first: int, encoding: str) -> str:
    """Return *data*, which begins at byte *first* of the disk, as address, hex and text."""
    whole = len(data) - len(data) % _ROW
    letters = one_for_each(data[:whole], encoding)
    if letters is None or first + whole > _LONG_ADDRESS or not whole:
        rows = (_dumped(row, first + n * _ROW, encoding) for n, row in enumerate(_rows(data)))
        return "\n".join(rows)
    lines = np.tile(_codes(_dumped(bytes(_ROW), 0, encoding) + "\n"), (whole // _ROW, 1))
    addresses = (first + np.arange(0, whole, _ROW)).astype(">u8").tobytes().hex().upper()
    lines[:, :_ADDRESS] = _codes(addresses).reshape(-1, 16)[:, -_ADDRESS:]
    digits = _codes(data[:whole].hex().upper()).reshape(-1, _ROW, 2)
    for place in (0, 1):
        lines[:, _ADDRESS + 2 + place : _ADDRESS + 2 + 3 * _ROW : 3] = digits[:, :, place]
    lines[:, -_ROW - 1 : -1] = _codes(letters).reshape(-1, _ROW)
    rest = _dumped(data[whole:], first + whole, encoding) if whole < len(data) else ""
    text = _text(lines)
    return text + rest if rest else text[:-1]


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), "<u4")


def _text(codes: NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le")


def _dumped(row: bytes, offset: int, encoding: str) -> str:
    text = "".join(cell or _BLANK for cell in cells(row, encoding))
    return f"{offset:012X}  {row.hex(' ').upper():<{_ROW * 3 - 1}}  {text}"


def _rows(data: bytes) -> Iterator[bytes]:
    return (data[start : start + _ROW] for start in range(0, len(data), _ROW))


_SPELLED: dict[CopyForm, Callable[[bytes], str]] = {
    CopyForm.C: lambda data: _laid_out(data, _array),
    CopyForm.RUST: lambda data: _laid_out(data, _array),
    CopyForm.PYTHON: lambda data: _laid_out(data, _python),
    CopyForm.JSON: bytes.hex,
    CopyForm.BASE64: lambda data: base64.b64encode(data).decode(),
}
