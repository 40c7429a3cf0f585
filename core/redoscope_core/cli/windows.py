"""Windows of a generation: its bytes, some at a time, for commands that hand them on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.chain.around import Unreadable
    from redoscope_core.chain.chain import Chain

__all__ = ["WINDOW", "refuse_asking", "windows", "windows_around"]

WINDOW = 2048
"""Sectors (1 MiB) moved at a time."""


def refuse_asking(chain: Chain, start: int, count: int) -> None:
    """Refuse sectors for which a parent would be asked that is left out, before any is read."""
    if chain.asks_parent:
        from redoscope_core.chain import alone

        alone.refuse_asking(chain.areas(start, count), chain.path)


def windows(
    chain: Chain, start: int, count: int, *, fill: int | None = None
) -> Iterator[tuple[int, memoryview]]:
    """Yield (first sector, bytes) of *count* sectors from *start* on; the bytes are reused.

    The byte *fill* stands for what a parent that is left out would be asked for.
    """
    for sector, data in _empty(start, count):
        chain.read_into(data, sector, fill=fill)
        yield sector, data


def windows_around(
    chain: Chain, start: int, count: int
) -> Iterator[tuple[int, memoryview, list[Unreadable]]]:
    """Yield the same, with what came to light to be unreadable, if *chain* salvages.

    Bytes of what can't be read, or what a parent would be asked for, mean nothing.
    """
    from redoscope_core.chain.around import read_around

    if not chain.salvages:
        yield from ((sector, data, []) for sector, data in windows(chain, start, count, fill=0))
        return
    for sector, data in _empty(start, count):
        yield sector, data, read_around(chain, data, sector, absent=0)


def _empty(start: int, count: int) -> Iterator[tuple[int, memoryview]]:
    buffer = memoryview(bytearray(WINDOW * SECTOR))
    for sector in range(start, start + count, WINDOW):
        yield sector, buffer[: min(WINDOW, start + count - sector) * SECTOR]
