"""Forms in which selected bytes are copied."""

from __future__ import annotations

from enum import Enum

__all__ = ["CopyForm", "copied"]

_ROW = 16
_FIRST_PRINTABLE, _LAST_PRINTABLE = 0x20, 0x7E


class CopyForm(Enum):
    """How bytes are written on the clipboard."""

    HEX = "hex"
    DUMP = "dump"
    TEXT = "text"
    C = "c"


def copied(data: bytes, form: CopyForm, offset: int = 0) -> str:
    """Return *data* in *form*; *offset* is where it starts on the disk."""
    if form is CopyForm.HEX:
        return data.hex(" ").upper()
    if form is CopyForm.TEXT:
        return printable(data)
    rows = [data[start : start + _ROW] for start in range(0, len(data), _ROW)]
    if form is CopyForm.C:
        lines = ["    " + ", ".join(f"0x{byte:02x}" for byte in row) + "," for row in rows]
        head = f"/* {len(data)} bytes from offset 0x{offset:X} */"
        return "\n".join([head, f"const unsigned char bytes[{len(data)}] = {{", *lines, "};", ""])
    return "\n".join(
        f"{offset + index * _ROW:012X}  {row.hex(' ').upper():<{_ROW * 3 - 1}}  {printable(row)}"
        for index, row in enumerate(rows)
    )


def printable(data: bytes) -> str:
    """Return one character per byte: ASCII where it can be seen, else a dot."""
    return "".join(
        chr(byte) if _FIRST_PRINTABLE <= byte <= _LAST_PRINTABLE else "." for byte in data
    )
