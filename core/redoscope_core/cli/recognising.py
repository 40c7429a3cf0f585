"""The command that shows recognised structures: structures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import print_json, say
from redoscope_core.errors import printable
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.operations.examining.structures import Recognised

__all__ = ["structures"]


@click.command()
@click.argument("disk", type=DISK)
@click.option("--fields", is_flag=True, help="Print every field: its byte, name and value.")
@click.option(
    "--all", "everywhere", is_flag=True, help="Look at the begin of every stored sector too."
)
@at_link
@opening
@salvaging
@as_json
def structures(
    disk: Path, fields: bool, everywhere: bool, at: str | None, json_output: bool
) -> int:
    """List partition tables, boot sectors, superblocks and headers of disks in a disk.

    Each has its byte offset, its sector, the number of its partition and its kind. They are looked
    for where partitions have them; --all finds copies, lost file systems, and disks in files.
    Exit status 1 if nothing is recognised.
    """
    from redoscope_core.operations.examining.structures import find_structures, list_structures

    with generation(disk, policy_of(), at) as chain:
        if everywhere:
            found = drive("recognising", find_structures(chain, []))
        else:
            found = list_structures(chain)
        if json_output:
            print_json(named(disk, chain) | {"structures": [_document(each) for each in found]})
        else:
            _print(found, with_fields=fields)
    return 0 if found else 1


def _document(each: Recognised) -> dict[str, object]:
    sector = each.structure.offset // SECTOR
    return each.structure.document | {"sector": sector, "partition": each.partition}


def _print(found: tuple[Recognised, ...], *, with_fields: bool) -> None:
    for structure, partition in found:
        place = "-" if partition is None else partition
        offset = structure.offset
        say(f"{offset} {offset // SECTOR} {place} {structure.kind.value}")
        for field in structure.fields if with_fields else ():
            wrong = "  (does not fit)" if field.fits is False else ""
            text = printable(field.text)
            say(f"  {offset + field.offset} {field.name} = {text}{wrong}")
