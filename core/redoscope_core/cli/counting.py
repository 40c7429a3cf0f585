"""The command that counts byte values and tells the entropy: entropy."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, link_alone, named
from redoscope_core.cli.parameters import DISK, NUMBER, as_json, opening, policy_of, salvaging
from redoscope_core.cli.places import from_start, sector_at, sectors_in, to_end
from redoscope_core.cli.printing import print_json, say
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.operations.examining.byte_counts import ByteCounts

__all__ = ["entropy"]


@click.command()
@click.argument("disk", type=DISK)
@from_start
@to_end
@click.option("--blocks", type=NUMBER, default=32, show_default=True, help="Blocks at most.")
@link_alone
@at_link
@opening
@salvaging
@as_json
def entropy(
    disk: Path,
    start: str,
    count: str,
    blocks: int,
    alone: bool,
    at: str | None,
    json_output: bool,
) -> int:
    """Tell the entropy in bits a byte, of all and block by block.

    Near 8 bytes are packed or encrypted, texts have 4 to 5, zeros 0. --json tells too how often
    each of the 256 values occurs. With --link only what the one link stores is counted.
    """
    from redoscope_core.operations.examining.byte_counts import count_bytes

    with generation(disk, policy_of(), at, alone=alone) as chain:
        first = sector_at(start, chain)
        sectors = sectors_in(count, chain, first)
        chain.refuse_outside(first, sectors)
        steps = count_bytes(
            chain, first * SECTOR, sectors * SECTOR, blocks=blocks, stored_only=alone
        )
        found = drive("counting", steps)
        if json_output:
            print_json(named(disk, chain) | found.document())
        else:
            _print(found)
    return 0


def _print(found: ByteCounts) -> None:
    whole = found.whole_entropy
    say(f"{'-' if math.isnan(whole) else f'{whole:.4f}'} bits a byte, {found.counted} bytes")
    for index, value in enumerate(found.entropy.tolist()):
        told = "-" if math.isnan(value) else f"{value:.4f} {'#' * round(value * 5)}"
        say(f"{found.offset + index * found.block_bytes} {told}")
