"""Read what a file is in two generations, and hold one against the other."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import ContentRead, FileMoment
    from redoscope_gui.requests.selected import Shown
    from redoscope_gui.two_states import Beside

__all__ = ["ReadStates", "StatesRead"]

_MOST = 2**23
"""Bytes of each state that are looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class StatesRead:
    """A file in two generations."""

    older: ContentRead | None
    """None where it is not there."""
    newer: ContentRead | None
    beside: Beside | None
    """Both side by side; None if one of them is there and can't be read."""

    @property
    def is_cut(self) -> bool:
        """Whether only the first bytes are looked at."""
        states = (each for each in (self.older, self.newer) if each is not None)
        return any(each.why is None and len(each.data) < each.size for each in states)


@dataclass(frozen=True, slots=True, eq=False)
class ReadStates:
    """Read the file of which *older* and *newer* are moments, in the chain of *shown*."""

    shown: Shown
    older: FileMoment
    newer: FileMoment
    most: int = _MOST

    def run(self) -> Generator[Progress, None, StatesRead]:
        """Yield the progress; return both.

        Raises:
            VmdkError: The chain does not open.
        """
        shown = self.shown
        with own_chain(shown.path, shown.generation, shown.policy, shown.joined) as chain:
            older = yield from core.read_content(chain, self.older, most=self.most)
            newer = yield from core.read_content(chain, self.newer, most=self.most)
        if any(each is not None and each.why is not None for each in (older, newer)):
            return StatesRead(older, newer, None)
        from redoscope_gui.two_states import beside  # noqa: PLC0415 - numpy when it is needed

        data = [b"" if each is None else each.data for each in (older, newer)]
        yield Progress(0, 0, "comparing")
        return StatesRead(older, newer, beside(data[0], data[1]))
