"""An extent without a file: zeros."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import Areas, State
from redoscope_core.errors import CorruptVmdk, VmdkError
from redoscope_core.extents.contract import PlainExtent
from redoscope_core.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.extents.lookup import Answer
    from redoscope_core.files.file import DiskFile
    from redoscope_core.findings import Finding
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["ZeroExtent"]


@dataclass(frozen=True, slots=True)
class ZeroExtent(PlainExtent):
    """An extent without a file that reads as zeros."""

    line: ExtentLine
    file: DiskFile | None = None
    grain_size: int | None = None
    findings: tuple[Finding, ...] = ()

    def areas(self) -> Areas:
        """Return one area of zeros."""
        return Areas.of(0, self.line.sectors, State.ZERO, 0, -1)

    def stored_windows(self) -> Iterator[Areas]:
        """Yield its few areas at once."""
        yield self.areas()

    def explain(self, sector: int) -> Answer:
        """Say that all of it is zeros."""
        from redoscope_core.extents.lookup import Answer  # noqa: PLC0415 - seldom asked for

        del sector
        return Answer(
            file=None,
            kind="zero",
            state=State.ZERO,
            verdict=Verdict.ZEROS,
            first_sector=0,
        )

    def unreadable(self, sector: int) -> VmdkError:
        """Return an error for the impossible."""
        return CorruptVmdk("a ZERO extent can't be unreadable", found=f"sector {sector}")
