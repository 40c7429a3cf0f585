"""The command that shows sectors as hex and text: dump."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.generation import at_link, generation, link_alone, named
from redoscope_core.cli.hex_rows import HexRows
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of
from redoscope_core.cli.places import COUNT, PLACE, sector_at, sectors_in
from redoscope_core.cli.printing import print_json
from redoscope_core.cli.suppliers import Supplier, suppliers
from redoscope_core.cli.windows import refuse_outside, windows
from redoscope_core.errors import printable
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.chain.chain import Chain

__all__ = ["dump"]


@click.command()
@click.argument("disk", type=DISK)
@click.option(
    "--start",
    type=PLACE,
    default="0",
    show_default=True,
    help="First sector: 5376, s5376, 0x2a0000, 64K, g42, 50%, end.",
)
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
) -> None:
    """Show sectors as hex and text, and which link supplies them.

    Where another link supplies the bytes, a line that begins with # says which, and where
    they are in its file. Lines equal to the one before are one *, as in hexdump -C; the last
    line is the byte behind the end.
    """
    policy = policy_of()
    with generation(disk, policy, at, alone=alone) as chain:
        first = sector_at(start, chain)
        sectors = sectors_in(count, chain, first)
        refuse_outside(chain, first, sectors)
        if json_output:
            print_json(named(disk, chain) | _document(chain, first, sectors))
            return
        rows = HexRows(fold=not show_all)
        for lines in _lines(chain, first, sectors, rows, plain=plain):
            sys.stdout.write(lines)


def _document(chain: Chain, first: int, count: int) -> dict[str, object]:
    areas = suppliers(chain, first, count)
    told: dict[str, object] = {"start": first, "count": count, "hex": None}
    told["areas"] = [area.document for area in areas]
    if not chain.asks_parent:
        told["hex"] = chain.read(first, count).hex()
    else:
        # No digits stand for what the parent is asked for: each area has its own.
        told["areas"] = [
            area.document
            | {
                "asks_parent": area.asks_parent,
                "hex": None if area.asks_parent else chain.read(area.start, area.length).hex(),
            }
            for area in areas
        ]
    return told | {"not_looked_at": []}


def _lines(chain: Chain, first: int, count: int, rows: HexRows, *, plain: bool) -> Iterator[str]:
    """Yield the lines of a dump, some at a time."""
    told = ""
    for sector, data in windows(chain, first, count, fill=0):
        if plain and not chain.asks_parent:
            yield rows.of(sector * SECTOR, bytes(data))
            continue
        for area in suppliers(chain, sector, len(data) // SECTOR):
            line = _told(area)
            # A window may end inside an area, which then goes on in the next.
            if line != told or area.start > sector:
                rows.interrupted()
                yield "" if plain else line
                told = line
            if area.asks_parent:
                yield rows.unknown(area.start * SECTOR, area.length * SECTOR)
                continue
            begin = (area.start - sector) * SECTOR
            own = bytes(data[begin : begin + area.length * SECTOR])
            yield rows.of(area.start * SECTOR, own)
    if count:
        yield f"{(first + count) * SECTOR:012x}\n"


def _told(area: Supplier) -> str:
    """Return the line that says who supplies what follows it."""
    if area.asks_parent:
        return "# not stored in this link: it asks the parent\n"
    if area.link is None:
        return "# no link stores this: it reads as zeros\n"
    name = printable(Path(area.link).name)
    if area.file is None or area.offset is None:
        return f"# {name}: zeros\n"
    return f"# {name}: from byte {area.offset} of {printable(Path(area.file).name)} on\n"
