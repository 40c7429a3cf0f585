"""The volumes of a disk that a command is asked for: `--volume`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from redoscope_core.cli.parameters import NUMBER
from redoscope_core.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Callable

    from redoscope_core.chain.chain import Chain
    from redoscope_core.volumes.disk_volumes import DiskVolume

__all__ = ["chosen_volumes", "with_volume"]

Command = TypeVar("Command", bound="Callable[..., object]")


def with_volume(command: Command) -> Command:
    """Add ``--volume`` to *command*, which takes it as *volume*."""
    return click.option(
        "--volume",
        type=NUMBER,
        default=None,
        metavar="N",
        help="Only the partition that has this number in what `volumes` lists.  [default: all]",
    )(command)


def chosen_volumes(chain: Chain, number: int | None) -> list[DiskVolume]:
    """Return the volumes of *chain*, or the one that has the *number*.

    Raises:
        InvalidArgument: There is none.
    """
    from redoscope_core.volumes.disk_volumes import disk_volumes

    found = disk_volumes(chain).volumes
    chosen = [each for each in found if number in {None, each.number}]
    if number is not None and not chosen:
        known = [str(each.number) for each in found if each.number is not None]
        raise InvalidArgument(
            "no volume has this number",
            path=chain.path,
            found=number,
            expected=f"one of {', '.join(known)}" if known else "no number: there is no partition",
            cure="`volumes` lists them",
        )
    return chosen
