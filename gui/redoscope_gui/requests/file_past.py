"""Tell the history of a file: what became of it in each generation of a chain."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import redoscope_core as core
from redoscope_core import Progress
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core import FileContent, FileHistory, FileMoment, GenerationsKnown, VolumeIndex
    from redoscope_gui.requests.selected import Shown

__all__ = ["FileAsked", "PastTold", "TellPast", "arrays_of"]


@dataclass(frozen=True, slots=True)
class FileAsked:
    """A file whose history is asked for."""

    start: int
    """The first sector of its volume."""
    path: str
    """In its volume, as files are listed."""
    asked_as: str
    """How the engine is asked for it: `1:/path` in volume 1, `/path` where there are none."""


@dataclass(frozen=True, slots=True, eq=False)
class PastTold:
    """The history of a file."""

    history: FileHistory | None
    """None if no generation has it."""
    unread: int
    """Sectors, of all generations, that could not be compared with the one before."""

    @property
    def moments(self) -> list[FileMoment]:
        """What became of it in each generation, the oldest first; nothing if none has it."""
        return [] if self.history is None else self.history.moments

    @property
    def streams(self) -> list[bytes]:
        """The names of its streams; the first is what people call its content."""
        contents = [] if self.history is None else self.history.contents
        return sorted({each.stream for each in contents})

    def content(self, generation: int, stream: bytes = b"") -> FileContent | None:
        """Return the bytes that a generation reads; where it is gone, the last that there were."""
        contents = [] if self.history is None else self.history.contents
        fitting = [each for each in contents if each.stream == stream and each.first <= generation]
        return max(fitting, key=lambda each: each.first, default=None)

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield all that it holds."""
        if self.history is None:
            return
        for content in self.history.contents:
            for parts in (content.parts, *(each.parts for each in content.overwritten)):
                yield from (getattr(parts, each.name) for each in fields(parts))
        for moment in self.history.moments:
            index = None if moment.examined is None else moment.examined.index
            if index is not None:
                yield from _arrays_of(index)


def arrays_of(known: GenerationsKnown) -> Iterator[NDArray[Any]]:
    """Yield all that what is *known* of the generations of a chain holds."""
    for runs in (*known.changed, *known.unread):
        yield from (runs.start, runs.end)
    for examined in list(known.examined.values()):
        for each in examined:
            if each is not None and each.index is not None:
                yield from _arrays_of(each.index)


def _arrays_of(index: VolumeIndex) -> Iterator[NDArray[Any]]:
    yield from (index.names, index.inside)
    for part in index.parts().values():
        yield from (getattr(part, each.name) for each in fields(part))


@dataclass(frozen=True, slots=True)
class TellPast:
    """Tell what became of *file* in all generations up to what *shown* says."""

    shown: Shown
    file: FileAsked
    known: GenerationsKnown | None = None
    """What earlier requests found out of the same generations; this one adds to it."""

    def run(self) -> Generator[Progress, None, PastTold]:
        """Yield the progress; return it.

        Raises:
            VmdkError: The chain does not open, or what has to be compared can't be read.
        """
        shown, file = self.shown, self.file
        with own_chain(shown.path, shown.generation, shown.policy, shown.joined) as chain:
            found = yield from core.file_history(chain, file.asked_as, shown.policy, self.known)
        own = [each for each in found.files if each.volume.start == file.start]
        return PastTold(own[0] if own else None, sum(found.unread))
