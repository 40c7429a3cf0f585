"""Parse: have a volume parsed in a process of its own, whatever becomes of that process."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from enum import Enum
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from redoscope_core.errors import CorruptVolume
from redoscope_core.files.nameless import nameless
from redoscope_core.volumes.frames import MOST_BYTES, read_index
from redoscope_core.volumes.holding import Holding

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from redoscope_core.volumes.index import VolumeIndex
    from redoscope_core.volumes.parsing.request import Request

__all__ = ["PARSED", "ParserFailed", "WhyFailed", "parse"]

PARSED = frozenset(
    {
        *(Holding.EXT2, Holding.EXT3, Holding.EXT4, Holding.NTFS, Holding.EXFAT),
        *(Holding.FAT12, Holding.FAT16, Holding.FAT32, Holding.HFS, Holding.ISO9660),
        Holding.XFS,
    }
)
"""What a volume has to hold to be parsed."""
_WORKER = (sys.executable, "-P", "-m", "redoscope_core.volumes.parsing.worker")
_MOMENT = 0.01
"""Seconds that a step waits at most."""
_AT_ONCE = 2**23
"""Bytes that a step takes at most."""
_CPU_SIGNAL = 24
"""SIGXCPU: the processor time is used up."""


class WhyFailed(Enum):
    """Why a parser has no answer; the value is its word for programs."""

    CRASHED = "crashed"
    TIME = "time"
    """It took longer, or more of a processor, than it may."""
    MEMORY = "memory"
    DAMAGED = "damaged"
    """The file system contradicts itself, or is none."""
    UNREADABLE = "unreadable"
    """Sectors of it can't be read."""
    LIED = "lied"
    """What it handed back is no index of this volume."""


class ParserFailed(NamedTuple):
    """Why there is no index of a volume."""

    why: WhyFailed
    detail: str = ""
    """What the parser said of it, if anything."""


def parse(
    request: Request, *, patience: float = 600, command: Sequence[str] = _WORKER
) -> Generator[None, None, VolumeIndex | ParserFailed]:
    """Have the volume of *request* parsed, and yield while that goes on.

    No longer than *patience* seconds. Closing the generator ends the process.
    """
    environment = {
        **os.environ,
        # FAT knows no zones; threads of a library that has nothing to multiply need addresses.
        "TZ": "UTC",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    with nameless() as question, nameless() as answer:
        question.write(request.as_text().encode())
        question.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        ) as process:
            try:
                failed = yield from _gathered(process, answer, time.monotonic() + patience)
            finally:
                process.kill()
        answer.seek(0)
        return failed or _told(process.returncode, answer, request.sectors)


def _gathered(
    process: subprocess.Popen[bytes], answer: IO[bytes], until: float
) -> Generator[None, None, ParserFailed | None]:
    """Put what *process* says into *answer*; return why that was given up, if it was."""
    pipe = cast("IO[bytes]", process.stdout).fileno()  # it was asked for
    total = 0
    data: bytes | None = None
    while data != b"":
        # All that is there is taken at once: who writes it waits for us.
        data, taken = _some(pipe, _MOMENT), 0
        while data:
            taken += len(data)
            answer.write(data)
            data = _some(pipe, 0) if taken < _AT_ONCE else None
        total += taken
        if total > MOST_BYTES:
            return ParserFailed(WhyFailed.LIED)
        if time.monotonic() > until:
            return ParserFailed(WhyFailed.TIME)
        yield
    while not _has_ended(process):
        if time.monotonic() > until:
            return ParserFailed(WhyFailed.TIME)
        yield
    return None


def _some(pipe: int, wait: float) -> bytes | None:
    """Return what there is to read; nothing at its end, None if nothing comes in *wait* seconds."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        return os.read(pipe, 2**20) if waiting.select(wait) else None


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether *process* is over, or soon will be."""
    try:
        process.wait(_MOMENT)
    except subprocess.TimeoutExpired:
        return False
    return True


def _told(status: int, answer: IO[bytes], sectors: int) -> VolumeIndex | ParserFailed:
    if status == -_CPU_SIGNAL:
        return ParserFailed(WhyFailed.TIME)
    if status:
        return ParserFailed(WhyFailed.CRASHED, f"status {status}")
    try:
        found = read_index(answer, sectors)
    except CorruptVolume as error:
        return ParserFailed(WhyFailed.LIED, error.facts)
    if not isinstance(found, tuple):
        return found
    known = {each.value: each for each in WhyFailed}
    return ParserFailed(known.get(found[0], WhyFailed.LIED), found[1])
