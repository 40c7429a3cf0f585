"""Explanations: the one table that makes words of how a sector was found, for the edge alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from redoscope_core.verdicts import Onward, Verdict

if TYPE_CHECKING:
    from redoscope_core.errors import VmdkError

__all__ = ["Explained", "explained"]


class Explained(Protocol):
    """What is said of a sector: by a step of a look-up."""

    @property
    def verdict(self) -> Verdict:
        """What was found."""

    @property
    def onward(self) -> Onward:
        """Who is asked next."""

    @property
    def directory_entry(self) -> int | None:
        """Sector of the grain table, as it stands."""

    @property
    def table_entry(self) -> int | None:
        """Sector of the grain, as it stands."""

    @property
    def cause(self) -> VmdkError | None:
        """Why the sector can't be read, if that is more than its tables tell."""


_SAID = {
    Verdict.NO_TABLE: "the grain directory entry is 0, there is no table",
    Verdict.TABLE_LOST: "the grain directory entry {directory} leads to no table: damaged",
    Verdict.NO_GRAIN: "the grain table entry is 0",
    Verdict.ZERO_GRAIN: "the grain table entry says a grain of zeros: the parent is not asked",
    Verdict.UNMAPPED: "the guest unmapped the grain: zeros, the parent is not asked",
    Verdict.GRAIN: "the grain table entry {entry} leads to the grain in the file",
    Verdict.PACKED_GRAIN: "the grain table entry {entry} leads to the compressed grain in the file",
    Verdict.GRAIN_LOST: "the grain table entry {entry} leads to no grain: damaged",
    Verdict.WALKED: "found by walking the stream, whose directory is lost",
    Verdict.NOT_IN_STREAM: "no grain in the stream",
    Verdict.LOST_IN_STREAM: (
        "the directory is lost and no grain was found: it may have been stored"
    ),
    Verdict.FLAT: "a flat extent stores every sector",
    Verdict.FLAT_ENDS: "a flat extent, but its file ends before or is not to be read: damaged",
    Verdict.ZEROS: "a ZERO extent reads as zeros",
    Verdict.ELSEWHERE: "{cause}",
    Verdict.LOST: "{cause}",
    Verdict.ENDED: "the link ends before: zeros",
}
_NEXT = {Onward.PARENT: "ask the parent", Onward.NO_PARENT: "there is no parent to ask"}


def explained(step: Explained) -> str:
    """Return what *step* found and whom to ask next, in a line."""
    said = _SAID[step.verdict].format(
        directory=f"0x{step.directory_entry or 0:X}",
        entry=f"0x{step.table_entry or 0:X}",
        cause="" if step.cause is None else step.cause.what,
    )
    onward = _NEXT.get(step.onward)
    return said if onward is None else f"{said}: {onward}"
