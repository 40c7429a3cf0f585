"""The command that tells which file has a sector: whose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.file_list import volume_document
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.places import COUNT, PLACE, sector_with, sectors_in
from redoscope_core.cli.printing import print_json, print_notes, say
from redoscope_core.cli.views import is_worth_telling, seen_words, view_named, with_view
from redoscope_core.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.attributing.former import FormerOwner
    from redoscope_core.operations.attributing.whose import SectorOwner

__all__ = ["whose"]

_MOST = 2**17
"""Sectors that are told of in a call: each is a line."""


@click.command()
@click.argument("disk", type=DISK)
@click.argument("places", type=PLACE, metavar="PLACE...", nargs=-1, required=True)
@click.option("--count", type=COUNT, default="1", help="Sectors from each place on.  [default: 1]")
@at_link
@with_view
@opening
@salvaging
@as_json
def whose(
    disk: Path,
    places: tuple[str, ...],
    count: str,
    at: str | None,
    view: str,
    json_output: bool,
) -> int:
    """Tell what sectors are for: which file, at which byte, or which structure of which volume.

    Of a sector that is free it tells whose it was in the newest older generation in which it was
    somebody's, and whether it has the bytes of then.

    PLACE is a sector (5376 or s5376), a byte (0x2a0000, 64K), a grain (g42), 50% or end. Exit
    status 1 if a file system that had to be parsed can't be.
    """
    import numpy as np

    from redoscope_core.operations.attributing.former import former_owners
    from redoscope_core.operations.attributing.indexing import Examined, examine
    from redoscope_core.operations.attributing.whose import whose as find_owners
    from redoscope_core.volumes.disk_volumes import disk_volumes

    policy = policy_of()
    with generation(disk, policy, at) as chain:
        asked = [
            (first := sector_with(each, chain), sectors_in(count, chain, first)) for each in places
        ]
        _refuse_many(chain, asked)
        sectors = np.concatenate(
            [np.arange(first, first + n, dtype=np.int64) for first, n in asked]
        )
        found = disk_volumes(chain)
        wanted = [(chain, each) for each in found.volumes]
        parsed = drive("parsing", examine(wanted, policy, view_named(view)))
        owners = find_owners(sectors, found.table_runs, parsed)
        steps = former_owners(chain, owners, policy, view_named(view))
        former = drive("looking at older generations", steps)
        if json_output:
            told = [_document(each, former.get(each.sector)) for each in owners]
            print_json(named(disk, chain) | {"view": view, "sectors": told})
        else:
            for each in owners:
                say(_line(each, former.get(each.sector)))
            _tell_views(owners)
    return 1 if any(each.volume and each.volume.state is Examined.FAILED for each in owners) else 0


def _refuse_many(chain: Chain, asked: Sequence[tuple[int, int]]) -> None:
    """Refuse runs (first, count) of sectors that leave the disk, or are too many to be told of."""
    for first, number in asked:
        chain.refuse_outside(first, number)
    total = sum(number for _, number in asked)
    if total > _MOST:
        raise InvalidArgument(
            "too many sectors to tell of one by one",
            path=chain.path,
            found=f"{total} sectors",
            expected=f"at most {_MOST}",
            cure="ask for fewer, or for what became of files by files-diff",
        )


def _tell_views(owners: Sequence[SectorOwner]) -> None:
    """Tell of each volume that has a sector how it was read, if its journal makes that matter."""
    for each in {id(owner.volume): owner.volume for owner in owners}.values():
        if each is not None and is_worth_telling(each):
            start = each.volume.start
            print_notes([f"the volume at sector {start} is told of{seen_words(each)}"])


def _document(each: SectorOwner, former: FormerOwner | None) -> dict[str, object]:
    return {
        "sector": each.sector,
        "class": each.kind.value,
        "volume": None if each.volume is None else volume_document(each.volume),
        "paths": list(each.paths),
        "number": each.number,
        "stream": each.stream,
        "offset": each.offset,
        "size": each.size,
        "structure": each.region,
        "units": None if each.units is None else list(each.units),
        "former": None
        if former is None
        else {
            "generation": former.generation,
            "paths": list(former.owner.paths),
            "number": former.owner.number,
            "stream": former.owner.stream,
            "offset": former.owner.offset,
            "size": former.owner.size,
            "same_bytes": former.same_bytes,
        },
    }


def _line(each: SectorOwner, former: FormerOwner | None) -> str:
    """Return what one line tells of a sector."""
    parts = [f"{each.sector} {each.kind.value}"]
    if each.volume is not None:
        number = "-" if each.volume.volume.number is None else each.volume.volume.number
        parts.append(f"volume {number} {each.volume.volume.holding.value}")
    if each.paths:
        parts.append(_place_in(each))
    elif each.region is not None:
        told = "" if each.units is None else f" {each.units[0]} to {each.units[1]}"
        parts.append(f"{each.region}{told}")
    if former is not None:
        bytes_now = {True: "with these bytes", False: "with other bytes", None: "bytes unknown"}
        then = f"in generation {former.generation}, {bytes_now[former.same_bytes]}"
        parts.append(f"was {_place_in(former.owner)} {then}")
    return ", ".join(parts)


def _place_in(each: SectorOwner) -> str:
    """Return at which byte of which file a sector is."""
    stream = f":{each.stream}" if each.stream else ""
    return f"{' = '.join(each.paths)}{stream} at byte {each.offset} of {each.size}"
