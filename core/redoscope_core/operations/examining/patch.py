"""A patch: a file that makes the raw image of one disk that of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.chain.outputs import chosen_output
from redoscope_core.files.new_file import NewFiles
from redoscope_core.format.units import SECTOR
from redoscope_core.format.vcdiff import HEADER, WINDOW_BYTES, window_of
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.examining.compare import Comparison

__all__ = ["write_patch"]

_WINDOW = WINDOW_BYTES // SECTOR


def write_patch(
    path: Path, old: Chain, new: Chain, comparison: Comparison, *, force: bool = False
) -> Generator[Progress, None, int]:
    """Write as *path* a VCDIFF patch that makes the raw image of *old* that of *new*.

    *comparison* is what `compare` returned for the two. Returns the bytes of the patch; it appears
    whole or not at all.

    Raises:
        AlreadyExists: The name is taken, and *force* does not say that it may be replaced.
        FileRefused: It is a disk, a piece of one, or nothing that a file could replace.
        CorruptVmdk: A sector can't be read, or could not be when the two were compared.
    """
    _refuse_partial(comparison)
    target = chosen_output(path, force=force, chains=(old, new))
    lengthened = max(0, new.capacity - old.capacity)
    total = (int(comparison.count[comparison.start < old.capacity].sum()) + lengthened) * SECTOR
    done = 0
    with NewFiles([target], replace=force) as (file,):
        file.write_at(0, HEADER)
        written = len(HEADER)
        for first in range(0, new.capacity, _WINDOW):
            count = min(_WINDOW, new.capacity - first)
            runs = [
                (start * SECTOR, new.read(start, length))
                for start, length in _inside(old, comparison, first, first + count)
            ]
            window = window_of(first * SECTOR, count * SECTOR, old.capacity * SECTOR, runs)
            file.write_at(written, window)
            written += len(window)
            done += sum(len(data) for _, data in runs)
            yield Progress(min(done, total), total, "writing the patch")
    return written


def _refuse_partial(comparison: Comparison) -> None:
    """Raise why not all was compared, if so: a patch of the rest would make another disk."""
    if comparison.stopped is not None:
        raise comparison.stopped
    for unread in comparison.unread:
        for area in unread.areas():
            raise area.error


def _inside(old: Chain, comparison: Comparison, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (sector, sectors) of what is new from *first* to *end*; what *old* lacks is new."""
    held = max(first, min(end, old.capacity))
    begin, stop = comparison.start, comparison.start + comparison.count
    low = int(np.searchsorted(stop, first, "right"))
    high = int(np.searchsorted(begin, held, "left"))
    for start, over in zip(begin[low:high].tolist(), stop[low:high].tolist(), strict=True):
        start, over = max(start, first), min(over, held)  # noqa: PLW2901  cut to the window
        yield start, over - start
    if held < end:
        yield held, end - held
