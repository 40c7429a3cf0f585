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
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.examining.structures import Recognised
    from redoscope_core.structures.fields import Structure

__all__ = ["structures"]


@click.command()
@click.argument("disk", type=DISK)
@click.option("--fields", is_flag=True, help="Print every field: its byte, name and value.")
@click.option(
    "--all", "everywhere", is_flag=True, help="Look at the begin of every stored sector too."
)
@click.option(
    "--files", is_flag=True, help="The headers of the link's own files instead, byte by byte."
)
@at_link
@opening
@salvaging
@as_json
def structures(
    disk: Path, fields: bool, everywhere: bool, files: bool, at: str | None, json_output: bool
) -> int:
    """List partition tables, boot sectors, superblocks and headers of disks in a disk.

    Each has its byte offset, its sector, the number of its partition and its kind. They are looked
    for where partitions have them; --all finds copies, lost file systems, and disks in files.
    Exit status 1 if nothing is recognised.
    """
    if files and everywhere:
        raise click.UsageError("--files shows headers of files, --all sectors of the disk")
    from redoscope_core.operations.examining.structures import find_structures, list_structures

    with generation(disk, policy_of(), at) as chain:
        if files:
            return _tell_files(disk, chain, with_fields=fields, json_output=json_output)
        if everywhere:
            found = drive("recognising", find_structures(chain, []))
        else:
            found = list_structures(chain)
        if json_output:
            print_json(named(disk, chain) | {"structures": [_document(each) for each in found]})
        else:
            _print(found, with_fields=fields)
    return 0 if found else 1


def _tell_files(disk: Path, chain: Chain, *, with_fields: bool, json_output: bool) -> int:
    """Show the headers of the newest link's files."""
    from redoscope_core.operations.examining.file_headers import file_headers

    found = file_headers(chain.tip)
    if json_output:
        headers = [each.document | {"file": str(path)} for path, each in found]
        print_json(named(disk, chain) | {"headers": headers})
    else:
        for path, structure in found:
            say(f"{path.name} {structure.offset} {structure.kind.value}")
            _print_fields(structure, structure.offset if with_fields else None)
    return 0 if found else 1


def _document(each: Recognised) -> dict[str, object]:
    sector = each.structure.offset // SECTOR
    return each.structure.document | {"sector": sector, "partition": each.partition}


def _print(found: tuple[Recognised, ...], *, with_fields: bool) -> None:
    for structure, partition in found:
        place = "-" if partition is None else partition
        offset = structure.offset
        say(f"{offset} {offset // SECTOR} {place} {structure.kind.value}")
        _print_fields(structure, offset if with_fields else None)


def _print_fields(structure: Structure, offset: int | None) -> None:
    """Print the fields of *structure*, which begins at byte *offset*; none without one."""
    if offset is None:
        return
    for field in structure.fields:
        wrong = "  (does not fit)" if field.fits is False else ""
        say(f"  {offset + field.offset} {field.name} = {printable(field.text)}{wrong}")
