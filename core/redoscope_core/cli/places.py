"""Places and counts of a command line, in the one language of `format.place`.

A bare number is sectors; a number with a unit, or in hex, is bytes. What they come to is
known once the disk is open, so the options hand over the text and the command asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from redoscope_core.errors import InvalidArgument, OutOfRange
from redoscope_core.format.place import NoPlace, PlaceFault, Standpoint, amount_of
from redoscope_core.format.units import SECTOR
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from redoscope_core.chain.chain import Chain

__all__ = ["COUNT", "PLACE", "from_start", "sector_at", "sector_with", "sectors_in", "to_end"]

Command = TypeVar("Command", bound="Callable[..., object]")


_FORMS = "sectors as 5376 or s5376, bytes as 0x2a0000, 64K or 1.5G, or g42, 50%, end"
_LAST = frozenset({"end", "100%"})


class _Text(click.ParamType[str]):
    """A place or a count, looked at for its form only."""

    def __init__(self, name: str) -> None:
        """Call it *name* in the help."""
        self.name = name

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the text, if it can mean something."""
        text = str(value)
        try:
            amount_of(text, Standpoint(None, 0, 1, SECTOR))
        except NoPlace as error:
            why = "" if error.fault is PlaceFault.NOT_UNDERSTOOD else f" ({error.fault.value})"
            self.fail(f"{text!r} is no {self.name}{why}; write {_FORMS}", param, ctx)
        return text


PLACE = _Text("place")
COUNT = _Text("count")


def from_start(command: Command) -> Command:
    """Add ``--start`` to *command*: the beginning of the disk, if nothing is said."""
    return click.option(
        "--start",
        type=PLACE,
        default="0",
        show_default=True,
        help="First sector: 5376, s5376, 0x2a0000, 64K, g42, 50%, end.",
    )(command)


def to_end(command: Command) -> Command:
    """Add ``--count`` to *command*: all that is left of the disk, if nothing is said."""
    return click.option(
        "--count",
        type=COUNT,
        default="end",
        help="Sectors, or an amount as 64K or 0x8000.  [default: to the end]",
    )(command)


def sector_with(text: str, chain: Chain) -> int:
    """Return the sector of *chain* that holds the place *text*.

    Raises:
        OutOfRange: The place is outside the disk.
    """
    return _bytes(text, chain) // SECTOR


def sector_at(text: str, chain: Chain) -> int:
    """Return the sector that begins at the place *text*; it may be the one behind the last.

    Raises:
        InvalidArgument: The place is inside a sector.
        OutOfRange: The place is before the disk.
    """
    offset = _bytes(text, chain)
    sector, rest = divmod(offset, SECTOR)
    if rest:
        raise InvalidArgument(
            "a place inside a sector",
            path=chain.path,
            found=f"{text}, byte {offset}",
            expected=f"the first byte of a sector: {sector * SECTOR:#x} is that of sector {sector}",
            cure=f"begin at s{sector} or s{sector + 1}",
        )
    return sector


def sectors_in(text: str, chain: Chain, start: int) -> int:
    """Return how many sectors *text* counts; `end` counts those from sector *start* to the end.

    Raises:
        InvalidArgument: It is no whole number of sectors.
    """
    if text.strip().lower() == "end":
        return max(0, chain.capacity - start)
    amount = amount_of(text, _standpoint(chain))
    count, rest = divmod(amount, SECTOR)
    if rest or count < 0:
        raise InvalidArgument(
            "a count that is no whole number of sectors",
            path=chain.path,
            found=f"{text}, {amount} bytes",
            expected=f"a multiple of {SECTOR}",
        )
    return count


def _standpoint(chain: Chain) -> Standpoint:
    return Standpoint(None, chain.capacity * SECTOR, chain.grain_size, SECTOR)


def _bytes(text: str, chain: Chain) -> int:
    standpoint = _standpoint(chain)
    # Alone they name the last sector: nobody asks for what is behind the disk.
    if text.strip().lower() in _LAST and chain.capacity:
        return standpoint.capacity - SECTOR
    offset = amount_of(text, standpoint)
    if offset < 0:
        raise OutOfRange("a place before the disk", path=chain.path, found=f"{text}, byte {offset}")
    return offset
