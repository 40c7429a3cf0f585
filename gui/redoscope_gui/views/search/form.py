"""What is to be sought: the pattern, how it is meant, and where."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

import redoscope_core as core
from redoscope_gui import plain, theme

__all__ = ["SearchForm"]

_TEXT, _HEX, _REGEX, _STRINGS = "text", "hex", "regex", "strings"
_USUAL = ("utf-8", "utf-16")
_USUAL_STRINGS = ("ascii", "utf-16-le")
_MOST_LEAST = 1000
_HERE, _EVERYWHERE = "here", "everywhere"


class SearchForm(QWidget):
    """The controls above the hits; its button starts a search, and stops the one that runs."""

    wanted = Signal()
    """What stands here is to be sought, or the search that runs is to be stopped."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pattern = QLineEdit(self)
        plain.set_name(self.pattern, self.tr("Sought"))
        self.pattern.setClearButtonEnabled(True)
        self.pattern.returnPressed.connect(self.wanted)
        self.begin = theme.SwitchButton(self.tr("Search"), self.tr("Stop"), self)
        self.begin.clicked.connect(self.wanted)
        self.kind = self._box(self.tr("Kind"))
        for words, kind in (
            (self.tr("Text"), _TEXT),
            (self.tr("Hex"), _HEX),
            (self.tr("Regex"), _REGEX),
            (self.tr("Strings"), _STRINGS),
        ):
            plain.add_item(self.kind, words, kind)
        self.encoding = self._box(self.tr("Encoding"))
        self._lists_strings = self._was_seen = False
        self._fill_encodings()
        self.least = QSpinBox(self)
        plain.set_name(self.least, self.tr("Characters at least"))
        plain.set_tip(self.least, self.tr("How many characters a text must have to be listed"))
        self.least.setRange(1, _MOST_LEAST)
        self.least.setValue(core.LEAST_CHARACTERS)
        self.ignore_case = QCheckBox(self.tr("Any case"), self)
        plain.set_tip(self.ignore_case, self.tr("Large and small letters are alike"))
        self.ignore_case.setChecked(True)
        self.where = self._box(self.tr("Where"))
        plain.add_item(self.where, self.tr("This generation"), _HERE)
        plain.add_item(self.where, self.tr("All generations"), _EVERYWHERE)
        self.changed = QCheckBox(self.tr("Changed since A"), self)
        plain.set_tip(self.changed, self.tr("Only where something was decided above generation A"))
        self.kind.currentIndexChanged.connect(self._dress)
        self._lay_out()
        self._dress()

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        plain.set_name(box, name)
        plain.set_tip(box, name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(6)
        return box

    def _lay_out(self) -> None:
        first, second, third = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.pattern, 1)
        first.addWidget(self.begin)
        second.addWidget(self.kind, 2)
        second.addWidget(self.encoding, 3)
        second.addWidget(self.ignore_case)
        third.addWidget(self.where, 1)
        third.addWidget(self.least)
        third.addWidget(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.HALF)
        for line in (first, second, third):
            line.setSpacing(theme.HALF)
            column.addLayout(line)

    def _dress(self, _index: object = None) -> None:
        """Show what the chosen kind needs."""
        kind = self.kind.currentData()
        if self._lists_strings != (kind == _STRINGS):
            self._lists_strings = kind == _STRINGS
            self._fill_encodings()
        self.encoding.setEnabled(kind in {_TEXT, _STRINGS})
        self.ignore_case.setEnabled(kind in {_TEXT, _REGEX})
        self.pattern.setEnabled(kind != _STRINGS)
        self.least.setVisible(kind == _STRINGS)
        hints = {
            _TEXT: self.tr("a name, a word, a line"),
            _HEX: self.tr("de ad ?? ef   (?? is any byte)"),
            _REGEX: self.tr("a regular expression over bytes, such as \\d{3}-\\d{4}"),
            _STRINGS: self.tr("all that looks like text"),
        }
        self.pattern.setPlaceholderText(hints[str(kind)])

    def _fill_encodings(self) -> None:
        """Offer the encodings of the chosen kind."""
        self.encoding.clear()
        if self._lists_strings:
            plain.add_item(self.encoding, self.tr("ASCII and UTF-16"), _USUAL_STRINGS)
        else:
            plain.add_item(self.encoding, self.tr("UTF-8 and UTF-16"), _USUAL)
        if self._was_seen:
            self._name_encodings()

    def _name_encodings(self) -> None:
        names = core.TEXT_ENCODINGS if self._lists_strings else core.encodings_known()
        for name in names:
            plain.add_item(self.encoding, name, (name,))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_seen:  # to know them Python loads a module each, of about a hundred
            self._was_seen = True
            self._name_encodings()

    def choose_strings(self) -> None:
        """Have all that looks like text listed, once it is asked for."""
        self.kind.setCurrentIndex(self.kind.findData(_STRINGS))

    @property
    def lists_strings(self) -> bool:
        """Whether all that looks like text is wanted."""
        return self._lists_strings

    @property
    def everywhere(self) -> bool:
        """Whether all generations are wanted."""
        return bool(self.where.currentData() == _EVERYWHERE)

    def saved(self) -> core.SavedSearch | None:
        """Return what is to be sought, as a case keeps it; None if nothing is."""
        text, kind = self.pattern.text(), self.kind.currentData()
        if not text or kind == _STRINGS:
            return None
        encodings = tuple(self.encoding.currentData() or ()) if kind == _TEXT else ()
        fold = self.ignore_case.isChecked() and kind != _HEX
        return core.SavedSearch(text, kind == _HEX, kind == _REGEX, fold, encodings)

    def take(self, search: core.SavedSearch) -> None:
        """Show what a case has saved."""
        kind = _HEX if search.is_hex else _REGEX if search.regex else _TEXT
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.pattern.setText(search.pattern)
        self.ignore_case.setChecked(search.ignore_case)
        if kind == _TEXT:
            encodings = search.encodings or (_USUAL[0],)
            known = [self.encoding.itemData(at) for at in range(self.encoding.count())]
            if encodings not in known:
                plain.add_item(self.encoding, ", ".join(encodings), encodings)
                known.append(encodings)
            self.encoding.setCurrentIndex(known.index(encodings))

    def show_since(self, since: int | None) -> None:
        """Offer changed areas, if there is a generation A to be changed since."""
        self.changed.setEnabled(since is not None)
        words = self.tr("Changed since A") if since is None else self.tr("Changed since %d")
        self.changed.setText(words if since is None else words % since)

    def show_running(self, *, running: bool) -> None:
        """Have the button stop what runs, or start."""
        self.begin.show_running(running=running)

    def needle(self) -> core.Needle:
        """Return what is to be sought.

        Raises:
            InvalidArgument: What was typed can't be.
        """
        text, kind = self.pattern.text(), self.kind.currentData()
        fold = self.ignore_case.isChecked()
        if kind == _HEX:
            return core.Needle.of_hex(text)
        if kind == _REGEX:
            return core.Needle.of_expression(text, fold_case=fold)
        if kind == _STRINGS:
            return core.text_run(self.encoding.currentData(), self.least.value())
        return core.Needle.of_text(text, self.encoding.currentData(), fold_case=fold)
