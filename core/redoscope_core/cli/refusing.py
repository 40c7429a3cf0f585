"""What a command that describes says of sectors that can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.cli.printing import say

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["refuse_damage"]


def refuse_damage(chain: Chain) -> int:
    """Tell what of any link of *chain* can't be read, on stderr, and return the exit status."""
    from redoscope_core.areas.areas import State

    for index, link in enumerate(chain.links):
        if link.is_damaged:
            stored = link.stored
            first = int(stored.start[stored.state == State.UNREADABLE][0])
            say(f"redoscope: {chain.unreadable(index, first)}", err=True)
            return 2
    return 0
