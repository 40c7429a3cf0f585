"""The rows of the table of hazards: each makes its disk, and says what must come of it.

A row is refused with an error that names file, place and value; or it opens, tells what is
odd in a note, and gives the right bytes; or only some of its sectors can't be read.
"""

from __future__ import annotations

import time
import tracemalloc
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, Policy, VmdkError
from tests.core.outcomes import is_one_line
from tests.core.said import said
from tests.judges import handmade

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["Hazard", "bounded", "check", "text_disk"]

SECTOR = 512
PATIENCE = 1.0
"""Seconds of the processor a row may take; one that waits for ever meets pytest's own end."""
ROOM = 200 * 2**20
"""Bytes of memory a row may take."""
CLEAR, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Hazard:
    """One row: how the disk is made, and what must come of reading all of it."""

    make: Callable[[Path], Path]
    """Makes the disk in a folder and returns its path."""
    error: type[VmdkError] | None = None
    """The error of opening or, with *sector*, of reading that sector."""
    words: str = ""
    """A part of the error's line, or of the note."""
    offset: int | None = None
    """The byte offset that the error names."""
    found: str = ""
    """A part of the value that the error names."""
    sector: int | None = None
    """The one sector whose reading fails, while others can be read."""
    expected: bytes | None = field(default=None, repr=False)
    """What is read where there is no error."""
    policy: Policy = field(default_factory=Policy)


def text_disk(*lines: str, more: tuple[str, ...] = (), size: int = 2048) -> Callable[[Path], Path]:
    """Write a descriptor of extent *lines* beside flat.bin of *size* sectors of f."""

    def make(folder: Path) -> Path:
        (folder / "flat.bin").write_bytes(b"f" * size * SECTOR)
        path = folder / "disk.vmdk"
        text = handmade.descriptor_text(lines, kind="custom", more=more)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return path

    return make


@contextmanager
def bounded(*, traced: bool = False) -> Generator[None]:
    """Give a block less than a second and 200 MiB.

    *traced*, what Python allocates is counted, which takes its time; otherwise what the
    system says that the process has grown by, where it says so.
    """
    if traced:
        tracemalloc.start()
    before = resident(forget_peak=True)
    start = time.process_time()
    try:
        yield
        taken = time.process_time() - start
        grown = tracemalloc.get_traced_memory()[1] if traced else resident() - before
    finally:
        if traced:
            tracemalloc.stop()
    assert traced or taken < PATIENCE
    assert grown < ROOM


def resident(*, forget_peak: bool = False) -> int:
    """Return the most bytes of memory this process has had since the peak was last forgotten.

    Where the system does not tell (it is Linux that does), that is 0.
    """
    try:
        if forget_peak:
            CLEAR.write_text("5")
        words = STATUS.read_text().split()
        return int(words[words.index("VmHWM:") + 1]) * 1024
    except (OSError, ValueError):
        return 0


def check(hazard: Hazard, folder: Path) -> None:
    """Make the disk of *hazard* and compare what comes of it with what must, twice."""
    path = hazard.make(folder)
    for traced in (False, True):
        with bounded(traced=traced):
            answer(hazard, path)


def answer(hazard: Hazard, path: Path) -> None:
    """Open and read the disk at *path*, and compare what comes of it."""
    if hazard.error is not None and hazard.sector is None:
        with pytest.raises(hazard.error) as caught:
            read_whole(path, hazard.policy)
        judge(hazard, caught.value)
        return
    with Chain.open(path, policy=hazard.policy) as chain:
        if hazard.error is not None and hazard.sector is not None:
            with pytest.raises(hazard.error) as caught:
                chain.read(hazard.sector, 1)
            judge(hazard, caught.value)
            if hazard.expected is not None:
                read_others(chain, hazard.sector, hazard.expected)
            return
        assert chain.read(0, chain.capacity) == hazard.expected
        assert any(hazard.words in note for note in said(chain)) or not hazard.words, said(chain)


def read_others(chain: Chain, bad: int, expected: bytes) -> None:
    """Read a sector of every grain but that of *bad*."""
    for sector in range(0, chain.capacity, 128):
        if sector != bad:
            assert chain.read(sector, 1) == expected[sector * SECTOR :][:SECTOR]


def read_whole(path: Path, policy: Policy) -> bytes:
    """Open the disk at *path* and read all of it."""
    with Chain.open(path, policy=policy) as chain:
        return chain.read(0, chain.capacity)


def judge(hazard: Hazard, error: VmdkError) -> None:
    """Compare *error* with what *hazard* says of it."""
    assert is_one_line(error)
    assert error.path is not None
    assert hazard.words in str(error), error
    assert hazard.offset is None or error.offset == hazard.offset, error
    assert hazard.found in str(error.found), error
