"""The command that tells the digest of a generation: hash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.choices import ALGORITHM
from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.places import COUNT, PLACE, sector_at, sectors_in
from redoscope_core.cli.printing import say
from redoscope_core.cli.several import for_each
from redoscope_core.cli.unread_text import tell_unread, unread_documents
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.examining.digest import Digest

__all__ = ["hash_disk"]


@click.command(name="hash")
@click.argument("disks", type=DISK, metavar="DISK...", nargs=-1, required=True)
@click.option(
    "--algorithm",
    type=ALGORITHM,
    default="sha256",
    show_default=True,
    help="How it is hashed.",
)
@click.option(
    "--start",
    type=PLACE,
    default=None,
    help="Only from this sector on: 5376, s5376, 0x2a0000, 64K, g42, 50%.",
)
@click.option(
    "--count",
    type=COUNT,
    default=None,
    help="Only so many sectors, or an amount as 64K or 0x8000.  [default: to the end]",
)
@at_link
@opening
@salvaging
@as_json
def hash_disk(
    disks: tuple[Path, ...],
    algorithm: str,
    start: str | None,
    count: str | None,
    at: str | None,
    json_output: bool,
) -> int:
    """Hash all bytes of a generation, or those of some sectors.

    With --salvage, if some of it can't be read, each part between has a digest of its own, the
    whole has none, and the exit status is 1; some sectors have a digest only if all can be read.
    """
    from redoscope_core.operations.examining.digest import digest

    policy = policy_of()

    def one(disk: Path) -> tuple[int, object]:
        with generation(disk, policy, at) as chain:
            if start is not None or count is not None:
                return 0, _some(disk, chain, algorithm, start or "0", count or "end", json_output)
            result = drive("hashing", digest(chain, algorithm))
            if not json_output:
                _print(result, disk)
            status = tell_unread(result.unread)
            return status, named(disk, chain) | {
                "path": str(disk),
                "algorithm": result.algorithm,
                "digest": result.hexadecimal,
                "bytes": result.bytes_hashed,
                "parts": [
                    {"start": part.start, "count": part.count, "digest": part.hexadecimal}
                    for part in result.parts
                ],
                "not_looked_at": unread_documents([result.unread]),
            }

    return for_each(disks, one, json_output=json_output)


def _some(
    disk: Path, chain: Chain, algorithm: str, start: str, count: str, quiet: bool
) -> dict[str, object]:
    """Hash some sectors, and return the document of it."""
    from redoscope_core.operations.examining.digest_selected import digest_selected

    first = sector_at(start, chain)
    sectors = sectors_in(count, chain, first)
    chain.refuse_outside(first, sectors)
    steps = digest_selected(chain, first * SECTOR, sectors * SECTOR, algorithm)
    digits = drive("hashing", steps).hexadecimal
    if not quiet:
        say(f"{digits}  {disk}, sectors {first} to {first + sectors - 1}")
    return named(disk, chain) | {
        "path": str(disk),
        "algorithm": algorithm,
        "digest": digits,
        "bytes": sectors * SECTOR,
        "parts": [{"start": first, "count": sectors, "digest": digits}],
        "not_looked_at": [],
    }


def _print(result: Digest, disk: Path) -> None:
    if result.hexadecimal is not None:
        say(f"{result.hexadecimal}  {disk}")
        return
    for part in result.parts:
        last = part.start + part.count - 1
        say(f"{part.hexadecimal}  {disk}, sectors {part.start} to {last}")
    say(f"redoscope: {disk} has no digest as a whole", err=True)
