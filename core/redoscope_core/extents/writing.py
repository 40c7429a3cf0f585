"""Writing: what the writer of an extent answers, of whatever kind the extent is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.areas.landing import Landing

__all__ = ["ExtentWriter", "ReadBelow"]


class ReadBelow(Protocol):
    """Gives the sectors of the extent as they are without this link."""

    def __call__(self, buffer: memoryview, sector: int) -> None:
        """Fill *buffer* from *sector* of the extent on, with zeros where nothing is."""


class ExtentWriter(Protocol):
    """The one writer of an extent. Sectors count from the extent's first.

    Nothing is changed before `begin`; what was written is durable after `flush`.
    """

    def begin(self) -> None:
        """Mark the extent as open for writing, durably; once."""

    def rehearse(self, sector: int, count: int) -> None:
        """Raise what writing there would raise, before anything is changed."""

    def write(self, sector: int, data: memoryview) -> None:
        """Write *data*, whole sectors, from *sector* on.

        Raises:
            DiskFull: There is no room.
        """

    def write_zeros(self, sector: int, count: int) -> None:
        """Make *count* sectors from *sector* on read as zeros; raises as `write` does."""

    def land(self, start: NDArray[np.int64], count: NDArray[np.int64]) -> Landing:
        """Say where ascending runs of sectors are to be put, and keep room for them.

        Whoever puts the bytes there calls `settle` then, or `abandon` if that failed. What
        has no place in the answer is for `write`, after settling.

        Raises:
            DiskFull: There is no room.
        """

    def settle(self) -> None:
        """Let what was put where `land` said be found."""

    def abandon(self) -> None:
        """Take back what `land` gave."""

    def flush(self) -> None:
        """Make all writes durable, and visible to a fresh reading of the extent."""

    def take_changed(self) -> tuple[Areas, ...] | None:
        """Return the areas (link 0, file 0) that the flushes since the last time made, in order.

        A later one lies over those before. None if they are too many: the extent tells them.
        """

    def finish(self) -> None:
        """Flush and mark the extent as closed."""
