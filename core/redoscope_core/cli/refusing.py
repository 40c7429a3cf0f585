"""What a command that describes says of sectors that can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from redoscope_core.cli.printing import say

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain
    from redoscope_core.errors import VmdkError

__all__ = ["first_damage", "refuse_damage"]


def refuse_damage(chain: Chain) -> int:
    """Tell what of *chain* can't be read, on stderr, and return the exit status.

    Where it salvages that is of the disk as it reads; else the first damage of any link is told.
    """
    if chain.salvages:
        from redoscope_core.chain.unread import Unread
        from redoscope_core.cli.unread_text import tell_unread

        return tell_unread(Unread(chain))
    error = first_damage(chain)
    if error is None:
        return 0
    from redoscope_core.cli.failure import failure_of

    failure = failure_of(error, click.get_current_context().command)
    say(f"redoscope: {failure.line}", err=True)
    return failure.status


def first_damage(chain: Chain) -> VmdkError | None:
    """Return the first damage that the tables of any link of *chain* tell; None if there is none.

    Of a chain that salvages there is none either.
    """
    from redoscope_core.areas.areas import State

    if chain.salvages:
        return None
    for index, link in enumerate(chain.links):
        if link.is_damaged:
            stored = link.stored
            first = int(stored.start[stored.state == State.UNREADABLE][0])
            return chain.with_way_out(chain.unreadable(index, first))
    return None
