"""The structure that the cursor is in, for the bytes: which of them are which field."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from redoscope_core import SECTOR, Structure
from redoscope_gui.requests import FindStructure, StructureFound
from redoscope_gui.session import Session
from redoscope_gui.structure_words import named_at

__all__ = ["HexFields"]


class HexFields(QObject):
    """Asks what is recognised at the cursor, and knows it; it paints nothing."""

    changed = Signal()
    """Another structure is known, or none."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._structure: Structure | None = None
        self._looked: tuple[object, int, int] | None = None
        """Chain, generation and sector that were looked at."""

    def look(self, offset: int) -> None:
        """Ask what is at *offset* of the generation shown, unless that is known."""
        chain, generation = self._session.chain, self._session.cursor.generation
        if chain is None or self._session.generation_chain is None:
            self._structure = self._looked = None
            return
        wanted = (chain, generation, offset // SECTOR)
        if wanted == self._looked:
            return
        self._looked = wanted
        request = FindStructure(chain, generation, offset)
        self._session.ask("hex-structure", request, self._take, self._failed)

    def words(self, offset: int) -> str:
        """Name the field that has the byte *offset*; nothing where there is none."""
        if self._structure is None:
            return ""
        within = offset - self._structure.offset
        known = 0 <= within < self._structure.length
        return named_at(self._structure, offset) if known else ""

    def spans(self, first: int, last: int) -> list[tuple[int, int, bool]]:
        """Return (first, last, whether it is an odd one) of the fields in these bytes.

        Fields of a whole sector or more are not told: they would colour all of it.
        """
        structure, found = self._structure, []
        for number, field in enumerate(() if structure is None else structure.fields):
            begin = 0 if structure is None else structure.offset + field.offset
            end = begin + field.length - 1
            if begin <= last and end >= first and field.length < SECTOR // 2:
                found.append((max(begin, first), min(end, last), bool(number % 2)))
        return found

    def _take(self, answer: StructureFound) -> None:
        if answer.structure != self._structure:
            self._structure = answer.structure
            self.changed.emit()

    def _failed(self, _error: Exception) -> None:
        """Nothing is recognised in what can't be read; the bytes say why it can't."""
        if self._structure is not None:
            self._structure = None
            self.changed.emit()
