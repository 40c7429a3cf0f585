"""The generation that a reading command is asked for: a disk, as it reads at one of its links."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from redoscope_core.cli.printing import noted

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.chain import Chain

__all__ = ["at_link", "generation", "link_alone", "named", "picked"]

Command = TypeVar("Command", bound="Callable[..., object]")


def at_link(command: Command) -> Command:
    """Add ``--at`` to *command*, which takes it as *at*."""
    return click.option(
        "--at",
        default=None,
        metavar="LINK",
        help="The disk as it reads at this link: its generation (0 is the base disk), tip, base,"
        " its file's name or path.  [default: DISK itself]",
    )(command)


def link_alone(command: Command) -> Command:
    """Add ``--link`` to *command*, which takes it as *alone*."""
    return click.option(
        "--link",
        "alone",
        is_flag=True,
        help="Only what this one link stores; for the rest it asks the parent, which need not be"
        " there.",
    )(command)


@contextmanager
def generation(
    disk: Path, policy: Policy, at: str | None = None, *, older: bool = False, alone: bool = False
) -> Generator[Chain]:
    """Open *disk* and give its generation at the link named *at*; notes go to stderr.

    With *older* that *disk* is an older generation is one of them. With *alone* it is the one
    link without its parents; they are looked for only if *at* has to be found among them.

    Raises:
        InvalidArgument: No link of the chain, or more than one, is named so.
        VmdkError: The disk does not open.
    """
    from redoscope_core.chain.chain import Chain

    if alone and at is None:
        with Chain.open_alone(disk, policy=policy) as chain, noted(chain, older=older):
            yield chain
        return
    with Chain.open(disk, policy=policy) as chain, noted(chain, older=older):
        shown = picked(chain, at)
        yield shown.alone() if alone else shown


def picked(chain: Chain, at: str | None) -> Chain:
    """Return the generation of *chain* at the link named *at*, or *chain* itself."""
    from redoscope_core.chain.naming import link_index

    return chain if at is None else chain.up_to(link_index(chain, at))


def named(disk: Path, chain: Chain) -> dict[str, object]:
    """Return what every JSON document says first: the disk as named, and the link it is read at."""
    return {"disk": str(disk), "at": str(chain.path)}
