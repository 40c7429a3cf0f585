"""What a case holds as rows: entries, files of the evidence, records of the trail."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from typing_extensions import override

import redoscope_core as core
from redoscope_gui import theme
from redoscope_gui.plain_rows import Index, PlainRows
from redoscope_gui.views.case.words import (
    brief_time,
    details_of_entry,
    details_of_file,
    details_of_record,
    evidence_words,
    generation_words,
    kind_words,
    place_words,
    record_words,
    search_words,
)

if TYPE_CHECKING:
    from redoscope_core import CaseDisk, CaseEntry, EvidenceFile, EvidenceVerdict, TrailRecord
    from redoscope_gui.requests import CaseState
    from redoscope_gui.session import Casework

__all__ = ["CaseRows", "EntryRows", "EvidenceRows", "TrailRows"]

_DIGEST = 16
"""Digits of a digest that stand in a row; all of them are told below."""
_ICONS = {"bookmark": "bookmark", "note": "sticky-note", "search": "search"}


class CaseRows(PlainRows):
    """Rows that a text filters, and of which the chosen one is told whole."""

    def __init__(self, work: Casework) -> None:
        super().__init__(work)
        self._work = work
        self._needle = ""

    def show(self, needle: str = "") -> None:
        """Show what is in the case now, where *needle* stands in it."""
        self.beginResetModel()
        self._needle = needle.casefold()
        self.fill()
        self.endResetModel()

    @abstractmethod
    def fill(self) -> None:
        """Take what is in the case, where it fits."""

    @abstractmethod
    def details(self, row: int) -> Sequence[str]:
        """Return all of a row, line by line."""

    def fits(self, *texts: str) -> bool:
        """Tell whether what is typed stands in one of *texts*."""
        return not self._needle or any(self._needle in text.casefold() for text in texts)

    @property
    def state(self) -> CaseState | None:
        """The case."""
        return self._work.state

    @override
    def font_of(self, column: int) -> QFont:
        return theme.number_font()


class EntryRows(CaseRows):
    """Bookmarks, notes and saved searches, the newest first."""

    def __init__(self, work: Casework) -> None:
        self.entries: tuple[CaseEntry, ...] = ()
        super().__init__(work)

    @override
    def fill(self) -> None:
        state = self.state
        found = () if state is None else reversed(state.entries)
        self.entries = tuple(each for each in found if self.fits(*self._texts(each)))

    def _texts(self, entry: CaseEntry) -> tuple[str, ...]:
        sought = "" if entry.search is None else entry.search.pattern
        return (entry.name, entry.text, sought, kind_words(entry), *entry.tags, *self._where(entry))

    def _where(self, entry: CaseEntry) -> tuple[str, str]:
        if entry.search is not None or self.state is None:
            return search_words(entry), ""
        return place_words(entry.place), generation_words(entry.place, self.state)

    def row_of(self, number: int) -> int:
        """Return the row of the entry of that *number*, or -1."""
        numbers = [each.number for each in self.entries]
        return numbers.index(number) if number in numbers else -1

    @override
    def count(self) -> int:
        return len(self.entries)

    @override
    def heads(self) -> Sequence[str]:
        return (
            *(self.tr("Name"), self.tr("Where"), self.tr("Generation")),
            *(self.tr("Tags"), self.tr("Note")),
        )

    @override
    def cells(self, row: int) -> Sequence[str]:
        entry = self.entries[row]
        first = entry.text.strip().split("\n")[0]
        name = entry.name or first
        note = first if entry.name else ""
        return (name, *self._where(entry), ", ".join(entry.tags), note)

    @override
    def details(self, row: int) -> Sequence[str]:
        return () if self.state is None else details_of_entry(self.entries[row], self.state)

    @override
    def font_of(self, column: int) -> QFont:
        return theme.number_font() if column in {1, 2} else theme.ui_font()

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and index.column() == 0:
            entry = self.entries[index.row()]
            if role == Qt.ItemDataRole.DecorationRole:
                colour = "dim" if entry.colour is None else f"mark_{entry.colour.value}"
                return theme.icon(_ICONS[entry.kind.value], colour)
            if role == Qt.ItemDataRole.AccessibleTextRole:
                colour = "" if entry.colour is None else f"{entry.colour.value} "
                return f"{colour}{kind_words(entry)}: {super().data(index, role)}"
        return super().data(index, role)


class EvidenceRows(CaseRows):
    """Every file of every disk of the case."""

    def __init__(self, work: Casework) -> None:
        self._files: list[tuple[CaseDisk, EvidenceFile, EvidenceVerdict | None]] = []
        super().__init__(work)

    @override
    def fill(self) -> None:
        verdict = self._work.verdict
        known = {
            (disk.disk.number, file.then.path): file
            for disk in (() if verdict is None else verdict.disks)
            for file in disk.files
        }
        disks = () if self.state is None else self.state.disks
        self._files = [
            (disk, file, known.get((disk.number, file.path)))
            for disk in disks
            for file in disk.files
            if self.fits(str(file.path), "" if file.digests is None else file.digests.sha256)
        ]

    @override
    def count(self) -> int:
        return len(self._files)

    @override
    def heads(self) -> Sequence[str]:
        return (
            *(self.tr("File"), self.tr("Disk"), self.tr("State")),
            *(self.tr("Bytes"), self.tr("SHA-256"), self.tr("Taken, UTC")),
        )

    @override
    def cells(self, row: int) -> Sequence[str]:
        disk, file, verdict = self._files[row]
        return (
            file.path.name,
            str(disk.number),
            evidence_words(file, verdict),
            theme.grouped(file.length),
            "" if file.digests is None else f"{file.digests.sha256[:_DIGEST]}…",
            "" if file.digests is None else brief_time(file.digests.taken),
        )

    @override
    def details(self, row: int) -> Sequence[str]:
        _, file, verdict = self._files[row]
        return details_of_file(file, verdict)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        is_state = index.isValid() and index.column() == 0
        if is_state and role == Qt.ItemDataRole.DecorationRole:
            _, file, verdict = self._files[index.row()]
            if verdict is None:
                hashed = file.digests is not None
                return theme.icon("lock" if hashed else "clock", "dim")
            good = verdict.state is core.EvidenceState.SAME
            open_ = verdict.state is core.EvidenceState.NOT_HASHED
            name = "circle-check" if good else "clock" if open_ else "circle-x"
            return theme.icon(name, "good" if good else "dim" if open_ else "danger")
        return super().data(index, role)


class TrailRows(CaseRows):
    """What was done, the newest first."""

    def __init__(self, work: Casework) -> None:
        self._records: tuple[TrailRecord, ...] = ()
        super().__init__(work)

    @override
    def fill(self) -> None:
        found = () if self.state is None else reversed(self.state.records)
        self._records = tuple(
            each
            for each in found
            if not self._needle or self.fits(each.act, each.who, record_words(each))
        )

    @override
    def count(self) -> int:
        return len(self._records)

    @override
    def heads(self) -> Sequence[str]:
        return (
            *(self.tr("When, UTC"), self.tr("Act"), self.tr("What")),
            *(self.tr("Who"), self.tr("Record")),
        )

    @override
    def cells(self, row: int) -> Sequence[str]:
        record = self._records[row]
        when, words = brief_time(record.when), record_words(record)
        return (when, record.act, words, record.who, str(record.head.number))

    @override
    def details(self, row: int) -> Sequence[str]:
        return details_of_record(self._records[row])
