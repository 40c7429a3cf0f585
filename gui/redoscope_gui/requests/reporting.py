"""Report what changed between two generations: into a folder, or to look at before."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import redoscope_core as core
from redoscope_core import Progress, ReportHead, code
from redoscope_gui.printing.asked import QtPrinter
from redoscope_gui.requests.coded import opening_of
from redoscope_gui.requests.comparing import CompareGenerations

if TYPE_CHECKING:
    from redoscope_core import Printed

__all__ = ["MakeReport", "PreviewReport", "ReportWritten"]


class ReportWritten(NamedTuple):
    """What was made, without what it was made of."""

    folder: Path
    files: int
    """All but the manifest and what is made of it."""
    sectors: int
    """How many differ."""
    ranges: int
    manifest_sha256: str
    is_unchanged: bool
    """Whether every file of the evidence is known to be what it was."""
    is_partial: bool
    """Whether something could not be read."""


@dataclass(frozen=True, slots=True)
class MakeReport:
    """Make a report of two generations, A first, in *folder*."""

    pair: CompareGenerations
    a: Path
    """The link that A is the generation of."""
    folder: Path
    formats: tuple[str, ...]
    said: ReportHead
    beside: bool = False
    """Whether it may lie beside the evidence."""
    trail: Path | None = None

    @property
    def deed(self) -> code.ReportChanges | None:
        """The same, to be shown as code; None if a link is attached for now only."""
        if self.pair.joined is not None:
            return None
        said = self.said.title, self.said.case_number, self.said.who
        return code.ReportChanges(
            *(self.a, self.pair.path, self.folder, self.formats),
            *said,
            self.beside,
            self.trail,
            opening_of(self.pair.policy),
        )

    def run(self) -> Generator[Progress, None, ReportWritten]:
        """Yield the progress; return what was made.

        Raises:
            VmdkError: It was not made, and nothing is left of it.
        """
        with self.pair.pair() as (older, newer):
            made = yield from core.make_report(
                [(older.path, older), (newer.path, newer)],
                self.folder,
                formats=self.formats,
                policy=self.pair.policy,
                beside=self.beside,
                trail=self.trail,
                said=self.said,
                printer=QtPrinter(),
            )
            difference = made.facts.difference
            return ReportWritten(
                *(made.folder, len(made.files), difference.sectors, len(made.facts.ranges)),
                *(made.manifest_sha256, made.is_unchanged, difference.is_partial),
            )


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """Lay out the beginning of what a report of two generations would tell. Writes nothing."""

    pair: CompareGenerations
    said: ReportHead

    def run(self) -> Generator[Progress, None, Printed]:
        """Yield the progress; return what is to be shown.

        Raises:
            VmdkError: Something can't be read.
        """
        with self.pair.pair() as (older, newer):
            disks = [(older.path, older), (newer.path, newer)]
            return (yield from core.preview_report(disks, policy=self.pair.policy, said=self.said))
