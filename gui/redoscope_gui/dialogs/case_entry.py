"""An entry of a case: a bookmark, a note or a saved search, new or to be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from redoscope_core import CaseEntry, CaseEntryKind, MarkColour
from redoscope_gui import plain, theme
from redoscope_gui.dialogs.file_form import add_row, new_form, stack, tab_through
from redoscope_gui.dialogs.reason import Reason, heading
from redoscope_gui.requests import PlaceWanted
from redoscope_gui.session import Session

__all__ = ["CaseEntryDialog", "Subject"]

_WIDTH = 560
_LINES = 5
_OK = QDialogButtonBox.StandardButton.Ok

Subject = tuple[str, PlaceWanted | None]
"""What an entry may be about, in words, and as it is asked for."""


class CaseEntryDialog(QDialog):
    """Asks for what stands in an entry, and has the session keep it. It closes when it is kept."""

    def __init__(
        self,
        session: Session,
        entry: CaseEntry,
        subjects: Sequence[Subject],
        parent: QWidget | None = None,
        *,
        tags_first: bool = False,
    ) -> None:
        """Begin with *entry*; a new one is about one of *subjects*, whose first is suggested.

        One that is kept already is about what *subjects* says alone.
        """
        super().__init__(parent)
        self._work, self._entry = session.casework, entry
        self._subjects = subjects
        self._working = False
        self.setMinimumWidth(_WIDTH)
        plain.set_title(self, self._title)
        self._make_boxes(entry, subjects)
        self.reason = Reason(self)
        self.buttons = QDialogButtonBox(_OK | QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.button(_OK).setText(self.tr("Keep"))
        self.buttons.accepted.connect(self._keep)
        self.buttons.rejected.connect(self.reject)
        self.form = self._form()
        stack(self, (heading(self._title, self), self.form, self.reason, self.buttons))
        tab_through(self.form, self.buttons)
        self._check()
        first = self.text_box if entry.kind is CaseEntryKind.NOTE else self.name_box
        (self.tags_box if tags_first else first).setFocus()

    @property
    def _title(self) -> str:
        is_new = not self._entry.number
        words = {
            CaseEntryKind.BOOKMARK: self.tr("New bookmark") if is_new else self.tr("Bookmark %d"),
            CaseEntryKind.NOTE: self.tr("New note") if is_new else self.tr("Note %d"),
            CaseEntryKind.SEARCH: self.tr("Save the search") if is_new else self.tr("Search %d"),
        }[self._entry.kind]
        return words if is_new else words % self._entry.number

    def _make_boxes(self, entry: CaseEntry, subjects: Sequence[Subject]) -> None:
        self.about_box = plain.ComboBox(self)
        plain.set_name(self.about_box, self.tr("What it is about"))
        for words, _ in subjects:
            plain.add_item(self.about_box, words, None, words)
        self.about_box.setEnabled(len(subjects) > 1)
        self.name_box = QLineEdit(entry.name, self)
        plain.set_name(self.name_box, self.tr("Name"))
        self.name_box.selectAll()
        self.colour_box = QComboBox(self)
        plain.set_name(self.colour_box, self.tr("Colour"))
        for colour, words in self._colours:
            plain.add_item(self.colour_box, words, colour.value)
            icon = theme.icon("bookmark", f"mark_{colour.value}")
            self.colour_box.setItemIcon(self.colour_box.count() - 1, icon)
        if entry.colour is not None:
            self.colour_box.setCurrentIndex(self.colour_box.findData(entry.colour.value))
        self.text_box = QPlainTextEdit(entry.text, self)
        self.text_box.setTabChangesFocus(True)
        self.text_box.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + theme.STEP * 2)
        plain.set_name(self.text_box, self.tr("Note"))
        self.tags_box = QLineEdit(", ".join(entry.tags), self)
        self.tags_box.setPlaceholderText(self.tr("with commas between them"))
        plain.set_name(self.tags_box, self.tr("Tags"))
        self.name_box.textChanged.connect(self._check)
        self.text_box.textChanged.connect(self._check)
        self.tags_box.textChanged.connect(self._check)

    @property
    def _colours(self) -> Sequence[tuple[MarkColour, str]]:
        return (
            (MarkColour.RED, self.tr("red")),
            (MarkColour.ORANGE, self.tr("orange")),
            (MarkColour.YELLOW, self.tr("yellow")),
            (MarkColour.GREEN, self.tr("green")),
            (MarkColour.TEAL, self.tr("teal")),
            (MarkColour.BLUE, self.tr("blue")),
            (MarkColour.VIOLET, self.tr("violet")),
            (MarkColour.GREY, self.tr("grey")),
        )

    def _form(self) -> QFormLayout:
        form, kind = new_form(), self._entry.kind
        add_row(form, self.tr("&About"), self.about_box)
        is_note, is_bookmark = kind is CaseEntryKind.NOTE, kind is CaseEntryKind.BOOKMARK
        self.name_box.setVisible(not is_note)
        self.colour_box.setVisible(is_bookmark)
        if not is_note:
            add_row(form, self.tr("Na&me"), self.name_box)
        if is_bookmark:
            add_row(form, self.tr("&Colour"), self.colour_box)
        add_row(form, self.tr("&Note"), self.text_box)
        add_row(form, self.tr("&Tags"), self.tags_box)
        return form

    @property
    def entry(self) -> CaseEntry:
        """The entry as it stands here."""
        tags = tuple(tag for each in self.tags_box.text().split(",") if (tag := each.strip()))
        is_bookmark = self._entry.kind is CaseEntryKind.BOOKMARK
        return replace(
            self._entry,
            name=self.name_box.text().strip(),
            text=self.text_box.toPlainText().strip(),
            colour=MarkColour(self.colour_box.currentData()) if is_bookmark else None,
            tags=tags,
        )

    def _check(self) -> None:
        entry = self.entry
        is_note = entry.kind is CaseEntryKind.NOTE
        lacking = ""
        if not (entry.text if is_note else entry.name):
            lacking = self.tr("Write the note.") if is_note else self.tr("Give it a name.")
        self.buttons.button(_OK).setEnabled(not lacking and not self._working)
        if lacking:
            self.reason.show_question(lacking)
        else:
            name = self._work.name
            self.reason.show_consent(self.tr("Is kept in the case %s; its trail tells it.") % name)

    def _keep(self) -> None:
        self._working = True
        self.buttons.button(_OK).setEnabled(False)
        if self._entry.number:
            self._work.change(self.entry, self.accept, self._refused)
        else:
            _, wanted = self._subjects[self.about_box.currentIndex()]
            self._work.keep(self.entry, wanted, self.accept, self._refused)

    def _refused(self, error: Exception) -> None:
        self._working = False
        self._check()
        self.reason.show_error(error)
