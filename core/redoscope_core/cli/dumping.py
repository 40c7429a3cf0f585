"""The command that shows sectors as hex and text: dump."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.generation import at_link, generation, link_alone, named
from redoscope_core.cli.hex_rows import HexRows
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.places import COUNT, from_start, sector_at, sectors_in
from redoscope_core.cli.printing import print_json
from redoscope_core.cli.suppliers import suppliers
from redoscope_core.cli.unread_text import tell_unread, unread_documents
from redoscope_core.cli.windows import windows_around
from redoscope_core.errors import printable
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.cli.suppliers import Supplier

__all__ = ["dump"]


@click.command()
@click.argument("disk", type=DISK)
@from_start
@click.option(
    "--count",
    type=COUNT,
    default="1",
    show_default=True,
    help="Sectors, or an amount as 64K or 0x8000, or end: to the end of the disk.",
)
@click.option("--all", "-v", "show_all", is_flag=True, help="Show equal lines too, not one *.")
@click.option("--plain", is_flag=True, help="Leave out which link supplies the lines.")
@link_alone
@at_link
@opening
@salvaging
@as_json
def dump(
    disk: Path,
    start: str,
    count: str,
    show_all: bool,
    plain: bool,
    alone: bool,
    at: str | None,
    json_output: bool,
) -> int:
    """Show sectors as hex and text, and which link supplies them.

    Where another link supplies the bytes, a line that begins with # says which, and where
    they are in its file. Lines equal to the one before are one *, as in hexdump -C; the last
    line is the byte behind the end. With --salvage what can't be read is shown as ??, and the exit
    status is 1.
    """
    policy = policy_of()
    with generation(disk, policy, at, alone=alone) as chain:
        first = sector_at(start, chain)
        sectors = sectors_in(count, chain, first)
        chain.refuse_outside(first, sectors)
        shown = _Shown(chain, first, sectors)
        if json_output:
            print_json(named(disk, chain) | _document(shown))
        else:
            rows = HexRows(fold=not show_all)
            for lines in _lines(shown, rows, plain=plain):
                sys.stdout.write(lines)
        return tell_unread(shown.unread)


class _Shown:
    """The sectors that are shown."""

    def __init__(self, chain: Chain, first: int, count: int) -> None:
        """Show *count* sectors of *chain* from *first* on."""
        from redoscope_core.chain.unread import Unread

        self.chain, self.first, self.count = chain, first, count
        self.unread = Unread(chain, first, count)

    def windows(self) -> Iterator[tuple[int, memoryview, list[Supplier]]]:
        """Yield (first sector, bytes, who supplies them), some at a time."""
        for sector, data, found in windows_around(self.chain, self.first, self.count):
            self.unread.add(found)
            sectors = len(data) // SECTOR
            yield sector, data, suppliers(self.chain, sector, sectors, found)


def _document(shown: _Shown) -> dict[str, object]:
    digits: list[str] = []
    areas: list[dict[str, object]] = []
    alone = shown.chain.asks_parent
    for sector, data, supplied in shown.windows():
        for area in supplied:
            begin = (area.start - sector) * SECTOR
            own = data[begin : begin + area.length * SECTOR].hex()
            own = "??" * (area.length * SECTOR) if area.is_lost else own
            # No digits stand for what the parent is asked for: each area has its own.
            asks = {"asks_parent": area.asks_parent, "hex": None if area.asks_parent else own}
            areas.append(area.document | asks if alone else area.document)
            digits.append(own)
    return {
        "start": shown.first,
        "count": shown.count,
        "hex": None if alone else "".join(digits),
        "areas": areas,
        "not_looked_at": unread_documents([shown.unread]),
    }


def _lines(shown: _Shown, rows: HexRows, *, plain: bool) -> Iterator[str]:
    """Yield the lines of a dump, some at a time."""
    told = ""
    for sector, data, supplied in shown.windows():
        if plain and not any(area.has_no_bytes for area in supplied):
            yield rows.of(sector * SECTOR, bytes(data))
            continue
        for area in supplied:
            line = _told(area)
            # A window may end inside an area, which then goes on in the next.
            if line != told or area.start > sector:
                rows.interrupted()
                yield "" if plain else line
                told = line
            begin = (area.start - sector) * SECTOR
            if area.asks_parent:
                yield rows.unknown(area.start * SECTOR, area.length * SECTOR)
            elif area.is_lost:
                yield rows.unreadable(area.start * SECTOR, area.length * SECTOR)
            else:
                own = bytes(data[begin : begin + area.length * SECTOR])
                yield rows.of(area.start * SECTOR, own)
    if shown.count:
        yield f"{(shown.first + shown.count) * SECTOR:012x}\n"


def _told(area: Supplier) -> str:
    """Return the line that says who supplies what follows it."""
    if area.asks_parent:
        return "# not stored in this link: it asks the parent\n"
    if area.is_lost:
        return f"# {printable(Path(area.link or 'the parent').name)}: can't be read\n"
    if area.link is None:
        return "# no link stores this: it reads as zeros\n"
    name = printable(Path(area.link).name)
    if area.file is None or area.offset is None:
        return f"# {name}: zeros\n"
    return f"# {name}: from byte {area.offset} of {printable(Path(area.file).name)} on\n"
