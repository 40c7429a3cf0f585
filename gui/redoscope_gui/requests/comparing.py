"""Compare two disks byte by byte, and write what differs into files."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import SECTOR, Progress
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import Chain, Comparison, Policy
    from redoscope_gui.maps.differences import Differences

__all__ = [
    "CompareGenerations",
    "FindDifference",
    "OpenOther",
    "SaveDocument",
    "SavePatch",
    "SoFar",
]

_OFTEN = 0.1
"""Seconds between two tellings of what was found so far."""
_RARELY = 10
"""A telling may take one in so many seconds."""


@dataclass(frozen=True, slots=True)
class OpenOther:
    """Open the disk as it reads at link *path*, to compare the chosen one with it."""

    path: Path
    policy: Policy

    def run(self) -> Chain:
        """Return it, open for reading.

        Raises:
            VmdkError: It does not open.
        """
        return core.Chain.open(self.path, access=core.Access.INSPECT, policy=self.policy)


@dataclass(slots=True, eq=False)
class SoFar:
    """What was found until now; filled by the engine thread, looked at by any."""

    found: Differences | None = None


@dataclass(frozen=True, slots=True)
class CompareGenerations:
    """Compare generation *a* with *b*, which is the disk as it reads at link *path*."""

    path: Path
    a: int
    b: int
    policy: Policy
    joined: tuple[Path, Path] | None = None
    """Child and parent that are attached for now only, if the generation holds that child."""
    other: Path | None = None
    """The link of another disk that A is the generation *a* of."""
    so_far: SoFar = field(default_factory=SoFar, compare=False)

    @contextmanager
    def pair(self) -> Generator[tuple[Chain, Chain]]:
        """Open both disks, A first, and close them again."""
        with own_chain(self.path, self.b, self.policy, self.joined) as newer:
            if self.other is None:
                yield newer.up_to(self.a), newer
                return
            with OpenOther(self.other, self.policy).run() as older:
                yield older, newer

    def run(self) -> Generator[Progress, None, Differences]:
        """Yield the progress in bytes; return what differs.

        Raises:
            VmdkError: A sector that matters can't be read.
        """
        from redoscope_gui.maps.differences import Differences  # noqa: PLC0415 - numpy

        with self.pair() as (older, newer):
            due = 0.0

            def heard(found: Callable[[], Comparison]) -> None:
                """Tell what was found: the first of it at once, the rest now and again."""
                nonlocal due
                begun = time.monotonic()
                if begun >= due:
                    self.so_far.found = Differences.of(older, newer, found())
                    due = begun + max(_OFTEN, _RARELY * (time.monotonic() - begun))

            found = yield from core.compare(older, newer, heard=heard)
            return Differences.of(older, newer, found)


@dataclass(frozen=True, slots=True)
class FindDifference:
    """Find where the next or the previous bytes begin that differ, from byte *offset* on."""

    older: Chain
    newer: Chain
    found: Differences
    offset: int
    forward: bool

    def run(self) -> int | None:
        """Return the offset of the first of them, or None if there are none that way.

        Raises:
            VmdkError: A sector can't be read.
        """
        sector: int | None = self.offset // SECTOR
        while sector is not None:
            begins = self._begins(sector)
            if self.forward:
                here = [each for each in begins if each > self.offset]
            else:
                here = [each for each in reversed(begins) if each < self.offset]
            if here:
                return here[0]
            sector = self.found.sector_beside(sector, self.forward)
        return None

    def _begins(self, sector: int) -> list[int]:
        """Return the offsets in a sector at which bytes begin to differ."""
        before = self._differs(sector - 1)[-1:] if sector else []
        edges = pairwise([*(before or [False]), *self._differs(sector)])
        return [sector * SECTOR + at for at, (was, now) in enumerate(edges) if now and not was]

    def _differs(self, sector: int) -> list[bool]:
        """Tell of each byte of a sector whether it differs."""
        one, other = (_sector(disk, sector) for disk in (self.older, self.newer))
        return [a != b for a, b in zip(one, other, strict=True)]


def _sector(disk: Chain, sector: int) -> bytes:
    """Return a sector; past the end of the disk it is zeros."""
    return disk.read(sector, 1) if sector < disk.capacity else bytes(SECTOR)


@dataclass(frozen=True, slots=True)
class SavePatch:
    """Write as *target* a patch that makes the raw image of A that of B, as they were compared."""

    compared: CompareGenerations
    found: Differences
    target: Path

    def run(self) -> Generator[Progress, None, int]:
        """Yield the progress in bytes; return the bytes of the patch.

        Raises:
            VmdkError: A sector can't be read, or the file can't be written.
        """
        with self.compared.pair() as (older, newer):
            steps = core.write_patch(self.target, older, newer, self.found.comparison, force=True)
            return (yield from steps)


@dataclass(frozen=True, slots=True)
class SaveDocument:
    """Save *data* as *target*, a file that the user named and whose replacing was allowed."""

    target: Path
    data: bytes

    def run(self) -> Path:
        """Return where it is.

        Raises:
            VmdkError: It is a disk or a piece of one, or it can't be written.
        """
        core.save_document(self.target, self.data, force=True)
        return self.target
