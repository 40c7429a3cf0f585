"""The command that explains how a sector is found: owner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.generation import at_link, generation, link_alone, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.places import PLACE, sector_with
from redoscope_core.cli.printing import print_json, say
from redoscope_core.explanations import explained

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain
    from redoscope_core.extents.lookup import Lookup, LookupStep

__all__ = ["owner"]


@click.command()
@click.argument("disk", type=DISK)
@click.argument("place", type=PLACE, metavar="PLACE")
@link_alone
@at_link
@opening
@salvaging
@as_json
def owner(
    disk: Path,
    place: str,
    alone: bool,
    at: str | None,
    json_output: bool,
) -> int:
    """Explain how a sector is found, link by link.

    PLACE is a sector (5376 or s5376), a byte (0x2a0000, 64K, 1.5G), a grain (g42), 50%, end,
    or a sum of them (g42+s3). Of a byte inside a sector, the sector that holds it is meant.
    """
    from redoscope_core.areas.areas import State

    policy = policy_of()
    with generation(disk, policy, at, alone=alone) as chain:
        sector = sector_with(place, chain)
        found = chain.owner(sector)
        if json_output:
            print_json(named(disk, chain) | _lookup_document(chain, found))
        else:
            _print_lookup(chain, found)
        if found.state is not State.UNREADABLE:
            return 0
        if not chain.salvages:
            raise chain.with_way_out(chain.unreadable(found.steps[-1].link_index, sector))
    return 1


def _lookup_document(chain: Chain, found: Lookup) -> dict[str, object]:
    from redoscope_core.areas.areas import State

    asks = {"asks_parent": found.state is State.ABSENT} if chain.asks_parent else {}
    return {
        "sector": found.sector,
        "state": found.state.word,
        "depth": found.depth,
        "link": None if found.link_index is None else str(chain.links[found.link_index].path),
        "path": None if found.path is None else str(found.path),
        "offset": found.offset,
        **asks,
        "steps": [_step_document(step, len(chain.links)) for step in found.steps],
        "not_looked_at": [],
    }


def _step_document(step: LookupStep, links: int) -> dict[str, object]:
    return {
        "depth": links - 1 - step.link_index,
        "link": str(step.link_path),
        "file": None if step.file is None else str(step.file),
        "kind": step.kind,
        "state": step.state.word,
        "verdict": explained(step),
        "gd_index": step.directory_index,
        "gde": step.directory_entry,
        "gt_sector": step.table_sector,
        "gte_index": step.table_index,
        "gte": step.table_entry,
        "gte_offset": step.entry_offset,
        "offset": step.data_offset,
    }


def _print_lookup(chain: Chain, found: Lookup) -> None:
    from redoscope_core.areas.areas import State

    say(f"sector {found.sector}:")
    for step in found.steps:
        say(f"  {step.link_path.name}")
        if step.directory_index is not None:
            say(f"    grain directory entry {step.directory_index} is {step.directory_entry}")
        if step.entry_offset is not None:
            say(
                f"    grain table at sector {step.table_sector}, entry {step.table_index}"
                f" (byte {step.entry_offset} of {step.file}) is {step.table_entry}"
            )
        say(f"    {explained(step)}")
    if found.state is State.DATA:
        say(f"so it is byte {found.offset} of {found.path}")
    elif found.state is State.ABSENT and chain.asks_parent:
        say("so this link alone does not tell: it asks the parent")
    elif found.state is State.ABSENT:
        say("so no link stores it: it reads as zeros")
    elif found.state is State.ZERO:
        say("so it reads as zeros")
    else:
        say("so it can't be read")
