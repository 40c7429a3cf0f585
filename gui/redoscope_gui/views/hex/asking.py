"""What the hex view asks for: the bytes that it lacks, and what it holds of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from redoscope_core import SECTOR, Chain, State
from redoscope_gui.maps import Older
from redoscope_gui.requests import BytesRead, ReadBytes
from redoscope_gui.session import Session
from redoscope_gui.views.hex.blocks import Blocks, Reading, SectorShown

__all__ = ["HexAsking"]


class HexAsking(QObject):
    """The bytes at hand of the chosen chain, at each generation shown lately. It paints nothing."""

    bytes_shown = Signal()
    """Bytes came that were asked for."""
    generation_changed = Signal(object)
    """Another generation, or A, is shown; carries the index of the generation."""
    changed = Signal()
    """Something that is painted is another one."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._blocks = Blocks()
        self._told: set[tuple[Path | None, str]] = set()
        self.chain: Chain | None = None
        self.generation = 0
        """The generation shown; follows the cursor as soon as its bytes are here."""
        self.since: Older | None = None
        """Generation A that the shown bytes are compared with; None for the parent generation."""
        self.fault = ""
        """Why there are no bytes, if there should be some."""

    @property
    def capacity(self) -> int:
        """Sectors of the chain; 0 if none is open."""
        return self.chain.capacity if self.chain else 0

    @property
    def grain_size(self) -> int:
        """Sectors of a grain; 1 if no chain is open."""
        return self.chain.grain_size if self.chain else 1

    @property
    def names(self) -> list[str]:
        """Names of the links, base disk first."""
        return [link.path.name for link in self.chain.links] if self.chain else []

    def sector(self, sector: int) -> SectorShown | None:
        """Return a sector of the generation shown, or None while it is being read."""
        return self._blocks.sector((self.generation, self.since), sector)

    def byte_at(self, offset: int) -> int | None:
        """Return the byte shown at *offset*, or None while it is being read."""
        found = self._blocks.byte((self.generation, self.since), offset)
        return None if found is None else found[0]

    def unreadable_at(self, offset: int) -> bool:
        """Return whether the sector of *offset* is here and cannot be read."""
        shown = self.sector(offset // SECTOR)
        return shown is not None and shown.state is State.UNREADABLE

    def ends_before(self, sector: int) -> bool:
        """Return whether the generation shown ends before *sector*: an older one may be smaller."""
        return sector >= self._end_of(self.generation)

    def _end_of(self, generation: int) -> int:
        links = self.chain.links if self.chain else ()
        return links[generation].capacity if generation < len(links) else 0

    # --- asking ------------------------------------------------------------------------------

    def take_chain(self) -> None:
        """Begin anew with the chain of the session, or with none."""
        self.chain = self._session.chain
        self.generation, self.since = self._wanted
        self.fault = ""
        self._blocks.clear()
        self._told.clear()

    @property
    def _wanted(self) -> Reading:
        """The generation at the cursor, and what it is compared with."""
        return self._session.cursor.generation, self._session.generation_a

    def try_again(self) -> None:
        """Ask once more, whatever went wrong before: another generation is wanted."""
        self.fault = ""

    def want(self, start: int, end: int) -> None:
        """Ask for the bytes from *start* to *end* of the generation at the cursor, if any lack."""
        if self.chain is None or self._session.generation_chain is None:
            return
        wanted = self._wanted
        missing = self._blocks.missing(wanted, start, min(end, self._end_of(wanted[0]) * SECTOR))
        if missing is None:
            self._show(wanted)
            return
        low, high = missing
        request = ReadBytes(self.chain, wanted[0], low, high - low, wanted[1])
        self._session.ask("hex", request, self._take, self._failed)

    def _take(self, answer: BytesRead) -> None:
        """Hold the bytes that came."""
        self._blocks.add(answer)
        self.fault = ""
        self._tell_faults(answer)
        if (answer.generation, answer.since) == self._wanted:
            self._show(self._wanted)
        self.changed.emit()
        self.bytes_shown.emit()

    def _tell_faults(self, answer: BytesRead) -> None:
        """Put what cannot be read into Problems: once for each file and kind of damage."""
        for error in (fault.error for fault in answer.faults):
            if (error.path, error.what) not in self._told:
                self._told.add((error.path, error.what))
                self._session.report(error)

    def _failed(self, error: Exception) -> None:
        """Say why there are no bytes, here and in Problems."""
        self.fault = str(error)
        self._session.report(error)
        self.changed.emit()

    def _show(self, wanted: Reading) -> None:
        if wanted != (self.generation, self.since):
            self.generation, self.since = wanted
            self.generation_changed.emit(self.generation)
        self.changed.emit()
