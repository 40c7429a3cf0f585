"""What is to be sought: the pattern, how it is meant, and where."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

import redoscope_core as core
from redoscope_gui import plain, theme

__all__ = ["SearchForm"]

_TEXT, _HEX, _REGEX = "text", "hex", "regex"
_USUAL = ("utf-8", "utf-16")
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
        self.begin = QPushButton(self.tr("Search"), self)
        self.begin.clicked.connect(self.wanted)
        self.kind = self._box(self.tr("Kind"))
        for words, kind in (
            (self.tr("Text"), _TEXT),
            (self.tr("Hex"), _HEX),
            (self.tr("Regex"), _REGEX),
        ):
            plain.add_item(self.kind, words, kind)
        self.encoding = self._box(self.tr("Encoding"))
        plain.add_item(self.encoding, self.tr("UTF-8 and UTF-16"), _USUAL)
        for name in core.encodings_known():
            plain.add_item(self.encoding, name, (name,))
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
        self.encoding.setEnabled(kind == _TEXT)
        self.ignore_case.setEnabled(kind != _HEX)
        hints = {
            _TEXT: self.tr("a name, a word, a line"),
            _HEX: self.tr("de ad ?? ef   (?? is any byte)"),
            _REGEX: self.tr("a regular expression over bytes, such as \\d{3}-\\d{4}"),
        }
        self.pattern.setPlaceholderText(hints[str(kind)])

    @property
    def everywhere(self) -> bool:
        """Whether all generations are wanted."""
        return bool(self.where.currentData() == _EVERYWHERE)

    def show_since(self, since: int | None) -> None:
        """Offer changed areas, if there is a generation A to be changed since."""
        self.changed.setEnabled(since is not None)
        words = self.tr("Changed since A") if since is None else self.tr("Changed since %d")
        self.changed.setText(words if since is None else words % since)

    def show_running(self, *, running: bool) -> None:
        """Have the button stop what runs, or start."""
        self.begin.setText(self.tr("Stop") if running else self.tr("Search"))

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
        return core.Needle.of_text(text, self.encoding.currentData(), fold_case=fold)
