"""The command that tells what each link adds to a chain: growth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging, with_heads
from redoscope_core.cli.printing import human_size, print_json, say
from redoscope_core.format.units import SECTOR
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.examining.growth import Growth

__all__ = ["growth"]

_WIDTH = 11
"""Characters of a size: `1023.9 KiB`, and a gap."""


@click.command()
@click.argument("disk", type=DISK)
@click.option(
    "--identical",
    is_flag=True,
    help="Read what each link has, and tell how much of it reads as without that link.",
)
@at_link
@with_heads
@opening
@salvaging
@as_json
def growth(disk: Path, identical: bool, at: str | None, heads: bool, json_output: bool) -> int:
    """Tell what each link adds to a chain, base disk first.

    What it stores; how much of what it has no other link has anything at; how much newer links
    decide instead; what it marks as zeros. Only tables are read, unless with --identical. --json
    tells it in sectors.
    """
    from redoscope_core.chain.unread import Unread
    from redoscope_core.cli.refusing import first_damage
    from redoscope_core.cli.unread_text import tell_unread, unread_documents
    from redoscope_core.operations.examining.growth import growth as measure
    from redoscope_core.operations.examining.growth import identical_sectors

    with generation(disk, policy_of(), at) as chain:
        damage = first_damage(chain)
        if damage is not None:
            raise damage
        found, unread = measure(chain), Unread.of_links(chain)
        same = drive("comparing", identical_sectors(chain, unread)) if identical else None
        if json_output:
            unseen = [] if identical else [{"what": "grain-bytes"}]
            links = _documents(chain, found, same)
            lost = [*unseen, *unread_documents([unread])]
            print_json(named(disk, chain) | {"links": links, "not_looked_at": lost})
        else:
            _print(chain, found, same, heads=heads)
        return tell_unread(unread)


def _documents(
    chain: Chain, found: Sequence[Growth], same: Sequence[int] | None
) -> list[dict[str, object]]:
    return [
        {
            "generation": index,
            "path": str(link.path),
            "stored_sectors": each.stored,
            "alone_sectors": each.alone,
            "shadowed_sectors": each.shadowed,
            "zero_sectors": each.zero,
            "identical_sectors": None if same is None else same[index],
        }
        for index, (link, each) in enumerate(zip(chain.links, found, strict=True))
    ]


def _print(
    chain: Chain, found: Sequence[Growth], same: Sequence[int] | None, *, heads: bool
) -> None:
    if heads:
        names = ["stored", "alone", "shadowed", "zeros", *([] if same is None else ["identical"])]
        say(f"generation{''.join(name.rjust(_WIDTH) for name in names)}  link")
    for index, (link, each) in enumerate(zip(chain.links, found, strict=True)):
        figures = [each.stored, each.alone, each.shadowed, each.zero]
        figures += [] if same is None else [same[index]]
        told = "".join(human_size(sectors * SECTOR).rjust(_WIDTH) for sectors in figures)
        say(f"{index:>10}{told}  {link.path.name}")
    stored = human_size(sum(each.stored for each in found) * SECTOR)
    shadowed = human_size(sum(each.shadowed for each in found) * SECTOR)
    links = counted(len(found), "link")
    unchanged = "" if same is None else f", {human_size(sum(same) * SECTOR)} changes no byte"
    say(f"{links}, {stored} stored, {shadowed} shadowed by newer ones{unchanged}")
