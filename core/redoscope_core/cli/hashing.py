"""The command that tells the digest of a generation: hash."""

from __future__ import annotations

from pathlib import Path

import click

from redoscope_core.cli.choices import ALGORITHM
from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of
from redoscope_core.cli.printing import say
from redoscope_core.cli.several import for_each

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
@at_link
@opening
@as_json
def hash_disk(
    disks: tuple[Path, ...],
    algorithm: str,
    at: str | None,
    json_output: bool,
) -> int:
    """Hash all bytes of a generation."""
    from redoscope_core.operations.examining.digest import digest

    policy = policy_of()

    def one(disk: Path) -> tuple[int, object]:
        with generation(disk, policy, at) as chain:
            result = drive("hashing", digest(chain, algorithm))
            document = named(disk, chain)
        if not json_output:
            say(f"{result.hexadecimal}  {disk}")
        return 0, document | {
            "path": str(disk),
            "algorithm": result.algorithm,
            "digest": result.hexadecimal,
            "bytes": result.bytes_hashed,
            "not_looked_at": [],
        }

    return for_each(disks, one, json_output=json_output)
