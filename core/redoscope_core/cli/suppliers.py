"""Who supplies sectors: the areas of a window with the names of their links and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.chain.around import Unreadable
    from redoscope_core.chain.chain import Chain

__all__ = ["Supplier", "suppliers"]


class Supplier(NamedTuple):
    """One area, as `map` tells it; for the few areas of a window, never for those of a disk."""

    start: int
    """Sector."""
    length: int
    """Sectors."""
    state: str
    depth: int
    """0 is the disk named; that of the base disk where no link decides, or of its lost parent."""
    link: str | None
    file: str | None
    """The file that holds it."""
    offset: int | None
    """Byte offset in that file; of a compressed grain, where the grain begins."""
    asks_parent: bool = False
    """Whether a parent that is left out would have to be asked."""

    @property
    def is_lost(self) -> bool:
        """Whether it can't be read."""
        from redoscope_core.areas.areas import State

        return self.state == State.UNREADABLE.word

    @property
    def has_no_bytes(self) -> bool:
        """Whether no byte of it is known here."""
        return self.asks_parent or self.is_lost

    @property
    def document(self) -> dict[str, object]:
        """The area as JSON."""
        told = self._asdict()
        del told["asks_parent"]  # nothing to tell where no parent is left out
        return told


def suppliers(
    chain: Chain, first: int, count: int, found: Sequence[Unreadable] = ()
) -> list[Supplier]:
    """Return who supplies *count* sectors from *first* on, in order.

    What was *found* to be unreadable when it was read is unreadable, whatever the tables say.
    """
    from redoscope_core.areas.areas import Areas, State
    from redoscope_core.areas.overlay import overlay

    stored = chain.stored.window(first, count)
    if found:
        start, sectors, link, _ = zip(*found, strict=True)
        stored = overlay([stored, Areas.of(start, sectors, State.UNREADABLE, link, -1)])
    areas = stored.complete(first, count)
    columns = (areas.start, areas.count, areas.state, areas.link, areas.file, areas.offset)
    top = len(chain.links) - 1
    return [
        Supplier(
            start,
            length,
            State(state).word,
            top + 1 if link < 0 and state == State.UNREADABLE else top - max(link, 0),
            None if link < 0 else str(chain.links[link].path),
            None if file < 0 else str(chain.links[link].files[file]),
            None if offset < 0 else offset,
            chain.asks_parent and state == State.ABSENT,
        )
        for start, length, state, link, file, offset in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]
