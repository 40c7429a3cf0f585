"""The command that lists the volumes of a disk: volumes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging, with_heads
from redoscope_core.cli.printing import print_json, say
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.operations.attributing.volumes import VolumesFound
    from redoscope_core.structures.fields import Structure
    from redoscope_core.structures.partitions import Partition

__all__ = ["volumes"]


@click.command()
@click.argument("disk", type=DISK)
@at_link
@with_heads
@opening
@salvaging
@as_json
def volumes(disk: Path, at: str | None, heads: bool, json_output: bool) -> int:
    """List the partitions of a disk and what each holds: a file system, a container, swap.

    By MBR and extended partitions, or GPT (its copy where the first is lost); a disk that is not
    parted is one volume. Logical volumes of LVM2 that are in one piece are volumes, too. Of what is
    not known the entropy of the first MiB is told: 8 bits a byte look like noise. Exit status 1 if
    there is no volume.
    """
    from redoscope_core.operations.attributing.volumes import list_volumes

    with generation(disk, policy_of(), at) as chain:
        found = list_volumes(chain)
        if json_output:
            print_json(named(disk, chain) | _document(found))
        else:
            _print(found, heads=heads)
    return 0 if found.disk.volumes else 1


def _document(found: VolumesFound) -> dict[str, object]:
    pairs = zip(found.disk.volumes, found.entropy, strict=True)
    told = found.disk.parted
    return {
        "table": told.kind.value,
        "tables": [_table_document(each) for each in told.tables],
        "volumes": [
            {
                "number": each.number,
                "name": each.name or None,
                "start_sector": each.start,
                "sectors": each.sectors,
                "file_system": each.holding.value,
                "encrypted": each.holding.is_encrypted,
                "entropy": entropy,
            }
            for each, entropy in pairs
        ],
        "scattered": list(found.disk.scattered),
        "passed_over": [_partition_document(each) for each in told.others],
    }


def _table_document(table: Structure) -> dict[str, object]:
    sectors = -(-table.length // SECTOR)
    sums = [field.fits for field in table.fields if field.fits is not None]
    return {
        "kind": table.kind.value,
        "sector": table.offset // SECTOR,
        "sectors": sectors,
        "fits": all(sums) if sums else None,
    }


def _partition_document(each: Partition) -> dict[str, object]:
    return {"number": each.number, "start_sector": each.start, "sectors": each.count}


def _print(found: VolumesFound, *, heads: bool) -> None:
    if heads and found.disk.volumes:
        say("number start_sector sectors holds")
    for each, entropy in zip(found.disk.volumes, found.entropy, strict=True):
        number = "-" if each.number is None else each.number
        more = "" if entropy is None else f" (entropy {entropy})"
        more = " (encrypted)" if each.holding.is_encrypted else more
        more += f" ({each.name})" if each.name else ""
        say(f"{number} {each.start} {each.sectors} {each.holding.value}{more}")
    for name, lies in zip(found.disk.scattered, found.disk.lies, strict=True):
        say(f"logical volume {name} is {lies}: not looked into", err=True)
    for table in found.disk.parted.tables:
        if any(field.fits is False for field in table.fields):
            where = table.offset // SECTOR
            say(f"the checksum of the {table.kind.value} at sector {where} does not fit", err=True)
    for other in found.disk.parted.others:
        told = f"sectors {other.start} to {other.start + other.count - 1}"
        say(f"partition {other.number}, {told}, is in a table that is passed over", err=True)
