"""How a sector is found: what each link that was asked said."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import State
from redoscope_core.verdicts import Onward

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.errors import VmdkError
    from redoscope_core.verdicts import Verdict

__all__ = ["Answer", "Lookup", "LookupStep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an extent or a link says of a sector. Fields of grain tables are None for others."""

    file: Path | None
    """The extent's file; None for a ZERO extent or where the link ends before."""
    kind: str
    """``sparse``, ``flat``, ``zero``, ``elsewhere`` (the data is in no file that could be read),
    ``lost`` (its file, or a parent, can't be used) or ``none`` (the link is smaller than the disk).
    """
    state: State
    verdict: Verdict
    """What was found; `explanations` has the words."""
    directory_index: int | None = None
    directory_entry: int | None = None
    """Sector of the grain table."""
    table_sector: int | None = None
    table_index: int | None = None
    table_entry: int | None = None
    """Sector of the grain in the file."""
    entry_offset: int | None = None
    """Byte offset of that entry in the file."""
    first_sector: int | None = None
    """First sector of the grain (or extent) asked about: of the extent in the answer of an
    extent, of the disk in that of a link.
    """
    data_offset: int | None = None
    """Byte offset of the sector itself in the file."""
    cause: VmdkError | None = None
    """Why the sector can't be read, where that is more than what its tables tell."""

    def moved(self, sectors: int) -> Answer:
        """Return the answer with sectors counted from *sectors* further ahead."""
        if self.first_sector is None:
            return self
        return replace(self, first_sector=self.first_sector + sectors)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupStep(Answer):
    """The answer of one link of a chain. Sectors are those of the disk."""

    link_index: int
    """Index in the chain, 0 = base disk."""
    link_path: Path
    onward: Onward = Onward.NOBODY
    """Who is asked next."""

    @property
    def asks_parent(self) -> bool:
        """Whether the link has nothing there, and its parent is asked next."""
        return self.onward is Onward.PARENT

    @classmethod
    def of(cls, link_index: int, link_path: Path, answer: Answer) -> LookupStep:
        """Return the *answer* of the link at *link_path*."""
        said = {field.name: getattr(answer, field.name) for field in fields(answer)}
        return cls(link_index=link_index, link_path=link_path, **said)

    def asking_next(self, *, has_parent: bool) -> LookupStep:
        """Return the step of a link that has nothing there, and whose parent, if any, is asked."""
        return replace(self, onward=Onward.PARENT if has_parent else Onward.NO_PARENT)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where a sector of a generation comes from, and every step on the way."""

    sector: int
    state: State
    """DATA, ZERO, ABSENT (no link stores it: zeros) or UNREADABLE."""
    link_index: int | None
    """The link that decided; None if none did."""
    depth: int | None
    """The same counted from the tip, which is 0."""
    path: Path | None
    """The file that holds the sector."""
    offset: int | None
    """Its byte offset there."""
    steps: tuple[LookupStep, ...]
    """From the tip downwards, the deciding link last."""
