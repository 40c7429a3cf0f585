"""Rows of sixteen bytes as hex and text; rows equal to the one before are told by one star."""

from __future__ import annotations

__all__ = ["HexRows"]

_ROW = 16
_PRINTED = range(32, 127)


def _row_of(sign: str, words: str) -> str:
    half = " ".join([sign] * (_ROW // 2))
    return f"{half}  {half}  |{words:<{_ROW}}|"


_UNKNOWN = _row_of("--", "asks the parent")
_UNREADABLE = _row_of("??", "can't be read")


class HexRows:
    """Makes bytes that come piece by piece into the rows of one dump."""

    def __init__(self, *, fold: bool) -> None:
        """Begin a dump; with *fold* equal rows are left out, as in ``hexdump -C``."""
        self._fold = fold
        self._last: bytes | None = None
        self._starred = False
        self._same_to: tuple[str, int] | None = None
        """What rows without bytes show, and the byte that follows them, if they came last."""

    def interrupted(self) -> None:
        """Show the next row whatever it holds: a line of another kind came between."""
        self._last = None
        self._starred = False

    def of(self, offset: int, data: bytes) -> str:
        """Return the rows of *data*, whole rows that begin at byte *offset* of the disk."""
        if self._fold and self._last is not None and data == self._last * (len(data) // _ROW):
            return self._star()
        rows = []
        for first in range(0, len(data), _ROW):
            row = data[first : first + _ROW]
            if self._fold and row == self._last:
                rows.append(self._star())
                # What is left is often all the same, as zeros are.
                if data[first:] == row * ((len(data) - first) // _ROW):
                    break
                continue
            self._last, self._starred = row, False
            text = "".join(chr(byte) if byte in _PRINTED else "." for byte in row)
            rows.append(
                f"{offset + first:012x}  {row[:8].hex(' ')}  {row[8:].hex(' ')}  |{text}|\n"
            )
        return "".join(rows)

    def unknown(self, offset: int, length: int) -> str:
        """Return the rows of *length* bytes, whole rows, that a parent would have to be asked for.

        They are folded as equal rows are; what comes next is shown whatever it holds.
        """
        return self._without_bytes(offset, length, _UNKNOWN)

    def unreadable(self, offset: int, length: int) -> str:
        """Return the rows of *length* bytes, whole rows, that can't be read; folded likewise."""
        return self._without_bytes(offset, length, _UNREADABLE)

    def _without_bytes(self, offset: int, length: int, shows: str) -> str:
        goes_on = self._fold and (shows, offset) == self._same_to
        self.interrupted()
        self._same_to = (shows, offset + length)
        if goes_on:
            return ""
        shown = _ROW if self._fold else length
        rows = [f"{offset + at:012x}  {shows}\n" for at in range(0, min(shown, length), _ROW)]
        return "".join(rows) + ("*\n" if length > shown else "")

    def _star(self) -> str:
        if self._starred:
            return ""
        self._starred = True
        return "*\n"
