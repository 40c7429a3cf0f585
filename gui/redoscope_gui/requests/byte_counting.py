"""Count the values of bytes, as a job."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import SECTOR, Progress
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import ByteCounts
    from redoscope_gui.requests.selected import Shown

__all__ = ["CountBytes"]


@dataclass(frozen=True, slots=True)
class CountBytes:
    """Count *length* bytes from *offset* on, or all to the end; it opens the chain for itself."""

    shown: Shown
    offset: int
    length: int | None
    stored_only: bool
    """Whether only what the one link stores is counted."""
    blocks: int

    def run(self) -> Generator[Progress, None, ByteCounts]:
        """Yield the progress in bytes; return what was counted.

        Raises:
            VmdkError: A sector can't be read.
        """
        shown, alone = self.shown, self.shown.alone or self.stored_only
        place = (shown.path, shown.generation, shown.policy, shown.joined)
        with own_chain(*place, alone=alone) as chain:
            length = chain.capacity * SECTOR - self.offset if self.length is None else self.length
            return (
                yield from core.count_bytes(
                    chain, self.offset, length, blocks=self.blocks, stored_only=alone
                )
            )
