"""An extent whose data is not in a file that could be read: told, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import Areas, State
from redoscope_core.errors import UnsupportedVmdk, VmdkError
from redoscope_core.extents.contract import PlainExtent
from redoscope_core.findings import Finding, Kind
from redoscope_core.overriding import override
from redoscope_core.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.extents.lookup import Answer
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["ElsewhereExtent"]


@dataclass(frozen=True, slots=True)
class ElsewhereExtent(PlainExtent):
    """An extent of which only the line of the descriptor is known."""

    line: ExtentLine
    reason: str
    """What it is and where its data lies, in plain words."""
    cure: str
    """What to do about it."""
    file: DiskFile | None = None
    grain_size: int | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """That its sectors can't be read."""
        return (
            Finding.of(
                Kind.ELSEWHERE, sectors=self.line.sectors, reason=self.reason, cure=self.cure
            ),
        )

    def areas(self) -> Areas:
        """Return one unreadable area."""
        return Areas.of(0, self.line.sectors, State.UNREADABLE, 0, -1)

    def stored_windows(self) -> Iterator[Areas]:
        """Yield its few areas at once."""
        yield self.areas()

    def explain(self, sector: int) -> Answer:
        """Say where the data lies."""
        from redoscope_core.extents.lookup import Answer  # noqa: PLC0415 - seldom asked for

        return Answer(
            file=None,
            kind="elsewhere",
            state=State.UNREADABLE,
            verdict=Verdict.ELSEWHERE,
            first_sector=0,
            cause=self.unreadable(sector),
        )

    def unreadable(self, sector: int) -> VmdkError:
        """Return the error that says where the data lies."""
        return UnsupportedVmdk(
            f"the data lies elsewhere: {self.reason}",
            where=f"sector {sector} of the extent",
            found=self.line.text,
            expected="an extent whose data is in a file",
            cure=self.cure,
        )

    @override
    def refuse_kind(self) -> None:
        """Refuse: there is no file to write into."""
        raise self.unreadable(0)
