"""Forms in which selected bytes are copied; long ones are written piece by piece.

head  piece  piece  ...  tail        each piece `PIECE` bytes, the last one maybe fewer
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from redoscope_core import SECTOR
from redoscope_gui.text_cells import ASCII, cells

__all__ = ["PIECE", "CopyForm", "Selected", "copied", "head", "piece", "sector_range", "tail"]

_ROW = 16
PIECE = 3 * 2**16
"""Bytes of a piece: whole rows of every form, and whole groups of base64."""
_BLANK = " "


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
        first = of.offset + at
        dump = (_dumped(row, first + n * _ROW, encoding) for n, row in enumerate(_rows(data)))
        return "\n".join(dump) + ("" if whole else "\n")
    if form is CopyForm.TEXT:
        return "".join(cells(data, encoding))
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
    return 'b"' + "".join(f"\\x{byte:02x}" for byte in row) + '"'


def _dumped(row: bytes, offset: int, encoding: str) -> str:
    text = "".join(cell or _BLANK for cell in cells(row, encoding))
    return f"{offset:012X}  {row.hex(' ').upper():<{_ROW * 3 - 1}}  {text}"


def _rows(data: bytes) -> Iterator[bytes]:
    return (data[start : start + _ROW] for start in range(0, len(data), _ROW))


def _array(data: bytes) -> str:
    rows = _rows(data)
    return "".join("    " + ", ".join(f"0x{byte:02x}" for byte in row) + ",\n" for row in rows)


_SPELLED: dict[CopyForm, Callable[[bytes], str]] = {
    CopyForm.C: _array,
    CopyForm.RUST: _array,
    CopyForm.PYTHON: lambda data: "".join(f"    {_python(row)}\n" for row in _rows(data)),
    CopyForm.JSON: bytes.hex,
    CopyForm.BASE64: lambda data: base64.b64encode(data).decode(),
}
