"""An extent that could not be opened: its sectors are unreadable, and the error says why."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import Areas, State
from redoscope_core.extents.contract import PlainExtent
from redoscope_core.findings import Finding
from redoscope_core.overriding import override
from redoscope_core.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.errors import VmdkError
    from redoscope_core.extents.lookup import Answer
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["LostExtent"]


@dataclass(frozen=True, slots=True)
class LostExtent(PlainExtent):
    """An extent of which only the line of the descriptor is known; there only by salvage."""

    line: ExtentLine
    error: VmdkError
    """Why its file could not be used."""
    file: DiskFile | None = None
    grain_size: int | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """That its sectors can't be read, and why."""
        return (Finding.of_error(self.error),)

    def areas(self) -> Areas:
        """Return one unreadable area: whether it was stored or absent is not known either."""
        return Areas.of(0, self.line.sectors, State.UNREADABLE, 0, -1)

    def stored_windows(self) -> Iterator[Areas]:
        """Yield its one area."""
        yield self.areas()

    def explain(self, sector: int) -> Answer:
        """Say why nothing is known of *sector*."""
        from redoscope_core.extents.lookup import Answer  # noqa: PLC0415 - seldom asked for

        return Answer(
            file=self.error.path,
            kind="lost",
            state=State.UNREADABLE,
            verdict=Verdict.LOST,
            first_sector=0,
            cause=self.unreadable(sector),
        )

    def unreadable(self, sector: int) -> VmdkError:
        """Return the error that its file was refused with."""
        del sector
        # Each is raised by itself, from any thread: they share no traceback and no link.
        return copy(self.error)

    @override
    def refuse_kind(self) -> None:
        """Refuse: there is no file to write into."""
        raise self.unreadable(0)
